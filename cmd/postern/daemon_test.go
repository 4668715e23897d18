package main

import (
	"bytes"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"golang.org/x/crypto/ssh"
)

// get returns what the admin listener of p answers.
func (p *process) get(t testing.TB, path string) (string, int) {
	t.Helper()
	response, err := http.Get("http://" + p.admin(t) + path)
	must(t, err)
	defer func() { _ = response.Body.Close() }()
	body, err := io.ReadAll(response.Body)
	must(t, err)
	return string(body), response.StatusCode
}

// admin returns the address of the admin listener.
func (p *process) admin(t testing.TB) string {
	t.Helper()
	var address string
	waitFor(t, "the admin listener", func() bool {
		if m := regexp.MustCompile(`"address":"([^"]+)"`).FindStringSubmatch(p.said()); m != nil {
			address = m[1]
		}
		return address != ""
	})
	return address
}

func TestOperatorsSeeHowItIs(t *testing.T) {
	p := serving(t, smallBlog(t), t.TempDir(), "--admin", "127.0.0.1:0")
	if r := call(t, []string{"SSH_AUTH_SOCK="}, client(t, "ssh"), p.ssh("someone@localhost", "list")...); r.status != 0 {
		t.Fatalf("%+v", r)
	}
	waitFor(t, "the count", func() bool {
		metrics, _ := p.get(t, "/metrics")
		return strings.Contains(metrics, `postern_sessions_total{status="done",verb="list"} 1`)
	})
	metrics, _ := p.get(t, "/metrics")
	for _, want := range []string{"postern_posts 1", "postern_problems 0", "postern_connections ", "postern_handshake_seconds_count 1",
		`postern_refusals_total{reason="full"} 0`, "postern_render_cache_bytes", "postern_search_ready 1", "process_resident_memory_bytes"} {
		if !strings.Contains(metrics, want) {
			t.Errorf("no %s", want)
		}
	}
	if strings.Contains(metrics, "someone") {
		t.Error("a reader's name among the metrics")
	}
	for _, args := range [][]string{{"health", "--admin", p.admin(t)}, {"health", "--listen", "127.0.0.1:" + p.port}} {
		if r := said(t, args...); r.status != 0 {
			t.Errorf("%q: %+v", args, r)
		}
	}
	must(t, p.Process.Signal(syscall.SIGTERM))
	must(t, p.ended(t))
	for _, want := range []string{`"msg":"closing down","sessions":0,`, `"msg":"closed","took":`} {
		if !strings.Contains(p.said(), want) {
			t.Errorf("no %s in %s", want, p.said())
		}
	}
	for _, args := range [][]string{{"health", "--admin", p.admin(t)}, {"health", "--listen", "127.0.0.1:" + p.port}} {
		if r := said(t, args...); r.status != 1 || strings.Count(r.err, "\n") != 1 || !strings.Contains(r.err, "nothing answers at 127.0.0.1:") {
			t.Errorf("%q: %+v", args, r)
		}
	}
	if r := said(t, "serve", "--admin", "0.0.0.0:0", "--posts", smallBlog(t), "--keys", t.TempDir(), "--listen", "127.0.0.1:0"); r.status != 1 || !strings.Contains(r.err, "not an address of this machine alone") {
		t.Errorf("%+v", r)
	}
}

func TestVariablesThatAreNoSettingsAreTold(t *testing.T) {
	t.Setenv("POSTERN_LISTN", ":22")
	p := serving(t, smallBlog(t), t.TempDir())
	told := func() int { return strings.Count(p.said(), "POSTERN_LISTN") }
	waitFor(t, "a line", func() bool { return told() > 0 })
	if n := told(); n != 1 || strings.Contains(p.said(), `"POSTERN_LISTEN"`) {
		t.Errorf("told %d times: %s", n, p.said())
	}
}

func TestWhatBecameOfPushedFilesIsCounted(t *testing.T) {
	keys, dir := newKeys(t, 1), t.TempDir()
	public, err := os.ReadFile(keys[0] + ".pub")
	must(t, err)
	write(t, dir, "authors/ada.pub", string(public))
	p := serving(t, smallBlog(t), dir, "--admin", "127.0.0.1:0")
	local := t.TempDir()
	write(t, local, "good.md", "---\ntitle: Good\ndate: 2026-01-02\n---\nText.\n")
	write(t, local, "bad.md", "---\ndate: never\n---\n")
	for name, want := range map[string]int{"good.md": 0, "bad.md": 1} {
		r := call(t, []string{"SSH_AUTH_SOCK="}, client(t, "scp"), "-O", "-F", "none", "-q", "-P", p.port, "-i", keys[0], "-o", "BatchMode=yes", "-o", "StrictHostKeyChecking=no",
			"-o", "UserKnownHostsFile=/dev/null", filepath.Join(local, name), "ada@localhost:")
		if (r.status != 0) != (want != 0) {
			t.Errorf("%s: %+v", name, r)
		}
	}
	metrics, _ := p.get(t, "/metrics")
	for _, want := range []string{`postern_publish_total{result="live"} 1`, `postern_publish_total{result="refused"} `} {
		if !strings.Contains(metrics, want) {
			t.Errorf("no %s", want)
		}
	}
}

