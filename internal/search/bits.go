package search

import (
	"encoding/binary"
	"math/bits"
)

// Where a word stands in a post is kept as Rice codes of the gaps between its places: the quotient by a power of two
// as ones and a zero, then the remainder. The power follows from the length of the post and from how often the word is
// in it, both of which are known anyway, so a place costs little more than one byte.

// spare is how many bytes a bitReader needs behind the last code.
const spare = 8

// remainderBits returns how many bits the remainder has for count places among length.
func remainderBits(length, count uint32) uint {
	gap := uint64(length) * 11 / 16 / (uint64(count) + 1) // 11/16 is about ln 2
	if count == 1 {
		gap = uint64(length) * 11 / 16
	}
	return uint(max(bits.Len64(gap), 1) - 1)
}

// bitWriter appends codes to a slice of bytes.
type bitWriter struct {
	bytes   []byte
	pending uint64
	held    uint // bits in pending
}

// write appends the code of n with a remainder of k bits.
func (w *bitWriter) write(n uint32, k uint) {
	const run = 32
	ones := n >> k
	for ; ones >= run; ones -= run {
		w.put(1<<run-1, run)
	}
	w.put(1<<ones-1, uint(ones)+1)
	w.put(uint64(n)&(1<<k-1), k)
}

// put appends n bits.
func (w *bitWriter) put(b uint64, n uint) {
	w.pending |= b << w.held
	for w.held += n; w.held >= 8; w.held -= 8 {
		w.bytes = append(w.bytes, byte(w.pending))
		w.pending >>= 8
	}
}

// flush ends the codes on a whole byte and returns all of them.
func (w *bitWriter) flush() []byte {
	if w.held > 0 {
		w.put(0, 8-w.held)
	}
	return w.bytes
}

// bitReader reads codes back.
type bitReader struct {
	bytes []byte // with spare bytes behind the last code
	at    uint64 // in bits
}

// read returns the next number, whose remainder has k bits.
func (r *bitReader) read(k uint) uint32 {
	const sure = 56 // bits that one look shows
	var ones uint32
	for {
		n := uint(bits.TrailingZeros64(^r.look()))
		if n < sure {
			ones += uint32(n)
			r.at += uint64(n) + 1
			break
		}
		ones += sure
		r.at += sure
	}
	remainder := uint32(r.look()) & (1<<k - 1)
	r.at += uint64(k)
	return ones<<k | remainder
}

// look returns the bits that come next.
func (r *bitReader) look() uint64 {
	return binary.LittleEndian.Uint64(r.bytes[r.at>>3:]) >> (r.at & 7)
}
