package search

import (
	"strings"
	"testing"
	"unicode/utf8"
)

func FuzzQuery(f *testing.F) {
	for _, s := range []string{`half "some words`, "#tag @author -not title:x after:2025-01", "日本語 ＃タグ “x”", `-#"a b`, "--x -", "alone ͺ ´ ¨", `#"` + strings.Repeat("0", 63) + " " + strings.Repeat("0", 75)} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		q := parse(s)
		if n := len(q.wanted) + len(q.required) + len(q.banned); n > maxClauses {
			t.Errorf("%d clauses", n)
		}
		for _, c := range append(append(q.wanted, q.required...), q.banned...) {
			if len(c.forms) == 0 || len(c.forms) > maxForms {
				t.Errorf("%d forms", len(c.forms))
			}
			for _, w := range c.forms {
				if w.term == "" || len(w.term) > 2*maxTerm || strings.ContainsAny(w.term, " \"\n\x1b") {
					t.Errorf("form %q", w.term)
				}
			}
		}
	})
}

func TestALongTagIsFoundByItsStartAndAsAWhole(t *testing.T) {
	for _, word := range []string{"endless", "日本"} {
		tag := strings.Repeat(word+" ", 40)
		whole := Label(tag)
		if len(whole) > maxLabel || !utf8.ValidString(whole) {
			t.Errorf("label %q, %d bytes", whole, len(whole))
		}
		for n := range 40 {
			if start := Label(strings.Repeat(word+" ", n)); !strings.HasPrefix(whole, start) {
				t.Errorf("%d words: %q is no start of %q", n, start, whole)
			}
		}
	}
}

func TestDay(t *testing.T) {
	for in, want := range map[string]int{"2025": 20250101, "2025-07": 20250701, "2025-07-09": 20250709, "": 0, "x": 0, "2025-13": 0, "20250": 0, "2025-7": 20250701} {
		if got := day(in); got != want {
			t.Errorf("day(%q) = %d, want %d", in, got, want)
		}
	}
}
