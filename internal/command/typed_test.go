package command

import (
	"log/slog"
	"os/exec"
	"strings"
	"testing"

	"postern/internal/blog"
	"postern/internal/store"
)

// awkward are names of files that shells take for something else.
var awkward = []string{"q q.md", "it's.md", `a "b".md`, `a\b.md`, "$HOME `id`.md", "wow!.md", "(a) & b; c | d > e.md", "#a*?[b]{c}~.md",
	"'", `\`, `\'`, "über uns.md", "日本.md", "!!", `"'!'"`, " "}

func TestNamesThatAreToBeTypedComeBackUnchanged(t *testing.T) {
	for _, name := range append(awkward, "2026/plain-name_1.md") {
		typed := blog.Typed(name)
		sent, err := exec.Command("sh", "-c", "printf %s "+typed).Output()
		holds(t, err)
		words, err := Split("history " + string(sent))
		if err != nil || len(words) != 2 || words[1] != name {
			t.Errorf("%s is typed as %s, sent as %s and read as %q, %v", name, typed, sent, words, err)
		}
	}
	for name, want := range map[string]string{"2026/plain-name_1.md": "2026/plain-name_1.md", "with space.md": `"'with space.md'"`} {
		if got := blog.Typed(name); got != want {
			t.Errorf("%s is typed as %s", name, got)
		}
	}
}

func TestNamesThatLookLikeFlagsAreTypedAsNames(t *testing.T) {
	folder, err := store.Open(t.TempDir())
	holds(t, err)
	b, err := blog.Open(t.Context(), folder, blog.Config{}, slog.New(slog.DiscardHandler), nil)
	holds(t, err)
	t.Cleanup(func() { b.Close(); _ = folder.Close() })
	c, ada := &Commands{Live: b.Live(), Blog: b}, Caller{Author: "ada", Host: "gate.example"}
	for _, name := range []string{"-x.md", "--to y.md"} {
		_, err := b.Publish(t.Context(), blog.Author{Name: "ada"}, name, strings.NewReader("---\ntitle: Q\ndate: 2026-01-02\n---\nText.\n"))
		holds(t, err)
		sent, err := exec.Command("sh", "-c", "echo "+blog.Typed(name)).Output()
		holds(t, err)
		for _, verb := range []string{"history ", "remove "} {
			if _, errs, status := said(t, c, ada, verb+string(sent)); status != Done {
				t.Errorf("%s%s: status %d, %s", verb, sent, status, errs)
			}
		}
		if _, errs, _ := said(t, c, ada, "restore "+string(sent)+" x"); !strings.HasPrefix(errs, name+": no such version") {
			t.Errorf("restore %s: %s", sent, errs)
		}
	}
}

func TestCommandsThatAreToldWorkForNamesWithBlanks(t *testing.T) {
	folder, err := store.Open(t.TempDir())
	holds(t, err)
	b, err := blog.Open(t.Context(), folder, blog.Config{}, slog.New(slog.DiscardHandler), nil)
	holds(t, err)
	t.Cleanup(func() { b.Close(); _ = folder.Close() })
	c := &Commands{Live: b.Live(), Blog: b}
	_, err = b.Publish(t.Context(), blog.Author{Name: "ada"}, "q q.md", strings.NewReader("---\ntitle: Q\ndate: 2026-01-02\n---\nText.\n"))
	holds(t, err)
	ada := Caller{Author: "ada", Host: "gate.example"}
	const history = `ssh ada@gate.example history "'q q.md'"`
	if _, errs, _ := said(t, c, ada, "restore 'q q.md' x"); errs != "q q.md: no such version ("+history+")\n" {
		t.Errorf("restore: %s", errs)
	}
	if out, errs, status := said(t, c, ada, "remove 'q q.md'"); status != Done || out != "q q.md: removed\n  "+history+"\n" {
		t.Errorf("remove: status %d, %s: %s", status, errs, out)
	}
}
