package sshd

import (
	"sync/atomic"
	"time"
)

// moment is when something happened last; many goroutines may tell and ask. It goes by the monotonic clock: where
// somebody sets the clock of the machine, nobody has been silent for an hour. The zero moment is the start of the program.
type moment struct{ at atomic.Int64 } // nanoseconds after started

var started = time.Now()

// now says that it happens.
func (m *moment) now() { m.at.Store(int64(time.Since(started))) }

// ago returns how long ago it happened.
func (m *moment) ago() time.Duration { return time.Since(started) - time.Duration(m.at.Load()) }
