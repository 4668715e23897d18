package text

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Code returns one line of source code, or a part of it that starts at the given column, safe to print with nothing
// lost from sight: tabs are expanded, and what Clean would remove is shown as "⟨U+202E⟩", because hidden characters
// in code are an attack on its reader.
func Code(s string, column int) string {
	if isPlain(s) {
		return s
	}
	s = norm.NFC.String(s)
	var b strings.Builder
	b.Grow(len(s) + 8)
	start := 0 // of what was not written yet
	from := 0  // the byte of b that is at the column
	replace := func(at, n int, by string) {
		b.WriteString(s[start:at])
		b.WriteString(by)
		start = at + n
	}
	marks, before := 0, rune(0)
	for at, n := 0, 0; at < len(s); at += n {
		var r rune
		r, n = utf8.DecodeRuneInString(s[at:])
		switch {
		case r == utf8.RuneError && n < 2:
			replace(at, n, "\uFFFD")
		case r == '\t':
			replace(at, n, "")
			column = nextStop(column+Width(b.String()[from:]), &b)
			from = b.Len()
		case r == '\r' || r == '\uFE0F':
			replace(at, n, "")
		case r == joiner && joinsEmoji(before, s[at+n:]):
		case r == '\u2028' || r == '\u2029' || r == '\n' || isHidden(r):
			replace(at, n, fmt.Sprintf("⟨U+%04X⟩", r))
		case isMark(r):
			if marks++; marks > maxMarks {
				replace(at, n, "")
			}
			continue
		}
		marks, before = 0, r
	}
	b.WriteString(s[start:])
	return b.String()
}

// joinsEmoji reports whether a joiner between before and what rest starts with is part of an emoji.
func joinsEmoji(before rune, rest string) bool {
	after, _ := utf8.DecodeRuneInString(rest)
	return isEmoji(before) && isEmoji(after)
}
