package tui

import (
	"math"
	"strconv"

	tea "charm.land/bubbletea/v2"

	"postern/internal/index"
	"postern/internal/post"
	"postern/internal/render"
	"postern/internal/text"
)

const undated = math.MinInt

func yearOf(e index.Entry) int {
	if e.Date.IsZero() {
		return undated
	}
	return e.Date.Year()
}

// when returns the date of e in the zone it was written in, its reading time, and what readers do not see of it.
func when(e index.Entry, layout string) string {
	const between = " · "
	var buf [48]byte
	s := buf[:0]
	if e.State != post.Live {
		s = append(append(s, e.State.String()...), between...)
	}
	if !e.Date.IsZero() {
		s = append(e.Date.AppendFormat(s, layout), between...)
	}
	return string(append(strconv.AppendInt(s, int64(e.Minutes()), 10), " min"...))
}

// beginsYear reports whether a year stands above entry n: where it is not that of the entry before, and above the first on
// the screen.
func (l *list) beginsYear(n int, first bool) bool {
	return !l.narrow() && (first || n == 0 || yearOf(l.entries[n-1]) != yearOf(l.entries[n]))
}

// yearLine returns what stands above the first entry of a year.
func (l *list) yearLine(n int) string {
	year := "Undated"
	if y := yearOf(l.entries[n]); y != undated {
		year = strconv.Itoa(y)
	}
	return l.column.indent(l.env.theme.Styled(render.Dim, year))
}

// draw puts the entries that fit into f.
func (l *list) draw(f *frame) {
	f.lines = make([]string, 0, l.height+4)
	var spare card
	for n := l.first; n < len(l.entries) && len(f.lines) < l.height; n++ {
		c := l.card(n, &spare)
		if c.year != "" {
			if len(f.lines)+2 >= l.height {
				break // no room for what it stands above
			}
			f.lines = append(f.lines, c.year, "")
		}
		if c.selected {
			f.cursor = tea.Position{X: max(0, l.column.left-2), Y: len(f.lines)}
		}
		f.lines = append(f.lines, c.title)
		if c.below != "" {
			f.lines = append(f.lines, c.below)
		}
		f.lines = append(f.lines, "")
	}
}

// card is an entry as it stands on the screen. Of those there most are what they were before a key.
type card struct {
	n                  int
	first, selected    bool
	year, title, below string // a line each, "" for none; a title there always is
}

// drawn returns the card of entry n as it was drawn last, nil for none.
func (l *list) drawn(n int) *card {
	if len(l.cards) == 0 {
		return nil
	}
	if c := &l.cards[n%len(l.cards)]; c.n == n && c.title != "" {
		return c
	}
	return nil
}

// card returns entry n as it is to stand there now, in spare where no cards are kept.
func (l *list) card(n int, spare *card) *card {
	first, selected := n == l.first, n == l.selected
	c := l.drawn(n)
	switch {
	case c != nil && c.first == first:
		if c.selected != selected {
			l.turn(c)
		}
		return c
	case len(l.cards) > 0:
		c = &l.cards[n%len(l.cards)]
	default:
		c = spare
	}
	*c = card{n: n, first: first, selected: selected}
	if l.beginsYear(n, first) {
		c.year = l.yearLine(n)
	}
	l.fill(c, l.at(n))
	return c
}

// fill sets the lines of e.
func (l *list) fill(c *card, e index.Entry) {
	var buf [160]byte
	c.title = string(l.title(l.column.bar(buf[:0], l.env.theme, c.selected), e))
	c.below = string(l.below(l.column.bar(buf[:0], l.env.theme, c.selected), e))
}

// turn selects c, or no more: only what stands left of it changes.
func (l *list) turn(c *card) {
	var buf [160]byte
	from := len(l.column.bar(buf[:0], l.env.theme, c.selected))
	c.selected = !c.selected
	bar := l.column.bar(buf[:0], l.env.theme, c.selected)
	c.title = string(append(bar, c.title[from:]...))
	if c.below != "" {
		c.below = string(append(bar, c.below[from:]...))
	}
}

// title appends the first line of e to row. That it is selected the bar alone says, and the cursor: a title in another
// style would have to be sent twice with each key.
func (l *list) title(row []byte, e index.Entry) []byte {
	if l.narrow() {
		return append(row, text.Truncate(text.Line(e.Title), l.column.width-2, "…")...)
	}
	date := pad(when(e, "02 Jan"))
	room := l.column.width - text.Width(date)
	title := text.Truncate(text.Line(e.Title), room-2, "…")
	row = append(append(row, title...), blanks(room-text.Width(title))...)
	return l.env.theme.AppendStyled(row, render.Dim, date)
}

// below appends the second line of e to row, and returns nil where there is none.
func (l *list) below(row []byte, e index.Entry) []byte {
	second := text.Line(e.Summary)
	if l.narrow() {
		second = when(e, "02 Jan 2006")
	}
	if second == "" {
		return nil
	}
	return l.env.theme.AppendStyled(row, render.Dim, text.Truncate(second, l.column.width, "…"))
}

// pad sets minutes of one digit below those of two.
func pad(s string) string {
	if n := len(s) - len("6 min"); n == 0 || n > 0 && s[n-1] == ' ' {
		return s[:n] + " " + s[n:]
	}
	return s
}

// mark puts the bar of what is selected before line, or blanks.
func (c column) mark(theme *render.Theme, selected bool, line string) string {
	if line == "" && !selected {
		return ""
	}
	return string(append(c.bar(nil, theme, selected), line...))
}

// bar appends to row what stands left of the column: the bar of what is selected, or blanks.
func (c column) bar(row []byte, theme *render.Theme, selected bool) []byte {
	if !selected {
		return append(row, blanks(c.left)...)
	}
	row = append(row, blanks(c.left-2)...)
	return append(theme.AppendStyled(row, render.Selected, "▌"), ' ')
}
