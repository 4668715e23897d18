package search

import (
	"cmp"
	"slices"
	"unicode"
	"unicode/utf8"

	"postern/internal/text"
)

// span is where a clause is met: text[start:end].
type span struct {
	start, end int
	clause     int
}

// spotter finds what a query wants in the text of a post.
type spotter struct {
	clauses []*tracker
}

// newSpotter returns a spotter of what is wanted.
func newSpotter(wanted []clause) *spotter {
	s := &spotter{}
	for n, c := range wanted {
		if c.only == anywhere || c.only == inBody {
			s.clauses = append(s.clauses, newTracker(c, n))
		}
	}
	return s
}

// spot returns where the clauses are met in s, which is clean, in order: at most some hundreds.
func (p *spotter) spot(s string) []span {
	const enough = 400
	var found []span
	for words := newScanner(s); len(found) < enough && words.scan(); {
		for _, t := range p.clauses {
			if one, ok := t.step(words); ok {
				found = append(found, whole(s, one))
			}
		}
	}
	slices.SortStableFunc(found, func(a, b span) int { return cmp.Or(a.start-b.start, b.end-a.end) })
	return found
}

// whole returns the span of whole characters that one lies in.
func whole(s string, one span) span {
	for one.start > 0 {
		r, _ := utf8.DecodeRuneInString(s[one.start:])
		if !unicode.IsMark(r) {
			break
		}
		_, size := utf8.DecodeLastRuneInString(s[:one.start])
		one.start -= size
	}
	end := one.start
	for end < one.end {
		cluster, _ := text.Cluster(s[end:])
		end += len(cluster)
	}
	one.end = end
	return one
}

// tracker follows one clause through a text.
type tracker struct {
	forms    []form
	spellers []*speller // nil for forms that allow no difference
	number   int
	begun    []progress
}

// progress is a phrase that was met in part.
type progress struct {
	start, place, met int
}

func newTracker(c clause, number int) *tracker {
	t := &tracker{forms: c.forms, spellers: make([]*speller, len(c.forms)), number: number}
	for i, f := range c.forms {
		if f.most > 0 {
			t.spellers[i] = newSpeller(f.term, f.most, f.open)
		}
	}
	return t
}

// step looks at the word that words is at, and returns the span that ends with it.
func (t *tracker) step(words *scanner) (span, bool) {
	var done span
	ended := false
	going := t.begun[:0]
	for _, p := range append(t.begun, progress{start: words.start, place: words.place - 1}) {
		if p.place != words.place-1 || !t.accepts(p.met, words.term) {
			continue
		}
		p.place, p.met = words.place, p.met+1
		if p.met < len(t.forms) {
			going = append(going, p)
			continue
		}
		done, ended = span{p.start, t.end(words), t.number}, true
	}
	t.begun = going
	return done, ended
}

// end returns where the last word of the clause ends: of a pair that only its first character asks for, behind that.
func (t *tracker) end(words *scanner) int {
	last := t.forms[len(t.forms)-1]
	if words.dense && last.dense && last.open {
		return words.firstEnd
	}
	return words.end
}

// accepts reports whether form number n accepts term.
func (t *tracker) accepts(n int, term []byte) bool {
	f := t.forms[n]
	switch {
	case t.spellers[n] != nil:
		return t.spellers[n].distance(term) <= f.most
	case f.open && !f.tooShort(inBody):
		return hasPrefix(term, f.term)
	}
	return string(term) == f.term
}
