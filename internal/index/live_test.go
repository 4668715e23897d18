package index

import (
	"context"
	"errors"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"postern/internal/post"
)

// parse returns the post that text makes, and fails the test where it makes none.
func parse(t testing.TB, file, text string) *post.Post {
	t.Helper()
	p, err := post.Parse(file, []byte(text), post.Config{})
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestLiveShowsAPostWhenItsTimeComes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		day := time.Now().Add(24 * time.Hour).UTC().Format(time.RFC3339)
		posts := []*post.Post{
			parse(t, "soon.md", "---\ndate: "+day+"\n---\ntext\n"),
			parse(t, "gone.md", "---\ndate: 1999-01-01\nexpiryDate: "+day+"\n---\ntext\n"),
		}
		live := NewLive(Build(nil, posts, nil, time.Now()))
		defer live.Close()
		before := live.Snapshot()
		if got := before.List(Readers); len(got) != 1 || got[0].Slug != "gone" {
			t.Fatalf("before: %v", got)
		}
		start := time.Now()
		after, err := live.Next(t.Context(), before)
		if err != nil {
			t.Fatal(err)
		}
		if waited := time.Since(start); waited < 23*time.Hour || waited > 25*time.Hour {
			t.Errorf("woke after %v", waited)
		}
		if got := after.List(Readers); len(got) != 1 || got[0].Slug != "soon" {
			t.Errorf("after: %v", got)
		}
		if live.Snapshot() != after {
			t.Error("the Snapshot of this second is made anew")
		}
	})
}

func TestLiveSwap(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		empty := Build(nil, nil, nil, time.Now())
		live := NewLive(empty)
		defer live.Close()
		const readers = 50
		woken := make(chan *Snapshot, readers)
		for range readers {
			go func() {
				s, err := live.Next(t.Context(), empty)
				if err != nil {
					t.Error(err)
				}
				woken <- s
			}()
		}
		synctest.Wait()
		if len(woken) > 0 {
			t.Fatal("a reader woke before there was anything new")
		}
		next := Build(nil, folder(t, "a.md: date: 1999-01-01"), nil, time.Now())
		live.Swap(next)
		for range readers {
			if s := <-woken; s != next {
				t.Errorf("a reader got %p, not %p", s, next)
			}
		}
		if s, err := live.Next(t.Context(), nil); err != nil || s != next {
			t.Errorf("one who has seen nothing waits: %v", err)
		}
	})
}

func TestFollowTellsOfEachChangeUntilItIsStopped(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		empty := Build(nil, nil, nil, time.Now())
		live := NewLive(empty)
		defer live.Close()
		told := make(chan *Snapshot, 10)
		stop := live.Follow(empty, func(s *Snapshot) { told <- s })
		for n := range 3 {
			next := Build(nil, many(t, n+1), nil, time.Now())
			live.Swap(next)
			if s := <-told; s != next {
				t.Errorf("told of %p, not of %p", s, next)
			}
			synctest.Wait()
		}
		stop()
		live.Swap(empty)
		synctest.Wait()
		if len(told) > 0 {
			t.Error("told after the end")
		}
		defer live.Follow(nil, func(s *Snapshot) { told <- s })()
		if s := <-told; s != empty {
			t.Errorf("one who has seen nothing is told of %p", s)
		}
	})
}

func TestFollowSkipsVersionsForTheSlow(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		empty := Build(nil, nil, nil, time.Now())
		live := NewLive(empty)
		defer live.Close()
		told, busy := make(chan *Snapshot, 10), make(chan struct{})
		defer live.Follow(empty, func(s *Snapshot) { told <- s; <-busy })()
		var last *Snapshot
		for n := range 5 {
			last = Build(nil, many(t, n+1), nil, time.Now())
			live.Swap(last)
			synctest.Wait()
		}
		close(busy)
		synctest.Wait()
		if <-told; len(told) != 1 || <-told != last {
			t.Errorf("told %d times more, or not of the last", len(told))
		}
	})
}

func TestLiveEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		soon := time.Now().Add(time.Minute).UTC().Format(time.RFC3339)
		live := NewLive(Build(nil, folder(t, "a.md: date: "+soon), nil, time.Now()))
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if _, err := live.Next(ctx, live.Snapshot()); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("got %v", err)
		}
		live.Close()
		ctx, cancel = context.WithTimeout(t.Context(), time.Hour)
		defer cancel()
		if _, err := live.Next(ctx, live.Snapshot()); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("a closed Live woke a reader: %v", err)
		}
		if got := len(live.Snapshot().List(Readers)); got != 1 {
			t.Errorf("a closed Live shows %d posts an hour later", got)
		}
	})
}

// TestLiveWakesAfterALook holds that one who looks at the very moment of a change does not make the others miss it.
func TestLiveWakesAfterALook(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		at := time.Now().Add(time.Minute)
		live := NewLive(Build(nil, folder(t, "a.md: date: "+at.UTC().Format(time.RFC3339Nano)), nil, time.Now()))
		defer live.Close()
		before := live.Snapshot()
		looked := time.AfterFunc(time.Until(at), func() { live.Snapshot() })
		defer looked.Stop()
		ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
		defer cancel()
		after, err := live.Next(ctx, before)
		if err != nil || len(after.List(Readers)) != 1 {
			t.Errorf("got %v", err)
		}
	})
}

// TestLiveTogether has readers and a writer at work at the same time, for the race detector.
func TestLiveTogether(t *testing.T) {
	var snapshots []*Snapshot
	for i := range 20 {
		snapshots = append(snapshots, Build(nil, many(t, i+1), nil, now))
	}
	live := NewLive(snapshots[0])
	defer live.Close()
	ctx, cancel := context.WithCancel(t.Context())
	var wait sync.WaitGroup
	for range 8 {
		wait.Go(func() {
			for seen := live.Snapshot(); ; {
				next, err := live.Next(ctx, seen)
				if err != nil {
					return
				}
				for _, e := range next.List(Authors) {
					_, _ = next.Neighbours(e, Readers)
				}
				next.Tags(Readers)
				seen = next
			}
		})
	}
	for _, s := range snapshots {
		live.Swap(s)
	}
	cancel()
	wait.Wait()
}
