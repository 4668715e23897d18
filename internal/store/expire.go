package store

import (
	"context"
	"errors"
	"maps"
	"time"

	"github.com/nats-io/nats.go/jetstream"
)

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
