package upload

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"time"

	"postern/internal/blog"
)

// receive takes files from the client until it has no more.
func (c *scp) receive() error {
	if !c.writes() {
		return c.leave(errReader)
	}
	target := local(c.options.targets[0])
	info, err := c.Blog.Stat(c.audience(), target)
	into := err == nil && info.IsDir()
	if !into && (c.options.intoFolder || c.options.targetIsFolder) {
		return c.leave(fmt.Errorf("scp: %s: no such folder", target))
	}
	if err := c.answer(fine, ""); err != nil {
		return err
	}
	err = c.receiveInto(target, into, 0)
	if errors.Is(err, io.EOF) {
		return nil
	}
	return err
}

// leave tells why nothing is taken, and waits until the client has hung up: some take an end that comes with a reason
// for an end without one.
func (c *scp) leave(err error) error {
	c.refused++
	if err := c.answer(fatal, err.Error()); err != nil {
		return err
	}
	_, err = io.CopyN(io.Discard, c.in, maxHeld)
	return err
}

// receiveInto takes files and folders into the folder called at, or, where there is no such folder, one under that
// name. It returns at the end of the folder, or with io.EOF when the client has no more.
func (c *scp) receiveInto(at string, into bool, depth int) error {
	var modified time.Time
	for {
		line, err := c.line()
		if err != nil {
			return err
		}
		if line != "" && (line[0] == warning || line[0] == fatal) {
			c.refuse(fmt.Errorf("your scp says: %s", line[1:]))
			if line[0] == fatal {
				return io.EOF
			}
			continue
		}
		h, err := parseSCPHeader(line)
		if err != nil {
			return errors.Join(c.answer(fatal, err.Error()), err)
		}
		name := at
		if into {
			name = path.Join(at, h.name)
		}
		switch {
		case h.kind == 'T':
			modified = h.modified
			err = c.answer(fine, "")
		case h.kind == 'C':
			err = c.receiveFile(name, h.size, modified)
			modified = time.Time{}
		case h.kind == 'E' && depth > 0:
			return c.answer(fine, "")
		case h.kind == 'D' && c.options.recursive && depth < maxDepth:
			err = c.receiveFolder(name, depth)
			modified = time.Time{}
		default:
			err = errors.New("scp: not what comes here: " + line)
			err = errors.Join(c.answer(fatal, err.Error()), err)
		}
		if err != nil {
			return err
		}
	}
}

// maxDepth bounds folders within folders.
const maxDepth = 32

// receiveFolder takes a folder with all that is in it.
func (c *scp) receiveFolder(name string, depth int) error {
	if info, err := c.Blog.Stat(c.audience(), name); err != nil || !info.IsDir() {
		if err := c.Blog.Mkdir(c.ctx, c.By, name); err != nil {
			if errors.Is(err, fs.ErrNotExist) {
				err = fmt.Errorf("%s: error: no such folder: %s", name, path.Dir(name))
			}
			return c.refuseHere(err)
		}
	}
	if err := c.answer(fine, ""); err != nil {
		return err
	}
	return c.receiveInto(name, true, depth+1)
}

// receiveFile takes one file and publishes it.
func (c *scp) receiveFile(name string, size int64, modified time.Time) error {
	if err := c.mayReceive(name, size); err != nil {
		return c.refuseHere(err)
	}
	if err := c.answer(fine, ""); err != nil {
		return err
	}
	var data bytes.Buffer
	data.Grow(int(size) + bytes.MinRead) // as much as it takes, and not up to twice that
	if _, err := io.CopyN(&data, c.in, size); err != nil {
		return errors.Join(io.ErrUnexpectedEOF, err)
	}
	whole, err := c.answered()
	if err != nil {
		return err
	}
	if !whole {
		return c.refuseHere(fmt.Errorf("%s: error: your scp could not read all of it", name))
	}
	o, err := c.Blog.PublishAs(c.ctx, c.By, name, data.Bytes(), modified)
	if err != nil {
		return c.refuseHere(err)
	}
	c.published(o)
	return c.answer(fine, "")
}

// mayReceive returns an error where no such file is taken.
func (c *scp) mayReceive(name string, size int64) error {
	if c.closing() {
		return errClosing
	}
	if size > c.Blog.Limits().Largest() {
		return c.Blog.Refuse(c.ctx, c.By, name, c.Blog.Limits().TooLarge(name))
	}
	if err := blog.CheckName(name); err != nil {
		return c.Blog.Refuse(c.ctx, c.By, name, fmt.Errorf("%s: error: %w", name, err))
	}
	return nil
}
