package term

import (
	"slices"
	"strings"
	"unicode/utf8"

	"postern/internal/text"
)

// look is all that is switched on where a cell stands.
type look struct {
	style style
	link  string // parameters and address of OSC 8, "" outside links
}

// cell is one grapheme cluster of a line. It is as small as it is because a key has hundreds of them compared.
type cell struct {
	glyph glyph
	look  int32 // in the stock that it was parsed with
}

// glyph is what a cell shows: a character, or the place of a cluster of several in the stock that it was parsed with, in
// the lower bits; above them how many columns it takes.
type glyph uint32

const (
	cluster glyph = 1 << 21 // the bits below are a place in a stock
	firm    glyph = 1 << 22 // one column, about which every terminal agrees
	columns       = 23      // the bits from here on are the width

	narrow = firm | 1<<columns // of ASCII and all that is as simple
)

// blank is a cell that shows nothing. The first of all looks is a terminal's own.
var blank = cell{glyph: narrow | ' '}

// isFirm reports whether the cell is one column wide, whatever the terminal.
func (c cell) isFirm() bool { return c.glyph&firm != 0 }

// stock is what the cells of a frame refer to.
type stock struct {
	looks    []look
	clusters []string
	switches []change
}

// change is what a sequence does: from one look to another, and to what can be seen of that where there is no letter.
type change struct {
	sequence          string
	from, to, onBlank int32
}

// crowded is from how many looks or clusters on a stock is emptied between lines: finding one in it takes as long as
// there are others. Few frames have more than a handful.
const crowded = 64

func (s *stock) isCrowded() bool {
	return len(s.looks) > crowded || len(s.clusters) > crowded || len(s.switches) >= crowded
}

// empty forgets all but the look n, whose new place it returns.
func (s *stock) empty(n int32) int32 {
	on := look{}
	if n > 0 {
		on = s.looks[n]
	}
	s.looks, s.clusters, s.switches = append(s.looks[:0], look{}), s.clusters[:0], s.switches[:0]
	return s.number(on)
}

// number returns the place of l in the looks, where it is put if it is new.
func (s *stock) number(l look) int32 {
	for n := len(s.looks) - 1; n >= 0; n-- {
		if s.looks[n] == l {
			return int32(n)
		}
	}
	s.looks = append(s.looks, l)
	return int32(len(s.looks) - 1)
}

// onBlanks returns what can be seen of look n where there is no letter.
func (s *stock) onBlanks(n int32) int32 {
	if l := &s.looks[n]; !l.style.marksBlanks() {
		return s.number(look{link: l.link})
	}
	return n
}

// after returns the look that sequence makes of the look n, and what can be seen of it where there is no letter.
func (s *stock) after(sequence string, n int32) (to, onBlank int32) {
	for i := range s.switches {
		if c := &s.switches[i]; c.from == n && c.sequence == sequence {
			return c.to, c.onBlank
		}
	}
	on := s.looks[n]
	on.style, on.link = applySequence(sequence, on.style, on.link)
	to = s.number(on)
	onBlank = s.onBlanks(to)
	if len(s.switches) < crowded {
		s.switches = append(s.switches, change{sequence, n, to, onBlank})
	}
	return to, onBlank
}

// glyph returns what shows text, one grapheme cluster of the given width.
func (s *stock) glyph(text string, width int) glyph {
	r, n := utf8.DecodeRuneInString(text)
	if n == len(text) {
		g := glyph(r) | glyph(width)<<columns
		if width == 1 && isFirm(r) {
			g |= firm
		}
		return g
	}
	at := slices.Index(s.clusters, text)
	if at < 0 {
		at = len(s.clusters)
		s.clusters = append(s.clusters, text)
	}
	return glyph(at) | cluster | glyph(width)<<columns
}

// append appends the text of g to b.
func (s *stock) append(b []byte, g glyph) []byte {
	switch n := g & (cluster - 1); {
	case g&cluster != 0:
		return append(b, s.clusters[n]...)
	case n < utf8.RuneSelf:
		return append(b, byte(n))
	default:
		return utf8.AppendRune(b, rune(n))
	}
}

