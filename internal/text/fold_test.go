package text

import "testing"

func TestLettersAreComparedWithoutCaseAccentsAndWidth(t *testing.T) {
	for s, want := range map[string]string{
		"Café": "cafe", "cafe\u0301": "cafe", "Ünïcode": "unicode", "ｅ": "e", "Straße": "strasse", "Й": "й", "Ё": "е", "が": "か\u3099", "ς": "σ",
	} {
		if got := Fold(s); got != want {
			t.Errorf("Fold(%q) = %q, want %q", s, got, want)
		}
	}
}

func TestARuneIsFoldedOneToOne(t *testing.T) {
	for r, want := range map[rune]rune{'É': 'e', 'A': 'a', 'ß': 'ß', 'Æ': 'æ', 'Ø': 'o', 'が': 'が', '각': '각', '\u0301': '\u0301', '\u00a0': '\u00a0', 0: 0} {
		if got := FoldRune(r); got != want {
			t.Errorf("FoldRune(%q) = %q, want %q", r, got, want)
		}
	}
}
