// Package store is the files of one folder, or of one bucket that replicas share: listed, read, watched and written, whole
// or not at all, with a history of what was replaced or removed.
//
// Every access to a folder goes through os.Root, so that no name and no symbolic link leads out of it.
package store

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"sync"
	"sync/atomic"
	"time"
)

// MaxFile is the size of the largest file that Read returns, in bytes.
const MaxFile = 8 << 20

// ErrTooLarge is returned by Read for a file of more than MaxFile bytes.
var ErrTooLarge = errors.New("file too large")

// Folder is one folder. It is safe for concurrent use.
type Folder struct {
	path string
	root atomic.Pointer[os.Root]

	moving sync.Mutex // one follows at a time
	past   history
}

// Open opens the folder at path, which must exist.
func Open(path string) (*Folder, error) {
	root, err := os.OpenRoot(path)
	if err != nil {
		return nil, err
	}
	f := &Folder{path: path}
	f.root.Store(root)
	return f, nil
}

// Close gives the folder up. Reading from it fails from then on.
func (f *Folder) Close() error { return f.root.Load().Close() }

// follow opens the folder anew where another one has taken its path: a checkout that was deleted and made again.
func (f *Folder) follow() error {
	f.moving.Lock()
	defer f.moving.Unlock()
	now, err := os.Stat(f.path)
	if err != nil {
		return err
	}
	old := f.root.Load()
	if held, err := old.Stat("."); err == nil && os.SameFile(held, now) {
		return nil
	}
	root, err := os.OpenRoot(f.path)
	if errors.Is(err, fs.ErrPermission) { // a sandbox holds for the folder that was there when it was made
		return fmt.Errorf("the folder was made anew and may not be opened (restart the server, or serve without a sandbox): %w", err)
	}
	if err != nil {
		return err
	}
	f.root.Store(root)
	f.past.forget()
	return old.Close()
}

// Stamp tells two versions of a file apart without reading them.
type Stamp struct {
	Size     int64
	Modified time.Time
	Inode    uint64
}

func stampOf(info fs.FileInfo) Stamp {
	return Stamp{Size: info.Size(), Modified: info.ModTime(), Inode: inode(info)}
}

// List returns the stamps of all regular files below the folder by their names, which are paths with slashes. Hidden
// files and folders are left out, and so are symbolic links to folders, which could go round in circles; a link to a
// file inside counts as that file. A file that vanishes meanwhile is left out; a folder that is gone is an error.
func (f *Folder) List(ctx context.Context) (map[string]Stamp, error) {
	if err := f.follow(); err != nil {
		return nil, fmt.Errorf("list posts: %w", err)
	}
	root := f.root.Load()
	files := make(map[string]Stamp)
	err := fs.WalkDir(root.FS(), ".", func(name string, entry fs.DirEntry, err error) error {
		switch {
		case ctx.Err() != nil:
			return ctx.Err()
		case name == "." && err != nil:
			return fmt.Errorf("list posts: %w", err)
		case err != nil:
			return nil // a folder that may not be read, or is gone: the others count
		case isHidden(name):
			if entry.IsDir() {
				return fs.SkipDir
			}
			return nil
		}
		if info, ok := regular(root, name, entry); ok {
			files[name] = stampOf(info)
		}
		return nil
	})
	return files, err
}

// regular returns what is known of the regular file name, seen through a link that stays inside.
func regular(root *os.Root, name string, entry fs.DirEntry) (fs.FileInfo, bool) {
	if entry.IsDir() {
		return nil, false
	}
	var info fs.FileInfo
	var err error
	if entry.Type()&fs.ModeSymlink != 0 {
		info, err = root.Stat(name)
	} else {
		info, err = entry.Info()
	}
	return info, err == nil && info.Mode().IsRegular()
}

// Read returns what the file name holds, with the stamp of what was read. The error wraps fs.ErrNotExist where there
// is none and ErrTooLarge where there is too much.
func (f *Folder) Read(name string) ([]byte, Stamp, error) {
	file, err := f.root.Load().Open(name)
	if err != nil {
		return nil, Stamp{}, err
	}
	defer func() { _ = file.Close() }() // read only: nothing to lose
	info, err := file.Stat()
	if err != nil {
		return nil, Stamp{}, err
	}
	if !info.Mode().IsRegular() {
		return nil, Stamp{}, &fs.PathError{Op: "read", Path: name, Err: fs.ErrInvalid}
	}
	if info.Size() > MaxFile {
		return nil, Stamp{}, &fs.PathError{Op: "read", Path: name, Err: ErrTooLarge}
	}
	data := make([]byte, 0, info.Size()+1)
	data, err = readInto(data, file)
	if err == nil && len(data) > MaxFile {
		err = &fs.PathError{Op: "read", Path: name, Err: ErrTooLarge}
	}
	return data, stampOf(info), err
}

// readInto appends all of r to data, at most a little more than MaxFile bytes.
func readInto(data []byte, r io.Reader) ([]byte, error) {
	for len(data) <= MaxFile {
		if len(data) == cap(data) {
			data = append(data, 0)[:len(data)]
		}
		n, err := r.Read(data[len(data):cap(data)])
		data = data[:len(data)+n]
		if err == io.EOF {
			return data, nil
		}
		if err != nil {
			return nil, err
		}
	}
	return data, nil
}
