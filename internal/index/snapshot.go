// Package index orders posts, gives each an address of its own and tells who may see which at what time.
//
// A Snapshot never changes after Build; all of its methods may be called by any number of goroutines. What it returns is
// shared and read-only. Live is where readers learn of a new Snapshot, and it keeps the search of Snapshots current.
package index

import (
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"postern/internal/picture"
	"postern/internal/post"
	"postern/internal/search"
)

// Audience says who is looking.
type Audience uint8

// Readers see what is live, and by its address what is unlisted. Authors see everything.
const (
	Readers Audience = iota
	Authors
)

// audiences is how many there are.
const audiences = 2

// Entry is a post within a Snapshot. The zero Entry stands for none.
type Entry struct {
	*post.Post
	Slug  string     // the address: unique in its Snapshot, often the post's own
	State post.State // at the Snapshot's time

	at int // its place in shelf.posts
}

// IsZero reports whether e stands for no post.
func (e Entry) IsZero() bool { return e.Post == nil }

// Snapshot is all posts as they can be seen at one moment.
type Snapshot struct {
	*shelf
	states      []post.State // by place in posts
	from, until time.Time    // when this view holds; zero: for ever
	lists       [audiences]listing
	tags        [audiences]func() []Tag
	searches    [audiences]atomic.Pointer[search.View] // of the index that was searched last
}

// listing is what one audience sees in lists.
type listing struct {
	entries  []Entry
	position []int // in entries, by group; -1 where the group is not listed
}

// shelf is all that does not depend on time, shared by the Snapshots of one Build.
type shelf struct {
	site     *post.Site
	posts    []*post.Post   // newest first, undated last
	slugs    []string       // by place in posts
	byFile   map[string]int // places in posts
	address  map[string]int
	groups   [][]int // places of translations of one post, the leading one first; in the order of posts
	groupOf  []int
	events   []time.Time // when what can be seen changes, ascending
	tagNames []string
	tagsOf   [][]int32 // by place in posts
	series   map[string][]int
	problems []post.Problem            // but those of links
	albums   map[string]*picture.Album // by file
	finder   *finder

	stubs   []*post.Post // that only redirect
	authors []string
	asked   sync.Once // for known
	known   []post.Problem
}

// Shelf is what a Snapshot is built of. What it holds must not change any more.
type Shelf struct {
	Site     *post.Site // nil: an empty one
	Posts    []*post.Post
	Problems []post.Problem
	Albums   map[string]*picture.Album // of posts that show pictures, by their files
	Authors  []string                  // names of those who may publish, whose user names open no post
}

// Build orders posts as they are to be seen at the time now. It keeps posts, which must not change any more, and adds the
// warnings of each post, and the addresses that two posts want, to problems. A nil site is an empty one.
func Build(site *post.Site, posts []*post.Post, problems []post.Problem, now time.Time) *Snapshot {
	return Shelf{Site: site, Posts: posts, Problems: problems}.Build(now)
}

// Build returns the Snapshot of all that is on the shelf, as the function Build does.
func (from Shelf) Build(now time.Time) *Snapshot {
	s := &shelf{site: from.Site, problems: slices.Clone(from.Problems), albums: from.Albums, authors: from.Authors, finder: newFinder()}
	if s.site == nil {
		s.site = &post.Site{}
	}
	for _, p := range from.Posts {
		s.problems = append(s.problems, p.Warnings...)
		if p.Redirect != "" {
			s.stubs = append(s.stubs, p)
			continue
		}
		s.posts = append(s.posts, p)
	}
	sortNewestFirst(s.posts)
	s.byFile = make(map[string]int, len(s.posts))
	for at, p := range s.posts {
		s.byFile[p.File] = at
	}
	s.group()
	s.assignSlugs()
	s.collectAddresses()
	s.tellTaken(from.Authors)
	s.collectTags()
	s.collectSeries()
	s.collectEvents()
	slices.SortFunc(s.problems, post.Problem.Compare)
	s.problems = slices.Compact(s.problems)
	return s.view(now)
}

// With returns what there would be with p in the place of the file of its name, but for pictures.
func (s *Snapshot) With(p *post.Post, now time.Time) *Snapshot {
	posts := slices.DeleteFunc(slices.Concat(s.posts, s.stubs), func(other *post.Post) bool { return other.File == p.File })
	return Shelf{Site: s.site, Posts: append(posts, p), Authors: s.authors}.Build(now)
}

// newestFirst orders posts by their instant, undated ones last, and within the same instant by their path.
func newestFirst(a, b *post.Post) int {
	switch {
	case a.Date.IsZero() != b.Date.IsZero():
		if a.Date.IsZero() {
			return 1
		}
		return -1
	case !a.Date.Equal(b.Date):
		return b.Date.Compare(a.Date)
	}
	return strings.Compare(a.File, b.File)
}

// Site returns what the blog says of itself, never nil.
func (s *Snapshot) Site() *post.Site { return s.site }

// Album returns the pictures of e, nil where it has none that can be shown.
func (s *Snapshot) Album(e Entry) *picture.Album {
	if e.Post == nil {
		return nil
	}
	return s.albums[e.File]
}

// List returns what the audience sees, newest first and undated posts last. Of translations it has one: the one in the
// site's language, or else the one without a language.
func (s *Snapshot) List(a Audience) []Entry { return s.lists[a].entries }

// Find returns the post at an address: its slug, one of its aliases, its file's name or path, and links made of those.
// Readers find what is live or unlisted, authors everything.
func (s *Snapshot) Find(address string, a Audience) (Entry, bool) {
	at, ok := s.address[address]
	if !ok {
		at, ok = s.address[post.Address(address)]
	}
	if !ok || !s.opens(at, a) {
		return Entry{}, false
	}
	return s.entry(at), true
}

// entry returns the post at a place.
func (s *Snapshot) entry(at int) Entry {
	return Entry{Post: s.posts[at], Slug: s.slugs[at], State: s.states[at], at: at}
}

// opens reports whether the audience may read the post at a place.
func (s *Snapshot) opens(at int, a Audience) bool {
	return a == Authors || s.states[at] == post.Live || s.states[at] == post.Unlisted
}

// listed reports whether the audience sees the post at a place in lists.
func (s *Snapshot) listed(at int, a Audience) bool {
	return a == Authors || s.states[at] == post.Live
}

// place returns where the post of e, which may come from another Snapshot, stands in this one.
func (s *Snapshot) place(e Entry) (int, bool) {
	if e.Post == nil {
		return 0, false
	}
	if e.at < len(s.posts) && s.posts[e.at] == e.Post {
		return e.at, true
	}
	at, ok := s.byFile[e.File]
	return at, ok
}

// Neighbours returns the entries before and after the one of e in the audience's list; zero where there is none.
func (s *Snapshot) Neighbours(e Entry, a Audience) (newer, older Entry) {
	at, ok := s.place(e)
	if !ok {
		return Entry{}, Entry{}
	}
	list := s.lists[a]
	position := list.position[s.groupOf[at]]
	if position > 0 {
		newer = list.entries[position-1]
	}
	if position >= 0 && position+1 < len(list.entries) {
		older = list.entries[position+1]
	}
	return newer, older
}
