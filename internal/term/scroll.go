package term

import "strconv"

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
	top, bottom := s.from, s.last+s.by
	if s.by < 0 {
		top, bottom = s.from+s.by, s.last
	}
	p.out = append(p.out, "\x1b["...)
	p.out = strconv.AppendInt(p.out, int64(top+1), 10)
	p.out = append(p.out, ';')
	p.out = strconv.AppendInt(p.out, int64(bottom+1), 10)
	p.out = append(p.out, 'r')
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
	p.out = append(p.out, "\x1b[r"...)
}

// bestShift finds the run of lines that moved together and are dearest to send again.
func (p *painter) bestShift(next []string) shift {
	var best shift
	for by := 1 - p.height; by < p.height; by++ {
		if by == 0 {
			continue
		}
		run := shift{by: by}
		for y := max(0, -by); y < min(p.height, p.height-by); y++ {
			if next[y] != p.lines[y+by] {
				run = shift{by: by}
				continue
			}
			if run.saves == 0 {
				run.from = y
			}
			if run.last = y; next[y] != p.lines[y] {
				run.saves += len(next[y])
			}
			if run.saves > best.saves {
				best = run
			}
		}
	}
	return best
}

// mostlyNew reports whether so much of next differs that looking for a shift is worth the time.
func (p *painter) mostlyNew(next []string) bool {
	changed := 0
	for y, line := range next {
		if line != p.lines[y] {
			changed++
		}
	}
	return changed > 2
}
