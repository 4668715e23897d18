package search

import (
	"strings"
	"testing"
	"unicode/utf8"

	"postern/internal/post"
	"postern/internal/text"
)

// marked returns an excerpt with its ranges in brackets.
func marked(e Excerpt) string {
	var b strings.Builder
	at := 0
	for _, r := range e.Ranges {
		b.WriteString(e.Text[at:r[0]] + "‹" + e.Text[r[0]:r[1]] + "›")
		at = r[1]
	}
	return b.String() + e.Text[at:]
}

// checkExcerpt checks what holds for every excerpt.
func checkExcerpt(t testing.TB, e Excerpt, cells int) {
	t.Helper()
	if clean := text.Line(e.Text); clean != e.Text {
		t.Errorf("%q is not clean: %q", e.Text, clean)
	}
	if width := text.Width(e.Text); width > max(cells, 8) {
		t.Errorf("%q takes %d cells, not %d", e.Text, width, cells)
	}
	at := 0
	for _, r := range e.Ranges {
		if r[0] < at || r[1] <= r[0] || r[1] > len(e.Text) || !utf8.RuneStart(e.Text[r[0]]) || !utf8.ValidString(e.Text[r[0]:r[1]]) {
			t.Fatalf("ranges %v of %q", e.Ranges, e.Text)
		}
		at = r[1]
	}
}

func TestExcerpt(t *testing.T) {
	long := strings.Repeat("many words that stand before it ", 8) + "and then the kiwi, which is what we look for, and " + strings.Repeat("many more that follow ", 8)
	tests := []struct {
		name, markdown, query string
		cells                 int
		want                  string
	}{
		{"whole", "A *kiwi* is a fruit.", "kiwi", 60, "A ‹kiwi› is a fruit."},
		{"within", long, "kiwi", 40, "… then the ‹kiwi›, which is what we look…"},
		{"narrow", long, "kiwi", 20, "… the ‹kiwi›, which…"},
		{"start of a word", "A kiwifruit.", "kiw", 60, "A ‹kiwifruit›."},
		{"phrase", "Half of a half block is small.", `"half block"`, 60, "Half of a ‹half block› is small."},
		{"where most words are", "A kiwi. " + strings.Repeat("Nothing here. ", 10) + "A kiwi and a plum.", "kiwi plum ", 40, "… here. A ‹kiwi› and a ‹plum›."},
		{"across blocks", "# Kiwi\n\nA fruit.\n\n- green\n- sour", "kiwi", 60, "‹Kiwi› · A fruit. · green · sour"},
		{"typo", "About typography.", "tipography", 60, "About ‹typography›."},
		{"accents", "Dans le Café.", "cafe", 60, "Dans le ‹Café›."},
		{"decomposed", "Dans le cafe\u0301.", "café", 60, "Dans le ‹café›."},
		{"japanese", "禁則処理は行頭と行末の文字を扱う。", "行末", 20, "… 頭と‹行末›の文字を…"},
		{"japanese sentence", "禁則処理は行頭と行末の文字を扱う。", "行末の文字", 60, "禁則処理は行頭と‹行末の文字›を扱う。"},
		{"one character", "禁則処理。", "処", 60, "禁則‹処›理。"},
		{"thai", "การค้นหาข้อความ", "ค้นหา", 60, "การ‹ค้นหา›ข้อความ"},
		{"no match in the text", "Nothing but fruit.", "titled", 60, "Nothing but fruit."},
		{"escapes", "A &#27;[31m kiwi\x1b]0;x\x07 \u202e and <b>bold</b> &amp; more", "kiwi", 60, "A [31m ‹kiwi›]0;x and bold & more"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			p := &post.Post{File: "a.md", Title: "Titled", Markdown: test.markdown}
			hits := built(t, []*post.Post{p}).View(all).Search(test.query, 1).Hits
			if len(hits) != 1 {
				t.Fatalf("%d hits", len(hits))
			}
			e := hits[0].Excerpt(test.cells)
			checkExcerpt(t, e, test.cells)
			if got := marked(e); got != test.want {
				t.Errorf("got  %s\nwant %s", got, test.want)
			}
		})
	}
}

// TestAPhraseThatIsCutIsMarkedAsFarAsItIsShown has what an excerpt loses at its end within a match, at all widths.
func TestAPhraseThatIsCutIsMarkedAsFarAsItIsShown(t *testing.T) {
	for markdown, query := range map[string]string{
		"Chapter one" + strings.Repeat(" ·", 40) + " twelve": `"one twelve"`,
		"第一章" + strings.Repeat(" · ·", 20) + "終":             "第一章終",
	} {
		p := &post.Post{File: "a.md", Title: "a", Markdown: markdown}
		hits := built(t, []*post.Post{p}).View(all).Search(query, 1).Hits
		if len(hits) != 1 {
			t.Fatalf("%s: %d hits", query, len(hits))
		}
		for cells := range 100 {
			checkExcerpt(t, hits[0].Excerpt(cells), cells)
		}
	}
}

func FuzzExcerpt(f *testing.F) {
	f.Add("Some *text* with `code` and [a link](x)\n\n日本語 ก็ 👩‍👩‍👧", "text 日本", uint8(30))
	f.Add("```\ncode\n```\n> - # a <!-- b", `"code a" -b`, uint8(3))
	f.Add("Chapter one · · · · · · · · twelve", `"one twelve"`, uint8(20))
	f.Fuzz(func(t *testing.T, markdown, query string, cells uint8) {
		p := &post.Post{File: "a.md", Title: markdown[:min(len(markdown), 20)], Markdown: markdown}
		for _, h := range built(t, []*post.Post{p}).View(all).Search(query, 1).Hits {
			checkExcerpt(t, h.Excerpt(int(cells)), int(cells))
		}
	})
}
