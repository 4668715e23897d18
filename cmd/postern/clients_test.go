package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// newKeys makes n keys without a passphrase and returns their files.
func newKeys(t *testing.T, n int) []string {
	t.Helper()
	dir := t.TempDir()
	files := make([]string, n)
	for i := range files {
		files[i] = filepath.Join(dir, fmt.Sprint("key", i))
		if r := call(t, nil, client(t, "ssh-keygen"), "-q", "-t", "ed25519", "-N", "", "-f", files[i]); r.status != 0 {
			t.Fatal(r.err)
		}
	}
	return files
}

// agent starts an agent that holds files and returns its environment.
func agent(t *testing.T, files []string) []string {
	t.Helper()
	socket := filepath.Join(t.TempDir(), "agent")
	c := exec.Command(client(t, "ssh-agent"), "-D", "-a", socket)
	must(t, c.Start())
	t.Cleanup(func() { _ = c.Process.Kill(); _ = c.Wait() })
	environ := []string{"SSH_AUTH_SOCK=" + socket}
	waitFor(t, "the agent", func() bool { _, err := os.Stat(socket); return err == nil })
	if r := call(t, environ, client(t, "ssh-add"), append([]string{"-q"}, files...)...); r.status != 0 {
		t.Fatal(r.err)
	}
	return environ
}

// waitFor waits until done reports true, for at most 20 seconds.
func waitFor(t testing.TB, what string, done func() bool) {
	t.Helper()
	for deadline := time.Now().Add(20 * time.Second); !done(); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("%s: it does not happen", what)
		}
	}
}

func TestOpenSSHComesInAsItIs(t *testing.T) {
	ssh, keys := client(t, "ssh"), newKeys(t, 10)
	keysDir := t.TempDir()
	public, err := os.ReadFile(keys[9] + ".pub")
	must(t, err)
	write(t, keysDir, "authors/ada.pub", string(public))
	p := serving(t, smallBlog(t), keysDir)
	ten := agent(t, keys)
	nine := agent(t, keys[:9])
	tests := []struct {
		name    string
		environ []string
		args    []string
		drafts  bool
	}{
		{"without a key", []string{"SSH_AUTH_SOCK="}, []string{"localhost", "list"}, false},
		{"in batch mode", []string{"SSH_AUTH_SOCK="}, []string{"-o", "BatchMode=yes", "localhost", "list"}, false},
		{"with ten keys", ten, []string{"reader@localhost", "list"}, false},
		{"with ten keys in batch mode", ten, []string{"-o", "BatchMode=yes", "reader@localhost", "list"}, false},
		{"author, the tenth key", ten, []string{"-o", "BatchMode=yes", "ada@localhost", "list"}, true},
		{"author, by a file", []string{"SSH_AUTH_SOCK="}, []string{"-i", keys[9], "-o", "BatchMode=yes", "ada@localhost", "list"}, true},
		{"author's name, nine other keys", nine, []string{"ada@localhost", "list"}, false},
		{"author's name, no key", []string{"SSH_AUTH_SOCK="}, []string{"ada@localhost", "list"}, false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			r := call(t, test.environ, ssh, p.ssh(test.args...)...)
			if r.status != 0 || !strings.Contains(r.out, "The first of all posts") || r.err != "" {
				t.Errorf("status %d, %q, %q", r.status, r.out, r.err)
			}
			if strings.Contains(r.out, "Not to be seen") != test.drafts {
				t.Errorf("drafts: %q", r.out)
			}
		})
	}
}

func TestOtherClientsComeInAsTheyAre(t *testing.T) {
	p := serving(t, smallBlog(t), t.TempDir())
	home := []string{"HOME=" + t.TempDir()}
	t.Run("plink", func(t *testing.T) {
		plink := client(t, "plink")
		fingerprint := strings.Fields(call(t, nil, client(t, "sh"), "-c", "ssh-keyscan -p "+p.port+" 127.0.0.1 2>/dev/null | ssh-keygen -lf -").out)
		if len(fingerprint) < 2 {
			t.Fatal("no fingerprint")
		}
		r := call(t, home, plink, "-batch", "-hostkey", fingerprint[1], "-P", p.port, "reader@localhost", "list")
		if r.status != 0 || !strings.Contains(r.out, "The first of all posts") {
			t.Errorf("status %d, %q, %q", r.status, r.out, r.err)
		}
	})
	t.Run("dbclient", func(t *testing.T) {
		r := call(t, home, client(t, "dbclient"), "-y", "-y", "-p", p.port, "reader@localhost", "list")
		if r.status != 0 || !strings.Contains(r.out, "The first of all posts") {
			t.Errorf("status %d, %q, %q", r.status, r.out, r.err)
		}
	})
}

// pane is a terminal of tmux with a shell in it.
type pane struct{ tmux, socket string }

