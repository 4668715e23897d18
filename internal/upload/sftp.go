package upload

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"
	"sync"
	"time"

	"github.com/pkg/sftp"
)

// SFTP serves one client of the sftp subsystem, and of scp that uses it, until it hangs up. It returns the exit status.
func (s *Session) SFTP(ctx context.Context) int {
	pipe := &pipe{in: s.In, out: s.Out, done: ctx.Done(), worked: s.Worked}
	desk := &desk{report: report{Session: s, began: time.Now()}, ctx: ctx, pipe: pipe, scratch: make(scratch), incoming: make(map[*incoming]bool), idle: make(chan struct{})}
	if s.Closing != nil {
		defer context.AfterFunc(s.Closing, desk.leaveIfIdle)()
	}
	served := make(chan error, 1)
	go func() { served <- s.serve(pipe, desk) }()
	var err error
	select {
	case err = <-served:
	case <-desk.idle:
		return refused
	}
	desk.leftovers()
	if status := desk.end(); err == nil || errors.Is(err, io.EOF) {
		return status
	}
	s.Log.Debug("sftp ended", "err", err)
	return refused
}

// serve answers requests until there are no more.
func (s *Session) serve(pipe *pipe, by handlers) (err error) {
	defer s.contain(&err)
	// Its Close is never called: it would close the channel before the exit status is told.
	return sftp.NewRequestServer(pipe, guard{by, s}.handlers()).Serve()
}

// desk answers the requests of one sftp client.
type desk struct {
	report
	ctx  context.Context
	pipe *pipe

	mu       sync.Mutex
	scratch  scratch
	incoming map[*incoming]bool // files being written
	open     int                // handles
	held     int64              // bytes of incoming, scratch and what is read
	idle     chan struct{}      // closed when the server wants to close and nothing is being written
	left     bool
}

// leaveIfIdle ends the session where the server is closing and nothing is being written.
func (d *desk) leaveIfIdle() {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.closing() && len(d.incoming) == 0 && !d.left {
		d.left = true
		close(d.idle)
	}
}

// Clients that do not look at the answer to a close, by what they call themselves. They would tell their users that all
// went well.
const (
	putty   = "SSH-2.0-PuTTY"   // fails when the session ends before that answer
	libssh2 = "SSH-2.0-libssh2" // looks at nothing but the answers to writes
)

// endIfDeaf ends the session of a client that does not look at the answer to a close, before it gets one.
func (d *desk) endIfDeaf() {
	if !strings.HasPrefix(d.Client, putty) {
		return
	}
	d.mu.Lock()
	if !d.left {
		d.left = true
		close(d.idle)
	}
	d.mu.Unlock()
	<-d.ctx.Done()
}

// leftovers tells of files that should pass and that their client has not renamed or removed: they are not kept.
func (d *desk) leftovers() {
	d.mu.Lock()
	defer d.mu.Unlock()
	for name, f := range d.scratch {
		if f.truncated {
			d.refuse(fmt.Errorf("%s: error: it was emptied and not written again, so the version before stays", name))
		} else {
			d.refuse(fmt.Errorf("%s: error: it was not given another name, and files of this kind are not kept", name))
		}
	}
}

// Fileread opens a file to be taken home.
func (d *desk) Fileread(r *sftp.Request) (io.ReaderAt, error) {
	content, err := d.content(local(r.Filepath))
	if err != nil {
		return nil, status(err)
	}
	held := 0
	if d.writes() { // what readers get is the snapshot's
		held = len(content)
	}
	if err := d.takeWith(held); err != nil {
		return nil, err
	}
	return &outgoing{strings.NewReader(content), opened{d, held}}, nil
}

// content returns what the file called name holds, as this client sees it.
func (d *desk) content(name string) (string, error) {
	if f, ok := d.scratchFile(name); ok {
		return string(f.data), nil
	}
	return d.Blog.ReadFile(d.audience(), name)
}

// opened is what a client has open, and how many bytes that holds here.
type opened struct {
	desk *desk
	held int
}

// Close gives the handle back.
func (o opened) Close() error {
	o.desk.give()
	o.desk.release(o.held)
	return nil
}

// outgoing is a file being read.
type outgoing struct {
	io.ReaderAt
	opened
}

// Filelist answers what there is: List for the files of a folder, Stat for one file or folder.
func (d *desk) Filelist(r *sftp.Request) (sftp.ListerAt, error) {
	name := local(r.Filepath)
	if r.Method == "Stat" {
		info, err := d.stat(name)
		return listing{files: []os.FileInfo{info}}, status(err)
	}
	if r.Method != "List" {
		return nil, sftp.ErrSSHFxOpUnsupported
	}
	infos, err := d.Blog.List(d.audience(), name)
	if err != nil {
		return nil, status(err)
	}
	infos = append(infos, d.scratchIn(name)...)
	held := 0
	if d.writes() {
		held = len(infos) * listed
	}
	if err := d.takeWith(held); err != nil {
		return nil, err
	}
	return &openListing{listing{infos}, opened{d, held}}, nil
}

// stat returns what is known of a file or folder, as this client sees it.
func (d *desk) stat(name string) (os.FileInfo, error) {
	if in := d.writing(name); in != nil {
		return in.info(), nil
	}
	if f, ok := d.scratchFile(name); ok {
		return f.info(name), nil
	}
	return d.Blog.Stat(d.audience(), name)
}

// listing is files as the library asks for them.
type listing struct{ files []os.FileInfo }

// ListAt copies files from offset on.
func (l listing) ListAt(into []os.FileInfo, offset int64) (int, error) {
	if offset >= int64(len(l.files)) {
		return 0, io.EOF
	}
	n := copy(into, l.files[offset:])
	if n < len(into) {
		return n, io.EOF
	}
	return n, nil
}

// openListing is a listing that a client holds open.
type openListing struct {
	listing
	opened
}

// status returns err as the protocol knows it, with its text where there is room for one.
func status(err error) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, fs.ErrNotExist):
		return sftp.ErrSSHFxNoSuchFile
	case errors.Is(err, fs.ErrPermission):
		return sftp.ErrSSHFxPermissionDenied
	}
	return err
}

// fileInfo is a file that is nowhere but in this session.
type fileInfo struct {
	name     string
	size     int64
	modified time.Time
}

func (f fileInfo) Name() string       { return f.name }
func (f fileInfo) Size() int64        { return f.size }
func (f fileInfo) Mode() fs.FileMode  { return 0o644 }
func (f fileInfo) ModTime() time.Time { return f.modified }
func (f fileInfo) IsDir() bool        { return false }
func (f fileInfo) Sys() any           { return nil }
