package sshd

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"golang.org/x/crypto/ssh"
)

// author comes in as ada, with the key of b.
func (b *bench) author(t testing.TB) *ssh.Client {
	t.Helper()
	data, err := os.ReadFile(b.key)
	must(t, err)
	signer, err := ssh.ParsePrivateKey(data)
	must(t, err)
	return b.dial(t, "ada", ssh.PublicKeys(signer))
}

func TestAMistakenDeleteIsUndoneWithOneCommand(t *testing.T) {
	needs(t, "rsync", "ssh")
	files := map[string]string{"photo.png": "\x89PNG", "_index.md": "---\ntitle: The Gate\n---\nWelcome.\n"}
	for n := range 30 {
		files[fmt.Sprintf("2026/%02d.md", n)] = strings.Replace(goodPost, "Rain at last", fmt.Sprint("Post ", n), 1)
	}
	b := atWork(t, files)
	before := tree(t, b.posts)
	ada := b.author(t)
	b.write(t, "wrong/new.md", goodPost)
	b.write(t, "wrong/live.md", goodPost)
	r := b.rsync(t, "-a", "--delete", "wrong/", "ada@localhost:")
	r.good(t, "33 removed")
	undo := regexp.MustCompile(`ssh -p \d+ ada@localhost (restore --since \S+)`).FindStringSubmatch(r.said)
	if undo == nil {
		t.Fatalf("it does not say how to undo it: %s", r.said)
	}
	if out, errs, status := said(t, ada, "history"); status != 0 || strings.Count(out, "\n") != 34 || !strings.Contains(out, "removed   2026/07.md  Post 7\n") ||
		!strings.Contains(out, "replaced  live.md  The live one\n") || !strings.Contains(errs, "restore --since VERSION") {
		t.Errorf("history: status %d, %q, %q", status, out, errs)
	}
	if out, errs, _ := said(t, ada, "history --limit 3"); strings.Count(out, "\n") != 3 || !strings.Contains(errs, "… and 31 more") {
		t.Errorf("history: %q, %q", out, errs)
	}
	if out, errs, status := said(t, ada, undo[1]); status != 0 || errs != "" || !strings.Contains(out, "34 files restored\n") {
		t.Errorf("restore: status %d, %q, %q", status, out, errs)
	}
	after := tree(t, b.posts)
	delete(after, "new.md") // which came since then
	if !maps.Equal(before, after) {
		t.Errorf("%d files before, %d after", len(before), len(after))
	}
	if out, _, status := said(t, ada, undo[1]); status != 0 || out != "0 files restored\n" {
		t.Errorf("again: status %d, %q", status, out)
	}
	if out, _, _ := said(t, b.dial(t, "reader"), "read 07"); !strings.Contains(out, "It began at four") {
		t.Errorf("readers get %q", out)
	}
}

func TestRestoreSinceTakesEachFileAsItWasThen(t *testing.T) {
	h, ada := authored(t, map[string]string{"a.md": "# One\n", "b.md": "# B\n"})
	fed(t, ada, "publish a.md", "# Two\n")
	out, _, _ := said(t, ada, "history a.md")
	first := strings.Fields(out)[0]
	then := time.Now().UTC()
	fed(t, ada, "publish a.md", "# Three\n")
	fed(t, ada, "remove a.md", "")
	fed(t, ada, "remove b.md", "")
	must(t, os.WriteFile(filepath.Join(h.posts, ".history", "b.md", "20000101T000000.000000Z"), []byte("# Long before\n"), 0o644))
	for _, step := range []struct{ say, a, b string }{
		{"restore --since " + then.Format(time.RFC3339Nano), "# Two\n", "# B\n"},
		{"restore --since " + first, "# One\n", "# B\n"},
		{"restore --since 10m", "# One\n", "# B\n"},
		{"restore --since 2000-01-01", "# One\n", "# Long before\n"},
	} {
		out, errs, status := said(t, ada, step.say)
		got := tree(t, h.posts)
		if status != 0 || got["a.md"] != step.a || got["b.md"] != step.b {
			t.Errorf("%s: status %d, %q, %q: %q", step.say, status, out, errs, got)
		}
	}
	for _, word := range []string{"restore", "restore --since ''", "restore --since never", "restore --since -5m", "restore a.md", "history --since x", "history --limit -1"} {
		if out, errs, status := said(t, ada, word); status != 2 || out != "" || errs == "" {
			t.Errorf("%s: status %d, %q, %q", word, status, out, errs)
		}
	}
	reader := h.dial(t, "reader")
	for _, word := range []string{"restore --since 10m", "history"} {
		if out, errs, status := said(t, reader, word); status != 1 || out != "" || !strings.Contains(errs, "only authors") {
			t.Errorf("%s: status %d, %q, %q", word, status, out, errs)
		}
	}
}

func TestRestoreSinceTellsWhatItCouldNot(t *testing.T) {
	h, ada := authored(t, map[string]string{"good.md": "# Good\n", "bad.md": badPost})
	fed(t, ada, "remove good.md", "")
	fed(t, ada, "remove bad.md", "")
	out, errs, status := said(t, ada, "restore --since 1h")
	if status != 1 || !strings.Contains(out, "good.md: Good: live") || !strings.Contains(out, "1 file restored") || !strings.Contains(errs, "bad.md:3:7: error: date") {
		t.Errorf("status %d, %q, %q", status, out, errs)
	}
	if _, err := os.Stat(filepath.Join(h.posts, "bad.md")); err == nil {
		t.Error("a bad post came back")
	}
}

func TestNameOfAFileMeansThatFileAlone(t *testing.T) {
	key := newSigner(t)
	h := serve(t, usual(), map[string]string{"keep.md": goodPost, "aa/keep.md": goodPost}, key.PublicKey())
	ada := h.dial(t, "ada", ssh.PublicKeys(key))
	if out, errs, status := said(t, ada, "remove keep.md"); status != 0 || !strings.HasPrefix(out, "keep.md: removed") {
		t.Fatalf("status %d: %q, %q", status, out, errs)
	}
	if out, errs, status := said(t, ada, "remove keep.md"); status != 1 || !strings.Contains(errs, "keep.md: error: no such file") {
		t.Errorf("again: status %d: %q, %q", status, out, errs)
	}
	out, errs, status := said(t, ada, "history keep.md")
	version, _, _ := strings.Cut(out, " ")
	if status != 0 || version == "" {
		t.Fatalf("history: status %d: %q, %q", status, out, errs)
	}
	if out, errs, status := said(t, ada, "restore keep.md "+version); status != 0 || !strings.Contains(out, "keep.md: ") || strings.Contains(out, "aa/") {
		t.Errorf("restore: status %d: %q, %q", status, out, errs)
	}
	if _, err := os.Stat(filepath.Join(h.posts, "keep.md")); err != nil {
		t.Error(err)
	}
	if _, err := os.Stat(filepath.Join(h.posts, "aa", "keep.md")); err != nil {
		t.Error(err)
	}
}
