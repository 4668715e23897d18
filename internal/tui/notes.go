package tui

import (
	"strconv"
	"strings"

	"postern/internal/render"
	"postern/internal/text"
)

const (
	notesGap   = 4  // columns between the text and the notes in the margin
	notesWidth = 34 // columns of these
)

// mentioned returns the footnotes that the lines on the screen mention, each once, with the row that does so first.
func (p *page) mentioned() (notes []render.Footnote, rows []int) {
	lines, _ := p.body()
	above := max(0, len(p.above)-p.top)
	known := make(map[int]bool)
	for n, line := range lines {
		for _, number := range line.Footnotes() {
			if known[number] {
				continue
			}
			known[number], p.counted = true, true
			if note, ok := p.document.Footnote(number); ok {
				notes, rows = append(notes, note), append(rows, above+n)
			}
		}
	}
	return notes, rows
}

// noteLines returns a note, wrapped to width columns, its number hanging.
func (p *page) noteLines(note render.Footnote, width int) []string {
	number := strconv.Itoa(note.Number) + " "
	body := text.Line(note.Text)
	var lines []string
	for n, row := range text.Wrap(nil, body, width-len(number)) {
		lead := strings.Repeat(" ", len(number))
		if n == 0 {
			lead = p.env.theme.Styled(render.LinkNumber, strings.TrimSpace(number)) + " "
		}
		lines = append(lines, lead+p.env.theme.Styled(render.Dim, body[row.Start:row.End]))
	}
	return lines
}

// sideNotes returns the lines of a wide window's right margin: each note beside the line that mentions it.
func (p *page) sideNotes() []string {
	if p.width < besideFrom || p.env.zen || p.column.left < notesGap+notesWidth {
		return nil
	}
	notes, rows := p.mentioned()
	var lines []string
	for n, note := range notes {
		for len(lines) < rows[n] {
			lines = append(lines, "")
		}
		lines = append(append(lines, p.noteLines(note, notesWidth)...), "")
	}
	return lines[:min(len(lines), p.height)]
}

// peek says below the text what the footnotes on the screen say, until the next key.
func (p *page) peek() {
	notes, _ := p.mentioned()
	if len(notes) == 0 {
		p.env.notice = "No footnotes are mentioned here."
		return
	}
	p.peeked = nil
	for _, note := range notes {
		p.peeked = append(p.peeked, p.noteLines(note, p.column.width)...)
	}
}

// overlay puts what is peeked at over the last of rows.
func (p *page) overlay(rows []string, margin column) []string {
	if len(p.peeked) == 0 {
		return rows
	}
	room := min(len(p.peeked), max(1, p.height/2))
	rule := p.env.theme.Styled(render.Faint, strings.Repeat("─", p.column.width))
	rows = rows[:min(len(rows), max(0, p.height-room-1))]
	for len(rows) < p.height-room-1 {
		rows = append(rows, "")
	}
	rows = append(rows, margin.indent(rule))
	for _, line := range p.peeked[:room] {
		rows = append(rows, margin.indent(line))
	}
	return rows
}
