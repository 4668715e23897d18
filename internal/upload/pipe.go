package upload

import (
	"encoding/binary"
	"io"
	"sync"
	"time"
)

// packetOpen is the type of a request that opens a file (draft-ietf-secsh-filexfer-02, §3).
const packetOpen = 3

// pipe is the channel of an sftp client as the request server sees it. It cannot be closed by that, and it gives it one
// request at a time: the next is held back until the answer is on its way. The library works on several at once, in any
// order. Pieces that a client appends to a file would change places then, a setting of the time could come before what
// is written, and a client that guesses a handle before it is told would have two of them change one file's record.
type pipe struct {
	in     io.Reader
	out    io.Writer
	done   <-chan struct{}     // closed when the client is gone: there may be no answer then
	worked func(time.Duration) // told how long each request took, before the next is read; nil: nobody asks

	head []byte // the length of the packet that is being read, as far as it came
	left int    // bytes of that packet still to come
	body []byte // its beginning, where it asks for a file to be opened

	asked time.Time // when the last request was whole; zero where worked knows how long it took

	mu       sync.Mutex
	unsent   int           // bytes of the answer that is being written
	answered chan struct{} // closed with the answer to the last request; nil where there is none
}

// Close does nothing: the session closes its channel.
func (*pipe) Close() error { return nil }

// Read returns bytes of one packet at most.
func (p *pipe) Read(b []byte) (int, error) {
	p.mu.Lock()
	answered := p.answered
	p.mu.Unlock()
	if answered != nil && len(p.head) == 0 {
		select {
		case <-answered:
		case <-p.done:
			return 0, io.EOF
		}
	}
	if p.worked != nil && !p.asked.IsZero() && len(p.head) == 0 {
		p.worked(time.Since(p.asked))
		p.asked = time.Time{}
	}
	if len(p.head) < 4 {
		b = b[:min(len(b), 4-len(p.head))]
	} else {
		b = b[:min(len(b), p.left)]
	}
	n, err := p.in.Read(b)
	p.follow(b[:n])
	return n, err
}

// follow keeps account of where in a packet the client is after it sent b, which is of its length or of the rest.
func (p *pipe) follow(b []byte) {
	if len(p.head) == 4 {
		p.left -= len(b)
		if len(p.body) == 0 || p.body[0] == packetOpen {
			p.body = append(p.body, b[:min(len(b), maxPath-len(p.body))]...)
		}
	} else if p.head = append(p.head, b...); len(p.head) == 4 {
		p.left, p.body = int(binary.BigEndian.Uint32(p.head)), p.body[:0]
	}
	if len(p.head) < 4 || p.left > 0 {
		return
	}
	p.head, p.asked = p.head[:0], time.Now()
	p.mu.Lock()
	defer p.mu.Unlock()
	p.answered = make(chan struct{})
}

// asFolder reports whether the request that is being answered opens a file by the name of a folder, with a slash at its
// end. The library tells names without it.
func (p *pipe) asFolder() bool {
	const name = 9 // type, id, and the length of the name come before it
	if len(p.body) < name || p.body[0] != packetOpen {
		return false
	}
	n := int(binary.BigEndian.Uint32(p.body[name-4:]))
	return n > 0 && n <= len(p.body)-name && p.body[name+n-1] == '/'
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
	if len(b) >= 4 {
		p.unsent = max(0, 4+int(binary.BigEndian.Uint32(b))-len(b))
	}
	if p.answered != nil {
		close(p.answered)
		p.answered = nil
	}
	return n, err
}
