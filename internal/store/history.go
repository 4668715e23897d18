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
// that happened. It is bounded by count for each file, and by age for all.
const (
	historyFolder = ".history"
	versionLayout = "20060102T150405.000000Z"
	keepVersions  = 50
	keepFor       = 90 * 24 * time.Hour
)

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
	if _, err := time.Parse(versionLayout, id); err != nil {
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
		until, err := time.Parse(versionLayout, e.Name())
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

// keep puts the regular file called name into the history, where it stays when its name is gone.
func keep(root *os.Root, name string) error {
	folder := path.Join(historyFolder, name)
	if _, err := makeFolders(root, folder); err != nil {
		return fmt.Errorf("keep the old version: %w", err)
	}
	at := time.Now().UTC()
	for {
		err := keepAs(root, name, path.Join(folder, at.Format(versionLayout)))
		if errors.Is(err, fs.ErrExist) {
			at = at.Add(time.Microsecond)
			continue
		}
		if err == nil {
			err = syncFolder(root, folder)
		}
		if err != nil {
			return fmt.Errorf("keep the old version: %w", err)
		}
		break
	}
	versions, err := versionsOf(root, name)
	if err != nil {
		return err
	}
	for _, v := range versions[min(len(versions), keepVersions):] {
		if err := root.Remove(path.Join(folder, v.ID)); err != nil {
			return err
		}
	}
	return nil
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

// expire removes the versions that are too old, and the folders that are empty then.
func expire(root *os.Root) (removed int, err error) {
	oldest := time.Now().Add(-keepFor)
	var folders []string
	err = fs.WalkDir(root.FS(), historyFolder, func(name string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return nil
		case entry.IsDir():
			folders = append(folders, name)
			return nil
		}
		until, err := time.Parse(versionLayout, path.Base(name))
		if err != nil || until.After(oldest) {
			return nil
		}
		if err := root.Remove(name); err != nil {
			return fmt.Errorf("sweep: %w", err)
		}
		removed++
		return nil
	})
	removeFolders(root, folders)
	return removed, err
}
