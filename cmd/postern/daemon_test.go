package main

import (
	"bufio"
	"bytes"
	"context"
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
	"sync/atomic"
	"syscall"
	"testing"
	"testing/fstest"
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
		if r := said(t, args...); r.status != 1 || strings.Count(r.err, "\n") != 1 {
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

func TestSmallMemoryIsFullAndSaysSo(t *testing.T) {
	p := serving(t, smallBlog(t), t.TempDir(), "--memory", "1")
	r := call(t, []string{"SSH_AUTH_SOCK="}, client(t, "ssh"), p.ssh("localhost", "list")...)
	if r.status != 255 || !strings.Contains(r.err, "full; please try again in a moment") {
		t.Errorf("%+v", r)
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

func TestBudgetIsThatOfTheControlGroup(t *testing.T) {
	for name, test := range map[string]struct {
		files map[string]string
		want  budget
	}{
		"second version": {map[string]string{"proc/self/cgroup": "0::/a/b\n", "sys/fs/cgroup/a/b/memory.max": "max\n", "sys/fs/cgroup/a/memory.max": "1048576\n", "sys/fs/cgroup/memory.max": "9999999\n"}, 1 << 20},
		"in a container": {map[string]string{"proc/self/cgroup": "0::/\n", "sys/fs/cgroup/memory.max": "2097152\n"}, 2 << 20},
		"first version":  {map[string]string{"proc/self/cgroup": "5:cpu:/x\n4:memory:/x\n", "sys/fs/cgroup/memory/x/memory.limit_in_bytes": "1048576\n", "sys/fs/cgroup/memory/memory.limit_in_bytes": "9223372036854771712\n"}, 1 << 20},
		"no limit":       {map[string]string{"proc/self/cgroup": "0::/a\n", "sys/fs/cgroup/a/memory.max": "max\n"}, 0},
		"no groups":      {nil, 0},
	} {
		root := fstest.MapFS{}
		for path, content := range test.files {
			root[path] = &fstest.MapFile{Data: []byte(content)}
		}
		if got := groupBudget(root); got != test.want {
			t.Errorf("%s: got %d, want %d", name, got, test.want)
		}
	}
	machine := fstest.MapFS{"proc/meminfo": &fstest.MapFile{Data: []byte("MemTotal:        2048000 kB\nMemFree:   1 kB\n")}}
	if got := machineBudget(machine); got != 1024000<<10 || machineBudget(fstest.MapFS{}) != 0 {
		t.Errorf("half of the machine: %d", got)
	}
	for _, test := range []struct{ budget, flag, want int }{{0, 0, 64 << 20}, {0, 5, 5 << 20}, {256 << 20, 0, 32 << 20}, {1 << 20, 0, 4 << 20}, {1 << 40, 0, 64 << 20}} {
		if got := budget(test.budget).cache(test.flag); got != test.want {
			t.Errorf("%+v: got %d", test, got)
		}
	}
}

// manager is what systemd is to a service: it is told how that is, and holds its socket.
type manager struct {
	*net.UnixConn
	told chan string
	path string
}

func newManager(t *testing.T) *manager {
	t.Helper()
	m := &manager{told: make(chan string, 100), path: filepath.Join(t.TempDir(), "notify")}
	conn, err := net.ListenUnixgram("unixgram", &net.UnixAddr{Name: m.path, Net: "unixgram"})
	must(t, err)
	m.UnixConn = conn
	t.Cleanup(func() { _ = conn.Close() })
	go func() {
		defer close(m.told)
		buf := make([]byte, 4096)
		for {
			n, err := conn.Read(buf)
			if err != nil {
				return
			}
			m.told <- string(buf[:n])
		}
	}()
	return m
}

// hears waits until the service says what starts with want.
func (m *manager) hears(t *testing.T, want string) {
	t.Helper()
	select {
	case got := <-m.told:
		if !strings.HasPrefix(got, want) {
			t.Errorf("told %q, want %q", got, want)
		}
	case <-time.After(20 * time.Second):
		t.Fatalf("never told %q", want)
	}
}

// start runs postern with ln as the socket that is passed to it.
func (m *manager) start(t *testing.T, ln *net.TCPListener, args ...string) *process {
	t.Helper()
	file, err := ln.File()
	must(t, err)
	defer func() { _ = file.Close() }()
	p := &process{Cmd: exec.Command("sh", append([]string{"-c", `LISTEN_PID=$$ LISTEN_FDS=1 exec "$@"`, "sh", os.Args[0], "serve"}, args...)...), done: make(chan struct{})}
	p.Env = append(os.Environ(), beMain+"=1", "NOTIFY_SOCKET="+m.path)
	p.ExtraFiles = []*os.File{file}
	p.Stderr = p
	must(t, p.Start())
	t.Cleanup(func() { _ = p.Process.Kill(); <-p.done })
	go func() {
		p.err = p.Wait()
		close(p.done)
	}()
	return p
}

func TestRestartUnderSocketActivationRefusesNobody(t *testing.T) {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	defer func() { _ = ln.Close() }()
	m, posts, keys := newManager(t), smallBlog(t), t.TempDir()
	args := []string{"--posts", posts, "--keys", keys, "--listen", "127.0.0.1:1"}
	p := m.start(t, ln.(*net.TCPListener), args...)
	m.hears(t, "READY=1\nSTATUS=serving on 127.0.0.1:")
	var served, running atomic.Int64
	var wrong sync.Map
	stop := make(chan struct{})
	var clients sync.WaitGroup
	for n := range 4 {
		running.Add(1)
		clients.Go(func() {
			for {
				select {
				case <-stop:
					return
				default:
				}
				if err := listOnce(ln.Addr().String()); err != nil {
					wrong.Store(fmt.Sprint(n, served.Load()), err)
				}
				served.Add(1)
			}
		})
	}
	for range 2 {
		before := served.Load()
		waitFor(t, "readers", func() bool { return served.Load() > before+10 })
		must(t, p.Process.Signal(syscall.SIGTERM))
		m.hears(t, "STOPPING=1")
		must(t, p.ended(t))
		p = m.start(t, ln.(*net.TCPListener), args...)
		m.hears(t, "READY=1")
	}
	before := served.Load()
	waitFor(t, "readers", func() bool { return served.Load() > before+10 })
	close(stop)
	clients.Wait()
	wrong.Range(func(_, err any) bool { t.Errorf("of %d: %v", served.Load(), err); return true })
}

// listOnce connects and lists the posts.
func listOnce(addr string) error {
	client, err := ssh.Dial("tcp", addr, &ssh.ClientConfig{User: "r", HostKeyCallback: ssh.InsecureIgnoreHostKey(), Timeout: 20 * time.Second})
	if err != nil {
		return err
	}
	defer func() { _ = client.Close() }()
	session, err := client.NewSession()
	if err != nil {
		return err
	}
	out, err := session.Output("list")
	if err == nil && !strings.Contains(string(out), "The first of all posts") {
		err = fmt.Errorf("listed %q", out)
	}
	return err
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

func TestHangupReadsLimitsAndPostsAnew(t *testing.T) {
	m, posts, keys, config := newManager(t), smallBlog(t), t.TempDir(), filepath.Join(t.TempDir(), "postern.yaml")
	must(t, os.WriteFile(config, []byte("max-per-address: 50\nmax-sessions: 1\n"), 0o600))
	t.Setenv("NOTIFY_SOCKET", m.path)
	p := serving(t, posts, keys, "--config", config, "--admin", "127.0.0.1:0")
	m.hears(t, "READY=1")
	sessions := func() int {
		client, err := ssh.Dial("tcp", "127.0.0.1:"+p.port, &ssh.ClientConfig{User: "r", HostKeyCallback: ssh.InsecureIgnoreHostKey()})
		must(t, err)
		defer func() { _ = client.Close() }()
		n := 0
		for n < 9 {
			if _, err := client.NewSession(); err != nil {
				break
			}
			n++
		}
		return n
	}
	if n := sessions(); n != 1 {
		t.Errorf("%d sessions", n)
	}
	must(t, os.WriteFile(config, []byte("max-sessions: 3\n"), 0o600))
	must(t, p.Process.Signal(syscall.SIGHUP))
	m.hears(t, "RELOADING=1\nMONOTONIC_USEC=")
	m.hears(t, "READY=1")
	if n := sessions(); n != 3 {
		t.Errorf("%d sessions after the reload: %s", n, p.said())
	}
	must(t, os.WriteFile(config, []byte("max-sessions: lots\n"), 0o600))
	must(t, p.Process.Signal(syscall.SIGHUP))
	m.hears(t, "RELOADING=1")
	m.hears(t, "READY=1")
	if n := sessions(); n != 3 {
		t.Errorf("%d sessions after a bad reload: %s", n, p.said())
	}
	waitFor(t, "the reason", func() bool { return strings.Contains(p.said(), "cannot take this value") })
	waitFor(t, "both counts", func() bool {
		metrics, _ := p.get(t, "/metrics")
		return strings.Contains(metrics, `postern_reloads_total{result="done"} 1`) && strings.Contains(metrics, `postern_reloads_total{result="failed"} 1`)
	})
}

func TestUnitIsOneThatSystemdTakes(t *testing.T) {
	r := said(t, "serve", "--print-systemd-unit")
	if r.status != 0 {
		t.Fatalf("%+v", r)
	}
	dir := t.TempDir()
	var file *os.File
	lines := bufio.NewScanner(strings.NewReader(r.out))
	for lines.Scan() {
		if path, ok := strings.CutPrefix(lines.Text(), "# /etc/systemd/system/"); ok {
			var err error
			file, err = os.Create(filepath.Join(dir, path))
			must(t, err)
			defer func() { _ = file.Close() }()
		}
		_, err := fmt.Fprintln(file, strings.ReplaceAll(lines.Text(), "/usr/local/bin/postern", os.Args[0]))
		must(t, err)
	}
	analyze := client(t, "systemd-analyze")
	if r := call(t, nil, analyze, "verify", filepath.Join(dir, "postern.service"), filepath.Join(dir, "postern.socket")); r.status != 0 || strings.Contains(r.err, dir) {
		t.Errorf("%+v", r)
	}
}

func TestSandboxLeavesWhatIsNeeded(t *testing.T) {
	posts, keys := smallBlog(t), filepath.Join(t.TempDir(), "keys")
	for _, folder := range []string{posts, keys} {
		must(t, os.MkdirAll(folder, 0o700))
	}
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	defer func() { _ = ln.Close() }()
	c := exec.Command(os.Args[0])
	c.Env = append(os.Environ(), beConfined+"="+strings.Join([]string{posts, keys, ln.Addr().String()}, " "))
	out, err := c.CombinedOutput()
	if err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	for line := range strings.Lines(string(out)) {
		name, answer, _ := strings.Cut(strings.TrimSpace(line), ": ")
		if name == "landlock" {
			t.Skip("this kernel has no landlock: " + answer)
		}
		may := strings.HasPrefix(name, "may ")
		if may != (answer == "<nil>") {
			t.Errorf("%s: %s", name, answer)
		}
	}
	if n := strings.Count(string(out), "\n"); n < 8 {
		t.Errorf("it tried %d things: %s", n, out)
	}
}

// beConfined in the environment makes the test binary confine itself and try what it must not do.
const beConfined = "POSTERN_TEST_CONFINED"

// tryOut confines the process and prints what works then: "may …" and "must not …", and the error of each.
func tryOut(posts, keys, addr string) {
	s := settings{posts: posts, keys: keys, sandbox: true}
	err := s.confine(nil)
	if err != nil {
		fmt.Println("may confine: " + err.Error())
		return
	}
	if _, err := os.ReadFile("/etc/passwd"); err == nil {
		fmt.Println("landlock: nothing is confined")
		return
	}
	post := filepath.Join(posts, "new.md")
	_, readErr := os.ReadFile(filepath.Join(posts, "first.md"))
	_, listErr := os.ReadDir(keys)
	_, passwdErr := os.ReadFile("/etc/passwd")
	_, dialErr := (&net.Dialer{Timeout: time.Second}).DialContext(context.Background(), "tcp", addr)
	for _, tried := range []struct {
		name string
		err  error
	}{
		{"may read posts", readErr},
		{"may write posts", os.WriteFile(post, []byte("x"), 0o600)},
		{"may make folders", os.Mkdir(filepath.Join(posts, "sub"), 0o700)},
		{"may move posts", os.Rename(post, filepath.Join(posts, "sub", "new.md"))},
		{"may read keys", listErr},
		{"must not read other files", passwdErr},
		{"must not write keys", os.WriteFile(filepath.Join(keys, "x"), nil, 0o600)},
		{"must not write elsewhere", os.WriteFile(filepath.Join(filepath.Dir(keys), "x"), nil, 0o600)},
		{"must not run programs", exec.Command("/bin/true").Run()},
		{"must not connect", dialErr},
	} {
		fmt.Printf("%s: %v\n", tried.name, tried.err)
	}
}
