package upload

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"sync"
)

// The protocol of rsync in its version 27, which every client since 2004 speaks to a server that knows no newer one.
// Numbers are little-endian. What this end sends is cut into messages, each with a header of its kind and length, so
// that texts for the user can come between; what the client sends is not.
const (
	rsyncVersion = 27
	rsyncOldest  = 27 // of a client

	messageBase  = 7
	messageData  = 0
	messageError = 1 // the client prints it and will not exit with 0
	messageInfo  = 2

	maxMessage = 1<<16 - 1
)

// rsyncWire is both directions of one transfer.
type rsyncWire struct {
	in   *bufio.Reader
	mu   sync.Mutex // one message at a time
	out  *bufio.Writer
	seed uint32

	read, written int64
}

// greet tells the versions and the seed of checksums.
func (w *rsyncWire) greet() error {
	if err := w.plain(rsyncVersion); err != nil {
		return err
	}
	version, err := w.int()
	if err != nil {
		return err
	}
	if version < rsyncOldest || version > 255 {
		return fmt.Errorf("rsync: version %d of its protocol is not spoken here", version)
	}
	return w.plain(w.seed)
}

// plain sends a number before messages begin.
func (w *rsyncWire) plain(n uint32) error {
	_, err := w.out.Write(binary.LittleEndian.AppendUint32(nil, n))
	return errors.Join(err, w.out.Flush())
}

// message sends one message.
func (w *rsyncWire) message(kind byte, data []byte) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	for len(data) > 0 {
		n := min(len(data), maxMessage)
		header := binary.LittleEndian.AppendUint32(nil, uint32(messageBase+kind)<<24|uint32(n))
		if _, err := w.out.Write(header); err != nil {
			return err
		}
		if _, err := w.out.Write(data[:n]); err != nil {
			return err
		}
		w.written += int64(n + len(header))
		data = data[n:]
	}
	return nil
}

// text sends a line for the client's user.
func (w *rsyncWire) text(kind byte, line string) error { return w.message(kind, []byte(line+"\n")) }

// send sends numbers as data.
func (w *rsyncWire) send(numbers ...int32) error {
	var data []byte
	for _, n := range numbers {
		data = binary.LittleEndian.AppendUint32(data, uint32(n))
	}
	return w.message(messageData, data)
}

// flush sends what waits to be sent.
func (w *rsyncWire) flush() error {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.out.Flush()
}

// int reads a number.
func (w *rsyncWire) int() (int32, error) {
	var b [4]byte
	if err := w.full(b[:]); err != nil {
		return 0, err
	}
	return int32(binary.LittleEndian.Uint32(b[:])), nil
}

// long reads a number that may be large.
func (w *rsyncWire) long() (int64, error) {
	n, err := w.int()
	if err != nil || n != -1 {
		return int64(n), err
	}
	var b [8]byte
	err = w.full(b[:])
	return int64(binary.LittleEndian.Uint64(b[:])), err
}

// byte reads one byte.
func (w *rsyncWire) byte() (byte, error) {
	w.read++
	return w.in.ReadByte()
}

// bytes reads so many bytes, of at most limit.
func (w *rsyncWire) bytes(n int32, limit int) ([]byte, error) {
	if n < 0 || int(n) > limit {
		return nil, fmt.Errorf("rsync: %d bytes where at most %d can come", n, limit)
	}
	b := make([]byte, n)
	return b, w.full(b)
}

// skip reads n bytes and forgets them.
func (w *rsyncWire) skip(n int64) error {
	w.read += n
	_, err := io.CopyN(io.Discard, w.in, n)
	return err
}

func (w *rsyncWire) full(b []byte) error {
	w.read += int64(len(b))
	_, err := io.ReadFull(w.in, b)
	return err
}

// appendLong adds a number that may be large.
func appendLong(b []byte, n int64) []byte {
	if n >= 0 && n <= 1<<31-1 {
		return binary.LittleEndian.AppendUint32(b, uint32(n))
	}
	b = binary.LittleEndian.AppendUint32(b, 0xFFFFFFFF)
	return binary.LittleEndian.AppendUint64(b, uint64(n))
}

// rules reads the client's filter rules.
func (w *rsyncWire) rules() (rsyncRules, error) {
	var rules rsyncRules
	for came := 0; ; came++ {
		n, err := w.int()
		if err != nil || n == 0 {
			return rules, err
		}
		if came >= maxRules {
			return nil, fmt.Errorf("rsync: more than %d filter rules", maxRules)
		}
		line, err := w.bytes(n, maxPattern+len("+ "))
		if err != nil {
			return nil, err
		}
		if string(line) == "!" {
			rules = nil
			continue
		}
		rule, err := parseRsyncRule(string(line))
		if err != nil {
			return nil, err
		}
		rules = append(rules, rule)
	}
}
