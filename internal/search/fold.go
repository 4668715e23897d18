package search

import (
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Letters are compared without case, accents and width: É, é, e and ｅ are one. Marks that make another letter, as in
// Japanese, Thai or Hindi, stay, and so does й, which no Russian takes for и.

// appendFolded appends r as it is compared.
func appendFolded(to []byte, r rune) []byte {
	if r < utf8.RuneSelf {
		return append(to, lower(byte(r)))
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

// lower returns c in lower case.
func lower(c byte) byte {
	if c-'A' < 26 {
		return c | 0x20
	}
	return c
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

// isDense reports whether r belongs to a script whose words are not set apart by blanks, or carry endings: it is found
// by pairs of characters.
func isDense(r rune) bool {
	switch {
	case r < 0x0E00:
		return false
	case r <= 0x0EFF, r >= 0x1000 && r <= 0x109F, r >= 0x1780 && r <= 0x17FF: // Thai, Lao, Burmese, Khmer
		return true
	case r >= 0x3005 && r <= 0x3007, r >= 0x3041 && r <= 0x30FF && r != 0x30FB, r >= 0x31F0 && r <= 0x31FF:
		return true
	case r >= 0x3400 && r <= 0x9FFF, r >= 0xAC00 && r <= 0xD7AF, r >= 0xF900 && r <= 0xFAFF:
		return true
	}
	return r >= 0xFF66 && r <= 0xFF9F || r >= 0x20000 && r <= 0x3FFFF
}

// isWordy reports whether r can be part of a word.
func isWordy(r rune) bool {
	if r < utf8.RuneSelf {
		return lower(byte(r))-'a' < 26 || byte(r)-'0' < 10
	}
	return unicode.IsLetter(r) || unicode.IsNumber(r) || unicode.IsMark(r)
}

// isSoundMark reports whether r changes the kana before it.
func isSoundMark(r rune) bool { return r == 0x3099 || r == 0x309A || r == 0xFF9E || r == 0xFF9F }
