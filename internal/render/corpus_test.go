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

	"postern/internal/post"
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

// corpusReference turns Markdown into HTML as the posts were written for.
func corpusReference() goldmark.Markdown {
	return goldmark.New(
		goldmark.WithExtensions(extension.GFM, extension.DefinitionList, extension.Footnote),
		goldmark.WithParserOptions(parser.WithHeadingAttribute()), goldmark.WithRendererOptions(html.WithUnsafe()))
}

// corpusWords calls check with every nth post and the words that its HTML shows.
func corpusWords(t *testing.T, nth int, check func(i int, file, markdown string, words []string)) {
	t.Helper()
	if testing.Short() {
		t.Skip("takes seconds")
	}
	if raceEnabled {
		nth *= 20
	}
	reference := corpusReference()
	for i, file := range corpusFiles(t) {
		if i%nth != 0 {
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
		check(i, file, markdown, wordsOf(withoutShortcodes(visible(page.String()))))
	}
}

// A tally counts words.
type tally struct{ total, lost int }

// add counts the words of want that are missing from what is shown.
func (c *tally) add(t *testing.T, file string, want, got []string) {
	gone := missing(want, got)
	c.total, c.lost = c.total+len(want), c.lost+len(gone)
	if len(gone) > 10 {
		t.Logf("%s: %d of %d: %.20q", file, len(gone), len(want), gone[:min(len(gone), 10)])
	}
}

// judge fails t when more than one word in a thousand was lost.
func (c *tally) judge(t *testing.T) {
	t.Logf("%d of %d words lost (%.3f %%)", c.lost, c.total, 100*float64(c.lost)/float64(c.total))
	if float64(c.lost) > 0.001*float64(c.total) {
		t.Errorf("%d of %d words lost, more than 0.1 %%", c.lost, c.total)
	}
}

func TestCorpusKeepsWords(t *testing.T) {
	var c tally
	corpusWords(t, 1, func(i int, file, markdown string, words []string) {
		measure := []int{68, 40, 20}[i%3]
		d := document(markdown, measure)
		c.add(t, file, words, wordsOf(shownText(d)))
		if line := tooWide(d, measure); line != "" {
			t.Errorf("%s at %d: too wide: %q", file, measure, line)
		}
	})
	c.judge(t)
}

func TestCorpusPlainKeepsWords(t *testing.T) {
	var c tally
	corpusWords(t, 4, func(_ int, file, markdown string, words []string) {
		var b bytes.Buffer
		if err := Plain(&b, &post.Post{Markdown: markdown}, 0, nil); err != nil {
			t.Fatal(err)
		}
		if r := unprintable(b.String()); r >= 0 || strings.Contains(b.String(), " \n") {
			t.Errorf("%s: %U, or blanks at the end of a line", file, r)
		}
		text, _, _ := strings.Cut(b.String(), "\nLinks:\n\n[1]")
		c.add(t, file, words, wordsOf(text))
	})
	c.judge(t)
}
