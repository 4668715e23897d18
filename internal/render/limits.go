package render

import (
	"bytes"
	"time"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"
)

// What a post may ask of the renderer. What goes beyond is shown as source, with a note.
const (
	maxDepth   = 8       // lists and quotes within each other
	maxHeading = 4 << 10 // bytes of lines that may become a heading or terms
	maxCost    = 8 << 20 // bytes that a line may make the parser look at, see lineCost
	maxColumns = 128     // of a table
	maxCells   = 1 << 15 // of a table
	maxLines   = 1 << 15 // of a block other than code that does not fit into a window
	maxItems   = 2 << 10 // of a list that does not; a longer one is set in parts

	maxDelimiters = 4 << 10 // stars, underscores and tildes in a paragraph
	maxReference  = 4 << 10 // bytes of a link reference: all who name it repeat where it leads
	maxReferences = 2 << 10 // link references in one paragraph
	maxLinkCost   = 1 << 24 // lines that the parser walks over for the links of a paragraph: all before, for each

	maxFigures  = 200     // pictures of a post that are shown; of the others only the captions are
	maxCodeLine = 4 << 10 // bytes of a line of code that are shown
	maxTime     = 4 * time.Second
	maxBytes    = 64 << 20 // of all lines that were set; headings and rules are much longer than their source
)

// A sourceBlock is text that is shown as it was written, and why.
type sourceBlock struct {
	ast.BaseBlock
	why string
}

var kindSource = ast.NewNodeKind("Source")

func (n *sourceBlock) Kind() ast.NodeKind { return kindSource }
func (n *sourceBlock) IsRaw() bool        { return true }
func (n *sourceBlock) Dump(source []byte, level int) {
	ast.DumpHelper(n, source, level, map[string]string{"Why": n.why}, nil)
}

// depth counts the quotes and lists around n, up to maxDepth.
func depth(n ast.Node) int {
	d := 0
	for ; n != nil && d < maxDepth; n = n.Parent() {
		switch n.(type) {
		case *ast.Blockquote, *ast.List, *noteBlock:
			d++
		}
	}
	return d
}

// shallow lets a parser of quotes or lists open no more of them below maxDepth.
type shallow struct{ parser.BlockParser }

func (s shallow) Open(parent ast.Node, r text.Reader, pc parser.Context) (ast.Node, parser.State) {
	if depth(parent) >= maxDepth {
		return nil, parser.NoChildren
	}
	return s.BlockParser.Open(parent, r, pc)
}

// deepParser takes what would be a quote or list below maxDepth, up to the next blank line, as source.
type deepParser struct{}

func (deepParser) Trigger() []byte { return []byte(">-*+0123456789") }

func (deepParser) Open(parent ast.Node, r text.Reader, pc parser.Context) (ast.Node, parser.State) {
	line, segment := r.PeekLine()
	if depth(parent) < maxDepth || !opensContainer(bytes.TrimLeft(line, " \t")) {
		return nil, parser.NoChildren
	}
	if _, isList := parent.(*ast.List); isList {
		return nil, parser.NoChildren // the list's own next item
	}
	n := &sourceBlock{why: "nested too deeply"}
	n.Lines().Append(segment)
	r.AdvanceToEOL()
	return n, parser.NoChildren
}

func (deepParser) Continue(n ast.Node, r text.Reader, pc parser.Context) parser.State {
	line, segment := r.PeekLine()
	if len(bytes.TrimSpace(line)) == 0 {
		return parser.Close
	}
	n.Lines().Append(segment)
	r.AdvanceToEOL()
	return parser.Continue | parser.NoChildren
}

func (deepParser) Close(n ast.Node, r text.Reader, pc parser.Context) {}
func (deepParser) CanInterruptParagraph() bool                        { return true }
func (deepParser) CanAcceptIndentedLine() bool                        { return false }

// opensContainer reports whether line starts with the marker of a quote or a list item.
func opensContainer(line []byte) bool {
	if len(line) == 0 {
		return false
	}
	switch line[0] {
	case '>':
		return true
	case '-', '*', '+':
		return len(line) > 1 && (line[1] == ' ' || line[1] == '\t')
	}
	digits := 0
	for digits < len(line) && line[digits] >= '0' && line[digits] <= '9' {
		digits++
	}
	return digits > 0 && digits < 10 && digits+1 < len(line) &&
		(line[digits] == '.' || line[digits] == ')') && line[digits+1] == ' '
}

// shortLines keeps a parser from lines so long that they are no heading.
type shortLines struct{ parser.BlockParser }

func (s shortLines) Open(parent ast.Node, r text.Reader, pc parser.Context) (ast.Node, parser.State) {
	line, _ := r.PeekLine()
	if len(line) > maxHeading || paragraphSize(parent.LastChild()) > maxHeading {
		return nil, parser.NoChildren
	}
	return s.BlockParser.Open(parent, r, pc)
}

// paragraphSize returns how many bytes n takes so far, 0 where it is no paragraph. It is asked for each line.
func paragraphSize(n ast.Node) int {
	p, ok := n.(*ast.Paragraph)
	if !ok || p.Lines().Len() == 0 {
		return 0
	}
	return p.Lines().At(p.Lines().Len()-1).Stop - p.Lines().At(0).Start
}

// costlyParagraphs turns paragraphs that would keep the parser of inlines or tables busy for too long into source.
type costlyParagraphs struct{}

func (costlyParagraphs) Transform(p *ast.Paragraph, r text.Reader, pc parser.Context) {
	why := costly(p.Lines(), r.Source())
	if why == "" {
		return
	}
	n := &sourceBlock{why: why}
	n.SetLines(p.Lines())
	n.SetPos(p.Pos())
	p.Parent().ReplaceChild(p.Parent(), p, n)
}

// costly says why the given lines are too much, "" where they are not.
func costly(lines *text.Segments, source []byte) string {
	columns, delimiters, references, links := 0, 0, 0, 0
	for i := range lines.Len() {
		s := lines.At(i)
		line := s.Value(source)
		if lineCost(line) > maxCost {
			return "a line too long to parse"
		}
		if len(bytes.Trim(line, "|:- \t\r\n")) == 0 {
			columns = max(columns, bytes.Count(line, []byte("|"))+1)
		}
		if bytes.HasPrefix(line, []byte("[")) {
			references++
		}
		delimiters += countAny(line, '*', '_', '~')
		links += bytes.Count(line, []byte("]"))
	}
	switch {
	case columns > maxColumns || columns*lines.Len() > maxCells:
		return "a table too large to set"
	case delimiters > maxDelimiters:
		return "too many signs of emphasis"
	case references > maxReferences:
		return "too many references"
	case links*lines.Len() > maxLinkCost:
		return "too many links in too many lines"
	}
	return ""
}

// countAny returns how many bytes of line are one of three.
func countAny(line []byte, a, b, c byte) int {
	n := 0
	for _, x := range line {
		if x == a || x == b || x == c {
			n++
		}
	}
	return n
}

// lineCost estimates how many bytes the parser of inlines looks at for a line: at every possible destination and
// address it may run to the end of the line.
func lineCost(line []byte) int {
	if len(line) < 4<<10 {
		return len(line)
	}
	starts := 1 + bytes.Count(line, []byte("](")) + bytes.Count(line, []byte("://")) + bytes.Count(line, []byte("<"))
	return starts * len(line)
}
