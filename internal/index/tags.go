package index

import (
	"cmp"
	"slices"
	"strings"
)

// Tag is a tag and how many posts of a list have it.
type Tag struct {
	Name  string // as it was first spelled
	Count int
}

// collectTags gives every tag a number. Tags are compared without case; the oldest post decides how one is spelled.
func (s *shelf) collectTags() {
	numbers := make(map[string]int32)
	s.tagsOf = make([][]int32, len(s.posts))
	for at := len(s.posts) - 1; at >= 0; at-- {
		tags := s.posts[at].Tags
		if len(tags) == 0 {
			continue
		}
		s.tagsOf[at] = make([]int32, len(tags))
		for i, name := range tags {
			folded := strings.ToLower(name)
			number, ok := numbers[folded]
			if !ok {
				number = int32(len(s.tagNames))
				numbers[folded] = number
				s.tagNames = append(s.tagNames, name)
			}
			s.tagsOf[at][i] = number
		}
	}
}

// Tags returns the tags of all posts in the audience's list, most used first, then by name.
func (s *Snapshot) Tags(a Audience) []Tag { return s.tags[a]() }

// countTags counts the tags of the audience's list.
func (s *Snapshot) countTags(a Audience) []Tag {
	counts := make([]int, len(s.tagNames))
	for _, e := range s.lists[a].entries {
		for _, number := range s.tagsOf[e.at] {
			counts[number]++
		}
	}
	tags := make([]Tag, 0, len(counts))
	for number, count := range counts {
		if count > 0 {
			tags = append(tags, Tag{s.tagNames[number], count})
		}
	}
	slices.SortFunc(tags, func(a, b Tag) int {
		return cmp.Or(b.Count-a.Count, strings.Compare(strings.ToLower(a.Name), strings.ToLower(b.Name)))
	})
	return tags
}
