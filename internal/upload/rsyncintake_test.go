package upload

import (
	"context"
	"encoding/binary"
	"fmt"
	"io"
	"log/slog"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/mmcloughlin/md4"

	"postern/internal/blog"
	"postern/internal/store"
)

// slowStore is a folder that writes nothing before it is let to.
type slowStore struct {
	*store.Folder
	goAhead     chan struct{}
	files, held *atomic.Int64 // that wait, and their bytes
}

func (s slowStore) Put(name string, data []byte, modified time.Time) (store.Stamp, error) {
	s.files.Add(1)
	s.held.Add(int64(cap(data)))
	<-s.goAhead
	return s.Folder.Put(name, data, modified)
}

// push says what an rsync does that brings n files of size zeros.
func push(to io.Writer, from io.Reader, n, size int) {
	say := func(numbers ...int) {
		for _, n := range numbers {
			_, _ = to.Write(binary.LittleEndian.AppendUint32(nil, uint32(n)))
		}
	}
	var version, seed [4]byte
	_, _ = io.ReadFull(from, version[:])
	say(rsyncVersion)
	_, _ = io.ReadFull(from, seed[:])
	go func() { _, _ = io.Copy(io.Discard, from) }()
	for file := range n {
		name := fmt.Sprintf("%02d.bin", file)
		_, _ = to.Write(append([]byte{topFolder, byte(len(name))}, name...))
		say(size, 1e9, kindFile|0o644)
	}
	_, _ = to.Write([]byte{0})
	say(0) // it could read all of them
	content := make([]byte, size)
	h := md4.New()
	_, _ = h.Write(append(seed[:], content...))
	for file := range n {
		say(file, 0, 0, 0, 0, size)
		_, _ = to.Write(content)
		say(0)
		_, _ = to.Write(h.Sum(nil))
	}
	say(-1, -1)
}

func TestFilesThatRsyncBringsWaitWithinTheBoundOfASession(t *testing.T) {
	for size, want := range map[int]int64{1000: writers, store.MaxFile: 3} {
		synctest.Test(t, func(t *testing.T) {
			folder, err := store.Open(t.TempDir())
			if err != nil {
				t.Fatal(err)
			}
			s := slowStore{folder, make(chan struct{}), new(atomic.Int64), new(atomic.Int64)}
			b, err := blog.Open(context.Background(), s, blog.Config{}, slog.New(slog.DiscardHandler), nil)
			if err != nil {
				t.Fatal(err)
			}
			in, toServer := io.Pipe()
			fromServer, out := io.Pipe()
			session := &Session{Blog: b, By: blog.Author{Name: "ada"}, In: in, Out: out, Err: io.Discard,
				Clean: func(s string) string { return s }, Log: slog.New(slog.DiscardHandler)}
			go push(toServer, fromServer, 20, size)
			status := make(chan int)
			go func() {
				status <- session.Rsync(context.Background(), []string{"--server", "-rt", ".", "."})
				_ = out.Close()
			}()
			synctest.Wait()
			if files, held := s.files.Load(), s.held.Load(); files != want || held > maxHeld/2 {
				t.Errorf("%d files of %d bytes wait, which hold %d", files, size, held)
			}
			close(s.goAhead)
			if got := <-status; got != done {
				t.Errorf("status %d", got)
			}
			b.Close()
			_ = folder.Close()
		})
	}
}
