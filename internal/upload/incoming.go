package upload

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"sync"
	"time"

	"github.com/pkg/sftp"

	"postern/internal/blog"
)

// errReader is what readers get who want to change something.
var errReader = fmt.Errorf("only authors can change files here: %w", sftp.ErrSSHFxPermissionDenied)

// Filewrite opens a file to be written.
func (d *desk) Filewrite(r *sftp.Request) (io.WriterAt, error) {
	in, err := d.write(r)
	return in, d.told(err)
}

// OpenFile opens a file to be read and written.
func (d *desk) OpenFile(r *sftp.Request) (sftp.WriterAtReaderAt, error) {
	in, err := d.write(r)
	return in, d.told(err)
}

// write opens a file to be written: what it holds so far, unless the client cuts that away, and what is written over
// it, in memory. The blog gets it when it is closed.
func (d *desk) write(r *sftp.Request) (*incoming, error) {
	name, flags := local(r.Filepath), r.Pflags()
	in := &incoming{desk: d, name: name}
	if err := d.mayWrite(name); err != nil {
		return nil, err
	}
	if err := d.admit(name); err != nil {
		return nil, err
	}
	old, err := d.current(name)
	switch {
	case err == nil && flags.Creat && flags.Excl:
		return nil, fs.ErrExist
	case errors.Is(err, fs.ErrNotExist) && !flags.Creat:
		return nil, sftp.ErrSSHFxNoSuchFile
	case err != nil && !errors.Is(err, fs.ErrNotExist):
		return nil, status(err)
	case err == nil && !flags.Trunc:
		in.data = old
	}
	in.dirty = err != nil || flags.Trunc
	if flags.Append {
		in.end = true
	}
	return in, d.begin(in)
}

// mayWrite returns an error where no file of that name can be written.
func (d *desk) mayWrite(name string) error {
	switch {
	case !d.writes():
		d.refuse(errReader)
		return errReader
	case d.closing():
		d.refuse(errClosing)
		return errClosing
	case d.pipe.asFolder():
		err := d.Blog.Refuse(d.ctx, d.By, name, fmt.Errorf("%s/: error: there is no such folder", name))
		d.refuse(err)
		return err
	case isPassing(name) && blog.CheckName(path.Join(path.Dir(name), "x"+path.Base(name))) == nil:
		return nil
	}
	if err := blog.CheckName(name); err != nil {
		err = d.Blog.Refuse(d.ctx, d.By, name, fmt.Errorf("%s: error: %w", name, err))
		d.refuse(err)
		return err
	}
	return nil
}

// current returns what the file called name holds now, for this client.
func (d *desk) current(name string) ([]byte, error) {
	content, err := d.content(name)
	if err != nil {
		if info, e := d.Blog.Stat(d.audience(), name); e == nil && info.IsDir() {
			return nil, errors.New(name + ": a folder has this name")
		}
	}
	return []byte(content), err
}

