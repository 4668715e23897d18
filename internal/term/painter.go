package term

import (
	"slices"
	"strconv"
	"strings"
	"sync"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"
)

// painter keeps what one terminal shows and turns the next frame into few bytes: unchanged lines cost nothing, a
// changed line what differs, lines that moved a scroll. It assumes nothing of the terminal but a VT100's cursor
// addressing, erasing and scroll region; a terminal that disagrees about the width of a character spoils that line
// only. It is not safe for concurrent use.
type painter struct {
	capability    Capability
	width, height int
	lines         []string // as the terminal shows them; nil: unknown
	title         string
	entered       bool
	mouse         bool // the terminal reports it
	cursor        tea.Position
	visible       bool // the cursor is
	*scratch           // while a frame is painted
}

// scratch is what painting one frame needs and no session keeps: most of them wait for a key.
type scratch struct {
	out           []byte
	before, after []cell
}

// scratches are shared by all painters.
var scratches = sync.Pool{New: func() any { return new(scratch) }}

// enter prepares the terminal: the second screen, no automatic wrapping, pastes marked as such, and the question for
// its background, whose answer nobody waits for.
func (p *painter) enter() {
	p.entered = true
	if p.capability.asks {
		p.out = append(p.out, "\x1b[?1049h\x1b[?2004h\x1b[22;2t\x1b]11;?\x1b\\"...)
	}
	p.out = append(p.out, "\x1b[?7l"...)
}

// leave returns what puts everything back as it was before enter, whatever was shown.
func (p *painter) leave() string {
	if !p.entered {
		return ""
	}
	s := "\x1b[m\x1b[r\x1b[?7h\x1b[?25h"
	if p.mouse {
		s += "\x1b[?1006l\x1b[?1000l"
	}
	if p.capability.asks {
		return s + "\x1b[23;2t\x1b[?2004l\x1b[?1049l"
	}
	return s + "\x1b[2J\x1b[H"
}

// resize says that the terminal now has width columns and height rows; what it shows is unknown from now on.
func (p *painter) resize(width, height int) {
	p.width, p.height = width, height
	p.forget()
}

// forget makes the next frame paint everything.
func (p *painter) forget() { p.lines = nil }

// paint gives send the bytes that turn the terminal's screen into view, and does not call it where the screen shows that
// already. They are valid until send returns.
func (p *painter) paint(view tea.View, clip string, send func([]byte)) {
	p.scratch = scratches.Get().(*scratch)
	defer func() {
		scratches.Put(p.scratch)
		p.scratch = nil
	}()
	p.out = p.out[:0]
	p.compose(view)
	if p.out = append(p.out, clip...); len(p.out) > 0 {
		send(p.out)
	}
}

func (p *painter) compose(view tea.View) {
	if !p.entered {
		p.enter()
	}
	next := p.rows(view.Content)
	if p.lines == nil {
		p.out = append(p.out, "\x1b[m\x1b[H\x1b[2J"...)
		p.lines = make([]string, p.height)
		p.visible = false
		p.out = append(p.out, "\x1b[?25l"...)
	} else {
		p.scroll(next)
	}
	for y, line := range next {
		if line != p.lines[y] {
			p.line(y, p.lines[y], line)
		}
	}
	p.lines = next
	p.retitle(view.WindowTitle)
	p.listenToMouse(view.MouseMode != tea.MouseModeNone)
	p.point(view.Cursor)
}

// rows cuts content into exactly height lines.
func (p *painter) rows(content string) []string {
	rows := make([]string, p.height)
	for y := range rows {
		var ok bool
		if rows[y], content, ok = strings.Cut(content, "\n"); !ok {
			break
		}
	}
	return rows
}

