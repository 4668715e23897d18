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
	style string // the SGR sequences since the last reset
	link  string // parameters and address of OSC 8, "" outside links
	width int
	firm  bool // every terminal agrees about its width
}

// parse appends the cells of line to into, at most width columns of them. It is the last wall before the terminal:
// of escape sequences only SGR and OSC 8 survive, of control characters none.
func parse(into []cell, line string, width int, ascii bool) []cell {
	var style, link string
	column := 0
	for i := 0; i < len(line) && column < width; {
		c := line[i]
		switch {
		case c == escape:
			n := sequenceLen(line[i:])
			style, link = applySequence(line[i:i+n], style, link)
			i += n
		case c >= 0x20 && c < 0x7F && (i+1 == len(line) || line[i+1] < 0x80):
			into = append(into, cell{text: line[i : i+1], style: style, link: link, width: 1, firm: true})
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
					into = append(into, cell{text: spell(cluster)[i : i+1], style: style, link: link, width: 1, firm: true})
				}
			default:
				into = append(into, cell{text: cluster, style: style, link: link, width: w, firm: isFirm(cluster)})
			}
		}
	}
	return into
}

// printable reports whether s is valid UTF-8 without C0, DEL and C1.
func printable(s string) bool {
	isControl := func(r rune) bool { return r < 0x20 || r >= 0x7F && r < 0xA0 }
	return utf8.ValidString(s) && !strings.ContainsFunc(s, isControl)
}

// isFirm reports whether cluster is one letter or sign of a script whose width nobody disputes.
func isFirm(cluster string) bool {
	r, n := utf8.DecodeRuneInString(cluster)
	return n == len(cluster) && (r < 0x300 || r >= 0x370 && r < 0x530 || r >= 0x2010 && r < 0x2100 || r >= 0x2500 && r < 0x25A0)
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
func applySequence(seq, style, link string) (string, string) {
	if address, ok := strings.CutPrefix(seq, "\x1b]8;"); ok {
		address = strings.TrimSuffix(strings.TrimSuffix(address, "\x07"), stringEnd)
		if !printable(address) || strings.HasSuffix(address, ";") {
			address = ""
		}
		return style, address
	}
	params, ok := strings.CutPrefix(seq, "\x1b[")
	params, sgr := strings.CutSuffix(params, "m")
	if !ok || !sgr || strings.Trim(params, "0123456789;:") != "" {
		return style, link
	}
	if params == "" || params == "0" {
		return "", link
	}
	return style + seq, link
}

// columns returns how many columns cells take.
func columns(cells []cell) int {
	n := 0
	for _, c := range cells {
		n += c.width
	}
	return n
}

// trim cuts blanks without any style off the end: erasing to the end of the line shows the same.
func trim(cells []cell) []cell {
	for len(cells) > 0 {
		if c := cells[len(cells)-1]; c.text != " " || c.style != "" || c.link != "" {
			break
		}
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
