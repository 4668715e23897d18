package blog

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"time"

	"postern/internal/post"
	"postern/internal/store"
)

// Author is who changes posts, as the log tells it.
type Author struct {
	Name   string
	Key    string // its fingerprint
	Remote string // the address that the connection comes from
}

// attributes returns what the log tells of a change to the file called name.
func (a Author) attributes(name string, more ...any) []any {
	return append([]any{"post", name, "author", a.Name, "key", a.Key, "remote", a.Remote}, more...)
}

// Publish puts the file that r holds under name and shows it to all readers. Files that are no posts may lie beside
// the posts. What cannot be read as a post changes nothing. When Publish returns without an error the file is on the
// disk and everybody sees it. The error is for the author to read: lines of the form "name:line:col: error: why".
func (b *Blog) Publish(ctx context.Context, by Author, name string, r io.Reader) (Outcome, error) {
	data, err := b.Limits().receive(r)
	if err != nil {
		return Outcome{}, b.refused(ctx, by, name, err)
	}
	return b.PublishAs(ctx, by, name, data, time.Time{})
}

// PublishAs is Publish of a file that is here whole, and was last changed at modified, so that a client finds it as it
// sent it.
func (b *Blog) PublishAs(ctx context.Context, by Author, name string, data []byte, modified time.Time) (Outcome, error) {
	started := time.Now()
	err := b.Limits().fits(len(data))
	if err == nil {
		err = b.pace.take(by.Name, b.Limits().PerMinute, started)
	}
	var v verdict
	if err == nil {
		v, err = b.judge(name, data)
	}
	var change uint64
	if err == nil {
		change, err = b.put(ctx, v, data, modified)
	}
	if err != nil {
		return Outcome{}, b.refused(ctx, by, name, err)
	}
	b.show(change)
	o := b.outcome(v)
	b.tell(o.Kind())
	b.log.InfoContext(ctx, "published", by.attributes(name, "is", o.Kind(), "bytes", len(data), "took", time.Since(started).Round(time.Millisecond))...)
	return o, nil
}

// Check returns what Publish would make of r now, beside all other files, and changes nothing.
func (b *Blog) Check(name string, r io.Reader) (Outcome, error) {
	data, err := b.Limits().receive(r)
	var v verdict
	if err == nil {
		v, err = b.judge(name, data)
	}
	if err == nil {
		err = b.room(name, int64(len(data)))
	}
	if err == nil {
		err = b.folder.Try(name, len(data))
	}
	if err != nil {
		if what, _ := reason(err); what != "" {
			err = &post.ParseError{Problems: []post.Problem{{File: name, Error: true, What: what}}}
		}
		return Outcome{}, err
	}
	return b.expected(v), nil
}

// Vet returns why data would be refused under name as it is, wherever that is.
func (b *Blog) Vet(name string, data []byte) error {
	_, err := b.judge(name, data)
	return err
}

// Ready returns why a file called name, of size bytes, could not be published now, whatever it holds: it tries whether
// there is room for it. The error is for the author to read.
func (b *Blog) Ready(ctx context.Context, by Author, name string, size int) error {
	err := CheckName(name)
	if err == nil {
		err = b.pace.full(by.Name, b.Limits().PerMinute, time.Now())
	}
	if err == nil {
		err = b.room(name, int64(size))
	}
	if err == nil {
		err = b.folder.Try(name, size)
	}
	if errors.Is(err, fs.ErrNotExist) {
		err = errGone
	}
	if err != nil {
		return b.refused(ctx, by, name, err)
	}
	return nil
}

// verdict is what a file is, before it is anywhere.
type verdict struct {
	name     string
	size     int
	was      store.Stamp    // of what it takes the place of; zero for nothing
	zone     *time.Location // that dates without one were read in
	post     *post.Post     // nil for what is none
	site     bool
	look     string // what it is as a picture; "" for what is none
	shown    bool   // it can be
	problems []post.Problem
}

