package store

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/nats-io/nats.go/jetstream"
)

// An object is called by the digest of its bytes, so that it never changes, and is there before any revision says so.
// Objects that no revision needs go after a day; one that is half as old is written anew before it is relied on.
const (
	objectsStay  = 24 * time.Hour
	objectsRenew = objectsStay / 2
	perObject    = 10 * time.Second // one try: eight megabytes, three times, over a network
)

// keepObject makes sure that data lies among the objects.
func (b *Bucket) keepObject(name string, data []byte) error {
	return b.reach(func(ctx context.Context) error {
		info, err := b.objects.GetInfo(ctx, name)
		if err == nil && info.Size == uint64(len(data)) && time.Since(info.ModTime) < objectsRenew {
			return nil
		}
		if err != nil && !errors.Is(err, jetstream.ErrObjectNotFound) {
			return err
		}
		long, cancel := context.WithTimeout(b.open, perObject)
		defer cancel()
		_, err = b.objects.Put(long, jetstream.ObjectMeta{Name: name, Opts: &jetstream.ObjectMetaOptions{ChunkSize: uint32(b.inline)}}, bytes.NewReader(data))
		return err
	})
}

// readObject returns the object called name, which has size bytes. Whom the library asks may not have all of it yet.
func (b *Bucket) readObject(name string, size int64) (data []byte, err error) {
	err = b.reach(func(ctx context.Context) error {
		if _, err := b.objects.GetInfo(ctx, name); err != nil {
			return err
		}
		long, cancel := context.WithTimeout(b.open, perObject)
		defer cancel()
		object, err := b.objects.Get(long, name)
		if err != nil {
			return err
		}
		data, err = io.ReadAll(io.LimitReader(object, size+1))
		if err = errors.Join(err, object.Close()); err != nil {
			return err
		}
		if int64(len(data)) != size || digest(data) != name {
			return fmt.Errorf("object %s is not whole: %d of %d bytes", name, len(data), size)
		}
		return nil
	})
	return data, err
}

// sweepObjects removes the objects from before oldest that none of needed is, and returns how many that were.
func (b *Bucket) sweepObjects(needed map[string]bool, oldest time.Time) (removed int, err error) {
	ctx, cancel := context.WithTimeout(b.open, perObject)
	defer cancel()
	all, err := b.objects.List(ctx)
	if err != nil && !errors.Is(err, jetstream.ErrNoObjectsFound) {
		return 0, err
	}
	for _, info := range all {
		if needed[info.Name] {
			continue
		}
		now, err := b.objects.GetInfo(ctx, info.Name) // somebody may have written it anew
		if err == nil && !now.ModTime.Before(oldest) {
			continue
		}
		if err == nil {
			err = b.objects.Delete(ctx, info.Name)
		}
		if errors.Is(err, jetstream.ErrObjectNotFound) {
			continue // another replica was faster
		}
		if err != nil {
			return removed, err
		}
		removed++
	}
	return removed, nil
}
