package text

import (
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Letters are compared without case, accents and width: É, é, e and ｅ are one. Marks that make another letter, as in
// Japanese, Thai or Hindi, stay, and so does й, which no Russian takes for и.

// Fold returns s as it is compared.
func Fold(s string) string {
	b := make([]byte, 0, len(s))
	for _, r := range s {
		b = AppendFolded(b, r)
	}
	return string(b)
}

// FoldRune returns r as it is compared one to one: only in lower case where more than one letter, or none, would stand
// for it.
func FoldRune(r rune) rune {
	var b [4 * utf8.UTFMax]byte
	folded := AppendFolded(b[:0], r)
	if one, size := utf8.DecodeRune(folded); size > 0 && size == len(folded) {
		return one
	}
	return unicode.ToLower(r)
}

// AppendFolded appends r to to as it is compared: as no, one or several letters.
func AppendFolded(to []byte, r rune) []byte {
	if r < utf8.RuneSelf {
		if 'A' <= r && r <= 'Z' {
			r |= 0x20
		}
		return append(to, byte(r))
	}
	r = unicode.ToLower(r)
	if s := spelled(r); s != "" {
		return append(to, s...)
	}
	var one [utf8.UTFMax]byte
	parts := norm.NFKD.Properties(one[:utf8.EncodeRune(one[:], r)]).Decomposition()
	if len(parts) == 0 {
		if isAccent(r) {
			return to
		}
		return utf8.AppendRune(to, r)
	}
	if r == 'й' {
		return utf8.AppendRune(to, r)
	}
	for len(parts) > 0 {
		part, size := utf8.DecodeRune(parts)
		parts = parts[size:]
		if !isAccent(part) && part != ' ' { // an accent that stands alone has a blank below it
			to = utf8.AppendRune(to, unicode.ToLower(part))
		}
	}
	return to
}

// spelled returns how a letter is written that has no decomposition; "" for all others.
func spelled(r rune) string {
	switch r {
	case 'ß':
		return "ss"
	case 'æ':
		return "ae"
	case 'œ':
		return "oe"
	case 'ø':
		return "o"
	case 'ł':
		return "l"
	case 'đ', 'ð':
		return "d"
	case 'þ':
		return "th"
	case 'ħ':
		return "h"
	case 'ı':
		return "i"
	case 'ς':
		return "σ"
	}
	return ""
}

// isAccent reports whether r is a mark that readers leave out when they type: an accent, a Hebrew point, an Arabic vowel.
func isAccent(r rune) bool {
	return r >= 0x0300 && r <= 0x036F || r >= 0x0591 && r <= 0x05C7 || r >= 0x064B && r <= 0x065F ||
		r == 0x0670 || r == 0x0640 || r == 0xFE0F
}
