package post

import (
	"unicode"
	"unicode/utf8"
)

// countWords returns how long a text is to read, in words. Of scripts without blanks two characters count as a word.
func countWords(s string) int {
	words, wide, inside := 0, 0, false
	for at := 0; at < len(s); {
		c := s[at]
		if c < utf8.RuneSelf {
			letter := (c|0x20)-'a' < 26 || c-'0' < 10
			if letter && !inside {
				words++
			}
			inside = letter || inside && c > ' '
			at++
			continue
		}
		r, size := utf8.DecodeRuneInString(s[at:])
		at += size
		switch {
		case isWide(r):
			wide++
			inside = false
		case unicode.IsSpace(r):
			inside = false
		case !inside && unicode.IsLetter(r):
			words++
			inside = true
		}
	}
	return words + (wide+1)/2
}

// isWide reports whether r belongs to a script that is written without blanks.
func isWide(r rune) bool {
	return r >= 0x3040 && r <= 0x30FF || r >= 0x3400 && r <= 0x9FFF || r >= 0xF900 && r <= 0xFAFF ||
		r >= 0x20000 && r <= 0x3FFFF || r >= 0x0E00 && r <= 0x0E7F
}
