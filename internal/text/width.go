package text

import (
	"unicode/utf8"

	"github.com/charmbracelet/x/ansi"
)

// Width returns how many terminal cells s takes, counted by grapheme clusters. Escape sequences count nothing.
func Width(s string) int {
	if isPlainLine(s) {
		return len(s)
	}
	return ansi.StringWidth(s)
}

// Truncate cuts s to at most width cells and ends it with tail where it was cut. Styles in s are kept.
func Truncate(s string, width int, tail string) string { return ansi.Truncate(s, width, tail) }

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

// isPlainLine reports whether s is printable ASCII, so that every byte is a cell.
func isPlainLine(s string) bool {
	for i := range len(s) {
		if s[i] < 0x20 || s[i] >= 0x7F {
			return false
		}
	}
	return true
}
