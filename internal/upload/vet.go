package upload

import (
	"bytes"
	"strings"

	"postern/internal/post"
)

// Some clients do not look at the answer to a close, and one looks at nothing but the answers to opening and to writes. So
// what can be known of a file before all of it is here is told then, to all clients: of the others it saves the time. What
// curl never learns is that a file is empty, for it writes nothing then, or what is wrong with one that is of just such a
// length as its pieces have, unless that is in its front matter.

const (
	maxVetted = 64 << 10 // bytes in which front matter is looked for before all is here
	maxLooked = 32 << 20 // bytes of one file that are looked at in all, each as often as it is
)

// Pieces in which clients send a file. One that ends with another has come to its end.
const (
	puttyPiece   = 4096
	libssh2Piece = 30000
	curlPiece    = 16 << 10 // or a multiple of it: what curl, which uses libssh2, reads at once
)

// note remembers that n bytes were written at offset, where there were so many bytes before.
func (in *incoming) note(offset int64, n int, before int64) {
	if len(in.written) == 0 && offset == before { // a transfer that goes on where it was cut
		in.written = in.written.with(0, before)
	}
	in.written = in.written.with(offset, offset+int64(n))
	if offset+int64(n) == int64(len(in.data)) {
		in.last = n
	}
}

// head returns how many bytes there are from the beginning without a gap.
func (in *incoming) head() int { return min(int(in.written.head()), len(in.data)) }

// admit returns why no file called name can be taken now, to clients that may hear of it too late. What it takes to know
// that is done again in the end, so the others are spared it.
func (d *desk) admit(name string) error {
	if !strings.HasPrefix(d.Client, libssh2) || isPassing(name) {
		return nil
	}
	err := d.Blog.Ready(d.ctx, d.By, name, 0)
	if err != nil {
		d.refuse(err)
	}
	return err
}

// isWhole reports whether the file is all that its client has, as far as one can tell. It can with a few clients.
func (in *incoming) isWhole() bool {
	if in.head() < len(in.data) {
		return false
	}
	switch client := in.desk.Client; {
	case strings.HasPrefix(client, libssh2):
		return in.last != libssh2Piece && len(in.data)%curlPiece != 0
	case strings.HasPrefix(client, putty):
		return in.last != puttyPiece
	}
	return false
}

// vet returns why the file cannot be taken whatever follows: front matter that is whole and wrong, or anything where
// nothing follows.
func (in *incoming) vet() error {
	d, head, whole := in.desk, in.data[:in.head()], in.isWhole()
	fenced := bytes.HasPrefix(head, []byte("---")) || bytes.HasPrefix(head, []byte("+++"))
	if in.looked >= maxLooked || isPassing(in.name) || !whole && (in.vetted || len(head) > maxVetted || !fenced) {
		return nil
	}
	in.looked += int64(len(head))
	err := d.Blog.Vet(in.name, head)
	problems := post.Errors(err)
	if len(problems) > 0 && (whole || problems[0].Line > 1) { // on line 1 it is said that it has no end yet
		return d.Blog.Refuse(d.ctx, d.By, in.name, err)
	}
	in.vetted = err == nil
	if whole {
		return d.Blog.Ready(d.ctx, d.By, in.name, len(head))
	}
	return nil
}
