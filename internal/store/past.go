package store

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/nats-io/nats.go/jetstream"
)

// What a file of a bucket was are the older revisions of its key, of which the bucket keeps 64, and what was pushed at
// the same moment as something else. A version is called by the time when it was replaced, as in a folder. Setting a
// file's time takes a revision, but makes no version.

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
	ctx, cancel := context.WithTimeout(b.open, max(each, retryFor))
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
	messages, err := consumer.Messages(jetstream.PullHeartbeat(heartbeat), jetstream.PullExpiry(30*time.Second), jetstream.WithMessagesErrOnMissingHeartbeat(true))
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

// kept is a version with the revision that has its bytes.
type kept struct {
	Version
	revision revision
}

func versionOf(at time.Time) string { return at.UTC().Format(VersionLayout) }

// versions returns what the file called name was, newest first.
func (f revisions) versions(name string) []kept {
	var all []kept
	own := f.files[name]
	for n, r := range own[:max(len(own)-1, 0)] {
		next := own[n+1]
		if same := !next.removed && r.digest != "" && r.digest == next.digest; !r.removed && !same {
			all = append(all, kept{Version{Until: next.at.UTC().Truncate(time.Microsecond), Size: r.size}, r})
		}
	}
	for _, r := range f.lost[name] {
		if !r.removed {
			all = append(all, kept{Version{Until: r.at.UTC().Truncate(time.Microsecond), Size: r.size}, r})
		}
	}
	oldest := time.Now().Add(-keepFor)
	all = slices.DeleteFunc(all, func(k kept) bool { return k.Until.Before(oldest) })
	slices.SortStableFunc(all, func(a, b kept) int {
		return cmp.Or(a.Until.Compare(b.Until), cmp.Compare(a.revision.seq, b.revision.seq))
	})
	for n := range all { // no two have one name
		if n > 0 && !all[n].Until.After(all[n-1].Until) {
			all[n].Until = all[n-1].Until.Add(time.Microsecond)
		}
		all[n].ID = versionOf(all[n].Until)
	}
	slices.Reverse(all)
	return all
}

// asked is what was last asked for: whoever lists versions wants to read them next.
type asked struct {
	name string
	at   time.Time
	all  []kept
}

// askedFor is how long the answer is good, at most.
const askedFor = 5 * time.Second

// askedOf returns what kept returned for name a moment ago, if nothing is known to have come since.
func (b *Bucket) askedOf(name string) []kept {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.asked.name != name || time.Since(b.asked.at) > askedFor {
		return nil
	}
	return b.asked.all
}

// kept returns what the file called name was, newest first.
func (b *Bucket) kept(name string) ([]kept, error) {
	if err := Check(name); err != nil {
		return nil, err
	}
	var filters []string
	for _, kind := range []string{fileKey, lostKey} {
		key, err := encodeKey(kind, name)
		if err != nil {
			return nil, nil // no file has had such a name
		}
		filters = append(filters, b.subject(key))
	}
	started := time.Now()
	found, err := b.scan(scanFor, filters...)
	if err != nil {
		return nil, err
	}
	all := found.versions(name)
	b.mu.Lock()
	defer b.mu.Unlock()
	b.asked = asked{name, started, all}
	return all, nil
}

// History returns the versions of the file called name that were replaced or removed, or pushed at the same moment as
// another one, newest first. What is set back to itself, as by Touch, is no version.
func (b *Bucket) History(name string) ([]Version, error) {
	all, err := b.kept(name)
	var versions []Version
	for _, k := range all {
		versions = append(versions, k.Version)
	}
	return versions, err
}

// Since returns the versions of all files that were replaced or removed at since or later, newest first.
func (b *Bucket) Since(since time.Time) ([]Past, error) {
	found, err := b.scan(scanAllFor, b.subject(fileKey+">"), b.subject(lostKey+">"))
	if err != nil {
		return nil, err
	}
	names := maps.Clone(found.files)
	maps.Copy(names, found.lost)
	var all []Past
	for name := range names {
		for _, k := range found.versions(name) {
			all = append(all, Past{name, k.Version})
		}
	}
	return latest(all, since), nil
}

// Keep has nothing to do but to see whether there is a file called name: its revisions stay when it is renamed.
func (b *Bucket) Keep(name string) error {
	_, err := b.file("keep", name)
	return err
}

// ReadVersion returns what the file called name was.
func (b *Bucket) ReadVersion(name, id string) ([]byte, error) {
	byID := func(k kept) bool { return k.ID == id }
	all := b.askedOf(name)
	if !slices.ContainsFunc(all, byID) {
		var err error
		if all, err = b.kept(name); err != nil {
			return nil, err
		}
	}
	if n := slices.IndexFunc(all, byID); n >= 0 {
		return b.bytesOf(all[n].revision)
	}
	return nil, &fs.PathError{Op: "read", Path: name + " " + id, Err: fs.ErrNotExist}
}

// Expire removes what the history has held long enough, and the objects that nothing needs any more, and returns how
// many versions and objects that were. Every replica may do so: what is there is removed by its number, never by its
// name alone.
func (b *Bucket) Expire() (removed int, err error) {
	return b.expire(time.Now().Add(-keepFor), time.Now().Add(-objectsStay))
}

// expire removes what was over before oldest, and the objects from before objectsFrom that nothing needs any more.
func (b *Bucket) expire(oldest, objectsFrom time.Time) (removed int, err error) {
	found, err := b.scan(scanAllFor, b.subject(fileKey+">"), b.subject(lostKey+">"))
	if err != nil {
		return 0, err
	}
	for kind, all := range map[string]map[string][]revision{fileKey: found.files, lostKey: found.lost} {
		for name, own := range all {
			n := expired(own, oldest, kind == lostKey)
			if n == 0 {
				continue
			}
			if err := b.purge(kind, name, own[n-1].seq); err != nil {
				return removed, err
			}
			removed += n
			all[name] = own[n:]
		}
	}
	objects, err := b.sweepObjects(found.objects(), objectsFrom)
	return removed + objects, errors.Join(err, b.expirePeers())
}

// expired returns how many of a key's revisions were over before oldest. The last one of a file is never over, but for
// a removal.
func expired(own []revision, oldest time.Time, lost bool) (n int) {
	for n < len(own) {
		over := own[n].at
		if last := n == len(own)-1; !last && !lost {
			over = own[n+1].at
		} else if last && !lost && !own[n].removed {
			break
		}
		if !over.Before(oldest) {
			break
		}
		n++
	}
	return n
}

// purge removes the revisions of a key up to the number last, and what is known of it if that was the last.
func (b *Bucket) purge(kind, name string, last uint64) error {
	key, err := encodeKey(kind, name)
	if err != nil {
		return err
	}
	err = b.reach(func(ctx context.Context) error {
		return b.stream.Purge(ctx, jetstream.WithPurgeSubject(b.subject(key)), jetstream.WithPurgeSequence(last+1))
	})
	b.mu.Lock()
	defer b.mu.Unlock()
	if kind == fileKey && err == nil && b.files[name].seq == last {
		delete(b.files, name)
	}
	return err
}

// objects returns the objects that some revision needs.
func (f revisions) objects() map[string]bool {
	needed := make(map[string]bool)
	for _, all := range []map[string][]revision{f.files, f.lost} {
		for own := range maps.Values(all) {
			for _, r := range own {
				if r.object {
					needed[r.digest] = true
				}
			}
		}
	}
	return needed
}
