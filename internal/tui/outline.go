package tui

import (
	"fmt"
	"strings"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"postern/internal/render"
	"postern/internal/text"
)

const (
	besideFrom   = 140 // columns from which on the outline stands in the margin
	outlineWidth = 34  // columns there
	marginHead   = 2   // rows above the first heading there
)

// outline is the list of a page's headings, in the margin of a wide window or in the place of the page.
type outline struct {
	page      *page
	before    stand // where it was opened
	beside    bool
	filtering bool // letters are the filter's, not keys
	filter    string
	shown     []int // of the page's headings
	selected  int   // in shown
	first     int
}

// openOutline opens the outline.
func (p *page) openOutline() {
	p.counted = true
	if len(p.document.Headings()) == 0 {
		p.env.notice = "There are no headings here."
		return
	}
	p.outline = newOutline(p)
}

// newOutline returns the outline of p at the section that is being read.
func newOutline(p *page) *outline {
	o := &outline{page: p, before: p.stand(), selected: max(0, p.section())}
	o.layout()
	return o
}

// layout finds out what is shown and where.
func (o *outline) layout() {
	o.beside = o.page.hasMargin()
	o.shown = nil
	for n, h := range o.page.document.Headings() {
		if strings.Contains(text.Fold(h.Text), text.Fold(o.filter)) {
			o.shown = append(o.shown, n)
		}
	}
	o.move(0)
}

func (o *outline) move(n int) {
	o.selected = max(0, min(o.selected+n, len(o.shown)-1))
	o.first = max(0, min(o.first, o.selected), o.selected-o.room()+1)
}

// room returns how many headings are shown at a time.
func (o *outline) room() int {
	if o.beside {
		return max(1, o.page.height-4)
	}
	return max(1, o.page.height-1)
}

// What can be done while letters are keys, and while they are the filter's.
var (
	outlineKeys = []key.Binding{keyJump, bind("jk", "choose"), bind("/", "filter"), bind("q", "close")}
	filterKeys  = []key.Binding{keyJump, bind("↑↓", "choose"), keyClose}
)

func (o *outline) keys() []key.Binding {
	if o.filtering {
		return filterKeys
	}
	return outlineKeys
}

// key takes one key while the outline is open.
func (o *outline) key(press stroke) {
	switch {
	case o.moveKey(press):
		o.follow()
	case press.name == "enter":
		o.jump()
		o.close()
	case press.name == "esc" && o.filtering, press.name == "backspace" && o.filtering && o.filter == "":
		o.filter, o.filtering = "", false
		o.layout()
	case press.name == "ctrl+t", press.name == "left", o.matches(press, keyBack):
		o.close()
	case press.name == "/" && !o.filtering:
		o.filtering = true
	default:
		o.narrow(edit(o.filter, press))
	}
}

// click jumps to the heading that is there.
func (o *outline) click(at tea.MouseClickMsg) {
	n := o.first + at.Y
	if o.beside {
		n -= marginHead
	}
	if n < o.first || n >= min(len(o.shown), o.first+o.room()) {
		return
	}
	o.selected = n
	o.jump()
	o.close()
}

// moveKey moves the selection and reports whether press was a key that does.
func (o *outline) moveKey(press stroke) bool {
	switch {
	case o.matches(press, keyDown), press.name == "tab":
		o.move(1)
	case o.matches(press, keyUp), press.name == "shift+tab":
		o.move(-1)
	case o.matches(press, keyTop):
		o.move(-len(o.shown))
	case o.matches(press, keyEnd):
		o.move(len(o.shown))
	case press.name == "pgdown", press.name == "space" && !o.filtering:
		o.move(o.page.height - 3)
	case press.name == "pgup":
		o.move(3 - o.page.height)
	default:
		return false
	}
	return true
}

// matches reports whether press is a key of b and no letter of the filter.
func (o *outline) matches(press stroke, b key.Binding) bool {
	return key.Matches(press, b) && !(o.filtering && (press.Text != "" || press.name == "backspace"))
}

// narrow shows the headings that have filter in them.
func (o *outline) narrow(filter string) {
	if filter != o.filter {
		o.filter, o.filtering, o.selected = filter, true, 0
		o.layout()
		o.follow()
	}
}

// follow has the text beside the outline follow the selection.
func (o *outline) follow() {
	if o.beside {
		o.jump()
	}
}

// close leaves the outline. From a heading that was jumped to goBack leads to where it was opened.
func (o *outline) close() {
	p := o.page
	if p.outline = nil; p.top != o.before.top {
		p.returns = append(p.returns, o.before)
	}
}

