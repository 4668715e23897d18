package search

import (
	"math"
)

// How much a word counts that is as it was asked for, that starts so, and that differs by a letter or by more.
const (
	asWritten  = 8
	longer     = 2
	nearly     = 4
	hardlyNear = 2
)

// tally is how much of a clause a post has.
type tally struct {
	weight  [fields]uint32
	matches uint32
}

// evaluation is one query on its way through a View. Slices are by the numbers of the View.
type evaluation struct {
	view    *View
	tallies []tally // of the present clause
	scores  []float64
	matches []uint32
	met     []uint8 // clauses
	out     []bool  // not to be found
	wanted  []clause
	loose   bool
}

func newEvaluation(v *View) *evaluation {
	n := len(v.visible)
	e := &evaluation{view: v, tallies: make([]tally, n), scores: make([]float64, n), matches: make([]uint32, n), met: make([]uint8, n), out: make([]bool, n)}
	for i, seen := range v.visible {
		e.out[i] = !seen
	}
	return e
}

// want scores the posts that have c.
func (e *evaluation) want(c clause) {
	c, posts := e.tallyNear(c)
	e.wanted = append(e.wanted, c)
	rarity := math.Log(1 + (float64(e.view.count-posts)+0.5)/(float64(posts)+0.5))
	for at, p := range e.view.index.parts {
		first := e.view.starts[at]
		for doc := range p.posts {
			t := &e.tallies[first+doc]
			if t.matches == 0 {
				continue
			}
			e.met[first+doc]++
			e.matches[first+doc] += t.matches
			e.scores[first+doc] += rarity * e.score(p.segment, doc, t)
		}
	}
}

// score returns how well a post fits t: BM25 of each part, where the title counts most.
func (e *evaluation) score(s *segment, doc int, t *tally) float64 {
	const (
		saturation = 1.2
		byLength   = 0.6 // how much the length of a part matters
	)
	share := [fields]float64{inTitle: 3, inLabels: 1, inBody: 1}
	sum := 0.0
	for in, weight := range t.weight {
		if weight == 0 {
			continue
		}
		length := float64(s.fields[in].lengths[doc]) / e.view.mean[in]
		w := float64(weight) / asWritten / (1 - byLength + byLength*length)
		sum += share[in] * w * (saturation + 1) / (w + saturation)
	}
	return sum
}

// require leaves out the posts that do not have c.
func (e *evaluation) require(c clause) {
	e.tallyNear(c)
	for n := range e.tallies {
		e.out[n] = e.out[n] || e.tallies[n].matches == 0
	}
}

// ban leaves out the posts that have c.
func (e *evaluation) ban(c clause) {
	e.tally(c)
	for n := range e.tallies {
		e.out[n] = e.out[n] || e.tallies[n].matches > 0
	}
}

// between leaves out the posts that are not dated from a day to before another.
func (e *evaluation) between(from, to int) {
	for n, out := range e.out {
		if out {
			continue
		}
		p := e.view.post(n)
		year, month, date := p.Date.Date()
		on := year*10000 + int(month)*100 + date
		e.out[n] = p.Date.IsZero() || on < from || to > 0 && on >= to
	}
}

// tallyNear tallies c, or where no post has it, what differs from it by as little as possible. It returns what was
// tallied, and how many posts have it.
func (e *evaluation) tallyNear(c clause) (clause, int) {
	posts := e.tally(c)
	if posts > 0 || len(c.forms) != 1 || c.quoted || c.forms[0].dense {
		return c, posts
	}
	word := c.forms[0]
	for most := range tolerated(word.term) {
		word.most = most + 1
		c.forms = []form{word}
		if posts = e.tally(c); posts > 0 {
			e.loose = true
			break
		}
	}
	return c, posts
}

// tally counts what each post has of c, and returns how many that can be seen have any.
func (e *evaluation) tally(c clause) (posts int) {
	clear(e.tallies)
	for at, p := range e.view.index.parts {
		for in, f := range p.fields {
			if c.only != anywhere && c.only != in {
				continue
			}
			tallies := e.tallies[e.view.starts[at]:][:len(p.posts)]
			if len(c.forms) > 1 {
				phrase{field: f, forms: c.forms}.tally(in, tallies)
				continue
			}
			for _, m := range c.forms[0].words(f, in) {
				m.tally(f, in, tallies)
			}
		}
	}
	for n := range e.tallies {
		if e.tallies[n].matches > 0 && e.view.visible[n] {
			posts++
		}
	}
	return posts
}

// match is a word of a dictionary that a form accepts, and how much it counts.
type match struct {
	number int
	weight uint32
}

// words returns the words of f, which is a given part of posts, that w accepts.
func (w form) words(f *field, in int) []match {
	if w.most > 0 {
		return w.nearWords(f)
	}
	if !w.open || w.tooShort(in) {
		if n, ok := f.find(w.term); ok {
			return []match{{n, asWritten}}
		}
		return nil
	}
	first, end := f.prefixed(w.term)
	all := make([]match, 0, end-first)
	for n := first; n < end; n++ {
		weight := uint32(longer)
		if w.dense || len(f.term(n)) == len(w.term) {
			weight = asWritten
		}
		all = append(all, match{n, weight})
	}
	return all
}

// tooShort reports whether w is no start of words in a part of posts: one letter starts words of titles and labels only.
func (w form) tooShort(in int) bool { return in == inBody && len(w.term) == 1 }

// nearWords returns the words of f that differ from w by no more than they may.
func (w form) nearWords(f *field) []match {
	var all []match
	for _, n := range newSpeller(w.term, w.most, w.open).search(f) {
		weight := uint32(nearly)
		if n.distance > 1 {
			weight = hardlyNear
		}
		all = append(all, match{n.number, weight})
	}
	return all
}

// tally adds the occurrences of m.
func (m match) tally(f *field, in int, tallies []tally) {
	for c := f.posts(m.number); c.next(); {
		t := &tallies[c.doc-1]
		t.weight[in] += m.weight * c.count
		t.matches += c.count
	}
}
