package blog

import (
	"bytes"
	"context"
	"sync"
	"time"

	"postern/internal/post"
	"postern/internal/store"
)

// VersionLayout is how the ID of a version tells its time, in UTC.
const VersionLayout = store.VersionLayout

// Past is a version of the file called Name.
type Past struct {
	Name string
	Version
	Removed bool // there is no such file now
}

// Past returns the versions of all files that were replaced or removed at since or later, newest first: how many there
// are, and the first limit of them; 0: all.
func (b *Blog) Past(since time.Time, limit int) (past []Past, all int, err error) {
	kept, err := b.folder.Since(since)
	if err != nil {
		return nil, 0, b.unread(".", err)
	}
	all = len(kept)
	if limit > 0 {
		kept = kept[:min(limit, all)]
	}
	config := b.parsing()
	for _, k := range kept {
		_, there := b.stamps.get(k.Name)
		past = append(past, Past{Name: k.Name, Version: b.version(k, config), Removed: !there})
	}
	return past, all, nil
}

// version returns k with its title.
func (b *Blog) version(k store.Past, config post.Config) Version {
	v := Version{ID: k.ID, Until: k.Until, Size: k.Size}
	if !post.IsPost(k.Name) {
		return v
	}
	if data, err := b.folder.ReadVersion(k.Name, k.ID); err == nil {
		if p, err := b.parse(k.Name, data, config); err == nil {
			v.Title = p.Title
		}
	}
	return v
}

// restorers are how many files are restored at once: readers are shown these together.
const restorers = 16

// RestoreSince makes each file that was replaced or removed at since or later what it was then, and calls told, never
// twice at a time, with what became of it. Files that came since then stay, and so does what is that already.
func (b *Blog) RestoreSince(ctx context.Context, by Author, since time.Time, told func(Outcome, error)) {
	var restoring sync.WaitGroup
	var telling sync.Mutex
	free := make(chan struct{}, restorers)
	then, err := b.then(since)
	if err != nil {
		told(Outcome{}, b.failed(ctx, by, "the history", err))
	}
	for _, p := range then {
		if ctx.Err() != nil {
			break
		}
		free <- struct{}{}
		restoring.Go(func() {
			defer func() { <-free }()
			o, err := b.Restore(ctx, by, p.Name, p.ID)
			telling.Lock()
			defer telling.Unlock()
			told(o, err)
		})
	}
	restoring.Wait()
}

// then returns of each file that is no more what it was at since the version that it was.
func (b *Blog) then(since time.Time) ([]store.Past, error) {
	kept, err := b.folder.Since(since)
	if err != nil {
		return nil, err
	}
	var then []store.Past
	at := make(map[string]int)
	for _, k := range kept { // newest first, so the last of each file counts
		if n, ok := at[k.Name]; ok {
			then[n] = k
			continue
		}
		at[k.Name] = len(then)
		then = append(then, k)
	}
	changed := then[:0]
	for _, k := range then {
		if !b.holds(k) {
			changed = append(changed, k)
		}
	}
	return changed, nil
}

// holds reports whether the file is what it was.
func (b *Blog) holds(k store.Past) bool {
	if stamp, ok := b.stamps.get(k.Name); !ok || stamp.Size != k.Size {
		return false
	}
	now, _, err := b.folder.Read(k.Name)
	if err != nil {
		return false
	}
	was, err := b.folder.ReadVersion(k.Name, k.ID)
	return err == nil && bytes.Equal(now, was)
}
