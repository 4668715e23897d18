package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
	"unicode/utf8"
)

// beMain in the environment makes the test binary be postern.
const beMain = "POSTERN_TEST_BE_MAIN"

func TestMain(m *testing.M) {
	if os.Getenv(beMain) != "" {
		main()
		return
	}
	if line := os.Getenv(beNode); line != "" {
		runNode(line)
		return
	}
	if words := strings.Fields(os.Getenv(beReaching)); len(words) == 3 {
		tryToReach(words[0], words[1], words[2])
		return
	}
	if words := strings.Fields(os.Getenv(beConfined)); len(words) == 3 {
		tryOut(words[0], words[1], words[2])
		return
	}
	os.Exit(m.Run())
}

// absent skips the test because something is not here, or fails it where everything has to be.
func absent(t *testing.T, what string) {
	t.Helper()
	if os.Getenv("POSTERN_REQUIRE") != "" {
		t.Fatalf("%s is needed here", what)
	}
	t.Skipf("no %s", what)
}

// client returns the path of the program name.
func client(t *testing.T, name string) string {
	t.Helper()
	path, err := exec.LookPath(name)
	if err != nil {
		absent(t, name)
	}
	return path
}

// process is postern serving in a process of its own.
type process struct {
	*exec.Cmd
	port string
	mu   sync.Mutex
	log  bytes.Buffer
	done chan struct{}
	err  error // of Wait, once done is closed
}

// serving starts postern on posts and waits until it says what to type.
func serving(t testing.TB, posts, keys string, flags ...string) *process {
	t.Helper()
	args := append([]string{"serve", "--listen", "127.0.0.1:0", "--posts", posts, "--keys", keys}, flags...)
	p := &process{Cmd: exec.Command(os.Args[0], args...)}
	p.start(t)
	return p
}

// start starts p, which is postern serving, and waits until it says what to type.
func (p *process) start(t testing.TB) {
	t.Helper()
	p.done = make(chan struct{})
	p.Env = append(os.Environ(), beMain+"=1")
	out, err := p.StdoutPipe()
	must(t, err)
	if p.Stderr == nil {
		p.Stderr = p
	}
	must(t, p.Start())
	t.Cleanup(func() { _ = p.Process.Kill(); <-p.done })
	lines := bufio.NewScanner(out)
	for p.port == "" && lines.Scan() {
		if m := regexp.MustCompile(`ssh -p (\d+) localhost`).FindStringSubmatch(lines.Text()); m != nil {
			p.port = m[1]
		}
	}
	go func() {
		_, _ = io.Copy(io.Discard, out)
		p.err = p.Wait()
		close(p.done)
	}()
	if p.port == "" {
		<-p.done
		t.Fatalf("it does not serve: %v\n%s", p.err, p.said())
	}
}

// Write takes the process's log.
func (p *process) Write(b []byte) (int, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.log.Write(b)
}

func (p *process) said() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.log.String()
}

// ended waits until the process is gone and returns its error.
func (p *process) ended(t *testing.T) error {
	t.Helper()
	select {
	case <-p.done:
		return p.err
	case <-time.After(20 * time.Second):
		t.Fatal("it does not end")
		return nil
	}
}

// ssh returns the command line of OpenSSH's client for a host key that nobody knows, without the user's own settings.
func (p *process) ssh(words ...string) []string {
	return append([]string{"-F", "none", "-p", p.port, "-o", "StrictHostKeyChecking=no", "-o", "UserKnownHostsFile=/dev/null",
		"-o", "LogLevel=ERROR"}, words...)
}

// result is what a program printed and returned.
type result struct {
	out, err string
	status   int
}

