package command

import (
	"strings"
	"testing"
)

func TestListIsRememberedForItsSnapshotAndAudienceAlone(t *testing.T) {
	files := sample()
	c := open(t, files)
	author := reader()
	author.Author = "ann"
	lists := func() (readers, authors, few string) {
		readers, _, _ = said(t, c, reader(), "list")
		authors, _, _ = said(t, c, author, "list")
		few, _, _ = said(t, c, reader(), "list --limit 1")
		return readers, authors, few
	}
	readers, authors, few := lists()
	if again, _, _ := lists(); again != readers || strings.Count(few, "\n") != 1 {
		t.Errorf("first %q, then %q; one line: %q", readers, again, few)
	}
	if strings.Contains(readers, "draft") || !strings.Contains(authors, "Secret draft") {
		t.Errorf("readers see %q, authors %q", readers, authors)
	}
	files["new.md"] = "---\ntitle: Brand new\ndate: 2026-06-01\n---\nText.\n"
	c.Live.Swap(build(t, files))
	after, afterAuthors, _ := lists()
	for _, got := range []string{after, afterAuthors} {
		if !strings.Contains(got, "Brand new") {
			t.Errorf("after a new post: %q", got)
		}
	}
}

func TestTagsAndAuthorsOfAListAreNamedAsInASearch(t *testing.T) {
	c := open(t, map[string]string{
		"a.md": "---\ntitle: A\ndate: 2026-01-02\nauthors: [Ada Example]\ntags: [hard, ünïcode, \"#marked\", C#, Go Lang]\n---\nText.\n",
		"b.md": "---\ntitle: B\ndate: 2026-01-01\nauthors: [Bo, Zoë, Ada-Luise de Lovelace]\ntags: [harder, 🎉, C++]\n---\nText.\n",
	})
	for line, want := range map[string]string{
		"--tag '#hard'": "a", "--tag hard": "a", "--tag unicode": "a", "--tag Ünïcode": "a", "--tag HARDER": "b", "--tag har": "",
		"--tag marked": "a", "--tag '#marked'": "a", "--tag c#": "a", "--tag c": "", "--tag '#'": "",
		"--tag go-lang": "a", "--tag GO_Lang": "a", "--tag 'go  lang'": "a", "--tag go": "", "--tag C++": "b", "--tag 🎉": "b",
		"--author ada-luise": "b", "--author luise": "b", "--author de-lovelace": "b", "--author Ada_Luise_de_Lovelace": "b", "--author lace": "",
		"--author ada": "a b", "--author @example": "a", "--author 'ada example'": "a", "--author zoe": "b", "--author bo": "b", "--author exam": "",
	} {
		out, _, status := said(t, c, reader(), "list "+line)
		if got := strings.Join(found(out), " "); got != want || (status == Done) != (want != "") {
			t.Errorf("%s: status %d, %q, want %q", line, status, got, want)
		}
	}
}
