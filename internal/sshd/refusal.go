package sshd

import (
	"log/slog"
	"sync"
	"time"
)

// Reason says in a word why somebody was refused, for the log and for counting.
type Reason string

// All that anybody is refused for.
const (
	Full         Reason = "full"           // connections in all
	Memory       Reason = "memory"         // the budget is used up
	Crowd        Reason = "address"        // connections from one address
	Rush         Reason = "rate"           // new connections in a second
	AddressRush  Reason = "address-rate"   // new connections in a second from one address
	Proxy        Reason = "proxy-header"   // a trusted proxy did not say whom it brings
	Slow         Reason = "handshake-time" // not in within the time for that
	Garbage      Reason = "handshake"      // what came was no SSH, or asked for what is not spoken here
	Talkative    Reason = "handshake-size" // too many bytes before the client was in
	ManyTries    Reason = "auth-tries"     // too many keys that are no author's
	ManySessions Reason = "sessions"       // in one connection
	ManyRequests Reason = "requests"       // that were refused, in one session
	Flood        Reason = "flood"          // more input than readers make; it is read later
	Empty        Reason = "empty"          // no session in the connection for too long
	Dead         Reason = "dead"           // the client's machine does not answer
	Stalled      Reason = "stalled"        // the client takes nothing
	Idle         Reason = "idle"           // nothing was pressed for too long
	Closing      Reason = "closing"        // the server is about to end
)

// Reasons returns all of them.
func Reasons() []Reason {
	return []Reason{Full, Memory, Crowd, Rush, AddressRush, Proxy, Slow, Garbage, Talkative, ManyTries, ManySessions, ManyRequests, Flood, Empty, Dead, Stalled, Idle, Closing}
}

// words returns what a client is told who is refused, and what to do next; "" where nobody listens.
func (r Reason) words() string {
	switch r {
	case Full, Memory:
		return "full; please try again in a moment"
	case Crowd:
		return "too many connections from your address; please close some"
	case Rush, AddressRush:
		return "too many new connections at once; please try again in a moment"
	case Proxy:
		return "your address is a proxy's, which has to say first whom it brings; please have it send the PROXY protocol"
	case Slow:
		return "coming in took too long; please try again"
	case Garbage:
		return "only SSH of today is spoken here; please come with a newer ssh"
	case Talkative:
		return "too much was sent before you were in; please offer fewer keys"
	case ManyTries:
		return "too many keys that are not this author's; please offer the right one alone, with ssh -o IdentitiesOnly=yes -i KEY"
	case ManySessions:
		return "too many sessions in this connection; please close some"
	case ManyRequests:
		return "too many requests that mean nothing here; please send fewer variables, if it is SendEnv"
	case Idle:
		return "Nothing was pressed for a long while, so the session ended."
	case Closing:
		return "This blog is closing down for a moment. Please come back."
	}
	return ""
}

// code returns the number that the protocol has for such reasons (RFC 4253 §11.1).
func (r Reason) code() uint32 {
	const protocolError, byApplication, tooManyConnections = 2, 11, 12
	switch r {
	case Garbage, Talkative:
		return protocolError
	case Proxy, Slow, Closing:
		return byApplication
	}
	return tooManyConnections
}

// quietFor is how long the log says nothing more of a reason that it has named.
const quietFor = time.Minute

// refusals counts each refusal, and tells the log of each reason once a minute: whoever is refused a thousand times a
// second fills no disk.
type refusals struct {
	log   *slog.Logger
	count func(Reason)

	mu    sync.Mutex
	since map[Reason]time.Time // when the log was told last
	more  map[Reason]int       // refusals since then
}

func newRefusals(log *slog.Logger, count func(Reason)) *refusals {
	return &refusals{log: log, count: count, since: make(map[Reason]time.Time), more: make(map[Reason]int)}
}

// note takes a refusal down; attributes say more of it.
func (r *refusals) note(why Reason, attributes ...any) {
	r.count(why)
	r.mu.Lock()
	now := time.Now()
	if last, ok := r.since[why]; ok && now.Sub(last) < quietFor {
		r.more[why]++
		r.mu.Unlock()
		return
	}
	more := r.more[why]
	r.since[why], r.more[why] = now, 0
	r.mu.Unlock()
	r.log.Warn("refused", append([]any{"reason", string(why), "not logged before", more}, attributes...)...)
}
