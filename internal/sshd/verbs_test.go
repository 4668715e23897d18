package sshd

import (
	"encoding/json"
	"fmt"
	"io"
	"runtime"
	"strings"
	"sync"
	"testing"

	"github.com/mmcdole/gofeed"
	"github.com/santhosh-tekuri/jsonschema/v6"
	"golang.org/x/crypto/ssh"
)

// keepsTo fails the test where document does not keep to the schema that the commands have for it.
func keepsTo(t testing.TB, schema, document string) {
	t.Helper()
	c := jsonschema.NewCompiler()
	c.AssertFormat()
	compiled, err := c.Compile("../command/testdata/" + schema + ".schema.json")
	must(t, err)
	v, err := jsonschema.UnmarshalJSON(strings.NewReader(document))
	must(t, err)
	if err := compiled.Validate(v); err != nil {
		t.Errorf("%s: %v", schema, err)
	}
}

func TestVerbsOverARealConnection(t *testing.T) {
	h := serve(t, usual(), map[string]string{"_index.md": "---\ntitle: The Gate\nhost: gate.example\n---\nWelcome.\n"})
	client := h.dial(t, "reader")
	for _, test := range []struct {
		command  string
		status   int
		out, err string // parts of what is said
	}{
		{"", 0, "2026-01-02  live  The live one\n", "Read one with: ssh gate.example read SLUG\n"},
		{"list", 0, "2026-01-02  live  The live one\n", ""},
		{"ls --tag ONE", 0, "live", ""},
		{"list --year 1999", 1, "", "nothing found\n"},
		{"list --year 1999 --json", 0, "[]\n", ""},
		{"list --limit x", 2, "", "--limit takes a number"},
		{"list --width 12", 0, "2026-01-02 …\n", ""},
		{"read live", 0, "Words that are there to be read.\n", ""},
		{"cat live --source", 0, livePost, ""},
		{"read live --color always", 0, "\x1b[1mThe live one\x1b[m\n", ""},
		{"read LIVE.md", 0, "Words that are", ""},
		{"read liev", 1, "", "did you mean: ssh gate.example read live"},
		{"read secret", 1, "", "no such post: secret"},
		{"read", 2, "", "read takes one SLUG"},
		{"read live --width wide", 2, "", "--width takes a number"},
		{"tags", 0, "1  one\n1  two\n", ""},
		{"tags one", 2, "", "ssh gate.example tags [--json]"},
		{"about", 0, "The Gate\n\nWelcome.\n", ""},
		{"about --color grey", 2, "", "--color takes"},
		{"feed --format xml", 2, "", "--format takes atom, rss or json"},
		{"follow now", 2, "", "ssh gate.example follow"},
		{"help", 0, "ssh gate.example feed", ""},
		{"help feed", 0, "--format atom|rss|json", ""},
		{"help fed", 2, "", "did you mean: ssh gate.example feed"},
		{"version", 0, "postern test\n", ""},
		{"live", 2, "", "did you mean: ssh gate.example read live"},
		{"lisst", 2, "", "did you mean: ssh gate.example list"},
		{"read 'live", 2, "", "cannot read the command"},
	} {
		out, errs, status := said(t, client, test.command)
		if status != test.status || !strings.Contains(out, test.out) || !strings.Contains(errs, test.err) ||
			test.out == "" && out != "" || test.err == "" && errs != "" {
			t.Errorf("%s: status %d, %q, %q", test.command, status, out, errs)
		}
	}
	for command, schema := range map[string]string{"list --json": "list", "read live --json": "read", "tags --json": "tags"} {
		out, errs, status := said(t, client, command)
		if status != 0 || errs != "" {
			t.Errorf("%s: status %d, %q", command, status, errs)
		}
		keepsTo(t, schema, out)
	}
}

func TestFeedsOverARealConnection(t *testing.T) {
	h := serve(t, usual(), nil)
	client := h.dial(t, "reader")
	for _, format := range []string{"", "--format atom", "--format rss", "--format json"} {
		out, errs, status := said(t, client, "feed "+format)
		if status != 0 || errs != "" {
			t.Errorf("%s: status %d, %q", format, status, errs)
		}
		f, err := gofeed.NewParser().ParseString(out)
		must(t, err)
		_, port, _ := strings.Cut(h.addr, ":")
		if len(f.Items) != 1 || f.Items[0].Title != "The live one" || f.Items[0].Link != "ssh://live@localhost:"+port ||
			!strings.Contains(f.Items[0].Content, "Words that are") {
			t.Errorf("%s: %v", format, f)
		}
	}
}

func TestAuthorsListWhatReadersDoNot(t *testing.T) {
	key := newSigner(t)
	h := serve(t, usual(), nil, key.PublicKey())
	client := h.dial(t, "ada", ssh.PublicKeys(key))
	out, _, _ := said(t, client, "list --json")
	var posts []struct {
		Slug  string
		Draft bool
	}
	must(t, json.Unmarshal([]byte(out), &posts))
	if len(posts) != 2 || !posts[0].Draft || posts[1].Draft {
		t.Errorf("%v", posts)
	}
	if out, _, _ := said(t, client, "feed"); strings.Contains(out, "secret") {
		t.Errorf("the feed holds a draft: %s", out)
	}
}

