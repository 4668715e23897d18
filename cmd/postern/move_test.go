package main

import (
	"context"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/nats-io/nats-server/v2/server"
)

// newNats starts a server of NATS that stands alone, and returns its address.
func newNats(t testing.TB) string {
	t.Helper()
	s, err := server.NewServer(&server.Options{Host: "127.0.0.1", Port: -1, JetStream: true, StoreDir: t.TempDir(), NoLog: true, NoSigs: true})
	must(t, err)
	go s.Start()
	t.Cleanup(func() { s.Shutdown(); s.WaitForShutdown() })
	if !s.ReadyForConnections(20 * time.Second) {
		t.Fatal("the server does not start")
	}
	return s.ClientURL()
}

func TestBlogMovesInAndOut(t *testing.T) {
	address := newNats(t) + "/posts"
	dir, home := t.TempDir(), filepath.Join(t.TempDir(), "home")
	large := strings.Repeat("large ", 100000)
	files := map[string]string{"a.md": "a", "2026/雨 ☂.md": "rain", "_index.md": "words", "2026/photo.png": large, "empty.txt": ""}
	old := time.Date(2020, 1, 2, 3, 4, 5, 0, time.UTC)
	for name, text := range files {
		write(t, dir, name, text)
		must(t, os.Chtimes(filepath.Join(dir, name), old, old))
	}
	write(t, dir, ".hidden.md", "hidden")
	goes := func(want string, status int, args ...string) {
		t.Helper()
		if r := said(t, args...); r.status != status || !strings.Contains(r.out+r.err, want) {
			t.Errorf("%q: %+v", args, r)
		}
	}
	goes("5 files moved, 0 the same already", 0, "import", dir, address, "--nats-replicas", "1")
	goes("0 files moved, 5 the same already", 0, "import", dir, address)
	goes("5 files moved", 0, "export", address, home)
	goes("0 files moved, 5 the same already", 0, "export", address, home)
	for name, text := range files {
		data, err := os.ReadFile(filepath.Join(home, name))
		info, statErr := os.Stat(filepath.Join(home, name))
		if err != nil || statErr != nil || string(data) != text || !info.ModTime().Equal(old) {
			t.Errorf("%s: %d bytes, %v, %v", name, len(data), info, err)
		}
	}
	write(t, home, "a.md", "changed here")
	goes("a.md: another one is there, and newer", 1, "export", address, home)
	goes("1 file moved, 4 the same already", 0, "import", home, address)
	goes("a.md: another one is there, and newer", 1, "import", dir, address)
	goes("1 file moved", 0, "import", dir, address, "--force")
	must(t, os.Mkdir(filepath.Join(home, "blocked"), 0o700))
	write(t, dir, "blocked", "a folder has its name")
	goes("1 file moved", 0, "import", dir, address)
	goes("blocked: ", 1, "export", address, home)
}

func TestMovingSaysWhatIsWrong(t *testing.T) {
	address := newNats(t)
	for _, test := range []struct {
		status int
		want   string
		args   []string
	}{
		{2, "it goes like this: import DIR URL (URL is nats://", []string{"import", "nats://h/b", "posts"}},
		{2, "it takes two words", []string{"export", "nats://h/b"}},
		{1, "--nats-replicas 1", []string{"import", t.TempDir(), address + "/posts"}},
		{1, "of the form nats://HOST,HOST/BUCKET", []string{"import", t.TempDir(), "nats://h"}},
		{1, "bucket not found (postern import makes one)", []string{"export", address + "/mistyped", t.TempDir()}},
		{1, "bucket not found", []string{"keys", "--posts", address + "/mistyped", "--keys", t.TempDir()}},
		{1, "need each other", []string{"export", "nats://h/b", t.TempDir(), "--nats-key", "k"}},
		{1, "--nats-replicas: 9 is not", []string{"serve", "--posts", "nats://h/b", "--keys", t.TempDir(), "--nats-replicas", "9", "--listen", "127.0.0.1:0"}},
		{1, "no such file", []string{"serve", "--posts", address + "/b", "--keys", t.TempDir(), "--nats-creds", "none", "--listen", "127.0.0.1:0"}},
		{1, "only files and folders can be looked at", []string{"check", "nats://h/b"}},
		{1, "only files and folders can be looked at", []string{"preview", "nats://h/b"}},
	} {
		if r := said(t, test.args...); r.status != test.status || !strings.Contains(r.err, test.want) || strings.Count(r.err, "\n") != 1 {
			t.Errorf("%q: %+v", test.args, r)
		}
	}
}