func TestLinesOfTheLogTellNoAddress(t *testing.T) {
	for flag, want := range map[string]string{"--privacy": `"remote":"127.0.0.0"`, "--privacy=false": `"remote":"127.0.0.1:`} {
		p := serving(t, smallBlog(t), t.TempDir(), flag)
		call(t, []string{"SSH_AUTH_SOCK="}, client(t, "ssh"), p.ssh("localhost", "read", "first")...)
		waitFor(t, "the line of the session", func() bool { return strings.Contains(p.said(), `"msg":"session"`) })
		if log := p.said(); !strings.Contains(log, want) || !strings.Contains(log, `"verb":"read","post":"first","status":0`) {
			t.Errorf("%s: %s", flag, log)
		}
	}
}

func TestLogThatNobodyTakesIsNoEnd(t *testing.T) {
	taken, log, err := os.Pipe()
	must(t, err)
	p := &process{Cmd: exec.Command(os.Args[0], "serve", "--listen", "127.0.0.1:0", "--posts", smallBlog(t), "--keys", t.TempDir())}
	p.Stderr = log
	p.start(t)
	must(t, log.Close()) // ours, not that of the process
	must(t, taken.Close())
	for range 3 {
		must(t, listOnce("127.0.0.1:"+p.port))
	}
	must(t, p.Process.Signal(syscall.SIGTERM))
	must(t, p.ended(t))
}

func TestNoMoreFilesIsNoEnd(t *testing.T) {
	p := &process{Cmd: exec.Command("sh", "-c", `ulimit -n 40 && exec "$@"`, "sh", os.Args[0], "serve", "--listen", "127.0.0.1:0", "--posts", smallBlog(t), "--keys", t.TempDir())}
	p.start(t)
	var held []net.Conn
	for range 60 { // the kernel takes those that the program cannot
		conn, err := net.Dial("tcp", "127.0.0.1:"+p.port)
		must(t, err)
		held = append(held, conn)
	}
	waitFor(t, "a line", func() bool { return strings.Contains(p.said(), "accept4: too many open files") })
	before := processorTime(t, p)
	time.Sleep(300 * time.Millisecond) // what it does meanwhile is what is asked
	if spent := processorTime(t, p) - before; spent > 100*time.Millisecond {
		t.Errorf("%s of processor time in 300 ms", spent)
	}
	if n := strings.Count(p.said(), "accept4: too many open files"); n != 1 {
		t.Errorf("%d lines: %s", n, p.said())
	}
	for _, conn := range held {
		must(t, conn.Close())
	}
	must(t, listOnce("127.0.0.1:"+p.port))
}

// processorTime returns the time that p has spent.
func processorTime(t *testing.T, p *process) time.Duration {
	t.Helper()
	data, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", p.Process.Pid))
	if err != nil {
		absent(t, "proc")
	}
	fields := strings.Fields(string(data[bytes.LastIndexByte(data, ')'):]))
	user, err := strconv.Atoi(fields[12])
	must(t, err)
	system, err := strconv.Atoi(fields[13])
	must(t, err)
	return time.Duration(user+system) * 10 * time.Millisecond
}

// terminal is a reader's session whose output is kept.
type terminal struct {
	*ssh.Session
	out bytes.Buffer
}

// openTerminal connects and shows the screens.
func openTerminal(t *testing.T, p *process, shown func()) *terminal {
	t.Helper()
	client, err := ssh.Dial("tcp", "127.0.0.1:"+p.port, &ssh.ClientConfig{User: "r", HostKeyCallback: ssh.InsecureIgnoreHostKey(), Timeout: 20 * time.Second})
	must(t, err)
	t.Cleanup(func() { _ = client.Close() })
	session, err := client.NewSession()
	must(t, err)
	s := &terminal{Session: session}
	once := sync.OnceFunc(shown)
	session.Stdout = writer(func(b []byte) (int, error) { defer once(); return s.out.Write(b) })
	_, err = session.StdinPipe() // or its end would be that of the session
	must(t, err)
	must(t, session.RequestPty("xterm-256color", 24, 80, nil))
	must(t, session.Shell())
	return s
}

type writer func([]byte) (int, error)

func (w writer) Write(b []byte) (int, error) { return w(b) }

func TestFiveHundredTerminalsAreRestoredOnSIGTERM(t *testing.T) {
	const many = 500
	p := serving(t, smallBlog(t), t.TempDir(), "--grace", "10s")
	terminals := make([]*terminal, many)
	var shown sync.WaitGroup
	shown.Add(many)
	for n := range terminals {
		terminals[n] = openTerminal(t, p, shown.Done)
	}
	shown.Wait()
	began := time.Now()
	must(t, p.Process.Signal(syscall.SIGTERM))
	for n, s := range terminals {
		if err := s.Wait(); err != nil {
			t.Errorf("terminal %d: %v", n, err)
		}
		for _, want := range []string{"\x1b[?1049h", "\x1b[?1049l", "\x1b[?25h", "This blog is closing down"} {
			if !strings.Contains(s.out.String(), want) {
				t.Fatalf("terminal %d: no %q in %q", n, want, s.out.String())
			}
		}
	}
	must(t, p.ended(t))
	t.Logf("%d sessions ended within %s", many, time.Since(began))
	if log := p.said(); !strings.Contains(log, `"msg":"closing down","sessions":500,`) || strings.Contains(log, "cut off") {
		t.Errorf("log: %s", log)
	}
}
