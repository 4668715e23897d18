package main

import (
	"bufio"
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"io/fs"
	mathrand "math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/crypto/ssh"
)

// serveEnvironment carries the arguments of a server that TestServerProcess is to be.
const serveEnvironment = "POSTERN_TEST_SERVE"

// TestServerProcess is no test of its own: it is the server that TestKilledServerKeepsItsWord kills.
func TestServerProcess(t *testing.T) {
	line := os.Getenv(serveEnvironment)
	if line == "" {
		t.Skip("only run by other tests")
	}
	var args []string
	if err := json.Unmarshal([]byte(line), &args); err != nil {
		t.Fatal(err)
	}
	if err := run(context.Background(), args, os.Stdout, os.Stderr); err != nil {
		t.Fatal(err)
	}
}

// victim is a server process that may be killed at any time.
type victim struct {
	*exec.Cmd
	addr string
}

// launch starts a server and waits until it listens.
func launch(t *testing.T, posts, keys string, flags ...string) *victim {
	t.Helper()
	args, err := json.Marshal(append([]string{"serve", "--listen", "127.0.0.1:0", "--posts", posts, "--keys", keys, "--max-pushes", "0"}, flags...))
	if err != nil {
		t.Fatal(err)
	}
	c := exec.Command(os.Args[0], "-test.run=^TestServerProcess$")
	c.Env = append(os.Environ(), serveEnvironment+"="+string(args))
	out, err := c.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Process.Kill() })
	for lines := bufio.NewScanner(out); lines.Scan(); {
		if _, port, ok := strings.Cut(lines.Text(), "ssh -p "); ok {
			port, _, _ = strings.Cut(port, " ")
			return &victim{c, "127.0.0.1:" + port}
		}
	}
	t.Fatal("the server does not say where it listens")
	return nil
}

// ledger is what an author knows of each file: the last version that was pushed with success, and the last one tried.
type ledger struct {
	mu          sync.Mutex
	sure, tried map[string]int
	pushes      int
	enough      chan struct{} // closed at the push during which the server dies
}

// edition returns a version of a post, long enough to be cut.
func edition(name string, version int) string {
	return fmt.Sprintf("---\ntitle: %s\ndate: 2026-01-02\n---\n\n%s\nVersion %d ends here.\n", name, strings.Repeat(fmt.Sprintf("%s in version %d. ", name, version), 2000), version)
}

// push publishes versions of the files of one author, one after the other, until the connection is gone.
func (l *ledger) push(client *ssh.Client, author, killAt int) {
	for n := 0; ; n++ {
		name := fmt.Sprintf("post-%d-%d.md", author, n%5)
		l.mu.Lock()
		l.tried[name]++
		version := l.tried[name]
		if l.pushes++; l.pushes == killAt {
			close(l.enough)
		}
		l.mu.Unlock()
		session, err := client.NewSession()
		if err != nil {
			return
		}
		session.Stdin = strings.NewReader(edition(name, version))
		if session.Run("publish "+name) != nil {
			return
		}
		l.mu.Lock()
		l.sure[name] = version
		l.mu.Unlock()
	}
}

// ada makes the folders of a blog and its author, and returns her key.
func ada(t *testing.T) (posts, keys string, signer ssh.Signer) {
	t.Helper()
	posts, keys = t.TempDir(), t.TempDir()
	_, private, err := ed25519.GenerateKey(rand.Reader)
	must(t, err)
	signer, err = ssh.NewSignerFromKey(private)
	must(t, err)
	must(t, os.Mkdir(filepath.Join(keys, "authors"), 0o700))
	must(t, os.WriteFile(filepath.Join(keys, "authors", "ada.pub"), ssh.MarshalAuthorizedKey(signer.PublicKey()), 0o600))
	return posts, keys, signer
}

// dial comes in as ada.
func (v *victim) dial(t *testing.T, signer ssh.Signer) *ssh.Client {
	t.Helper()
	client, err := ssh.Dial("tcp", v.addr, &ssh.ClientConfig{User: "ada", Auth: []ssh.AuthMethod{ssh.PublicKeys(signer)}, HostKeyCallback: ssh.InsecureIgnoreHostKey()})
	must(t, err)
	return client
}

// TestHistoryKeepsToItsLimit goes over it more than once, and over a restart.
func TestHistoryKeepsToItsLimit(t *testing.T) {
	posts, keys, signer := ada(t)
	for range 2 {
		server := launch(t, posts, keys, "--max-history", "1")
		client := server.dial(t, signer)
		for n := range 30 {
			session, err := client.NewSession()
			must(t, err)
			session.Stdin = strings.NewReader(edition("a.md", n))
			must(t, session.Run("publish a.md"))
		}
		must(t, client.Close())
		must(t, server.Process.Kill())
		_ = server.Wait() // it was killed
		versions, err := filepath.Glob(filepath.Join(posts, ".history", "a.md", "*"))
		must(t, err)
		if size := len(edition("a.md", 10)) + 4<<10; len(versions) > 1<<20/size || len(versions) < 1<<19/size {
			t.Errorf("%d versions of %d bytes", len(versions), size)
		}
	}
}

func TestKilledServerKeepsItsWord(t *testing.T) {
	posts, keys, signer := ada(t)
	l := &ledger{sure: make(map[string]int), tried: make(map[string]int)}
	for deadline, round := time.Now().Add(15*time.Second), 0; round < 5 && time.Now().Before(deadline); round++ {
		server := launch(t, posts, keys)
		whole(t, posts, l) // what the start has made of the folder
		l.pushes, l.enough = 0, make(chan struct{})
		killAt := 1 + mathrand.IntN(200)
		var authors sync.WaitGroup
		for author := range 4 {
			client := server.dial(t, signer)
			authors.Go(func() { l.push(client, author, killAt); _ = client.Close() })
		}
		<-l.enough
		<-time.After(time.Duration(mathrand.IntN(10000)) * time.Microsecond) // in the middle of whatever the others are at
		if err := server.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		_ = server.Wait() // it was killed
		authors.Wait()
		t.Logf("round %d: killed in push %d of at least %d", round, killAt, l.pushes)
	}
	server := launch(t, posts, keys)
	whole(t, posts, l)
	if err := server.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = server.Wait()
}

// whole fails the test unless each file is there in the last version that was pushed with success, or one that was
// tried later, and nothing half written is left.
func whole(t *testing.T, posts string, l *ledger) {
	t.Helper()
	for name, sure := range l.sure {
		data, err := os.ReadFile(filepath.Join(posts, name))
		if err != nil {
			t.Errorf("%s was pushed with success: %v", name, err)
			continue
		}
		found := 0
		for version := sure; version <= l.tried[name]; version++ {
			if string(data) == edition(name, version) {
				found = version
			}
		}
		if found == 0 {
			t.Errorf("%s is not whole in any version from %d to %d: %d bytes", name, sure, l.tried[name], len(data))
		}
		l.sure[name] = max(found, sure)
	}
	err := filepath.WalkDir(posts, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		data, err := os.ReadFile(path)
		if strings.HasSuffix(path, ".tmp") || !strings.HasSuffix(string(data), "ends here.\n") {
			t.Errorf("%s is half written", path)
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
}
