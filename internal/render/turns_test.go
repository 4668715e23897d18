package render

import (
	"errors"
	"io"
	"strings"
	"testing"
	"time"

	"postern/internal/post"
)

// long is a post of several windows.
func long() *post.Post {
	return &post.Post{Markdown: strings.Repeat("Many words, and more of them.\n\n", 30000)}
}

// within fails the test where do takes longer than anything that does not wait.
func within(t *testing.T, what string, do func()) {
	t.Helper()
	done := make(chan struct{})
	go func() { defer close(done); do() }()
	select {
	case <-done:
	case <-time.After(10 * time.Second):
		t.Fatalf("%s waits", what)
	}
}

func TestWhatIsSetCanBeReadWhileMoreIsBeingSet(t *testing.T) {
	d := New(long(), Options{Measure: 60})
	d.Lines(0, 50)
	d.layout.setting.Lock() // somebody is at it
	all := make(chan int)
	go func() { all <- d.Len() }()
	within(t, "a reader of the first page", func() {
		if n := len(d.Lines(3, 24)); n != 24 {
			t.Errorf("%d lines", n)
		}
		if at := d.Find(Place{Block: 2}); at == 0 {
			t.Error("a block is not found")
		}
	})
	d.layout.setting.Unlock()
	if n := <-all; n < 50000 {
		t.Errorf("%d lines in all", n)
	}
}

func TestLongPostsAreSetInTurn(t *testing.T) {
	for range cap(turns) {
		turns <- struct{}{}
	}
	d := New(long(), Options{Measure: 60})
	within(t, "a first page", func() { d.Lines(0, 50) })
	all := make(chan int)
	go func() { all <- d.Len() }()
	within(t, "another post", func() { New(long(), Options{Measure: 61}).Lines(0, 50) })
	select {
	case n := <-all:
		t.Errorf("all %d lines were set out of turn", n)
	default:
	}
	for range cap(turns) {
		<-turns
	}
	<-all
}

// hungUp is somebody who reads no more.
type hungUp struct{}

func (hungUp) Write([]byte) (int, error) { return 0, errors.New("gone") }

func TestNothingIsSetForWhoHungUp(t *testing.T) {
	p := long()
	whole := testing.AllocsPerRun(1, func() {
		if err := Plain(io.Discard, p, 60, nil); err != nil {
			t.Fatal(err)
		}
	})
	nobody := testing.AllocsPerRun(1, func() {
		if err := Plain(hungUp{}, p, 60, nil); err == nil {
			t.Error("it all came to nobody")
		}
	})
	if nobody > whole/2 {
		t.Errorf("%.0f allocations for nobody, %.0f for a reader", nobody, whole)
	}
}

func TestLinesTakeBoundedRoom(t *testing.T) {
	d := New(&post.Post{Markdown: strings.Repeat("# x\n", 1<<20)}, Options{Measure: maxMeasure})
	d.Len()
	if n := d.layout.bytes; n > maxBytes+64<<20 {
		t.Errorf("%d MiB", n>>20)
	}
}
