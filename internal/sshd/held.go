package sshd

import (
	"net"
	"sync"
)

// held are packets on their way to a client that go out together: each write is a call of the kernel, and wakes the
// client up.
type held struct {
	mu      sync.Mutex
	holders int
	bytes   []byte
}

// maxHeldBack is how much waits at the most, in bytes.
const maxHeldBack = 64 << 10

// write sends p to conn, or keeps it for later. What it returns of that which it keeps may turn out wrong: then all that
// is written later fails.
func (h *held) write(conn net.Conn, p []byte) (int, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.holders > 0 && len(h.bytes)+len(p) <= maxHeldBack {
		h.bytes = append(h.bytes, p...)
		return len(p), nil
	}
	if err := h.flushLocked(conn); err != nil {
		return 0, err
	}
	return conn.Write(p)
}

func (h *held) hold() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.holders++
}

// letGo sends what was kept once nobody holds it any more.
func (h *held) letGo(conn net.Conn) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.holders--; h.holders == 0 {
		_ = h.flushLocked(conn) // the next write fails as well
	}
}

func (h *held) flushLocked(conn net.Conn) error {
	if len(h.bytes) == 0 {
		return nil
	}
	_, err := conn.Write(h.bytes)
	h.bytes = nil // most clients have one short answer
	return err
}
