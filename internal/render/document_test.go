package render

import (
	"strings"
	"testing"

	"postern/internal/post"
)

// plainLines returns what the lines of markdown show at a measure.
func plainLines(markdown string, measure int) []string {
	return linesOf(New(&post.Post{Markdown: markdown}, Options{Measure: measure}))
}

// linesOf returns what the lines of d show.
func linesOf(d *Document) []string {
	var shown []string
	for _, l := range d.Lines(0, d.Len()) {
		shown = append(shown, l.Plain())
	}
	return shown
}

func TestLines(t *testing.T) {
	d := New(&post.Post{Markdown: strings.Repeat("A paragraph of some words.\n\n", 4000)}, Options{Measure: 40})
	if got := len(d.Lines(0, 24)); got != 24 {
		t.Errorf("%d lines of the first screen, want 24", got)
	}
	if d.layout.windows == nil {
		t.Error("the first screen set all of the post")
	}
	if got := d.Len(); got != 7999 {
		t.Errorf("%d lines, want 7999", got)
	}
	if got := d.Lines(7998, 10); len(got) != 1 || got[0].Plain() != "A paragraph of some words." {
		t.Errorf("at the end: %d lines", len(got))
	}
	if got := d.Lines(8000, 10); got != nil {
		t.Errorf("after the end: %d lines", len(got))
	}
}

func TestPlaceSurvivesMeasure(t *testing.T) {
	words := strings.Fields(strings.Repeat("alpha beta gamma delta epsilon ", 60))
	for i := range words {
		words[i] += strings.Repeat("x", i%7)
	}
	md := "# Title\n\n" + strings.Join(words, " ") + "\n\n- " + strings.Join(words, " ") + "\n\nlast"
	p := &post.Post{Markdown: md}
	wide, narrow := New(p, Options{Measure: 76}), New(p, Options{Measure: 30})
	for line := range wide.Len() {
		place := wide.Place(line)
		back := narrow.Place(narrow.Find(place))
		if back.Block != place.Block || back.Offset > place.Offset {
			t.Errorf("line %d at %v was found at %v", line, place, back)
		}
		if got := wide.Find(place); got != line && wide.Place(got) != place {
			t.Errorf("line %d at %v came back as %d", line, place, got)
		}
	}
}

func TestHeadings(t *testing.T) {
	d := document("# A *title* & more\n\ntext\n\n## Same\n\n## Same\n\n> ### In a quote\n\n<h2>From <b>HTML</b></h2>\n\n## Own {#own-id}\n\n## 日本語\n\n## &amp; `a_b` [x](https://example.com)\n", 60)
	want := []Heading{
		{1, "A title & more", "a-title--more", 0}, {2, "Same", "same", 6}, {2, "Same", "same-1", 8},
		{3, "In a quote", "in-a-quote", 10}, {2, "From HTML", "from-html", 13}, {2, "Own", "own-id", 16},
		{2, "日本語", "日本語", 18}, {2, "& `a_b` x", "-a_b-x", 20},
	}
	got := d.Headings()
	if len(got) != len(want) {
		t.Fatalf("%d headings: %v", len(got), got)
	}
	for i := range want {
		if got[i] != want[i] {
			t.Errorf("got %v, want %v", got[i], want[i])
		}
	}
	lines := d.Lines(0, d.Len())
	for i, l := range lines {
		is := false
		for _, h := range want {
			is = is || h.Line == i
		}
		if l.Heading() != is {
			t.Errorf("line %d %q: a heading? %v", i, l.Plain(), l.Heading())
		}
	}
}

func TestFootnotes(t *testing.T) {
	d := document("One[^b].\n\nTwo[^a] and[^b].\n\n[^a]: The *first*.\n[^b]: A second one that goes on until it has to be broken\n\n    with more\n\n[^c]: unused", 30)
	want := []Footnote{
		{1, 7, "A second one that goes on until it has to be broken with more"}, {2, 12, "The first."}, {3, 14, "unused"},
	}
	for _, want := range want {
		if got, ok := d.Footnote(want.Number); !ok || got != want {
			t.Errorf("got %v, want %v", got, want)
		}
	}
	if got, ok := d.Footnote(4); ok {
		t.Errorf("got %v, which is none", got)
	}
	if n := d.Lines(2, 1)[0].Footnotes(); len(n) != 2 || n[0] != 2 || n[1] != 1 {
		t.Errorf("the third line mentions %v", n)
	}
	if len(d.Links()) != 0 || len(linksIn(d.Lines(2, 1)[0].raw())) != 0 {
		t.Error("a footnote is taken for a link")
	}
}

// TestAFootnoteIsKnownByItsNumber mentions one that is none, but looks like it within code: it takes a number.
func TestAFootnoteIsKnownByItsNumber(t *testing.T) {
	d := document("One[^x] two[^y] three[^z]\n\n```\n[^x]: code\n```\n\n[^y]: Why\n[^z]: Zed", 40)
	for number, want := range map[int]string{1: "", 2: "Why", 3: "Zed"} {
		if got, _ := d.Footnote(number); got.Text != want {
			t.Errorf("the note %d is %q, not %q", number, got.Text, want)
		}
	}
}

func TestLinks(t *testing.T) {
	d := document("[One](https://example.com/1) two [broken over\nsome lines](./local.md#x), https://example.com/auto\n\n![Alt](https://example.com/i.png) <a href=\"mailto:a@example.com\">mail</a> [bad](javascript:x)", 24)
	want := []Link{
		{"One", "https://example.com/1", 0, false}, {"broken over some lines", "./local.md#x", 0, true},
		{"https://example.com/auto", "https://example.com/auto", 2, false},
		{"[Image: Alt]", "https://example.com/i.png", 5, false}, {"mail", "mailto:a@example.com", 6, false},
	}
	got := d.Links()
	if len(got) != len(want) {
		t.Fatalf("%v", got)
	}
	for i := range want {
		if got[i] != want[i] {
			t.Errorf("got %v, want %v", got[i], want[i])
		}
	}
	if n := linksIn(d.Lines(1, 1)[0].raw()); len(n) != 1 || n[0] != 2 {
		t.Errorf("the second line has the links %v", n)
	}
}
