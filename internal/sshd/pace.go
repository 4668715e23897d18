package sshd

import (
	"sync"
	"time"
)

const (
	paceBurst   = 4       // seconds' worth of input that may come at once
	paceLittle  = 16      // which part of it each connection may send whatever others do
	paceSession = 4 << 10 // bytes that a session counts as: a short command makes as much work as these
	paceWork    = 4 << 10 // bytes that a millisecond of work on a command or on keys counts as
	paceLongest = 2 * time.Second
)

// What work is not counted: that which a session does anyway, and that of a key. Fingers make no more.
const (
	workOfSession = 2 * time.Millisecond
	workOfKey     = time.Millisecond / 2
)

// bytesFor returns how many bytes work counts as. There is a limit: that many others were at work as well is not to be
// paid by who came last.
func bytesFor(work time.Duration) int {
	const most = 250 * time.Millisecond
	return int(max(0, min(work, most)).Microseconds()) * paceWork / 1000
}

// pace is how much the readers of one address send: keys, requests, new keys for the connection, all of which make work.
// Nobody who reads comes near the limit. The zero pace is of somebody who sent nothing. It is safe for concurrent use.
type pace struct {
	mu   sync.Mutex
	debt float64 // bytes that came and are not due yet
	at   time.Time
}

// spend takes note of so many bytes, of which rate may come in a second, and returns how long to read no more.
func (p *pace) spend(bytes, rate int, now time.Time) time.Duration {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.debt = max(0, p.debt-now.Sub(p.at).Seconds()*float64(rate)) + float64(bytes)
	p.at = now
	over := max(0, p.debt/float64(rate)-paceBurst)
	return min(time.Duration(over*float64(time.Second)), paceLongest)
}
