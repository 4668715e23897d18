package feed

import (
	"bytes"
	"strings"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"
)

// labelsKey is where a parse keeps the labels of its alerts, a map[ast.Node]string: what they say cannot be put into
// them before their words are parsed.
var labelsKey = parser.NewContextKey()

// alerts puts the name of what it is, a label, over each quote that begins with "[!note]".
type alerts struct{}

func (alerts) Transform(p *ast.Paragraph, r text.Reader, pc parser.Context) {
	quote := p.Parent()
	if quote == nil || quote.Kind() != ast.KindBlockquote || quote.FirstChild() != ast.Node(p) {
		return
	}
	first := p.Lines().At(0)
	head, _, ok := bytes.Cut(first.Value(r.Source()), []byte("]"))
	name, marked := strings.CutPrefix(string(head), "[!")
	if !ok || !marked || name == "" || strings.ContainsFunc(name, notLetter) {
		return
	}
	addLabel(quote, p, strings.ToUpper(name[:1])+strings.ToLower(name[1:]), pc)
	first = first.WithStart(first.Start + len(head) + 1)
	first = first.TrimLeftSpace(r.Source())
	lines := text.NewSegments()
	if !first.IsEmpty() {
		lines.Append(first)
	}
	lines.AppendAll(p.Lines().Sliced(1, p.Lines().Len()))
	p.SetLines(lines)
	if lines.Len() == 0 {
		quote.RemoveChild(quote, p)
	}
}

func notLetter(r rune) bool { return (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') }

// addLabel puts a paragraph that is to say name before p.
func addLabel(quote, p ast.Node, name string, pc parser.Context) {
	labels, ok := pc.Get(labelsKey).(map[ast.Node]string)
	if !ok {
		labels = make(map[ast.Node]string)
		pc.Set(labelsKey, labels)
	}
	label := ast.NewParagraph()
	quote.InsertBefore(quote, p, label)
	labels[label] = name
}

// labels lets the labels of alerts say what they are to say.
type labels struct{}

func (labels) Transform(_ *ast.Document, _ text.Reader, pc parser.Context) {
	names, _ := pc.Get(labelsKey).(map[ast.Node]string)
	for label, name := range names {
		strong := ast.NewEmphasis(2)
		strong.AppendChild(strong, ast.NewString([]byte(name)))
		label.AppendChild(label, strong)
	}
}
