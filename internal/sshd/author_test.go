package sshd

import (
	"bytes"
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"golang.org/x/crypto/ssh"
)

// fed runs a command with something on its standard input and returns what came of it.
func fed(t testing.TB, client *ssh.Client, command, stdin string) (stdout, stderr string, status int) {
	t.Helper()
	session, err := client.NewSession()
	must(t, err)
	defer func() { _ = session.Close() }()
	var out, errs bytes.Buffer
	session.Stdin, session.Stdout, session.Stderr = strings.NewReader(stdin), &out, &errs
	if err := session.Run(command); err != nil {
		var exit *ssh.ExitError
		if !errors.As(err, &exit) {
			t.Fatalf("%s: %v", command, err)
		}
		status = exit.ExitStatus()
	}
	return out.String(), errs.String(), status
}

// authored opens a house and comes in as its author ada.
func authored(t testing.TB, files map[string]string) (*house, *ssh.Client) {
	t.Helper()
	ada := newSigner(t)
	h := serve(t, usual(), files, ada.PublicKey())
	return h, h.dial(t, "ada", ssh.PublicKeys(ada))
}

func TestAuthorVerbs(t *testing.T) {
	h, ada := authored(t, nil)
	reader := h.dial(t, "reader")
	w := look(t, reader, 80, 24, "")
	w.see(t, "The live one")
	for _, step := range []struct {
		say, stdin, out, err string
		status               int
	}{
		{"check new.md", "# Hello\n\nText.", "new.md: Hello: live, 1 min to read", "", 0},
		{"check 'new.md'", "---\ntitle: T\ndate: 02/03/2020\n---\n", "", "new.md:3:7: error: date", 1},
		{"history new.md", "", "", "no such file, now or before", 1},
		{"publish new.md", "# Hello\n\nText.", "ssh://new@localhost:", "", 0},
		{"publish new.md", "---\ntitle: \"\n---\n", "", "new.md:3:", 1},
		{"publish new.md", "---\ntitle: Again\ndraft: yes\n---\n\nText.", "Again: draft, for authors only", "", 0},
		{"publish a b", "", "", "publish does not take", 2},
		{"publish ../x.md", "text", "", "../x.md: error: name not allowed", 1},
		{"publish .history/x", "text", "", "hidden files are not taken", 1},
		{"status", "", "new  draft  Again", "", 0},
		{"history new", "", "Hello", "", 0},
		{"restore new.md 2020", "", "", "no such version (ssh -p ", 1},
		{"remove new", "", "new.md: removed", "", 0},
		{"remove new", "", "", "new: error: no such file", 1},
		{"history new.md", "", "Again", "", 0},
	} {
		out, err, status := fed(t, ada, step.say, step.stdin)
		if status != step.status || !strings.Contains(out, step.out) || !strings.Contains(err, step.err) || (step.err == "") != (err == "") {
			t.Errorf("%s: status %d, %q, %q", step.say, status, out, err)
		}
	}
	w.see(t, "Hello")
	out, _, _ := said(t, ada, "history new.md")
	lines := strings.Split(strings.TrimSpace(out), "\n")
	first := strings.Fields(lines[len(lines)-1])[0]
	if out, err, status := said(t, ada, "restore new.md "+first); status != 0 || !strings.Contains(out, "new.md: Hello: live") {
		t.Errorf("restore: status %d, %q, %q", status, out, err)
	}
	if out, _, _ := said(t, reader, "read new"); !strings.Contains(out, "Text.") {
		t.Errorf("readers get %q", out)
	}
	if !strings.Contains(h.log.String(), "msg=published post=new.md author=ada key=SHA256:") {
		t.Errorf("log: %s", h.log.String())
	}
}

func TestAPushIsToldWhatIsWrongBesideOtherFiles(t *testing.T) {
	_, ada := authored(t, nil)
	for _, step := range []struct{ name, text, want string }{
		{"ada.md", "Text.", "ada.md: warning: the address ada is an author's name, so ssh ada@host does not open it (write another slug)"},
		{"plain.md", "Text.", "plain.md: warning: the address plain is the linear reader's, so ssh plain@host does not open it (write another slug)"},
		{"new.md", "[One](one.md)", "new.md:6:7: warning: links to one.md, which is not here (push it as well, or mend the link)"},
	} {
		out, _, status := fed(t, ada, "publish "+step.name, "---\ntitle: T\ndate: 2026-01-02\n---\n\n"+step.text+"\n")
		if status != 0 || !strings.Contains(out, step.want) {
			t.Errorf("%s: status %d, %q", step.name, status, out)
		}
	}
	if out, _, _ := said(t, ada, "status"); strings.Count(out, "warning: ") != 3 {
		t.Errorf("status: %q", out)
	}
	if out, _, _ := fed(t, ada, "publish one.md", "---\ntitle: One\ndate: 2026-01-02\n---\n\nText.\n"); strings.Contains(out, "warning") {
		t.Errorf("one.md: %q", out)
	}
	if out, _, _ := said(t, ada, "status"); strings.Count(out, "warning: ") != 2 {
		t.Errorf("status when it is there: %q", out)
	}
}

