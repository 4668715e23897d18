package render

import (
	"strings"
	"testing"

	"postern/internal/post"
)

// plainLines returns what the lines of markdown show at a measure.
func plainLines(markdown string, measure int) []string {
	d := New(&post.Post{Markdown: markdown}, Options{Measure: measure})
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
