package term

// A shift says that rows from to last of the next frame stand by rows further down (by > 0) or up on the screen now.
type shift struct {
	from, last, by int
	saves          int // bytes of lines that need not be sent
}

// minShift is how many bytes a shift must save: the sequence itself costs about twenty.
const minShift = 40

// scroll moves lines that the terminal has already to where next wants them, where that saves sending them.
func (p *painter) scroll(next []string) {
	if !p.mostlyNew(next) {
		return
	}
	s := p.bestShift(next)
	if s.saves < minShift {
		return
	}
	top, bottom := p.rowsFor(next, s)
	p.confine(top, bottom)
	region := p.lines[top : bottom+1]
	if s.by > 0 {
		p.moveTo(0, bottom)
		for range s.by {
			p.out = append(p.out, '\n')
		}
		copy(region, region[s.by:])
		clear(region[len(region)-s.by:])
	} else {
		p.moveTo(0, top)
		for range -s.by {
			p.out = append(p.out, "\x1bM"...)
		}
		copy(region[-s.by:], region)
		clear(region[:-s.by])
	}
}

// confine makes the rows from top to bottom those that scroll. It stays so until others have to: who scrolls a line at a
// time scrolls the same rows again and again.
func (p *painter) confine(top, bottom int) {
	if p.top == top && p.bottom == bottom {
		return
	}
	p.top, p.bottom = top, bottom
	p.sequence(top+1, bottom+1, 'r')
	p.cursor = unknown
}

// rowsFor returns the first and the last row that are to scroll for s: those that do already, where that is as good.
func (p *painter) rowsFor(next []string, s shift) (top, bottom int) {
	const confining = 10 // bytes
	switch {
	case p.bottom-p.top >= max(s.by, -s.by) && p.worth(next, s.by)+confining >= s.saves:
		return p.top, p.bottom
	case s.by < 0:
		return s.from + s.by, s.last
	}
	return s.from, s.last + s.by
}

// worth returns how many bytes it saves to move all rows that scroll by by. Where nothing is lost by it there are more of
// them than had to move.
func (p *painter) worth(next []string, by int) int {
	saves := 0
	for y := p.top; y <= p.bottom; y++ {
		moved := ""
		if from := y + by; p.top <= from && from <= p.bottom {
			moved = p.lines[from]
		}
		saves += alike(next[y], moved) - alike(next[y], p.lines[y])
	}
	return saves
}

// bestShift finds the run of lines that moved together, with what changed on the way, and are dearest to send again.
func (p *painter) bestShift(next []string) shift {
	var best shift
	for by := 1 - p.height; by < p.height; by++ {
		if by != 0 && p.moved(next, by) {
			if s := p.bestRun(next, by); s.saves > best.saves {
				best = s
			}
		}
	}
	return best
}

// moved reports whether any line of next stands by rows further down now: without one, looking closer is not worth it.
func (p *painter) moved(next []string, by int) bool {
	const telling = 16 // bytes of a line that is hardly there twice
	for y := max(0, -by); y < min(p.height, p.height-by); y++ {
		if len(next[y]) >= telling && next[y] == p.lines[y+by] {
			return true
		}
	}
	return false
}

// bestRun finds the rows that it saves the most to move by by.
func (p *painter) bestRun(next []string, by int) shift {
	best, run := shift{by: by}, shift{by: by}
	for y := max(0, -by); y < min(p.height, p.height-by); y++ {
		if run.saves <= 0 {
			run = shift{by: by, from: y}
		}
		run.last = y
		if run.saves += alike(next[y], p.lines[y+by]) - alike(next[y], p.lines[y]); run.saves > best.saves {
			best = run
		}
	}
	if best.saves == 0 {
		return best
	}
	lost, end := best.last+1, best.last+by // the rows that are blank after it
	if by < 0 {
		lost, end = best.from+by, best.from-1
	}
	for y := lost; y <= end; y++ {
		best.saves -= alike(next[y], p.lines[y])
	}
	return best
}

// alike returns roughly how many bytes it spares to make the line b out of a rather than of nothing.
func alike(a, b string) int {
	const visit = 20 // bytes to go to what differs, for its style and back
	if a == b {
		return len(a) + visit
	}
	head, tail := inCommon(a, b)
	return head + tail
}

// mostlyNew reports whether so much of next differs that looking for a shift is worth the time.
func (p *painter) mostlyNew(next []string) bool {
	changed := 0
	for y, line := range next {
		if line != p.lines[y] {
			changed++
		}
	}
	return changed > 2 && changed > p.height/3
}
