package search

import (
	"slices"
)

// phrase is words behind each other.
type phrase struct {
	field *field
	forms []form
}

// tally adds the phrases of each post.
func (p phrase) tally(in int, tallies []tally) {
	words, ok := p.words(in)
	if !ok {
		return
	}
	candidates := p.candidates(words, len(tallies))
	var ends []uint64 // where phrases may start, as doc<<32 | place
	for i, at := range p.rarestFirst(words) {
		places := p.places(words[at], candidates, uint32(at))
		if i == 0 {
			ends = places
		} else {
			ends = common(ends, places)
		}
		if len(ends) == 0 {
			return
		}
	}
	for _, found := range ends {
		t := &tallies[found>>32-1]
		t.weight[in] += asWritten
		t.matches++
	}
}

// words returns the words of the dictionary that each form accepts, and whether each accepts any.
func (p phrase) words(in int) ([][]match, bool) {
	words := make([][]match, len(p.forms))
	for i, w := range p.forms {
		if words[i] = w.words(p.field, in); len(words[i]) == 0 {
			return nil, false
		}
	}
	return words, true
}

// rarestFirst returns the numbers of the forms, those first whose places take least room.
func (p phrase) rarestFirst(words [][]match) []int {
	room := make([]uint32, len(words))
	order := make([]int, len(words))
	for i, all := range words {
		order[i] = i
		for _, m := range all {
			room[i] += p.field.spotEnd[m.number] - start(p.field.spotEnd, m.number)
		}
	}
	slices.SortStableFunc(order, func(a, b int) int { return int(int64(room[a]) - int64(room[b])) })
	return order
}

// candidates tells which posts have all words.
func (p phrase) candidates(words [][]match, posts int) []bool {
	met := make([]uint8, posts)
	for i, all := range words {
		for _, m := range all {
			for c := p.field.posts(m.number); c.next(); {
				if met[c.doc-1] == uint8(i) {
					met[c.doc-1]++
				}
			}
		}
	}
	have := make([]bool, posts)
	for doc, n := range met {
		have[doc] = int(n) == len(words)
	}
	return have
}

// places returns where phrases start in the candidates if one of words, the one at a given place in them, tells.
func (p phrase) places(words []match, candidates []bool, at uint32) []uint64 {
	var found []uint64
	for _, m := range words {
		r := p.field.places(m.number)
		for c := p.field.posts(m.number); c.next(); {
			length := p.field.lengths[c.doc-1]
			if candidates[c.doc-1] {
				found = appendPlaces(found, &r, c.doc, length, c.count, at)
			} else {
				skipPlaces(&r, length, c.count)
			}
		}
	}
	if len(words) > 1 {
		slices.Sort(found)
	}
	return found
}

// common returns what two sorted slices share, in the room of the first.
func common(a, b []uint64) []uint64 {
	shared := a[:0]
	for i, j := 0, 0; i < len(a) && j < len(b); {
		switch {
		case a[i] == b[j]:
			shared = append(shared, a[i])
			i++
			j++
		case a[i] < b[j]:
			i++
		default:
			j++
		}
	}
	return shared
}
