package search

import (
	"strings"
	"unicode/utf8"

	"postern/internal/text"
)

// Excerpt is one line of text and where in it is what was asked for: byte ranges, in order and apart. The text is clean
// as text.Line has it.
type Excerpt struct {
	Text   string
	Ranges [][2]int
}

// Excerpt returns the words around the best match in at most so many terminal cells, or the beginning of the post where
// its text has no match. It reads the whole post: call it for what is shown, once.
func (h Hit) Excerpt(cells int) Excerpt {
	body := plain(h.Post)
	found := newSpotter(h.wanted).spot(body)
	first := span{}
	if len(found) > 0 {
		first = found[densest(found, cells)]
	}
	cut := cutter{body: body, cells: max(cells, 8)}
	cut.from = cut.lead(first.start)
	to := cut.end(first.end)
	return cut.excerpt(merged(found, cut.from, to), to)
}

// densest returns the number of the span from which on most different clauses, and most spans, are met within a
// distance.
func densest(found []span, distance int) int {
	best, most := 0, 0
	for i := range found {
		met, worth := uint64(0), 0
		for j := i; j < len(found) && j < i+maxClauses && found[j].end-found[i].start <= distance; j++ {
			worth++
			if bit := uint64(1) << (found[j].clause % 64); met&bit == 0 {
				met |= bit
				worth += maxClauses
			}
		}
		if worth > most {
			best, most = i, worth
		}
	}
	return best
}

// merged returns the ranges of the spans that lie between two places, without overlaps.
func merged(found []span, from, to int) [][2]int {
	var ranges [][2]int
	for _, s := range found {
		if s.start < from || s.start >= to {
			continue
		}
		end := min(s.end, to)
		if n := len(ranges); n > 0 && s.start <= ranges[n-1][1] {
			ranges[n-1][1] = max(ranges[n-1][1], end)
			continue
		}
		ranges = append(ranges, [2]int{s.start, end})
	}
	return ranges
}

// cutter cuts a line out of a post.
type cutter struct {
	body  string // lines, each clean
	from  int
	cells int
}

// parting stands between what were two lines.
const parting = " · "

// lead returns where a line starts that shows the place at soon: where its block does, or some words before.
func (c *cutter) lead(at int) int {
	room := min(c.cells/3, 24)
	block := strings.LastIndexByte(c.body[:at], '\n') + 1
	if text.Width(c.body[max(block, at-4*room):at]) <= room && at-block <= 4*room {
		return block
	}
	from := at - room
	for !utf8.RuneStart(c.body[from]) {
		from--
	}
	if blank := strings.IndexByte(c.body[from:at], ' '); blank >= 0 {
		return from + blank + 1
	}
	return c.clusterFrom(block, from, at)
}

// clusterFrom returns the first place from on where no character is cut in two.
func (c *cutter) clusterFrom(block, from, at int) int {
	const back = 64 // bytes: no character is longer but by malice
	i := max(block, from-back)
	for !utf8.RuneStart(c.body[i]) {
		i++
	}
	for i < from {
		cluster, _ := text.Cluster(c.body[i:])
		i += max(len(cluster), 1)
	}
	return min(i, at)
}

// end returns where the line ends that starts at c.from: at a blank behind least where there is one.
func (c *cutter) end(least int) int {
	room := c.cells - 1 // for the mark at the end
	if c.isCut() {
		room -= text.Width(ellipsisBefore)
	}
	i, blank := c.from, 0
	for i < len(c.body) {
		cluster, width := text.Cluster(c.body[i:])
		if cluster == "\n" {
			width = text.Width(parting)
		}
		if room -= width; room < 0 {
			break
		}
		if i >= least && (cluster == " " || cluster == "\n") {
			blank = i
		}
		i += len(cluster)
	}
	switch {
	case i >= len(c.body):
		return len(c.body)
	case c.body[i] == ' ' || c.body[i] == '\n':
		return i
	case blank > c.from:
		return blank
	}
	return i
}

const (
	ellipsisBefore = "… "
	ellipsis       = "…"
)

// isCut reports whether the line starts within a block.
func (c *cutter) isCut() bool { return c.from > 0 && c.body[c.from-1] != '\n' }

// excerpt returns the line up to a place, with the ranges of the body that lie in it.
func (c *cutter) excerpt(ranges [][2]int, to int) Excerpt {
	var b strings.Builder
	if c.isCut() {
		b.WriteString(ellipsisBefore)
	}
	var moved [][2]int
	at := c.from
	for _, r := range ranges {
		c.write(&b, at, r[0])
		start := b.Len()
		c.write(&b, r[0], r[1])
		moved = append(moved, [2]int{start, b.Len()})
		at = r[1]
	}
	c.write(&b, at, to)
	line := strings.TrimRight(b.String(), " ·")
	if n := len(moved); n > 0 { // a phrase that goes on has lost its last blanks and dots
		moved[n-1][1] = min(moved[n-1][1], len(line))
	}
	if to < len(c.body) {
		line += ellipsis
	}
	return Excerpt{line, moved}
}

// write writes a part of the body.
func (c *cutter) write(b *strings.Builder, from, to int) {
	b.WriteString(strings.ReplaceAll(c.body[from:to], "\n", parting))
}
