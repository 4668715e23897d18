package store

import (
	"errors"
	"io/fs"
	"path"
	"syscall"
	"time"
)

// Touch sets when the file called name was last changed and returns its new stamp.
func (b *Bucket) Touch(name string, modified time.Time) (Stamp, error) {
	old, err := b.file("touch", name)
	if err != nil {
		return Stamp{}, err
	}
	if old.modified.Equal(modified) {
		return old.stamp(), nil
	}
	r := old
	r.modified = modified.UTC().Round(0)
	r, err = b.rewrite(name, r, old)
	return r.stamp(), err
}

// rewrite makes r, which has the bytes of the revision with its number, the file called name in the place of old. What
// somebody else has made of that file since old was known stays.
func (b *Bucket) rewrite(name string, r, old revision) (revision, error) {
	var data []byte
	if r.data = nil; !r.object {
		var err error
		if data, err = b.bytesOf(r); err != nil {
			return r, err
		}
		r.digest = digest(data)
	}
	r, err := b.replace(name, old, r, data)
	return r, conflicting(name, err)
}

// conflicting returns err, which came of changing the file called name without new bytes, as authors are told it.
func conflicting(name string, err error) error {
	if errors.Is(err, errOvertaken) {
		return &Conflict{Name: name}
	}
	return err
}

// file returns what is known of the file called name, or that there is none.
func (b *Bucket) file(op, name string) (revision, error) {
	if err := Check(name); err != nil {
		return revision{}, err
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	switch {
	case b.isFileLocked(name):
		return b.files[name], nil
	case b.isFolderLocked(name):
		return revision{}, &fs.PathError{Op: op, Path: name, Err: syscall.EISDIR}
	}
	return revision{}, &fs.PathError{Op: op, Path: name, Err: fs.ErrNotExist}
}

// Remove removes the file called name; the history keeps it. The errors are those of Put, and fs.ErrNotExist.
func (b *Bucket) Remove(name string) error {
	old, err := b.file("remove", name)
	if err != nil {
		return err
	}
	return b.remove(name, old)
}

// remove removes the file called name, if it is still old.
func (b *Bucket) remove(name string, old revision) error {
	_, err := b.replace(name, old, revision{removed: true}, nil)
	return conflicting(name, err)
}

// Rename gives the file or folder called from the name to. A file that had that name goes into the history; a folder
// that has it is an error. What is renamed is written under its new name, and then removed under the old one, a folder
// file by file: where the cluster is lost between, or somebody else changes a file at that moment, files are there
// under both names, and never under none.
func (b *Bucket) Rename(from, to string) (Stamp, error) {
	if err := errors.Join(Check(from), Check(to)); err != nil {
		return Stamp{}, err
	}
	b.mu.Lock()
	isFolder, replaces := b.isFolderLocked(from), b.isFolderLocked(to)
	b.mu.Unlock()
	switch {
	case replaces && from != to:
		return Stamp{}, &fs.PathError{Op: "rename", Path: to, Err: fs.ErrExist}
	case isFolder:
		return Stamp{}, b.renameFolder(from, to)
	}
	return b.renameFile(from, to)
}

func (b *Bucket) renameFile(from, to string) (Stamp, error) {
	old, err := b.file("rename", from)
	var there revision
	if err == nil && from != to {
		there, err = b.place(to)
	}
	if err != nil || from == to {
		return old.stamp(), err
	}
	if _, err := b.makeFolders(path.Dir(to)); err != nil {
		return Stamp{}, err
	}
	r, err := b.rewrite(to, old, there)
	if err != nil {
		return Stamp{}, err
	}
	return r.stamp(), b.remove(from, old)
}
