package render

import (
	"strconv"
	"strings"

	"github.com/yuin/goldmark/ast"
	east "github.com/yuin/goldmark/extension/ast"
	segment "github.com/yuin/goldmark/text"

	"postern/internal/picture"
	"postern/internal/text"
)

// A typesetter turns the blocks of a post into rows, window by window. What it must remember from one window to the
// next is here: open HTML elements, footnotes, numbers of links.
type typesetter struct {
	setter
	shape  shape
	album  *picture.Album
	glyphs glyphs
	source source // the window being set
	block  Role   // what the text being set is part of

	chunk *chunk // being filled
	links int    // numbered so far, in all chunks
	shown int    // pictures, in all chunks
	ids   map[string]int
	notes notes
	html  htmlState

	scratch para
}

// A source is a window of a post, as the parser wants it and as it is kept.
type source struct {
	bytes []byte
	text  string // part of the post
}

// A shape is all that the rows of a post depend on, besides the post.
type shape struct {
	measure int
	ascii   bool
	copy    string
	plain   bool // for pipes and screen readers: nothing but words
	fold    bool
	rows    int // of a picture, at the most; 0 for none
}

// wide reports whether there is room to indent lists, code and tables.
func (s shape) wide() bool { return s.measure >= 60 && !s.plain }

// top sets one block of the post itself.
func (l *typesetter) top(n ast.Node) {
	l.place = 0
	l.chunk.blocks = append(l.chunk.blocks, uint32(len(l.rows)))
	l.space(l.spaceBefore(n.PreviousSibling(), n))
	l.blockNode(n)
}

// blocks sets the children of n, with the blank rows between them that fit the kinds.
func (l *typesetter) blocks(n ast.Node) {
	for c := n.FirstChild(); c != nil; c = c.NextSibling() {
		if c.PreviousSibling() != nil {
			l.space(l.spaceBefore(c.PreviousSibling(), c))
		}
		l.blockNode(c)
	}
}

// spaceBefore returns how many blank rows belong between two neighbours.
func (l *typesetter) spaceBefore(before, n ast.Node) int {
	if h, ok := n.(*ast.Heading); ok && h.Level <= 2 && len(l.pieces) == 0 && !l.shape.plain {
		if _, follows := before.(*ast.Heading); !follows {
			return 2
		}
	}
	_, isText := n.(*ast.TextBlock)
	list, isList := n.(*ast.List)
	if isList && before == nil && goesOn(list) && list.IsTight {
		return 0
	}
	_, afterText := before.(*ast.TextBlock)
	_, afterList := before.(*ast.List)
	if isText && afterList || isList && afterText || isText && afterText {
		return 0 // within an item of a tight list
	}
	return 1
}

// blockNode sets one block.
func (l *typesetter) blockNode(n ast.Node) {
	switch n := n.(type) {
	case *ast.Heading:
		l.heading(n)
	case *ast.Paragraph, *ast.TextBlock:
		l.paragraph(n)
	case *ast.Blockquote:
		l.quote(n)
	case *ast.List:
		l.list(n)
	case *ast.ThematicBreak:
		l.thematicBreak()
	case *ast.FencedCodeBlock:
		l.code(n, l.fenceLang(n))
	case *ast.CodeBlock:
		l.code(n, "")
	case *ast.HTMLBlock:
		l.htmlBlock(n)
	case *east.Table:
		l.table(n)
	case *east.DefinitionList:
		l.definitions(n)
	case *noteBlock:
		l.notes.define(n, l.source)
	case *sourceBlock:
		l.sourceText(n)
	case *ast.LinkReferenceDefinition:
	default:
		l.blocks(n)
	}
}

// paragraph sets running text.
func (l *typesetter) paragraph(n ast.Node) {
	if m := onlyMath(n); m != nil {
		l.displayed(m)
		return
	}
	p := &l.scratch
	p.reset()
	if img := onlyImage(n); img != nil {
		l.figure(p, img)
	} else {
		l.showAll(n)
		l.inlines(p, n, style{block: l.block}, 0)
	}
	l.setPara(p)
}

