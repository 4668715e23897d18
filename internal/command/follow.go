package command

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"

	"postern/internal/index"
	"postern/internal/post"
)

// follow prints a line for each post that goes live, until the caller leaves or ctx ends.
func follow(c *call) error {
	ctx, leave := context.WithCancel(c.ctx)
	defer leave()
	if c.In != nil {
		keys := ""
		if c.Width > 0 {
			keys = leaving
		}
		go listen(c.In, keys, leave) // ends with the caller's session
	}
	for seen := c.posts; ; {
		posts, err := c.live.Next(ctx, seen)
		if err != nil {
			if !errors.Is(err, context.Canceled) {
				_, _ = fmt.Fprintln(c.Err, err) // the last words, whether or not they are heard
			}
			return nil
		}
		for _, e := range news(posts, seen) {
			c.say("%s\n", line(e, 0, c.Width))
		}
		if err := c.out.Flush(); err != nil {
			return err
		}
		seen = posts
	}
}

// news returns the posts that readers see in the list of now and did not see before, the oldest first.
func news(now, before *index.Snapshot) []index.Entry {
	var fresh []index.Entry
	for _, e := range now.List(index.Readers) {
		old, ok := before.Find(e.Slug, index.Readers)
		if !ok || old.Slug != e.Slug || old.State != post.Live {
			fresh = append(fresh, e)
		}
	}
	slices.Reverse(fresh)
	return fresh
}

// leaving are the keys of a terminal that leave everywhere: ctrl+c, ctrl+d and q.
const leaving = "\x03\x04q"

// listen takes what comes from in, so that nobody holds it, and calls leave at any of keys. That the input ends says
// nothing: there may never have been any.
func listen(in io.Reader, keys string, leave func()) {
	b := make([]byte, 256)
	for {
		n, err := in.Read(b)
		if bytes.ContainsAny(b[:n], keys) {
			leave()
		}
		if err != nil {
			return
		}
	}
}
