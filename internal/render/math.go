package render

import (
	"bytes"
	"strings"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"

	clean "postern/internal/text"
)

// A mathNode is a formula: "$…$" within a line, or "$$…$$" set by itself.
type mathNode struct {
	ast.BaseInline
	source  string // without the dollars
	display bool
}

var kindMath = ast.NewNodeKind("Math")

func (n *mathNode) Kind() ast.NodeKind { return kindMath }
func (n *mathNode) Dump(source []byte, level int) {
	ast.DumpHelper(n, source, level, map[string]string{"Source": n.source}, nil)
}

// mathParser reads formulas. A dollar before a blank, or a closing one before a digit, is money.
type mathParser struct{}

func (mathParser) Trigger() []byte { return []byte{'$'} }

func (mathParser) Parse(parent ast.Node, r text.Reader, pc parser.Context) ast.Node {
	line, _ := r.PeekLine()
	if bytes.HasPrefix(line, []byte("$$")) {
		return displayMath(r)
	}
	end := bytes.IndexByte(line[1:], '$')
	if end < 1 {
		return nil
	}
	source, after := line[1:1+end], line[2+end:]
	if isBlank(source[0]) || isBlank(source[end-1]) || len(after) > 0 && after[0] >= '0' && after[0] <= '9' {
		return nil
	}
	if !isFormula(source) {
		return nil
	}
	r.Advance(end + 2)
	return &mathNode{source: string(source)}
}

// displayMath reads "$$…$$", which may go over several lines of a paragraph.
func displayMath(r text.Reader) ast.Node {
	startLine, start := r.Position()
	r.Advance(2)
	var source bytes.Buffer
	for {
		line, _ := r.PeekLine()
		if line == nil {
			r.SetPosition(startLine, start)
			return nil
		}
		if end := bytes.Index(line, []byte("$$")); end >= 0 {
			source.Write(line[:end])
			r.Advance(end + 2)
			return &mathNode{source: source.String(), display: true}
		}
		source.Write(line)
		r.AdvanceLine()
	}
}

// isFormula reports whether source has a sign of mathematics, or is one letter.
func isFormula(source []byte) bool {
	return bytes.ContainsAny(source, `\^_={}+<>`) || len(source) == 1 && isWordByte(source[0])
}

func isBlank(c byte) bool { return c == ' ' || c == '\t' || c == '\n' }

// math adds a formula: in Unicode where all of it can be said so, as its source elsewhere.
func (l *typesetter) math(p *para, n *mathNode, st style, link uint32) {
	if st.self == Text {
		st.self = Maths
	}
	if line, ok := l.formula(n); ok {
		p.add(line, st, link, false)
		return
	}
	delimiter := "$"
	if n.display {
		delimiter = "$$"
	}
	p.add(delimiter+clean.Clean(n.source)+delimiter, st, link, true)
}

// formula returns a formula in Unicode, if it can be said so.
func (l *typesetter) formula(n *mathNode) (string, bool) {
	if l.shape.ascii {
		return "", false
	}
	line, ok := texLine(n.source)
	return clean.Clean(line), ok
}

// onlyMath returns the formula that is all there is in n.
func onlyMath(n ast.Node) *mathNode {
	c := n.FirstChild()
	if c == nil || c.NextSibling() != nil {
		return nil
	}
	m, _ := c.(*mathNode)
	if m == nil || !m.display {
		return nil
	}
	return m
}

// displayed sets a formula by itself: indented, or as a listing of its source.
func (l *typesetter) displayed(n *mathNode) {
	line, ok := l.formula(n)
	if !ok {
		l.listing(listing{source: strings.Trim(n.source, "\n"), lang: "tex"})
		return
	}
	indent := blanks(min(4, l.room()/8))
	l.open(piece{first: indent, rest: indent, width: len(indent)})
	l.say(line, Maths)
	l.close()
}
