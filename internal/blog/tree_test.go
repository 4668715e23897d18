package blog

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"postern/internal/index"
	"postern/internal/text"
)

// evilNames are those of files that come by other means than a push.
var evilNames = []string{"a\nC0644 9 b.md", "\x1b[2J.md", "c1\u009b2J.md", "bidi\u202edm.md", "raw\x9b.md", "di\u202er/a.md", "di\u202er/sub/b.md"}

func TestFilesWithNamesThatMisleadAreKeptFromTransfersAndReported(t *testing.T) {
	files := map[string]string{"evil\u200b.png": "x"}
	kind := []string{"100%.md", "a b.md", "good.md", "☔️.md", "雨の日.md"}
	for n, name := range slices.Concat(evilNames, kind) {
		files[name] = fmt.Sprintf(dated, fmt.Sprintf("T%d", n), n+1)
	}
	b, dir := blogOf(t, files)
	for _, a := range []index.Audience{index.Readers, index.Authors} {
		infos, err := b.List(a, ".")
		if err != nil {
			t.Fatal(err)
		}
		var names []string
		for _, info := range infos {
			names = append(names, info.Name())
		}
		slices.Sort(names)
		if !slices.Equal(names, kind) {
			t.Errorf("%v: %q", a, names)
		}
		for name := range files {
			_, found := b.Stat(a, name)
			_, read := b.ReadFile(a, name)
			if good := slices.Contains(kind, name); (found == nil) != good || (read == nil) != good {
				t.Errorf("%v: %q: %v, %v", a, name, found, read)
			}
		}
		for _, name := range []string{"di\u202er", "di\u202er/sub"} {
			if infos, err := b.List(a, name); err == nil {
				t.Errorf("%v: %d in %q", a, len(infos), name)
			}
		}
	}
	var told []string
	for _, p := range b.Live().Snapshot().Problems() {
		if strings.Contains(p.What, "leave it out") {
			told = append(told, p.File)
		}
		if line := p.String(); p.What != "" && strings.Contains(p.What, "leave it out") && text.Line(line) != line {
			t.Errorf("%q", line)
		}
	}
	want := []string{`"\x1b[2J.md"`, `"a\nC0644 9 b.md"`, `"bidi\u202edm.md"`, `"c1\u009b2J.md"`, `"di\u202er"`, `"evil\u200b.png"`, `"raw\x9b.md"`}
	if !slices.Equal(told, want) {
		t.Errorf("told of %q", told)
	}
	put(t, dir, "late\u202e.png", "x")
	reload(t, b)
	if n := len(b.Live().Snapshot().Problems()); n < len(want)+1 {
		t.Errorf("%d problems", n)
	}
	if err := b.Remove(context.Background(), ada, "late\u202e.png"); err != nil {
		t.Error(err)
	}
	if _, err := b.Rename(context.Background(), ada, "evil\u200b.png", "good.png"); err != nil {
		t.Error(err)
	}
	for _, p := range b.Live().Snapshot().Problems() {
		if strings.Contains(p.File, "late") || strings.Contains(p.File, "evil") {
			t.Errorf("still told: %s", p)
		}
	}
}

func TestNamesThatMisleadAreNotTaken(t *testing.T) {
	b, dir := blogOf(t, map[string]string{"good.md": fmt.Sprintf(dated, "Good", 1)})
	for _, name := range []string{"a\u202eb.md", "a\u200b.png", "\u2066d/a.md"} {
		_, published := b.Publish(context.Background(), ada, name, strings.NewReader(fmt.Sprintf(dated, "A", 2)))
		_, renamed := b.Rename(context.Background(), ada, "good.md", name)
		for what, err := range map[string]error{"publish": published, "rename": renamed, "mkdir": b.Mkdir(context.Background(), ada, name)} {
			if err == nil || !strings.Contains(err.Error(), "hide or reorder text") {
				t.Errorf("%s %q: %v", what, name, err)
			}
		}
	}
	if all, err := filepath.Glob(filepath.Join(dir, "*")); err != nil || len(all) != 1 {
		t.Errorf("%q, %v", all, err)
	}
}
