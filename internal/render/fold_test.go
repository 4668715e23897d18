package render

import (
	"strings"
	"testing"

	"postern/internal/post"
)

func TestFoldedCodeLosesNothingAndFits(t *testing.T) {
	source := "func main() { println(\"some words that are longer than the measure is\") }\n" +
		strings.Repeat("x", 90) + " " + strings.Repeat("日本", 30) + "\n\n\ttab\n" + strings.Repeat("- a list of short words ", 20)
	for _, lang := range []string{"", "go", "markdown"} {
		for measure := minMeasure; measure < 80; measure += 7 {
			d := New(&post.Post{Markdown: "```" + lang + "\n" + source + "\n```\n"}, Options{Measure: measure, Fold: true})
			var joined strings.Builder
			for _, line := range d.Lines(0, d.Len()) {
				if line.Width() > measure || line.Wide() {
					t.Errorf("%q at %d: %d cells: %q", lang, measure, line.Width(), line.Plain())
				}
				joined.WriteString(strings.TrimSpace(strings.Replace(line.Plain(), "▏", "", 1)))
			}
			bare := func(s string) string { return strings.Join(strings.Fields(s), "") }
			if got := strings.Replace(bare(joined.String()), lang, "", 1); got != bare(source) { // the label is not of the source
				t.Errorf("%q at %d: got %q", lang, measure, got)
			}
			if code, _, _ := d.CodeAt(0); code != source {
				t.Errorf("%q at %d: copying gives %q", lang, measure, code)
			}
		}
	}
}
