package render

import (
	"bytes"
	"strings"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"
)

// A post is parsed a window at a time, so that the first lines of a long one are there at once. The last block of a
// window may go on after it, so the next window starts with it again; where it is the only one, the window grows. A list
// of more than maxItems items is taken apart: its last item so far starts the next window, as a list that goes on.
const (
	firstWindow = 8 << 10
	laterWindow = 32 << 10
)

// windows are what is left to parse of a post.
type windows struct {
	rest   string
	size   int                         // of the next window
	later  int                         // of those after it
	refs   map[string]parser.Reference // of the whole post
	labels map[string]bool             // of its footnotes
	known  bool                        // refs and labels are
	source source                      // of the nodes that next returned
	number int                         // of the item that goes on with the list of the window before, -1 for none
}

func newWindows(markdown string) *windows {
	if strings.Contains(markdown, "\r") {
		markdown = strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(markdown)
	}
	return &windows{rest: markdown, size: firstWindow, later: laterWindow, labels: make(map[string]bool), number: -1}
}

// survey looks once through all of the post for what a window must know of the others.
func (w *windows) survey() {
	w.known = true
	noteLabels(w.rest, w.labels)
	if len(w.rest) > w.size {
		w.refs = references(w.rest)
	}
}

func (w *windows) ended() bool { return w.rest == "" }

// next parses the next window and returns its blocks. When late, the rest of the post is one block of source.
func (w *windows) next(late bool) []ast.Node {
	if late {
		return w.givenUp()
	}
	if !w.known {
		w.survey()
	}
	for {
		end := len(w.rest)
		if end > w.size {
			end = w.size + strings.IndexByte(w.rest[w.size-1:], '\n')
			if end < w.size {
				end = len(w.rest)
			}
		}
		w.source = source{[]byte(w.rest[:end]), w.rest[:end]}
		nodes := w.parse()
		if end == len(w.rest) {
			w.rest = ""
			w.goOn(nodes)
			return nodes
		}
		if at := lastStart(nodes, w.source.text); at > 0 {
			w.rest, w.size = w.rest[at:], w.later
			w.goOn(nodes)
			return nodes[:len(nodes)-1]
		}
		if list := longList(nodes); list != nil {
			w.goOn(nodes)
			w.rest, w.size = w.rest[w.cut(list):], w.later
			return nodes
		}
		if isTall(nodes, w.source.text) {
			w.rest, w.size, w.number = w.rest[end:], w.later, -1
			return []ast.Node{w.asSource("a block of too many lines")}
		}
		w.size *= 2
	}
}

// longList returns the list that is all there is in nodes, if it is to be taken apart.
func longList(nodes []ast.Node) *ast.List {
	if len(nodes) != 1 {
		return nil
	}
	list, ok := nodes[0].(*ast.List)
	if !ok || list.ChildCount() <= maxItems || list.LastChild().Pos() <= 0 {
		return nil
	}
	return list
}

// cut takes the last item off the list and returns where its line starts.
func (w *windows) cut(list *ast.List) int {
	last := list.LastChild()
	list.RemoveChild(list, last)
	w.number = list.Start + list.ChildCount()
	return strings.LastIndexByte(w.source.text[:last.Pos()], '\n') + 1
}

// goneOn is the attribute of a list whose first items are in the window before.
const goneOn = "gone-on"

// goOn has the list that nodes start with go on with that of the window before, where that was taken apart.
func (w *windows) goOn(nodes []ast.Node) {
	if w.number < 0 || len(nodes) == 0 {
		return
	}
	if list, ok := nodes[0].(*ast.List); ok {
		list.Start = w.number
		list.SetAttributeString(goneOn, true)
	}
	w.number = -1
}

// isTall reports whether nodes are one block of so many lines that its parts would take too much memory. Code has none.
func isTall(nodes []ast.Node, source string) bool {
	return len(nodes) == 1 && nodes[0].HasChildren() && strings.Count(source, "\n") > maxLines
}

// parse returns the blocks of the source.
func (w *windows) parse() []ast.Node {
	pc := &windowContext{Context: parser.NewContext(), refs: w.refs}
	pc.Set(labelsKey, w.labels)
	doc := markdown.Parse(text.NewReader(w.source.bytes), parser.WithContext(pc))
	nodes := make([]ast.Node, 0, doc.ChildCount())
	for n := doc.FirstChild(); n != nil; n = n.NextSibling() {
		nodes = append(nodes, n)
	}
	return nodes
}

