package store

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"slices"
	"strings"
	"sync"
	"time"
)

// history is what is known of all versions together. They are counted when the folder is swept, or at the first change
// after it, and from then on with each change; they are walked again only when they are too many.
type history struct {
	mu      sync.Mutex // one change of the history at a time
	limit   int64      // of size; 0: none
	size    int64      // bytes, as weight counts them
	counted bool
}

// versionCosts is what a version takes on a disk besides its bytes, at most: its last block, its name, its folder. It
// bounds how many there can be.
const versionCosts = 4 << 10

// weight returns what the version takes on a disk, in bytes.
func (v Version) weight() int64 { return v.Size + versionCosts }

// BoundHistory sets how many bytes the history may take, 4 KiB for each version counted in; 0: any number. Where it
// takes more, versions go until it takes an eighth less: the oldest first, but the latest of each file after all
// others. What was kept last stays, whatever its size.
func (f *Folder) BoundHistory(limit int64) {
	f.past.mu.Lock()
	defer f.past.mu.Unlock()
	f.past.limit = limit
}

// Expire removes what the history has held long enough, or has no room for, and returns how many versions that were.
func (f *Folder) Expire() (removed int, err error) {
	root, oldest := f.root.Load(), time.Now().Add(-keepFor)
	f.past.mu.Lock()
	defer f.past.mu.Unlock()
	all, folders := versions(root)
	kept := slices.DeleteFunc(slices.Clone(all), func(p Past) bool {
		if p.Until.After(oldest) {
			return false
		}
		e := root.Remove(p.path())
		err = errors.Join(err, e)
		return e == nil
	})
	removed = len(all) - len(kept)
	f.past.count(kept)
	if f.past.tooLarge() {
		n, e := f.past.trim(root, kept, "")
		removed, err = removed+n, errors.Join(err, e)
	}
	removeFolders(root, folders)
	if err != nil {
		err = fmt.Errorf("sweep: %w", err)
	}
	return removed, err
}

// Past is a version of the file called Name.
type Past struct {
	Name string
	Version
}

func (p Past) path() string { return path.Join(historyFolder, p.Name, p.ID) }

// Since returns the versions of all files that were replaced or removed at since or later, newest first.
func (f *Folder) Since(since time.Time) ([]Past, error) {
	all, _ := versions(f.root.Load())
	return latest(all, since), nil
}

// latest returns those of all that are from since or later, newest first.
func latest(all []Past, since time.Time) []Past {
	all = slices.DeleteFunc(all, func(p Past) bool { return p.Until.Before(since) })
	slices.SortFunc(all, func(a, b Past) int { return cmp.Or(strings.Compare(b.ID, a.ID), strings.Compare(a.Name, b.Name)) })
	return all
}

// versions returns all versions that the history holds, and its folders, each before those in it. What cannot be read
// is left out.
func versions(root *os.Root) (all []Past, folders []string) {
	_ = fs.WalkDir(root.FS(), historyFolder, func(name string, entry fs.DirEntry, err error) error {
		if err != nil {
			return nil // gone meanwhile, or there is no history yet
		}
		if entry.IsDir() {
			folders = append(folders, name)
			return nil
		}
		until, err := time.Parse(VersionLayout, entry.Name())
		of := strings.TrimPrefix(path.Dir(name), historyFolder+"/")
		if info, e := entry.Info(); err == nil && e == nil && info.Mode().IsRegular() {
			all = append(all, Past{of, Version{entry.Name(), until, info.Size()}})
		}
		return nil
	})
	return all, folders
}

// forget makes the next change count anew.
func (h *history) forget() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.counted = false
}

func (h *history) count(all []Past) {
	h.size, h.counted = 0, true
	for _, p := range all {
		h.size += p.weight()
	}
}

func (h *history) tooLarge() bool { return h.limit > 0 && h.size > h.limit }

// bound keeps the history within its limit after the version at the path last was added.
func (h *history) bound(root *os.Root, last string) error {
	if h.counted && !h.tooLarge() {
		return nil
	}
	all, folders := versions(root)
	h.count(all)
	if !h.tooLarge() {
		return nil
	}
	_, err := h.trim(root, all, last)
	removeFolders(root, folders)
	if h.tooLarge() && err != nil {
		return fmt.Errorf("bound the history: %w", err)
	}
	return nil
}

// trim removes versions, but never last, until an eighth of the limit is free: so all are walked once in many changes.
func (h *history) trim(root *os.Root, all []Past, last string) (removed int, err error) {
	latest := make(map[string]string)
	for _, p := range all {
		latest[p.Name] = max(latest[p.Name], p.ID)
	}
	slices.SortFunc(all, func(a, b Past) int {
		aLatest, bLatest := latest[a.Name] == a.ID, latest[b.Name] == b.ID
		switch {
		case aLatest && !bLatest:
			return 1
		case bLatest && !aLatest:
			return -1
		}
		return strings.Compare(a.ID, b.ID)
	})
	for _, p := range all {
		if h.size <= h.limit-h.limit/8 {
			break
		}
		if p.path() == last {
			continue
		}
		if e := root.Remove(p.path()); e != nil {
			err = errors.Join(err, e)
			continue
		}
		removed++
		h.size -= p.weight()
	}
	return removed, err
}
