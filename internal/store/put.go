package store

import (
	"bytes"
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"strings"
	"syscall"
	"time"
)

// A file is written beside its place under a name of this kind, and renamed when it is whole and on the disk.
const (
	tempPrefix = ".postern-"
	tempSuffix = ".tmp"
)

// Put makes data the file called name and returns its stamp. The file is there whole, or as it was before; after
// success it survives a power cut. A file that it replaces goes into the history. Folders on the way are made. A zero
// modified means now.
func (f *Folder) Put(name string, data []byte, modified time.Time) (Stamp, error) {
	if err := Check(name); err != nil {
		return Stamp{}, err
	}
	if err := f.follow(); err != nil {
		return Stamp{}, err
	}
	root := f.root.Load()
	made, err := makeFolders(root, path.Dir(name))
	if err == nil {
		err = f.keepOther(root, name, data)
	}
	var stamp Stamp
	if err == nil {
		stamp, err = replace(root, name, data, modified)
	}
	if err != nil {
		removeFolders(root, made)
	}
	return stamp, err
}

// keepOther keeps what is called name in the history, unless it is data.
func (f *Folder) keepOther(root *os.Root, name string, data []byte) error {
	info, err := root.Lstat(name)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return err
	case info.IsDir():
		return &fs.PathError{Op: "write", Path: name, Err: syscall.EISDIR}
	case !info.Mode().IsRegular():
		return nil // a link, perhaps: what it leads to stays where it is
	}
	if info.Size() == int64(len(data)) {
		if old, err := root.ReadFile(name); err == nil && bytes.Equal(old, data) {
			return nil
		}
	}
	return f.keep(root, name)
}

// Try returns why size bytes could not be written under name now, and leaves everything as it was.
func (f *Folder) Try(name string, size int) error {
	if err := Check(name); err != nil {
		return err
	}
	if err := f.follow(); err != nil {
		return err
	}
	root := f.root.Load()
	if _, err := root.Lstat(name); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	temp := tempPrefix + rand.Text() + tempSuffix
	file, err := root.OpenFile(temp, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_, err = file.Write(make([]byte, size))
	return errors.Join(err, file.Close(), root.Remove(temp))
}

// replace writes data beside name and renames it into place. Every other way out leaves nothing behind.
func replace(root *os.Root, name string, data []byte, modified time.Time) (Stamp, error) {
	temp := path.Join(path.Dir(name), tempPrefix+rand.Text()+tempSuffix)
	mode := fs.FileMode(0o644)
	if info, err := root.Lstat(name); err == nil && info.Mode().IsRegular() {
		mode = info.Mode().Perm()
	}
	err := writeSynced(root, temp, data, mode)
	if err == nil && !modified.IsZero() {
		err = root.Chtimes(temp, modified, modified)
	}
	var info fs.FileInfo
	if err == nil {
		info, err = root.Lstat(temp)
	}
	if err == nil {
		err = root.Rename(temp, name)
	}
	if err != nil {
		_ = root.Remove(temp) // it may not even be there; what failed before is told
		return Stamp{}, err
	}
	return stampOf(info), syncFolder(root, path.Dir(name))
}

// writeSynced writes a new file and waits until it is on the disk.
func writeSynced(root *os.Root, name string, data []byte, mode fs.FileMode) error {
	file, err := root.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, mode)
	if err != nil {
		return err
	}
	_, err = file.Write(data)
	if err == nil {
		err = file.Sync()
	}
	return errors.Join(err, file.Close())
}

// syncFolder waits until the names in a folder are on the disk.
func syncFolder(root *os.Root, name string) error {
	folder, err := root.Open(name)
	if err != nil {
		return err
	}
	return errors.Join(folder.Sync(), folder.Close())
}

// makeFolders makes the folder called name and all above it, and returns those that were not there before. A link on
// the way is refused: what lies behind it is listed under another name, or not at all.
func makeFolders(root *os.Root, name string) (made []string, err error) {
	if name == "." {
		return nil, nil
	}
	at := ""
	for part := range strings.SplitSeq(name, "/") {
		above := at
		at = path.Join(at, part)
		info, err := root.Lstat(at)
		switch {
		case err == nil && info.IsDir():
			continue
		case err == nil:
			err = &fs.PathError{Op: "mkdir", Path: at, Err: syscall.ENOTDIR}
		case errors.Is(err, fs.ErrNotExist):
			if err = root.Mkdir(at, 0o755); err == nil {
				made = append(made, at)
				err = syncFolder(root, path.Join(".", above))
			}
			if errors.Is(err, fs.ErrExist) {
				err = nil // somebody else was faster
			}
		}
		if err != nil {
			removeFolders(root, made)
			return nil, err
		}
	}
	return made, nil
}

// removeFolders removes those of made that are still empty.
func removeFolders(root *os.Root, made []string) {
	for n := len(made) - 1; n >= 0; n-- {
		_ = root.Remove(made[n]) // not empty: somebody else uses it
	}
}

// Touch sets when the file called name was last changed and returns its new stamp.
func (f *Folder) Touch(name string, modified time.Time) (Stamp, error) {
	if err := Check(name); err != nil {
		return Stamp{}, err
	}
	root := f.root.Load()
	info, err := root.Lstat(name)
	if err != nil {
		return Stamp{}, err
	}
	if !info.Mode().IsRegular() {
		return Stamp{}, &fs.PathError{Op: "touch", Path: name, Err: fs.ErrInvalid}
	}
	if err := root.Chtimes(name, modified, modified); err != nil {
		return Stamp{}, err
	}
	info, err = root.Lstat(name)
	if err != nil {
		return Stamp{}, err
	}
	return stampOf(info), nil
}

// Sweep removes what a process that was killed has left half written, and what the history has held long enough. It
// returns how many files it removed. Call it before anybody writes.
func (f *Folder) Sweep() (removed int, err error) {
	root := f.root.Load()
	err = fs.WalkDir(root.FS(), ".", func(name string, entry fs.DirEntry, err error) error {
		base := path.Base(name)
		switch {
		case err != nil:
			return nil // not ours to read: nothing of ours is there
		case entry.IsDir() && isHidden(name) && name != historyFolder:
			return fs.SkipDir
		case entry.Type().IsRegular() && strings.HasPrefix(base, tempPrefix) && strings.HasSuffix(base, tempSuffix):
			if err := root.Remove(name); err != nil {
				return fmt.Errorf("sweep: %w", err)
			}
			removed++
		}
		return nil
	})
	if err != nil {
		return removed, err
	}
	expired, err := f.Expire()
	return removed + expired, err
}
