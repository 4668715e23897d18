package render

import (
	"strings"
	"unicode/utf8"

	"postern/internal/text"
)

// Rows are stored as text with marks between, so that one layout serves every theme: a style mark is markStyle and the
// index of the style in the chunk's styles, markEnd ends it; a link mark is markLink and its number in three bytes,
// markLinkEnd ends it. Clean text holds no byte below a blank, so a mark is never mistaken.
const (
	markStyle   = 0x01
	markEnd     = 0x02
	markLink    = 0x03
	markLinkEnd = 0x04

	styleMark = 2 // bytes
	linkMark  = 4
)

// Link marks from noteBase on are marks of footnotes.
const noteBase = 1 << 23

// A row is one row of a chunk: its text ends at the byte end; place is how many characters other than blanks the block
// has before it, with flags in the highest bits.
type row struct {
	end, place uint32
}

const (
	rowWide  = 1 << 31 // may be wider than the measure
	rowGlued = 1 << 30 // goes on with a word of the row before
	placeMax = rowGlued - 1
)

// A piece is what a container sets before each of its rows: a bullet and then blanks, or a bar.
type piece struct {
	first, rest string
	width       int
	style       style
	used        bool // first has been set
}

// A setter makes rows. It knows the measure and what the open containers set before each row.
type setter struct {
	measure int
	pieces  []piece
	hidden  int // pieces, from the outermost, that there is no room for

	text  []byte
	rows  []row
	gap   int  // blank rows to set before the next row
	begun bool // a row has been set, ever: a post starts with no blank row
	place uint32

	styles []style // in use, by index; the first is no style
	cur    style   // of the run that is open in text
	link   uint32
	opens  int // where the text of that run starts, after its marks
}

// minRoom is the width that text keeps where containers nest deeply; their outer marks go first.
func (s *setter) minRoom() int { return min(24, s.measure/2) }

// room returns the width that is left for text.
func (s *setter) room() int {
	n := s.measure
	for _, p := range s.pieces[s.hidden:] {
		n -= p.width
	}
	return max(n, 4)
}

// space asks for n blank rows before the next one; of several calls the largest holds.
func (s *setter) space(n int) { s.gap = max(s.gap, n) }

// open puts p before the rows to come. The blank rows asked for are set first, outside.
func (s *setter) open(p piece) {
	s.flushGap()
	s.pieces = append(s.pieces, p)
	s.hide()
}

// close ends the innermost container. One that set nothing shows its mark at least.
func (s *setter) close() {
	if p := s.pieces[len(s.pieces)-1]; !p.used && strings.TrimSpace(p.first) != "" && p.first != p.rest {
		s.gap = 0
		s.begin()
		s.end(0)
	}
	s.pieces = s.pieces[:len(s.pieces)-1]
	s.hide()
}

// hide decides how many of the outer pieces have to go.
func (s *setter) hide() {
	s.hidden = len(s.pieces)
	for n := 0; s.hidden > 0; s.hidden-- {
		n += s.pieces[s.hidden-1].width
		if n > s.measure-s.minRoom() && s.hidden < len(s.pieces) {
			break
		}
	}
}

// flushGap sets the blank rows that were asked for.
func (s *setter) flushGap() {
	for ; s.gap > 0 && s.begun; s.gap-- {
		for i := range s.pieces {
			s.pieces[i].used = true
		}
		s.prefix(false)
		s.end(0)
	}
	s.gap = 0
}

// begin starts a row: blank rows first, then what the containers set before it.
func (s *setter) begin() {
	s.flushGap()
	s.begun = true
	s.prefix(true)
}

// prefix writes what the containers set before a row.
func (s *setter) prefix(first bool) {
	for i := range s.pieces {
		p := &s.pieces[i]
		set := p.rest
		if first && !p.used {
			set = p.first
			p.used = true
		}
		if i >= s.hidden {
			sign := strings.TrimLeft(set, " ")
			s.write(set[:len(set)-len(sign)], style{}, 0)
			s.write(sign, p.style, 0)
		}
	}
}

// write adds clean text to the row. Runs alike are joined.
func (s *setter) write(t string, st style, link uint32) {
	if t == "" {
		return
	}
	if link != s.link || st != s.cur {
		s.endStyle()
		if link != s.link {
			s.endLink()
		}
		if link != 0 && link != s.link {
			s.text = append(s.text, markLink, byte(link>>16), byte(link>>8), byte(link))
		}
		if !st.plain() {
			s.text = append(s.text, markStyle, s.styleIndex(st))
		}
		s.cur, s.link, s.opens = st, link, len(s.text)
	}
	s.text = append(s.text, t...)
}

// styleIndex returns the index of a style. A post that uses more than a byte can tell apart gets none for the rest.
func (s *setter) styleIndex(st style) byte {
	if len(s.styles) == 0 {
		s.styles = append(s.styles, style{})
	}
	for i, known := range s.styles {
		if known == st {
			return byte(i)
		}
	}
	if len(s.styles) > 255 {
		return 0
	}
	s.styles = append(s.styles, st)
	return byte(len(s.styles) - 1)
}

// endStyle ends the style of the run that is open, or takes it back where it has no text.
func (s *setter) endStyle() {
	switch {
	case s.cur.plain():
	case len(s.text) == s.opens:
		s.text = s.text[:s.opens-styleMark]
	default:
		s.text = append(s.text, markEnd)
	}
	s.cur = style{}
}

func (s *setter) endLink() {
	if s.link != 0 {
		s.text = append(s.text, markLinkEnd)
	}
	s.link = 0
}

// end ends the row, without the blanks at its end.
func (s *setter) end(flags uint32) {
	n := len(s.text)
	for n > s.opens && s.text[n-1] == ' ' {
		n--
	}
	s.text = s.text[:n]
	s.endStyle()
	s.endLink()
	s.opens = len(s.text)
	s.rows = append(s.rows, row{uint32(len(s.text)), min(s.place, placeMax) | flags})
}

// count adds the characters of t to the place of the rows to come.
func (s *setter) count(t string) {
	n := 0
	for i := range len(t) {
		if t[i] > ' ' && utf8.RuneStart(t[i]) {
			n++
		}
	}
	s.place += uint32(n)
}

// line sets one row of text in one style.
func (s *setter) line(t string, st style, flags uint32) {
	s.begin()
	s.write(t, st, 0)
	s.end(flags)
	s.count(t)
}

// blanks returns n blanks.
func blanks(n int) string {
	const some = "                                                                                "
	if n <= len(some) {
		return some[:max(n, 0)]
	}
	return strings.Repeat(" ", n)
}

// cells returns the width of t.
func cells(t string) int { return text.Width(t) }
