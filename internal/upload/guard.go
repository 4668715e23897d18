package upload

import (
	"errors"
	"io"
	"os"

	"github.com/pkg/sftp"
)

// The library runs what it calls on goroutines of its own, where a panic would be the end of everybody. So it sees no
// desk, only a guard: each of its methods, and of the handles that it returns, makes a panic the failure of one request.

// handlers is what answers the requests of a client.
type handlers interface {
	sftp.FileReader
	sftp.OpenFileWriter
	sftp.PosixRenameFileCmder
	sftp.FileLister
}

// guard is handlers as the library may call them.
type guard struct {
	behind  handlers
	session *Session
}

// handlers returns g for each kind of request.
func (g guard) handlers() sftp.Handlers {
	return sftp.Handlers{FileGet: g, FilePut: g, FileCmd: g, FileList: g}
}

// Fileread opens a file to be taken home.
func (g guard) Fileread(r *sftp.Request) (file io.ReaderAt, err error) {
	defer g.session.contain(&err)
	of, err := g.behind.Fileread(r)
	return handle{session: g.session, of: of, reader: of}, err
}

// Filewrite opens a file to be written.
func (g guard) Filewrite(r *sftp.Request) (file io.WriterAt, err error) {
	defer g.session.contain(&err)
	of, err := g.behind.Filewrite(r)
	return handle{session: g.session, of: of, writer: of}, err
}

// OpenFile opens a file to be read and written.
func (g guard) OpenFile(r *sftp.Request) (file sftp.WriterAtReaderAt, err error) {
	defer g.session.contain(&err)
	of, err := g.behind.OpenFile(r)
	return handle{session: g.session, of: of, reader: of, writer: of}, err
}

// Filecmd changes what is not the content of a file.
func (g guard) Filecmd(r *sftp.Request) (err error) {
	defer g.session.contain(&err)
	return g.behind.Filecmd(r)
}

// PosixRename renames over what is there.
func (g guard) PosixRename(r *sftp.Request) (err error) {
	defer g.session.contain(&err)
	return g.behind.PosixRename(r)
}

// Filelist answers what there is.
func (g guard) Filelist(r *sftp.Request) (found sftp.ListerAt, err error) {
	defer g.session.contain(&err)
	of, err := g.behind.Filelist(r)
	return handle{session: g.session, of: of, lister: of}, err
}

// handle is a file or folder that a client has open. It has of the three what it was opened for.
type handle struct {
	session *Session
	of      any
	reader  io.ReaderAt
	writer  io.WriterAt
	lister  sftp.ListerAt
}

// ReadAt reads from a file.
func (h handle) ReadAt(p []byte, offset int64) (n int, err error) {
	defer h.session.contain(&err)
	if offset < 0 {
		return 0, errOffset
	}
	return h.reader.ReadAt(p, offset)
}

// errOffset is what a client gets for a place that is in no file: they are told without a sign.
var errOffset = errors.New("no file is that long")

// WriteAt writes to a file. What a panic has left of it is not published.
func (h handle) WriteAt(p []byte, offset int64) (n int, err error) {
	defer func() {
		if errors.Is(err, errPanic) {
			h.TransferError(err)
		}
	}()
	defer h.session.contain(&err)
	return h.writer.WriteAt(p, offset)
}

// ListAt lists a folder.
func (h handle) ListAt(into []os.FileInfo, offset int64) (n int, err error) {
	defer h.session.contain(&err)
	return h.lister.ListAt(into, offset)
}

// TransferError tells the file that its client is gone.
func (h handle) TransferError(cause error) {
	var err error
	defer h.session.contain(&err)
	if of, ok := h.of.(sftp.TransferError); ok {
		of.TransferError(cause)
	}
}

// Close closes what is open.
func (h handle) Close() (err error) {
	defer h.session.contain(&err)
	if of, ok := h.of.(io.Closer); ok {
		return of.Close()
	}
	return nil
}
