package render

import (
	"os"
	"strconv"
	"strings"
	"testing"

	"postern/internal/post"
)

// inWindows returns what markdown shows when it is parsed in windows of a size.
func inWindows(markdown string, size int) string {
	d := New(&post.Post{Markdown: markdown}, Options{Measure: 60})
	d.layout.windows.size, d.layout.windows.later = size, size
	d.layout.windows.refs = references(markdown)
	return shownText(d)
}

// differs returns the first line of got that is not in want at its place.
func differs(got, want string) string {
	wanted := strings.Split(want, "\n")
	for i, line := range strings.Split(got, "\n") {
		if i >= len(wanted) || line != wanted[i] {
			return line
		}
	}
	return ""
}

// TestWindowsDoNotShow wants a post to look the same whatever the size of the windows that it is parsed in.
func TestWindowsDoNotShow(t *testing.T) {
	markdown := mixed(30<<10) + `
[later]: https://example.com/later

See [later], [a footnote][^1] and [^1].

<details><summary>Open</summary>

` + strings.Repeat("- a list\n\n  that is loose\n\n", 300) + `
</details>

[^1]: The note with [later].
`
	whole := inWindows(markdown, 1<<20)
	for _, size := range []int{64, 500, 4 << 10, 8 << 10} {
		if line := differs(inWindows(markdown, size), whole); line != "" {
			t.Errorf("in windows of %d: %q", size, line)
		}
	}
}

// tallestWindow returns how many lines of markdown were parsed at once.
func tallestWindow(t *testing.T, markdown string) int {
	t.Helper()
	lines := 0
	w := newWindows(markdown)
	for n := 0; !w.ended(); n++ {
		before := len(w.rest)
		w.next(false)
		if len(w.rest) >= before {
			t.Fatalf("window %d takes nothing", n)
		}
		lines = max(lines, strings.Count(w.source.text, "\n"))
	}
	return lines
}

// TestLongBlocksAreParsedInParts wants no window to grow with a block of very many short lines.
func TestLongBlocksAreParsedInParts(t *testing.T) {
	for name, unit := range map[string]string{
		"list": "- a\n", "tasks": "- [x] a\n", "numbers": "1. a\n", "loose": "* a\n\n", "empty": "-\n",
		"inner list": "  - a\n", "quote": "> - a\n", "paragraph": "a\n", "definitions": ": a\n", "broken": "a  \n",
	} {
		const times = 1 << 17
		if lines := tallestWindow(t, "- a\n"+strings.Repeat(unit, times)); lines > 2*maxLines {
			t.Errorf("%s: %d lines of %d are parsed at once", name, lines, times)
		}
	}
}

// TestLongListGoesOn wants each item of a list that is set in parts, its numbers in order and no gap between the parts.
func TestLongListGoesOn(t *testing.T) {
	const items = 6 * maxItems
	for name, c := range map[string]struct{ unit, between, format string }{
		"bullets": {"- a\n", "", "• a"}, "tasks": {"- [x] a\n", "", "[x] a"},
		"numbers": {"1. a\n", "", "%d. a"}, "loose": {"7) a\n\n", "\n", "%d) a"},
		"from 3": {"3. a\n", "", "%d. a"},
	} {
		want, start := []string(nil), 1
		switch name {
		case "loose":
			start = 7
		case "from 3":
			start = 3
		}
		for n := range items {
			want = append(want, strings.Replace(c.format, "%d", strconv.Itoa(n+start), 1))
		}
		got := linesOf(document(strings.Repeat(c.unit, items)+"\nend", 40))
		for i := range got {
			got[i] = strings.TrimLeft(got[i], " ")
		}
		whole := strings.Join(want, "\n"+c.between) + "\n\nend"
		if line := differs(strings.Join(got, "\n"), whole); line != "" || len(got) != strings.Count(whole, "\n")+1 {
			t.Errorf("%s: %d lines, %q is out of place", name, len(got), line)
		}
	}
}

// TestTallBlocksAreSource wants all of a block that is too tall, with a note, and what follows it as ever.
func TestTallBlocksAreSource(t *testing.T) {
	lines := linesOf(document("- a\n"+strings.Repeat("  - b\n", 2*maxLines)+"\n# End\n", 40))
	n := 0
	for _, line := range lines {
		if strings.HasSuffix(line, "- b") || strings.HasSuffix(line, "• b") || strings.HasSuffix(line, "◦ b") {
			n++
		}
	}
	text := strings.Join(lines, "\n")
	if n != 2*maxLines || !strings.Contains(text, "(a block of too many lines") || lines[len(lines)-2] != "End" {
		t.Errorf("%d items, the end is %q", n, lines[len(lines)-4:])
	}
}

func TestCorpusInWindows(t *testing.T) {
	if testing.Short() || raceEnabled {
		t.Skip("takes seconds")
	}
	odd := 0
	files := corpusFiles(t)
	for i := 0; i < len(files); i += 3 {
		data, err := os.ReadFile(files[i])
		if err != nil {
			t.Fatal(err)
		}
		markdown := body(data)
		if len(markdown) > 100<<10 {
			continue
		}
		if line := differs(inWindows(markdown, 1<<10), inWindows(markdown, 1<<20)); line != "" {
			odd++
			t.Logf("%s: %q", files[i], line)
		}
	}
	if odd > len(files)/1000 {
		t.Errorf("%d posts look different in windows", odd)
	}
}
