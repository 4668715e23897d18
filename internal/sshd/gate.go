package sshd

import (
	"log/slog"
	"net"
	"net/netip"
	"sync"
)

// gate is a listener that closes connections beyond its limits at once, before they cost a handshake. One line in the
// log says that a limit is reached, not one for each connection.
type gate struct {
	net.Listener
	limits Limits
	log    *slog.Logger

	mu      sync.Mutex
	all     int
	from    map[netip.Prefix]int
	refused bool // since there was room for all
}

func newGate(ln net.Listener, limits Limits, log *slog.Logger) *gate {
	return &gate{Listener: ln, limits: limits, log: log, from: make(map[netip.Prefix]int)}
}

// Accept returns the next connection that is within the limits.
func (g *gate) Accept() (net.Conn, error) {
	for {
		conn, err := g.Listener.Accept()
		if err != nil {
			return nil, err
		}
		origin := originOf(conn.RemoteAddr())
		if g.enter(origin) {
			return &counted{Conn: conn, leave: sync.OnceFunc(func() { g.leave(origin) })}, nil
		}
		_ = conn.Close() // refused: nothing was said yet
	}
}

func (g *gate) enter(origin netip.Prefix) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	crowd := g.limits.PerAddress > 0 && g.from[origin] >= g.limits.PerAddress && !g.limits.exempt(origin)
	if full := g.limits.Connections > 0 && g.all >= g.limits.Connections; full || crowd {
		if !g.refused {
			g.log.Warn("connections refused", "open", g.all, "from", origin, "from here", g.from[origin])
		}
		g.refused = true
		return false
	}
	g.all++
	g.from[origin]++
	return true
}

func (g *gate) leave(origin netip.Prefix) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.refused = false
	g.all--
	if g.from[origin]--; g.from[origin] == 0 {
		delete(g.from, origin)
	}
}

// originOf returns what counts as one address: an IPv4 address, or the /64 that one IPv6 site has for itself.
func originOf(addr net.Addr) netip.Prefix {
	at, err := netip.ParseAddrPort(addr.String())
	if err != nil {
		return netip.Prefix{} // all others together
	}
	ip, bits := at.Addr().Unmap(), 64
	if ip.Is4() {
		bits = 32
	}
	prefix, err := ip.WithZone("").Prefix(bits)
	if err != nil {
		return netip.Prefix{}
	}
	return prefix
}

// counted is a connection that gives its place back when it is closed.
type counted struct {
	net.Conn
	leave func()
}

// Close closes the connection. It may be called more than once.
func (c *counted) Close() error {
	c.leave()
	return c.Conn.Close()
}
