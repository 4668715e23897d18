package render

import (
	"bytes"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"
)

// A noteBlock is a footnote where it was written: "[^label]: text".
type noteBlock struct {
	ast.BaseBlock
	label string
}

// A noteRef is the mark in the text that leads to a footnote.
type noteRef struct {
	ast.BaseInline
	label string
}

var (
	kindNote    = ast.NewNodeKind("Note")
	kindNoteRef = ast.NewNodeKind("NoteRef")
	labelsKey   = parser.NewContextKey() // of the map[string]bool of labels that have a note somewhere in the post
)

func (n *noteBlock) Kind() ast.NodeKind { return kindNote }
func (n *noteBlock) Dump(source []byte, level int) {
	ast.DumpHelper(n, source, level, map[string]string{"Label": n.label}, nil)
}

func (n *noteRef) Kind() ast.NodeKind { return kindNoteRef }
func (n *noteRef) Dump(source []byte, level int) {
	ast.DumpHelper(n, source, level, map[string]string{"Label": n.label}, nil)
}

// noteLabel returns the label of the "[^label]" that line starts with and the length of it all.
func noteLabel(line []byte) (string, int) {
	if len(line) < 4 || line[0] != '[' || line[1] != '^' {
		return "", 0
	}
	end := bytes.IndexAny(line[:min(len(line), 256)], "]\n")
	if end < 3 || line[end] != ']' || bytes.ContainsAny(line[2:end], " [\t") {
		return "", 0
	}
	return string(bytes.ToLower(line[2:end])), end + 1
}

// noteParser reads footnotes.
type noteParser struct{}

func (noteParser) Trigger() []byte { return []byte{'['} }

func (noteParser) Open(parent ast.Node, r text.Reader, pc parser.Context) (ast.Node, parser.State) {
	line, _ := r.PeekLine()
	pos := pc.BlockOffset()
	if pos < 0 || depth(parent) >= maxDepth {
		return nil, parser.NoChildren
	}
	label, n := noteLabel(line[pos:])
	if n == 0 || pos+n >= len(line) || line[pos+n] != ':' {
		return nil, parser.NoChildren
	}
	r.Advance(pos + n + 1)
	if rest, _ := r.PeekLine(); len(bytes.TrimSpace(rest)) == 0 {
		return &noteBlock{label: label}, parser.NoChildren
	}
	return &noteBlock{label: label}, parser.HasChildren
}

func (noteParser) Continue(n ast.Node, r text.Reader, pc parser.Context) parser.State {
	line, _ := r.PeekLine()
	if len(bytes.TrimSpace(line)) == 0 {
		return parser.Continue | parser.HasChildren
	}
	indent := 0
	for indent < len(line) && indent < 4 && line[indent] == ' ' {
		indent++
	}
	switch {
	case len(line) > 0 && line[0] == '\t':
		indent = 1
	case indent < 2:
		return parser.Close
	}
	r.Advance(indent)
	return parser.Continue | parser.HasChildren
}

func (noteParser) Close(n ast.Node, r text.Reader, pc parser.Context) {}
func (noteParser) CanInterruptParagraph() bool                        { return true }
func (noteParser) CanAcceptIndentedLine() bool                        { return false }

// noteRefParser reads the marks of footnotes that exist.
type noteRefParser struct{}

func (noteRefParser) Trigger() []byte { return []byte{'['} }

func (noteRefParser) Parse(parent ast.Node, r text.Reader, pc parser.Context) ast.Node {
	line, _ := r.PeekLine()
	label, n := noteLabel(line)
	labels, _ := pc.Get(labelsKey).(map[string]bool)
	if n == 0 || !labels[label] {
		return nil
	}
	r.Advance(n)
	return &noteRef{label: label}
}
