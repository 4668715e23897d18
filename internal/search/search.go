// Package search finds posts by their words: an inverted index in memory, ranked answers, and the words around them.
//
// An Index and a View never change; all of their methods may be called by any number of goroutines. What is shown of a
// post depends on nothing but the posts that its View keeps: an answer is the same as if there were no others.
package search

import (
	"context"
	"runtime"
	"slices"
	"strings"
	"sync"

	"postern/internal/post"
)

// Index is the words of a set of posts, one for each path. The zero Index has none.
type Index struct {
	parts  []part
	losses []Loss
}

// part is a segment without the posts that are gone or came anew since.
type part struct {
	*segment
	gone []bool // by number
	live int    // how many are not gone
}

// Build returns an Index of posts, made on all processors. The error is that of ctx.
func Build(ctx context.Context, posts []*post.Post) (*Index, error) {
	posts = slices.SortedFunc(slices.Values(posts), byFile)
	const least = 500 // posts that are worth a goroutine
	shares := min(runtime.GOMAXPROCS(0), len(posts)/least+1, 8)
	segments := make([]*segment, shares)
	var workers sync.WaitGroup
	for n := range shares {
		workers.Go(func() {
			segments[n] = newSegment(ctx, posts[n*len(posts)/shares:(n+1)*len(posts)/shares])
		})
	}
	workers.Wait()
	if ctx.Err() != nil {
		return nil, context.Cause(ctx)
	}
	x := &Index{}
	for _, s := range segments {
		x.add(s)
	}
	return x, nil
}

// byFile orders posts by path.
func byFile(a, b *post.Post) int { return strings.Compare(a.File, b.File) }

// add adds a part with all posts of s.
func (x *Index) add(s *segment) {
	x.losses = append(x.losses, s.losses...)
	if len(s.posts) > 0 {
		x.parts = append(x.parts, part{segment: s, gone: make([]bool, len(s.posts)), live: len(s.posts)})
	}
}

// With returns an Index in which changed posts stand for those of the same path, or are added, and in which the files
// called removed are no more. It costs the indexing of changed and of a few that changed before.
func (x *Index) With(changed []*post.Post, removed []string) *Index {
	next := &Index{parts: slices.Clone(x.parts)}
	for i := range next.parts {
		next.parts[i].gone = slices.Clone(next.parts[i].gone)
	}
	for _, p := range changed {
		next.remove(p.File)
	}
	for _, file := range removed {
		next.remove(file)
	}
	next.parts = slices.DeleteFunc(next.parts, func(p part) bool { return p.live == 0 })
	next.add(newSegment(context.Background(), next.join(changed)))
	return next
}

// Losses returns what is missing of the posts that were indexed to make x: by Build all, by With few.
func (x *Index) Losses() []Loss { return x.losses }

// remove makes the post of a file be gone.
func (x *Index) remove(file string) {
	for i := range x.parts {
		p := &x.parts[i]
		if doc, ok := p.find(file); ok && !p.gone[doc] {
			p.gone[doc] = true
			p.live--
		}
	}
}

// join takes the last small parts apart and returns their posts with those that are to be added, sorted.
func (x *Index) join(posts []*post.Post) []*post.Post {
	const small = 64
	posts = slices.Clone(posts)
	for n := len(x.parts); n > 0 && x.parts[n-1].live <= len(posts) && len(posts) < small; n-- {
		posts = append(posts, x.parts[n-1].left()...)
		x.parts = x.parts[:n-1]
	}
	slices.SortFunc(posts, byFile)
	return posts
}

// left returns the posts that are not gone.
func (p part) left() []*post.Post {
	var left []*post.Post
	for doc, gone := range p.gone {
		if !gone {
			left = append(left, p.posts[doc])
		}
	}
	return left
}

// Worn reports whether so much has changed that a new Build pays.
func (x *Index) Worn() bool {
	const many, few = 24, 64
	live, gone := 0, 0
	for _, p := range x.parts {
		live += p.live
		gone += len(p.posts) - p.live
	}
	return len(x.parts) > many || gone > live/2+few
}
