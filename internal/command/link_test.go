package command

import (
	"strings"
	"testing"
)

// pair are two posts that lead to each other as files do.
func pair() map[string]string {
	return map[string]string{
		"2026/one.md": "---\ntitle: One\ndate: 2026-01-01\n---\n[the other](../two.md#end), [here](#top), [a page](https://example.org), [gone](gone.md).\n",
		"two.md":      "---\ntitle: Two\ndate: 2026-01-02\n---\nText.\n",
	}
}

func TestLinksToPostsSayHowToReadThem(t *testing.T) {
	c := open(t, pair())
	const want = "\nLinks:\n\n[1] ssh gate.example read two\n[2] #top\n[3] https://example.org\n[4] gone.md\n"
	for _, line := range []string{"read one", "read one --color always"} {
		if out, errs, status := said(t, c, reader(), line); status != Done || !strings.HasSuffix(out, want) {
			t.Errorf("%s: status %d, %q: %s", line, status, errs, out)
		}
	}
	caller := reader()
	caller.In = strings.NewReader("2\ntwo\nq\n")
	out, _, _ := said(t, c, caller, "plain")
	if !strings.Contains(out, want) || !strings.Contains(out, "Two\n2 January 2026\n\nText.\n") {
		t.Errorf("plain: %s", out)
	}
}

func TestListSaysThatNothingMatches(t *testing.T) {
	c := open(t, sample())
	for _, line := range []string{"list --tag nowhere", "list --author nobody", "list --year 1066"} {
		if out, errs, status := said(t, c, reader(), line); status != Refused || out != "" || errs != "nothing found\n" {
			t.Errorf("%s: status %d, out %q, err %q", line, status, out, errs)
		}
		if out, errs, status := said(t, c, reader(), line+" --json"); status != Done || out != "[]\n" || errs != "" {
			t.Errorf("%s --json: status %d, out %q, err %q", line, status, out, errs)
		}
	}
	if out, errs, status := said(t, open(t, nil), reader(), "list"); status != Done || out+errs != "" {
		t.Errorf("a blog without posts: status %d, %q %q", status, out, errs)
	}
}
