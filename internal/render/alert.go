package render

import (
	"strings"

	"github.com/yuin/goldmark/ast"

	"postern/internal/text"
)

// An alert is a quotation that begins with "[!KIND] title".
type alert struct {
	kind string
	role Role
	// Where the title starts, after the marker, and where its line ends, in the source.
	title, end int
}

// alertOf reads the marker of an alert off the first line of a quotation.
func (l *typesetter) alertOf(n *ast.Blockquote) (alert, bool) {
	first, ok := n.FirstChild().(*ast.Paragraph)
	if !ok || first.Lines().Len() == 0 {
		return alert{}, false
	}
	segment := first.Lines().At(0)
	line := l.value(segment)
	kind, title, ok := strings.Cut(strings.TrimPrefix(line, "[!"), "]")
	if !ok || !strings.HasPrefix(line, "[!") || !isKind(kind) {
		return alert{}, false
	}
	title = strings.TrimLeft(title, "+- \t")
	kind = strings.ToLower(kind)
	return alert{kind: kind, role: alertRole(kind), title: segment.Stop - len(title), end: segment.Stop}, true
}

// isKind reports whether s can name a kind of alert.
func isKind(s string) bool {
	for _, r := range s {
		if (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && r != '-' {
			return false
		}
	}
	return len(s) > 1 && len(s) < 24 && s[0] != '-'
}

// alertRole returns how an alert of a kind looks.
func alertRole(kind string) Role {
	switch kind {
	case "tip", "hint", "success", "check", "done":
		return Tip
	case "important", "question", "help", "faq", "example":
		return Important
	case "warning", "attention":
		return Warning
	case "caution", "danger", "error", "bug", "failure", "fail":
		return Caution
	}
	return Note
}

// alert sets an alert: its title, then what it says, beside a bar.
func (l *typesetter) alert(n *ast.Blockquote, a alert) {
	l.open(l.bar(a.role))
	first := n.FirstChild()
	l.alertTitle(first, a)
	p := &l.scratch
	p.reset()
	for c := first.FirstChild(); c != nil; c = c.NextSibling() {
		if c.Pos() >= a.end {
			l.inline(p, c, style{block: l.block}, 0)
		}
	}
	l.closeInline(p, 0)
	l.setPara(p)
	for c := first.NextSibling(); c != nil; c = c.NextSibling() {
		if len(p.text) > 0 || c.PreviousSibling() != first {
			l.space(l.spaceBefore(c.PreviousSibling(), c))
		}
		l.blockNode(c)
	}
	l.close()
}

// alertTitle sets what follows the marker on its line, or the name of the kind.
func (l *typesetter) alertTitle(n ast.Node, a alert) {
	p, st := &para{}, style{self: a.role}
	for c := n.FirstChild(); c != nil && c.Pos() < a.end; c = c.NextSibling() {
		t, isText := c.(*ast.Text)
		switch {
		case isText && t.Segment.Stop > a.title:
			p.add(text.Soft(decode(l.source.text[max(t.Segment.Start, a.title):t.Segment.Stop])), st, 0, true)
		case !isText && c.Pos() >= a.title:
			l.inline(p, c, st, 0)
		}
	}
	l.closeInline(p, 0)
	p.trim()
	if len(p.text) == 0 {
		p.add(strings.ToUpper(a.kind[:1])+a.kind[1:], st, 0, false)
	}
	l.set(p)
}