// jump goes to the selected heading.
func (o *outline) jump() {
	if len(o.shown) > 0 {
		o.page.scroll(len(o.page.above) + o.page.document.Headings()[o.shown[o.selected]].Line)
	}
}

// frame shows the outline in the place of the page, with the beginning of the selected section below it.
func (o *outline) frame(f frame) frame {
	p := o.page
	f.head, f.aside = "Contents", fmt.Sprintf("%d of %d", min(o.selected+1, len(o.shown)), len(o.shown))
	c := p.column
	rows := o.rows(c.width)
	for _, row := range rows {
		f.lines = append(f.lines, strings.Repeat(" ", max(0, c.left-2))+row)
	}
	if len(o.shown) > 0 && len(f.lines)+6 < p.height {
		f.lines = append(f.lines, "", "")
		at := p.document.Headings()[o.shown[o.selected]].Line
		for _, line := range p.document.Lines(at+1, p.height-len(f.lines)) {
			if line.Heading() {
				break
			}
			f.lines = append(f.lines, c.indent(p.env.theme.Styled(render.Dim, text.Truncate(line.Plain(), c.width, "…"))))
		}
	}
	f.cursor = tea.Position{X: max(0, c.left-2), Y: o.selected - o.first}
	f.status = o.status()
	return f
}

func (o *outline) status() string {
	if o.filter != "" {
		return "with " + o.filter
	}
	return "type to filter"
}

// rows returns the headings that there is room for, width columns wide, each behind two columns for the mark of the selected one.
func (o *outline) rows(width int) []string {
	room := o.room()
	p, here := o.page, o.page.section()
	headings := p.document.Headings()
	least := 6
	for _, h := range headings {
		least = min(least, h.Level)
	}
	var rows []string
	if len(o.shown) == 0 {
		rows = append(rows, "  "+p.env.theme.Styled(render.Dim, text.Truncate("no heading with \""+o.filter+"\"", width, "…")))
	}
	for n := o.first; n < len(o.shown) && len(rows) < room; n++ {
		h := headings[o.shown[n]]
		title := strings.Repeat("  ", h.Level-least) + text.Line(h.Text)
		role, mark, aside := render.Text, "  ", ""
		if o.shown[n] == here {
			aside = "here"
		}
		if p.outline == o && n == o.selected {
			role, mark = render.Selected, p.env.theme.Styled(render.Accent, "▌")+" "
		} else if p.outline != o {
			role = render.Dim
			if o.shown[n] == here {
				role, mark, aside = render.Text, p.env.theme.Styled(render.Accent, "▌")+" ", ""
			}
		}
		title = text.Truncate(title, width-len(aside)-1, "…")
		gap := strings.Repeat(" ", max(0, width-text.Width(title)-len(aside)))
		rows = append(rows, mark+p.env.theme.Styled(role, title)+gap+p.env.theme.Styled(render.Dim, aside))
	}
	return rows
}

// cursor returns where the selected heading stands when the outline is in the margin.
func (o *outline) cursor() tea.Position {
	return tea.Position{X: o.page.marginLeft(), Y: marginHead + o.selected - o.first}
}

// marginLeft returns the column where the outline in the margin begins.
func (p *page) marginLeft() int { return max(0, p.column.left-outlineWidth-6) }

// hasMargin reports whether the outline stands in the margin: in that of a wide window, but for a page with hardly a
// heading.
func (p *page) hasMargin() bool {
	return p.width >= besideFrom && !p.env.zen && p.counted && p.column.left >= outlineWidth+6 && len(p.document.Headings()) >= 3
}

// contents returns the outline that is on the screen, nil for none.
func (p *page) contents() *outline {
	o := p.outline
	if o == nil && p.hasMargin() {
		o = newOutline(p)
	}
	return o
}

// outlineMargin returns the left margin of each row with the outline in it, nil where it is not there.
func (p *page) outlineMargin() []string {
	if !p.hasMargin() {
		return nil
	}
	left := strings.Repeat(" ", p.marginLeft())
	rows := []string{left + "  " + p.env.theme.Styled(render.Dim, "Contents"), ""}
	for _, row := range p.contents().rows(outlineWidth - 2) {
		rows = append(rows, left+row)
	}
	for n, row := range rows {
		rows[n] = row + strings.Repeat(" ", max(0, p.column.left-text.Width(row)))
	}
	return rows
}
