package blog

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"time"

	"postern/internal/post"
	"postern/internal/store"
	"postern/internal/text"
)

// CheckName returns nil where a file or folder may have the name: a path with slashes, nothing in it hidden, and
// nothing that steers or misleads who is shown it.
func CheckName(name string) error {
	if err := store.Check(name); err != nil {
		return err
	}
	if !text.SafeName(name) {
		return fmt.Errorf("%w: it has characters that hide or reorder text", store.ErrName)
	}
	return nil
}

// Remove removes the file called name; the history keeps it. The error is for the author to read, and wraps
// fs.ErrNotExist where there is no such file.
func (b *Blog) Remove(ctx context.Context, by Author, name string) error {
	change, err := b.remove(ctx, name)
	if err != nil {
		return b.failed(ctx, by, name, err)
	}
	b.show(change)
	b.tell("removed")
	b.log.InfoContext(ctx, "removed", by.attributes(name)...)
	return nil
}

func (b *Blog) remove(ctx context.Context, name string) (uint64, error) {
	done, err := b.turns.take(ctx, name)
	if err != nil {
		return 0, err
	}
	defer done()
	if err := b.folder.Remove(name); err != nil {
		return 0, err
	}
	if name == post.SiteFile || !text.SafeName(name) {
		return b.anew(ctx)
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.dropLocked(name)
	return b.changed, nil
}

// failed is refused for what is done to files that are there: the cause stays known to errors.Is.
func (b *Blog) failed(ctx context.Context, by Author, name string, err error) error {
	return failure{b.refused(ctx, by, name, err), err}
}

// failure is an error for an author with its cause.
type failure struct {
	error
	cause error
}

func (f failure) Unwrap() []error { return []error{f.error, f.cause} }

// Rename gives the file or folder called from the name to. A file becomes what its new name says: where that is a
// post it has to be one, or nothing changes. What was a post stays in the history under its old name too.
func (b *Blog) Rename(ctx context.Context, by Author, from, to string) (Outcome, error) {
	o, change, err := b.rename(ctx, from, to)
	if err != nil {
		return Outcome{}, b.failed(ctx, by, to, err)
	}
	b.show(change)
	b.log.InfoContext(ctx, "renamed", by.attributes(to, "from", from)...)
	return b.outcome(o), nil
}

func (b *Blog) rename(ctx context.Context, from, to string) (verdict, uint64, error) {
	v := verdict{name: to}
	done, err := b.turns.take(ctx, from, to)
	if err != nil {
		return v, 0, err
	}
	defer done()
	info, err := b.folder.Entry(from)
	if err == nil {
		err = CheckName(to)
	}
	var judged store.Stamp
	if err == nil && !info.IsDir() {
		v, judged, err = b.judgeAs(from, to)
	}
	if err == nil && post.IsPost(from) && !info.IsDir() && from != to { // editors do this before they write it anew
		err = b.folder.Keep(from)
	}
	if err != nil {
		return v, 0, err
	}
	stamp, err := b.folder.Rename(from, to)
	if err != nil {
		return v, 0, err
	}
	another := stamp.Size != judged.Size || !stamp.Modified.Equal(judged.Modified) // somebody wrote it anew before it got its name
	if info.IsDir() || another || from == post.SiteFile || !text.SafeName(from) {
		change, err := b.anew(ctx)
		return v, change, err
	}
	change, err := b.takeIn(ctx, v, stamp, from)
	return v, change, err
}

// judgeAs says what the file called from would be under the name to, and returns the stamp that it had.
func (b *Blog) judgeAs(from, to string) (verdict, store.Stamp, error) {
	was, _ := b.stamps.get(to)
	data, stamp, err := b.folder.Read(from)
	if err != nil {
		return verdict{name: to}, stamp, err
	}
	v, err := b.judge(to, data)
	v.was = was
	return v, stamp, err
}

// Touch sets when the file called name was last changed.
func (b *Blog) Touch(ctx context.Context, by Author, name string, modified time.Time) error {
	done, err := b.turns.take(ctx, name)
	if err != nil {
		return b.failed(ctx, by, name, err)
	}
	defer done()
	var stamp store.Stamp
	was, err := b.folder.Entry(name)
	if err == nil {
		stamp, err = b.folder.Touch(name, modified)
	}
	if err != nil {
		return b.failed(ctx, by, name, err)
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	known, _ := b.stamps.get(name)
	f, isPost := b.files[name]
	if isPost {
		known = f.stamp
	}
	if was.Size() != known.Size || !was.ModTime().Equal(known.Modified) {
		return nil // somebody wrote it anew: the next look has to find that
	}
	b.meanwhile[name] = true
	b.stamps.set(name, stamp)
	if isPost {
		f.stamp = stamp
		b.files[name] = f
	}
	b.tree.Store(nil) // it has the old time
	return nil
}

// Mkdir makes the folder called name.
func (b *Blog) Mkdir(ctx context.Context, by Author, name string) error {
	err := CheckName(name)
	if err == nil {
		err = b.folder.Mkdir(name)
	}
	if err != nil {
		return b.failed(ctx, by, name, err)
	}
	return nil
}

// RemoveFolder removes the folder called name, which must be empty.
func (b *Blog) RemoveFolder(ctx context.Context, by Author, name string) error {
	if err := b.folder.RemoveFolder(name); err != nil {
		return b.failed(ctx, by, name, err)
	}
	return nil
}

// Version is what a file was before it was replaced or removed.
type Version struct {
	ID    string
	Until time.Time
	Size  int64
	Title string // "" for what is no post
}

// History returns what the file called name was, newest first. The error wraps fs.ErrNotExist where nothing is known
// of such a file.
func (b *Blog) History(name string) ([]Version, error) {
	kept, err := b.folder.History(name)
	if err != nil {
		return nil, b.unread(name, err)
	}
	if _, ok := b.stamps.get(name); !ok && len(kept) == 0 {
		return nil, &fs.PathError{Op: "history", Path: name, Err: fs.ErrNotExist}
	}
	config := b.parsing()
	versions := make([]Version, 0, len(kept))
	for _, k := range kept {
		versions = append(versions, b.version(store.Past{Name: name, Version: k}, config))
	}
	return versions, nil
}

// unread returns for an author that the history of name could not be read because of err.
func (b *Blog) unread(name string, err error) error {
	if !errors.Is(err, store.ErrUnreachable) {
		return err
	}
	b.log.Error("history not read", "post", name, "err", err)
	return refuse("the history cannot be read: " + store.ErrUnreachable.Error() + "; try again")
}

// Restore publishes what the file called name was in the version called id. What it is now goes into the history.
func (b *Blog) Restore(ctx context.Context, by Author, name, id string) (Outcome, error) {
	data, err := b.folder.ReadVersion(name, path.Base(id))
	if err != nil {
		return Outcome{}, b.failed(ctx, by, name, err)
	}
	return b.PublishAs(ctx, by, name, data, time.Time{})
}
