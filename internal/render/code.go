package render

import (
	"strings"

	"github.com/yuin/goldmark/ast"

	"postern/internal/text"
)

// A listing is text whose lines are kept as they are.
type listing struct {
	source string // as a reader would copy it
	lang   string // what the author called the language
	label  string // shown at the right edge; lang where empty
}

// A codeBlock is a listing in a chunk: its rows, and what copying it gives.
type codeBlock struct {
	first, last  uint32 // rows; last is the one after
	source, lang string
}

// fenceLang returns the language of a fence: "go" for "go {1,3}", "{.go}" and "go:main.go".
func fenceLang(n *ast.FencedCodeBlock, source []byte) string {
	if n.Info == nil {
		return ""
	}
	info := strings.Trim(string(n.Info.Value(source)), " \t{}.")
	end := strings.IndexAny(info, " \t,{}:;=")
	if end >= 0 {
		info = info[:end]
	}
	return strings.ToLower(text.Line(info))
}

// code sets a block of code.
func (l *typesetter) code(n ast.Node, lang string) {
	c := listing{source: strings.TrimSuffix(l.lines(n), "\n"), lang: lang}
	if lang == "mermaid" {
		c.label = "diagram (mermaid)"
	}
	l.listing(c)
}

// listing sets code after a thin rule, its language at the right edge of the first line. It is never wrapped.
func (l *typesetter) listing(c listing) {
	if c.label == "" {
		c.label = c.lang
	}
	if l.shape.plain {
		l.spokenListing(c)
		return
	}
	indent := ""
	if l.shape.wide() && len(l.pieces) == 0 {
		indent = "  "
	}
	bar := indent + l.glyphs.codeBar
	l.open(piece{first: bar, rest: bar, width: cells(bar), style: style{self: Bar}})
	first := uint32(len(l.rows))
	tokens := highlight(c.lang, c.source)
	l.codeRows(c, tokens)
	l.chunk.codes = append(l.chunk.codes, codeBlock{first, uint32(len(l.rows)), c.source, c.lang})
	l.close()
}

// A token is a run of code of one role.
type token struct {
	text string
	role Role
}

// codeRows sets the lines that the tokens make up.
func (l *typesetter) codeRows(c listing, tokens []token) {
	line := codeLine{setter: &l.setter, limit: maxCodeLine, ellipsis: l.glyphs.ellipsis}
	label := c.label
	if l.shape.copy != "" {
		label = strings.TrimSpace(label + "  " + l.shape.copy)
	}
	line.start()
	for _, t := range tokens {
		for {
			head, rest, more := strings.Cut(t.text, "\n")
			line.add(head, t.role)
			if !more {
				break
			}
			line.finish(label)
			label = ""
			line.start()
			t.text = rest
		}
	}
	line.finish(label)
}

// A codeLine is the line of code that is being set.
type codeLine struct {
	*setter
	width    int
	bytes    int
	limit    int
	ellipsis string
}

func (c *codeLine) start() {
	c.begin()
	c.width, c.bytes = 0, 0
}

// add appends code to the line: tabs expanded, what steers or reorders shown by its number.
func (c *codeLine) add(t string, r Role) {
	if t == "" || c.bytes > c.limit {
		return
	}
	if c.bytes += len(t); c.bytes > c.limit {
		t = strings.ToValidUTF8(t[:len(t)-(c.bytes-c.limit)], "") + c.ellipsis
	}
	t = text.Code(t, c.width)
	c.width += cells(t)
	if strings.TrimSpace(t) == "" {
		r = Text
	}
	st := style{block: Listing, self: r}
	if r == Text {
		st = style{}
	}
	c.write(t, st, 0)
	c.count(t)
}

// finish ends the line, with label at the right edge where there is room.
func (c *codeLine) finish(label string) {
	room := c.room()
	if n := cells(label); n > 0 && c.width+2+n <= room {
		c.write(blanks(room-n-c.width), style{}, 0)
		c.write(label, style{self: Dim}, 0)
	}
	flags := uint32(0)
	if c.width > room {
		flags = rowWide
	}
	c.end(flags)
}
