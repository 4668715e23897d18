package search

import (
	"unicode"
	"unicode/utf8"
)

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
		c := byte(r)
		return (c|0x20)-'a' < 26 || c-'0' < 10
	}
	return unicode.IsLetter(r) || unicode.IsNumber(r) || unicode.IsMark(r)
}

// isSoundMark reports whether r changes the kana before it.
func isSoundMark(r rune) bool { return r == 0x3099 || r == 0x309A || r == 0xFF9E || r == 0xFF9F }
