package render

import (
	"html"
	"strings"

	"github.com/yuin/goldmark/ast"
	east "github.com/yuin/goldmark/extension/ast"
	"github.com/yuin/goldmark/util"

	"postern/internal/text"
)

// inlines adds the children of parent to p.
func (l *typesetter) inlines(p *para, parent ast.Node, st style, link uint32) {
	open := len(l.html.inline)
	for n := parent.FirstChild(); n != nil; n = n.NextSibling() {
		l.inline(p, n, st, link)
	}
	l.closeInline(p, open)
}

// inline adds one inline node to p.
func (l *typesetter) inline(p *para, n ast.Node, st style, link uint32) {
	st, link = l.html.over(st, link)
	if l.html.hides() {
		if raw, ok := n.(*ast.RawHTML); ok {
			l.rawInline(p, raw, st, link)
		}
		return
	}
	switch n := n.(type) {
	case *ast.Text:
		l.textNode(p, n, st, link)
	case *ast.String:
		p.add(text.Soft(string(n.Value)), st, link, true)
	case *ast.CodeSpan:
		l.codeSpan(p, n, st, link)
	case *ast.Emphasis:
		l.inlines(p, n, emphasized(st, n.Level), link)
	case *east.Strikethrough:
		l.struck(p, n, st, link)
	case *ast.Link:
		l.link(p, n, st, link)
	case *ast.AutoLink:
		l.autoLink(p, n, st, link)
	case *ast.Image:
		l.image(p, n, st, link)
	case *ast.RawHTML:
		l.rawInline(p, n, st, link)
	case *east.TaskCheckBox:
		l.lateBox(p, n, st)
	case *noteRef:
		l.noteRef(p, n, st)
	case *emojiNode:
		l.emoji(p, n, st, link)
	case *mathNode:
		l.math(p, n, st, link)
	default:
		l.inlines(p, n, st, link)
	}
}

// textNode adds text, and the line break after it.
func (l *typesetter) textNode(p *para, n *ast.Text, st style, link uint32) {
	t := l.value(n.Segment)
	if !n.IsRaw() {
		t = decode(t)
	}
	p.add(text.Soft(t), st, link, true)
	switch {
	case n.HardLineBreak():
		p.newline(st)
	case n.SoftLineBreak():
		next := ""
		if sibling, ok := n.NextSibling().(*ast.Text); ok {
			next = l.value(sibling.Segment)
		}
		p.softBreak(next, st, link)
	}
}

// decode resolves the backslashes and entities of Markdown text, each once.
func decode(t string) string {
	if !strings.ContainsAny(t, `\&`) {
		return t
	}
	var b strings.Builder
	b.Grow(len(t))
	for i := 0; i < len(t); i++ {
		switch {
		case t[i] == '\\' && i+1 < len(t) && util.IsPunct(t[i+1]):
			i++
			b.WriteByte(t[i])
		case t[i] == '&':
			entity, n := firstEntity(t[i:])
			b.WriteString(entity)
			i += n - 1
		default:
			b.WriteByte(t[i])
		}
	}
	return b.String()
}

// firstEntity returns what the entity that t starts with stands for and its length, or "&" where it is none.
func firstEntity(t string) (string, int) {
	const longest, longestNumber = 40, len("&#1234567")
	end := strings.IndexByte(t[:min(len(t), longest)], ';')
	if end < 2 {
		return "&", 1
	}
	if t[1] != '#' {
		if e, ok := util.LookUpHTML5EntityByName(t[1:end]); ok {
			return string(e.Characters), end + 1
		}
		return "&", 1
	}
	if strings.TrimLeft(t[2:end], "xX") == "" || end > longestNumber {
		return "&", 1
	}
	if s := html.UnescapeString(t[:end+1]); s != t[:end+1] {
		return s, end + 1
	}
	return "&", 1
}

// emphasized returns st with emphasis of a level: 1 is stress, 2 is strong.
func emphasized(st style, level int) style {
	role, a := Emphasis, italic
	if level > 1 {
		role, a = Strong, bold
	}
	if st.self == Text {
		st.self = role
	} else {
		st.attrs |= a
	}
	return st
}

// struck adds text that was crossed out; where no style can say so, between tildes.
func (l *typesetter) struck(p *para, n ast.Node, st style, link uint32) {
	if l.shape.plain {
		p.add("~~", st, link, false)
		defer p.add("~~", st, link, false)
	}
	if st.self == Text {
		st.self = Struck
	}
	st.attrs |= struck
	l.inlines(p, n, st, link)
}

// codeSpan adds code between the signs that the author wrote, so that no reader depends on its colour.
func (l *typesetter) codeSpan(p *para, n ast.Node, st style, link uint32) {
	var b strings.Builder
	for c := n.FirstChild(); c != nil; c = c.NextSibling() {
		if t, ok := c.(*ast.Text); ok {
			b.WriteString(l.value(t.Segment))
		}
	}
	l.codeText(p, strings.ReplaceAll(b.String(), "\n", " "), st, link)
}

func (l *typesetter) codeText(p *para, t string, st style, link uint32) {
	if st.self == Text || st.self == Strong || st.self == Emphasis {
		st.self = Code
	}
	p.add("`"+text.Code(t, 0)+"`", st, link, false)
}

// lateBox adds the box of a task that is not at the start of an item.
func (l *typesetter) lateBox(p *para, n *east.TaskCheckBox, st style) {
	if item, ok := n.Parent().Parent().(*ast.ListItem); ok && taskBox(item) == n {
		return // stands in the place of the bullet
	}
	p.add(map[bool]string{true: "[x] ", false: "[ ] "}[n.IsChecked], st, 0, false)
}

// emoji adds an emoji, by its name where there must be no more than ASCII.
func (l *typesetter) emoji(p *para, n *emojiNode, st style, link uint32) {
	if l.shape.ascii {
		p.add(":"+n.name+":", st, link, false)
		return
	}
	p.add(text.Clean(n.emoji), st, link, false)
}
