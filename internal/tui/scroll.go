package tui

import (
	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"postern/internal/render"
)

// scroll puts line top at the top of the screen, as far as there are lines, and remembers what stands there.
func (p *page) scroll(top int) {
	p.top = top
	p.clamp()
	p.inBody = p.top > len(p.above)
	p.place = p.document.Place(max(0, p.top-len(p.above)))
	p.links.forget(p)
}

// show scrolls to line n of the document unless it is on the screen.
func (p *page) show(n int) {
	n += len(p.above)
	if n < p.top || n >= p.top+p.height-1 {
		p.scroll(n - p.height/3)
	}
}

// onScreen reports whether line n of the document is on the screen.
func (p *page) onScreen(n int) bool {
	n += len(p.above)
	return n >= p.top && n < p.top+p.height
}

// clamp keeps the last line on the last line of the screen.
func (p *page) clamp() {
	p.top = max(0, p.top)
	above, end := max(0, len(p.above)-p.top), p.top-len(p.above)+p.height
	if above+p.document.Count(end)-max(0, p.top-len(p.above)) < p.height {
		p.counted = true
		p.top = max(0, min(p.top, p.length()-p.height))
	}
}

// atEnd reports whether the last line is on the screen.
func (p *page) atEnd() bool { return p.counted && p.top+p.height >= p.length() }

// steps returns by how many places press moves among all of them, of which page are on the screen, and whether it is a key
// that moves.
func steps(press stroke, page, all int) (by int, ok bool) {
	half := max(1, page/2)
	switch {
	case key.Matches(press, keyDown):
		return 1, true
	case key.Matches(press, keyUp):
		return -1, true
	case key.Matches(press, keyPageDown):
		return page, true
	case key.Matches(press, keyPageUp):
		return -page, true
	case key.Matches(press, keyHalfDown):
		return half, true
	case key.Matches(press, keyHalfUp):
		return -half, true
	case key.Matches(press, keyTop):
		return -all, true
	case key.Matches(press, keyEnd):
		return all, true
	}
	return 0, false
}

// scrollKey moves within the page and reports whether press was a key that does.
func (p *page) scrollKey(press stroke) bool {
	half := max(1, p.height/2)
	switch {
	case key.Matches(press, keyPageDown):
		p.pageDown()
	case key.Matches(press, keyPageUp):
		p.scroll(p.top - max(1, p.height-overlap))
	case key.Matches(press, keyHalfDown):
		p.scroll(p.top + half)
	case key.Matches(press, keyHalfUp):
		p.scroll(p.top - half)
	case key.Matches(press, keyDown):
		p.scroll(p.top + 1)
	case key.Matches(press, keyUp):
		p.scroll(p.top - 1)
	case key.Matches(press, keyTop):
		p.scroll(0)
	case key.Matches(press, keyEnd):
		p.counted = true
		p.scroll(p.length())
	case key.Matches(press, keyHeading):
		p.heading(1)
	case key.Matches(press, keyHeadBack):
		p.heading(-1)
	case key.Matches(press, keyRight) && p.sidle(sidestep):
	case key.Matches(press, keyLeft) && p.sidle(-sidestep):
	default:
		return false
	}
	return true
}

// pageDown turns to the next page. It keeps two lines of this one, and a heading is not left alone at its foot.
func (p *page) pageDown() {
	before := p.top
	p.scroll(p.top + max(1, p.height-overlap))
	for p.top > before+p.height/2 && p.endsWithHeading() {
		p.scroll(p.top - 1)
	}
}

// endsWithHeading reports whether the last line of text on the screen is a heading.
func (p *page) endsWithHeading() bool {
	lines, _ := p.body()
	for n := len(lines) - 1; n >= 0; n-- {
		if lines[n].Plain() != "" || lines[n].Picture() {
			return lines[n].Heading()
		}
	}
	return false
}

// heading jumps to the next heading (by 1) or the one before (by -1).
func (p *page) heading(by int) {
	p.counted = true
	to := -1
	for _, h := range p.document.Headings() {
		line := len(p.above) + h.Line
		if by > 0 && line > p.top {
			to = line
			break
		}
		if by < 0 && line < p.top {
			to = line
		}
	}
	if to >= 0 {
		p.scroll(to)
	} else if by < 0 {
		p.scroll(0)
	}
}

// sidle moves wide lines to the left by n columns, no further than the widest on the screen goes, and reports whether
// any moved.
func (p *page) sidle(n int) bool {
	widest, lines := 0, []render.Line(nil)
	lines, _ = p.body()
	for _, line := range lines {
		if line.Wide() {
			widest = max(widest, line.Width())
		}
	}
	before := p.side
	p.side = max(0, min(p.side+n, widest-p.column.width))
	return widest > 0 && p.side != before
}

// scrollMessage handles what moves the page or what is marked on it, and reports whether msg was such.
func (p *page) scrollMessage(msg tea.Msg) bool {
	switch msg := msg.(type) {
	case counted:
		p.counted = p.counted || msg.document == p.document
		return true
	case tea.MouseWheelMsg:
		if p.outline != nil {
			p.outline.move(wheel * turned(msg))
			p.outline.follow()
		} else {
			p.scroll(p.top + wheel*turned(msg))
		}
		return true
	case tea.PasteMsg:
		p.find.paste(p, msg.Content)
		return true
	case stroke:
		peeked := p.peeked != nil
		p.peeked = nil
		switch {
		case peeked && key.Matches(msg, keyClose, keyPeek, keyBack):
		case p.outline != nil:
			p.outline.key(msg)
		case p.find.open:
			p.find.key(p, msg)
		default:
			return p.find.again(p, msg) || p.links.key(p, msg) || p.pageKey(msg) || p.scrollKey(msg)
		}
		return true
	}
	return false
}

// pageKey handles the keys that work on every page.
func (p *page) pageKey(press stroke) bool {
	switch {
	case key.Matches(press, keyFind):
		p.find.start(p)
	case key.Matches(press, keyOutline):
		p.openOutline()
	case key.Matches(press, keyCopy):
		p.copyNearest()
	case key.Matches(press, keyPeek):
		p.peek()
	case press.name == "esc" && (p.find.query != "" || p.links.any()):
		p.find, p.links = find{}, links{}
	default:
		return false
	}
	return true
}
