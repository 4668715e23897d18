package text

import (
	"strings"
	"testing"
	"unicode"

	"github.com/charmbracelet/x/ansi"
)

func TestWidthIsThatOfTheClusters(t *testing.T) {
	for r := rune(0x20); r < 0x3000; r++ {
		for _, s := range []string{string(r), "a" + string(r) + "b", "\x1b[1;38:5:7m" + string(r) + "\x1b[m", "é" + string(r) + "\u0301", string(r) + "\uFE0F"} {
			if got, want := Width(s), ansi.StringWidth(s); got != want && !unicode.In(r, unicode.Mc, unicode.Letter) {
				t.Fatalf("%+q: %d cells, want %d", s, got, want)
			}
		}
	}
	for _, s := range []string{"", "\x1b", "a\x1b[", "\x1b[2Jx", "\x1b]8;;http://x\x1b\\link\x1b]8;;\x1b\\", "日本 · …", "e\u0301 – “x”"} {
		if got, want := Width(s), ansi.StringWidth(s); got != want {
			t.Errorf("%+q: %d cells, want %d", s, got, want)
		}
	}
}

func TestWidthHasRoomForEveryLetterOfACluster(t *testing.T) {
	for s, letters := range map[string]int{
		"हिन्दी":  5, // ha, i, na, da, ī: virama is a mark above or below
		"தமிழ்":   4,
		"বাংলা":   5,
		"മലയാളം":  6,
		"ภาษาไทย": 7, "กำ": 2,
		"ខ្មែរ": 4,
		"é":     1, "한": 2, "👨‍👩‍👧": 2, "1️⃣": 2, "أَ": 1,
	} {
		if got := Width(s); got != letters {
			t.Errorf("%s: %d cells, want %d", s, got, letters)
		}
		if got := Width(Truncate(s+s+s, 2*letters, "…")); got > 2*letters {
			t.Errorf("%s: %d cells of %d", s, got, 2*letters)
		}
		long := strings.Repeat(s, 20)
		for _, row := range Wrap(nil, long, 10) {
			if line := long[row.Start:row.End]; Width(line) > 10 {
				t.Errorf("%s: a line of %d cells", s, Width(line))
			}
		}
	}
}

func TestTruncateLeavesWhatFits(t *testing.T) {
	for _, s := range []string{"plain", "“quoted” …", "\x1b[1mbold\x1b[m", "日本語", "x\u0301\u0301"} {
		for width := range 12 {
			if got, want := Truncate(s, width, "…"), ansi.Truncate(s, width, "…"); got != want {
				t.Errorf("%q in %d: %q, want %q", s, width, got, want)
			}
		}
	}
}

func TestLineOfTidyTextIsItself(t *testing.T) {
	for _, s := range []string{"", " ", "a", " a", "a ", "a b", "a  b", "a\tb", "a\nb", "é b"} {
		if got, want := Line(s), strings.Join(strings.Fields(Clean(s)), " "); got != want {
			t.Errorf("%q: %q, want %q", s, got, want)
		}
	}
}
