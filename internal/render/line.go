package render

import (
	"sort"
	"strconv"
	"strings"

	"github.com/charmbracelet/colorprofile"

	"postern/internal/text"
)

// Line is one line of a Document, without a margin. It is small and may be kept as long as the Document.
type Line struct {
	doc   *Document
	chunk *chunk
	row   int32
}

// raw returns the row with its marks.
func (l Line) raw() string {
	if l.chunk == nil {
		return ""
	}
	start := uint32(0)
	if l.row > 0 {
		start = l.chunk.rows[l.row-1].end
	}
	return l.chunk.text[start:l.chunk.rows[l.row].end]
}

// String returns the line as the theme shows it: styles and links, each ended where it ends, no blanks at the end. It
// is no wider than the measure unless it is Wide.
func (l Line) String() string {
	if raw := l.raw(); nextMark(raw) == len(raw) && l.figure() == nil {
		return raw
	}
	return string(l.appendTo(nil))
}

// appendTo appends to b what String returns.
func (l Line) appendTo(b []byte) []byte {
	raw, theme := l.raw(), l.theme()
	if theme == nil || theme.profile < minLinkProfile {
		return append(b, unmarked(raw)...)
	}
	b = l.appendStyled(b, theme, raw)
	if f := l.figure(); f != nil {
		b = l.appendPicture(b, f, l.Width())
	}
	return b
}

// What ends a link, and the least terminal that is given any.
const (
	linkEnd        = "\x1b]8;;\x1b\\"
	minLinkProfile = colorprofile.Ascii
)

func (l Line) shape() shape {
	if l.doc == nil {
		return shape{}
	}
	return l.doc.layout.shape
}

func (l Line) theme() *Theme {
	if l.doc == nil {
		return nil
	}
	return l.doc.theme
}

// appendStyled appends raw with its marks replaced by escape sequences.
func (l Line) appendStyled(b []byte, theme *Theme, raw string) []byte {
	styled, linked := false, false
	for i := 0; i < len(raw); {
		switch raw[i] {
		case markStyle:
			n := len(b)
			b = theme.appendOpen(b, l.chunk.styles[raw[i+1]])
			styled = len(b) > n
			i += styleMark
		case markEnd:
			if styled {
				b = append(b, reset...)
			}
			styled = false
			i++
		case markLink:
			n := len(b)
			b = l.appendLink(b, linkNumber(raw[i:]))
			linked = len(b) > n
			i += linkMark
		case markLinkEnd:
			if linked {
				b = append(b, linkEnd...)
			}
			linked = false
			i++
		default:
			n := nextMark(raw[i:])
			b = append(b, raw[i:i+n]...)
			i += n
		}
	}
	return b
}

// appendLink appends the start of the link n, nothing for one that no terminal can open. All rows of a link have one id, and each a parameter of its own, without
// which a renderer that compares rows would take them for already open.
func (l Line) appendLink(b []byte, n int) []byte {
	k := n - l.chunk.linked - 1
	if k < 0 || k >= len(l.chunk.links) || l.chunk.links[k].Local {
		return b
	}
	b = append(b, "\x1b]8;id="...)
	b = strconv.AppendInt(b, int64(n), 10)
	b = append(b, ":r="...)
	b = strconv.AppendInt(b, int64(l.row), 10)
	b = append(b, ';')
	b = append(b, l.chunk.links[k].URL...)
	return append(b, "\x1b\\"...)
}

// linkNumber returns the number in the link mark that raw starts with.
func linkNumber(raw string) int {
	return int(raw[1])<<16 | int(raw[2])<<8 | int(raw[3])
}

// nextMark returns how many bytes of raw come before its first mark.
func nextMark(raw string) int {
	for i := range len(raw) {
		if raw[i] <= markLinkEnd {
			return i
		}
	}
	return len(raw)
}

// unmarked returns raw without its marks.
func unmarked(raw string) string {
	if nextMark(raw) == len(raw) {
		return raw
	}
	b := make([]byte, 0, len(raw))
	for i := 0; i < len(raw); {
		switch raw[i] {
		case markStyle:
			i += styleMark
		case markLink:
			i += linkMark
		case markEnd, markLinkEnd:
			i++
		default:
			n := nextMark(raw[i:])
			b = append(b, raw[i:i+n]...)
			i += n
		}
	}
	return string(b)
}

// linksIn returns the numbers of the links in raw.
func linksIn(raw string) []int { return marksIn(raw, 0, noteBase) }

// marksIn returns the numbers in the link marks of raw that are at least from and less than to.
func marksIn(raw string, from, to int) []int {
	if strings.IndexByte(raw, markLink) < 0 {
		return nil
	}
	var found []int
	for i := 0; i < len(raw); {
		switch raw[i] {
		case markLink:
			if n := linkNumber(raw[i:]); n >= from && n < to {
				found = append(found, n)
			}
			i += linkMark
		case markStyle:
			i += styleMark
		default:
			i++
		}
	}
	return found
}

// Plain returns the line without styles and links.
func (l Line) Plain() string { return unmarked(l.raw()) }

// Width returns how many cells the line takes.
func (l Line) Width() int { return text.Width(l.Plain()) }

// Wide reports whether the line may be wider than the measure, as code may be: a screen cuts it, see Cut.
func (l Line) Wide() bool { return l.chunk != nil && l.chunk.rows[l.row].place&rowWide != 0 }

// Sideways reports whether the line may be moved sideways: it is code of a block that has a Wide line.
func (l Line) Sideways() bool {
	b := l.code()
	return b != nil && b.wide
}

// label returns how many cells at the right edge of the line name its language and how to copy it.
func (l Line) label() int {
	if b := l.code(); b != nil && b.first == uint32(l.row) {
		return b.label
	}
	return 0
}

// Glued reports whether the line goes on with a word that was broken at the end of the line before.
func (l Line) Glued() bool { return l.chunk != nil && l.chunk.rows[l.row].place&rowGlued != 0 }

// Links returns the numbers of the links on the line, from the left; those of the post count from 1.
func (l Line) Links() []int { return linksIn(l.raw()) }

// Footnotes returns the numbers of the footnotes that the line mentions, from the left.
func (l Line) Footnotes() []int {
	found := marksIn(l.raw(), noteBase, 2*noteBase)
	for i := range found {
		found[i] -= noteBase
	}
	return found
}

// Block returns the number of the block that the line belongs to, from 0. Blank lines belong to the block after them.
func (l Line) Block() int {
	if l.chunk == nil {
		return 0
	}
	return l.chunk.block + l.chunk.blockOf(int(l.row))
}

// Heading reports whether a heading starts on the line.
func (l Line) Heading() bool {
	if l.chunk == nil {
		return false
	}
	line := l.chunk.first + int(l.row)
	hs := l.chunk.headings
	i := sort.Search(len(hs), func(i int) bool { return hs[i].Line >= line })
	return i < len(hs) && hs[i].Line == line
}

// code returns the code block of the line, nil for none.
func (l Line) code() *codeBlock {
	if l.chunk == nil {
		return nil
	}
	codes := l.chunk.codes
	i := sort.Search(len(codes), func(i int) bool { return codes[i].last > uint32(l.row) })
	if i < len(codes) && codes[i].first <= uint32(l.row) {
		return &codes[i]
	}
	return nil
}

// blockOf returns the index of the block of c that has a row.
func (c *chunk) blockOf(row int) int {
	return sort.Search(len(c.blocks), func(i int) bool { return int(c.blocks[i]) > row }) - 1
}
