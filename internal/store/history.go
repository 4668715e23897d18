package store

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"slices"
	"strings"
	"time"
)

// What a file was before it was replaced or removed lies in .history/NAME/VERSION, where VERSION is the moment when
// that happened. It is bounded by count for each file, and by age and size for all.
const (
	historyFolder = ".history"
	keepVersions  = 50
	keepFor       = 90 * 24 * time.Hour
)

// VersionLayout is how the ID of a version tells its time, in UTC.
const VersionLayout = "20060102T150405.000000Z"

// Version is what a file was until Until.
type Version struct {
	ID    string
	Until time.Time
	Size  int64
}

// History returns the versions of the file called name that were replaced or removed, newest first.
func (f *Folder) History(name string) ([]Version, error) {
	if err := Check(name); err != nil {
		return nil, err
	}
	versions, err := versionsOf(f.root.Load(), name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	return versions, err
}

// ReadVersion returns what the file called name was.
func (f *Folder) ReadVersion(name, id string) ([]byte, error) {
	if err := Check(name); err != nil {
		return nil, err
	}
	if _, err := time.Parse(VersionLayout, id); err != nil {
		return nil, &fs.PathError{Op: "read", Path: name + " " + id, Err: fs.ErrNotExist}
	}
	data, _, err := f.Read(path.Join(historyFolder, name, id))
	return data, err
}

func versionsOf(root *os.Root, name string) ([]Version, error) {
	entries, err := fs.ReadDir(root.FS(), path.Join(historyFolder, name))
	if err != nil {
		return nil, err
	}
	var versions []Version
	for _, e := range entries {
		until, err := time.Parse(VersionLayout, e.Name())
		if err != nil || !e.Type().IsRegular() {
			continue
		}
		if info, err := e.Info(); err == nil {
			versions = append(versions, Version{ID: e.Name(), Until: until, Size: info.Size()})
		}
	}
	slices.SortFunc(versions, func(a, b Version) int { return strings.Compare(b.ID, a.ID) })
	return versions, nil
}

// Keep puts what the file called name is now into the history.
func (f *Folder) Keep(name string) error {
	if err := Check(name); err != nil {
		return err
	}
	root := f.root.Load()
	info, err := root.Lstat(name)
	if err != nil || !info.Mode().IsRegular() {
		return err
	}
	return f.keep(root, name)
}

// keep puts the regular file called name into the history, where it stays when its name is gone.
func (f *Folder) keep(root *os.Root, name string) error {
	f.past.mu.Lock()
	defer f.past.mu.Unlock()
	id, err := addVersion(root, name)
	if err != nil {
		return fmt.Errorf("keep the old version: %w", err)
	}
	versions, err := versionsOf(root, name)
	if err != nil {
		return err
	}
	for n, v := range versions {
		if n < keepVersions {
			continue
		}
		if err := root.Remove(path.Join(historyFolder, name, v.ID)); err != nil {
			return err
		}
		f.past.size -= v.weight()
	}
	if n := slices.IndexFunc(versions, func(v Version) bool { return v.ID == id }); n >= 0 {
		f.past.size += versions[n].weight()
	}
	return f.past.bound(root, path.Join(historyFolder, name, id))
}

// addVersion adds the file called name to its versions, under the moment that it returns.
func addVersion(root *os.Root, name string) (id string, err error) {
	folder := path.Join(historyFolder, name)
	if _, err := makeFolders(root, folder); err != nil {
		return "", err
	}
	for at := time.Now().UTC(); ; at = at.Add(time.Microsecond) {
		id = at.Format(VersionLayout)
		err := keepAs(root, name, path.Join(folder, id))
		if errors.Is(err, fs.ErrExist) {
			continue
		}
		if err == nil {
			err = syncFolder(root, folder)
		}
		return id, err
	}
}

// keepAs gives the file called name a second name, or copies it where file systems know no second names.
func keepAs(root *os.Root, name, version string) error {
	err := root.Link(name, version)
	if err == nil || errors.Is(err, fs.ErrExist) {
		return err
	}
	data, err := root.ReadFile(name)
	if err != nil {
		return err
	}
	if err := writeSynced(root, version, data, 0o644); err != nil {
		if !errors.Is(err, fs.ErrExist) {
			_ = root.Remove(version) // half a version is none
		}
		return err
	}
	return nil
}
