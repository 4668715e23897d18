package command

import (
	"bufio"
	"fmt"
	"io"
	"iter"
	"slices"
	"sync"

	"postern/internal/feed"
)

// piece is the length of the writes in which an answer is sent, in bytes. One that is shorter is sent in one write, a
// longer one while it is made: a caller who does not read holds no more than this.
const piece = 32 << 10

// answers are used again: making one would cost a short answer more than all the rest of it.
var answers = sync.Pool{New: func() any { return bufio.NewWriterSize(nil, piece) }}

// newAnswer returns what sends an answer to w. Its errors come back from Flush. Give it back with recycle.
func newAnswer(w io.Writer) *bufio.Writer {
	out := answers.Get().(*bufio.Writer)
	out.Reset(pieces{w})
	return out
}

// recycle gives back what newAnswer returned; nothing holds it any more.
func recycle(out *bufio.Writer) {
	out.Reset(nil)
	answers.Put(out)
}

// pieces writes in pieces, so that a slow caller has time for each of them.
type pieces struct{ w io.Writer }

func (p pieces) Write(b []byte) (int, error) {
	written := 0
	for part := range slices.Chunk(b, piece) {
		n, err := p.w.Write(part)
		written += n
		if err != nil {
			return written, err
		}
	}
	return written, nil
}

// say prints a part of the answer.
func (c *call) say(format string, args ...any) {
	_, _ = fmt.Fprintf(c.out, format, args...) // what is wrong comes back from Flush
}

// json prints v over several lines.
func (c *call) json(v any) error {
	encoded, err := feed.EncodeJSON(v, "")
	if err != nil {
		return err
	}
	_, err = c.out.Write(append(encoded, '\n'))
	return err
}

// jsonList prints objects as an array, one by one.
func jsonList[T any](c *call, objects iter.Seq[T]) error {
	separator, end := "[\n  ", "[]\n"
	for o := range objects {
		encoded, err := feed.EncodeJSON(o, "  ")
		if err != nil {
			return err
		}
		if _, err := c.out.WriteString(separator + string(encoded)); err != nil {
			return err // the caller has had enough
		}
		separator, end = ",\n  ", "\n]\n"
	}
	_, err := c.out.WriteString(end)
	return err
}
