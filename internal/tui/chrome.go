package tui

import (
	"math"
	"strings"

	"charm.land/bubbles/v2/key"

	"postern/internal/render"
	"postern/internal/text"
)

// The widths of text, in columns: what a reader may choose, and what is usual.
const (
	narrowest = 44
	usual     = 68
	widest    = 76
)

// measure returns how wide text is in a window of width columns.
func (e *env) measure(width int) int {
	if width < 60 {
		return width - 4
	}
	return min(e.chosen, width-8)
}

// margin returns the columns left of the text.
func (e *env) margin(width int) int { return (width - e.measure(width)) / 2 }

// column is where a screen's text stands in its window.
type column struct{ left, width int }

// column returns the usual column of a window of width columns: one measure, in the middle.
func (e *env) column(width int) column { return column{e.margin(width), e.measure(width)} }

// holds reports whether the column, with the bar of what is selected, is at x. One of no width is nowhere.
func (c column) holds(x int) bool { return c.width > 0 && x >= c.left-2 && x < c.left+c.width }

// indent returns s moved to where the column begins; an empty line stays empty.
func (c column) indent(s string) string {
	if s == "" {
		return ""
	}
	return blanks(c.left) + s
}

// manyBlanks are as many as a wide window has columns.
const manyBlanks = "                                                                                                                                "

// blanks returns n blanks.
func blanks(n int) string {
	if n > len(manyBlanks) {
		return strings.Repeat(" ", n)
	}
	return manyBlanks[:max(0, n)]
}

// between puts left and right at the two edges of the column, cutting left where they do not both fit.
func (c column) between(left, right string) string {
	if w := text.Width(right); w > 0 && w+2 < c.width {
		left = text.Truncate(left, c.width-w-2, "…")
		return blanks(c.left) + left + blanks(c.width-w-text.Width(left)) + right
	}
	return c.indent(text.Truncate(left, c.width, "…"))
}

// footer is the line below a screen: where you are, or what is new, and the keys that matter now.
func (m *Model) footer(f *frame) string {
	status := f.status
	if m.env.notice != "" && !f.typing {
		status = m.env.notice
	}
	c, used := f.column, text.Width(status)
	if f.typing {
		keys := m.hints.line(m.env, m.top().keys(), c.width-used-text.Width(f.aside2)-3)
		return c.between(status, m.env.theme.Styled(render.Dim, f.aside2+keys))
	}
	if m.env.notice != "" && used+2+len("? help") > c.width {
		return m.below.dim(c, m.env.theme, status, "") // it says more than the way to the keys
	}
	return m.below.dim(c, m.env.theme, status, m.hints.line(m.env, m.top().keys(), c.width-used-3))
}

// edges is a quiet line with words at both ends of a column, kept for the next frame: most have the same.
type edges struct {
	column      column
	theme       *render.Theme
	left, right string
	row         string
}

// dim returns the line with left and right in c.
func (e *edges) dim(c column, theme *render.Theme, left, right string) string {
	if e.theme != theme || e.column != c || e.left != left || e.right != right {
		*e = edges{c, theme, left, right, c.between(theme.Styled(render.Dim, left), theme.Styled(render.Dim, right))}
	}
	return e.row
}

// hints are the keys that the footers of two screens name, of the last one first: who reads goes to and fro.
type hints [2]hint

// hint is a part of the keys that can be pressed, as long as there are from least to most columns for it.
type hint struct {
	first       *key.Binding
	least, most int
	text        string
}

// line returns the keys of bindings that fit into room columns, as the terminal can show them.
func (h *hints) line(e *env, bindings []key.Binding, room int) string {
	if len(bindings) == 0 {
		return ""
	}
	known := func(k hint) bool { return k.first == &bindings[0] && k.least <= room && room <= k.most }
	if !known(h[0]) {
		h[0], h[1] = h[1], h[0]
	}
	if !known(h[0]) {
		h[0] = newHint(bindings, room)
		h[0].text = e.spelled(h[0].text)
	}
	return h[0].text
}

// maxHints is how many keys a footer names, so that it stays quiet in a wide window.
const maxHints = 6

// newHint returns the bindings as one line of at most room columns, as many of the first as fit and always the last,
// which is the way to all of them.
func newHint(bindings []key.Binding, room int) hint {
	const gap = "   "
	last := bindings[len(bindings)-1].Help()
	h := hint{first: &bindings[0], least: math.MinInt, most: math.MaxInt}
	used, line := hintWidth(last), make([]byte, 0, 128)
	for n := range min(len(bindings)-1, maxHints) {
		b := bindings[n].Help()
		if used += hintWidth(b) + len(gap); used > room {
			h.most = used - 1
			break
		}
		h.least = used
		line = append(appendHint(line, b), gap...)
	}
	h.text = string(appendHint(line, last))
	return h
}

// appendHint appends to line the first key of b and what it does.
func appendHint(line []byte, b key.Help) []byte {
	first, _, _ := strings.Cut(b.Key, " ")
	return append(append(append(line, first...), ' '), b.Desc...)
}

// hintWidth returns how many columns appendHint adds.
func hintWidth(b key.Help) int {
	first, _, _ := strings.Cut(b.Key, " ")
	return text.Width(first) + 1 + text.Width(b.Desc)
}

// spelled returns keys as the terminal can show them.
func (e *env) spelled(keys string) string {
	if e.Capability.Signs() {
		return keys
	}
	return strings.NewReplacer("⏎", "Enter", "⌫", "Backspace", "⇧Tab", "Shift+Tab", "↓", "down", "↑", "up", "←", "left", "→", "right").Replace(keys)
}
