package render

import (
	"strconv"
	"strings"
	"testing"

	"charm.land/glamour/v2"
	"charm.land/glamour/v2/styles"
	"github.com/charmbracelet/colorprofile"

	"postern/internal/post"
)

// mixed returns about size bytes of Markdown of every common kind.
func mixed(size int) string {
	const part = `## A heading with *stress*

I have run a web site for twenty years and I have never once been proud of how it reads. Too **wide** on my desk, too
narrow on the train, see [the notes](https://example.com/notes) and ` + "`code`" + `.

- Every developer already owns a beautiful reading device, with a typeface and colours they chose themselves.
- A host key is a [promise](https://example.org/promise) you can verify before reading a word.
  - nested, and long enough that it has to be broken once at the measure of this column

1. one
2. two

> The best interface is the one the reader already paid for, and this quotation goes on for more than one line.

` + "```go\nfunc main() {\n\ts := blog.New(\"posts/\") // a comment\n\tlog.Fatal(s.ListenAndServe(\":22\"))\n}\n```" + `

| Action | 80×24 | 200×50 |
|---|--:|--:|
| First paint | 1.2 KB | 2.6 KB |
| Scroll a line | 80 B | 80 B |

`
	var b strings.Builder
	for i := range max(1, size/len(part)) {
		b.WriteString(strings.Replace(part, "22", strconv.Itoa(i), 1)) // no code is like another
	}
	return b.String()
}

// testTheme returns the dark theme for a terminal of 256 colours.
func testTheme(t testing.TB) *Theme {
	t.Helper()
	theme, err := NewTheme("dark", true, colorprofile.ANSI256, "")
	if err != nil {
		t.Fatal(err)
	}
	return theme
}

// printAll sets markdown and makes every line of it into a string.
func printAll(markdown string, theme *Theme) int {
	d := New(&post.Post{Markdown: markdown}, Options{Measure: 80, Theme: theme})
	n := 0
	for _, l := range d.Lines(0, d.Len()) {
		n += len(l.String())
	}
	return n
}

// TestAllocatesLessThanGlamour wants an eighth of what Glamour allocates. The time is for the benchmarks to show.
func TestAllocatesLessThanGlamour(t *testing.T) {
	markdown, theme := mixed(10<<10), testTheme(t)
	ours := testing.AllocsPerRun(2, func() { printAll(markdown, theme) })
	theirs := testing.AllocsPerRun(2, func() { glamoured(t, markdown) })
	if ours*8 > theirs {
		t.Errorf("%.0f allocations, glamour has %.0f", ours, theirs)
	}
}

// glamoured renders markdown with Glamour.
func glamoured(t testing.TB, markdown string) {
	r, err := glamour.NewTermRenderer(glamour.WithStyles(styles.DarkStyleConfig), glamour.WithWordWrap(80))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := r.Render(markdown); err != nil {
		t.Fatal(err)
	}
}

// TestGrowsLinearly wants ten times the post in no more than about ten times the allocations, and the first screen of
// a long one for the price of a short one.
func TestGrowsLinearly(t *testing.T) {
	theme := testTheme(t)
	allocations := func(markdown string, lines int) float64 {
		return testing.AllocsPerRun(1, func() {
			forgetCode()
			New(&post.Post{Markdown: markdown}, Options{Measure: 68, Theme: theme}).Lines(0, lines)
		})
	}
	small, large := mixed(100<<10), mixed(1<<20)
	if a, b := allocations(small, 1<<30), allocations(large, 1<<30); b > 12*a {
		t.Errorf("%.0f allocations for 100 KB, %.0f for 1 MB", a, b)
	}
	if a, b := allocations(small, 24), allocations(large, 24); b > 2*a {
		t.Errorf("%.0f allocations for the first screen of 100 KB, %.0f for that of 1 MB", a, b)
	}
}

// TestMemoryIsSmall wants the lines of a post to take little more than the post.
func TestMemoryIsSmall(t *testing.T) {
	markdown := mixed(200 << 10)
	d := document(markdown, 68)
	d.Len()
	if ratio := float64(d.layout.bytes) / float64(len(markdown)); ratio > 2.2 {
		t.Errorf("the lines take %.2f times the Markdown", ratio)
	}
}

// forgetCode forgets how code was taken apart.
func forgetCode() {
	highlighted.mu.Lock()
	defer highlighted.mu.Unlock()
	clear(highlighted.recent)
	clear(highlighted.older)
	highlighted.runs = 0
}

// BenchmarkRender10KAnew renders as if no code had been seen before.
func BenchmarkRender10KAnew(b *testing.B) {
	markdown, theme := mixed(10<<10), testTheme(b)
	b.SetBytes(int64(len(markdown)))
	b.ReportAllocs()
	for b.Loop() {
		forgetCode()
		printAll(markdown, theme)
	}
}

func BenchmarkRender10K(b *testing.B) {
	markdown, theme := mixed(10<<10), testTheme(b)
	b.SetBytes(int64(len(markdown)))
	b.ReportAllocs()
	for b.Loop() {
		printAll(markdown, theme)
	}
}

func BenchmarkGlamour10K(b *testing.B) {
	markdown := mixed(10 << 10)
	b.SetBytes(int64(len(markdown)))
	b.ReportAllocs()
	for b.Loop() {
		glamoured(b, markdown)
	}
}

func BenchmarkRender1M(b *testing.B) {
	markdown, theme := mixed(1<<20), testTheme(b)
	b.SetBytes(int64(len(markdown)))
	b.ReportAllocs()
	for b.Loop() {
		printAll(markdown, theme)
	}
}

func BenchmarkFirstScreenOf1M(b *testing.B) {
	p, theme := &post.Post{Markdown: mixed(1 << 20)}, testTheme(b)
	b.ReportAllocs()
	for b.Loop() {
		for _, l := range New(p, Options{Measure: 68, Theme: theme}).Lines(0, 24) {
			_ = l.String()
		}
	}
}

func BenchmarkLineString(b *testing.B) {
	d := New(&post.Post{Markdown: mixed(10 << 10)}, Options{Measure: 68, Theme: testTheme(b)})
	lines := d.Lines(0, d.Len())
	b.ReportAllocs()
	for b.Loop() {
		for _, l := range lines {
			_ = l.String()
		}
	}
}
