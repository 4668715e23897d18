package store

import (
	"errors"
	"io/fs"
	"path"
	"syscall"
)

// Remove removes the file called name; the history keeps it.
func (f *Folder) Remove(name string) error {
	if err := Check(name); err != nil {
		return err
	}
	root := f.root.Load()
	info, err := root.Lstat(name)
	switch {
	case err != nil:
		return err
	case info.IsDir():
		return &fs.PathError{Op: "remove", Path: name, Err: syscall.EISDIR}
	case info.Mode().IsRegular():
		if err := f.keep(root, name); err != nil {
			return err
		}
	}
	if err := root.Remove(name); err != nil {
		return err
	}
	return syncFolder(root, path.Dir(name))
}

// Rename gives the file or folder called from the name to. A file that had that name goes into the history; a folder
// that has it is an error.
func (f *Folder) Rename(from, to string) (Stamp, error) {
	if err := errors.Join(Check(from), Check(to)); err != nil {
		return Stamp{}, err
	}
	root := f.root.Load()
	made, err := makeFolders(root, path.Dir(to))
	if err != nil {
		return Stamp{}, err
	}
	if old, err := root.Lstat(to); err == nil && from != to {
		if old.IsDir() {
			return Stamp{}, &fs.PathError{Op: "rename", Path: to, Err: fs.ErrExist}
		}
		if old.Mode().IsRegular() {
			if err := f.keep(root, to); err != nil {
				return Stamp{}, err
			}
		}
	}
	if err := root.Rename(from, to); err != nil {
		removeFolders(root, made)
		return Stamp{}, err
	}
	if err := errors.Join(syncFolder(root, path.Dir(to)), syncFolder(root, path.Dir(from))); err != nil {
		return Stamp{}, err
	}
	info, err := root.Lstat(to)
	if err != nil {
		return Stamp{}, err
	}
	return stampOf(info), nil
}

// Mkdir makes the folder called name, in a folder that exists.
func (f *Folder) Mkdir(name string) error {
	if err := Check(name); err != nil {
		return err
	}
	root := f.root.Load()
	if _, err := root.Lstat(name); err == nil {
		return &fs.PathError{Op: "mkdir", Path: name, Err: fs.ErrExist}
	}
	if info, err := root.Lstat(path.Dir(name)); err != nil || !info.IsDir() {
		return &fs.PathError{Op: "mkdir", Path: name, Err: fs.ErrNotExist}
	}
	_, err := makeFolders(root, name)
	return err
}

// RemoveFolder removes the folder called name, which must be empty.
func (f *Folder) RemoveFolder(name string) error {
	if err := Check(name); err != nil {
		return err
	}
	root := f.root.Load()
	info, err := root.Lstat(name)
	if err != nil {
		return err
	}
	if !info.IsDir() {
		return &fs.PathError{Op: "rmdir", Path: name, Err: syscall.ENOTDIR}
	}
	if err := root.Remove(name); err != nil {
		return err
	}
	return syncFolder(root, path.Dir(name))
}

// Entry returns what is known of the file or folder called name; "." is the folder itself.
func (f *Folder) Entry(name string) (fs.FileInfo, error) {
	root := f.root.Load()
	if name == "." {
		return root.Stat(".")
	}
	if err := Check(name); err != nil {
		return nil, &fs.PathError{Op: "stat", Path: name, Err: fs.ErrNotExist}
	}
	info, err := root.Lstat(name)
	if err != nil {
		return nil, err
	}
	if info.IsDir() {
		return info, nil
	}
	if info, ok := regular(root, name, fs.FileInfoToDirEntry(info)); ok {
		return info, nil
	}
	return nil, &fs.PathError{Op: "stat", Path: name, Err: fs.ErrNotExist}
}

// Entries returns the files and folders in the folder called name, under the rules of List.
func (f *Folder) Entries(name string) ([]fs.FileInfo, error) {
	if info, err := f.Entry(name); err != nil || !info.IsDir() {
		return nil, errors.Join(err, notFolder(info, name))
	}
	entries, err := fs.ReadDir(f.root.Load().FS(), name)
	if err != nil {
		return nil, err
	}
	var found []fs.FileInfo
	for _, e := range entries {
		if info, err := f.Entry(path.Join(name, e.Name())); err == nil {
			found = append(found, named{info, e.Name()})
		}
	}
	return found, nil
}

// notFolder returns the error for a file where a folder is needed.
func notFolder(info fs.FileInfo, name string) error {
	if info == nil || info.IsDir() {
		return nil
	}
	return &fs.PathError{Op: "open", Path: name, Err: syscall.ENOTDIR}
}

// named is a file under the name of a link to it.
type named struct {
	fs.FileInfo
	name string
}

// Name returns the name of the link.
func (n named) Name() string { return n.name }
