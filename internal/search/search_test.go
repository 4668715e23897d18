package search

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"postern/internal/post"
)

// parsed returns the post that text makes.
func parsed(t testing.TB, file, text string) *post.Post {
	t.Helper()
	p, err := post.Parse(file, []byte(text), post.Config{})
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// built returns an Index of posts.
func built(t testing.TB, posts []*post.Post) *Index {
	t.Helper()
	x, err := Build(t.Context(), posts)
	if err != nil {
		t.Fatal(err)
	}
	return x
}

// all keeps every post.
func all(*post.Post) bool { return true }

// files returns the names of what was found, best first.
func files(r Result) string {
	var names []string
	for _, h := range r.Hits {
		names = append(names, strings.TrimSuffix(h.Post.File, ".md"))
	}
	return strings.Join(names, " ")
}

// shelf is a small blog in several languages.
func shelf(t testing.TB) []*post.Post {
	t.Helper()
	texts := map[string]string{
		"blocks": "---\ntitle: Half blocks, full pictures\ndate: 2026-06-30\ntags: [terminals, C++]\nauthor: Ada Example\n---\n" +
			"Every cell becomes two pixels: the *half* block carries the upper.\n\nSee [half blocks](https://example.com/secret) and `half block`.\n",
		"ssh":    "---\ntitle: A blog you can ssh into\ndate: 2026-11-18\ntags: [ssh, go]\nauthor: Ada Example\n---\nPictures fall back to half blocks when the terminal is silent.\n",
		"boring": "---\ntitle: The case for a boring pager\ndate: 2025-09-21\ntags: [terminals]\nauthor: Bo Sample\n---\nForty years of less. A block of text, half a page.\n",
		"umlaut": "---\ntitle: Über Fußnoten\ndate: 2024-02-03\ntags: [Straße]\nlanguage: de\n---\nDie Überschrift steht über dem Café. Don't use node.js, e-mail or snake_case.\n",
		"kinsoku": "---\ntitle: 日本語と端末の組版\ndate: 2025-10-03\ntags: [日本語]\nlanguage: ja\n---\n" +
			"禁則処理は行頭と行末の文字を扱う。端末では幅が大切です。ﾊﾟｿｺﾝ。\n",
		"thai":   "---\ntitle: ภาษาไทย\ndate: 2023-01-01\n---\nการค้นหาข้อความภาษาไทยไม่มีช่องว่าง\n",
		"korean": "---\ntitle: 한국어 문서\ndate: 2023-01-02\n---\n터미널에서 문서를 읽는다.\n",
		"go":     "---\ntitle: Learning Go\ndate: 2022-05-05\ntags: [Go, web development]\nauthor: 李 雷\n---\nGo is a language. golang gophers write ＧＯ code. C# is another.\n",
		"russia": "---\ntitle: Ёлка\ndate: 2021-01-01\n---\nЗелёный чай и йога.\n",
	}
	var posts []*post.Post
	for name, text := range texts {
		posts = append(posts, parsed(t, name+".md", text))
	}
	return posts
}

// TestAPanicWhileAPostIsIndexedCostsThatPostAlone wants the others found, by words, phrases and names.
func TestAPanicWhileAPostIsIndexedCostsThatPostAlone(t *testing.T) {
	a, c := parsed(t, "a.md", "---\ntitle: A kiwi\n---\nA ripe plum.\n"), parsed(t, "c.md", "---\ntitle: C\ntags: [kiwi]\n---\nOne more ripe plum.\n")
	x := &Index{}
	x.add(newSegment(t.Context(), []*post.Post{a, nil, c}))
	v := x.View(func(p *post.Post) bool { return p != nil })
	for query, want := range map[string]string{"kiwi": "a c", `"ripe plum"`: "a c", "#kiwi": "c"} {
		if got := files(v.Search(query, 10)); got != want {
			t.Errorf("%s finds %q, not %q", query, got, want)
		}
	}
	if lost := x.Losses(); len(lost) != 1 || lost[0].Post != nil || lost[0].Cause == nil || !strings.Contains(lost[0].Stack, "segment.go") {
		t.Errorf("lost: %v", lost)
	}
}

func TestSearch(t *testing.T) {
	v := built(t, shelf(t)).View(all)
	tests := []struct {
		name, query, want string
		loose             bool
	}{
		{name: "nothing", query: ""},
		{name: "blanks and marks", query: ` " - # @ : `},
		{name: "title before text", query: "blocks ", want: "blocks ssh"},
		{name: "the last word may go on", query: "block", want: "blocks boring ssh"},
		{name: "a word before the last is whole", query: "hal blocks", want: "blocks ssh", loose: true},
		{name: "all words", query: "half blocks ", want: "blocks ssh"},
		{name: "phrase", query: `"half block"`, want: "blocks"},
		{name: "phrase through marks", query: `"two pixels the half block carries"`, want: "blocks"},
		{name: "phrase that is being typed", query: `"half blo`, want: "blocks ssh"},
		{name: "curly quotes", query: `“half blocks”`, want: "blocks ssh"},
		{name: "no phrase across paragraphs", query: `"the upper see"`},
		{name: "targets of links are no words", query: "secret "},
		{name: "case", query: "LEARNING", want: "go"},
		{name: "accents", query: "uber cafe", want: "umlaut"},
		{name: "accents written", query: "Über Café", want: "umlaut"},
		{name: "sharp s", query: "fussnoten", want: "umlaut"},
		{name: "full width query", query: "ｇｏｌａｎｇ", want: "go"},
		{name: "russian", query: "зеленый", want: "russia"},
		{name: "short i", query: "иога ", want: "russia", loose: true},
		{name: "parts of a word", query: "node.js ", want: "umlaut"},
		{name: "apostrophe", query: "don't ", want: "umlaut"},
		{name: "hyphen", query: "e-mail ", want: "umlaut"},
		{name: "c sharp", query: "c# ", want: "go"},
		{name: "c plus plus", query: "c++ ", want: "blocks"},
		{name: "tag", query: "#terminals", want: "blocks boring"},
		{name: "tag in any case", query: "#GO ", want: "ssh go"},
		{name: "tag that is being typed", query: "#term", want: "blocks boring"},
		{name: "tag with a sign", query: "#c++ ", want: "blocks"},
		{name: "tag of two words", query: "#web-development", want: "go"},
		{name: "tag of two words quoted", query: `#"web development"`, want: "go"},
		{name: "tag spelled out", query: "tag:terminals", want: "blocks boring"},
		{name: "tag and word", query: "#terminals pixels", want: "blocks"},
		{name: "tag without accents", query: "#strasse ", want: "umlaut"},
		{name: "tag in japanese", query: "＃日本語", want: "kinsoku"},
		{name: "words of tags", query: "development ", want: "go"},
		{name: "author", query: "@ada ", want: "ssh blocks"},
		{name: "author in full", query: "@ada-example ", want: "ssh blocks"},
		{name: "author that is being typed", query: "@b", want: "boring"},
		{name: "author in chinese", query: "@李雷"},
		{name: "not", query: "#terminals -pixels", want: "boring"},
		{name: "not a phrase", query: `half -"half block"`, want: "ssh boring"},
		{name: "not a tag", query: "half -#terminals", want: "ssh"},
		{name: "not alone", query: "-half"},
		{name: "title", query: "title:blocks", want: "blocks"},
		{name: "title phrase", query: `title:"full pictures"`, want: "blocks"},
		{name: "after", query: "half after:2026", want: "blocks ssh"},
		{name: "before", query: "half before:2026", want: "boring"},
		{name: "between", query: "half after:2026-06 before:2026-06-31", want: "blocks"},
		{name: "dates alone", query: "before:2023-01-02", want: "thai go russia"},
		{name: "no date", query: "half after:soon", want: "blocks ssh boring"},
		{name: "an option is a word", query: "--silent", want: "ssh"},
		{name: "typo of one", query: "termnal", want: "ssh boring blocks", loose: true},
		{name: "letters swapped", query: "gohpers ", want: "go", loose: true},
		{name: "typo at the start of a word", query: "pxel", want: "blocks", loose: true},
		{name: "typo of two", query: "picktares", want: "blocks ssh", loose: true},
		{name: "typo in a tag", query: "#terminls ", want: "blocks boring", loose: true},
		{name: "no typo in short words", query: "sss "},
		{name: "most of the words", query: "half blocks elephant ", want: "blocks ssh", loose: true},
		{name: "japanese", query: "端末", want: "kinsoku"},
		{name: "japanese sentence", query: "日本語と端末", want: "kinsoku"},
		{name: "japanese in other order", query: "端末と日本語", want: "kinsoku", loose: true},
		{name: "one character", query: "幅", want: "kinsoku"},
		{name: "one character at an end", query: "版", want: "kinsoku"},
		{name: "half width kana", query: "パソコン", want: "kinsoku"},
		{name: "japanese quotes", query: "「禁則処理」", want: "kinsoku"},
		{name: "thai", query: "ข้อความ", want: "thai"},
		{name: "korean with an ending", query: "문서", want: "korean"},
		{name: "controls", query: "ha\x00lf\x1b blocks\u202e ", want: "blocks ssh"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			r := v.Search(test.query, 10)
			if got := files(r); got != test.want {
				t.Errorf("Search(%q) found %q, want %q", test.query, got, test.want)
			}
			if r.Loose != test.loose {
				t.Errorf("Search(%q): loose is %v", test.query, r.Loose)
			}
			if r.Total != len(r.Hits) {
				t.Errorf("Search(%q): %d posts, but %d hits", test.query, r.Total, len(r.Hits))
			}
		})
	}
}

