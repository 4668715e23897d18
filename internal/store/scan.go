package store

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
)

// How long the revisions of one file, and those of all, may take to come, without their bytes.
const (
	scanFor    = 5 * time.Second
	scanAllFor = time.Minute
)

// revisions are those of files by their names, oldest first.
type revisions struct {
	files, lost map[string][]revision
}

// scan returns all revisions of the keys that match the filters, without their bytes. Each try may take so long.
func (b *Bucket) scan(each time.Duration, filters ...string) (found revisions, err error) {
	ctx, cancel := context.WithTimeout(b.open, max(each, b.patience()))
	defer cancel()
	err = persistFor(ctx, each, func(ctx context.Context) (err error) {
		found, err = b.scanOnce(ctx, filters)
		return err
	})
	if err != nil && !final(err) {
		err = fmt.Errorf("%w: %w", ErrUnreachable, err)
	}
	return found, err
}

// scanOnce may have been answered by a server that has not all yet: then it returns errStalled.
func (b *Bucket) scanOnce(ctx context.Context, filters []string) (revisions, error) {
	found := revisions{files: make(map[string][]revision), lost: make(map[string][]revision)}
	least := b.newest(filters)
	r, err := b.read(ctx, jetstream.ConsumerConfig{FilterSubjects: filters, DeliverPolicy: jetstream.DeliverAllPolicy, HeadersOnly: true})
	if err != nil {
		return found, err
	}
	defer r.close()
	var last uint64
	for range r.left {
		m, key, about, err := r.take(ctx)
		if err != nil {
			return found, err
		}
		found.add(key, m, about)
		if last = about.Sequence.Stream; about.NumPending == 0 {
			break
		}
	}
	return found, enough(last, least)
}

// add takes over one message. What is not understood is left out; it was told of when it came.
func (f revisions) add(key string, m *nats.Msg, about *nats.MsgMetadata) {
	kind, name, err := decodeKey(key)
	if err != nil || Check(name) != nil {
		return
	}
	r, err := parseRevision(m.Header, sizeOf(m.Header, m.Data), about.Timestamp)
	if r.seq = about.Sequence.Stream; err != nil {
		return
	}
	switch kind {
	case fileKey:
		f.files[name] = append(f.files[name], r)
	case lostKey:
		f.lost[name] = append(f.lost[name], r)
	}
}

// enough returns errStalled where the last number that came is less than the one that is known to be there.
func enough(last, least uint64) error {
	if last < least {
		return errStalled
	}
	return nil
}

// newest returns the highest number of a revision that the filters are known to match.
func (b *Bucket) newest(filters []string) (newest uint64) {
	b.mu.Lock()
	defer b.mu.Unlock()
	all, oldest := slices.Contains(filters, b.subject(fileKey+">")), time.Now().Add(-keepFor)
	for name, r := range b.files {
		if r.seq <= newest || r.removed && r.at.Before(oldest) { // somebody may have swept that away
			continue
		}
		key, err := encodeKey(fileKey, name)
		if err == nil && (all || slices.Contains(filters, b.subject(key))) {
			newest = r.seq
		}
	}
	return newest
}
