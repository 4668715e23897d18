package store

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"strconv"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
)

// A revision of a file is a message: its bytes, or nothing where they lie among the objects, with these header lines.
// One without any, which somebody has put there by hand, is what it is.
const (
	modifiedHeader  = "Postern-Modified" // when the file was last changed, RFC 3339
	digestHeader    = "Postern-Digest"   // SHA-256 of the bytes, in hexadecimal
	objectHeader    = "Postern-Object"   // how many bytes lie among the objects, under the digest
	atHeader        = "Postern-At"       // when it was written, by the clock of who did, RFC 3339
	operationHeader = "KV-Operation"     // of the library: DEL or PURGE for what removes a key
	sizeHeader      = "Nats-Msg-Size"    // of the server, where it sends headers alone
)

// maxSkew is by how much the clocks of a replica and a server may differ, and a write take: beyond that the server's word
// counts.
const maxSkew = time.Minute

// errRevision is returned for header lines that no revision has.
var errRevision = errors.New("not a revision of a file")

// revision is what is known of one revision of a file.
type revision struct {
	seq      uint64 // its number in the bucket
	at       time.Time
	removed  bool
	size     int64
	modified time.Time
	digest   string // "": not known
	object   bool   // the bytes lie among the objects
	data     []byte // where they came with the news and nobody has read them yet
}

func (r revision) stamp() Stamp { return Stamp{Size: r.size, Modified: r.modified, Inode: r.seq} }

// newRevision returns the revision that has data, and is not yet anywhere, with no more than inline bytes in its
// message. A zero modified means now.
func newRevision(data []byte, modified time.Time, inline int) revision {
	if modified.IsZero() {
		modified = time.Now()
	}
	return revision{size: int64(len(data)), modified: modified.UTC().Round(0), digest: digest(data), object: len(data) > inline}
}

func digest(data []byte) string {
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])
}

// header returns the lines that parseRevision reads.
func (r revision) header() nats.Header {
	h := nats.Header{atHeader: {r.at.UTC().Format(time.RFC3339Nano)}}
	if r.removed {
		h[operationHeader] = []string{"DEL"}
		return h
	}
	h[modifiedHeader], h[digestHeader] = []string{r.modified.Format(time.RFC3339Nano)}, []string{r.digest}
	if r.object {
		h[objectHeader] = []string{strconv.FormatInt(r.size, 10)}
	}
	return h
}

// parseRevision returns what the message with these header lines is, which has size bytes and came at the time at.
func parseRevision(h nats.Header, size int, at time.Time) (revision, error) {
	if wrote, err := time.Parse(time.RFC3339Nano, h.Get(atHeader)); err == nil && wrote.Sub(at).Abs() < maxSkew {
		at = wrote // who undoes a push tells its time by that clock
	}
	r := revision{at: at, size: int64(size), modified: at.UTC().Round(0), digest: h.Get(digestHeader)}
	if op := h.Get(operationHeader); op == "DEL" || op == "PURGE" || h.Get(jetstream.MarkerReasonHeader) != "" {
		return revision{at: at, removed: true}, nil
	} else if op != "" {
		return r, errRevision
	}
	if sum, err := hex.DecodeString(r.digest); err != nil || len(sum) != 0 && len(sum) != sha256.Size || hex.EncodeToString(sum) != r.digest {
		return r, errRevision
	}
	if s := h.Get(modifiedHeader); s != "" {
		modified, err := time.Parse(time.RFC3339Nano, s)
		if err != nil {
			return r, errRevision
		}
		r.modified = modified.UTC()
	}
	if s := h.Get(objectHeader); s != "" {
		length, err := strconv.ParseUint(s, 10, 63)
		if err != nil || length > MaxFile || size > 0 || r.digest == "" {
			return r, errRevision
		}
		r.size, r.object = int64(length), true
	}
	return r, nil
}

// sizeOf returns how many bytes a message has that came with its headers alone, or with data.
func sizeOf(h nats.Header, data []byte) int {
	if n, err := strconv.ParseUint(h.Get(sizeHeader), 10, 31); err == nil && len(data) == 0 {
		return int(n)
	}
	return len(data)
}
