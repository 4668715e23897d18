package search

import (
	"context"
	"runtime/debug"
	"slices"
	"strings"

	"postern/internal/post"
	"postern/internal/text"
)

// The parts of a post, which count differently.
const (
	inTitle = iota
	inLabels
	inBody
	fields // how many there are
)

// What labels begin with, beside the words that they are made of.
const (
	tagMark    = '#'
	authorMark = '@'
)

// segment is the index of some posts. It never changes.
type segment struct {
	posts  []*post.Post // by path
	fields [fields]*field
	losses []Loss
}

// Loss is what a mistake of ours keeps out of an Index: the words of a post, or the last of them.
type Loss struct {
	Post  *post.Post
	Cause any    // of the panic
	Stack string // of the panic
}

// newSegment indexes posts, which are sorted by path. It stops early when ctx ends.
func newSegment(ctx context.Context, posts []*post.Post) *segment {
	var b segmentBuilder
	for i := range b.fields {
		b.fields[i] = newFieldBuilder(len(posts))
	}
	for _, p := range posts {
		if ctx.Err() != nil {
			break
		}
		b.add(p)
	}
	s := &segment{posts: posts, losses: b.losses}
	for i := range b.fields {
		s.fields[i] = b.fields[i].field()
	}
	return s
}

// find returns the number of the post of a file.
func (s *segment) find(file string) (doc int, ok bool) {
	return slices.BinarySearchFunc(s.posts, file, func(p *post.Post, file string) int { return strings.Compare(p.File, file) })
}

// segmentBuilder collects the words of posts.
type segmentBuilder struct {
	fields [fields]*fieldBuilder
	words  scanner
	losses []Loss
}

// add takes p. What a panic takes away is the words of p behind it, and of no other post.
func (b *segmentBuilder) add(p *post.Post) {
	defer func() {
		if cause := recover(); cause != nil {
			b.losses = append(b.losses, Loss{p, cause, string(debug.Stack())})
		}
		for _, to := range b.fields {
			to.endPost()
		}
	}()
	b.field(inTitle, text.Line(p.Title), nil)
	named := slices.Concat(p.Tags, p.Authors)
	if p.Series != "" {
		named = append(named, p.Series)
	}
	b.field(inLabels, text.Clean(strings.Join(named, "\n")), labels(p))
	b.field(inBody, plain(p), nil)
}

// field takes one part of a post, which is clean, and what else it is to be found by.
func (b *segmentBuilder) field(in int, s string, labels []string) {
	to := b.fields[in]
	b.words = scanner{text: s, place: -1, term: b.words.term}
	for b.words.scan() {
		to.add(b.words.term, b.words.place)
	}
	place := b.words.place
	for _, name := range labels {
		place += 2 // words behind each other are a phrase
		to.add([]byte(name), place)
	}
	to.length = uint32(place + 1)
}

// labels returns the tags and the authors of p as they are compared as a whole, and each name of the authors.
func labels(p *post.Post) []string {
	var all []string
	for _, tag := range p.Tags {
		if name := Label(text.Line(tag)); name != "" {
			all = append(all, string(tagMark)+name)
		}
	}
	for _, author := range p.Authors {
		name := Label(text.Line(author))
		if name == "" {
			continue
		}
		all = append(all, string(authorMark)+name)
		if strings.Contains(name, "-") {
			for part := range strings.SplitSeq(name, "-") {
				all = append(all, string(authorMark)+part)
			}
		}
	}
	slices.Sort(all)
	return slices.Compact(all)
}
