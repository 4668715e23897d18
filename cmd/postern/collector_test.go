package main

import (
	"runtime"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

func TestMemoryIsGivenBackOnceARushIsOver(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var cycles, loose, given atomic.Uint64
		loose.Store(littleLeft)
		l := &leftovers{calm: 5 * time.Second, pause: time.Minute, count: cycles.Load, loose: loose.Load}
		collect := func() { cycles.Add(1); l.collected() }
		l.free = func() { cycles.Add(1); given.Add(1) }
		after := func(d time.Duration, want uint64, what string) {
			t.Helper()
			time.Sleep(d)
			synctest.Wait()
			if n := given.Load(); n != want {
				t.Errorf("%s: given back %d times, not %d", what, n, want)
			}
		}
		for range 5 {
			collect()
			after(time.Second, 0, "in a rush")
		}
		after(4*time.Second, 1, "after it")
		l.collected() // which is how our own is heard of
		after(time.Hour, 1, "for an hour without visitors")
		collect()
		after(5*time.Second, 2, "after another rush")
		collect()
		after(59*time.Second, 2, "after a third one at once")
		after(time.Second, 3, "a minute later")
		loose.Store(littleLeft - 1)
		collect()
		after(time.Hour, 3, "where there is little")
	})
}

func TestEachCollectionIsHeardOf(t *testing.T) {
	heard := make(chan struct{}, 1)
	eachCollection(func() {
		select {
		case heard <- struct{}{}:
		default: // nobody listens any more
		}
	})
	for range 3 {
		runtime.GC()
		<-heard
	}
}

func TestWhatTheRuntimeSaysOfMemoryIsKnown(t *testing.T) {
	before := collections()
	runtime.GC()
	if after := collections(); after <= before {
		t.Errorf("%d collections, then %d", before, after)
	}
	if n := unused(); n == 0 || n > 1<<40 {
		t.Errorf("%d bytes are unused", n)
	}
}
