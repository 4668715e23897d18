package store

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"syscall"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
	"github.com/nats-io/nuid"
)

// Conflict is the error for a change of the file called Name, where somebody else made one that had not arrived here:
// theirs holds.
type Conflict struct {
	Name    string
	Version string // what was to be written, in the history; "" where that was nothing
}

func (c *Conflict) Error() string { return "somebody else changed " + c.Name + " at the same moment" }

// errOvertaken is returned by write where the last revision of a key is another one than was expected.
var errOvertaken = errors.New("overtaken")

// write makes a revision of key that replaces the one with the number after; 0: there is none. It returns its number,
// and wraps errOvertaken where that is not the last one. It tries for long enough that the cluster can choose another
// leader; that no try is done twice is the cluster's business, which remembers the names of messages for two minutes.
func (b *Bucket) write(key string, header nats.Header, data []byte, after uint64) (seq uint64, err error) {
	id := nuid.Next()
	b.mu.Lock()
	b.writing[id] = true
	b.mu.Unlock()
	defer func() {
		b.mu.Lock()
		defer b.mu.Unlock()
		if delete(b.writing, id); err != nil { // it may arrive all the same, or has, and nobody was told
			poke(b.news)
		}
	}()
	sent := false
	err = b.reach(func(ctx context.Context) error {
		m := &nats.Msg{Subject: b.subject(key), Header: nats.Header{}, Data: data}
		for name, values := range header {
			m.Header[name] = values
		}
		ack, err := b.js.PublishMsg(ctx, m, jetstream.WithMsgID(id), jetstream.WithRetryAttempts(0), jetstream.WithExpectLastSequencePerSubject(after))
		if err == nil {
			seq = ack.Sequence
			return nil
		}
		var api *jetstream.APIError
		sent = sent || !neverSent(err) && !errors.As(err, &api)
		return err
	})
	if isOvertaken(err) {
		return b.overtaken(key, id)
	}
	if errors.Is(err, ErrUnreachable) && sent {
		err = fmt.Errorf("%w: %w", ErrUnsure, err)
	}
	return seq, err
}

func isOvertaken(err error) bool {
	var api *jetstream.APIError
	const constantly = 10164 // what servers say where a bucket has copies
	return errors.As(err, &api) && (api.ErrorCode == jetstream.JSErrCodeStreamWrongLastSequence || api.ErrorCode == constantly)
}

// overtaken returns the number of the last revision of key where that is the message called id, which arrived in a
// try that was given up.
func (b *Bucket) overtaken(key, id string) (uint64, error) {
	last, err := b.ask(question{Last: b.subject(key)})
	if errors.Is(err, jetstream.ErrMsgNotFound) {
		return 0, errOvertaken
	}
	if err != nil {
		return 0, err
	}
	if h, err := last.header(); err == nil && h.Get(jetstream.MsgIDHeader) == id {
		return last.Seq, nil
	}
	return 0, errOvertaken
}

// replace makes r the revision of the file called name that replaces old, and takes it over.
func (b *Bucket) replace(name string, old, r revision, data []byte) (revision, error) {
	key, err := encodeKey(fileKey, name)
	if err != nil {
		return r, &fs.PathError{Op: "write", Path: name, Err: err}
	}
	if r.object {
		data = nil
	}
	r.at = time.Now()
	r.seq, err = b.write(key, r.header(), data, old.seq)
	if errors.Is(err, errOvertaken) && (old.seq == 0 || old.removed) {
		r.seq, err = b.writeAnew(key, r, data, old)
	}
	if err == nil {
		b.saw(name, r)
	}
	return r, err
}

// writeAnew is write where a file was not there as far as is known, but was overtaken: what the cluster knew of a file
// that was removed long ago is swept away at some time, and it does not tell.
func (b *Bucket) writeAnew(key string, r revision, data []byte, old revision) (uint64, error) {
	last, err := b.ask(question{Last: b.subject(key)})
	switch {
	case errors.Is(err, jetstream.ErrMsgNotFound) && old.seq > 0:
		return b.write(key, r.header(), data, 0)
	case errors.Is(err, jetstream.ErrMsgNotFound):
		return 0, errOvertaken
	case err != nil:
		return 0, err
	}
	h, err := last.header()
	if err != nil {
		return 0, errOvertaken
	}
	if was, err := parseRevision(h, len(last.Data), last.At); err == nil && was.removed && last.Seq > old.seq {
		return b.write(key, r.header(), data, last.Seq)
	}
	return 0, errOvertaken
}

