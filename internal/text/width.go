package text

import (
	"unicode/utf8"

	"github.com/charmbracelet/x/ansi"
)

// Width returns how many terminal cells s takes, counted by grapheme clusters. Escape sequences count nothing.
func Width(s string) int {
	n := 0
	for i := 0; i < len(s); {
		switch c := s[i]; {
		case c >= 0x20 && c < 0x7F:
			n++
			i++
		case c == 0x1B:
			end := styleEnd(s, i)
			if end == 0 {
				return ansi.StringWidth(s)
			}
			i = end
		default:
			r, size := utf8.DecodeRuneInString(s[i:])
			if !isSingle(r) {
				return ansi.StringWidth(s)
			}
			n++
			i += size
		}
	}
	return n
}

// styleEnd returns where the SGR sequence at i ends in s, 0 where there is another or none.
func styleEnd(s string, i int) int {
	if i++; i == len(s) || s[i] != '[' {
		return 0
	}
	for i++; i < len(s); i++ {
		switch c := s[i]; {
		case c == 'm':
			return i + 1
		case (c < '0' || c > '9') && c != ';' && c != ':':
			return 0
		}
	}
	return 0
}

// isSingle reports whether r, which is not ASCII, is a cell of its own whatever stands beside it, unless that is none of
// these: Latin, general punctuation, arrows, box drawing, the sign for Enter.
func isSingle(r rune) bool {
	return r > 0xA0 && r < 0x300 && r != softHyphen || r >= 0x2010 && r < 0x2028 || r >= 0x2190 && r < 0x2194 || r >= 0x2500 && r < 0x25A0 || r == 0x23CE
}

// Truncate cuts s to at most width cells and ends it with tail where it was cut. Styles in s are kept.
func Truncate(s string, width int, tail string) string {
	if Width(s) <= width {
		return s
	}
	return ansi.Truncate(s, width, tail)
}

// Cluster returns the first grapheme cluster of s and how many cells it takes.
func Cluster(s string) (string, int) {
	if len(s) > 0 && s[0] < utf8.RuneSelf && (len(s) == 1 || s[1] < utf8.RuneSelf) {
		if s[0] < 0x20 || s[0] == 0x7F {
			return s[:1], 0
		}
		return s[:1], 1
	}
	return ansi.FirstGraphemeCluster(s, ansi.GraphemeWidth)
}
