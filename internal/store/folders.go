package store

import (
	"errors"
	"io/fs"
	"path"
	"slices"
	"strings"
	"syscall"
	"time"
)

func (b *Bucket) isFileLocked(name string) bool {
	r, ok := b.files[name]
	return ok && !r.removed
}

func (b *Bucket) isFolderLocked(name string) bool {
	r, ok := b.folders[name]
	return name == "." || ok && !r.removed || len(b.tree[name]) > 0
}

// setFolder makes or removes the key that has a folder be there without any file.
func (b *Bucket) setFolder(name string, there bool) error {
	key, err := encodeKey(folderKey, name)
	if err != nil {
		return &fs.PathError{Op: "mkdir", Path: name, Err: err}
	}
	b.mu.Lock()
	old := b.folders[name]
	b.mu.Unlock()
	r := revision{removed: !there, modified: time.Now().UTC().Round(0)}
	header := r.header()
	if there {
		header = nil
	}
	if r.seq, err = b.write(key, header, nil, old.seq); errors.Is(err, errOvertaken) {
		return nil // somebody else did the same, or wants the opposite
	}
	if err == nil {
		b.mu.Lock()
		b.sawFolderLocked(name, r)
		b.mu.Unlock()
	}
	return err
}

// makeFolders makes the folder called name and all above it, and returns those that were not there before.
func (b *Bucket) makeFolders(name string) (made []string, err error) {
	if name == "." {
		return nil, nil
	}
	at := ""
	for part := range strings.SplitSeq(name, "/") {
		at = path.Join(at, part)
		b.mu.Lock()
		marked := b.folders[at].seq > 0 && !b.folders[at].removed
		b.mu.Unlock()
		if marked {
			continue
		}
		if err := b.setFolder(at, true); err != nil {
			b.removeFolders(made)
			return nil, err
		}
		made = append(made, at)
	}
	return made, nil
}

// removeFolders removes those of made that are still empty, as far as the cluster answers.
func (b *Bucket) removeFolders(made []string) {
	if b.Health() != nil {
		return // an empty folder harms nobody
	}
	for _, name := range slices.Backward(made) {
		_ = b.RemoveFolder(name) // not empty: somebody else uses it
	}
}

// Mkdir makes the folder called name, in a folder that exists.
func (b *Bucket) Mkdir(name string) error {
	if err := Check(name); err != nil {
		return err
	}
	b.mu.Lock()
	taken, in := b.isFolderLocked(name) || b.isFileLocked(name), b.isFolderLocked(path.Dir(name))
	b.mu.Unlock()
	switch {
	case taken:
		return &fs.PathError{Op: "mkdir", Path: name, Err: fs.ErrExist}
	case !in:
		return &fs.PathError{Op: "mkdir", Path: name, Err: fs.ErrNotExist}
	}
	return b.setFolder(name, true)
}

// RemoveFolder removes the folder called name, which must be empty.
func (b *Bucket) RemoveFolder(name string) error {
	if err := Check(name); err != nil {
		return err
	}
	b.mu.Lock()
	isFile, isFolder, full := b.isFileLocked(name), b.isFolderLocked(name), len(b.tree[name]) > 0
	b.mu.Unlock()
	switch {
	case isFile:
		return &fs.PathError{Op: "rmdir", Path: name, Err: syscall.ENOTDIR}
	case !isFolder:
		return &fs.PathError{Op: "rmdir", Path: name, Err: fs.ErrNotExist}
	case full:
		return &fs.PathError{Op: "rmdir", Path: name, Err: syscall.ENOTEMPTY}
	}
	return b.setFolder(name, false)
}

// renameFolder renames all that is in the folder called from, files first.
func (b *Bucket) renameFolder(from, to string) error {
	b.mu.Lock()
	var files, folders []string
	for name := range b.files {
		if isBelow(name, from) && b.isFileLocked(name) {
			files = append(files, name)
		}
	}
	for name, r := range b.folders {
		if (name == from || isBelow(name, from)) && !r.removed {
			folders = append(folders, name)
		}
	}
	taken := b.isFileLocked(to)
	b.mu.Unlock()
	switch {
	case from == to:
		return nil
	case taken:
		return &fs.PathError{Op: "rename", Path: to, Err: syscall.ENOTDIR}
	case isBelow(to, from):
		return &fs.PathError{Op: "rename", Path: to, Err: fs.ErrInvalid}
	}
	slices.Sort(files)
	slices.Sort(folders)
	for _, name := range folders {
		if _, err := b.makeFolders(to + strings.TrimPrefix(name, from)); err != nil {
			return err
		}
	}
	for _, name := range files {
		if _, err := b.renameFile(name, to+strings.TrimPrefix(name, from)); err != nil {
			return err
		}
	}
	for _, name := range slices.Backward(folders) {
		if err := b.RemoveFolder(name); err != nil {
			return err
		}
	}
	return nil
}

// Entry returns what is known of the file or folder called name; "." is the bucket itself.
func (b *Bucket) Entry(name string) (fs.FileInfo, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if name != "." && Check(name) != nil {
		return nil, &fs.PathError{Op: "stat", Path: name, Err: fs.ErrNotExist}
	}
	return b.entryLocked(name)
}

func (b *Bucket) entryLocked(name string) (fs.FileInfo, error) {
	switch {
	case b.isFileLocked(name):
		return entry{name: path.Base(name), stamp: b.files[name].stamp()}, nil
	case b.isFolderLocked(name):
		return entry{name: path.Base(name), folder: true, stamp: Stamp{Modified: b.folders[name].modified}}, nil
	}
	return nil, &fs.PathError{Op: "stat", Path: name, Err: fs.ErrNotExist}
}

// Entries returns the files and folders in the folder called name, in the order of their names.
func (b *Bucket) Entries(name string) ([]fs.FileInfo, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if !b.isFolderLocked(name) {
		_, err := b.entryLocked(name)
		if err == nil {
			err = &fs.PathError{Op: "open", Path: name, Err: syscall.ENOTDIR}
		}
		return nil, err
	}
	var found []fs.FileInfo
	for base := range b.tree[name] {
		if info, err := b.entryLocked(path.Join(name, base)); err == nil {
			found = append(found, info)
		}
	}
	slices.SortFunc(found, func(a, b fs.FileInfo) int { return strings.Compare(a.Name(), b.Name()) })
	return found, nil
}