// call runs a client program, for at most 20 seconds, with nothing on its standard input.
func call(t *testing.T, environ []string, name string, args ...string) result {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	c := exec.CommandContext(ctx, name, args...)
	c.Env = append(os.Environ(), environ...)
	var out, errs bytes.Buffer
	c.Stdout, c.Stderr = &out, &errs
	err := c.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatalf("%s: %v", name, err)
	}
	return result{out.String(), errs.String(), c.ProcessState.ExitCode()}
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// write puts a file into dir.
func write(t *testing.T, dir, name, content string) {
	t.Helper()
	path := filepath.Join(dir, name)
	must(t, os.MkdirAll(filepath.Dir(path), 0o755))
	must(t, os.WriteFile(path, []byte(content), 0o600))
}

// smallBlog returns a folder with a post and a draft.
func smallBlog(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	write(t, dir, "first.md", "---\ntitle: The first of all posts\ndate: 2026-02-03\n---\n\nIt has a few words.\n")
	write(t, dir, "secret.md", "---\ntitle: Not to be seen\ndate: 2026-02-04\ndraft: true\n---\n\nQuiet.\n")
	return dir
}

func TestHelpNamesEveryFlagAndCommand(t *testing.T) {
	var out bytes.Buffer
	must(t, run(context.Background(), []string{"--help"}, &out, &out))
	for _, want := range []string{"serve", "version"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("--help does not name %s", want)
		}
	}
	out.Reset()
	must(t, run(context.Background(), []string{"serve", "--help"}, &out, &out))
	for _, want := range []string{"--listen", "--posts", "--keys", "--config", "--max-connections", "--idle-timeout", "POSTERN_LISTEN"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("serve --help does not name %s", want)
		}
	}
}

func TestHelpBreaksNoWordAtEightyColumns(t *testing.T) {
	for _, command := range []string{"", "serve", "init", "check", "preview", "keys", "import", "export", "health", "version", "help", "completion"} {
		var out bytes.Buffer
		must(t, run(context.Background(), append(strings.Fields(command), "--help"), &out, &out))
		for line := range strings.Lines(out.String()) {
			if line = strings.TrimRight(line, " \n"); utf8.RuneCountInString(line) > 80 {
				t.Errorf("%s: %q", command, line)
			}
		}
	}
}

func TestWrongUsageIsOneLineAndStatusTwo(t *testing.T) {
	for _, args := range [][]string{{"sevre"}, {"serve", "--lisen", ":1"}, {"serve", "now"}, {"serve", "--cache-size"}, {"version", "x"}} {
		var out, errs bytes.Buffer
		err := run(context.Background(), args, &out, &errs)
		if exitStatus(err) != 2 || strings.Count(errs.String(), "\n") != 1 {
			t.Errorf("%q: status %d, %q", args, exitStatus(err), errs.String())
		}
	}
}

func TestBadConfigurationIsOneLineAndStatusOne(t *testing.T) {
	dir, posts := t.TempDir(), smallBlog(t)
	file := filepath.Join(dir, "postern.yaml")
	taken := serving(t, posts, filepath.Join(dir, "keys"))
	tests := []struct {
		name, yaml string
		args       []string
		want       string
	}{
		{"unknown key", "listen: \":0\"\nsesions: 3\n", nil, file + ":2:1: unknown key: sesions"},
		{"bad value", "max-connections: many\n", nil, file + ":1:18: max-connections: cannot take this value"},
		{"no mapping", "- listen\n", nil, file + ":1: not a mapping"},
		{"bad YAML", "listen: [\n", nil, file},
		{"no such file", "", []string{"--config", filepath.Join(dir, "none.yaml")}, "none.yaml"},
		{"taken port", "", []string{"--listen", "127.0.0.1:" + taken.port}, "address already in use"},
		{"no posts", "", []string{"--posts", filepath.Join(dir, "none")}, "postern init makes one"},
		{"posts is a file", "", []string{"--posts", file}, "not a directory"},
		{"keys is a file", "", []string{"--keys", file}, "not a directory"},
		{"a key twice", "listen: \":0\"\nlisten: \":0\"\n", nil, file + ":2:1: listen is there twice"},
		{"less than nothing", "", []string{"--max-sessions", "-1"}, "--max-sessions: -1 is less than nothing"},
		{"bad flag value", "", []string{"--idle-timeout", "soon"}, "idle-timeout"},
		{"bad log format", "", []string{"--log-format", "xml"}, "none of auto, text, json"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			must(t, os.WriteFile(file, []byte(test.yaml), 0o600))
			var out, errs bytes.Buffer
			args := append([]string{"serve", "--listen", "127.0.0.1:0", "--posts", posts, "--keys", filepath.Join(dir, "keys"), "--config", file}, test.args...)
			if strings.HasPrefix(test.yaml, "listen") {
				args = append(args[:1], args[3:]...)
			}
			ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
			defer cancel()
			err := run(ctx, args, &out, &errs)
			if exitStatus(err) != 1 || !strings.Contains(errs.String(), test.want) || strings.Count(errs.String(), "\n") != 1 {
				t.Errorf("status %d, %q, want %q on one line", exitStatus(err), errs.String(), test.want)
			}
		})
	}
}

