package text

import (
	"strings"
	"testing"
)

// rows returns what the rows of s show.
func rows(s string, width int) []string {
	var shown []string
	for _, r := range Wrap(nil, s, width) {
		line := strings.ReplaceAll(s[r.Start:r.End], "\u00AD", "")
		if r.Hyphen {
			line += "-"
		}
		shown = append(shown, line)
	}
	return shown
}

func TestWrap(t *testing.T) {
	tests := []struct {
		name, in string
		width    int
		want     []string
	}{
		{"empty", "", 10, []string{""}},
		{"blanks", "one two  three", 8, []string{"one two", "three"}},
		{"exact", "abcd efgh", 4, []string{"abcd", "efgh"}},
		{"address", "https://a.example/b/cde", 12, []string{"https://a.", "example/b/", "cde"}},
		{"long word", "abcdefghij", 4, []string{"abcd", "efgh", "ij"}},
		{"line feeds", "a\nb", 10, []string{"a", "b"}},
		{"hyphen", "well-known thing", 7, []string{"well-", "known", "thing"}},
		{"no break in an option", "use --width now", 6, []string{"use", "--widt", "h now"}},
		{"soft hyphen", "Donau\u00ADdampf", 7, []string{"Donau-", "dampf"}},
		{"soft hyphen unused", "Donau\u00ADdampf", 12, []string{"Donaudampf"}},
		{"kinsoku start", "あいう、えお", 6, []string{"あい", "う、え", "お"}},
		{"kinsoku end", "あい「うえ", 6, []string{"あい", "「うえ"}},
		{"mixed scripts", "漢字kanji漢字", 6, []string{"漢字", "kanji", "漢字"}},
		{"hangul words", "한국어 문서", 8, []string{"한국어", "문서"}},
		{"french", "Vraiment bien ? Oui", 13, []string{"Vraiment", "bien ? Oui"}},
		{"widow", "alpha beta gamma of", 16, []string{"alpha beta", "gamma of"}},
		{"no widow to mend", "alphabet of", 9, []string{"alphabet", "of"}},
		{"nothing but no-break blanks", "one\u00A0two\u00A0three", 9, []string{"one\u00A0two", "three"}},
		{"no-break blank", "a b\u00A0c d", 5, []string{"a b\u00A0c", "d"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got := rows(test.in, test.width)
			if strings.Join(got, "|") != strings.Join(test.want, "|") {
				t.Errorf("Wrap(%q, %d) = %q, want %q", test.in, test.width, got, test.want)
			}
		})
	}
}

func FuzzWrap(f *testing.F) {
	f.Add("one two three あいう、えお well-known Donau\u00ADdampf", uint8(7))
	f.Add("👩‍👩‍👧 é ก็ \n\n x", uint8(3))
	f.Fuzz(func(t *testing.T, s string, w uint8) {
		s, width := Clean(s), int(w%100)+2
		at := 0
		for _, r := range Wrap(nil, s, width) {
			if r.Start < at || r.End < r.Start {
				t.Fatalf("rows out of order in %q at %d", s, width)
			}
			if lost := strings.Trim(s[at:r.Start], " \n\u00AD\u00A0"); lost != "" {
				t.Fatalf("lost %q of %q at %d", lost, s, width)
			}
			line := strings.ReplaceAll(s[r.Start:r.End], "\u00AD", "")
			if r.Hyphen {
				line += "-"
			}
			if n := Width(line); n > width {
				t.Fatalf("row %q of %q is %d cells wide, not %d", line, s, n, width)
			}
			at = r.End
		}
		if lost := strings.Trim(s[at:], " \n\u00AD\u00A0"); lost != "" {
			t.Fatalf("lost %q at the end of %q", lost, s)
		}
	})
}
