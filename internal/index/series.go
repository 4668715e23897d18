package index

import (
	"cmp"
	"slices"
	"strings"
)

// collectSeries collects the groups of each series in the order in which they are read: by part, then by date.
func (s *shelf) collectSeries() {
	s.series = make(map[string][]int)
	for g, group := range s.groups {
		if name := s.posts[group[0]].Series; name != "" {
			name = strings.ToLower(name)
			s.series[name] = append(s.series[name], g)
		}
	}
	for _, groups := range s.series {
		slices.SortFunc(groups, func(a, b int) int {
			p, q := s.posts[s.groups[a][0]], s.posts[s.groups[b][0]]
			if p.Part > 0 && q.Part > 0 && p.Part != q.Part {
				return cmp.Compare(p.Part, q.Part)
			}
			return earliestFirst(p, q)
		})
	}
}

// Series returns the posts of the series that e belongs to, in reading order and with e among them, each in the language
// of e where there is such a translation; nothing where e is in no series.
func (s *Snapshot) Series(e Entry, a Audience) []Entry {
	at, ok := s.place(e)
	if !ok {
		return nil
	}
	own := s.groupOf[at]
	var found []Entry
	for _, g := range s.series[strings.ToLower(s.posts[s.groups[own][0]].Series)] {
		if g == own {
			found = append(found, s.entry(at))
			continue
		}
		if position := s.lists[a].position[g]; position >= 0 {
			found = append(found, s.In(s.lists[a].entries[position], e.Language, a))
		}
	}
	return found
}
