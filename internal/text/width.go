package text

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/charmbracelet/x/ansi"
)

// Width returns how many terminal cells s takes, counted by grapheme clusters as Cluster does. Escape sequences count
// nothing.
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
				return widthOfAny(s)
			}
			i = end
		default:
			r, size := utf8.DecodeRuneInString(s[i:])
			if !isSingle(r) {
				return widthOfAny(s)
			}
			n++
			i += size
		}
	}
	return n
}

// widthOfAny is Width for text of any script, with any sequences.
func widthOfAny(s string) int {
	cells := 0
	for s != "" {
		part, width := next(s)
		cells += width
		s = s[len(part):]
	}
	return cells
}

// next returns the cluster or the escape sequence that s begins with, and how many cells it takes.
func next(s string) (string, int) {
	if s[0] != 0x1B {
		return Cluster(s)
	}
	sequence, _, _, _ := ansi.DecodeSequence(s, 0, nil)
	return sequence, 0
}

// spread returns how many cells a grapheme cluster takes that is width cells wide where terminals know of clusters. Most
// count letters, and in scripts of South Asia a cluster has several: room for all is kept, for what lies beyond the edge
// of a terminal is lost.
func spread(cluster string, width int) int {
	if width != 1 || len(cluster) <= utf8.UTFMax {
		return width
	}
	_, first := utf8.DecodeRuneInString(cluster)
	for _, r := range cluster[first:] {
		if unicode.In(r, unicode.Letter, unicode.Mc) {
			width++
		}
	}
	return width
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
	if width -= Width(tail); width < 0 {
		return ""
	}
	var b strings.Builder
	for isCut := false; s != ""; {
		part, cells := next(s)
		s = s[len(part):]
		if width -= cells; width < 0 && cells > 0 && !isCut {
			isCut = true
			b.WriteString(tail)
		}
		if cells == 0 || !isCut {
			b.WriteString(part)
		}
	}
	return b.String()
}

// Cluster returns the first grapheme cluster of s and how many cells it takes at most: terminals agree but for scripts of
// South Asia.
func Cluster(s string) (string, int) {
	if len(s) > 0 && s[0] < utf8.RuneSelf && (len(s) == 1 || s[1] < utf8.RuneSelf) {
		if s[0] < 0x20 || s[0] == 0x7F {
			return s[:1], 0
		}
		return s[:1], 1
	}
	cluster, width := ansi.FirstGraphemeCluster(s, ansi.GraphemeWidth)
	return cluster, spread(cluster, width)
}
