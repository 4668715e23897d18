package tui

import (
	"fmt"
	"strings"

	"postern/internal/render"
	"postern/internal/text"
)

const (
	previewFrom = 160 // columns from which on the selected post is shown beside a list
	previewGap  = 20  // columns between the two
)

// beside reports whether a window of width columns has room for the selected post beside a list.
func (e *env) beside(width int) bool { return width >= previewFrom && !e.zen }

// listColumn returns where a list stands in a window of width columns.
func (e *env) listColumn(width int) column {
	c := e.column(width)
	if e.beside(width) {
		c.left = max(2, (width-2*c.width-previewGap)/2)
	}
	return c
}

// preview returns the column where what is shown beside c begins.
func (c column) preview() int { return c.left + c.width + previewGap }

// withPreview returns c and what is shown beside it as one.
func (c column) withPreview() column { return column{c.left, 2*c.width + previewGap} }

// preview returns the beginning of the selected post.
func (l *list) preview() []string {
	e, width := l.at(l.selected), l.column.width
	theme := l.env.theme
	lines := []string{
		theme.Styled(render.Title, text.Truncate(text.Line(e.Title), width, "…")),
		theme.Styled(render.Dim, text.Truncate(when(e, "2 January 2006"), width, "…")),
		theme.Styled(render.Faint, strings.Repeat("─", width)), "",
	}
	for _, line := range l.env.document(e, width).Lines(0, max(0, l.height-len(lines)-2)) {
		lines = append(lines, string(l.env.appendLine(nil, line, 0, width)))
	}
	return lines
}

// preview returns the selected post from a little above its first match on. Of a long post only the beginning is looked
// at: somebody is typing.
func (s *search) preview() []string {
	found, width, theme := s.found.Found[s.selected], s.column.width, s.env.theme
	p := page{env: s.env, height: max(1, s.height-5), column: column{0, width}, document: s.env.document(found.Entry, width)}
	if word := s.word(s.selected); word != "" && len(found.Markdown) < longPost {
		p.find.query = word
		p.find.search(&p)
		p.find.jump(&p, 0)
	}
	aside := ""
	if n := len(p.find.hits); n > 0 {
		aside = fmt.Sprintf("match 1 of %d", n)
	}
	title := theme.Styled(render.Title, text.Line(found.Title))
	lines := []string{column{0, width}.between(title, theme.Styled(render.Dim, aside)), theme.Styled(render.Faint, strings.Repeat("─", width)), ""}
	return append(lines, p.rows(0)...)
}

// alongside puts right beside left, from column at on, in at most height rows.
func alongside(left, right []string, at, height int) []string {
	rows := make([]string, min(height, max(len(left), len(right))))
	for n := range rows {
		if n < len(left) {
			rows[n] = left[n]
		}
		if n < len(right) && right[n] != "" {
			rows[n] += strings.Repeat(" ", max(0, at-text.Width(rows[n]))) + right[n]
		}
	}
	return rows
}
