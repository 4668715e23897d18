package term

import (
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"
)

// line changes row y from old to next. Up to the first cell whose width terminals may dispute, each cell stands in a
// column without doubt, and only what differs is written. From there on all is written, or nothing where nothing differs.
func (p *painter) line(y int, old, next string) {
	if len(p.looks) > crowded || len(p.clusters) > crowded {
		p.on = p.empty(p.on)
	}
	if isOther(old, next) {
		p.replace(y, min(indent(old), indent(next)), next)
		return
	}
	p.before = p.parse(p.before[:0], old, p.width, p.capability.alphabet())
	p.after = p.parse(p.after[:0], next, p.width, p.capability.alphabet())
	a, b := trim(p.before), trim(p.after)
	firmA, firmB := firmUntil(a), firmUntil(b)
	switch {
	case firmA == len(a) && firmB == len(b):
		p.columns(y, a, b)
		p.clear(y, a, len(b))
	case firmA == firmB && slices.Equal(a[firmA:], b[firmB:]):
		p.columns(y, a[:firmA], b[:firmB])
	default:
		firm := min(firmA, firmB)
		p.columns(y, a[:firm], b[:firm])
		p.moveTo(firm, y)
		if len(a) > firm {
			p.erase() // before writing: behind the last column it would take that away
		}
		p.write(b[firm:])
		p.cursor = unknown
	}
}

// isOther reports whether two lines have so little in common that looking for it is not worth the time.
func isOther(old, next string) bool {
	const little = 24 // bytes: a margin, and what may stand in the same place by chance
	return min(len(old), len(next)) > 2*little && alike(old, next) < little
}

// indent returns how many blanks line begins with. The last one before a sign beyond ASCII may be a letter with it.
func indent(line string) int {
	rest := strings.TrimLeft(line, " ")
	n := len(line) - len(rest)
	if n > 0 && rest != "" && rest[0] >= 0x80 {
		n--
	}
	return n
}

// replace writes all of next on row y from the column from on, up to which it is blank already.
func (p *painter) replace(y, from int, next string) {
	p.after = p.parse(p.after[:0], next, p.width, p.capability.alphabet())
	cells := trim(p.after)
	p.moveTo(from, y)
	p.erase() // before writing: behind the last column it would take that away
	p.write(cells[min(from, len(cells)):])
	p.cursor = unknown
	if x := max(from, len(cells)); x < p.width && firmUntil(cells) == len(cells) {
		p.cursor = tea.Position{X: x, Y: y}
	}
}

// firmUntil returns how many cells come before the first that is not firm.
func firmUntil(cells []cell) int {
	if n := slices.IndexFunc(cells, func(c cell) bool { return !c.isFirm() }); n >= 0 {
		return n
	}
	return len(cells)
}

// columns writes those of b that differ from a in the same column. A run that does not is written too where that takes
// fewer bytes than going past it.
func (p *painter) columns(y int, a, b []cell) {
	same := func(x int) bool { return x < len(a) && a[x] == b[x] || x >= len(a) && b[x] == blank }
	end := 0 // of what was written
	for x := 0; x < len(b); x++ {
		if same(x) {
			continue
		}
		if p.cursor.Y != y || p.cursor.X < 0 || end == 0 || !p.writeThrough(b[end:x]) {
			p.moveTo(x, y)
		}
		from := x
		for x < len(b) && !same(x) {
			x++
		}
		p.write(b[from:x])
		p.cursor = tea.Position{X: x, Y: y}
		end = x
		x--
	}
	if p.cursor.X >= p.width {
		p.cursor = unknown // some stand in the last column now, others behind it
	}
}

// writeThrough writes cells that stand there already, unless going past them takes fewer bytes.
func (p *painter) writeThrough(cells []cell) bool {
	const step = len("\x1b[1C")
	if len(cells) > 2*step {
		return false
	}
	before, on := len(p.out), p.on
	p.write(cells)
	if len(p.out)-before <= step {
		return true
	}
	p.out, p.on = p.out[:before], on
	return false
}

// clear makes the cells of a from column from on blank; there is nothing behind them.
func (p *painter) clear(y int, a []cell, from int) {
	for from < len(a) && a[from] == blank {
		from++
	}
	switch n := len(a) - from; {
	case n <= 0:
	case n < len("\x1b[K") && p.onBlanks(p.on) == blank.look:
		p.moveTo(from, y)
		p.out = append(p.out, "  "[:n]...)
		if p.cursor.X += n; p.cursor.X >= p.width {
			p.cursor = unknown
		}
	default:
		p.moveTo(from, y)
		p.erase()
	}
}
