package term

import (
	"slices"
	"strings"
	"unicode/utf8"

	tea "charm.land/bubbletea/v2"
)

// line changes row y from old to next. Up to the first cell whose width terminals may dispute, each cell stands in a
// column without doubt, and only what differs is written. From there on all is written, or nothing where nothing differs.
func (p *painter) line(y int, old, next string) {
	if p.isCrowded() {
		p.on = p.empty(p.on)
	}
	head, tail := inCommon(old, next)
	const little = 24 // bytes: a margin, and what may stand in the same place by chance
	switch {
	case old == "" || min(len(old), len(next)) > 2*little && head+tail < little:
		p.replace(y, old, next)
		return
	case next == "" && len(old) > little:
		p.moveTo(min(indent(old), p.width-1), y)
		p.erase()
		return
	}
	if p.within(y, old, next, head, tail) {
		return
	}
	p.before, _ = p.parse(p.before[:0], old, p.width, p.capability.alphabet())
	p.after, _ = p.parse(p.after[:0], next, p.width, p.capability.alphabet())
	a, b := trim(p.before), trim(p.after)
	firmA, firmB := firmUntil(a), firmUntil(b)
	switch {
	case firmA == len(a) && firmB == len(b):
		p.columns(y, 0, a, b)
		p.clear(y, a, len(b))
	case firmA == firmB && slices.Equal(a[firmA:], b[firmB:]):
		p.columns(y, 0, a[:firmA], b[:firmB])
	default:
		firm := min(firmA, firmB)
		p.columns(y, 0, a[:firm], b[:firm])
		p.moveTo(firm, y)
		if len(a) > firm {
			p.erase() // before writing: behind the last column it would take that away
		}
		p.flow(b[firm:], firm)
		p.cursor = tea.Position{X: p.column, Y: y}
		p.land()
	}
}

// inCommon returns how many bytes two lines begin with that are the same, and how many they end with.
func inCommon(a, b string) (head, tail int) {
	shorter := min(len(a), len(b))
	for head < shorter && a[head] == b[head] {
		head++
	}
	for head+tail < shorter && a[len(a)-tail-1] == b[len(b)-tail-1] {
		tail++
	}
	return head, tail
}

// within changes a line of which nothing moves, as most that a key changes: only what lies between the head and the tail
// that old and next have in common is looked at. It reports whether that was so.
func (p *painter) within(y int, old, next string, head, tail int) bool {
	head = plain(next[:head])
	for tail > 0 && plain(next[len(next)-tail:][:1]) == 0 {
		tail--
	}
	if a, b := old[head:len(old)-tail], next[head:len(next)-tail]; head > 0 && (combines(a) || combines(b)) {
		head--
	}
	if tail == 0 || isCut(old[head:], tail) || isCut(next[head:], tail) {
		return false
	}
	a, b := old[head:len(old)-tail], next[head:len(next)-tail]
	if prepends(a) || prepends(b) {
		return false
	}
	room := p.width - head
	var lookA, lookB int32
	p.before, lookA = p.parse(p.before[:0], a, room+1, p.capability.alphabet()) // one more, for a wide sign at the edge
	p.after, lookB = p.parse(p.after[:0], b, room+1, p.capability.alphabet())
	n := len(p.before)
	if n != len(p.after) || n >= room || lookA != lookB || firmUntil(p.before) < n || firmUntil(p.after) < n {
		return false
	}
	p.columns(y, head, p.before, p.after)
	return true
}

// plain returns how many letters and signs of ASCII s begins with.
func plain(s string) int {
	for i := range len(s) {
		if s[i] < 0x20 || s[i] >= 0x7F {
			return i
		}
	}
	return len(s)
}

// combines reports whether s may begin with what is one sign with the letter before it.
func combines(s string) bool { return s != "" && s[0] >= 0x80 }

// prepends reports whether s may end with what is one sign with the letter behind it.
func prepends(s string) bool {
	r, _ := utf8.DecodeLastRuneInString(s)
	return r >= 0x80 && !isFirm(r)
}

// isCut reports whether a sequence lies across the beginning of the last tail bytes of s.
func isCut(s string, tail int) bool {
	from := strings.LastIndexByte(s[:len(s)-tail], escape)
	return from >= 0 && from+sequenceLen(s[from:]) > len(s)-tail
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

// replace writes all of next on row y, but for the blanks that both begin with.
func (p *painter) replace(y int, old, next string) {
	from := indent(next)
	if old != "" {
		from = min(from, indent(old))
	}
	if from >= p.width || from == len(next) && old == "" {
		return
	}
	p.moveTo(from, y)
	if old != "" {
		p.erase() // before writing: behind the last column it would take that away
	}
	p.put(next[from:], from, p.width-from, p.capability.alphabet())
	p.land()
}

// land takes the cursor to be where the pen is, if that is certain.
func (p *painter) land() {
	if p.cursor.X = p.column; p.astray || p.cursor.X >= p.width {
		p.cursor = unknown
	}
}

// firmUntil returns how many cells come before the first that is not firm.
func firmUntil(cells []cell) int {
	if n := slices.IndexFunc(cells, func(c cell) bool { return !c.isFirm() }); n >= 0 {
		return n
	}
	return len(cells)
}

// columns writes those of b, which stands from column at on, that differ from a in the same column. A run that does not is
// written too where that takes fewer bytes than going past it.
func (p *painter) columns(y, at int, a, b []cell) {
	same := func(x int) bool { return x < len(a) && a[x] == b[x] || x >= len(a) && b[x] == blank }
	end := 0 // of what was written
	for x := 0; x < len(b); x++ {
		if same(x) {
			continue
		}
		if p.cursor.Y != y || p.cursor.X < 0 || end == 0 || !p.writeThrough(b[end:x]) {
			p.moveTo(at+x, y)
		}
		from := x
		for x < len(b) && !same(x) {
			x++
		}
		p.write(b[from:x])
		p.cursor = tea.Position{X: at + x, Y: y}
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
