package render

import (
	"strings"
	"testing"

	"github.com/charmbracelet/colorprofile"

	"postern/internal/post"
)

// styledLine returns the first line of markdown in the dark theme.
func styledLine(t *testing.T, markdown string, profile colorprofile.Profile) Line {
	t.Helper()
	theme, err := NewTheme("dark", true, profile, "")
	if err != nil {
		t.Fatal(err)
	}
	return New(&post.Post{Markdown: markdown}, Options{Measure: 40, Theme: theme}).Lines(0, 1)[0]
}

func TestLineString(t *testing.T) {
	const link = "\x1b]8;id=1:r=0;https://example.com\x1b\\"
	tests := []struct {
		markdown string
		profile  colorprofile.Profile
		want     string
	}{
		{"plain words", colorprofile.TrueColor, "plain words"},
		{"a **b c** d", colorprofile.TrueColor, "a \x1b[1mb c\x1b[m d"},
		{"a *b **c***", colorprofile.TrueColor, "a \x1b[3mb \x1b[m\x1b[1;3mc\x1b[m"},
		{"a **b**", colorprofile.NoTTY, "a b"},
		{"`x`", colorprofile.TrueColor, "\x1b[38;5;180m`x`\x1b[m"},
		{"`x`", colorprofile.ANSI256, "\x1b[38;5;180m`x`\x1b[m"},
		{"`x`", colorprofile.Ascii, "`x`"},
		{"[a b](https://example.com)", colorprofile.Ascii, link + "\x1b[4ma b\x1b[m[1]\x1b]8;;\x1b\\"},
		{"[a](https://example.com)", colorprofile.NoTTY, "a[1]"},
		{"[a](./b.md)", colorprofile.Ascii, "\x1b[4ma\x1b[m[1]"},
		{"[a](javascript:b)", colorprofile.Ascii, "a"},
	}
	for _, test := range tests {
		if got := styledLine(t, test.markdown, test.profile).String(); got != test.want {
			t.Errorf("%q on %v: %q, want %q", test.markdown, test.profile, got, test.want)
		}
	}
}

func TestPart(t *testing.T) {
	tests := []struct {
		markdown    string
		from, width int
		spans       []Span
		want        string
	}{
		{"abcdef", 0, 6, nil, "abcdef"},
		{"abcdef", 0, 4, nil, "abc→"},
		{"abcdef", 2, 3, nil, "←d→"},
		{"abcdef", 2, 9, nil, "←def"},
		{"日本語", 0, 4, nil, "日 →"},
		{"日本語", 1, 9, nil, "←本語"},
		{"ab cd", 0, 9, []Span{{3, 5, Match}}, "ab \x1b[7mcd\x1b[m"},
		{"ab **cd**", 0, 9, []Span{{1, 4, Match}}, "a\x1b[7mb c\x1b[m\x1b[1md\x1b[m"},
		{"abc", 5, 3, nil, ""},
		{"abc", 0, 0, nil, ""},
	}
	for _, test := range tests {
		got := styledLine(t, test.markdown, colorprofile.Ascii).AppendPart(nil, test.from, test.width, test.spans...)
		if string(got) != test.want {
			t.Errorf("%q from %d, %d cells: %q, want %q", test.markdown, test.from, test.width, got, test.want)
		}
	}
}

func TestTheLabelOfCodeStaysAtTheEdge(t *testing.T) {
	wide := "```go\nab\n" + strings.Repeat("x", 50) + "\n```"
	lines := New(&post.Post{Markdown: wide}, Options{Measure: 20, Copy: "y copy"}).Lines(0, 2)
	for from, want := range map[int]string{
		0: "▏ ab      go  y copy", 2: "←b        go  y copy", 3: "←         go  y copy", 8: "←         go  y copy", 40: "          go  y copy",
	} {
		if got := string(lines[0].AppendPart(nil, from, 20)); got != want {
			t.Errorf("from %d: %q, want %q", from, got, want)
		}
	}
	if got, want := string(lines[0].AppendPart(nil, 3, 16)), "←      go  y co→"; got != want {
		t.Errorf("in less room than it was set for: %q, want %q", got, want)
	}
}

func TestCodeWithAWideLineMovesSideways(t *testing.T) {
	narrow, wide := "```\nab\n```\n", "```\nab\n"+strings.Repeat("x", 50)+"\n```\n"
	for _, line := range New(&post.Post{Markdown: narrow + "\n" + wide + "\nText.\n"}, Options{Measure: 40}).Lines(0, 20) {
		plain := strings.TrimSpace(line.Plain())
		if want := line.Block() == 1 && plain != ""; line.Sideways() != want {
			t.Errorf("%q: %v", plain, !want)
		}
	}
}

func TestLinkCells(t *testing.T) {
	l := styledLine(t, "日 [*a* b](https://example.com), [c](https://example.org)", colorprofile.TrueColor)
	if from, to, ok := l.LinkCells(1); from != 3 || to != 9 || !ok {
		t.Errorf("the first link is at %d to %d, %v", from, to, ok)
	}
	if from, to, ok := l.LinkCells(2); from != 11 || to != 15 || !ok {
		t.Errorf("the second link is at %d to %d, %v", from, to, ok)
	}
	if _, _, ok := l.LinkCells(3); ok {
		t.Error("there is no third link")
	}
}

func TestOneStyleRun(t *testing.T) {
	md := "**" + strings.Repeat("word ", 40) + "end**"
	for _, l := range New(&post.Post{Markdown: md}, Options{Measure: 40, Theme: testTheme(t)}).Lines(0, 99) {
		if n := strings.Count(l.String(), "\x1b["); n != 2 {
			t.Errorf("%d sequences in %q, want 2", n, l.String())
		}
	}
}

func TestCodeAt(t *testing.T) {
	d := document("Text.\n\n```go\nfunc f() {\n\treturn \x1b\n}\n```\n\n    indented\n    code\n", 40)
	want := []struct {
		code, lang string
	}{{}, {}, {"func f() {\n\treturn \n}", "go"}, {"func f() {\n\treturn \n}", "go"}, {"func f() {\n\treturn \n}", "go"}, {}, {"indented\ncode", ""}}
	for line, w := range want {
		code, lang, ok := d.CodeAt(line)
		if code != w.code || lang != w.lang || ok != (w.code != "") {
			t.Errorf("line %d: %q, %q, %v, want %q, %q", line, code, lang, ok, w.code, w.lang)
		}
	}
	if _, _, ok := d.CodeAt(-1); ok {
		t.Error("there is code before the first line")
	}
}
