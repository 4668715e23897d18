package index

import (
	"context"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"
)

// Live holds the Snapshot that readers see now. It is safe for concurrent use. Looking at it takes no lock; waiting for
// the next one costs a reader that calls Next its own goroutine, and one that is called by Follow not even that.
type Live struct {
	current atomic.Pointer[Snapshot]
	indexer *indexer

	mu        sync.Mutex
	announced *Snapshot       // the one that all who waited were woken for
	changed   context.Context // ended at the next change
	change    func()          // ends it
	timer     *time.Timer     // goes off when time alone changes what can be seen
	closed    bool
}

// NewLive returns a Live that shows s. Close it to stop its timer and its indexing.
func NewLive(s *Snapshot) *Live {
	l := &Live{indexer: newIndexer()}
	l.changed, l.change = context.WithCancel(context.Background())
	l.Swap(s)
	return l
}

// LogTo has log told of posts that cannot be indexed from now on; nobody is told before.
func (l *Live) LogTo(log *slog.Logger) { l.indexer.logTo(log) }

// Snapshot returns what is to be seen at this second.
func (l *Live) Snapshot() *Snapshot {
	for {
		s := l.current.Load()
		now := s.At(time.Now())
		if now == s || l.current.CompareAndSwap(s, now) {
			return now
		}
	}
}

// Swap shows s from now on and wakes everybody who waits in Next. What changed is indexed for Search: at once where it is
// little, so that it is found as soon as it is seen, and else in the background.
func (l *Live) Swap(s *Snapshot) {
	l.indexer.follow(s.shelf)
	l.mu.Lock()
	defer l.mu.Unlock()
	l.current.Store(s.At(time.Now()))
	l.wakeLocked()
}

// Next waits until what is to be seen is not seen, and returns it. It wakes for a Swap and when a post's time comes. A
// slow reader skips versions. The error is that of ctx.
func (l *Live) Next(ctx context.Context, seen *Snapshot) (*Snapshot, error) {
	for {
		changed := l.nextChange()
		if s := l.Snapshot(); s != seen {
			return s, nil
		}
		select {
		case <-changed.Done():
		case <-ctx.Done():
			return nil, context.Cause(ctx)
		}
	}
}

// nextChange returns a context that ends at the next change.
func (l *Live) nextChange() context.Context {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.changed
}

// Close stops the timer and what is being indexed. What is shown stays, and Swap still works.
func (l *Live) Close() {
	l.indexer.close()
	l.mu.Lock()
	defer l.mu.Unlock()
	l.closed = true
	if l.timer != nil {
		l.timer.Stop()
	}
}

// wakeLocked wakes everybody who waits and sets the timer to the next change.
func (l *Live) wakeLocked() {
	l.announced = l.Snapshot()
	l.change()
	l.changed, l.change = context.WithCancel(context.Background())
	l.setTimerLocked()
}

// setTimerLocked sets the timer to the next change. It looks again after at most an hour: clocks get set.
func (l *Live) setTimerLocked() {
	if l.timer != nil {
		l.timer.Stop()
	}
	until := l.current.Load().Until()
	if l.closed || until.IsZero() {
		return
	}
	l.timer = time.AfterFunc(min(max(time.Until(until), time.Millisecond), time.Hour), l.tick)
}

// tick wakes everybody who waits where time has changed what can be seen.
func (l *Live) tick() {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.Snapshot() == l.announced {
		l.setTimerLocked()
		return
	}
	l.wakeLocked()
}
