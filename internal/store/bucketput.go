package store

import (
	"context"
	"errors"
	"io/fs"
	"path"
	"slices"
	"syscall"
	"time"

	"github.com/nats-io/nats.go/jetstream"
)

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
	if err == nil && r.object {
		err = b.keepObject(r.digest, data) // it was not yet needed, and may have been swept away
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

// versionWith returns what the version is called whose bytes the revision with that number has. Who is asked may not have
// it yet.
func (b *Bucket) versionWith(name string, seq uint64) (version string, err error) {
	err = b.reach(func(context.Context) error {
		all, err := b.kept(name)
		n := slices.IndexFunc(all, func(k kept) bool { return k.revision.seq == seq })
		if err == nil && n < 0 {
			return errStalled
		}
		if err == nil {
			version = all[n].ID
		}
		return err
	})
	return version, err
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
		return b.versionWith(name, seq)
	}
	return "", errOvertaken
}