func newPane(t *testing.T, width, height int) *pane {
	t.Helper()
	p := &pane{tmux: client(t, "tmux"), socket: filepath.Join(t.TempDir(), "tmux")}
	p.do(t, "-f", "/dev/null", "new-session", "-d", "-x", fmt.Sprint(width), "-y", fmt.Sprint(height), "env", "PS1=ready ", "sh")
	t.Cleanup(func() { _ = exec.Command(p.tmux, "-S", p.socket, "kill-server").Run() })
	p.see(t, "ready")
	return p
}

func (p *pane) do(t *testing.T, args ...string) string {
	t.Helper()
	r := call(t, []string{"LC_ALL=C.UTF-8"}, p.tmux, append([]string{"-u", "-S", p.socket}, args...)...)
	if r.status != 0 {
		t.Fatalf("tmux %q: %s", args, r.err)
	}
	return r.out
}

func (p *pane) keys(t *testing.T, keys ...string) {
	t.Helper()
	p.do(t, append([]string{"send-keys"}, keys...)...)
}

func (p *pane) text(t *testing.T) string { return p.do(t, "capture-pane", "-p") }

func (p *pane) see(t *testing.T, want string) {
	t.Helper()
	for deadline := time.Now().Add(20 * time.Second); !strings.Contains(p.text(t), want); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("%q is not to be seen on\n%s", want, p.text(t))
		}
	}
}

// typeSSH types the ssh command with TERM=term.
func (p *pane) typeSSH(t *testing.T, server *process, term string, words ...string) {
	t.Helper()
	client(t, "ssh")
	p.keys(t, "clear; TERM="+term+" ssh "+strings.Join(server.ssh(append(words, "localhost")...), " "), "Enter")
}

func TestEveryTerminalCanRead(t *testing.T) {
	server := serving(t, smallBlog(t), t.TempDir())
	for _, term := range []string{"xterm-256color", "screen", "screen-256color", "tmux-256color", "linux", "vt100", "xterm-mono", "no-such-terminal"} {
		t.Run(term, func(t *testing.T) {
			p := newPane(t, 80, 24)
			p.typeSSH(t, server, term)
			p.see(t, "1 of 1")
			p.see(t, "The first of all posts")
			p.keys(t, "Enter")
			p.see(t, "It has a few words.")
			p.keys(t, "q")
			p.see(t, "1 of 1")
			p.keys(t, "q")
			p.see(t, "Thanks for reading.")
			p.see(t, "ready")
			p.keys(t, "echo still $((40+2))", "Enter")
			p.see(t, "still 42")
		})
	}
}

func TestDumbTerminalGetsText(t *testing.T) {
	server := serving(t, smallBlog(t), t.TempDir())
	for _, term := range []string{"dumb", "unknown"} {
		p := newPane(t, 80, 24)
		p.typeSSH(t, server, term)
		p.see(t, "1. The first of all posts, 3 February 2026, 1 min")
		p.keys(t, "1", "Enter")
		p.see(t, "It has a few words.")
	}
}

func TestStoppingRestoresTheTerminal(t *testing.T) {
	server := serving(t, smallBlog(t), t.TempDir())
	p := newPane(t, 80, 24)
	p.typeSSH(t, server, "xterm-256color")
	p.see(t, "1 of 1")
	started := time.Now()
	must(t, server.Process.Signal(syscall.SIGTERM))
	if err := server.ended(t); err != nil {
		t.Errorf("%v: %s", err, server.said())
	}
	if took := time.Since(started); took > 5*time.Second {
		t.Errorf("took %s", took)
	}
	p.see(t, "This blog is closing down")
	p.see(t, "ready")
	p.keys(t, "echo still $((40+2))", "Enter")
	p.see(t, "still 42")
}

func TestResizingKeepsTheSentence(t *testing.T) {
	dir := t.TempDir()
	var text strings.Builder
	for n := range 200 {
		fmt.Fprintf(&text, "Paragraph %d goes on for a while so that it needs more than one line in any window that a reader may have.\n\n", n)
	}
	write(t, dir, "long.md", "# Long\n\n"+text.String())
	server := serving(t, dir, t.TempDir())
	p := newPane(t, 80, 24)
	p.typeSSH(t, server, "tmux-256color", "-t", "-l", "long")
	p.see(t, "Paragraph 0")
	for range 5 {
		p.keys(t, "Space")
	}
	p.see(t, "Paragraph 33")
	line := func() string { return strings.TrimSpace(strings.Split(p.text(t), "\n")[2]) }
	top := line()
	first := strings.Join(strings.Fields(top)[:3], " ")
	for _, size := range [][2]string{{"40", "20"}, {"120", "40"}, {"60", "12"}, {"80", "24"}} {
		p.do(t, "resize-window", "-x", size[0], "-y", size[1])
		p.see(t, first)
	}
	waitFor(t, "the same line at the top", func() bool { return line() == top })
}
