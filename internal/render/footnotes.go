package render

import (
	"strconv"
	"strings"
)

// Footnote is one footnote of a post.
type Footnote struct {
	Number int
	Line   int    // where it is set, at the end of the post
	Text   string // of the whole note, on one line
}

// notes are the footnotes of a post. They are numbered in the order in which the text refers to them and set at its
// end.
type notes struct {
	labels  map[string]bool // that have a note somewhere in the post
	numbers map[string]int
	order   []string // labels by number
	found   map[string]*foundNote
	unnamed []string // labels of notes that the text did not refer to so far
}

// A foundNote is the source of a note and where it stands.
type foundNote struct {
	node   *noteBlock
	source source
}

func newNotes(labels map[string]bool) notes {
	return notes{labels: labels, numbers: make(map[string]int), found: make(map[string]*foundNote)}
}

// define keeps a note for the end of the post. The first of several with one label holds.
func (ns *notes) define(n *noteBlock, source source) {
	if ns.found[n.label] == nil {
		ns.found[n.label] = &foundNote{n, source}
		ns.unnamed = append(ns.unnamed, n.label)
	}
}

// number returns the number of the note with a label, the next one at its first mention.
func (ns *notes) number(label string) int {
	if n := ns.numbers[label]; n > 0 {
		return n
	}
	ns.order = append(ns.order, label)
	ns.numbers[label] = len(ns.order)
	return len(ns.order)
}

// noteRef adds the mark of a footnote.
func (l *typesetter) noteRef(p *para, n *noteRef, st style) {
	st.self = LinkNumber
	number := l.notes.number(n.label)
	p.add(l.noteMark(number), st, noteBase+uint32(min(number, noteBase-1)), false)
}

// noteMark returns the mark of the footnote n.
func (l *typesetter) noteMark(n int) string {
	if l.shape.ascii || l.shape.plain {
		return "[^" + strconv.Itoa(n) + "]"
	}
	return superscript(strconv.Itoa(n))
}

// setNotes sets the footnotes, those that nothing refers to last.
func (l *typesetter) setNotes() {
	for _, label := range l.notes.unnamed {
		l.notes.number(label)
	}
	if len(l.notes.order) == 0 || len(l.notes.found) == 0 {
		return
	}
	l.place = 0
	l.chunk.blocks = append(l.chunk.blocks, uint32(len(l.rows)))
	title := "Notes"
	if l.shape.plain {
		title = "## Notes"
		l.space(1)
	} else {
		l.space(2)
	}
	l.flushGap()
	l.noteHeading(2, "Notes", nil)
	l.line(title, style{self: Heading2}, 0)
	width := cells(l.noteMark(len(l.notes.order)))
	for i := 0; i < len(l.notes.order); i++ { // a note may be the first to mention another
		l.setNote(i+1, width)
	}
}

// setNote sets the footnote with a number after its mark.
func (l *typesetter) setNote(number, width int) {
	note := l.notes.found[l.notes.order[number-1]]
	if note == nil {
		return
	}
	l.space(1)
	mark := l.noteMark(number)
	l.hang(strings.Repeat(" ", max(width-cells(mark), 0))+mark+" ", LinkNumber)
	source, first := l.source, len(l.rows)
	l.source = note.source
	l.blocks(note.node)
	l.source = source
	l.close()
	l.chunk.notes = append(l.chunk.notes, Footnote{Number: number, Line: first, Text: l.rowsText(first, mark)})
}

// rowsText returns what the rows from first on show, without the mark at their start, as one line.
func (l *typesetter) rowsText(first int, mark string) string {
	var b strings.Builder
	start := uint32(0)
	if first > 0 {
		start = l.rows[first-1].end
	}
	for _, r := range l.rows[first:] {
		line := strings.TrimLeft(unmarked(string(l.text[start:r.end])), " ")
		if r.place&rowGlued == 0 {
			b.WriteByte(' ')
		}
		b.WriteString(line)
		start = r.end
	}
	return strings.TrimSpace(strings.TrimPrefix(strings.Join(strings.Fields(b.String()), " "), mark))
}
