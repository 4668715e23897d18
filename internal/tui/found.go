package tui

import (
	"strings"

	"postern/internal/index"
)

type foundPost struct {
	entry   index.Entry
	matches int
	first   string
	excerpt func(width int) (string, [][2]int)
}

type found struct {
	hits           []foundPost
	total, matches int
	ready, loose   bool
}

func (e *env) search(q string) found {
	f := found{ready: true}
	for _, x := range e.posts.List(e.Audience) {
		if q != "" && strings.Contains(strings.ToLower(x.Title), strings.ToLower(q)) {
			f.hits = append(f.hits, foundPost{entry: x, matches: 1, first: q, excerpt: func(int) (string, [][2]int) { return x.Summary, nil }})
		}
	}
	f.total = len(f.hits)
	return f
}
