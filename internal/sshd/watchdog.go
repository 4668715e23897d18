package sshd

import (
	"sync"
	"time"
)

// watchdog notices writes that a client does not take. A write that is taken at once, as nearly all are, sets no timer:
// setting one wakes the thread that waits for the network. The zero watchdog is ready.
type watchdog struct {
	mu     sync.Mutex
	timer  *time.Timer
	armed  bool
	writes int       // under way
	since  time.Time // when the client took something last, or was to begin
}

// begin says that a write begins, of which the client has to take something within limit, or bark is called. Zero means
// no limit.
func (w *watchdog) begin(limit time.Duration, bark func()) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.writes++; w.writes == 1 {
		w.since = time.Now()
	}
	switch {
	case w.armed || limit == 0:
		return
	case w.timer == nil:
		w.timer = time.AfterFunc(limit, func() { w.look(limit, bark) })
	default:
		w.timer.Reset(limit)
	}
	w.armed = true
}

// end says that a write has ended.
func (w *watchdog) end() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.writes--
	w.since = time.Now()
}

// look calls bark where nothing was taken for limit, and looks again where that is still to come.
func (w *watchdog) look(limit time.Duration, bark func()) {
	w.mu.Lock()
	left := limit - time.Since(w.since)
	if w.armed = w.writes > 0 && left > 0; w.armed {
		w.timer.Reset(left)
	}
	stalled := w.writes > 0 && left <= 0
	w.mu.Unlock()
	if stalled {
		bark()
	}
}

// stop forgets the timer. No write is under way any more.
func (w *watchdog) stop() {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.timer != nil {
		w.timer.Stop()
	}
}
