package render

import (
	"strings"
	"unicode/utf8"

	east "github.com/yuin/goldmark/extension/ast"

	"postern/internal/text"
)

// A grid is a table: cells by row and column, the first row its head.
type grid struct {
	rows   [][]*para
	align  []east.Alignment
	width  []int // of each column, as wide as its widest cell
	least  []int // the width of the longest word of each column, up to wordWidth
	marked bool  // has a head
}

const (
	columnGap = 2
	wordWidth = 24 // a column may be as narrow as this although a word is wider
	wideWidth = 10 // and as this where its words may break anywhere
)

// leastWidth returns how wide a column must be for a word.
func leastWidth(word string) int {
	n := cells(word)
	if first, _ := utf8.DecodeRuneInString(word); isIdeographic(first) {
		return min(n, wideWidth)
	}
	return min(n, wordWidth)
}

// table sets a table: as wide as its cells need; its columns narrowed where that is too much; and a card for each row
// where even so it does not fit.
func (l *typesetter) table(n *east.Table) {
	g := l.grid(n)
	switch {
	case len(g.width) == 0:
	case l.shape.plain:
		l.spokenTable(g)
	default:
		l.gridRows(g)
	}
}

// grid reads the cells of a table.
func (l *typesetter) grid(n *east.Table) *grid {
	g := &grid{align: n.Alignments, marked: true}
	for r := n.FirstChild(); r != nil; r = r.NextSibling() {
		var cells []*para
		for c := r.FirstChild(); c != nil; c = c.NextSibling() {
			st := style{block: l.block}
			if _, head := r.(*east.TableHeader); head {
				st.block = TableHead
			}
			p := &para{}
			l.inlines(p, c, st, 0)
			p.trim()
			cells = append(cells, p)
		}
		g.rows = append(g.rows, cells)
	}
	g.measure()
	return g
}

// measure finds how wide the columns are.
func (g *grid) measure() {
	for _, row := range g.rows {
		for i, p := range row {
			if i == len(g.width) {
				g.width, g.least = append(g.width, 1), append(g.least, 1)
			}
			for line := range strings.SplitSeq(string(p.text), "\n") {
				g.width[i] = max(g.width[i], cells(line))
			}
			for word := range strings.FieldsSeq(string(p.text)) {
				g.least[i] = max(g.least[i], leastWidth(word))
			}
		}
	}
}

// gridRows sets a table in the room there is.
func (l *typesetter) gridRows(g *grid) {
	indent := ""
	if l.shape.wide() && len(l.pieces) == 0 {
		indent = "  "
	}
	l.open(piece{first: indent, rest: indent, width: len(indent)})
	if widths, ok := g.fit(l.room()); ok {
		l.columns(g, widths)
	} else {
		l.cards(g)
	}
	l.close()
}

// fit returns widths for the columns that fit into room, narrowing the widest first, and whether there are any.
func (g *grid) fit(room int) ([]int, bool) {
	widths := append([]int(nil), g.width...)
	total := columnGap * (len(widths) - 1)
	for _, w := range widths {
		total += w
	}
	for total > room {
		widest := -1
		for i, w := range widths {
			if w > g.least[i] && w > 8 && (widest < 0 || w > widths[widest]) {
				widest = i
			}
		}
		if widest < 0 {
			return nil, false
		}
		widths[widest]--
		total--
	}
	return widths, true
}

// columns sets the rows of a table side by side, a thin rule under its head.
func (l *typesetter) columns(g *grid, widths []int) {
	tall := false
	for i, row := range g.rows {
		if i > 1 && tall {
			l.space(1)
		}
		tall = l.tableRow(g, row, widths) > 1 && i > 0 || tall
		if i == 0 && g.marked {
			total := columnGap * (len(widths) - 1)
			for _, w := range widths {
				total += w
			}
			l.line(strings.Repeat(l.glyphs.rule, total), style{self: Rule}, 0)
		}
	}
}

// tableRow sets one row of a table and returns how many rows of text it took.
func (l *typesetter) tableRow(g *grid, row []*para, widths []int) int {
	wrapped := make([][]text.Row, len(row))
	texts, spans := make([]string, len(row)), make([]int, len(row))
	height := 1
	for i, p := range row {
		texts[i] = string(p.text)
		wrapped[i] = text.Wrap(nil, texts[i], widths[i])
		height = max(height, len(wrapped[i]))
	}
	for y := range height {
		l.begin()
		pad := 0
		for i, p := range row {
			if y < len(wrapped[i]) {
				l.cell(p, texts[i], &spans[i], wrapped[i][y], widths[i], g.alignment(i), &pad)
			} else {
				pad += widths[i]
			}
			pad += columnGap
		}
		l.end(0)
	}
	for _, p := range row {
		l.count(string(p.text))
	}
	return height
}

// alignment returns how the column i is aligned.
func (g *grid) alignment(i int) east.Alignment {
	if i < len(g.align) {
		return g.align[i]
	}
	return east.AlignNone
}

// cell writes the row r of a cell, whose text is t, after pad blanks, and leaves in pad the blanks that are due after it
// and in span where the spans of the next row begin.
func (l *typesetter) cell(p *para, t string, span *int, r text.Row, width int, a east.Alignment, pad *int) {
	free := width - cells(shown(t[r.Start:r.End]))
	if r.Hyphen {
		free--
	}
	left := 0
	switch a {
	case east.AlignRight:
		left = free
	case east.AlignCenter:
		left = free / 2
	}
	l.write(blanks(*pad+left), style{}, 0)
	*span = l.writeSpans(p, t, r, *span)
	*pad = free - left
}

// cards sets each row of a table by itself, every cell beside the name of its column, after a line of the names.
func (l *typesetter) cards(g *grid) {
	label := 0
	head := &para{}
	for i, p := range g.rows[0] {
		label = max(label, cells(string(p.text)))
		if i > 0 && len(p.text) > 0 {
			head.add(" · ", style{self: Dim}, 0, false)
		}
		appendPara(head, p)
	}
	if l.shape.ascii {
		head.text = []byte(strings.ReplaceAll(string(head.text), "·", "-"))
	}
	l.setPara(head)
	l.line(strings.Repeat(l.glyphs.rule, l.room()), style{self: Rule}, 0)
	if label > l.room()/3 {
		label = 0 // names above their cells
	}
	for i, row := range g.rows[1:] {
		if i > 0 {
			l.space(1)
		}
		for c, p := range row {
			if len(p.text) > 0 && c < len(g.rows[0]) {
				l.card(g.rows[0][c], p, label)
			}
		}
	}
}

// card sets one cell beside the name of its column, or below it where label, the width for names, is 0.
func (l *typesetter) card(name, p *para, label int) {
	mark := name.words(0)
	width := label + columnGap
	if label == 0 {
		place := l.place
		l.say(mark, Dim)
		l.place = place // the name of a column is no part of its text
		mark = ""
	}
	l.open(piece{first: mark + blanks(width-cells(mark)), rest: blanks(width), width: width, style: style{self: Dim}})
	l.set(p)
	l.close()
}

// appendPara appends what is in p to head.
func appendPara(head, p *para) {
	at := 0
	for _, sp := range p.spans {
		head.add(string(p.text[at:sp.end]), sp.style, sp.link, false)
		at = sp.end
	}
}
