package sshd

import (
	"math"
	"net"
	"net/netip"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/crypto/ssh"
)

// link is one connection: how long it takes to come in, how much it says before, whether anybody is there still, and
// the sessions that are open in it.
type link struct {
	net.Conn
	address  string // as the log may have it
	from     netip.Prefix
	limits   Limits
	refusals *refusals
	pace     *pace           // of all from the address
	own      pace            // of this connection, who may always send a little
	hurry    <-chan struct{} // closed when the server is about to end: nobody rests
	flooded  sync.Once
	isReader atomic.Bool // whose input is paced: authors send files
	began    time.Time
	failed   atomic.Pointer[Reason]                // why it was closed before the client was in
	entering atomic.Pointer[ssh.ServerPreAuthConn] // once the keys are exchanged
	in       atomic.Bool
	early    atomic.Int64 // bytes that came before
	said     opening      // by the server, before
	held     held
	tries    atomic.Int32 // to come in that failed
	heard    moment       // when anything came
	used     moment       // when a session ended
	open     atomic.Int32 // channels
	running  atomic.Int32 // sessions that are not over
	rejected atomic.Int32 // that were asked for and refused
	greeted  sync.Once
	settled  atomic.Bool   // had a session
	proofs   atomic.Int32  // of host keys that were asked for
	told     time.Time     // when it was of the host keys
	asked    chan struct{} // closed at the first request for proofs
	proving  chan struct{} // holds one while they are made
	asking   atomic.Bool   // whether anybody is there

	mu    sync.Mutex
	timer *time.Timer   // of the handshake, then of the keepalives
	gone  chan struct{} // closed with the connection
}

func newLink(conn net.Conn, limits Limits, refusals *refusals) *link {
	l := &link{Conn: conn, limits: limits, refusals: refusals, pace: new(pace), began: time.Now(), asked: make(chan struct{}), proving: make(chan struct{}, 1), gone: make(chan struct{})}
	l.heard.now()
	l.arm(limits.Handshake, func() { l.fail(Slow) })
	return l
}

// arm has f called after d, never where that is 0, in the place of what was to be called before. A closed link calls
// nothing.
func (l *link) arm(d time.Duration, f func()) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.timer != nil {
		l.timer.Stop()
	}
	select {
	case <-l.gone:
	default:
		if d > 0 {
			l.timer = time.AfterFunc(d, f)
		}
	}
}

// Read takes what the client sends. Before it is in that has to be SSH, and not much of it.
func (l *link) Read(p []byte) (int, error) {
	n, err := l.Conn.Read(p)
	if n > 0 {
		l.heard.now()
	}
	if why := l.suspect(p[:n]); why != "" {
		l.fail(why)
		return 0, net.ErrClosed
	}
	l.rest(l.spend(n))
	return n, err
}

// suspect returns what is wrong with a client that sends p and is not in yet, "" where nothing is. What is said first is
// the version (RFC 4253 §4.2).
func (l *link) suspect(p []byte) Reason {
	if l.in.Load() || len(p) == 0 {
		return ""
	}
	early := int(l.early.Add(int64(len(p))))
	switch most := l.limits.Unknown; {
	case early == len(p) && p[0] != serverVersion[0]:
		return Garbage
	case most > 0 && early > most:
		return Talkative
	}
	return ""
}

// Write sends p to the client. With the last of what is not secret begins the time in which somebody may ask themselves
// whether they know the host's key: until then the client says nothing.
func (l *link) Write(p []byte) (int, error) {
	if l.said.secret.Load() {
		return l.held.write(l.Conn, p)
	}
	if isNewKeys(p) {
		l.arm(l.limits.Login, func() { l.fail(Slow) })
	}
	return l.said.write(l.Conn, p)
}

// hold has what is written wait for letGo, which sends all of it at once. They may be nested. Who waits for the client in
// between waits until then.
func (l *link) hold() { l.held.hold() }

func (l *link) letGo() { l.held.letGo(l.Conn) }

// SetDeadline does nothing: how long a client may take is looked after here and in its sessions.
func (l *link) SetDeadline(time.Time) error { return nil }

// spend takes note of bytes that came, or what makes as much work, and returns how long to read no more. Authors may
// send as much as they can.
func (l *link) spend(bytes int) time.Duration {
	if l.limits.Input == 0 || !l.isReader.Load() {
		return 0
	}
	now := time.Now()
	all := l.pace.spend(bytes, l.limits.Input, now)
	if l.own.spend(bytes, max(1, l.limits.Input/paceLittle), now) == 0 {
		return 0 // it is others who send that much
	}
	return all
}

// rest waits for so long, unless the connection is closed before, or the server about to be.
func (l *link) rest(d time.Duration) {
	if d == 0 {
		return
	}
	l.flooded.Do(func() { l.refusals.note(Flood, "remote", l.address) })
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-l.gone:
	case <-l.hurry:
	}
}

