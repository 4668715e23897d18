package upload

import (
	"bytes"
	"io"
	"log/slog"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/pkg/sftp"
)

// faulty is handlers of which each panics, or gives out what does.
type faulty struct{ opens bool }

func (f faulty) Fileread(*sftp.Request) (io.ReaderAt, error)           { return f.open(), nil }
func (f faulty) Filewrite(*sftp.Request) (io.WriterAt, error)          { return f.open(), nil }
func (f faulty) OpenFile(*sftp.Request) (sftp.WriterAtReaderAt, error) { return f.open(), nil }
func (f faulty) Filelist(*sftp.Request) (sftp.ListerAt, error)         { return f.open(), nil }
func (f faulty) Filecmd(*sftp.Request) error                           { panic("Filecmd") }
func (f faulty) PosixRename(*sftp.Request) error                       { panic("PosixRename") }
func (f faulty) ReadAt([]byte, int64) (int, error)                     { panic("ReadAt") }
func (f faulty) WriteAt([]byte, int64) (int, error)                    { panic("WriteAt") }
func (f faulty) ListAt([]os.FileInfo, int64) (int, error)              { panic("ListAt") }
func (f faulty) Close() error                                          { panic("Close") }
func (f faulty) TransferError(error)                                   { panic("TransferError") }
func (f faulty) open() faulty {
	if !f.opens {
		panic("open")
	}
	return f
}

// clientOf returns a client of what serve serves, and what ends it.
func clientOf(t *testing.T, s *Session, serve func()) (c *sftp.Client, hangUp func()) {
	t.Helper()
	in, toServer := io.Pipe()
	fromServer, out := io.Pipe()
	s.In, s.Out = in, out
	served := make(chan bool)
	go func() {
		defer close(served)
		serve()
		_ = out.Close()
	}()
	c, err := sftp.NewClientPipe(fromServer, toServer)
	if err != nil {
		t.Fatal(err)
	}
	hangUp = func() {
		_ = toServer.Close()
		<-served
		_ = c.Close()
	}
	return c, hangUp
}

func TestPanicOfAHandlerFailsOneRequestOfItsSessionOnly(t *testing.T) {
	for _, opens := range []bool{false, true} {
		s, _ := sessionOf(t, nil, "ada")
		var log bytes.Buffer
		s.Log = slog.New(slog.NewTextHandler(&log, nil))
		var ended error
		c, hangUp := clientOf(t, s, func() { ended = s.serve(&pipe{in: s.In, out: s.Out}, faulty{opens}) })
		use := func(name string, flags int) {
			file, err := c.OpenFile(name, flags)
			if (err == nil) != opens {
				t.Errorf("opens %t: %s: %v", opens, name, err)
			}
			if err != nil {
				return
			}
			if _, err := file.ReadAt(make([]byte, 4), 0); err == nil {
				t.Error("read")
			}
			if _, err := file.WriteAt([]byte("text"), 0); err == nil {
				t.Error("written")
			}
			if err := file.Close(); err == nil {
				t.Error("closed")
			}
		}
		use("read", os.O_RDONLY)
		use("write", os.O_WRONLY|os.O_CREATE)
		use("both", os.O_RDWR|os.O_CREATE)
		_, listed := c.ReadDir(".")
		_, found := c.Stat("x")
		for what, err := range map[string]error{
			"list": listed, "stat": found, "remove": c.Remove("x"), "rename": c.PosixRename("x", "y"), "mkdir": c.Mkdir("x"), "times": c.Truncate("x", 1),
		} {
			if err == nil || !strings.Contains(err.Error(), errPanic.Error()) && what != "remove" {
				t.Errorf("opens %t: %s: %v", opens, what, err)
			}
		}
		_, err := c.OpenFile("left open", os.O_RDWR|os.O_CREATE)
		if (err == nil) != opens {
			t.Error(err)
		}
		hangUp()
		if ended == nil || !strings.Contains(log.String(), "guard_test.go") || opens && !strings.Contains(log.String(), "cause=TransferError") {
			t.Errorf("opens %t: %v, %s", opens, ended, log.String())
		}
	}
}

func TestPlacesAndSizesBeyondAllNumbersAreRefused(t *testing.T) {
	s, dir := sessionOf(t, nil, "ada")
	c, hangUp := clientOf(t, s, func() { s.SFTP(t.Context()) })
	defer hangUp()
	for _, offset := range []int64{math.MaxInt64, math.MaxInt64 - 3, math.MinInt64, -1, 8<<20 + 1, 8<<20 - 1} {
		file, err := c.OpenFile("live.md", os.O_RDWR)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := file.ReadAt(make([]byte, 4), offset); err == nil {
			t.Errorf("read at %d", offset)
		}
		if _, err := file.WriteAt([]byte("text"), offset); err == nil || !strings.Contains(err.Error(), "larger than 8 MiB") {
			t.Errorf("written at %d: %v", offset, err)
		}
		if err := file.Close(); err == nil {
			t.Errorf("closed after a write at %d", offset)
		}
	}
	for _, size := range []int64{math.MaxInt64, math.MinInt64, -1, 8<<20 + 1} {
		if err := c.Truncate("live.md", size); err == nil || !strings.Contains(err.Error(), "larger than 8 MiB") {
			t.Errorf("%d bytes: %v", size, err)
		}
	}
	if data, err := os.ReadFile(filepath.Join(dir, "live.md")); err != nil || string(data) != "# Live\n\nText.\n" {
		t.Errorf("%q, %v", data, err)
	}
}

func TestRsyncFileOfLessThanNoBytesIsRefused(t *testing.T) {
	entry := append([]byte{longName, 1, 0, 0, 0, 'a', 255, 255, 255, 255}, bytes.Repeat([]byte{255}, 8)...)
	if list, _, err := wireOf(append(entry, make([]byte, 64)...)).receiveList(rsyncOptions{}); err == nil || !strings.Contains(err.Error(), "-1 bytes") {
		t.Errorf("%+v, %v", list, err)
	}
}

func TestFileWhoseWritePanickedIsNotPublished(t *testing.T) {
	s, dir := sessionOf(t, nil, "ada")
	in := &incoming{desk: &desk{report: report{Session: s}, ctx: t.Context()}, name: "half.md", data: []byte("# Half\n"), dirty: true}
	h := handle{session: s, of: in, writer: faulty{}}
	if _, err := h.WriteAt([]byte("text"), 0); err == nil {
		t.Error("written")
	}
	if err := h.Close(); err == nil {
		t.Error("published")
	}
	if _, err := os.Stat(filepath.Join(dir, "half.md")); err == nil {
		t.Error("it is there")
	}
}