// parse appends the cells of line to into, at most width columns of them, and returns the look that is on after them. It
// is the last wall before the terminal: of escape sequences only SGR and OSC 8 survive, of control characters none.
func (s *stock) parse(into []cell, line string, width int, has alphabet) ([]cell, int32) {
	letter, space := int32(0), int32(0)
	column := 0
	for i := 0; i < len(line) && column < width; {
		c := line[i]
		switch {
		case c >= 0x20 && c < 0x7F && (i+1 == len(line) || line[i+1] < 0x80):
			n := letter
			if c == ' ' {
				n = space
			}
			into = append(into, cell{narrow | glyph(c), n})
			column++
			i++
		case c == escape:
			n := sequenceLen(line[i:])
			letter, space = s.after(line[i:i+n], letter)
			i += n
		case c < 0x20 || c == 0x7F:
			i++
		default:
			text, w := firstCluster(line[i:])
			i += len(text)
			column += w
			if w > 0 && column <= width && printable(text) {
				into = s.show(into, text, w, letter, space, has)
			}
		}
	}
	return into, letter
}

// show appends the cells of a grapheme cluster, or of what stands for it on a terminal that cannot show it, in the looks of
// letters and of blanks.
func (s *stock) show(into []cell, text string, width int, letter, space int32, has alphabet) []cell {
	switch {
	case text == " ":
		return append(into, cell{narrow | ' ', space})
	case has == everything || has == onlyLetters && !isSign(text):
		return append(into, cell{s.glyph(text, width), letter})
	}
	for _, c := range []byte(spell(text, width)) {
		n := letter
		if c == ' ' {
			n = space
		}
		into = append(into, cell{narrow | glyph(c), n})
	}
	return into
}

// firstCluster returns the first grapheme cluster of s and how many columns it takes.
func firstCluster(s string) (string, int) {
	if r, n := utf8.DecodeRuneInString(s); isSettled(r) {
		if next, _ := utf8.DecodeRuneInString(s[n:]); n == len(s) || next < 0x80 || isSettled(next) {
			return s[:n], 1
		}
	}
	return text.Cluster(s)
}

// printable reports whether s is valid UTF-8 without C0, DEL and C1.
func printable(s string) bool {
	isControl := func(r rune) bool { return r < 0x20 || r >= 0x7F && r < 0xA0 }
	return utf8.ValidString(s) && !strings.ContainsFunc(s, isControl)
}

// isFirm reports whether r is a letter or sign of a script whose width nobody disputes.
func isFirm(r rune) bool {
	return isSettled(r) || r <= 0xA0 || r >= 0x370 && r < 0x530 || r >= 0x2028 && r < 0x2100
}

// isSettled reports whether r is a cell of its own unless something follows that is neither ASCII nor settled: Latin, the
// usual punctuation, lines and blocks.
func isSettled(r rune) bool {
	const softHyphen = 0xAD
	return r > 0xA0 && r < 0x300 && r != softHyphen || r >= 0x2010 && r < 0x2028 || r >= 0x2500 && r < 0x25A0
}

// sequenceLen returns the length of the escape sequence at the start of s, all of s where it does not end.
func sequenceLen(s string) int {
	if len(s) < 2 {
		return len(s)
	}
	if !isString(s[1]) && s[1] != '[' {
		return min(2, len(s))
	}
	if n := strings.IndexByte(s, 'm') + 1; n > 2 && s[1] == '[' && isParameters(s[2:n-1]) {
		return n // an SGR sequence, as nearly all are
	}
	n, whole := scan([]byte(s))
	if !whole {
		return len(s)
	}
	return max(n, 1)
}

// isParameters reports whether s is what stands between ESC [ and the last letter of most sequences.
func isParameters(s string) bool {
	for i := range len(s) {
		if c := s[i]; (c < '0' || c > '9') && c != ';' && c != ':' {
			return false
		}
	}
	return true
}

// applySequence returns style and link as they are after the sequence seq.
func applySequence(seq string, on style, link string) (style, string) {
	if address, ok := strings.CutPrefix(seq, "\x1b]8;"); ok {
		address = strings.TrimSuffix(strings.TrimSuffix(address, "\x07"), stringEnd)
		if !printable(address) || strings.HasSuffix(address, ";") {
			address = ""
		}
		return on, address
	}
	params, ok := strings.CutPrefix(seq, "\x1b[")
	params, sgr := strings.CutSuffix(params, "m")
	if !ok || !sgr {
		return on, link
	}
	return on.after(params), link
}

// trim cuts blanks off the end that erasing to the end of the line shows as well.
func trim(cells []cell) []cell {
	for len(cells) > 0 && cells[len(cells)-1] == blank {
		cells = cells[:len(cells)-1]
	}
	return cells
}
