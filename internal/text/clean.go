// Package text makes untrusted text safe to print, measures it in terminal cells and breaks it into rows.
//
// Everything that comes from outside (posts, front matter, file names, user names) passes Clean, Line, Source or Code at
// the place where it is printed, after entities are decoded. What they return holds no control character but the line
// feed (and the tab, in Source), no C1, no bidirectional control, and no zero-width character outside an emoji sequence.
// Soft keeps soft hyphens for who breaks the text into rows; they must not be printed.
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
	maxMarks   = 8 // combining marks on one character; more only paint over the lines around
	joiner     = '\u200D'
	softHyphen = '\u00AD'
)

// Clean returns s as safe text of one or more lines: normalised to NFC, line ends as "\n", tabs expanded to stops of
// four columns, and everything removed that could steer a terminal, reorder or hide text. Invalid UTF-8 becomes U+FFFD.
func Clean(s string) string { return clean(s, kept{}) }

// Source returns s as Clean does, but with its tabs: code as a reader may copy it.
func Source(s string) string { return clean(s, kept{tabs: true}) }

// Soft returns s as Clean does, but with its soft hyphens: text for Wrap, which tells where one is to be shown. Whoever
// prints a row of it takes the others out.
func Soft(s string) string { return clean(s, kept{softHyphens: true}) }

// Line returns s as one safe line: Clean, then every run of white space as one blank, none at either end.
func Line(s string) string {
	if isTidy(s) {
		return s
	}
	return strings.Join(strings.Fields(Clean(s)), " ")
}

// SafeName reports whether name can be given to programs that show it as it is: one line of valid UTF-8, of which Clean
// would remove nothing but what makes an emoji colourful. How letters and accents are put together does not count.
func SafeName(name string) bool {
	if isPlain(name) {
		return !strings.Contains(name, "\n")
	}
	if strings.Contains(name, "\n") || !utf8.ValidString(name) {
		return false
	}
	name = norm.NFC.String(strings.ReplaceAll(name, "\uFE0F", ""))
	return Clean(name) == name
}

// kept is what clean leaves in although Clean does not.
type kept struct{ tabs, softHyphens bool }

func clean(s string, keep kept) string {
	if isPlain(s) {
		return s
	}
	s = norm.NFC.String(strings.ToValidUTF8(s, "\uFFFD"))
	if isSafe(s, keep) {
		return s
	}
	c := cleaner{keep: keep}
	c.b.Grow(len(s))
	for i, r := range s {
		c.add(r, s[i+utf8.RuneLen(r):])
	}
	return norm.NFC.String(c.b.String()) // what was removed may have kept marks from their letter
}

// A cleaner collects clean text.
type cleaner struct {
	b      strings.Builder
	keep   kept
	column int // at the byte from
	from   int // where the last line starts, or the last tab of it ends
	before rune
	marks  int // combining marks in a row
}

// add takes the rune r, which rest follows.
func (c *cleaner) add(r rune, rest string) {
	marks := c.marks
	c.marks = 0
	switch {
	case r == '\n' || r == '\u2028' || r == '\u2029':
		c.b.WriteByte('\n')
		c.column, c.from = 0, c.b.Len()
	case r == '\t' && !c.keep.tabs:
		c.column = nextStop(c.column+Width(c.b.String()[c.from:]), &c.b)
		c.from = c.b.Len()
	case r == '\t':
		c.b.WriteByte('\t')
	case r == joiner:
		if joinsEmoji(c.before, rest) {
			c.b.WriteRune(joiner)
		}
		return
	case isHidden(r):
		if r == softHyphen && c.keep.softHyphens {
			c.b.WriteRune(r)
		}
		c.marks = marks
		return
	case isMark(r):
		if c.marks = marks + 1; c.marks <= maxMarks {
			c.b.WriteRune(r)
		}
		return
	default:
		c.b.WriteRune(r)
	}
	c.before = r
}

// nextStop writes the blanks of a tab at a column to b and returns the column after it.
func nextStop(column int, b *strings.Builder) int {
	n := tabStop - column%tabStop
	b.WriteString("    "[:n])
	return column + n
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

// isTidy reports whether s is printable ASCII without blanks at its ends or two in a row.
func isTidy(s string) bool {
	before := byte(' ')
	for i := range len(s) {
		c := s[i]
		if c < 0x20 || c >= 0x7F || c == ' ' && before == ' ' {
			return false
		}
		before = c
	}
	return s == "" || before != ' '
}

// isSafe reports whether s, which is valid and normalised, has nothing to remove or replace.
func isSafe(s string, keep kept) bool {
	marks := 0
	for _, r := range s {
		switch {
		case r >= 0x20 && r < 0x7F || r == '\n' || r == '\t' && keep.tabs:
			marks = 0
		case r == softHyphen && keep.softHyphens:
		case r < 0x20 || isHidden(r) || r == '\u2028' || r == '\u2029':
			return false
		case isMark(r):
			if marks++; marks > maxMarks {
				return false
			}
		default:
			marks = 0
		}
	}
	return true
}

// isHidden reports whether r steers a terminal, reorders text or takes no room of its own while it hides some:
// controls, format characters, fillers, variation selectors, private use and what is no character at all.
func isHidden(r rune) bool {
	switch {
	case r == softHyphen:
		return true
	case r >= 0x20 && r < 0x7F, r >= 0xA0 && r < 0x34F, r >= 0x3000 && r < 0x3164, r > 0x3164 && r < 0xD800:
		return false
	case r == '\u034F', r == '\u115F', r == '\u1160', r == '\u3164', r == '\uFFA0', r == '\u17B4', r == '\u17B5':
		return true
	case r >= 0x180B && r <= 0x180F, r == 0x2065, r >= 0xFFF0 && r <= 0xFFF8:
		return true
	case r >= 0xFE00 && r <= 0xFE0F, r >= 0xE0000 && r <= 0xE0FFF:
		return true
	case r >= 0xFDD0 && r <= 0xFDEF, r&0xFFFE == 0xFFFE:
		return true
	}
	return unicode.In(r, unicode.Cc, unicode.Cf, unicode.Co, unicode.Cs)
}

// isMark reports whether r is set on the character before it.
func isMark(r rune) bool { return r >= 0x300 && unicode.In(r, unicode.Mn, unicode.Me) }

// isEmoji reports whether r can be part of an emoji sequence (an outer bound of Extended_Pictographic, UTS #51).
func isEmoji(r rune) bool {
	return r >= 0x1F000 && r <= 0x1FAFF || r >= 0x2190 && r <= 0x2BFF
}
