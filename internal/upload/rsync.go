package upload

import (
	"bufio"
	"context"
	"crypto/rand"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/mmcloughlin/md4"
)

// Rsync serves one rsync, which was started here with words, and returns the exit status.
//
// Files are always sent whole: posts are small, and what they were is not worth the blocks. The library for this
// protocol was tried and left: it trusts lengths and places that a client sends, which one stranger is enough to end
// the whole server with.
func (s *Session) Rsync(ctx context.Context, words []string) int {
	o, err := readRsyncOptions(words)
	if err == nil && !o.sender && !s.writes() {
		err = errReader
	}
	if err != nil {
		_, _ = fmt.Fprintln(s.Err, s.Clean(err.Error())) // the exit status says it as well
		return refused
	}
	var seed [4]byte
	_, _ = rand.Read(seed[:]) // never fails
	r := &rsync{report: report{Session: s, began: time.Now()}, ctx: ctx, options: o,
		wire: &rsyncWire{in: bufio.NewReader(s.In), out: bufio.NewWriter(s.Out), seed: binary.LittleEndian.Uint32(seed[:])}}
	if err = r.wire.greet(); err == nil {
		if o.sender {
			err = r.send()
		} else {
			err = r.receive()
		}
	}
	if r.over && errors.Is(err, io.EOF) {
		err = nil // the client has all and needs no goodbye
	}
	switch {
	case err == nil && r.finished == done:
		return done
	case err == nil:
		return notAll
	}
	if !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
		_ = errors.Join(r.wire.text(messageError, s.Clean(err.Error())), r.wire.flush()) // the client may be gone
	}
	s.Log.Debug("rsync ended", "err", err)
	return refused
}

// notAll is how rsync says that some files were not transferred.
const notAll = 23

// rsync is one end of a transfer.
type rsync struct {
	report
	ctx     context.Context
	options rsyncOptions
	wire    *rsyncWire
	over    bool // all was done; the client may hang up

	finished int // the exit status
}

// fileSum returns the sum by which the other end knows that it has all of a file.
func (r *rsync) fileSum(content []byte) []byte {
	h := md4.New()
	_, _ = h.Write(binary.LittleEndian.AppendUint32(nil, r.wire.seed)) // a hash takes everything
	_, _ = h.Write(content)
	return h.Sum(nil)
}

// contentSum returns the sum by which both ends know that they have the same file.
func contentSum(content string) (sum [sumLength]byte) {
	h := md4.New()
	_, _ = io.WriteString(h, content) // a hash takes everything
	copy(sum[:], h.Sum(nil))
	return sum
}
