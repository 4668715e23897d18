package render

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/charmbracelet/colorprofile"

	"postern/internal/post"
)

var update = flag.Bool("update", false, "write the golden files anew")

// TestGolden compares what every testdata/*/*.md shows at 68, 40 and 20 columns, and as plain text, with the file
// beside it. The defects are those that terminal renderers are known for, by their numbers in our notes.
func TestGolden(t *testing.T) {
	files, err := filepath.Glob("testdata/*/*.md")
	if err != nil || len(files) == 0 {
		t.Fatalf("no files: %v", err)
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			data, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			compareGolden(t, strings.TrimSuffix(file, ".md")+".golden", shownAtAll(t, &post.Post{Markdown: string(data)}))
		})
	}
}

// shownAtAll returns what p shows at several measures and as plain text.
func shownAtAll(t *testing.T, p *post.Post) []byte {
	var b bytes.Buffer
	for _, measure := range []int{68, 40, 20} {
		fmt.Fprintf(&b, "== %d columns\n\n", measure)
		d := New(p, Options{Measure: measure, Copy: "y copy"})
		for _, l := range d.Lines(0, d.Len()) {
			fmt.Fprintln(&b, l.Plain())
		}
		fmt.Fprintln(&b)
	}
	fmt.Fprint(&b, "== plain\n\n")
	if err := Plain(&b, p, 0, nil); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// TestGoldenStyled does the same for what the themes add, escapes spelled out.
func TestGoldenStyled(t *testing.T) {
	data, err := os.ReadFile("testdata/elements/prose.md")
	if err != nil {
		t.Fatal(err)
	}
	p := &post.Post{Markdown: string(data)}
	for _, c := range []struct {
		theme   string
		profile colorprofile.Profile
		ascii   bool
	}{{"dark", colorprofile.TrueColor, false}, {"light", colorprofile.ANSI256, false}, {"terminal", colorprofile.ANSI, false}, {"mono", colorprofile.Ascii, true}} {
		theme, err := NewTheme(c.theme, c.theme != "light", c.profile, "")
		if err != nil {
			t.Fatal(err)
		}
		var b bytes.Buffer
		d := New(p, Options{Measure: 60, Theme: theme, ASCII: c.ascii})
		for _, l := range d.Lines(0, d.Len()) {
			fmt.Fprintln(&b, strings.NewReplacer("\x1b[", "⟦", "\x1b]", "⟦]", "\x1b\\", "⟧").Replace(l.String()))
		}
		compareGolden(t, "testdata/elements/prose-"+c.theme+".golden", b.Bytes())
	}
}

// TestASCII wants nothing beyond ASCII in what is added to words that are ASCII.
func TestASCII(t *testing.T) {
	files, err := filepath.Glob("testdata/*/*.md")
	if err != nil || len(files) == 0 {
		t.Fatalf("no files: %v", err)
	}
	ascii := func(r rune) rune {
		if r >= 0x7F || r == '&' { // no entities either
			return '?'
		}
		return r
	}
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		d := New(&post.Post{Markdown: strings.Map(ascii, string(data))}, Options{Measure: 30, ASCII: true})
		for _, l := range d.Lines(0, d.Len()) {
			if strings.Map(ascii, l.Plain()) != l.Plain() {
				t.Errorf("%s: %q", file, l.Plain())
			}
		}
	}
}

// compareGolden compares got with a file, or writes it with -update.
func compareGolden(t *testing.T, file string, got []byte) {
	t.Helper()
	if *update {
		if err := os.WriteFile(file, got, 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatalf("%v (write it with -update)", err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("%s differs; got:\n%s", file, got)
	}
}