// Close ends all reads and writes. The connection of a client that is not in is closed by the gate, which says why
// before. It may be called more than once.
func (l *link) Close() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	select {
	case <-l.gone:
		return nil
	default:
		close(l.gone)
	}
	if l.timer != nil {
		l.timer.Stop()
	}
	if l.in.Load() {
		return l.Conn.Close()
	}
	return l.Conn.SetDeadline(time.Unix(1, 0)) // long ago
}

// fail tells a client that is not in yet why it cannot come in, and closes the connection.
func (l *link) fail(why Reason) {
	if !l.in.Load() && l.failed.CompareAndSwap(nil, &why) {
		l.tell(why)
		_ = l.Close() // refused: nothing can be lost
	}
}

// turnOut closes the connection, and takes down why where the client is not in yet.
func (l *link) turnOut(why Reason) {
	if !l.in.Load() {
		l.failed.CompareAndSwap(nil, &why)
	}
	_ = l.Close() // it has to go
}

// tell tells a client why it cannot come in, if the keys are exchanged. Before, the gate does. A client that takes
// nothing is not waited for.
func (l *link) tell(why Reason) {
	conn := l.entering.Load()
	if conn == nil {
		return
	}
	told := make(chan struct{})
	go func() { // ends with the connection
		defer close(told)
		_ = (*conn).SendAuthBanner(why.words() + "\r\n") // refused, told or not
	}()
	patience := time.NewTimer(hearing)
	defer patience.Stop()
	select {
	case <-told:
	case <-patience.C:
	}
}

// proven waits until the client has the proofs that it asked for: some leave with the end of their session. Who was told
// of keys to come asks at once, if at all; a short command may be answered before that is seen.
func (l *link) proven(toCome bool) {
	if soon := time.Until(l.told.Add(askingTime)); toCome && soon > 0 {
		select {
		case <-l.asked:
		case <-time.After(soon):
		}
	}
	l.proving <- struct{}{}
	<-l.proving
}

// isNew reports whether the client may be about to open its first session.
func (l *link) isNew() bool { return !l.settled.Load() }

// tried counts a try to come in that failed, of which the last is told. "None" is what clients ask first, to learn what
// there is.
func (l *link) tried(method string) {
	if method != "none" && int(l.tries.Add(1)) == l.limits.AuthTries {
		l.tell(ManyTries)
	}
}

// turnedOut returns why the client never came in, "" where it did. One that was let in at the very moment that its time
// was over has seen nothing of that.
func (l *link) turnedOut() Reason {
	if why := l.failed.Load(); why != nil {
		return *why
	}
	if l.in.Load() {
		return ""
	}
	if most := l.limits.AuthTries; most > 0 && int(l.tries.Load()) >= most {
		return ManyTries
	}
	return Garbage
}

// enter notes that the client is in, as an author or not, and returns how long that took.
func (l *link) enter(isAuthor bool) time.Duration {
	l.isReader.Store(!isAuthor)
	l.in.Store(true)
	l.used.now()
	return time.Since(l.began)
}

// end closes a connection that conn runs over, and takes down why.
func (l *link) end(conn ssh.Conn, why Reason, attributes ...any) {
	l.refusals.note(why, append([]any{"remote", l.address}, attributes...)...)
	if conn != nil {
		_ = conn.Close() // whoever it is, is gone or has to go
	}
	_ = l.Close()
}

// watch sees to it that a connection ends whose client is gone, or has no use for it. A client that was silent for half
// the time is asked for a sign of life.
func (l *link) watch(conn func() ssh.Conn) {
	if next := l.look(conn()); next > 0 {
		l.arm(next, func() { l.watch(conn) })
	}
}

// look reports when to look again, 0 where the connection is over or may last for ever.
func (l *link) look(conn ssh.Conn) (next time.Duration) {
	const never = time.Duration(math.MaxInt64)
	next = never
	if most := l.limits.Dead; most > 0 {
		silent := l.heard.ago()
		next = most/2 - silent
		if silent >= most {
			l.end(conn, Dead, "after", silent.Round(time.Millisecond))
			return 0
		}
		if next <= 0 {
			l.ask(conn)
			next = most - silent
		}
	}
	if most := l.limits.Empty; most > 0 {
		unused := l.used.ago()
		switch {
		case l.open.Load() > 0:
			next = min(next, most)
		case unused >= most:
			l.end(conn, Empty, "after", unused.Round(time.Millisecond))
			return 0
		default:
			next = min(next, most-unused)
		}
	}
	if next == never {
		return 0
	}
	return max(next, time.Millisecond)
}

// ask wants a sign of life of the client; any answer is one.
func (l *link) ask(conn ssh.Conn) {
	if conn == nil || !l.asking.CompareAndSwap(false, true) {
		return // about to come in, or asked already
	}
	go func() { // ends with the answer, or the connection
		_, _, _ = conn.SendRequest(keepalive, true, nil)
		l.asking.Store(false)
	}()
}