// Put makes data the file called name and returns its stamp. A file that it replaces stays in the history. Folders on
// the way are made. A zero modified means now. Where somebody else changed the file and that had not arrived here, the
// error is a Conflict, and data lies in the history; ErrUnreachable and ErrUnsure say that the cluster did not answer.
// It may take a quarter of a minute.
func (b *Bucket) Put(name string, data []byte, modified time.Time) (Stamp, error) {
	old, err := b.place(name)
	if err != nil {
		return Stamp{}, err
	}
	r := newRevision(data, modified, b.inline)
	if same := old.seq > 0 && !old.removed && old.digest == r.digest; same && (modified.IsZero() || old.modified.Equal(r.modified)) {
		if done, err := b.isLast(name, old); done || err != nil {
			return old.stamp(), err
		}
	}
	made, err := b.makeFolders(path.Dir(name))
	if err == nil && r.object {
		err = b.keepObject(r.digest, data)
	}
	if err == nil {
		r, err = b.replace(name, old, r, data)
	}
	if errors.Is(err, errOvertaken) {
		r, err = b.settle(name, r, data)
	}
	if err != nil {
		b.removeFolders(made)
		return Stamp{}, err
	}
	return r.stamp(), nil
}

// isLast reports whether the cluster knows nothing newer of the file called name than r.
func (b *Bucket) isLast(name string, r revision) (bool, error) {
	key, err := encodeKey(fileKey, name)
	if err != nil {
		return false, err
	}
	last, err := b.ask(question{Last: b.subject(key)})
	if errors.Is(err, jetstream.ErrMsgNotFound) {
		return false, nil
	}
	return last.Seq == r.seq, err
}

// Try returns why nothing could be written under name now: the name, or that the cluster is lost.
func (b *Bucket) Try(name string, _ int) error {
	if _, err := b.place(name); err != nil {
		return err
	}
	return b.Health()
}

// place returns what is known of the file called name, or why there can be none.
func (b *Bucket) place(name string) (revision, error) {
	if err := Check(name); err != nil {
		return revision{}, err
	}
	if _, err := encodeKey(fileKey, name); err != nil {
		return revision{}, &fs.PathError{Op: "write", Path: name, Err: err}
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.isFolderLocked(name) {
		return revision{}, &fs.PathError{Op: "write", Path: name, Err: syscall.EISDIR}
	}
	if above := fileAbove(name, b.isFileLocked); above != "" {
		return revision{}, &fs.PathError{Op: "mkdir", Path: above, Err: syscall.ENOTDIR}
	}
	return b.files[name], nil
}

// settle ends a Put that was overtaken: well where they wrote the same bytes, else with a Conflict.
func (b *Bucket) settle(name string, ours revision, data []byte) (revision, error) {
	key, err := encodeKey(fileKey, name)
	if err != nil {
		return ours, err
	}
	last, err := b.ask(question{Last: b.subject(key)})
	if err == nil {
		h, headerErr := last.header()
		theirs, parseErr := parseRevision(h, len(last.Data), last.At)
		if headerErr == nil && parseErr == nil && !theirs.removed && theirs.digest == ours.digest {
			theirs.seq = last.Seq
			b.saw(name, theirs)
			return theirs, nil
		}
	}
	version, err := b.keepLost(name, ours, data)
	if err != nil {
		b.log.Warn("not in the history: what was pushed at the same moment as something else", "post", name, "err", err)
	}
	return ours, &Conflict{Name: name, Version: version}
}

// keepLost puts what is not taken into the history and returns what it is called there.
func (b *Bucket) keepLost(name string, r revision, data []byte) (version string, err error) {
	key, err := encodeKey(lostKey, name)
	if err != nil {
		return "", err
	}
	if r.object {
		data = nil
	}
	for range 10 { // others may lose at the same moment
		var after uint64
		last, err := b.ask(question{Last: b.subject(key)})
		if err == nil {
			after = last.Seq
		} else if !errors.Is(err, jetstream.ErrMsgNotFound) {
			return "", err
		}
		seq, err := b.write(key, r.header(), data, after)
		if errors.Is(err, errOvertaken) {
			continue
		}
		if err != nil {
			return "", err
		}
		kept, err := b.ask(question{Seq: seq})
		return versionOf(kept.At), err
	}
	return "", errOvertaken
}

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
	r.modified, r.data = modified.UTC().Round(0), nil
	r, err = b.rewrite(name, name, r)
	return r.stamp(), err
}

// rewrite makes r, whose bytes are those that the file called from has, the file called to.
func (b *Bucket) rewrite(from, to string, r revision) (revision, error) {
	var data []byte
	if !r.object {
		var err error
		if data, err = b.bytesOf(b.known(from)); err != nil {
			return r, err
		}
		r.digest = digest(data)
	}
	r, err := b.replace(to, b.known(to), r, data)
	if errors.Is(err, errOvertaken) {
		err = &Conflict{Name: to}
	}
	return r, err
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
	case b.isFolderLocked(name) && op == "touch":
		return revision{}, &fs.PathError{Op: op, Path: name, Err: fs.ErrInvalid}
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
	_, err = b.replace(name, old, revision{removed: true}, nil)
	if errors.Is(err, errOvertaken) {
		err = &Conflict{Name: name}
	}
	return err
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
	r, err := b.file("rename", from)
	if err == nil && from != to {
		_, err = b.place(to)
	}
	if err != nil || from == to {
		return r.stamp(), err
	}
	if _, err := b.makeFolders(path.Dir(to)); err != nil {
		return Stamp{}, err
	}
	r.data = nil
	if r, err = b.rewrite(from, to, r); err != nil {
		return Stamp{}, err
	}
	return r.stamp(), b.Remove(from)
}
