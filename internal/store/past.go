package store

import (
	"cmp"
	"io/fs"
	"maps"
	"slices"
	"time"
)

// What a file of a bucket was are the older revisions of its key, of which the bucket keeps 64, and what was pushed at
// the same moment as something else. A version is called by the time when it was replaced, as in a folder. Setting a
// file's time takes a revision, but makes no version.

// kept is a version with the revision that has its bytes.
type kept struct {
	Version
	revision revision
	over     uint64 // the number of what came after it, or its own where it was never live
}

func versionOf(at time.Time) string { return at.UTC().Format(VersionLayout) }

// versions returns what the file called name was, newest first.
func (f revisions) versions(name string) []kept {
	var all []kept
	own := f.files[name]
	for n, r := range own[:max(len(own)-1, 0)] {
		next := own[n+1]
		if same := !next.removed && r.digest != "" && r.digest == next.digest; !r.removed && !same {
			all = append(all, kept{Version{Until: next.at, Size: r.size}, r, next.seq})
		}
	}
	for _, r := range f.lost[name] {
		if !r.removed {
			all = append(all, kept{Version{Until: r.at, Size: r.size}, r, r.seq})
		}
	}
	oldest := time.Now().Add(-keepFor)
	all = slices.DeleteFunc(all, func(k kept) bool { return k.Until.Before(oldest) })
	slices.SortFunc(all, func(a, b kept) int { return cmp.Compare(a.over, b.over) })
	for n := range all { // no two have one name, though clocks differ
		all[n].Until = all[n].Until.UTC().Truncate(time.Microsecond)
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

// askedOf returns what kept returned for name a moment ago, nil where that was long ago. What was a version is one still.
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