// givenUp returns the rest of the post as source.
func (w *windows) givenUp() []ast.Node {
	w.source, w.rest, w.number = source{[]byte(w.rest), w.rest}, "", -1
	return []ast.Node{w.asSource("this post takes too long, or too much room, to typeset")}
}

// asSource returns the window as one block of source.
func (w *windows) asSource(why string) ast.Node {
	n := &sourceBlock{why: why}
	n.Lines().Append(text.NewSegment(0, len(w.source.text)))
	return n
}

// skip makes what was left before the last call of next the window: all of it, if next did not get far enough to tell.
func (w *windows) skip(before string) {
	taken := strings.TrimSuffix(before, w.rest)
	if taken == "" {
		taken, w.rest = before, ""
	}
	w.source, w.number = source{[]byte(taken), taken}, -1
}

// lastStart returns where the line of the last of several blocks starts, 0 where there is no telling.
func lastStart(nodes []ast.Node, source string) int {
	if len(nodes) < 2 {
		return 0
	}
	at := nodes[len(nodes)-1].Pos()
	if at <= 0 || at <= nodes[len(nodes)-2].Pos() {
		return 0
	}
	return strings.LastIndexByte(source[:at], '\n') + 1
}

// A windowContext knows the references of the whole post while one window is parsed.
type windowContext struct {
	parser.Context
	refs map[string]parser.Reference
}

func (c *windowContext) Reference(label string) (parser.Reference, bool) {
	if r, ok := c.refs[label]; ok {
		return r, true
	}
	return c.Context.Reference(label)
}

// AddReference leaves out what would make many short links a long text.
func (c *windowContext) AddReference(r parser.Reference) {
	if len(r.Destination())+len(r.Title()) <= maxReference {
		c.Context.AddReference(r)
	}
}

// noteLabels adds the labels of what looks like a footnote.
func noteLabels(markdown string, labels map[string]bool) {
	for at := 0; ; {
		i := strings.Index(markdown[at:], "[^")
		if i < 0 {
			return
		}
		at += i
		label, n := noteLabel([]byte(markdown[at:min(len(markdown), at+300)]))
		if n > 0 && strings.HasPrefix(markdown[at+n:], ":") && startsLine(markdown, at) {
			labels[label] = true
		}
		at += 2
	}
}

// startsLine reports whether nothing but blanks and marks of quotes are before the byte i on its line.
func startsLine(s string, i int) bool {
	const near = 64
	line := s[max(0, i-near):i]
	end := strings.LastIndexByte(line, '\n')
	return (end >= 0 || i < near) && strings.Trim(line[end+1:], " \t>") == ""
}

// references returns the link references that are defined anywhere in the post. What looks like a definition within
// code is taken for one, too; that makes a link at worst.
func references(markdown string) map[string]parser.Reference {
	var b bytes.Buffer
	inside := false // a paragraph that started with a definition
	for line := range strings.Lines(markdown) {
		trimmed := strings.TrimLeft(line, " \t>")
		switch {
		case strings.TrimSpace(trimmed) == "", trimmed[0] == '<', trimmed[0] == '#':
			inside = false
		case strings.HasPrefix(trimmed, "[") && strings.Contains(trimmed, "]:"):
			b.WriteByte('\n')          // each is a paragraph of its own, so that time grows with their number only
			inside = trimmed[1] != '^' // a footnote is no part of any
		}
		if inside {
			b.WriteString(trimmed)
		}
	}
	if b.Len() == 0 {
		return nil
	}
	pc := &windowContext{Context: parser.NewContext()}
	definitions.Parse(text.NewReader(b.Bytes()), parser.WithContext(pc))
	refs := make(map[string]parser.Reference)
	for _, r := range pc.References() {
		refs[util.ToLinkReference(r.Label())] = r
	}
	return refs
}

// definitions parses nothing but paragraphs, for the references in them.
var definitions = parser.NewParser(
	parser.WithBlockParsers(parser.DefaultBlockParsers()[len(parser.DefaultBlockParsers())-1]),
	parser.WithParagraphTransformers(parser.DefaultParagraphTransformers()...),
)
