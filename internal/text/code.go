package text

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// Code returns one line of source code, or a part of it that starts at the given column, safe to print with nothing
// lost from sight: tabs are expanded, and what Clean would remove is shown as "⟨U+202E⟩", because hidden characters
// in code are an attack on its reader.
func Code(s string, column int) string {
	if isPlain(s) {
		return s
	}
	var b strings.Builder
	b.Grow(len(s) + 8)
	start := 0 // of what was not written yet
	flush := func(end int) {
		column += Width(s[start:end])
		b.WriteString(s[start:end])
	}
	for i, r := range s {
		n := utf8.RuneLen(r)
		if r == utf8.RuneError {
			_, n = utf8.DecodeRuneInString(s[i:])
		}
		switch {
		case r == '\t':
			flush(i)
			gap := tabStop - column%tabStop
			b.WriteString(strings.Repeat(" ", gap))
			column += gap
		case r == '\r' || r == '\uFE0F':
			flush(i)
		case r == utf8.RuneError && n == 1:
			flush(i)
			b.WriteRune(utf8.RuneError)
			column++
		case isHidden(r) || r == softHyphen:
			flush(i)
			name := fmt.Sprintf("⟨U+%04X⟩", r)
			b.WriteString(name)
			column += Width(name)
		default:
			continue
		}
		start = i + n
	}
	flush(len(s))
	return b.String()
}
