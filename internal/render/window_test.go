package render

import (
	"os"
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
