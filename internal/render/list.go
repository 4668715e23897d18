package render

import (
	"strconv"

	"github.com/yuin/goldmark/ast"
	east "github.com/yuin/goldmark/extension/ast"
)

// list sets a list: every item hangs from its mark, and numbers end at the same column.
func (l *typesetter) list(n *ast.List) {
	last := n.Start + n.ChildCount() - 1
	width := len(strconv.Itoa(last))
	number := n.Start
	for item := n.FirstChild(); item != nil; item = item.NextSibling() {
		if before := item.PreviousSibling(); before != nil {
			l.space(itemSpace(n, before))
		}
		mark := l.bullet(n)
		if n.IsOrdered() {
			digits := strconv.Itoa(number)
			mark = blanks(width-len(digits)) + digits + string(n.Marker) + " "
			number++
		}
		l.item(item, mark)
	}
}

// itemSpace returns the blank rows after the item before: one in a loose list, and after an item that holds more than
// text and tight lists.
func itemSpace(n *ast.List, before ast.Node) int {
	if !n.IsTight {
		return 1
	}
	for c := before.FirstChild(); c != nil; c = c.NextSibling() {
		switch c := c.(type) {
		case *ast.TextBlock:
		case *ast.List:
			if !c.IsTight {
				return 1
			}
		default:
			return 1
		}
	}
	return 0
}

// goesOn reports whether the first items of n are in the window before.
func goesOn(n *ast.List) bool {
	_, ok := n.AttributeString(goneOn)
	return ok
}

// bullet returns the mark of a list without numbers, by how many are around it.
func (l *typesetter) bullet(n *ast.List) string {
	level := 0
	for p := n.Parent(); p != nil; p = p.Parent() {
		if outer, ok := p.(*ast.List); ok && !outer.IsOrdered() {
			level++
		}
	}
	return l.glyphs.bullets[level%len(l.glyphs.bullets)]
}

// item sets one item after its mark. The box of a task stands in the place of a bullet.
func (l *typesetter) item(n ast.Node, mark string) {
	if box := taskBox(n); box != nil {
		sign := map[bool]string{true: "[x] ", false: "[ ] "}[box.IsChecked]
		if n.Parent().(*ast.List).IsOrdered() {
			mark += sign
		} else {
			mark = sign
		}
	}
	l.hang(mark, Bullet)
	l.blocks(n)
	l.close()
}

// hang opens a container whose first row starts with mark and whose others are indented by its width.
func (l *typesetter) hang(mark string, r Role) {
	indent := ""
	if l.shape.wide() && len(l.pieces) == 0 {
		indent = "  "
	}
	width := cells(indent + mark)
	l.open(piece{first: indent + mark, rest: blanks(width), width: width, style: style{self: r}})
}

// taskBox returns the box that the text of an item starts with.
func taskBox(n ast.Node) *east.TaskCheckBox {
	if first := n.FirstChild(); first != nil {
		box, _ := first.FirstChild().(*east.TaskCheckBox)
		return box
	}
	return nil
}

// definitions sets a definition list: terms, and under each what it means, indented.
func (l *typesetter) definitions(n *east.DefinitionList) {
	for c := n.FirstChild(); c != nil; c = c.NextSibling() {
		switch c := c.(type) {
		case *east.DefinitionTerm:
			if c.PreviousSibling() != nil {
				if _, also := c.PreviousSibling().(*east.DefinitionTerm); !also {
					l.space(1)
				}
			}
			p := &l.scratch
			p.reset()
			l.inlines(p, c, style{block: Term}, 0)
			l.setPara(p)
		case *east.DefinitionDescription:
			if _, also := c.PreviousSibling().(*east.DefinitionDescription); also && !c.IsTight {
				l.space(1)
			}
			l.open(piece{first: "  ", rest: "  ", width: 2})
			l.blocks(c)
			l.close()
		}
	}
}
