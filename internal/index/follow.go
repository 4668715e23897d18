package index

import (
	"context"
	"sync"
)

// Follow calls tell with what is to be seen each time that it is something new, first where it is not seen. It calls
// in a goroutine of its own, which there is only while tell runs; a slow one skips versions. After stop returns no call
// begins, but one may still run.
func (l *Live) Follow(seen *Snapshot, tell func(*Snapshot)) (stop func()) {
	f := &follower{live: l, seen: seen, tell: tell}
	f.wait()
	return f.end
}

// follower is one who is told of new Snapshots.
type follower struct {
	live *Live
	tell func(*Snapshot)
	seen *Snapshot

	mu     sync.Mutex
	cancel func() bool // of the call that is waited for
	ended  bool
}

// wait has next called at the next change, or now where it has happened.
func (f *follower) wait() {
	changed := f.live.nextChange()
	f.mu.Lock()
	defer f.mu.Unlock()
	switch {
	case f.ended:
	case f.live.Snapshot() != f.seen:
		go f.next()
	default:
		f.cancel = context.AfterFunc(changed, f.next)
	}
}

// next tells of what is new.
func (f *follower) next() {
	f.mu.Lock()
	ended := f.ended
	f.mu.Unlock()
	if ended {
		return
	}
	if s := f.live.Snapshot(); s != f.seen {
		f.seen = s
		f.tell(s)
	}
	f.wait()
}

func (f *follower) end() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.ended = true
	if f.cancel != nil {
		f.cancel()
	}
}
