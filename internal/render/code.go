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
	label        int  // cells of the label at the right edge of the first row; 0 for none
	wide         bool // a row is wider than the measure
}

// fenceLang returns the language of a fence: "go" for "go {1,3}", "{.go}" and "go:main.go".
func (l *typesetter) fenceLang(n *ast.FencedCodeBlock) string {
	if n.Info == nil {
		return ""
	}
	info := strings.Trim(l.value(n.Info.Segment), " \t{}.")
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

// listing sets code after a thin rule, its language at the right edge of the first line. It is wrapped
// only where that was asked for.
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
	block, isCut := l.codeRows(c, highlight(c.lang, c.source))
	l.chunk.codes = append(l.chunk.codes, block)
	l.close()
	if isCut {
		l.say("(a long line is cut here: copy the code to have all of it)", Warning)
	}
}

// codeRows sets the lines of c, which the runs give their roles. It returns the block of them and whether one had to be
// cut.
func (l *typesetter) codeRows(c listing, runs []run) (block codeBlock, isCut bool) {
	first := uint32(len(l.rows))
	line := codeLine{setter: &l.setter, limit: maxCodeLine, ellipsis: l.glyphs.ellipsis, fold: l.shape.fold}
	label := strings.TrimSpace(c.label + "  " + l.shape.copy)
	rest := c.source
	line.start()
	next := func(n int, r Role) {
		for t := rest[:n]; ; {
			head, tail, more := strings.Cut(t, "\n")
			line.add(head, r)
			if !more {
				break
			}
			line.finish(label)
			label, t = "", tail
			line.start()
		}
		rest = rest[n:]
	}
	for _, run := range runs {
		next(int(run.bytes), run.role)
	}
	next(len(rest), Listing)
	line.finish(label)
	return codeBlock{first, uint32(len(l.rows)), c.source, c.lang, line.label, line.wide}, line.isCut
}

// A codeLine is the line of code that is being set.
type codeLine struct {
	*setter
	width    int
	pending  int // blanks that are due before what comes next
	bytes    int
	limit    int
	isCut    bool // a line was longer than the limit
	ellipsis string
	fold     bool   // break it where the room ends
	flags    uint32 // of the row that is being set
	label    int    // cells of the label that was set
	wide     bool   // a line was wider than the room
}

func (c *codeLine) start() {
	c.begin()
	c.width, c.pending, c.bytes, c.flags = 0, 0, 0, 0
}

// add appends code to the line: tabs expanded, what steers or reorders shown by its number.
func (c *codeLine) add(t string, r Role) {
	if t == "" || c.bytes > c.limit {
		return
	}
	if c.bytes += len(t); c.bytes > c.limit {
		c.isCut = true
		t = strings.ToValidUTF8(t[:len(t)-(c.bytes-c.limit)], "") + c.ellipsis
	}
	t = text.Code(t, c.width)
	for c.fold && c.width+cells(t) > c.room() {
		head := c.foldAt(t)
		if head == "" && c.width == 0 {
			break // one character is wider than the room
		}
		c.put(head, r)
		c.end(c.flags)
		c.begin()
		t = t[len(head):]
		atBlank := head == "" || strings.HasPrefix(t, " ")
		t = strings.TrimPrefix(t, " ")
		c.width, c.pending, c.flags = 0, 0, rowGlued
		if atBlank {
			c.flags = 0
		}
	}
	c.put(t, r)
}

// foldAt returns what of t still fits on the line: up to a blank where there is one, "" where one stands before t.
func (c *codeLine) foldAt(t string) string {
	head := text.Truncate(t, max(0, c.room()-c.width), "")
	if t[len(head)] == ' ' {
		return head
	}
	if n := strings.LastIndexByte(head, ' '); n > 0 && strings.TrimSpace(head[:n]) != "" {
		return head[:n]
	}
	if c.pending > 0 && c.width > c.pending {
		return ""
	}
	return head
}

// put writes what was made ready by add.
func (c *codeLine) put(t string, r Role) {
	c.width += cells(t)
	words := strings.TrimLeft(t, " ")
	if c.pending += len(t) - len(words); words == "" {
		return
	}
	c.write(blanks(c.pending), style{}, 0)
	c.pending = 0
	c.write(words, style{block: Listing, self: r}, 0)
	c.count(words)
}

// finish ends the line, with label at the right edge where there is room.
func (c *codeLine) finish(label string) {
	room := c.room()
	if n := cells(label); n > 0 && c.width+2+n <= room {
		c.write(blanks(room-n-c.width), style{}, 0)
		c.write(label, style{self: Dim}, 0)
		c.label = n
	}
	if c.width > room {
		c.flags |= rowWide
		c.wide = true
	}
	c.end(c.flags)
}