func TestReplicasWithOtherHostKeysAreNamed(t *testing.T) {
	address := newNats(t) + "/posts"
	one, other := t.TempDir(), t.TempDir()
	serving(t, address, one, "--nats-replicas", "1")
	waitFor(t, "the replica", func() bool {
		return strings.Contains(said(t, "keys", "--keys", one, "--posts", address).out, "1 replica\n")
	})
	if r := said(t, "keys", "--keys", one, "--posts", address); r.status != 0 || !strings.Contains(r.out, "the same host keys") {
		t.Errorf("%+v", r)
	}
	p := serving(t, address, other)
	waitFor(t, "the warning", func() bool { return strings.Contains(p.said(), "another replica shows other host keys") })
	waitFor(t, "both", func() bool {
		r := said(t, "keys", "--keys", one, "--posts", address)
		return r.status == 1 && strings.Contains(r.out, "2 replicas\n") && strings.Count(r.out, "the same host keys") == 1 && strings.Count(r.out, "OTHER host keys: SHA256:") == 1
	})
	must(t, p.Process.Signal(os.Interrupt))
	must(t, p.ended(t))
	waitFor(t, "its leaving", func() bool { return said(t, "keys", "--keys", one, "--posts", address).status == 0 })
}

func TestFolderStartsNothingOfNats(t *testing.T) {
	p := serving(t, smallBlog(t), t.TempDir(), "--admin", "127.0.0.1:0")
	if stacks, _ := p.get(t, "/debug/pprof/goroutine?debug=2"); strings.Contains(stacks, "nats") || !strings.Contains(stacks, "fsnotify") {
		t.Errorf("goroutines:\n%s", stacks)
	}
	if metrics, _ := p.get(t, "/metrics"); strings.Contains(metrics, "cluster") {
		t.Error("a folder has a metric of a cluster")
	}
}

func TestSandboxLeavesTheWayToTheCluster(t *testing.T) {
	nats := newNats(t)
	other := httptest.NewServer(http.NotFoundHandler())
	defer other.Close()
	c := exec.Command(os.Args[0])
	c.Env = append(os.Environ(), beReaching+"="+strings.Join([]string{nats + "/posts", t.TempDir(), other.Listener.Addr().String()}, " "))
	out, err := c.CombinedOutput()
	if strings.Contains(string(out), "landlock: ") {
		t.Skip("this kernel has no landlock")
	}
	if err != nil || !strings.Contains(string(out), "done") {
		t.Errorf("%v: %s", err, out)
	}
}

// beReaching in the environment makes the test binary confine itself with a bucket and try what it must not do.
const beReaching = "POSTERN_TEST_REACHING"

// tryToReach confines the process and prints "done" if it reaches the cluster, and nothing else.
func tryToReach(posts, keys, other string) {
	s := settings{posts: posts, keys: keys, sandbox: true}
	bucket, err := openBucket(context.Background(), posts, clusterSettings{copies: 1}, quietLog())
	if err != nil {
		panic(err)
	}
	if err := s.confine(bucket); err != nil {
		panic(err)
	}
	if _, err := os.ReadFile("/etc/passwd"); err == nil {
		_, _ = os.Stdout.WriteString("landlock: nothing is confined\n")
		return
	}
	again, err := openBucket(context.Background(), posts, clusterSettings{copies: 1}, quietLog())
	if err != nil {
		panic(err)
	}
	if _, err := again.Put("a.md", []byte("text"), time.Time{}); err != nil {
		panic(err)
	}
	if conn, err := net.DialTimeout("tcp", other, time.Second); err == nil {
		_ = conn.Close()
		panic("it connects to others")
	}
	_, _ = os.Stdout.WriteString("done\n")
}
