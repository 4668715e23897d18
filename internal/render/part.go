package render

import (
	"postern/internal/text"
)

// Span is a run of cells of a line, from the cell From up to but not including To, that is to be shown in a role of its
// own: a match, or the link that has the focus.
type Span struct {
	From, To int
	Role     Role
}

// AppendPart appends to b the cells of the line from the cell from on, at most width of them, with the given spans in
// their roles. Where the line goes on beyond the part, an arrow stands at that edge. The label of code does not move with it.
func (l Line) AppendPart(b []byte, from, width int, spans ...Span) []byte {
	c := cutter{line: l, from: max(from, 0), spans: spans, out: b}
	c.to = c.from + max(width, 0)
	whole := len(spans) == 0 && c.from == 0
	if whole && !l.Wide() && l.shape().measure <= c.to {
		return l.appendTo(b)
	}
	total := l.Width()
	if whole && total <= c.to {
		return l.appendTo(b)
	}
	if label := l.label(); label > 0 && c.from > 0 && total <= width {
		code := total - label
		c.to = code
		c.cut(code)
		c.out = append(c.out, blanks(min(c.from, code))...)
		c.cells(code, total)
		return c.out
	}
	c.cut(total)
	return c.out
}

// A cutter makes a part of a line.
type cutter struct {
	line     Line
	from, to int
	spans    []Span
	out      []byte
	open     style // of the run that is open in out
	styled   bool  // that run began with an escape sequence
	link     int
	linked   bool
}

// cut writes the part of a line that is total cells wide.
func (c *cutter) cut(total int) {
	glyphs := glyphsFor(c.line.shape())
	left, right := c.from, c.to
	if c.from > 0 && total > c.from && c.to > c.from {
		c.write(glyphs.less, style{self: Dim}, 0)
		left++
	}
	if total > c.to && c.to > left {
		right--
	}
	c.cells(left, right)
	if right < c.to {
		c.write(glyphs.more, style{self: Dim}, 0)
		c.close()
	}
}

// cells writes what is between two cells of the line.
func (c *cutter) cells(left, right int) {
	at, st, link := 0, style{}, 0
	for raw := c.line.raw(); raw != "" && at < right; {
		switch raw[0] {
		case markStyle:
			st, raw = c.line.chunk.styles[raw[1]], raw[styleMark:]
		case markEnd:
			st, raw = style{}, raw[1:]
		case markLink:
			link, raw = linkNumber(raw), raw[linkMark:]
		case markLinkEnd:
			link, raw = 0, raw[1:]
		default:
			cluster, n := text.Cluster(raw[:nextMark(raw)])
			c.cluster(cluster, at, n, left, right, st, link)
			at, raw = at+n, raw[len(cluster):]
		}
	}
	c.close()
}

// cluster writes what is at the cell at, n cells wide, if it is between left and right; blanks for one that is cut.
func (c *cutter) cluster(cluster string, at, n, left, right int, st style, link int) {
	switch {
	case at+n <= left && n > 0 || at < left && n == 0:
	case at < left || at+n > right:
		c.write(blanks(min(at+n, right)-max(at, left)), style{}, 0)
	default:
		for _, s := range c.spans {
			if at >= s.From && at < s.To {
				st = style{block: st.block, self: s.Role}
			}
		}
		c.write(cluster, st, link)
	}
}

// write appends text of a style and link.
func (c *cutter) write(t string, st style, link int) {
	if st != c.open || link != c.link {
		c.close()
		theme := c.line.theme()
		n := len(c.out)
		if link != 0 && theme != nil && theme.profile >= minLinkProfile {
			c.out = c.line.appendLink(c.out, link)
		}
		c.linked = len(c.out) > n
		n = len(c.out)
		if theme != nil {
			c.out = theme.appendOpen(c.out, st)
		}
		c.styled = len(c.out) > n
		c.open, c.link = st, link
	}
	c.out = append(c.out, t...)
}

// close ends the run that is open.
func (c *cutter) close() {
	if c.styled {
		c.out = append(c.out, reset...)
	}
	if c.linked {
		c.out = append(c.out, linkEnd...)
	}
	c.open, c.styled, c.link, c.linked = style{}, false, 0, false
}

// LinkCells returns the cells of the line that the link n takes, its number in brackets with it.
func (l Line) LinkCells(n int) (from, to int, ok bool) {
	at, link := 0, 0
	for raw := l.raw(); raw != ""; {
		switch raw[0] {
		case markStyle:
			raw = raw[styleMark:]
		case markEnd:
			raw = raw[1:]
		case markLink:
			link, raw = linkNumber(raw), raw[linkMark:]
		case markLinkEnd:
			link, raw = 0, raw[1:]
		default:
			t := raw[:nextMark(raw)]
			width := cells(t)
			if link == n {
				if !ok {
					from, ok = at, true
				}
				to = at + width
			}
			at, raw = at+width, raw[len(t):]
		}
	}
	return from, to, ok
}
