// Package text makes untrusted text safe to print and measures it in terminal cells.
//
// Everything that comes from outside (posts, front matter, file names, user names) passes Clean or Line at the place
// where it is printed, after entities are decoded. What they return holds no control character but the line feed, no
// C1, no bidirectional control, and no zero-width character outside an emoji sequence.
//
// All functions are pure and safe for concurrent use.
package text

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

const (
	tabStop    = 4 // columns
	joiner     = '\u200D'
	softHyphen = '\u00AD'
)

// Clean returns s as safe text of one or more lines: normalised to NFC, line ends as "\n", tabs expanded to stops of
// four columns, and everything removed that could steer a terminal, reorder or hide text. Invalid UTF-8 becomes U+FFFD.
func Clean(s string) string {
	if isPlain(s) {
		return s
	}
	s = norm.NFC.String(strings.ToValidUTF8(s, "\uFFFD"))
	var b strings.Builder
	b.Grow(len(s))
	column := 0
	var before rune
	for i, r := range s {
		switch {
		case r == '\n' || r == '\u2028' || r == '\u2029':
			b.WriteByte('\n')
			column = 0
		case r == '\t':
			n := tabStop - column%tabStop
			b.WriteString(strings.Repeat(" ", n))
			column += n
		case r == joiner:
			after, _ := utf8.DecodeRuneInString(s[i+utf8.RuneLen(joiner):])
			if isEmoji(before) && isEmoji(after) {
				b.WriteRune(joiner)
			}
		case !isHidden(r):
			b.WriteRune(r)
			column++
			before = r
		}
	}
	return b.String()
}

// Line returns s as one safe line: Clean, then every run of white space as one blank, none at either end.
func Line(s string) string {
	return strings.Join(strings.Fields(Clean(s)), " ")
}

// isPlain reports whether s is printable ASCII and line feeds, so that there is nothing to clean.
func isPlain(s string) bool {
	for i := range len(s) {
		if c := s[i]; (c < 0x20 && c != '\n') || c >= 0x7F {
			return false
		}
	}
	return true
}

// isHidden reports whether r steers a terminal, reorders text or takes no room of its own while it hides some:
// controls, format characters, fillers, variation selectors, private use and what is no character at all.
// The soft hyphen stays: the wrapper shows it at the end of a line only.
func isHidden(r rune) bool {
	switch {
	case r >= 0x20 && r < 0x7F, r == softHyphen:
		return false
	case r == '\u034F', r == '\u115F', r == '\u1160', r == '\u3164', r == '\uFFA0':
		return true
	case r >= 0xFE00 && r <= 0xFE0F, r >= 0xE0000 && r <= 0xE0FFF:
		return true
	case r >= 0xFDD0 && r <= 0xFDEF, r&0xFFFE == 0xFFFE:
		return true
	}
	return unicode.In(r, unicode.Cc, unicode.Cf, unicode.Co, unicode.Cs)
}

// isEmoji reports whether r can be part of an emoji sequence (an outer bound of Extended_Pictographic, UTS #51).
func isEmoji(r rune) bool {
	return r >= 0x1F000 && r <= 0x1FAFF || r >= 0x2190 && r <= 0x2BFF
}
