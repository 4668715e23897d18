package term

import (
	"strings"
	"unicode/utf8"

	"github.com/charmbracelet/x/ansi"
	"golang.org/x/text/unicode/norm"
)

// look is all that is switched on where a cell stands.
type look struct {
	style style
	link  string // parameters and address of OSC 8, "" outside links
}

// cell is one grapheme cluster of a line.
type cell struct {
	text  string
	look  int32 // in the looks that it was parsed with
	width uint8
	firm  bool // one column, about which every terminal agrees
}

// blank is a cell that shows nothing. The first of all looks is a terminal's own.
var blank = cell{text: " ", width: 1, firm: true}

// looks are those of the cells of one frame. Few lines have more than a handful.
type looks []look

// number returns the place of l in the looks, where it is put if it is new.
func (all *looks) number(l look) int32 {
	for n := len(*all) - 1; n >= 0; n-- {
		if (*all)[n] == l {
			return int32(n)
		}
	}
	*all = append(*all, l)
	return int32(len(*all) - 1)
}

// onBlanks returns what can be seen of look n where there is no letter.
func (all *looks) onBlanks(n int32) int32 {
	if l := (*all)[n]; !l.style.marksBlanks() {
		return all.number(look{link: l.link})
	}
	return n
}

// parse appends the cells of line to into, at most width columns of them. It is the last wall before the terminal:
// of escape sequences only SGR and OSC 8 survive, of control characters none.
func (all *looks) parse(into []cell, line string, width int, has alphabet) []cell {
	on := look{}
	letter, space := all.number(on), all.number(on)
	column := 0
	for i := 0; i < len(line) && column < width; {
		c := line[i]
		switch {
		case c == escape:
			n := sequenceLen(line[i:])
			on.style, on.link = applySequence(line[i:i+n], on.style, on.link)
			letter = all.number(on)
			space = all.onBlanks(letter)
			i += n
		case c >= 0x20 && c < 0x7F && (i+1 == len(line) || line[i+1] < 0x80):
			n := letter
			if c == ' ' {
				n = space
			}
			into = append(into, cell{text: line[i : i+1], look: n, width: 1, firm: true})
			column++
			i++
		case c < 0x20 || c == 0x7F:
			i++
		default:
			cluster, w := firstCluster(line[i:])
			i += len(cluster)
			column += w
			switch {
			case w == 0 || column > width || !printable(cluster):
			case has == onlyASCII || has == onlyLetters && isSign(cluster):
				for i := range w {
					n := letter
					if spell(cluster)[i] == ' ' {
						n = space
					}
					into = append(into, cell{text: spell(cluster)[i : i+1], look: n, width: 1, firm: true})
				}
			case cluster == " ":
				into = append(into, cell{text: cluster, look: space, width: 1, firm: true})
			default:
				into = append(into, cell{text: cluster, look: letter, width: uint8(w), firm: w == 1 && isFirm(cluster)})
			}
		}
	}
	return into
}

// firstCluster returns the first grapheme cluster of s and how many columns it takes.
func firstCluster(s string) (string, int) {
	if r, n := utf8.DecodeRuneInString(s); isSettled(r) && (n == len(s) || s[n] < 0x80) {
		return s[:n], 1
	}
	return ansi.FirstGraphemeCluster(s, ansi.GraphemeWidth)
}

// printable reports whether s is valid UTF-8 without C0, DEL and C1.
func printable(s string) bool {
	isControl := func(r rune) bool { return r < 0x20 || r >= 0x7F && r < 0xA0 }
	return utf8.ValidString(s) && !strings.ContainsFunc(s, isControl)
}

// isFirm reports whether cluster is one letter or sign of a script whose width nobody disputes.
func isFirm(cluster string) bool {
	r, n := utf8.DecodeRuneInString(cluster)
	return n == len(cluster) && (isSettled(r) || r <= 0xA0 || r >= 0x370 && r < 0x530 || r >= 0x2028 && r < 0x2100)
}

// isSettled reports whether r is a cell of its own unless something beyond ASCII follows: Latin, the usual punctuation,
// lines and blocks.
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

// alphabet is what a terminal can show.
type alphabet uint8

const (
	everything  alphabet = iota
	onlyLetters          // of any script, but no signs of ours: a console's font has few
	onlyASCII
)

// spell returns two ASCII characters that stand for cluster on a terminal that has no others; the second is for the
// second column of a wide one. Letters lose their accents, the signs that we draw become their neighbours.
func spell(cluster string) string {
	r, _ := utf8.DecodeRuneInString(cluster)
	if s := sign(r); s != 0 {
		return string(s) + " "
	}
	if base := norm.NFKD.String(cluster); base[0] >= 0x20 && base[0] < 0x7F {
		return base[:1] + " "
	}
	return "??"
}

// isSign reports whether cluster is one of the signs that we draw.
func isSign(cluster string) bool {
	r, _ := utf8.DecodeRuneInString(cluster)
	return sign(r) != 0
}

// sign returns the ASCII character that stands for the sign r, 0 for what is none.
func sign(r rune) byte {
	switch r {
	case '▌', '▎', '▏', '│', '┃':
		return '|'
	case '─', '━', '–', '—', '‐', '‑', '−':
		return '-'
	case '•', '·', '∎', '◦', '▪':
		return '*'
	case '§':
		return '#'
	case '…':
		return '.'
	case '‘', '’':
		return '\''
	case '“', '”', '«', '»':
		return '"'
	case '←':
		return '<'
	case '→':
		return '>'
	case '↑':
		return '^'
	case '↓':
		return 'v'
	case '⏎':
		return '='
	case '\u00A0':
		return ' '
	}
	return 0
}
