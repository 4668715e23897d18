package render

import (
	"bytes"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/renderer/html"
)

// corpusFiles returns the posts of real blogs that lie beside the repository.
func corpusFiles(t *testing.T) []string {
	t.Helper()
	const dir = "../../../shared/corpus"
	var files []string
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err == nil && d.Type().IsRegular() && (strings.HasSuffix(path, ".md") || strings.HasSuffix(path, ".markdown")) {
			files = append(files, path)
		}
		return err
	})
	if err != nil || len(files) == 0 {
		if os.Getenv("POSTERN_REQUIRE") == "1" {
			t.Fatalf("no corpus: %v", err)
		}
		t.Skip("no corpus beside the repository")
	}
	return files
}

// body returns what follows the front matter of a file.
func body(data []byte) string {
	s := strings.ReplaceAll(strings.TrimPrefix(string(data), "\uFEFF"), "\r\n", "\n")
	for _, fence := range []string{"---\n", "+++\n"} {
		if rest, ok := strings.CutPrefix(s, fence); ok {
			if _, after, ok := strings.Cut(rest, "\n"+fence); ok {
				return after
			}
		}
	}
	return s
}

var shortcode = regexp.MustCompile(`:[a-z0-9_+-]+:`)

// withoutShortcodes returns s without the names of emoji, which are shown as themselves.
func withoutShortcodes(s string) string {
	return shortcode.ReplaceAllStringFunc(s, func(code string) string {
		if _, ok := shortcodes.Get(strings.Trim(code, ":")); ok {
			return " "
		}
		return code
	})
}

func TestCorpusKeepsWords(t *testing.T) {
	if testing.Short() {
		t.Skip("takes seconds")
	}
	reference := goldmark.New(
		goldmark.WithExtensions(extension.GFM, extension.DefinitionList, extension.Footnote),
		goldmark.WithParserOptions(parser.WithHeadingAttribute()), goldmark.WithRendererOptions(html.WithUnsafe()))
	total, lost := 0, 0
	for i, file := range corpusFiles(t) {
		if raceEnabled && i%20 != 0 {
			continue
		}
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		markdown := body(data)
		var page bytes.Buffer
		if err := reference.Convert([]byte(markdown), &page); err != nil {
			t.Fatal(err)
		}
		want := wordsOf(withoutShortcodes(visible(page.String())))
		d := document(markdown, []int{68, 40, 20}[i%3])
		gone := missing(want, wordsOf(shownText(d)))
		total, lost = total+len(want), lost+len(gone)
		if len(gone) > 0 {
			t.Logf("%s at %d: %d of %d: %.20q", file, d.layout.length(), len(gone), len(want), gone[:min(len(gone), 12)])
		}
		if line := tooWide(d, []int{68, 40, 20}[i%3]); line != "" {
			t.Errorf("%s: too wide: %q", file, line)
		}
	}
	t.Logf("%d of %d words lost (%.3f %%)", lost, total, 100*float64(lost)/float64(total))
	if float64(lost) > 0.001*float64(total) {
		t.Errorf("%d of %d words lost, more than 0.1 %%", lost, total)
	}
}