// begin counts in as being written.
func (d *desk) begin(in *incoming) error {
	if err := d.takeWith(cap(in.data)); err != nil {
		err = fmt.Errorf("%s: error: %w", in.name, err)
		d.refuse(err)
		return err
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	d.incoming[in] = true
	return nil
}

// finish counts in as written, or given up.
func (d *desk) finish(in *incoming) {
	d.mu.Lock()
	delete(d.incoming, in)
	d.open--
	d.mu.Unlock()
	in.drop()
	if in.err == nil {
		in.err = fs.ErrClosed // for requests that come at the same time
	}
	if d.closing() {
		time.AfterFunc(lastWord, d.leaveIfIdle)
	}
}

// lastWord is how long a client has to learn what became of its last file before a server that closes hangs up.
const lastWord = 300 * time.Millisecond

// writing returns the file called name that is being written, nil for none.
func (d *desk) writing(name string) *incoming {
	d.mu.Lock()
	defer d.mu.Unlock()
	for in := range d.incoming {
		if in.name == name {
			return in
		}
	}
	return nil
}

// incoming is one file being written.
type incoming struct {
	desk *desk
	name string

	mu       sync.Mutex
	data     []byte // all of its capacity is held
	modified time.Time
	dirty    bool // there is something to publish
	written  spans
	last     int   // bytes of the piece that the file ends with
	vetted   bool  // the front matter is whole and good
	looked   int64 // bytes that were looked at before all was here
	end      bool  // writes go to the end, wherever they say
	err      error // why it must not be published
}

// WriteAt puts p at offset. After an error the file is not published, whatever its client does then: clients close
// what they could not write.
func (in *incoming) WriteAt(p []byte, offset int64) (int, error) {
	in.mu.Lock()
	defer in.mu.Unlock()
	if in.err != nil {
		return 0, in.desk.told(in.err)
	}
	if in.end {
		offset = int64(len(in.data))
	}
	before := int64(len(in.data))
	if err := in.reach(offset, int64(len(p))); err != nil {
		in.fail(in.desk.Blog.Refuse(in.desk.ctx, in.desk.By, in.name, err))
		return 0, in.desk.told(err)
	}
	in.dirty = true
	n := copy(in.data[offset:], p)
	in.note(offset, n, before)
	if err := in.vet(); err != nil {
		in.fail(err)
		return 0, in.desk.told(err)
	}
	return n, nil
}

// reach makes the file long enough for n bytes at offset.
func (in *incoming) reach(offset, n int64) error {
	if offset < 0 || offset > in.desk.Blog.Limits().Largest() { // their sum may be no number
		return in.desk.Blog.Limits().TooLarge(in.name)
	}
	return in.resize(max(offset+n, int64(len(in.data))))
}

// resize makes the file size bytes long.
func (in *incoming) resize(size int64) error {
	limit := in.desk.Blog.Limits().Largest()
	if size < 0 || size > limit {
		return in.desk.Blog.Limits().TooLarge(in.name)
	}
	old := int64(len(in.data))
	if size > int64(cap(in.data)) {
		room := min(max(size, 2*old), limit)
		if err := in.desk.hold(int(room) - cap(in.data)); err != nil {
			return fmt.Errorf("%s: error: %w", in.name, err)
		}
		grown := make([]byte, old, room)
		copy(grown, in.data)
		in.data = grown
	}
	in.data = in.data[:size]
	if size > old {
		clear(in.data[old:])
	}
	return nil
}

// drop forgets what the file holds, and returns it.
func (in *incoming) drop() []byte {
	data := in.data
	in.data = nil
	in.desk.release(cap(data))
	return data
}

// fail remembers why the file must not be published and tells it once.
func (in *incoming) fail(err error) {
	in.err = err
	in.desk.refuse(err)
}

// truncate makes the file size bytes long, as its client asks.
func (in *incoming) truncate(size int64) error {
	in.mu.Lock()
	defer in.mu.Unlock()
	if in.err != nil {
		return nil // it is told already, and will be again when the file is closed
	}
	if size == int64(len(in.data)) {
		return nil
	}
	in.dirty = true
	return in.resize(size)
}

// touch says when the file was last changed.
func (in *incoming) touch(modified time.Time) {
	in.mu.Lock()
	defer in.mu.Unlock()
	in.modified = modified
}

// ReadAt returns what is there so far.
func (in *incoming) ReadAt(p []byte, offset int64) (int, error) {
	in.mu.Lock()
	defer in.mu.Unlock()
	return bytes.NewReader(in.data).ReadAt(p, offset)
}

// info returns what is known of the file so far.
func (in *incoming) info() fileInfo {
	in.mu.Lock()
	defer in.mu.Unlock()
	modified := in.modified
	if modified.IsZero() {
		modified = time.Now()
	}
	return fileInfo{path.Base(in.name), int64(len(in.data)), modified}
}

// TransferError is called when the client is gone in the middle: what is half here is not published.
func (in *incoming) TransferError(err error) {
	in.mu.Lock()
	defer in.mu.Unlock()
	in.err = errors.Join(in.err, err)
}

// Close publishes the file, unless something went wrong before.
func (in *incoming) Close() error {
	in.mu.Lock()
	defer in.mu.Unlock()
	defer in.desk.finish(in)
	if in.err != nil || !in.dirty {
		return in.desk.told(in.err)
	}
	d := in.desk
	if isPassing(in.name) {
		if err := d.keepScratch(in.name, &scratchFile{data: in.drop(), modified: in.modified}); err != nil {
			d.refuse(err)
			return d.told(err)
		}
		return nil
	}
	if err := d.publish(d.ctx, in.name, in.data, in.modified); err != nil {
		d.endIfDeaf()
		return d.told(err)
	}
	d.dropScratch(in.name)
	return nil
}
