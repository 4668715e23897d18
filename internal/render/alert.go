package render

import (
	"strings"

	"github.com/yuin/goldmark/ast"

	"postern/internal/text"
)

// An alert is a quotation that begins with "[!KIND] title".
type alert struct {
	title  string
	role   Role
	marker int // bytes of the first line to leave out
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
	kind = strings.ToLower(kind)
	title = text.Line(decode(strings.TrimLeft(title, "+- \t")))
	if title == "" {
		title = strings.ToUpper(kind[:1]) + kind[1:]
	}
	return alert{title: title, role: alertRole(kind), marker: len(line)}, true
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
	l.say(a.title, a.role)
	first := n.FirstChild()
	p := &l.scratch
	p.reset()
	l.afterMarker(p, first, a.marker)
	l.setPara(p)
	for c := first.NextSibling(); c != nil; c = c.NextSibling() {
		if len(p.text) > 0 || c.PreviousSibling() != first {
			l.space(l.spaceBefore(c.PreviousSibling(), c))
		}
		l.blockNode(c)
	}
	l.close()
}

// afterMarker adds the inlines of n that start after its first line.
func (l *typesetter) afterMarker(p *para, n ast.Node, marker int) {
	line := n.(*ast.Paragraph).Lines().At(0)
	end := line.Start + marker
	for c := n.FirstChild(); c != nil; c = c.NextSibling() {
		if pos := c.Pos(); pos >= end || pos < 0 && c.PreviousSibling() != nil && len(p.text) > 0 {
			l.inline(p, c, style{block: l.block}, 0)
		}
	}
	l.closeInline(p, 0)
}
