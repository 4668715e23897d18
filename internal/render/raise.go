package render

import "strings"

// What Unicode has above and below the line.
const (
	raisedFrom = "0123456789+-=()n"
	raisedTo   = "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ⁿ"
	loweredTo  = "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎ₙ"
)

var (
	raisedRunes  = pairs(raisedFrom, raisedTo)
	loweredRunes = pairs(raisedFrom, loweredTo)
)

func pairs(from, to string) map[rune]rune {
	m := make(map[rune]rune)
	target := []rune(to)
	for i, r := range []rune(from) {
		m[r] = target[i]
	}
	return m
}

// superscript returns digits above the line.
func superscript(digits string) string { return raise(digits, true, false) }

// raise returns t as a superscript, or as a subscript: in Unicode's own signs where it has all of them, as it is where
// it is letters only (1st), and after "^" or "_" elsewhere.
func raise(t string, up, ascii bool) string {
	if t == "" || strings.Contains(t, "[") {
		return t // a link, which has its number
	}
	table, sign := loweredRunes, "_"
	if up {
		table, sign = raisedRunes, "^"
	}
	if !ascii {
		if s, ok := mapped(t, table); ok {
			return s
		}
	}
	if up && len(t) == 2 && strings.Trim(t, "abcdefghijklmnopqrstuvwxyzTM") == "" {
		return t
	}
	if strings.ContainsAny(t, " +-*/") {
		return sign + "(" + t + ")"
	}
	return sign + t
}

// mapped replaces every rune of t by the table, if it has all of them.
func mapped(t string, table map[rune]rune) (string, bool) {
	var b strings.Builder
	for _, r := range t {
		to, ok := table[r]
		if !ok {
			return "", false
		}
		b.WriteRune(to)
	}
	return b.String(), true
}
