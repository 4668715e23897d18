package render

import (
	"html"
	"net/url"
	"strconv"
	"strings"

	"github.com/yuin/goldmark/ast"

	"postern/internal/text"
)

// An openBlock is a block element that has not ended.
type openBlock struct {
	name   string
	pieces int // open pieces before it
	number int // of the next item of a list
	block  Role
}

// maxBlocks bounds the HTML blocks that are open at once; those beyond it are shown without their shape.
const maxBlocks = 24

// htmlBlock sets a block of HTML. What it leaves open goes on in the blocks after it.
func (l *typesetter) htmlBlock(n *ast.HTMLBlock) {
	source := l.lines(n)
	if n.HasClosure() {
		source += l.value(n.ClosureLine)
	}
	p := &para{}
	for source != "" {
		var t tag
		t, source = nextTag(source)
		switch {
		case t.name == "" && t.text == "":
		case t.name != "":
			l.htmlTag(p, t)
		case l.html.pre != nil:
			l.html.pre.WriteString(t.text)
		case !l.html.hides():
			st, link := l.html.over(style{block: l.block}, 0)
			l.htmlText(l.target(p), t.text, st, link)
		}
	}
	l.endTable()
	l.flush(p)
}

// target returns the para that text goes to: the cell of a table that is open, or p.
func (l *typesetter) target(p *para) *para {
	if l.html.cell != nil {
		return l.html.cell
	}
	return p
}

// flush sets the text that has come together in p.
func (l *typesetter) flush(p *para) {
	l.closeInline(p, 0)
	p.trim()
	if len(p.text) > 0 {
		level := l.html.heading()
		if level > 0 {
			l.flushGap()
			l.noteHeading(level, p.words(0), nil)
		}
		l.set(p)
		if level == 1 {
			l.underline()
		}
		if !l.html.tight() {
			l.space(1)
		}
	}
	p.reset()
}

// heading returns the level of the heading that is open, 0 for none.
func (h *htmlState) heading() int {
	if n := len(h.blocks); n > 0 {
		if name := h.blocks[n-1].name; len(name) == 2 && name[0] == 'h' && name[1] >= '1' && name[1] <= '6' {
			return int(name[1] - '0')
		}
	}
	return 0
}

// tight reports whether the innermost open element is one whose text stands close to what follows it.
func (h *htmlState) tight() bool {
	n := len(h.blocks)
	return n > 0 && isTight(h.blocks[n-1].name)
}

func isTight(name string) bool { return name == "li" || name == "dt" || name == "dd" }

// htmlTag handles one tag of a block of HTML.
func (l *typesetter) htmlTag(p *para, t tag) {
	switch {
	case l.html.pre != nil && t.name != "pre":
		l.preTag(t)
	case l.html.hides():
		l.inlineTag(p, t, style{}, 0)
	case l.tableTag(p, t):
	case l.html.cell != nil && isBlockElement(t.name):
		if len(l.html.cell.text) > 0 {
			l.html.cell.newline(style{})
		}
	case isBlockElement(t.name):
		l.flush(p)
		if t.end {
			l.endBlock(t.name)
		} else {
			l.startBlock(t)
		}
	default:
		st, link := l.html.over(style{block: l.block}, 0)
		if t.name == "img" && !t.end && len(p.text) == 0 && l.html.cell == nil && l.html.table == nil {
			l.show(t.attr("src"), text.Line(t.attr("alt")))
		}
		l.inlineTag(l.target(p), t, st, link)
	}
}

// isBlockElement reports whether an element is set on lines of its own.
func isBlockElement(name string) bool {
	switch name {
	case "p", "div", "section", "article", "header", "footer", "main", "nav", "aside", "center", "address", "hr",
		"h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "pre", "ul", "ol", "li", "dl", "dt", "dd", "details", "summary",
		"figure", "figcaption", "form", "fieldset", "legend", "menu", "body", "html", "head", "noscript", "option",
		"picture", "video", "audio", "iframe", "svg", "text", "table", "tr", "td", "th", "caption", "thead", "tbody":
		return true
	}
	return false
}

// startBlock starts a block element.
func (l *typesetter) startBlock(t tag) {
	b := openBlock{name: t.name, pieces: len(l.pieces), number: 1, block: l.block}
	switch t.name {
	case "hr":
		l.space(1)
		l.thematicBreak()
		l.space(1)
		return
	case "iframe", "video", "audio":
		p := &para{}
		l.embedded(p, t, style{})
		l.flush(p)
		return
	case "pre":
		l.html.pre = &strings.Builder{}
		return
	}
	if len(l.html.blocks) >= maxBlocks {
		return
	}
	switch t.name {
	case "blockquote":
		l.open(l.bar(Bar))
		l.block = Quote
	case "details":
		l.open(l.bar(Bar))
	case "dt":
		l.space(1)
		l.block = Term
	case "summary":
		l.block = Term
	case "h1", "h2", "h3", "h4", "h5", "h6":
		level := int(t.name[1] - '0')
		l.block = Heading1 + Role(min(level, 4)-1)
		if l.begun {
			l.space(map[bool]int{true: 2, false: 1}[level <= 2 && len(l.pieces) == 0 && !l.shape.plain])
		}
	case "li":
		l.hang(l.htmlMark(), Bullet)
	case "dd":
		l.open(piece{first: "  ", rest: "  ", width: 2})
	}
	l.html.blocks = append(l.html.blocks, b)
}

// htmlMark returns the mark of the next item of the list that is open.
func (l *typesetter) htmlMark() string {
	for i := len(l.html.blocks) - 1; i >= 0; i-- {
		b := &l.html.blocks[i]
		if b.name == "ol" {
			b.number++
			return strconv.Itoa(b.number-1) + ". "
		}
		if b.name == "ul" {
			break
		}
	}
	return l.glyphs.bullets[0]
}

// endBlock ends the innermost element called name, and those within it.
func (l *typesetter) endBlock(name string) {
	if name == "pre" {
		l.endPre()
		return
	}
	for i := len(l.html.blocks) - 1; i >= 0; i-- {
		if l.html.blocks[i].name == name {
			l.closeHTML(i)
			return
		}
	}
}

// closeHTML ends the open block elements but the first n.
func (l *typesetter) closeHTML(n int) {
	for len(l.html.blocks) > n {
		b := l.html.blocks[len(l.html.blocks)-1]
		l.html.blocks = l.html.blocks[:len(l.html.blocks)-1]
		for len(l.pieces) > b.pieces {
			l.close()
		}
		l.block = b.block
		if !isTight(b.name) && !l.html.tight() {
			l.space(1)
		}
	}
	if n == 0 {
		l.endPre()
		l.html.hidden = ""
	}
}

// preTag handles a tag within a "pre" element, of which only line breaks and the language matter.
func (l *typesetter) preTag(t tag) {
	switch {
	case t.name == "br":
		l.html.pre.WriteByte('\n')
	case t.name == "code" && !t.end:
		_, lang, _ := strings.Cut(t.attr("class"), "language-")
		lang, _, _ = strings.Cut(lang, " ")
		l.html.preLang = strings.ToLower(text.Line(lang))
	}
}

// endPre sets the code of a "pre" element.
func (l *typesetter) endPre() {
	if l.html.pre == nil {
		return
	}
	source := strings.Trim(html.UnescapeString(l.html.pre.String()), "\n")
	lang := l.html.preLang
	l.html.pre, l.html.preLang = nil, ""
	if source != "" {
		l.space(1)
		l.listing(listing{source: source, lang: lang})
		l.space(1)
	}
}

// hostOf returns the host of an address.
func hostOf(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	return text.Line(u.Host)
}