func TestMatchesAreCounted(t *testing.T) {
	v := built(t, shelf(t)).View(all)
	for query, want := range map[string]int{"half ": 4, `"half block"`: 2, "blocks ": 2, "half blocks ": 6, "#terminals pixels ": 1, "#terminals": 0} {
		hits := v.Search(query, 1).Hits
		if len(hits) != 1 || hits[0].Post.File != "blocks.md" || hits[0].Matches != want {
			t.Errorf("Search(%q): %v", query, hits)
		}
	}
	if r := v.Search("half ", 1); r.Total != 3 || r.Matches != 6 || len(r.Hits) != 1 {
		t.Errorf("%d posts, %d matches, %d hits", r.Total, r.Matches, len(r.Hits))
	}
}

func TestRanking(t *testing.T) {
	pad := strings.Repeat("filler ", 200)
	tests := []struct {
		name, query  string
		better, less string // front matter and text
	}{
		{"title before text", "kiwi", "title: Kiwi and more\n---\nfruit", "title: Fruit\n---\nkiwi kiwi kiwi kiwi kiwi kiwi"},
		{"short title before long", "kiwi", "title: Kiwi\n---\nfruit", "title: All that grows on trees and kiwi\n---\nfruit"},
		{"tag before one mention", "kiwi ", "title: Fruit\ntags: [kiwi]\n---\nkiwi " + pad, "title: Fruit\n---\nkiwi " + pad},
		{"often before seldom", "kiwi ", "title: Fruit\n---\nkiwi kiwi kiwi " + pad, "title: Fruit\n---\nkiwi " + pad + "x x"},
		{"short before long", "kiwi ", "title: Fruit\n---\nkiwi", "title: Fruit\n---\nkiwi " + pad},
		{"whole word before its start", "kiwi", "title: Fruit\n---\nkiwi " + pad, "title: Fruit\n---\nkiwifruit " + pad},
		{"newest of equals", "kiwi", "title: Fruit\ndate: 2026-01-01\n---\nkiwi", "title: Fruit\ndate: 2025-01-01\n---\nkiwi"},
		{"dated before undated", "kiwi", "title: Fruit\ndate: 2026-01-01\n---\nkiwi", "title: Fruit\n---\nkiwi"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			posts := []*post.Post{
				parsed(t, "z.md", "---\n"+test.better), parsed(t, "a.md", "---\n"+test.less),
				parsed(t, "b.md", "---\ntitle: Plums\n---\nplum"), parsed(t, "c.md", "---\ntitle: Others\n---\nnone "+pad),
			}
			got := files(built(t, posts).View(all).Search(test.query, 10))
			z, a := strings.Index(got, "z"), strings.Index(got, "a")
			if z != 0 || a < z {
				t.Errorf("Search(%q) found %q", test.query, got)
			}
		})
	}
}