func TestFlagWinsOverEnvironmentOverFile(t *testing.T) {
	file := filepath.Join(t.TempDir(), "postern.yaml")
	must(t, os.WriteFile(file, []byte("listen: from-file\nposts: from-file\nkeys: from-file\n"), 0o600))
	t.Setenv("POSTERN_LISTEN", "from-environment")
	t.Setenv("POSTERN_POSTS", "from-environment")
	t.Setenv("POSTERN_KEYS", "")
	c := newServe()
	must(t, c.Flags().Parse([]string{"--listen", "from-flag", "--config", file}))
	must(t, configure(c.Flags()))
	for name, want := range map[string]string{"listen": "from-flag", "posts": "from-environment", "keys": "from-file"} {
		if got, _ := c.Flags().GetString(name); got != want {
			t.Errorf("%s: got %s, want %s", name, got, want)
		}
	}
}

func TestFlagsAreReadAnewAsTheyWereGiven(t *testing.T) {
	c := newServe()
	must(t, c.Flags().Parse([]string{"--listen", "[::]:2222", "--posts", "[posts]", "--proxies", "10.0.0.0/8,fd00::/8", "--sandbox=false"}))
	s, err := settingsFrom(onCommandLine(c.Flags()))
	must(t, err)
	if s.listen != "[::]:2222" || s.posts != "[posts]" || strings.Join(s.proxies, " ") != "10.0.0.0/8 fd00::/8" || s.sandbox {
		t.Errorf("%+v", s)
	}
}

func TestHostKeyIsMadeOnceAndOnlyForItsOwner(t *testing.T) {
	posts, keys := smallBlog(t), filepath.Join(t.TempDir(), "keys")
	path := filepath.Join(keys, "ssh_host_ed25519_key")
	for n := range 2 {
		p := serving(t, posts, keys)
		must(t, p.Process.Signal(syscall.SIGTERM))
		if err := p.ended(t); err != nil {
			t.Errorf("run %d: %v, %s", n, err, p.said())
		}
	}
	info, err := os.Stat(path)
	must(t, err)
	if info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v", info.Mode())
	}
	must(t, os.Chmod(path, 0o644))
	var errs bytes.Buffer
	err = run(context.Background(), []string{"serve", "--listen", "127.0.0.1:0", "--posts", posts, "--keys", keys}, io.Discard, &errs)
	if exitStatus(err) != 1 || !strings.Contains(errs.String(), "chmod 600") {
		t.Errorf("a key that others can read: %v, %q", err, errs.String())
	}
}

func TestVersion(t *testing.T) {
	var out bytes.Buffer
	must(t, run(context.Background(), []string{"version"}, &out, &out))
	if got := out.String(); got != fmt.Sprintf("postern %s\n", version()) {
		t.Errorf("got %q", got)
	}
}
