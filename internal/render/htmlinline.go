package render

import (
	"html"
	"strings"

	"github.com/yuin/goldmark/ast"

	"postern/internal/text"
)

// htmlState is what HTML elements are open.
type htmlState struct {
	inline []openInline
	blocks []openBlock
	hidden string           // the element whose text nobody sees, "" for none
	table  *grid            // being read
	cell   *para            // of the table
	pre    *strings.Builder // the code being read

	preLang string
}

// An openInline is an element within a line that has not ended.
type openInline struct {
	name  string
	role  Role
	attrs attrs
	link  uint32
	start int // of its text in the para
}

// maxInline bounds the elements that are open at once within a paragraph.
const maxInline = 64

// hides reports whether text is within an element that nobody sees.
func (h *htmlState) hides() bool { return h.hidden != "" }

// over returns how text looks within the open elements.
func (h *htmlState) over(st style, link uint32) (style, uint32) {
	for _, o := range h.inline {
		if o.role != Text && (st.self == Text || o.role != Strong && o.role != Emphasis) {
			st.self = o.role
		}
		st.attrs |= o.attrs
		if o.link != 0 {
			link = o.link
		}
	}
	return st, link
}

// inlineElements are the elements that change how text looks.
var inlineElements = map[string]openInline{
	"b": {role: Strong, attrs: bold}, "strong": {role: Strong, attrs: bold},
	"i": {role: Emphasis, attrs: italic}, "em": {role: Emphasis, attrs: italic}, "cite": {role: Emphasis, attrs: italic},
	"dfn": {role: Emphasis, attrs: italic}, "var": {role: Emphasis, attrs: italic},
	"u": {attrs: underline}, "ins": {attrs: underline},
	"s": {attrs: struck}, "strike": {attrs: struck}, "del": {attrs: struck},
	"code": {role: Code}, "tt": {role: Code}, "samp": {role: Code},
	"kbd": {role: Keyboard}, "mark": {role: Marked},
	"sub": {}, "sup": {}, "a": {}, "q": {}, "rt": {},
}

// hiddenElements are the elements whose text nobody sees.
var hiddenElements = map[string]bool{
	"script": true, "style": true, "template": true, "title": true, "rp": true, "datalist": true, "noembed": true,
}

// rawInline adds one piece of HTML within a paragraph.
func (l *typesetter) rawInline(p *para, n *ast.RawHTML, st style, link uint32) {
	var b strings.Builder
	for i := range n.Segments.Len() {
		b.WriteString(l.value(n.Segments.At(i)))
	}
	if t, _ := nextTag(b.String()); t.name != "" {
		l.inlineTag(p, t, st, link)
	}
}

// inlineTag starts or ends an element within p. Elements that it does not know are left out; their text stays.
func (l *typesetter) inlineTag(p *para, t tag, st style, link uint32) {
	if l.html.hidden != "" {
		if t.end && t.name == l.html.hidden {
			l.html.hidden = ""
		}
		return
	}
	o, known := inlineElements[t.name]
	switch {
	case hiddenElements[t.name] && !t.end:
		l.html.hidden = t.name
	case known && t.end:
		l.endInline(p, t.name)
	case known:
		l.startInline(p, t, o, st)
	case t.name == "br":
		p.newline(st)
	case t.name == "img" && !t.end:
		l.htmlImage(p, t, st, link)
	case t.name == "input" && t.attr("type") == "checkbox":
		p.add(map[bool]string{true: "[x] ", false: "[ ] "}[t.has("checked")], st, link, false)
	case isEmbedded(t.name) && !t.end:
		l.embedded(p, t, st)
	}
}

