package tui

import (
	"strings"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"postern/internal/index"
	"postern/internal/post"
	"postern/internal/render"
	"postern/internal/text"
)

const (
	overlap  = 2        // lines that a page keeps of the one before
	sidestep = 8        // columns that wide code moves at a time
	longPost = 64 << 10 // bytes of Markdown from which on counting lines is not done while somebody waits
)

// page is a text that is scrolled: the document, with lines above and below it that are not the author's. Lines are
// numbered over all three.
type page struct {
	env           *env
	document      *render.Document
	above, below  []string
	top           int          // the line at the top of the screen
	inBody        bool         // the reader scrolled past what is above, to place
	place         render.Place // what was put at the top by the reader, whatever the window became since
	source        *post.Post   // that document is of
	from          index.Entry  // the post that relative links start from
	returns       []stand      // from where links and headings within the page were followed
	side          int          // columns that wide code is moved to the left
	counted       bool         // the document knows its length
	width, height int
	column        column
	find          find
	links         links
	outline       *outline // while it is open
	peeked        []string // footnotes that are shown over the last lines until the next key
	kept          kept
}

// layDocument shows d, keeps what the reader put at the top there, and returns what lays a long document out to its end
// while its beginning is read.
func (p *page) layDocument(d *render.Document, source *post.Post, above, below []string) tea.Cmd {
	same := d == p.document
	before, edited := p.document, p.source != nil && p.source != source
	p.document, p.source, p.above, p.below = d, source, above, below
	if p.inBody {
		if edited {
			p.place = moved(before, d, p.place)
		}
		p.top = len(above) + d.Find(p.place)
	}
	p.clamp()
	if p.outline != nil {
		p.outline.layout()
	}
	if same {
		return nil
	}
	p.side = 0
	if _, ok := p.links.picture(p); !ok {
		p.links.figure = 0
	}
	p.find.search(p)
	if p.counted = p.counted || len(source.Markdown) < longPost; p.counted {
		return nil
	}
	return func() tea.Msg { d.Len(); return counted{d} }
}

// moved returns where in the document now is what stood at a place of before: its words where they still are, the
// nearest of several, and else the place itself.
func moved(before, now *render.Document, place render.Place) render.Place {
	line := before.Find(place)
	wanted := before.Lines(line, 4)
	lines, best := now.Lines(0, now.Len()), -1
	for _, w := range wanted {
		words := strings.TrimSpace(w.Plain())
		if words == "" {
			line++
			continue
		}
		for n, l := range lines {
			if strings.TrimSpace(l.Plain()) == words && (best < 0 || distance(n, line) < distance(best, line)) {
				best = n
			}
		}
		break
	}
	if best < 0 {
		return place
	}
	return now.Place(best)
}

func distance(a, b int) int { return max(a-b, b-a) }

// counted says that document knows its length.
type counted struct{ document *render.Document }

func (p *page) typing() bool { return p.find.open || p.outline != nil }

// What can be done while the field or the footnotes are open.
var (
	findKeys = []key.Binding{keyKeep, keyClose}
	peekKeys = []key.Binding{keyClose}
)

// openKeys returns what can be done with what is open on the page, nil where nothing is.
func (p *page) openKeys() []key.Binding {
	switch {
	case p.find.open:
		return findKeys
	case p.outline != nil:
		return p.outline.keys()
	case p.peeked != nil:
		return peekKeys
	}
	return nil
}

// length returns how many lines there are.
func (p *page) length() int { return len(p.above) + p.document.Len() + len(p.below) }

// body returns the lines of the document that the screen shows, and the number of the first of them in it.
func (p *page) body() (lines []render.Line, first int) {
	first = max(0, p.top-len(p.above))
	room := p.height - max(0, len(p.above)-p.top)
	return p.document.Lines(first, max(0, room)), first
}

// rows returns what the screen shows, with left blanks before each line.
func (p *page) rows(left int) []string {
	rows := make([]string, 0, p.height+1)
	margin := column{left: left}
	for _, line := range p.above[min(p.top, len(p.above)):] {
		rows = append(rows, margin.indent(line))
	}
	rows = p.appendRows(rows, left)
	if len(rows) < p.height && len(p.below) > 0 { // the end of the document is on the screen
		from := max(0, p.top-len(p.above)-p.document.Len())
		for _, line := range p.below[min(from, len(p.below)):] {
			rows = append(rows, margin.indent(line))
		}
	}
	return p.overlay(rows[:min(len(rows), p.height)], margin)
}