// setPara sets p unless it is empty.
func (l *typesetter) setPara(p *para) {
	p.trim()
	if len(p.text) > 0 {
		l.set(p)
	}
}

// heading sets a heading and notes it.
func (l *typesetter) heading(n *ast.Heading) {
	p := &l.scratch
	p.reset()
	if l.shape.plain {
		p.add(strings.Repeat("#", n.Level)+" ", style{}, 0, false)
	}
	start := len(p.text)
	l.inlines(p, n, style{block: Heading1 + Role(min(n.Level, 4)-1)}, 0)
	p.trim()
	if len(p.text) <= start {
		return
	}
	l.flushGap() // so that its own row is the next
	id, _ := n.AttributeString("id")
	l.noteHeading(n.Level, p.words(start), id)
	l.set(p)
	if n.Level == 1 {
		l.underline()
	}
}

// underline sets a thin rule as wide as the column.
func (l *typesetter) underline() {
	if !l.shape.plain {
		l.line(strings.Repeat(l.glyphs.rule, l.room()), style{self: Rule}, 0)
	}
}

// noteHeading adds a heading that starts at the next row.
func (l *typesetter) noteHeading(level int, title string, id any) {
	name := ""
	if raw, ok := id.([]byte); ok {
		name = text.Line(string(raw))
	} else {
		name = slug(title)
	}
	l.chunk.headings = append(l.chunk.headings, Heading{Level: level, Text: title, ID: l.unique(name), Line: len(l.rows)})
}

// unique returns id, with a number where the post has it already.
func (l *typesetter) unique(id string) string {
	n := l.ids[id]
	l.ids[id]++
	if n > 0 {
		id += "-" + strconv.Itoa(n)
	}
	return id
}

// quote sets a quotation, or the alert that it stands for.
func (l *typesetter) quote(n *ast.Blockquote) {
	if a, ok := l.alertOf(n); ok {
		l.alert(n, a)
		return
	}
	l.open(l.bar(Bar))
	outer := l.block
	l.block = Quote
	l.blocks(n)
	l.block = outer
	l.close()
}

// bar is the piece before the rows of quotes and alerts.
func (l *typesetter) bar(r Role) piece {
	return piece{first: l.glyphs.bar, rest: l.glyphs.bar, width: cells(l.glyphs.bar), style: style{self: r}}
}

// thematicBreak sets a pause between two parts.
func (l *typesetter) thematicBreak() {
	if l.shape.plain {
		l.line(l.glyphs.pause, style{}, 0)
		return
	}
	l.line(blanks((l.room()-cells(l.glyphs.pause))/2)+l.glyphs.pause, style{self: Dim}, 0)
}

// sourceText sets what was too much to typeset as it was written.
func (l *typesetter) sourceText(n *sourceBlock) {
	l.listing(listing{source: strings.TrimSuffix(l.lines(n), "\n"), label: "source"})
	l.say("("+n.why+": shown as source)", Warning)
}

// say sets clean text of one role.
func (l *typesetter) say(t string, r Role) {
	p := &para{}
	p.add(t, style{self: r}, 0, true)
	l.setPara(p)
}

// lines returns the source of a block without children. Where that is one piece of the post, nothing is copied.
func (l *typesetter) lines(n ast.Node) string {
	segments := n.Lines()
	if segments.Len() == 0 {
		return ""
	}
	whole := segments.At(0)
	for i := 1; i < segments.Len(); i++ {
		s := segments.At(i)
		if s.Start != whole.Stop || s.Padding > 0 || whole.Padding > 0 {
			return l.joined(n)
		}
		whole.Stop = s.Stop
	}
	return l.value(whole)
}

// joined returns the lines of n one after the other.
func (l *typesetter) joined(n ast.Node) string {
	segments := n.Lines()
	var b strings.Builder
	for i := range segments.Len() {
		b.WriteString(l.value(segments.At(i)))
	}
	return b.String()
}

// value returns what a segment stands for.
func (l *typesetter) value(s segment.Segment) string {
	if s.Padding > 0 || s.ForceNewline {
		return string(s.Value(l.source.bytes))
	}
	return l.source.text[s.Start:s.Stop]
}