// startInline starts an element.
func (l *typesetter) startInline(p *para, t tag, o openInline, st style) {
	if len(l.html.inline) >= maxInline || strings.HasSuffix(t.attributes, "/") {
		return
	}
	o.name, o.start = t.name, len(p.text)
	switch t.name {
	case "a":
		if o.link = l.addLink(t.attr("href")); o.link != 0 {
			o.role = LinkText
		}
	case "code", "tt", "samp":
		st.self = Code
		p.add("`", st, 0, false)
	case "q":
		p.add(l.quoteMark("“"), st, 0, false)
	case "rt":
		p.add("(", st, 0, false)
	case "s", "strike", "del":
		if l.shape.plain {
			p.add("~~", st, 0, false)
		}
	}
	l.html.inline = append(l.html.inline, o)
}

func (l *typesetter) quoteMark(curly string) string {
	if l.shape.ascii {
		return `"`
	}
	return curly
}

// endInline ends the innermost element called name, and those within it.
func (l *typesetter) endInline(p *para, name string) {
	for i := len(l.html.inline) - 1; i >= 0; i-- {
		if l.html.inline[i].name == name {
			l.closeInline(p, i)
			return
		}
	}
}

// closeInline ends the open elements but the first n.
func (l *typesetter) closeInline(p *para, n int) {
	for len(l.html.inline) > n {
		o := l.html.inline[len(l.html.inline)-1]
		st, link := l.html.over(style{block: l.block}, 0)
		l.html.inline = l.html.inline[:len(l.html.inline)-1]
		l.finishInline(p, o, st, link)
	}
}

// finishInline adds what belongs at the end of an element.
func (l *typesetter) finishInline(p *para, o openInline, st style, link uint32) {
	start := min(o.start, len(p.text))
	switch o.name {
	case "a":
		if strings.TrimSpace(string(p.text[start:])) == "" && o.link != 0 {
			p.add(l.chunk.links[len(l.chunk.links)-1-(l.links-int(o.link))].URL, st, o.link, false)
		}
		l.nameLink(p, o.link, start, style{block: st.block})
	case "code", "tt", "samp":
		p.add("`", st, link, false)
	case "q":
		p.add(l.quoteMark("”"), st, link, false)
	case "rt":
		p.add(")", st, link, false)
	case "s", "strike", "del":
		if l.shape.plain {
			p.add("~~", st, link, false)
		}
	case "sub", "sup":
		raised := raise(string(p.text[start:]), o.name == "sup", l.shape.ascii)
		p.cut(start)
		p.add(raised, st, link, false)
	}
}

// htmlText adds text of HTML.
func (l *typesetter) htmlText(p *para, t string, st style, link uint32) {
	t = strings.Map(func(r rune) rune {
		if r == '\t' || r == '\r' {
			return ' '
		}
		return r
	}, html.UnescapeString(t))
	p.add(text.Soft(t), st, link, true)
}

// htmlImage adds a picture.
func (l *typesetter) htmlImage(p *para, t tag, st style, link uint32) {
	alt := text.Line(t.attr("alt"))
	if alt == "" && (t.attr("width") == "1" || strings.HasPrefix(t.attr("src"), "data:")) {
		return // nothing to see
	}
	l.picture(p, alt, t.attr("src"), st, link)
}

// isEmbedded reports whether an element shows something from elsewhere.
func isEmbedded(name string) bool {
	switch name {
	case "iframe", "video", "audio", "source", "embed", "object":
		return true
	}
	return false
}

// embedded adds a link to what an element shows.
func (l *typesetter) embedded(p *para, t tag, st style) {
	address := t.attr("src")
	if address == "" {
		address = t.attr("data")
	}
	if strings.HasPrefix(address, "//") {
		address = "https:" + address
	}
	number := l.addLink(address)
	if number == 0 {
		return
	}
	kind := map[string]string{"video": "Video", "audio": "Audio", "source": "Media"}[t.name]
	if kind == "" {
		kind = "Embedded"
	}
	label := text.Line(t.attr("title"))
	if label == "" {
		label = caption(hostOf(address), address)
	}
	start := len(p.text)
	st.self = Picture
	p.add("["+kind+": "+label+"]", st, number, false)
	l.nameLink(p, number, start, st)
}
