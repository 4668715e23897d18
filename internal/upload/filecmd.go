package upload

import (
	"errors"
	"fmt"
	"io/fs"
	"math"
	"strings"

	"github.com/pkg/sftp"

	"postern/internal/blog"
)

// errLinks is what a client gets that wants to make a link.
var errLinks = fmt.Errorf("links are not taken: %w", sftp.ErrSSHFxOpUnsupported)

// PosixRename renames over what is there.
func (d *desk) PosixRename(r *sftp.Request) error { return d.change(r, d.rename) }

// Filecmd changes what is not the content of a file.
func (d *desk) Filecmd(r *sftp.Request) error {
	switch r.Method {
	case "Setstat":
		return d.change(r, d.setstat)
	case "Rename":
		return d.change(r, d.rename)
	case "Remove":
		return d.change(r, d.remove)
	case "Mkdir":
		return d.change(r, func(r *sftp.Request) error { return d.Blog.Mkdir(d.ctx, d.By, local(r.Filepath)) })
	case "Rmdir":
		return d.change(r, func(r *sftp.Request) error { return d.Blog.RemoveFolder(d.ctx, d.By, local(r.Filepath)) })
	case "Link", "Symlink":
		return d.change(r, func(*sftp.Request) error { return errLinks })
	}
	return sftp.ErrSSHFxOpUnsupported
}

// change lets authors, and only these, do something. What went wrong is told, unless it is that there is no such
// file: clients look for one in this way.
func (d *desk) change(r *sftp.Request, do func(*sftp.Request) error) error {
	if !d.writes() {
		d.refuse(errReader)
		return errReader
	}
	err := do(r)
	if errors.Is(err, fs.ErrNotExist) {
		return sftp.ErrSSHFxNoSuchFile
	}
	again := r.Method == "Mkdir" && errors.Is(err, fs.ErrExist) // as "scp -r" does with folders that are there
	if err == nil || again {
		return err
	}
	d.refuse(err)
	return d.told(err)
}

// told returns err with a text that is one safe line, for clients that show it.
func (d *desk) told(err error) error {
	if err == nil {
		return nil
	}
	line, _, _ := strings.Cut(err.Error(), "\n")
	return toldError{d.Clean(line), err}
}

// toldError is an error with a text for the client.
type toldError struct {
	line  string
	cause error
}

func (e toldError) Error() string { return e.line }
func (e toldError) Unwrap() error { return e.cause }

// setstat sets the size and the time of a file. Its owner and mode are ours.
func (d *desk) setstat(r *sftp.Request) error {
	name, flags, attributes := local(r.Filepath), r.AttrFlags(), r.Attributes()
	if attributes == nil {
		return sftp.ErrSSHFxBadMessage
	}
	modified := seconds(int64(attributes.Mtime))
	if in := d.writing(name); in != nil {
		if flags.Size {
			if err := in.truncate(int64(min(attributes.Size, math.MaxInt64))); err != nil {
				return err
			}
		}
		if flags.Acmodtime {
			in.touch(modified)
		}
		return nil
	}
	info, err := d.stat(name)
	if err != nil || info.IsDir() {
		return err
	}
	if flags.Size && attributes.Size != uint64(info.Size()) {
		if err := d.resize(name, attributes.Size); err != nil {
			return err
		}
	}
	if !flags.Acmodtime {
		return nil
	}
	if f, ok := d.scratchFile(name); ok {
		f.modified = modified
		return d.keepScratch(name, &f)
	}
	return d.Blog.Touch(d.ctx, d.By, name, modified)
}

// resize makes a file that is not open size bytes long. One that is emptied is about to be written: until then its
// old version is what everybody sees.
func (d *desk) resize(name string, size uint64) error {
	if size == 0 {
		return d.keepScratch(name, &scratchFile{truncated: !isPassing(name)})
	}
	if size > uint64(d.Blog.Limits().Largest()) {
		return d.Blog.Limits().TooLarge(name)
	}
	old, err := d.current(name)
	if err != nil {
		return err
	}
	data := make([]byte, size)
	copy(data, old)
	if f, ok := d.scratchFile(name); ok {
		f.data = data
		return d.keepScratch(name, &f)
	}
	_, err = d.Blog.PublishAs(d.ctx, d.By, name, data, seconds(0))
	return err
}

// remove takes a file away.
func (d *desk) remove(r *sftp.Request) error {
	name := local(r.Filepath)
	f, ok := d.scratchFile(name)
	if ok {
		d.dropScratch(name)
		if !f.truncated {
			return nil
		}
	}
	if err := d.Blog.Remove(d.ctx, d.By, name); err != nil {
		return err
	}
	d.gone()
	return nil
}

// rename gives a file another name, which may be what publishes it.
func (d *desk) rename(r *sftp.Request) error {
	from, to := local(r.Filepath), local(r.Target)
	if f, ok := d.scratchFile(from); ok {
		return d.renameScratch(from, to, f)
	}
	if isPassing(to) && blog.CheckName(from) == nil {
		return d.hide(from, to)
	}
	o, err := d.Blog.Rename(d.ctx, d.By, from, to)
	if err != nil {
		return err
	}
	d.dropScratch(to)
	if info, err := d.Blog.Stat(d.audience(), to); err == nil && !info.IsDir() {
		d.published(o)
	}
	return nil
}

// renameScratch publishes a file that only this client knows, or gives it another hidden name.
func (d *desk) renameScratch(from, to string, f scratchFile) error {
	if isPassing(to) {
		d.dropScratch(from)
		return d.keepScratch(to, &f)
	}
	o, err := d.Blog.PublishAs(d.ctx, d.By, to, f.data, f.modified)
	if err != nil {
		return err
	}
	d.dropScratch(from)
	d.dropScratch(to)
	d.published(o)
	return nil
}

// hide takes a file out of the posts under a hidden name that only this client knows, as file systems do with files
// that are removed while they are open.
func (d *desk) hide(from, to string) error {
	data, err := d.current(from)
	if err != nil {
		return err
	}
	if err := d.keepScratch(to, &scratchFile{data: data}); err != nil {
		return err
	}
	if err := d.Blog.Remove(d.ctx, d.By, from); err != nil {
		d.dropScratch(to)
		return err
	}
	d.gone()
	return nil
}
