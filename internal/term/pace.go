package term

import (
	"context"
	"time"
)

// What the keys of one session may cost the machine: nobody who reads comes near it, also with a finger on a key, but who
// sends keys as fast as a network can would take the time of all other readers.
const (
	paceBurst = 500 * time.Millisecond // of work at once
	paceShare = 10                     // and then a tenth of a processor
	paceWait  = 2 * time.Second        // the longest rest before more is read
)

// pace is how much work a client has made of late. The zero pace is none.
type pace struct {
	debt time.Duration
	last time.Time // when debt was right
}

// after takes note of work that ended now, and returns how long to rest before reading on.
func (p *pace) after(work time.Duration, now time.Time) time.Duration {
	if !p.last.IsZero() {
		p.debt = max(0, p.debt-now.Sub(p.last)/paceShare)
	}
	p.debt += work
	p.last = now
	return min(max(0, p.debt-paceBurst)*paceShare, paceWait)
}

// rest waits, at most until ctx ends.
func rest(ctx context.Context, d time.Duration) {
	if d <= 0 {
		return
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
}