// judge says what data will be under name, or returns why it must not be there.
func (b *Blog) judge(name string, data []byte) (verdict, error) {
	v := verdict{name: name, size: len(data)}
	if err := CheckName(name); err != nil {
		return v, err
	}
	var err error
	switch {
	case name == post.SiteFile:
		v.site = true
		_, v.problems, err = post.ParseSite(data)
		return v, err
	case !post.IsPost(name):
		v.look, v.shown = pictured(name, data)
		return v, nil
	}
	config := b.parsing()
	v.zone = config.Zone
	v.post, err = b.parse(name, data, config)
	if errors.Is(err, post.ErrNotPost) {
		return v, nil
	}
	if err != nil {
		return v, err
	}
	if len(errorsOf(v.post)) > 0 { // readers would be served without it; the author is here to mend it
		return v, &post.ParseError{Problems: v.post.Warnings}
	}
	return v, nil
}

// parsing returns how posts are read at the moment.
func (b *Blog) parsing() post.Config {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.config
}

// put writes the file that v is about and takes it in. The number that it returns is that of the change, for show.
func (b *Blog) put(ctx context.Context, v verdict, data []byte, modified time.Time) (uint64, error) {
	done, err := b.turns.take(ctx, v.name)
	if err != nil {
		return 0, err
	}
	defer done()
	release, err := b.claim(v.name, int64(len(data)))
	if err != nil {
		return 0, err
	}
	defer release()
	v.was, _ = b.stamps.get(v.name)
	stamp, err := b.folder.Put(v.name, data, modified)
	if errors.Is(err, fs.ErrNotExist) {
		return 0, errGone
	}
	if err != nil {
		return 0, err
	}
	return b.takeIn(ctx, v, stamp)
}

// takeIn takes over that v holds of its file, which the store has now with that stamp. Gone are files that are no more.
func (b *Blog) takeIn(ctx context.Context, v verdict, stamp store.Stamp, gone ...string) (uint64, error) {
	b.mu.Lock()
	now, _ := b.stamps.get(v.name)
	another := now != v.was && now != stamp                               // a look has found what somebody else made of it since
	anew := another || v.site || v.post != nil && v.zone != b.config.Zone // dates may be read anew
	if !anew {
		for _, name := range gone {
			b.dropLocked(name)
		}
		b.meanwhile[v.name] = true
		b.stamps.set(v.name, stamp)
		b.takeLocked(v.name, file{stamp: stamp, post: v.post, zone: v.zone})
	}
	change := b.changed
	b.mu.Unlock()
	if anew {
		return b.anew(ctx)
	}
	return change, nil
}

// anew looks at the whole store, and returns the number of the change, for show.
func (b *Blog) anew(ctx context.Context) (uint64, error) {
	_, err := b.reload(ctx, nil)
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.changed, err
}

// claim makes sure that there is room for a file called name, until it is written or given up.
func (b *Blog) claim(name string, size int64) (release func(), err error) {
	b.claiming.Lock()
	defer b.claiming.Unlock()
	if err := b.room(name, size); err != nil {
		return nil, err
	}
	return b.stamps.claim(name, size), nil
}

// room returns an error where a file called name has no room among the others.
func (b *Blog) room(name string, size int64) error {
	old, ok := b.stamps.get(name)
	if !ok {
		old.Size = -1
	}
	files, total := b.stamps.sum()
	return b.Limits().room(files, total, size, old.Size)
}

// dropLocked forgets the file called name.
func (b *Blog) dropLocked(name string) {
	b.meanwhile[name] = true
	b.stamps.drop(name)
	if _, ok := b.files[name]; ok || post.IsPicture(name) {
		delete(b.files, name)
		b.changed++
	}
}

// takeLocked puts f in the place of what was known of name.
func (b *Blog) takeLocked(name string, f file) {
	if post.IsPost(name) {
		b.files[name] = f
		b.changed++
	}
	if post.IsPicture(name) {
		b.changed++
	}
}
