package upload

import (
	"cmp"
	"slices"
)

// span is the bytes of a file from one place up to another.
type span struct{ from, to int64 }

// spans are what was written of a file, in order and with gaps between them: clients send many pieces at once, and these
// are not always taken in their order.
type spans []span

// maxSpans bounds how many pieces without neighbours are remembered.
const maxSpans = 256

// with returns s and the bytes from one place up to another. Beyond maxSpans it forgets the last.
func (s spans) with(from, to int64) spans {
	first, _ := slices.BinarySearchFunc(s, from, func(p span, at int64) int { return cmp.Compare(p.to, at) })
	after := first
	for ; after < len(s) && s[after].from <= to; after++ {
		from, to = min(from, s[after].from), max(to, s[after].to)
	}
	s = slices.Replace(s, first, after, span{from, to})
	return s[:min(len(s), maxSpans)]
}

// head returns how many bytes there are from the beginning without a gap.
func (s spans) head() int64 {
	if len(s) == 0 || s[0].from > 0 {
		return 0
	}
	return s[0].to
}
