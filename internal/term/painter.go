package term

import (
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
	top, bottom   int  // the rows that scroll
	mouse         bool // the terminal reports it
	cursor        tea.Position
	visible       bool // the cursor is
	graphics      graphics
	*scratch      // while a frame is painted
}

// scratch is what painting one frame needs and no session keeps: most of them wait for a key.
type scratch struct {
	pen
	rows          []string // of the frame before last, for those of the next
	shown         []string // by the model
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
		if p.capability.Signs() {
			p.out = append(p.out, askName...)
		}
	}
	p.out = append(p.out, "\x1b[?7l"...)
}

// leave returns what puts everything back as it was before enter, whatever was shown.
func (p *painter) leave() string {
	if !p.entered {
		return ""
	}
	s := p.graphics.forget() + "\x1b[m\x1b[r\x1b[?7h\x1b[?25h"
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

// paint gives send the bytes that turn the terminal's screen into the frame that show makes, and does not call it where the
// screen shows that already. They are valid until send returns.
func (p *painter) paint(show func(rows []string) (Frame, []Picture), clip string, send func([]byte)) {
	p.scratch = scratches.Get().(*scratch)
	defer func() {
		clear(p.rows) // of others' frames nothing is kept but a few looks
		clear(p.shown)
		scratches.Put(p.scratch)
		p.scratch = nil
	}()
	p.begin()
	f, pictures := show(p.shown[:0])
	p.shown = f.Rows
	for _, picture := range pictures {
		p.out = append(p.out, p.graphics.transmit(picture)...)
	}
	p.compose(f)
	if p.out = append(p.out, clip...); len(p.out) > 0 {
		send(p.out)
	}
}

func (p *painter) compose(f Frame) {
	if !p.entered {
		p.enter()
	}
	next := p.fit(f.Rows)
	if p.lines == nil {
		p.out = append(p.out, "\x1b[m\x1b[r\x1b[H\x1b[2J"...)
		p.top, p.bottom = 0, p.height-1
		p.lines = make([]string, p.height)
		p.visible = false
		p.cursor = tea.Position{}
		p.out = append(p.out, "\x1b[?25l"...)
	} else {
		p.scroll(next)
	}
	for y, line := range next {
		if line != p.lines[y] {
			p.line(y, p.lines[y], line)
		}
	}
	p.lift()
	p.lines, p.rows = next, p.lines
	p.retitle(f.Title)
	p.listenToMouse(f.Mouse)
	p.point(f.Cursor)
}

// fit returns exactly height lines.
func (p *painter) fit(lines []string) []string {
	rows := p.rows
	if p.rows = nil; len(rows) != p.height {
		rows = make([]string, p.height)
	}
	clear(rows[copy(rows, lines):])
	return rows
}

// moveTo puts the cursor on column x of row y, both from 0.
func (p *painter) moveTo(x, y int) {
	at := tea.Position{X: x, Y: y}
	if at == p.cursor {
		return
	}
	from := p.cursor
	if p.zone(y) != p.zone(from.Y) {
		from = unknown // steps end where the rows that scroll begin or end
	}
	p.move(from, x, y)
	p.cursor = at
}

// zone says whether row y is above, among or below the rows that scroll.
func (p *painter) zone(y int) int {
	switch {
	case y < p.top:
		return -1
	case y > p.bottom:
		return 1
	}
	return 0
}

// point shows the hardware cursor at c, where screen readers and magnifiers look.
func (p *painter) point(c tea.Position) {
	at := tea.Position{X: min(max(c.X, 0), p.width-1), Y: min(max(c.Y, 0), p.height-1)}
	p.moveTo(at.X, at.Y)
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