func TestVerbsOnATerminalFitIt(t *testing.T) {
	h := serve(t, usual(), map[string]string{"long.md": "---\ntitle: A title that goes on and on and on and on\ndate: 2026-01-01\n---\n\n" + strings.Repeat("word ", 50)})
	for _, command := range []string{"list", "read long --width 30", "about", "tags"} {
		w := look(t, h.dial(t, "reader"), 40, 20, command)
		must(t, w.Wait())
		if strings.Contains(w.out.String(), "\x1b[?1049h") || strings.Contains(strings.ReplaceAll(w.out.String(), "\r\n", ""), "\n") {
			t.Errorf("%s: %q", command, w.out.String())
		}
	}
	w := look(t, h.dial(t, "reader"), 40, 20, "list")
	must(t, w.Wait())
	w.see(t, "2026-01-01  long  A title that goes on …\r\n")
}

// pipe is a command whose output is read while it runs.
type pipe struct {
	*ssh.Session
	out syncBuffer
	err syncBuffer
}

// follow starts a command without a terminal.
func follow(t testing.TB, client *ssh.Client, command string) *pipe {
	t.Helper()
	session, err := client.NewSession()
	must(t, err)
	p := &pipe{Session: session}
	session.Stdout, session.Stderr = &p.out, &p.err
	must(t, session.Start(command))
	return p
}

func TestFollowTellsNewPostsUntilTheDoorCloses(t *testing.T) {
	h := serve(t, usual(), nil)
	p := follow(t, h.dial(t, "reader"), "follow")
	onTerminal := look(t, h.dial(t, "reader"), 80, 24, "follow")
	leaver := look(t, h.dial(t, "reader"), 80, 24, "follow")
	eventually(t, func() bool { // until the watches stand
		h.put(t, "new.md", "---\ntitle: Fresh from the press\ndate: 2026-02-01\n---\n\nHot.\n")
		return strings.Contains(p.out.String(), "press") && onTerminal.shows("press\r\n")
	}, func() string { return fmt.Sprintf("no new post in %q", p.out.String()) })
	leaver.press(t, "\x03")
	if err := leaver.Wait(); err != nil {
		t.Errorf("ctrl+c: %v", err)
	}
	if got := p.out.String(); got != "2026-02-01  new  Fresh from the press\n" {
		t.Errorf("tells %q", got)
	}
	must(t, h.stop())
	if err := p.Wait(); err != nil || p.err.String() != Closing.words()+"\n" {
		t.Errorf("at the end: %v, %q", err, p.err.String())
	}
	if err := onTerminal.Wait(); err != nil {
		t.Errorf("at the end, on a terminal: %v", err)
	}
}

func TestFollowEndsWithItsConnection(t *testing.T) {
	h := serve(t, usual(), nil)
	said(t, h.dial(t, "reader"), "version")
	before := runtime.NumGoroutine()
	var clients []*ssh.Client
	for range 5 {
		client := h.dial(t, "reader")
		follow(t, client, "follow")
		clients = append(clients, client)
	}
	for _, client := range clients {
		must(t, client.Close())
	}
	eventually(t, func() bool { return runtime.NumGoroutine() <= before+2 }, func() string {
		return fmt.Sprintf("%d goroutines, %d before", runtime.NumGoroutine(), before)
	})
}

func TestAClosedPipeEndsQuietly(t *testing.T) {
	files := map[string]string{}
	for n := range 300 {
		files[fmt.Sprintf("p%03d.md", n)] = "---\ntitle: T\ndate: 2025-01-01\n---\n\n" + strings.Repeat("Many words. ", 4000) + "\n"
	}
	h := serve(t, usual(), files)
	for _, command := range []string{"feed", "list --json", "read p001"} {
		client := h.dial(t, "reader")
		session, err := client.NewSession()
		must(t, err)
		out, err := session.StdoutPipe()
		must(t, err)
		must(t, session.Start(command))
		_, err = io.ReadFull(out, make([]byte, 100))
		must(t, err)
		must(t, client.Close())
	}
	must(t, h.stop())
	if log := h.log.String(); strings.Contains(log, "ERROR") || strings.Contains(log, "WARN") {
		t.Errorf("noted: %s", log)
	}
}

// settled returns goroutines and heap after everything that ends has ended.
func settled() (goroutines int, heap uint64) {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return runtime.NumGoroutine(), m.HeapAlloc
}

func TestManyListsLeaveNothingBehind(t *testing.T) {
	const (
		oneAfterTheOther = 1000 // on one connection
		atOnce           = 200  // on connections of their own
	)
	h := serve(t, usual(), nil)
	client := h.dial(t, "reader")
	want, _, _ := said(t, client, "list")
	goroutines, heap := settled()
	var clients sync.WaitGroup
	for range atOnce {
		clients.Go(func() {
			client, err := ssh.Dial("tcp", h.addr, &ssh.ClientConfig{User: "reader", HostKeyCallback: ssh.InsecureIgnoreHostKey()})
			if err != nil {
				t.Error(err)
				return
			}
			defer func() { _ = client.Close() }()
			listed(t, client, want)
		})
	}
	for range oneAfterTheOther {
		listed(t, client, want)
	}
	clients.Wait()
	eventually(t, func() bool {
		g, m := settled()
		return g <= goroutines+3 && m < heap+4<<20
	}, func() string {
		g, m := settled()
		return fmt.Sprintf("%d goroutines, %d before; %d bytes, %d before", g, goroutines, m, heap)
	})
}

// listed says "list" on client and compares the answer.
func listed(t testing.TB, client *ssh.Client, want string) {
	session, err := client.NewSession()
	if err != nil {
		t.Error(err)
		return
	}
	defer func() { _ = session.Close() }()
	if out, err := session.Output("list"); err != nil || string(out) != want {
		t.Errorf("%v, %q", err, out)
	}
}
