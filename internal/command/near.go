package command

import (
	"fmt"
	"iter"
	"slices"

	"postern/internal/index"
	"postern/internal/text"
)

// meant says what was perhaps meant by a first word that is no verb: a post, another verb; or how to learn all of them.
func meant(word string, posts *index.Snapshot, c Caller) string {
	if e, ok := posts.Find(word, c.audience()); ok {
		return fmt.Sprintf("did you mean: ssh %s read %s", c.Host, e.Slug)
	}
	names := func(yield func(string) bool) {
		for _, v := range verbs() {
			if !yield(v.name) {
				return
			}
		}
	}
	if name := nearest(word, names); name != "" {
		return fmt.Sprintf("did you mean: ssh %s %s", c.Host, name)
	}
	if slug := nearest(word, slugs(posts, c.audience())); slug != "" {
		return fmt.Sprintf("did you mean: ssh %s read %s", c.Host, slug)
	}
	return fmt.Sprintf("all of them: ssh %s help", c.Host)
}

// notFound says that there is no such post, and which one may have been meant.
func (c *call) notFound(word string) error {
	name := text.Line(word)
	if slug := nearest(word, slugs(c.posts, c.audience())); slug != "" {
		return fmt.Errorf("no such post: %s (did you mean: ssh %s read %s)", name, c.Host, slug)
	}
	return fmt.Errorf("no such post: %s (all of them: ssh %s list)", name, c.Host)
}

// slugs returns the slugs of what the audience sees in the list.
func slugs(posts *index.Snapshot, a index.Audience) iter.Seq[string] {
	return func(yield func(string) bool) {
		for _, e := range posts.List(a) {
			if !yield(e.Slug) {
				return
			}
		}
	}
}

// maxWord is how long a word may be for which another is looked for.
const maxWord = 64

// nearest returns the name that differs least from word, at most by a third of its letters; where there is none, the
// first that begins with word; else "".
func nearest(word string, names iter.Seq[string]) string {
	wanted := []rune(word)
	if len(wanted) == 0 || len(wanted) > maxWord {
		return ""
	}
	best, at, longer := "", (len(wanted)+2)/3+1, ""
	for name := range names {
		letters := []rune(name)
		if longer == "" && len(wanted) > 1 && len(letters) > len(wanted) && slices.Equal(letters[:len(wanted)], wanted) {
			longer = name
		}
		if len(letters)-len(wanted) >= at || len(wanted)-len(letters) >= at {
			continue
		}
		if d := distance(wanted, letters); d < at {
			best, at = name, d
		}
	}
	if best == "" {
		return longer
	}
	return best
}

// distance is the Levenshtein distance of two words, where two letters that changed places count as one.
func distance(a, b []rune) int {
	before, row, next := make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range a {
		next[0] = i + 1
		for j := range b {
			cost := row[j]
			if a[i] != b[j] {
				cost++
			}
			next[j+1] = min(cost, row[j+1]+1, next[j]+1)
			if i > 0 && j > 0 && a[i] == b[j-1] && a[i-1] == b[j] {
				next[j+1] = min(next[j+1], before[j-1]+1)
			}
		}
		before, row, next = row, next, before
	}
	return row[len(b)]
}
