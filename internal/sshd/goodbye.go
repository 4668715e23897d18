package sshd

import (
	"encoding/binary"
	"net"
	"sync"
	"sync/atomic"
	"time"
)

// hearing is how long a client has that is turned out, to hear why.
const hearing = time.Second

// The messages of the protocol that are written or looked for here (RFC 4253 §12).
const (
	msgDisconnect = 1
	msgNewKeys    = 21
)

// goodbye returns SSH_MSG_DISCONNECT as it stands before any keys are exchanged (RFC 4253 §6, §11.1).
func goodbye(why Reason) []byte {
	words := why.words()
	payload := binary.BigEndian.AppendUint32([]byte{msgDisconnect}, why.code())
	payload = binary.BigEndian.AppendUint32(payload, uint32(len(words)))
	payload = append(append(payload, words...), 0, 0, 0, 0) // no language
	padding := 8 - (5+len(payload))%8
	if padding < 4 {
		padding += 8
	}
	packet := binary.BigEndian.AppendUint32(nil, uint32(1+len(payload)+padding))
	packet = append(append(packet, byte(padding)), payload...)
	return append(packet, make([]byte, padding)...)
}

// opening is what the server says in plain text: its version, and packets until the keys are exchanged. It knows where
// a goodbye may stand among them. The library writes the version, and each packet, by a write of its own, or by more
// where it is long; whatever else were written would be taken for secret.
type opening struct {
	secret atomic.Bool // the keys are exchanged, and nothing is plain any more
	mu     sync.Mutex
	heard  bool // the version
	left   int  // bytes of a packet that are not written yet
	over   bool
}

// write writes p to conn, unless the last words are said.
func (o *opening) write(conn net.Conn, p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.over {
		return 0, net.ErrClosed
	}
	n, err := conn.Write(p)
	if n > 0 {
		o.note(p)
		o.over = n < len(p) // nothing can follow a piece
	}
	return n, err
}

// note takes down that p was written.
func (o *opening) note(p []byte) {
	switch {
	case !o.heard:
		o.heard = true
	case o.left == 0 && len(p) > 5:
		o.left = 4 + int(binary.BigEndian.Uint32(p)) - len(p)
		o.secret.Store(o.left < 0 || p[5] == msgNewKeys)
	default:
		o.left -= len(p)
		o.secret.Store(o.left < 0)
	}
}

// isNewKeys reports whether p is the message after which all is secret. It is short.
func isNewKeys(p []byte) bool {
	return len(p) > 5 && int(binary.BigEndian.Uint32(p)) == len(p)-4 && p[5] == msgNewKeys
}

// last returns the last words to a client, none where it could not understand them: then it has secrets with the server,
// or waits for the rest of a packet. Nothing can be written from then on.
func (o *opening) last(why Reason) []byte {
	o.mu.Lock()
	defer o.mu.Unlock()
	over := o.over
	o.over = true
	switch {
	case over || o.secret.Load() || o.left > 0 || why.words() == "":
		return nil
	case !o.heard:
		return append([]byte(serverVersion+"\r\n"), goodbye(why)...)
	}
	return goodbye(why)
}
