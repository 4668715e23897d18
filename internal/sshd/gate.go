package sshd

import (
	"context"
	"errors"
	"io"
	"net"
	"net/netip"
	"sync"
	"sync/atomic"
	"time"

	"github.com/pires/go-proxyproto"
)

// gate lets connections in that are within the limits. The others are told so in the few bytes that cost no key
// exchange, and are closed.
type gate struct {
	limits   func() Limits
	full     func() bool // the memory is used up
	refusals *refusals
	address  func(net.Addr) string // as the log may have it
	closing  <-chan struct{}
	open     *atomic.Int64 // links, and those that are about to be
	turned   chan struct{} // holds one for each client that is being told why it cannot come in

	mu     sync.Mutex
	closed bool // nobody stays
	links  map[*link]struct{}
	from   map[netip.Prefix]*origin
	new    bucket
	swept  time.Time
	inside sync.WaitGroup
}

// origin is what is known of one address.
type origin struct {
	open int
	new  bucket
	pace pace
}

func newGate(s *Server) *gate {
	return &gate{limits: s.limits, full: s.Full, closing: s.closing.Done(), refusals: s.refusals, address: s.address, open: &s.connections, turned: make(chan struct{}, 64),
		links: make(map[*link]struct{}), from: make(map[netip.Prefix]*origin)}
}

// accept hands each connection that may come in to handle, in a goroutine of its own, until ln is closed. That the
// process has no more files is no reason to end.
func (g *gate) accept(ctx context.Context, ln net.Listener, handle func(net.Conn)) error {
	for {
		conn, err := ln.Accept()
		switch {
		case err == nil:
			g.inside.Go(func() { g.admit(conn, handle) })
		case ctx.Err() != nil || errors.Is(err, net.ErrClosed):
			return err
		default:
			g.refusals.note(Full, "err", err)
			if !wait(ctx, 100*time.Millisecond) {
				return err
			}
		}
	}
}

// wait returns after d, or false as soon as ctx ends.
func wait(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-timer.C:
		return true
	}
}

// admit stays with the connection until it is closed. What it takes to let it in is over by then: a handshake that began
// deeper in the stack would have each connection keep one twice as large.
func (g *gate) admit(conn net.Conn, handle func(net.Conn)) {
	if l := g.let(conn); l != nil {
		defer g.see(l)
		handle(l)
	}
}

// let returns the link of a connection that may come in, which see lets out again, or turns it away.
func (g *gate) let(conn net.Conn) *link {
	limits := g.limits()
	if why := g.enter(limits); why != "" {
		g.refusals.note(why, "open", g.open.Load())
		g.turnAway(conn, why)
		return nil
	}
	if limits.isProxy(conn.RemoteAddr()) {
		brought, err := announced(conn, limits.Handshake)
		if err != nil {
			g.refusals.note(Proxy, "remote", g.address(conn.RemoteAddr()), "err", err)
			g.turnAway(conn, Proxy)
			g.leave()
			return nil
		}
		conn = brought
	}
	from := originOf(conn.RemoteAddr())
	pace, why := g.enterFrom(from, limits)
	if why != "" {
		g.refusals.note(why, "remote", g.address(conn.RemoteAddr()))
		g.turnAway(conn, why)
		g.leave()
		return nil
	}
	l := newLink(conn, limits, g.refusals)
	l.address, l.from, l.pace, l.hurry = g.address(conn.RemoteAddr()), from, pace, g.closing
	g.keep(l)
	return l
}

// see lets l out.
func (g *gate) see(l *link) {
	_ = l.Close() // closed already, where nothing panicked
	if why := l.turnedOut(); why != "" {
		g.refusals.note(why, "remote", l.address)
		g.part(l.Conn, l.said.last(why))
	}
	_ = l.Conn.Close() // it may be closed
	g.forget(l)
	g.leaveFrom(l.from)
	g.leave()
}

