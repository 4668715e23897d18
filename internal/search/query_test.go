package search

import (
	"strings"
	"testing"
)

func FuzzQuery(f *testing.F) {
	for _, s := range []string{`half "some words`, "#tag @author -not title:x after:2025-01", "日本語 ＃タグ “x”", `-#"a b`, "--x -", "alone ͺ ´ ¨"} {
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

func TestDay(t *testing.T) {
	for in, want := range map[string]int{"2025": 20250101, "2025-07": 20250701, "2025-07-09": 20250709, "": 0, "x": 0, "2025-13": 0, "20250": 0, "2025-7": 20250701} {
		if got := day(in); got != want {
			t.Errorf("day(%q) = %d, want %d", in, got, want)
		}
	}
}
