package term

import (
	"strconv"
	"strings"

	tea "charm.land/bubbletea/v2"
)

// pen writes on the terminal where it stands, in the fewest bytes that it knows of.
type pen struct {
	out []byte
	stock
	on    int32  // the look that is on
	signs []cell // beyond ASCII, while they are put

	column int  // where it stands, while it puts and flows
	astray bool // the terminal may see that otherwise: it may dispute the width of what came before
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

// flow writes cells from a column on, where nothing stands, and leaves the pen behind them.
func (p *pen) flow(cells []cell, column int) {
	p.column, p.astray = column, false
	for len(cells) > 0 {
		gap := 0
		for gap < len(cells) && cells[gap] == blank {
			gap++
		}
		if gap == len(cells) {
			return
		}
		end := gap + 1
		for end < len(cells) && (cells[end] != blank || end+1 < len(cells) && cells[end+1] != blank) {
			end++
		}
		p.skip(gap)
		p.writeOn(cells[gap:end])
		cells = cells[end:]
	}
}

// writeOn writes cells where the pen stands.
func (p *pen) writeOn(cells []cell) {
	p.write(cells)
	for _, c := range cells {
		p.column += int(c.glyph >> columns)
		p.astray = p.astray || !c.isFirm()
	}
}

// put writes line as parse has it from a column on, at most width columns of it, where nothing stands, and leaves the pen
// behind it, without blanks at the end that cannot be seen. Most of a line are runs of ASCII, which take no cells.
func (p *pen) put(line string, column, width int, has alphabet) {
	p.column, p.astray = column, false
	letter, space := int32(0), int32(0)
	gap := 0 // columns that cannot be seen and are not written yet
	for line != "" && width > 0 {
		n := plain(line[:min(len(line), width)])
		if n < len(line) && line[n] >= 0x80 {
			n = max(0, n-1) // the last may be a letter with what follows
		}
		switch {
		case n > 0:
			gap = p.run(line[:n], gap, letter, space)
			width -= n
		case line[0] == escape:
			n = sequenceLen(line)
			letter, space = p.after(line[:n], letter)
		case line[0] < 0x20 || line[0] == 0x7F:
			n = 1
		default:
			text, w := firstCluster(line)
			n = len(text)
			if width -= w; width < 0 || w == 0 || !printable(text) {
				break
			}
			p.signs = p.show(p.signs[:0], text, w, letter, space, has)
			seen := trim(p.signs)
			if len(seen) == 0 {
				gap += w
				break
			}
			p.skip(gap)
			p.writeOn(seen)
			gap = len(p.signs) - len(seen)
		}
		line = line[n:]
	}
}

// run writes letters of ASCII and blanks that come after a gap, and returns how large a gap they end with.
func (p *pen) run(s string, gap int, letter, space int32) int {
	if space != 0 {
		p.skip(gap)
		word := strings.TrimLeft(s, " ")
		if len(word) < len(s) && p.onBlanks(p.on) != space {
			p.turn(space)
		}
		p.out = append(p.out, s[:len(s)-len(word)]...)
		if word != "" {
			p.turn(letter)
		}
		p.out = append(p.out, word...)
		p.column += len(s)
		return 0
	}
	for {
		words := strings.TrimLeft(s, " ")
		gap += len(s) - len(words)
		if words == "" {
			return gap
		}
		if gap < len(wide) && p.onBlanks(letter) == blank.look {
			p.turn(letter) // in which the gap can be written
		}
		p.skip(gap)
		p.turn(letter)
		n := strings.Index(words, wide)
		if n < 0 {
			n = len(strings.TrimRight(words, " "))
		}
		p.out = append(p.out, words[:n]...)
		p.column += n
		gap, s = 0, words[n:]
	}
}

// wide is the smallest gap that takes fewer bytes to go past than to write.
const wide = "     "

// skip goes past n columns where nothing stands and nothing is to be seen. Behind signs whose width is in dispute it goes
// to where the next column is, so that tables and dates stand below each other on every terminal.
func (p *pen) skip(n int) {
	p.column += n
	if p.astray && n > 1 {
		p.out = append(p.out, '\r')
		p.step(p.column, 'C', 'D')
		p.astray = false
		return
	}
	if n >= len(wide) || n > 0 && p.onBlanks(p.on) != blank.look {
		p.step(n, 'C', 'D')
		return
	}
	p.out = append(p.out, wide[:n]...)
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
