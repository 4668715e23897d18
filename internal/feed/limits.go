package feed

import (
	"bytes"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"
)

// What one post may ask for. A post beyond the first two has its summary only; a paragraph beyond the others is shown
// as it was written.
const (
	maxSource    = 512 << 10 // bytes of Markdown
	maxHTML      = 2 << 20   // bytes of HTML
	maxDepth     = 12        // quotes, lists and footnotes within each other
	maxReference = 4 << 10   // bytes of a link reference: all who name it repeat where it leads
	maxHeading   = 4 << 10   // bytes of a paragraph that may become a heading or terms
	maxEffort    = 32 << 20  // bytes that a paragraph makes the parser look at, see effort
	maxColumns   = 128       // of a table
	maxCells     = 1 << 14   // of a table
)

// depth counts the containers around n, up to maxDepth.
func depth(n ast.Node) int {
	d := 0
	for ; n != nil && d < maxDepth; n = n.Parent() {
		if n.Type() == ast.TypeBlock && n.Kind() != ast.KindListItem && n.Kind() != ast.KindDocument {
			d++
		}
	}
	return d
}

// shallow lets a parser open no more containers below maxDepth. What would open one there is text.
type shallow struct{ parser.BlockParser }

func (s shallow) Open(parent ast.Node, r text.Reader, pc parser.Context) (ast.Node, parser.State) {
	if depth(parent) >= maxDepth {
		return nil, parser.NoChildren
	}
	return s.BlockParser.Open(parent, r, pc)
}

// calm keeps a parser of headings and terms from lines that take too much effort: those stay paragraphs.
type calm struct{ parser.BlockParser }

func (c calm) Open(parent ast.Node, r text.Reader, pc parser.Context) (ast.Node, parser.State) {
	line, _ := r.PeekLine()
	if tooCostly(line) {
		return nil, parser.NoChildren
	}
	if p, ok := parent.LastChild().(*ast.Paragraph); ok && size(p) > maxHeading {
		return nil, parser.NoChildren
	}
	return c.BlockParser.Open(parent, r, pc)
}

// size returns how many bytes p takes so far. It is asked for each line.
func size(p *ast.Paragraph) int {
	lines := p.Lines()
	if lines.Len() == 0 {
		return 0
	}
	return lines.At(lines.Len()-1).Stop - lines.At(0).Start
}

// references is a context that leaves out those that would make many short links a long text.
type references struct{ parser.Context }

func (c references) AddReference(r parser.Reference) {
	if len(r.Destination())+len(r.Title()) <= maxReference {
		c.Context.AddReference(r)
	}
}

// costly turns paragraphs that would keep the parser busy for too long into code.
type costly struct{}

func (costly) Transform(p *ast.Paragraph, r text.Reader, _ parser.Context) {
	if p.Parent() == nil || !tooCostly(p.Lines().Value(r.Source())) {
		return
	}
	code := ast.NewCodeBlock()
	code.SetLines(p.Lines())
	p.Parent().ReplaceChild(p.Parent(), p, code)
}

// tooCostly reports whether a paragraph takes too long to parse.
func tooCostly(paragraph []byte) bool {
	if len(paragraph) < 1<<10 {
		return false
	}
	return effort(paragraph) > maxEffort || cells(paragraph) > maxCells
}

// effort estimates how many bytes the parser of inlines looks at: from every sign that may open something it can run
// to the end of the paragraph.
func effort(paragraph []byte) int {
	signs := 1
	for _, c := range paragraph {
		switch c {
		case '*', '_', '~', '(', '<', '[':
			signs++
		}
	}
	return signs * len(paragraph)
}

// cells returns how many cells the paragraph has as a table, 0 where it is none.
func cells(paragraph []byte) int {
	columns, lines := 0, 0
	for line := range bytes.Lines(paragraph) {
		lines++
		if len(bytes.Trim(line, "|:- \t\r\n")) == 0 {
			columns = max(columns, bytes.Count(line, []byte("|"))+1)
		}
	}
	if columns > maxColumns {
		return maxCells + 1
	}
	if columns < 2 {
		return 0
	}
	return columns * lines
}
