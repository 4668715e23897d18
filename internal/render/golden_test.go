package render

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

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
	if err := Plain(&b, p, 0); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
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
