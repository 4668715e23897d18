package main

import (
	"context"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

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

func TestFolderMadeAnewOutsideTheSandboxSaysWhatToDo(t *testing.T) {
	posts := smallBlog(t)
	p := serving(t, posts, t.TempDir())
	must(t, os.Rename(posts, posts+".old"))
	must(t, os.Mkdir(posts, 0o700))
	must(t, p.Process.Signal(syscall.SIGHUP))
	const want = "made anew and may not be opened (restart the server, or serve without a sandbox)"
	waitFor(t, "a reload", func() bool { return strings.Contains(p.said(), want) || strings.Contains(p.said(), `"reloaded"`) })
	if strings.Contains(p.said(), `"reloaded"`) {
		t.Skip("this kernel has no landlock")
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