// appendRows appends to rows the lines of the document that the screen shows.
func (p *page) appendRows(rows []string, left int) []string {
	lines, first := p.body()
	marked := p.find.query != "" || p.links.any()
	if !marked {
		p.kept.begin(shownAs{p.document, left, p.side, p.column.width}, p.height)
	}
	var buf [512]byte
	for n, line := range lines {
		n += first
		if row, ok := p.kept.row(n); ok && !marked {
			rows = append(rows, row)
			continue
		}
		row := ""
		if b := p.appendRow(append(buf[:0], blanks(left)...), line, n); len(b) > left {
			row = string(b)
		}
		rows = append(rows, row)
		if !marked && !line.Picture() {
			p.kept.keep(n, row)
		}
	}
	return rows
}

// appendRow appends to row line n of the document with what is found and what is chosen marked. All of a block of code
// moves sideways when one of its lines is wide.
func (p *page) appendRow(row []byte, line render.Line, n int) []byte {
	from := 0
	if line.Sideways() {
		from = p.side
	}
	spans := p.find.spans(n)
	if p.links.chosen > 0 {
		if from, to, ok := line.LinkCells(p.links.chosen); ok {
			spans = append(spans, render.Span{From: from, To: to, Role: render.Match})
		}
	}
	if f, ok := p.links.picture(p); ok && n == f.Line+f.Rows {
		spans = append(spans, render.Span{To: line.Width(), Role: render.Match})
	}
	return p.env.appendLine(row, line, from, p.column.width, spans...)
}

// section returns the number of the heading that the line at the top belongs to, -1 above the first. Blank lines stand
// above a heading and belong to it.
func (p *page) section() int {
	section := -1
	if !p.counted {
		return section
	}
	at := p.top - len(p.above)
	for _, line := range p.document.Lines(at, 2) {
		if line.Plain() != "" || line.Picture() {
			break
		}
		at++
	}
	for n, h := range p.document.Headings() {
		if h.Line > at {
			break
		}
		section = n
	}
	return section
}

// sectionTitle returns the heading that the line at the top belongs to, "" at the top of the page.
func (p *page) sectionTitle() string {
	if n := p.section(); n >= 0 && p.top > 0 {
		return text.Line(p.document.Headings()[n].Text)
	}
	return ""
}

// percent returns how much of the page is on the screen or above it.
func (p *page) percent() int { return min(p.length(), p.top+p.height) * 100 / max(1, p.length()) }

// frame returns the page as the root shows it.
func (p *page) frame() frame {
	p.find.answer(p)
	f := frame{column: p.column, cursor: tea.Position{X: p.column.left}}
	if p.outline != nil && !p.outline.beside {
		return p.outline.frame(f)
	}
	f.lines = p.lines()
	if notes := p.sideNotes(); notes != nil {
		f.lines = alongside(f.lines, notes, p.column.left+p.column.width+notesGap, p.height)
	}
	p.placeCursor(&f)
	if p.find.open {
		f.typing, f.status, f.aside2 = true, p.env.theme.Styled(render.Text, "/"+p.find.query), p.find.tally()+"   "
	}
	return f
}

// click follows the link that is there, shows the picture large, or jumps to the heading of the outline.
func (p *page) click(at tea.MouseClickMsg) tea.Msg {
	if o := p.contents(); o != nil && (!o.beside || at.X < p.column.left) {
		o.click(at)
		return nil
	}
	if p.openKeys() != nil {
		p.peeked = nil
		return nil
	}
	cell := at.X - p.column.left
	if cell < 0 || cell >= p.column.width {
		return nil
	}
	if s, ok := p.stopAt(p.top-len(p.above)+at.Y, cell); ok {
		p.links = links{chosen: s.chosen, figure: s.figure}
		return p.follow(p.from)
	}
	return nil
}

// lines returns what the screen shows, with the outline in the margin of a wide window.
func (p *page) lines() []string {
	margin := p.outlineMargin()
	if margin == nil {
		return p.rows(p.column.left)
	}
	rows := p.rows(0)
	for n := len(rows); n < len(margin); n++ {
		rows = append(rows, "")
	}
	for n := range rows {
		if n < len(margin) && margin[n] != "" {
			rows[n] = margin[n] + rows[n]
		} else {
			rows[n] = p.column.indent(rows[n])
		}
	}
	return rows
}

// placeCursor puts the cursor on what is found or chosen, for those who hear or magnify the screen.
func (p *page) placeCursor(f *frame) {
	if p.outline != nil {
		f.cursor = p.outline.cursor()
		return
	}
	line, cell := -1, 0
	if p.links.any() {
		line, cell = p.links.at(p)
	} else if h, ok := p.find.here(); ok {
		line, cell = h.parts[0].line, h.parts[0].from
	}
	if line >= 0 && p.onScreen(line) {
		f.cursor = tea.Position{X: p.column.left + min(cell, p.column.width-1), Y: len(p.above) + line - p.top}
	}
}