// announced reads who is brought by the proxy at the other end of conn.
func announced(conn net.Conn, within time.Duration) (net.Conn, error) {
	brought := proxyproto.NewConn(conn, proxyproto.SetReadHeaderTimeout(within))
	brought.ProxyHeaderPolicy = proxyproto.REQUIRE
	if _, err := brought.Read(nil); err != nil {
		return nil, err
	}
	return brought, nil
}

// enter counts a connection that is about to come from anywhere, or returns why it cannot.
func (g *gate) enter(limits Limits) Reason {
	if g.full() {
		return Memory
	}
	if n := g.open.Add(1); limits.Connections > 0 && n > int64(limits.Connections) {
		g.leave()
		return Full
	}
	return ""
}

func (g *gate) leave() { g.open.Add(-1) }

// enterFrom counts a connection from an address and returns the pace of all from there, or why it cannot come in. The
// address's own rate is looked at first, so that one that rushes leaves the others their share.
func (g *gate) enterFrom(from netip.Prefix, limits Limits) (*pace, Reason) {
	g.mu.Lock()
	defer g.mu.Unlock()
	now := time.Now()
	g.sweepLocked(now, limits)
	o := g.from[from]
	if o == nil {
		o = &origin{}
	}
	common := &o.pace
	switch {
	case limits.exempt(from): // many may come from there, each at their own pace
		common = new(pace)
	case limits.PerAddress > 0 && o.open >= limits.PerAddress:
		return nil, Crowd
	case !o.new.take(now, limits.NewAddress):
		return nil, AddressRush
	case !g.new.take(now, limits.New):
		return nil, Rush
	}
	o.open++
	g.from[from] = o
	return common, ""
}

func (g *gate) leaveFrom(from netip.Prefix) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.from[from].open--
}

// sweepLocked forgets, once a second, the addresses that nothing is to be remembered of.
func (g *gate) sweepLocked(now time.Time, limits Limits) {
	if now.Sub(g.swept) < time.Second {
		return
	}
	g.swept = now
	for from, o := range g.from {
		if o.open == 0 && o.new.full(now, limits.NewAddress) {
			delete(g.from, from)
		}
	}
}

func (g *gate) keep(l *link) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.links[l] = struct{}{}
	if g.closed {
		l.turnOut(Closing) // it came too late
	}
}

func (g *gate) forget(l *link) {
	g.mu.Lock()
	defer g.mu.Unlock()
	delete(g.links, l)
}

// expects reports whether a client is in, or about to be, that has not said yet what it wants.
func (g *gate) expects() bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	if len(g.links) < int(g.open.Load()) {
		return true // one has not shown itself
	}
	for l := range g.links {
		if l.isNew() {
			return true
		}
	}
	return false
}

// close closes every connection and waits until nobody is in.
func (g *gate) close() {
	g.mu.Lock()
	g.closed = true
	for l := range g.links {
		l.turnOut(Closing)
	}
	g.mu.Unlock()
	g.inside.Wait()
}

// turnAway tells a client that has heard nothing yet why it cannot come in, and closes the connection.
func (g *gate) turnAway(conn net.Conn, why Reason) {
	g.part(conn, append([]byte(serverVersion+"\r\n"), goodbye(why)...))
}

// part says the last words to a client, if there are any to be said, and closes the connection. A client may not read
// at once, and what it has sent must be taken before, lest the reset of the connection overtakes the words; so that
// takes a second at most, for a few at a time: also where the words were said already, by a banner. In a flood the others
// are closed without a word, and when the server ends nobody new is waited for.
func (g *gate) part(conn net.Conn, words []byte) {
	defer func() { _ = conn.Close() }() // refused: nothing can be lost
	select {
	case g.turned <- struct{}{}:
		defer func() { <-g.turned }()
	default:
		return
	}
	if conn.SetDeadline(time.Now().Add(hearing)) != nil {
		return
	}
	if _, err := conn.Write(words); err != nil {
		return
	}
	if half, ok := conn.(interface{ CloseWrite() error }); ok {
		_ = half.CloseWrite() // the deadline stands
	}
	select {
	case <-g.closing:
	default:
		_, _ = io.Copy(io.Discard, io.LimitReader(conn, 64<<10)) // it may say what it likes
	}
}
