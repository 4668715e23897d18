package main

import (
	"runtime"
	"testing"
	"time"
)

func TestMemoryIsGivenBackOnceARushIsOver(t *testing.T) {
	given := make(chan time.Time, 10)
	l := &leftovers{calm: 100 * time.Millisecond, pause: 500 * time.Millisecond, free: func() { given <- time.Now() }}
	began := time.Now()
	for range 5 {
		l.collected()
	}
	first := <-given
	if first.Sub(began) < l.calm {
		t.Errorf("after %s", first.Sub(began))
	}
	l.collected() // which free did
	if l.timer.Stop() {
		t.Error("it goes on and on")
	}
	for time.Since(first) < l.calm { // what comes then is another rush
		runtime.Gosched()
	}
	l.collected()
	if second := <-given; second.Sub(first) < l.pause {
		t.Errorf("again after %s", second.Sub(first))
	}
	select {
	case <-given:
		t.Error("once more")
	default:
	}
}

func TestEachCollectionIsHeardOf(t *testing.T) {
	heard := make(chan struct{})
	eachCollection(func() { heard <- struct{}{} })
	for range 3 {
		runtime.GC()
		<-heard
	}
}
