package post

import (
	"bufio"
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
	f, err := os.Open(filepath.Join(dir, "expected.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var all []expectation
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var e expectation
		if err := json.Unmarshal(lines.Bytes(), &e); err != nil {
			t.Fatal(err)
		}
		all = append(all, e)
	}
	if err := lines.Err(); err != nil {
		t.Fatal(err)
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

func TestCorpus(t *testing.T) {
	dir := corpusDir(t)
	for _, e := range expectations(t, dir) {
		data, err := os.ReadFile(filepath.Join(dir, filepath.FromSlash(e.File)))
		if err != nil {
			t.Fatal(err)
		}
		_, file, _ := strings.Cut(e.File, "/") // the first folder names the corpus
		p, err := Parse(file, data, Config{})
		for _, d := range e.disagreements(p, err) {
			t.Errorf("%s: %s", e.File, d)
		}
	}
}
