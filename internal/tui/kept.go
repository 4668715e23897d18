package tui

import "postern/internal/render"

// kept are lines of a document as they were shown last: a page that moves by a line has nearly all of them again, and the
// terminal as well, which knows them by where they lie.
type kept struct {
	as   shownAs
	rows []keptRow // line n and line n+len(rows) take the same place; none before the page was shown twice
}

// shownAs is what the look of a line depends on that nothing is marked on.
type shownAs struct {
	document          *render.Document
	left, side, width int
}

type keptRow struct {
	line int // from 1
	row  string
}

// begin makes room for the lines of a page of so many, and forgets those that looked different.
func (k *kept) begin(as shownAs, height int) {
	switch {
	case k.as != as:
		*k = kept{as: as}
	case len(k.rows) != height:
		k.rows = make([]keptRow, height)
	}
}

// row returns line n, if it is there.
func (k *kept) row(n int) (string, bool) {
	if len(k.rows) == 0 {
		return "", false
	}
	r := &k.rows[n%len(k.rows)]
	return r.row, r.line == n+1
}

// keep takes line n in.
func (k *kept) keep(n int, row string) {
	if len(k.rows) > 0 {
		k.rows[n%len(k.rows)] = keptRow{n + 1, row}
	}
}