func TestHiddenPostsLeaveNoTrace(t *testing.T) {
	posts := shelf(t)
	var shown []*post.Post
	keep := func(p *post.Post) bool { return p.File != "blocks.md" && p.File != "umlaut.md" }
	for _, p := range posts {
		if keep(p) {
			shown = append(shown, p)
		}
	}
	some, only := built(t, posts).View(keep), built(t, shown).View(all)
	for _, query := range []string{"half", "pixels", "pictures", "terminal", "cafe", "#terminals", "@ada", "a", `"half block"`, "half blocks pixels", "pxels", "after:2024"} {
		if got, want := describe(some.Search(query, 10)), describe(only.Search(query, 10)); got != want {
			t.Errorf("Search(%q)\n got %s\nwant %s", query, got, want)
		}
	}
}

// describe returns all of a Result.
func describe(r Result) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%d %d %v\n", r.Total, r.Matches, r.Loose)
	for _, h := range r.Hits {
		fmt.Fprintln(&b, h.Post.File, h.Post.Title, h.Score, h.Matches, h.Excerpt(60))
	}
	return b.String()
}

func TestHostileQueries(t *testing.T) {
	v := built(t, shelf(t)).View(all)
	queries := map[string]string{
		"a megabyte":     strings.Repeat("half", 1<<18),
		"many words":     strings.Repeat("half blocks ", 10_000),
		"many quotes":    strings.Repeat(`"`, 10_001),
		"many marks":     strings.Repeat("-#@", 1000),
		"many negations": strings.Repeat("-x ", 1000),
		"many colons":    strings.Repeat("title:", 1000),
		"many dates":     strings.Repeat("after:9999 before:1 ", 100),
		"huge number":    "after:" + strings.Repeat("9", 500),
		"controls":       "\x00\x1b]0;x\x07\u202e\u200b\x9b",
		"broken":         "\xff\xfe\xc3(",
		"long japanese":  strings.Repeat("日本語", 1000),
		"combining":      "e" + strings.Repeat("\u0301", 400),
		"typos":          strings.Repeat("zqxjkvbp ", 100),
	}
	for name, query := range queries {
		t.Run(name, func(t *testing.T) {
			for _, h := range v.Search(query, 0).Hits {
				checkExcerpt(t, h.Excerpt(68), 68)
			}
		})
	}
}

func TestBuildStopsWithItsContext(t *testing.T) {
	posts := make([]*post.Post, 2000)
	for i := range posts {
		posts[i] = &post.Post{File: fmt.Sprint(i), Title: "x", Date: time.Unix(int64(i), 0)}
	}
	ctx, cancel := contextWithCause(t)
	cancel(errStopped)
	if x, err := Build(ctx, posts); x != nil || !errors.Is(err, errStopped) {
		t.Errorf("got %v, %v", x, err)
	}
}
