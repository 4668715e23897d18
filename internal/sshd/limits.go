package sshd

import (
	"net"
	"net/netip"
	"slices"
	"time"
)

// Limits bound what clients may take. Zero means no limit.
type Limits struct {
	Connections int            // open at once
	PerAddress  int            // open at once from one IPv4 address or IPv6 /64
	New         int            // connections in a second, after twice as many at once
	NewAddress  int            // of these from one IPv4 address or IPv6 /64
	Input       int            // bytes that the readers of one address may send in a second, after four times as many
	Sessions    int            // open at once in one connection
	Handshake   time.Duration  // until the keys are exchanged
	Login       time.Duration  // from then on until the client is in: somebody may be comparing fingerprints
	Unknown     int            // bytes that a client may send before it is in
	AuthTries   int            // keys and other tries to come in as an author
	Idle        time.Duration  // without a key pressed
	Empty       time.Duration  // for a connection without a session
	Dead        time.Duration  // for a client to say anything, asked or not, before it counts as gone
	Stalled     time.Duration  // for a client to take what it is sent
	Exempt      []netip.Prefix // any number of connections may come from here
	Proxies     []netip.Prefix // who comes from here says with the PROXY protocol whom it brings
}

// exempt reports whether any number of connections may come from origin.
func (l Limits) exempt(origin netip.Prefix) bool {
	return slices.ContainsFunc(l.Exempt, func(p netip.Prefix) bool { return p.Contains(origin.Addr()) })
}

// isProxy reports whether the connection from addr brings somebody else.
func (l Limits) isProxy(addr net.Addr) bool {
	at, err := netip.ParseAddrPort(addr.String())
	return err == nil && slices.ContainsFunc(l.Proxies, func(p netip.Prefix) bool { return p.Contains(at.Addr().Unmap().WithZone("")) })
}

// originOf returns what counts as one address: an IPv4 address, or the /64 that one IPv6 site has for itself.
func originOf(addr net.Addr) netip.Prefix { return network(addr, 32, 64) }

// network returns the network of addr with so many bits, the zero Prefix for what is no address.
func network(addr net.Addr, bits4, bits6 int) netip.Prefix {
	at, err := netip.ParseAddrPort(addr.String())
	if err != nil {
		return netip.Prefix{} // all others together
	}
	ip, bits := at.Addr().Unmap(), bits6
	if ip.Is4() {
		bits = bits4
	}
	prefix, err := ip.WithZone("").Prefix(bits)
	if err != nil {
		return netip.Prefix{}
	}
	return prefix
}
