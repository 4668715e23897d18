package sshd

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// need skips the test where programs are not installed; where everything has to be tested, that is a failure.
func need(t testing.TB, programs ...string) {
	t.Helper()
	for _, program := range programs {
		if _, err := exec.LookPath(program); err == nil {
			continue
		}
		if os.Getenv("POSTERN_REQUIRE") != "" {
			t.Fatalf("%s is not installed", program)
		}
		t.Skipf("%s is not installed", program)
	}
}

func TestNewsboatReadsTheFeeds(t *testing.T) {
	need(t, "newsboat", "ssh")
	h := serve(t, usual(), map[string]string{
		"_index.md": "---\ntitle: The Gate & more\n---\n",
		"second.md": "---\ntitle: \"Signs: & < > ' 日本語 שלום\"\ndate: 2026-01-03\n---\n\nA **strong** word.\n",
	})
	_, port, _ := strings.Cut(h.addr, ":")
	for _, format := range []string{"atom", "rss"} {
		t.Run(format, func(t *testing.T) {
			home := t.TempDir()
			urls, cache := filepath.Join(home, "urls"), filepath.Join(home, "cache.db")
			must(t, os.WriteFile(urls, []byte(`"exec:ssh -F none -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null -p `+port+
				` localhost feed --format `+format+"\"\n"), 0o600))
			must(t, os.WriteFile(filepath.Join(home, "config"), nil, 0o600))
			boat := func(do string) string {
				command := exec.CommandContext(t.Context(), "newsboat", "-u", urls, "-c", cache, "-C", filepath.Join(home, "config"), "-x", do)
				command.Env = append(os.Environ(), "HOME="+home, "LC_ALL=C.UTF-8")
				out, err := command.CombinedOutput()
				if err != nil {
					t.Fatalf("newsboat -x %s: %v: %s", do, err, out)
				}
				return string(out)
			}
			boat("reload")
			if unread := boat("print-unread"); !strings.HasPrefix(unread, "2 ") {
				t.Errorf("newsboat has %q", unread)
			}
			kept, err := os.ReadFile(cache)
			must(t, err)
			for _, words := range []string{"The Gate & more", "Signs: & < > ' 日本語 שלום", "<strong>strong</strong>", "ssh://second@localhost:" + port, "urn:uuid:"} {
				if !bytes.Contains(kept, []byte(words)) {
					t.Errorf("newsboat does not keep %q", words)
				}
			}
		})
	}
}
