package upload

import (
	"encoding/binary"
	"io"
	"sync"
)

// The packets that answer with a new handle (draft-ietf-secsh-filexfer-02, §3).
const (
	packetOpen    = 3
	packetOpenDir = 11
	packetHead    = 9 // bytes: length, type, id
)

// pipe is the channel of an sftp client as the request server sees it. It cannot be closed by that, and it holds back
// what comes after a request for a handle until the answer is out: the library works on several requests at a time,
// and a client that guesses a handle before it is told would have two of them change one file's record at once.
type pipe struct {
	in  io.Reader
	out io.Writer

	head []byte // of the packet that is being read, as far as it came
	left int    // bytes of that packet still to come

	mu       sync.Mutex
	unsent   int           // bytes of the answer that is being written
	awaited  uint32        // the request for a handle that is being worked on
	answered chan struct{} // closed with its answer; nil where there is none
}

// Close does nothing: the session closes its channel.
func (*pipe) Close() error { return nil }

// Read returns bytes of one packet at most.
func (p *pipe) Read(b []byte) (int, error) {
	p.mu.Lock()
	answered := p.answered
	p.mu.Unlock()
	if answered != nil && len(p.head) == 0 {
		<-answered
	}
	if p.left > 0 && len(b) > p.left {
		b = b[:p.left]
	}
	n, err := p.in.Read(b)
	p.follow(b[:n])
	return n, err
}

// follow keeps account of where in a packet the client is after it sent b.
func (p *pipe) follow(b []byte) {
	for _, c := range b {
		if len(p.head) < packetHead {
			p.head = append(p.head, c)
		}
		switch {
		case len(p.head) < 4:
			continue
		case len(p.head) == 4 && p.left == 0:
			p.left = int(binary.BigEndian.Uint32(p.head))
		default:
			p.left--
		}
		if p.left <= 0 {
			p.await()
			p.head, p.left = p.head[:0], 0
		}
	}
}

// await notes that the packet just read asks for a handle.
func (p *pipe) await() {
	if len(p.head) < packetHead || p.head[4] != packetOpen && p.head[4] != packetOpenDir {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.awaited, p.answered = binary.BigEndian.Uint32(p.head[5:]), make(chan struct{})
}

// Write sends a packet, or the part of it that the one before left.
func (p *pipe) Write(b []byte) (int, error) {
	n, err := p.out.Write(b)
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.unsent > 0 {
		p.unsent -= len(b)
		return n, err
	}
	answers := len(b) >= packetHead && p.answered != nil && binary.BigEndian.Uint32(b[5:]) == p.awaited
	if len(b) >= 4 {
		p.unsent = max(0, 4+int(binary.BigEndian.Uint32(b))-len(b))
	}
	if p.answered != nil && (answers || err != nil) {
		close(p.answered)
		p.answered = nil
	}
	return n, err
}
