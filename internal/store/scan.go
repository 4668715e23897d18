package store

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

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
	consumer, err := b.stream.CreateConsumer(ctx, jetstream.ConsumerConfig{
		AckPolicy: jetstream.AckNonePolicy, MemoryStorage: true, Replicas: 1, InactiveThreshold: time.Minute,
		FilterSubjects: filters, DeliverPolicy: jetstream.DeliverAllPolicy, HeadersOnly: true,
	})
	if err != nil {
		return found, err
	}
	defer b.forget(consumer)
	left := consumer.CachedInfo().NumPending
	if left == 0 {
		return found, enough(0, least)
	}
	messages, err := listen(consumer)
	if err != nil {
		return found, err
	}
	defer messages.Stop()
	for next := uint64(1); ; next++ {
		m, err := messages.Next(jetstream.NextContext(ctx))
		if err != nil {
			return found, err
		}
		about, err := m.Metadata()
		if err != nil || about.Sequence.Consumer != next {
			return found, errors.Join(err, errStalled)
		}
		found.add(strings.TrimPrefix(m.Subject(), b.subject("")), m, about)
		if next == left || about.NumPending == 0 {
			return found, enough(about.Sequence.Stream, least)
		}
	}
}

// add takes over one message. What is not understood is left out; it was told of when it came.
func (f revisions) add(key string, m jetstream.Msg, about *jetstream.MsgMetadata) {
	kind, name, err := decodeKey(key)
	if err != nil || Check(name) != nil {
		return
	}
	r, err := parseRevision(m.Headers(), sizeOf(m.Headers(), m.Data()), about.Timestamp)
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