// line changes row y from the cells of old to those of next.
func (p *painter) line(y int, old, next string) {
	p.before = trim(parse(p.before[:0], old, p.width, p.capability.ASCII))
	p.after = trim(parse(p.after[:0], next, p.width, p.capability.ASCII))
	a, b := p.before, p.after
	same := 0
	for same < len(a) && same < len(b) && a[same] == b[same] && a[same].firm {
		same++
	}
	x := columns(a[:same])
	rest := columns(a[same:]) - columns(b[same:])
	a, b = a[same:], b[same:]
	if rest == 0 {
		a, b = cutTail(a, b)
	}
	if len(a) == 0 && len(b) == 0 {
		return
	}
	p.moveTo(x, y)
	p.write(b)
	if rest > 0 || !allFirm(a) || !allFirm(b) {
		p.out = append(p.out, "\x1b[K"...)
	}
}

// cutTail cuts off the cells that a and b, equally wide, have in common at their ends. What comes before must have
// widths beyond doubt, or the tail would stand elsewhere than we think.
func cutTail(a, b []cell) ([]cell, []cell) {
	if !allFirm(a) || !allFirm(b) {
		return a, b
	}
	for len(a) > 0 && len(b) > 0 && a[len(a)-1] == b[len(b)-1] {
		a, b = a[:len(a)-1], b[:len(b)-1]
	}
	return a, b
}

func allFirm(cells []cell) bool {
	return !slices.ContainsFunc(cells, func(c cell) bool { return !c.firm })
}

// write emits cells from the cursor on, with as few style changes as they need, and leaves none switched on.
func (p *painter) write(cells []cell) {
	var style, link string
	for _, c := range cells {
		if c.link != link {
			p.out = append(p.out, "\x1b]8;"...)
			if p.out = append(p.out, c.link...); c.link == "" {
				p.out = append(p.out, ';')
			}
			p.out = append(p.out, stringEnd...)
			link = c.link
		}
		if c.style != style {
			added, ok := strings.CutPrefix(c.style, style)
			if !ok {
				p.out = append(p.out, "\x1b[m"...)
				added = c.style
			}
			p.out = append(p.out, added...)
			style = c.style
		}
		p.out = append(p.out, c.text...)
	}
	if style != "" {
		p.out = append(p.out, "\x1b[m"...)
	}
	if link != "" {
		p.out = append(p.out, "\x1b]8;;"+stringEnd...)
	}
}

// moveTo puts the cursor on column x of row y, both from 0.
func (p *painter) moveTo(x, y int) {
	p.out = append(p.out, "\x1b["...)
	p.out = strconv.AppendInt(p.out, int64(y+1), 10)
	if x > 0 {
		p.out = append(p.out, ';')
		p.out = strconv.AppendInt(p.out, int64(x+1), 10)
	}
	p.out = append(p.out, 'H')
	p.cursor = tea.Position{X: -1}
}

// point shows the hardware cursor at c, where screen readers and magnifiers look, or hides it.
func (p *painter) point(c *tea.Cursor) {
	if c == nil {
		if p.visible {
			p.out = append(p.out, "\x1b[?25l"...)
			p.visible = false
		}
		return
	}
	at := tea.Position{X: min(max(c.X, 0), p.width-1), Y: min(max(c.Y, 0), p.height-1)}
	if at != p.cursor || !p.visible {
		p.moveTo(at.X, at.Y)
		p.cursor = at
	}
	if !p.visible {
		p.out = append(p.out, "\x1b[?25h"...)
		p.visible = true
	}
}

// listenToMouse asks the terminal to report clicks and the wheel, or to keep them to itself.
func (p *painter) listenToMouse(on bool) {
	if on == p.mouse {
		return
	}
	p.mouse = on
	if on {
		p.out = append(p.out, "\x1b[?1000h\x1b[?1006h"...)
	} else {
		p.out = append(p.out, "\x1b[?1006l\x1b[?1000l"...)
	}
}

// retitle names the terminal's window; title holds no control characters.
func (p *painter) retitle(title string) {
	if title == p.title || !p.capability.asks || !printable(title) {
		return
	}
	p.title = title
	p.out = append(p.out, ansi.SetWindowTitle(title)...)
}
