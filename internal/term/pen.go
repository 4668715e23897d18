package term

import (
	"strconv"

	tea "charm.land/bubbletea/v2"
)

// pen writes on the terminal where it stands, in the fewest bytes that it knows of.
type pen struct {
	out []byte
	stock
	on int32 // the look that is on
}

// unknown is where a cursor stands whose place the terminal may see otherwise than we.
var unknown = tea.Position{X: -1}

// begin starts a frame on a terminal with nothing switched on. What is in stock stays there: the next frame has the same
// few looks, whoever it is for.
func (p *pen) begin() {
	p.out, p.on = p.out[:0], 0
	if len(p.looks) == 0 || p.isCrowded() {
		p.empty(0)
	}
}

// lift switches off all that is on.
func (p *pen) lift() { p.turn(0) }

// turn switches from the look that is on to look n.
func (p *pen) turn(n int32) {
	if n == p.on {
		return
	}
	from, to := p.looks[p.on], p.looks[n]
	if from.link != to.link {
		p.out = append(append(p.out, "\x1b]8;"...), to.link...)
		if to.link == "" {
			p.out = append(p.out, ';')
		}
		p.out = append(p.out, stringEnd...)
	}
	p.out = to.style.appendSwitch(p.out, from.style)
	p.on = n
}

// write writes cells. A blank is written in any style that does not show on it.
func (p *pen) write(cells []cell) {
	for _, c := range cells {
		if c.look != p.on && !(c.glyph == blank.glyph && p.onBlanks(p.on) == c.look) {
			p.turn(c.look)
		}
		p.out = p.append(p.out, c.glyph)
	}
}

// erase clears the rest of the line.
func (p *pen) erase() {
	if p.looks[p.on].style.back != 0 { // many terminals erase in it
		p.lift()
	}
	p.out = append(p.out, "\x1b[K"...)
}

// move goes to column x of row y, both from 0, from where the cursor is.
func (p *pen) move(from tea.Position, x, y int) {
	before := len(p.out)
	p.sequence(y+1, x+1, 'H')
	if from == unknown {
		return
	}
	absolute := len(p.out) - before
	p.step(y-from.Y, 'B', 'A')
	p.sidle(from.X, x)
	if relative := p.out[before+absolute:]; len(relative) < absolute {
		p.out = append(p.out[:before], relative...)
	} else {
		p.out = p.out[:before+absolute]
	}
}

// sidle goes from one column to another.
func (p *pen) sidle(from, to int) {
	switch {
	case to == 0 && from > 0:
		p.out = append(p.out, '\r')
	case to < from && from-to < 4:
		p.out = append(p.out, "\b\b\b"[:from-to]...)
	default:
		p.step(to-from, 'C', 'D')
	}
}

// step goes n places on, or back where n is negative.
func (p *pen) step(n int, on, back byte) {
	switch {
	case n > 0:
		p.sequence(n, 1, on)
	case n < 0:
		p.sequence(-n, 1, back)
	}
}

// sequence appends a control sequence with two parameters, without those that are 1 anyway.
func (p *pen) sequence(a, b int, final byte) {
	p.out = append(p.out, escape, '[')
	if a > 1 {
		p.out = strconv.AppendInt(p.out, int64(a), 10)
	}
	if b > 1 {
		p.out = append(p.out, ';')
		p.out = strconv.AppendInt(p.out, int64(b), 10)
	}
	p.out = append(p.out, final)
}
