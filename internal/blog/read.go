package blog

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"runtime"
	"runtime/debug"
	"slices"
	"sync"
	"sync/atomic"

	"postern/internal/post"
)

// readAll reads and parses the files called names, as many at a time as there are processors.
func (b *Blog) readAll(ctx context.Context, names []string, c post.Config, progress func(done, all int)) ([]file, error) {
	read := make([]file, len(names))
	var next, done atomic.Int64
	var workers sync.WaitGroup
	for range min(runtime.GOMAXPROCS(0), len(names)) {
		workers.Go(func() {
			for ctx.Err() == nil {
				n := int(next.Add(1)) - 1
				if n >= len(names) {
					return
				}
				read[n] = b.readFile(names[n], c)
				if n := int(done.Add(1)); progress != nil && n%1000 == 0 {
					progress(n, len(names))
				}
			}
		})
	}
	workers.Wait()
	return read, ctx.Err()
}

// readFile reads and parses one file. It touches nothing but the store.
func (b *Blog) readFile(name string, c post.Config) file {
	data, stamp, err := b.folder.Read(name)
	f := file{stamp: stamp, zone: c.Zone}
	if err == nil {
		f.post, err = b.parse(name, data, c)
	}
	switch {
	case errors.Is(err, fs.ErrNotExist), errors.Is(err, post.ErrNotPost):
	case err != nil:
		f.problems = problemsOf(name, err)
	}
	return f
}

// parse parses the file called name.
func (b *Blog) parse(name string, data []byte, c post.Config) (*post.Post, error) {
	return b.contained(name, func() (*post.Post, error) { return post.Parse(name, data, c) })
}

// contained returns what parse makes of the file called name. A panic in that is an error of this file, and no end of
// everybody.
func (b *Blog) contained(name string, parse func() (*post.Post, error)) (p *post.Post, err error) {
	defer func() {
		if cause := recover(); cause != nil {
			b.log.Error("panic in a post", "post", name, "cause", cause, "stack", string(debug.Stack()))
			p, err = nil, fmt.Errorf("internal error: %v", cause)
		}
	}()
	return parse()
}

// keepLocked puts f in the place of what was known of name. A version that cannot be shown leaves the last good one, and so
// does one with errors: pushed, it would be refused. Where there was no good one, readers get what there is.
func (b *Blog) keepLocked(name string, f file) {
	old := b.files[name]
	if bad := errorsOf(f.post); len(bad) > 0 {
		if old.post != nil && len(errorsOf(old.post)) == 0 {
			f.post, f.problems = nil, bad
		} else {
			b.log.Warn("post has an error", "problem", bad[0].String())
		}
	}
	if f.post == nil && len(f.problems) > 0 {
		f.post = old.post
		b.log.Warn("post not shown", "problem", f.problems[0].String(), "older version stays", old.post != nil)
	}
	b.files[name] = f
}

// errorsOf returns the problems of p that are errors, none for nil. They come before its warnings.
func errorsOf(p *post.Post) []post.Problem {
	if p == nil {
		return nil
	}
	n := slices.IndexFunc(p.Warnings, func(w post.Problem) bool { return !w.Error })
	if n < 0 {
		n = len(p.Warnings)
	}
	return p.Warnings[:n]
}
