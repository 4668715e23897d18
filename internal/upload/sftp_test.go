package upload

import (
	"bytes"
	"context"
	"encoding/binary"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"postern/internal/blog"
	"postern/internal/store"
)

// sessionOf returns a session that reads in, on a blog with one post.
func sessionOf(t testing.TB, in io.Reader, author string) (*Session, string) {
	t.Helper()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "live.md"), []byte("# Live\n\nText.\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	folder, err := store.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	b, err := blog.Open(context.Background(), folder, blog.Config{}, slog.New(slog.DiscardHandler), nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { b.Close(); _ = folder.Close() })
	return &Session{Blog: b, By: blog.Author{Name: author}, Host: "localhost", In: in, Out: io.Discard, Err: io.Discard,
		Clean: func(s string) string { return strings.ReplaceAll(s, "\x1b", "") }, Closing: context.Background(), Log: slog.New(slog.DiscardHandler)}, dir
}

// packet returns one packet of the sftp protocol.
func packet(kind byte, fields ...any) []byte {
	body := []byte{kind}
	for _, f := range fields {
		switch f := f.(type) {
		case int:
			body = binary.BigEndian.AppendUint32(body, uint32(f))
		case string:
			body = append(binary.BigEndian.AppendUint32(body, uint32(len(f))), f...)
		}
	}
	return append(binary.BigEndian.AppendUint32(nil, uint32(len(body))), body...)
}

func TestEachRequestOfSFTPIsToldBeforeTheNextIsRead(t *testing.T) {
	const stat = 17
	requests := [][]byte{packet(1, 3), packet(stat, 1, "live.md"), packet(stat, 2, "live.md")}
	in := bytes.NewReader(bytes.Join(requests, nil))
	s, _ := sessionOf(t, in, "")
	var left []int
	s.Worked = func(time.Duration) { left = append(left, in.Len()) }
	s.SFTP(t.Context())
	if want := []int{len(requests[1]) + len(requests[2]), len(requests[2]), 0}; !slices.Equal(left, want) {
		t.Errorf("told with %d bytes left, want %d", left, want)
	}
}

// FuzzSFTP holds the library and the desk to it that no bytes of a client end the process, and that none of a reader
// change anything.
func FuzzSFTP(f *testing.F) {
	hello := packet(1, 3)
	f.Add(append(hello, packet(3, 1, "live.md", 1, 0)...), false)                                                                     // open
	f.Add(bytes.Join([][]byte{hello, packet(3, 1, "x.md", 0x1a, 0), packet(6, 2, "1", 0, 0, "# X\n"), packet(4, 3, "1")}, nil), true) // write
	f.Add(bytes.Join([][]byte{hello, packet(11, 1, "."), packet(12, 2, "1"), packet(17, 3, "live.md"), packet(18, 4, "live.md", "x.md")}, nil), true)
	f.Add(bytes.Join([][]byte{hello, packet(9, 1, "live.md", 15, 0, 0), packet(10, 2, "1", 1, 0, 0), packet(200, 3, "posix-rename@openssh.com", "a", "b")}, nil), true)
	f.Add(bytes.Join([][]byte{hello, packet(13, 1, "live.md"), packet(14, 2, "d", 0), packet(15, 3, "d"), packet(16, 4, ".."), packet(19, 5, "x"), packet(20, 6, "a", "b")}, nil), false)
	f.Fuzz(func(t *testing.T, data []byte, writes bool) {
		author := ""
		if writes {
			author = "ada"
		}
		s, dir := sessionOf(t, bytes.NewReader(data), author)
		ctx, cancel := context.WithCancel(context.Background())
		s.SFTP(ctx)
		cancel()
		if writes {
			return
		}
		entries, err := os.ReadDir(dir)
		if err != nil || len(entries) != 1 {
			t.Errorf("a reader left %v, %v", entries, err)
		}
	})
}

// FuzzRsync and FuzzSCP do the same for the other protocols, whose bytes are read by ourselves.
func FuzzRsync(f *testing.F) {
	start := []byte{27, 0, 0, 0}
	f.Add(append(bytes.Clone(start), 0, 0, 0, 0, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255), true, byte(0))
	f.Add(append(bytes.Clone(start), 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0), true, byte(1))
	f.Add(append(bytes.Clone(start), longName, 4, 0, 0, 0, 'a', '.', 'm', 'd', 1, 0, 0, 0, 1, 0, 0, 0, 0, 0x81, 0, 0, 0, 0, 0, 0, 0), false, byte(2))
	f.Fuzz(func(t *testing.T, data []byte, sender bool, bits byte) {
		s, _ := sessionOf(t, bytes.NewReader(data), "ada")
		words := []string{"--server", "-r", ".", "."}
		if sender {
			words = []string{"--server", "--sender", "-r", ".", "."}
		}
		for n, letter := range []string{"-c", "-n", "-o", "-g", "-l", "-D", "-t", "--delete"} {
			if bits&(1<<n) != 0 {
				words = append(words[:1:1], append([]string{letter}, words[1:]...)...)
			}
		}
		s.Rsync(context.Background(), words)
	})
}

func FuzzSCP(f *testing.F) {
	f.Add([]byte("C0644 5 a.md\n# A\n\n\x00"), "-rt", "")
	f.Add([]byte("D0755 0 d\nT1 0 1 0\nC0644 0 a.png\n\x00E\n"), "-rpt", "x")
	f.Add([]byte("\x00\x00\x00\x00\x00"), "-rf", ".")
	f.Add([]byte("\x00"), "-f", "*.md")
	f.Fuzz(func(t *testing.T, data []byte, options, target string) {
		s, _ := sessionOf(t, bytes.NewReader(data), "ada")
		s.SCP(context.Background(), []string{options, target})
	})
}
