package term

import (
	"strings"
	"unicode/utf8"

	"github.com/charmbracelet/x/ansi"
	"golang.org/x/text/unicode/norm"
)

// cell is one grapheme cluster of a line with all that is switched on where it stands.
type cell struct {
	text  string
	style style
	link  string // parameters and address of OSC 8, "" outside links
	width int
	firm  bool // one column, about which every terminal agrees
}

// blank is a cell that shows nothing.
var blank = cell{text: " ", width: 1, firm: true}

// parse appends the cells of line to into, at most width columns of them. It is the last wall before the terminal:
// of escape sequences only SGR and OSC 8 survive, of control characters none.
func parse(into []cell, line string, width int, ascii bool) []cell {
	var on style
	var link string
	column := 0
	for i := 0; i < len(line) && column < width; {
		c := line[i]
		switch {
		case c == escape:
			n := sequenceLen(line[i:])
			on, link = applySequence(line[i:i+n], on, link)
			i += n
		case c >= 0x20 && c < 0x7F && (i+1 == len(line) || line[i+1] < 0x80):
			into = append(into, single(line[i:i+1], on, link))
			column++
			i++
		case c < 0x20 || c == 0x7F:
			i++
		default:
			cluster, w := ansi.FirstGraphemeCluster(line[i:], ansi.GraphemeWidth)
			i += len(cluster)
			column += w
			switch {
			case w == 0 || column > width || !printable(cluster):
			case ascii:
				for i := range w {
					into = append(into, single(spell(cluster)[i:i+1], on, link))
				}
			case w == 1 && isFirm(cluster):
				into = append(into, single(cluster, on, link))
			default:
				into = append(into, cell{text: cluster, style: on, link: link, width: w})
			}
		}
	}
	return into
}

// single returns a cell of one column without doubt. What cannot be seen of a blank's style is left out.
func single(text string, on style, link string) cell {
	if text == " " && !on.marksBlanks() {
		on = style{}
	}
	return cell{text: text, style: on, link: link, width: 1, firm: true}
}

// printable reports whether s is valid UTF-8 without C0, DEL and C1.
func printable(s string) bool {
	isControl := func(r rune) bool { return r < 0x20 || r >= 0x7F && r < 0xA0 }
	return utf8.ValidString(s) && !strings.ContainsFunc(s, isControl)
}

// isFirm reports whether cluster is one letter or sign of a script whose width nobody disputes.
func isFirm(cluster string) bool {
	const softHyphen = 0xAD
	r, n := utf8.DecodeRuneInString(cluster)
	return n == len(cluster) && r != softHyphen &&
		(r < 0x300 || r >= 0x370 && r < 0x530 || r >= 0x2010 && r < 0x2100 || r >= 0x2500 && r < 0x25A0)
}

// sequenceLen returns the length of the escape sequence at the start of s, all of s where it does not end.
func sequenceLen(s string) int {
	if len(s) < 2 {
		return len(s)
	}
	if !isString(s[1]) && s[1] != '[' {
		return min(2, len(s))
	}
	n, whole := scan([]byte(s))
	if !whole {
		return len(s)
	}
	return max(n, 1)
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

// spell returns two ASCII characters that stand for cluster on a terminal that has no others; the second is for the
// second column of a wide one. Letters lose their accents, the signs that we draw become their neighbours.
func spell(cluster string) string {
	switch r, _ := utf8.DecodeRuneInString(cluster); r {
	case '▌', '▎', '▏', '│', '┃':
		return "| "
	case '─', '━', '–', '—', '‐', '‑', '−':
		return "- "
	case '•', '·', '∎', '§', '◦', '▪':
		return "* "
	case '…':
		return ". "
	case '‘', '’':
		return "' "
	case '“', '”', '«', '»':
		return "\" "
	case '←':
		return "< "
	case '→':
		return "> "
	case '↑':
		return "^ "
	case '↓':
		return "v "
	case '⏎':
		return "= "
	case '\u00A0':
		return "  "
	}
	if base := norm.NFKD.String(cluster); base[0] >= 0x20 && base[0] < 0x7F {
		return base[:1] + " "
	}
	return "??"
}