func TestCheckSaysWhatPublishWouldSay(t *testing.T) {
	_, ada := authored(t, map[string]string{
		"other.md": "---\ntitle: Other\nslug: taken\ndate: 2020-01-02\n---\n\nText.\n",
		"moved.md": "---\nredirect: /taken\n---\n",
	})
	for name, text := range map[string]string{
		"clash.md": "slug: taken\n---\n\nText.", "live.md": "---\n\nThe live one, anew.", "ada.md": "---\n\n![p](none.png) [l](none.md)",
		"draft.md": "draft: true\n---\n\nText.", "old/other.md": "---\n\nText.", "to.md": "---\n\n[There](moved.md).",
	} {
		text = "---\ntitle: T\ndate: 2026-01-02\n" + text + "\n"
		before, _, status := fed(t, ada, "check "+name, text)
		after, _, published := fed(t, ada, "publish "+name, text)
		if before = strings.TrimPrefix(before, "checked, not published:\n"); before != after || status != 0 || published != 0 {
			t.Errorf("%s: check says\n%s\npublish\n%s", name, before, after)
		}
		if name == "to.md" && strings.Contains(after, "warning") {
			t.Errorf("a link to a file that redirects: %s", after)
		}
	}
}

func TestAuthorVerbsAreForAuthors(t *testing.T) {
	h, _ := authored(t, nil)
	reader := h.dial(t, "reader")
	for _, verb := range []string{"publish x.md", "check x.md", "status", "remove live.md", "history live.md", "restore live.md 2020"} {
		if out, err, status := fed(t, reader, verb, "# Text"); status != 1 || out != "" || !strings.Contains(err, "only authors can do this") {
			t.Errorf("%s: status %d, %q, %q", verb, status, out, err)
		}
	}
	none := func(string, string, []string, []bool) ([]string, error) { return nil, nil }
	claims := h.dial(t, "ada", ssh.PublicKeys(newSigner(t)), ssh.KeyboardInteractive(none))
	if out, err, status := fed(t, claims, "status", ""); status != 1 || out != "" || !strings.Contains(err, "without a key of the author ada: only authors can do this") {
		t.Errorf("with another key: status %d, %q, %q", status, out, err)
	}
	if out, _, _ := said(t, reader, "list"); !strings.Contains(out, "The live one") || strings.Contains(out, "x.md") {
		t.Errorf("readers see %q", out)
	}
}

func TestStatusForMachines(t *testing.T) {
	_, ada := authored(t, map[string]string{"bad.md": "---\ntitle: \"\n---\n", "later.md": "---\ntitle: L\ndate: 2999-01-01\n---\nText.\n"})
	out, _, status := said(t, ada, "status --json")
	var s struct {
		Count    map[string]int
		Posts    []struct{ Slug, State, Until string }
		Problems []struct {
			File  string
			Line  int
			Error bool
		}
	}
	if err := json.Unmarshal([]byte(out), &s); err != nil || status != 0 {
		t.Fatalf("status %d, %v in %q", status, err, out)
	}
	if s.Count["live"] != 1 || s.Count["draft"] != 1 || len(s.Posts) != 2 || s.Posts[0].Until != "2999-01-01T00:00:00Z" {
		t.Errorf("%+v", s)
	}
	if len(s.Problems) != 1 || s.Problems[0].File != "bad.md" || s.Problems[0].Line != 3 || !s.Problems[0].Error {
		t.Errorf("%+v", s.Problems)
	}
}

func TestProblemsOnTheScreenOfTheirAuthor(t *testing.T) {
	h, ada := authored(t, map[string]string{"bad.md": badPost, "undated.md": "# Undated\n\nText.\n"})
	w := look(t, ada, 80, 24, "")
	w.see(t, "2 problems")
	w.see(t, "draft") // and what readers do not see
	w.press(t, "p")
	for _, want := range []string{"1 error · 1 warning", "bad.md:3:7", "write 2020-03-02", "undated.md:1:1", "1 of 2"} {
		w.see(t, want)
	}
	if _, errs, status := fed(t, ada, "publish bad.md", goodPost); status != 0 {
		t.Fatal(errs)
	}
	w.see(t, "1 of 1")
	w.press(t, "\r")
	w.see(t, "Undated")
	reader := look(t, h.dial(t, "reader"), 80, 24, "")
	reader.see(t, "Rain at last")
	reader.press(t, "pj")
	reader.see(t, "2 of 3")
	if strings.Contains(reader.out.String(), "problem") {
		t.Error("readers see problems")
	}
}
