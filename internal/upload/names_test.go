package upload

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestNoClientIsGivenANameThatMisleads(t *testing.T) {
	evil := []string{"a\nC0644 9 b.md", "\x1b[2J.md", "c1\u009b2J.md", "bidi\u202edm.md", "di\u202er/a.md"}
	kind := []string{"雨の日.md", "☔️ a b.md", "100%.md"}
	for _, author := range []string{"", "ada"} {
		s, dir := sessionOf(t, nil, author)
		for _, name := range append(evil, kind...) {
			path := filepath.Join(dir, name)
			if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(path, []byte("# A\n\nText.\n"), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		if err := s.Blog.Reload(t.Context()); err != nil {
			t.Fatal(err)
		}
		given := map[string]string{}
		zeros := make([]byte, 1<<12)
		for _, way := range []string{"scp", "rsync"} {
			var out bytes.Buffer
			s.Out, s.In = &out, bytes.NewReader(append([]byte{27, 0, 0, 0}, zeros...))
			if way == "scp" {
				s.In = bytes.NewReader(zeros)
				s.SCP(t.Context(), []string{"-rf", ".", "*"})
			} else {
				s.Rsync(context.Background(), []string{"--server", "--sender", "-r", ".", ".", "*"})
			}
			given[way] = out.String()
		}
		c, hangUp := clientOf(t, s, func() { s.SFTP(t.Context()) })
		infos, err := c.ReadDir(".")
		if err != nil {
			t.Error(err)
		}
		for _, info := range infos {
			given["sftp"] += info.Name() + " "
		}
		for _, name := range evil {
			if _, err := c.Open(name); err == nil {
				t.Errorf("%q is opened", name)
			}
		}
		hangUp()
		for way, all := range given {
			for _, bad := range []string{"C0644 9", "\x1b[", "\u009b", "\u202e"} {
				if strings.Contains(all, bad) {
					t.Errorf("%s gives %q", way, all)
				}
			}
			for _, name := range append(kind, "live.md") {
				if !strings.Contains(all, name) {
					t.Errorf("%s does not give %q", way, name)
				}
			}
		}
	}
}
