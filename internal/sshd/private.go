package sshd

import (
	"crypto/rand"
	"net"
	"strings"

	"postern/internal/text"
)

// maxLogged is how many characters of a client's word the log gets.
const maxLogged = 64

// logged returns a client's word as the log may have it: safe, on one line, cut. The log's format quotes it.
func logged(word string) string {
	if len(word) > 4*maxLogged {
		word = word[:4*maxLogged]
	}
	runes := []rune(text.Line(word))
	if len(runes) > maxLogged {
		return string(runes[:maxLogged]) + "…"
	}
	return string(runes)
}

// address returns where a client comes from as the log may have it: with privacy only the network, 24 bits of an IPv4
// address or 48 of an IPv6 address, which tells providers apart and not people.
func (s *Server) address(addr net.Addr) string {
	if !s.Privacy {
		return addr.String()
	}
	if at := network(addr, 24, 48); at.IsValid() {
		return at.Addr().String()
	}
	return "unknown"
}

// newID returns what an entry of the log is found by.
func newID() string { return strings.ToLower(rand.Text()[:8]) }
