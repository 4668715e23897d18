package search

import (
	"cmp"
	"slices"
	"strings"
)

// ranked is a post on its way into a Result.
type ranked struct {
	number int
	met    uint8
	score  float64
}

// result returns the best posts of those that have met enough clauses.
func (e *evaluation) result(enough, limit int) Result {
	r := Result{Loose: e.loose}
	best := make([]ranked, 0, limit+1)
	for n, out := range e.out {
		if out || int(e.met[n]) < enough {
			continue
		}
		r.Total++
		r.Matches += int(e.matches[n])
		best = e.insert(best, ranked{n, e.met[n], e.scores[n]}, limit)
	}
	for _, b := range best {
		r.Hits = append(r.Hits, Hit{Post: e.view.post(b.number), Score: b.score, Matches: int(e.matches[b.number]), wanted: e.wanted})
	}
	r.Loose = r.Loose && r.Total > 0
	return r
}

// insert puts one more into the best, which are sorted and at most limit.
func (e *evaluation) insert(best []ranked, one ranked, limit int) []ranked {
	if len(best) == limit && e.compare(best[limit-1], one) < 0 {
		return best
	}
	at, _ := slices.BinarySearchFunc(best, one, e.compare)
	best = slices.Insert(best, at, one)
	return best[:min(len(best), limit)]
}

// compare orders the better first: what has more of the words, then what fits them better, then the newer, undated ones
// last, then by path.
func (e *evaluation) compare(a, b ranked) int {
	if order := cmp.Or(cmp.Compare(b.met, a.met), cmp.Compare(b.score, a.score)); order != 0 {
		return order
	}
	p, q := e.view.post(a.number), e.view.post(b.number)
	return cmp.Or(q.Date.Compare(p.Date), strings.Compare(p.File, q.File))
}
