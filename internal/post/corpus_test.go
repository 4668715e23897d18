package post

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// corpusDir returns the folder of real posts, and skips the test where it is absent.
func corpusDir(t testing.TB) string {
	t.Helper()
	dir, err := filepath.Abs("../../../shared/corpus")
	if err == nil {
		_, err = os.Stat(dir)
	}
	if err != nil {
		if os.Getenv("POSTERN_REQUIRE") == "1" {
			t.Fatal(err)
		}
		t.Skip("no corpus:", err)
	}
	return dir
}

// expectation is a line of expected.jsonl.
type expectation struct {
	File   string
	Title  string
	Date   *time.Time
	Slug   string
	Draft  bool
	Tags   []string
	Lang   *string
	Skip   *string
	Status string
}

// expectations reads the oracle.
func expectations(t testing.TB, dir string) []expectation {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(dir, "expected.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	var all []expectation
	for line := range bytes.Lines(data) {
		var e expectation
		if err := json.Unmarshal(line, &e); err != nil {
			t.Fatal(err)
		}
		all = append(all, e)
	}
	return all
}

// disagreements returns in what p and err differ from e.
func (e expectation) disagreements(p *Post, err error) []string {
	hidden := errors.Is(err, ErrNotPost) || errors.Is(err, ErrInvalid) || p != nil && p.Redirect != ""
	if e.Skip != nil || e.Status == "reject" {
		if !hidden {
			return []string{"listed: want " + e.Status}
		}
		return nil
	}
	if hidden {
		return []string{"hidden: " + err.Error()}
	}
	var found []string
	note := func(what, got, want string) {
		if got != want {
			found = append(found, what+": got "+got+" want "+want)
		}
	}
	date := func(at time.Time) string {
		if at.IsZero() {
			return "none"
		}
		return at.UTC().Format(time.RFC3339)
	}
	var wanted time.Time
	if e.Date != nil {
		wanted = *e.Date
	}
	var lang string
	if e.Lang != nil {
		lang = *e.Lang
	}
	note("title", p.Title, e.Title)
	note("date", date(p.Date.Truncate(time.Second)), date(wanted))
	note("slug", p.Slug, e.Slug)
	note("lang", p.Language, lang)
	if p.Draft != e.Draft {
		found = append(found, "draft")
	}
	if !slices.Equal(p.Tags, e.Tags) {
		found = append(found, "tags: got "+strings.Join(p.Tags, "|")+" want "+strings.Join(e.Tags, "|"))
	}
	return found
}

// disagreement names the files in which we differ from the oracle on purpose, with the reason.
var disagreement = map[string]string{}

// TestCorpus compares every post with the oracle: at least 99.5 % of each corpus agree, and what does not is named above.
func TestCorpus(t *testing.T) {
	dir := corpusDir(t)
	posts, differ := map[string]int{}, map[string]int{}
	for _, e := range expectations(t, dir) {
		data, err := os.ReadFile(filepath.Join(dir, filepath.FromSlash(e.File)))
		if err != nil {
			t.Fatal(err)
		}
		corpus, file, _ := strings.Cut(e.File, "/")
		posts[corpus]++
		p, err := Parse(file, data, Config{})
		found := e.disagreements(p, err)
		if len(found) > 0 {
			differ[corpus]++
		}
		if reason, known := disagreement[e.File]; known {
			if len(found) == 0 {
				t.Errorf("%s agrees, although %s", e.File, reason)
			}
			continue
		}
		for _, what := range found {
			t.Errorf("%s: %s", e.File, what)
		}
	}
	for corpus, all := range posts {
		if float64(differ[corpus]) > 0.005*float64(all) {
			t.Errorf("%s: %d of %d differ", corpus, differ[corpus], all)
		}
	}
}

// TestCorpusNames holds that every file of the oracle is a post by its name, but one that a generator reads, not we.
func TestCorpusNames(t *testing.T) {
	for _, e := range expectations(t, corpusDir(t)) {
		_, file, _ := strings.Cut(e.File, "/")
		if want := filepath.Ext(file) != ".Rmd"; IsPost(file) != want {
			t.Errorf("%s: a post: %v", e.File, !want)
		}
	}
}

// TestWild holds that each odd file becomes a post, or one error that names its line and column.
func TestWild(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(corpusDir(t), "wild", "*.md"))
	if err != nil || len(files) == 0 {
		t.Fatal("no wild files:", err)
	}
	refused := map[string]string{
		"33-hashnode-inner-quotes.md": `33-hashnode-inner-quotes.md:2:114: error: title: a quote ends the text before the end of the line (write \" inside the text)`,
	}
	for _, path := range files {
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		name := filepath.Base(path)
		p, err := Parse(name, data, Config{})
		switch want, refuse := refused[name]; {
		case err != nil && err.Error() != want:
			t.Errorf("%v", err)
		case err == nil && refuse:
			t.Errorf("%s is a post, %q", name, p.Title)
		case err == nil && (p.Title == "" || strings.HasPrefix(p.Markdown, "---")):
			t.Errorf("%s: title %q, text %q", name, p.Title, p.Markdown)
		}
	}
}

// TestSamples holds what the two first posts that we were given say.
func TestSamples(t *testing.T) {
	dir := corpusDir(t)
	parse := func(name string) *Post {
		data, err := os.ReadFile(filepath.Join(dir, "sample", name))
		if err != nil {
			t.Fatal(err)
		}
		return mustParse(t, name, string(data))
	}
	if got := parse("000_17e3a2af015e012b.md").Date.Format(time.RFC3339); got != "2020-10-02T06:10:47+07:00" {
		t.Errorf("the date is %s", got)
	}
	if p := parse("003_9f296ad952624bf9.md"); !p.Draft || len(p.Tags) != 3 {
		t.Errorf("draft %v, tags %q", p.Draft, p.Tags)
	}
}

// TestCorpusBodies holds that nothing of a generator's own language is left outside of code.
func TestCorpusBodies(t *testing.T) {
	files, _ := corpusFiles(t, 0)
	for _, f := range files {
		p, err := Parse(f.name, f.data, Config{})
		if err != nil {
			continue
		}
		for _, sign := range []string{"{%", "{{<", "<!-- more", "\n:::", "](data:"} {
			if again := outsideCode(p.Markdown); strings.Contains(again, sign) {
				t.Errorf("%s: prints %q", f.name, sign)
			}
		}
	}
}

// outsideCode returns the lines of markdown that are neither in fences nor indented, without code within them.
func outsideCode(markdown string) string {
	var b strings.Builder
	var fence string
	for line := range strings.SplitSeq(markdown, "\n") {
		bare := strings.TrimLeft(line, " >")
		mark := bare[:len(bare)-len(strings.TrimLeft(bare, "`~"))]
		switch {
		case fence == "" && len(mark) >= 3 && !strings.Contains(bare[len(mark):], "`"):
			fence = mark
		case fence != "":
			if len(mark) >= len(fence) && mark[0] == fence[0] && strings.TrimSpace(bare) == mark {
				fence = ""
			}
		case !strings.HasPrefix(line, "    ") && !strings.HasPrefix(line, "\t"):
			b.WriteString(line + "\n")
		}
	}
	parts := strings.Split(strings.ReplaceAll(b.String(), "``", ""), "`")
	for i := 1; i < len(parts); i += 2 {
		parts[i] = ""
	}
	return strings.Join(parts, "")
}
