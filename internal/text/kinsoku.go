package text

import (
	"strings"
	"unicode"
)

// What must not start a row of Chinese or Japanese: closing marks, small kana, iteration and sound marks.
const notAtStart = "、。，．・：；？！‼⁇⁈⁉゛゜ヽヾゝゞ々〻ー—…‥〜～–」』）］｝〕〉》】〙〗〟”’»" +
	"ぁぃぅぇぉっゃゅょゎゕゖァィゥェォッャュョヮヵヶㇰㇱㇲㇳㇴㇵㇶㇷㇸㇹㇺㇻㇼㇽㇾㇿ" +
	"°′″℃％‰・ﾞﾟ｡､｣" + ")]}.,;:!?%"

// What must not end one: opening marks and signs that belong to the number after them.
const notAtEnd = "「『（［｛〔〈《【〘〖〝“‘«￥＄£｢" + "([{$¥"

// What stays on the row of the word before it even where the author set a blank between, as in French.
const behindBlank = "?!:;»…%›？！；：、。"

// breaksBetween reports whether a row may end between two clusters of one word: before is the last rune of one,
// after the first of the other.
func breaksBetween(before, after rune, wasWide, isWide bool) bool {
	switch {
	case before == ' ' || isGlue(before) || isGlue(after):
		return false
	case wasWide || isWide:
		if isHangul(before) && isHangul(after) {
			return false
		}
		return !strings.ContainsRune(notAtEnd, before) && !strings.ContainsRune(notAtStart, after)
	case before == '-' || before == '‐':
		return unicode.IsLetter(after)
	case before == '—' || before == '–':
		return unicode.IsLetter(after) || unicode.IsDigit(after)
	}
	return false
}

// staysBehindBlank reports whether a row must not start with r although a blank is before it.
func staysBehindBlank(r rune) bool { return strings.ContainsRune(behindBlank, r) }

// isGlue reports whether no row may end beside r.
func isGlue(r rune) bool {
	return r == '\u00A0' || r == '\u202F' || r == '\u2007' || r == '\u2011' || r == '\u2060'
}

// isHangul reports whether r is written in words that are kept whole.
func isHangul(r rune) bool { return unicode.Is(unicode.Hangul, r) }
