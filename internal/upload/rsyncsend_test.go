package upload

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

// idler is a client that has no rules, and then says nothing until it is gone.
type idler struct {
	rules  *strings.Reader
	silent chan<- bool
	gone   <-chan struct{}
}

func (c *idler) Read(b []byte) (int, error) {
	if c.rules.Len() > 0 {
		return c.rules.Read(b)
	}
	c.silent <- true
	<-c.gone
	return 0, io.EOF
}

func heap() int64 {
	var m runtime.MemStats
	runtime.GC()
	runtime.GC()
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}

func TestAnIdleRsyncKeepsLittleOfALongList(t *testing.T) {
	const posts, clients, most = 5000, 8, 60 // bytes for a post
	s, dir := sessionOf(t, nil, "")
	if err := os.Mkdir(filepath.Join(dir, "notes"), 0o755); err != nil {
		t.Fatal(err)
	}
	for n := range posts {
		folder := []string{"", "notes"}[n%2]
		if err := os.WriteFile(filepath.Join(dir, folder, fmt.Sprintf("2026-11-21-a-post-%04d.md", n)), []byte("# A\n"), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.Blog.Reload(t.Context()); err != nil {
		t.Fatal(err)
	}
	for _, target := range []string{".", "notes", "*"} {
		silent, gone, ended := make(chan bool), make(chan struct{}), make(chan error)
		open := func() {
			r := &rsync{report: report{Session: s}, ctx: t.Context(), options: rsyncOptions{recursive: true, sender: true, targets: []string{target}},
				wire: &rsyncWire{in: bufio.NewReader(&idler{strings.NewReader("\x00\x00\x00\x00"), silent, gone}), out: bufio.NewWriter(io.Discard)}}
			go func() { ended <- r.send() }()
			<-silent
		}
		open() // which makes what all share
		before := heap()
		for range clients {
			open()
		}
		each := (heap() - before) / clients
		t.Logf("%s: %d bytes", target, each)
		if each > most*posts {
			t.Errorf("%s: a client that has the list of %d posts holds %d bytes", target, posts, each)
		}
		close(gone)
		for range clients + 1 {
			if err := <-ended; !errors.Is(err, io.EOF) {
				t.Error(err)
			}
		}
	}
}
