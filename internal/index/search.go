package index

import (
	"sync/atomic"

	"postern/internal/post"
	"postern/internal/search"
)

// Found is a post that a search found.
type Found struct {
	Entry
	Hit search.Hit // how well it fits, and the words around its matches
}

// Result is what a search found.
type Result struct {
	Found   []Found // the best first, of equals the newest
	Total   int     // posts, of which Found may be some
	Matches int     // in all of them
	Loose   bool    // nothing is as it was asked for: these come nearest
}

// Search returns what the audience sees in lists and a query asks for, at most limit posts of it; see package search for
// what a query can say. Translations are found each on its own. It reports false while it is still being indexed what
// changed last, a second or two after the start or after many posts changed: until then it may miss posts, but finds
// none that the audience may not see. The same Snapshot answers in full later.
func (s *Snapshot) Search(query string, a Audience, limit int) (r Result, ready bool) {
	ready = s.finder.isReady()
	x := s.finder.index.Load()
	if x == nil {
		return Result{}, ready
	}
	answer := s.searched(x, a).Search(query, limit)
	r = Result{Total: answer.Total, Matches: answer.Matches, Loose: answer.Loose}
	for _, hit := range answer.Hits {
		r.Found = append(r.Found, Found{s.entry(s.byFile[hit.Post.File]), hit})
	}
	return r, ready
}

// Label returns a tag or a name, which is clean, as a search compares it: "" where it has no words.
func Label(name string) string { return search.Label(name) }

// Indexed returns what is closed once Search finds everything. It never is for a Snapshot that no Live shows, nor for one
// that was overtaken by a newer one before.
func (s *Snapshot) Indexed() <-chan struct{} { return s.finder.ready }

// searched returns what the audience sees of x, which may know posts of an older Snapshot.
func (s *Snapshot) searched(x *search.Index, a Audience) *search.View {
	if v := s.searches[a].Load(); v != nil && v.Index() == x {
		return v
	}
	v := x.View(func(p *post.Post) bool {
		at, ok := s.byFile[p.File]
		return ok && s.posts[at] == p && s.listed(at, a)
	})
	s.searches[a].Store(v)
	return v
}

// finder holds the search index of a shelf once there is one.
type finder struct {
	index atomic.Pointer[search.Index] // until it is ready, that of an older shelf or nil
	ready chan struct{}
}

func newFinder() *finder { return &finder{ready: make(chan struct{})} }

// isReady reports whether the index has all posts of its shelf.
func (f *finder) isReady() bool {
	select {
	case <-f.ready:
		return true
	default:
		return false
	}
}

// set makes x, which has all posts of the shelf, its index. One caller at a time.
func (f *finder) set(x *search.Index) {
	f.index.Store(x)
	if !f.isReady() {
		close(f.ready)
	}
}
