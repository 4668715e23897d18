package sshd

import "time"

// Events are told what happens, for somebody who counts. Each may be nil. They are called by many goroutines at once
// and must not block.
type Events struct {
	Refused    func(why Reason)
	Entered    func(took time.Duration) // a client is in, so long after it connected
	FirstFrame func(took time.Duration) // a reader sees the first screen, so long after asking for it
	Ended      func(Visit)
}

// Visit is one session that came to its end.
type Visit struct {
	Kind           string // "screens", "sftp", "scp", "rsync", or the verb, "unknown" where there is no such verb
	Post           string // the address of the post that was read last, if any
	Status         int
	Took           time.Duration
	Sent, Received int64 // bytes
}

// complete returns e with nothing left out.
func (e Events) complete() Events {
	if e.Refused == nil {
		e.Refused = func(Reason) {}
	}
	if e.Entered == nil {
		e.Entered = func(time.Duration) {}
	}
	if e.FirstFrame == nil {
		e.FirstFrame = func(time.Duration) {}
	}
	if e.Ended == nil {
		e.Ended = func(Visit) {}
	}
	return e
}
