package render

import "sort"

// Place is a place in a post that means the same at every measure: a block, and how many of its characters, blanks not
// counted, come before.
type Place struct {
	Block, Offset int
}

// Place returns the place that a line shows first.
func (d *Document) Place(line int) Place {
	lines := d.Lines(max(line, 0), 1)
	if len(lines) == 0 {
		return d.lastPlace()
	}
	l := lines[0]
	return Place{l.Block(), int(l.chunk.rows[l.row].place & placeMax)}
}

// lastPlace returns the place of the last line.
func (d *Document) lastPlace() Place {
	if n := d.Len(); n > 0 {
		return d.Place(n - 1)
	}
	return Place{}
}

// Find returns the line that shows a place; the last line where the post has no such block.
func (d *Document) Find(p Place) int {
	l := d.layout
	l.setUntil(func() bool { return l.reaches(p.Block) })
	l.mu.Lock()
	defer l.mu.Unlock()
	i := sort.Search(len(l.chunks), func(i int) bool { return l.chunks[i].block > p.Block }) - 1
	if i < 0 {
		return 0
	}
	c := l.chunks[i]
	b := p.Block - c.block
	if b >= len(c.blocks) {
		return max(l.lengthLocked()-1, 0)
	}
	return c.first + c.find(b, p.Offset)
}

// reaches reports whether the block with a number has been set.
func (l *layout) reaches(block int) bool {
	if len(l.chunks) == 0 {
		return false
	}
	last := l.chunks[len(l.chunks)-1]
	return block < last.block+len(last.blocks)
}

// find returns the row of the block b of c that shows what comes after offset characters.
func (c *chunk) find(b, offset int) int {
	first, end := int(c.blocks[b]), len(c.rows)
	if b+1 < len(c.blocks) {
		end = int(c.blocks[b+1])
	}
	row := first
	for i := first; i < end; i++ {
		if int(c.rows[i].place&placeMax) > offset {
			break
		}
		row = i
	}
	for row > first && c.rows[row-1].place&placeMax == c.rows[row].place&placeMax && !c.blankRow(row-1) {
		row--
	}
	return row
}

// blankRow reports whether a row shows nothing.
func (c *chunk) blankRow(row int) bool {
	start := uint32(0)
	if row > 0 {
		start = c.rows[row-1].end
	}
	return start == c.rows[row].end && c.figureOf(uint32(row)) == nil
}
