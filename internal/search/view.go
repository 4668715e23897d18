package search

import (
	"postern/internal/post"
)

// View is the posts of an Index that somebody may see.
type View struct {
	index   *Index
	starts  []int  // of the parts, in the numbers of the View
	visible []bool // by number
	count   int
	mean    [fields]float64 // length of the parts of a post
}

// View returns those posts of x that keep keeps. It asks keep once for each post.
func (x *Index) View(keep func(*post.Post) bool) *View {
	v := &View{index: x}
	var total [fields]int
	for _, p := range x.parts {
		v.starts = append(v.starts, len(v.visible))
		for doc, gone := range p.gone {
			seen := !gone && keep(p.posts[doc])
			v.visible = append(v.visible, seen)
			if !seen {
				continue
			}
			v.count++
			for in, f := range p.fields {
				total[in] += int(f.lengths[doc])
			}
		}
	}
	for in := range total {
		v.mean[in] = max(1, float64(total[in])/float64(max(1, v.count)))
	}
	return v
}

// Index returns what v is a view of.
func (v *View) Index() *Index { return v.index }

// Hit is a post that was found.
type Hit struct {
	Post    *post.Post
	Score   float64 // compares with others of the same Result only
	Matches int     // in title, labels and text; a phrase is one

	wanted []clause
}

// Result is what was found.
type Result struct {
	Hits    []Hit // the best first, of equals the newest
	Total   int   // posts
	Matches int   // in all of them
	Loose   bool  // no post has all that is asked for as it is written: these come nearest
}

// maxHits is how many hits a Result can have.
const maxHits = 1000

// Search returns the posts that a query asks for, at most limit of them, and how many there are. A query that asks for
// nothing finds nothing.
//
// Where nothing has a word of the query, words that differ by a letter or two stand in for it. Where nothing has all of
// the words, posts that have at least half of them are found.
func (v *View) Search(s string, limit int) Result {
	q := parse(s)
	if q.isEmpty() {
		return Result{}
	}
	if limit <= 0 || limit > maxHits {
		limit = maxHits
	}
	r := v.answer(q, len(q.wanted), limit)
	if r.Total > 0 {
		return r
	}
	if q, ok := q.loosened(); ok {
		r = v.answer(q, (len(q.wanted)+1)/2, limit)
		r.Loose = r.Total > 0
	}
	return r
}

// answer returns the posts that have at least enough of what q wants.
func (v *View) answer(q query, enough, limit int) Result {
	e := newEvaluation(v)
	for _, c := range q.wanted {
		e.want(c)
	}
	for _, c := range q.required {
		e.require(c)
	}
	for _, c := range q.banned {
		e.ban(c)
	}
	if q.from > 0 || q.to > 0 {
		e.between(q.from, q.to)
	}
	return e.result(enough, limit)
}

// post returns the post of a number.
func (v *View) post(n int) *post.Post {
	at := len(v.starts) - 1
	for v.starts[at] > n {
		at--
	}
	return v.index.parts[at].posts[n-v.starts[at]]
}
