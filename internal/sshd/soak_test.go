package sshd

import (
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/crypto/ssh"
)

// soak is a long load on a server that runs elsewhere.
type soak struct {
	addr, admin string // of readers, of operators
	minutes     float64
	sessions    int
	posts, key  string // its folder, and a file with a key of the author ada
	diary       *diary
}

// TestSoak is the load of .ci/soak: readers of all kinds who come and go, and posts that change each second. It prints
// what that costs, and holds that it costs no more at the end than it did at the beginning, and nothing afterwards.
func TestSoak(t *testing.T) {
	s := &soak{diary: &diary{}}
	if _, err := fmt.Sscan(os.Getenv("POSTERN_SOAK"), &s.addr, &s.admin, &s.minutes, &s.sessions, &s.posts, &s.key); err != nil {
		t.Skip("by hand: .ci/soak")
	}
	lasting := time.Duration(s.minutes * float64(time.Minute))
	before, err := calmed(s.admin)
	must(t, err)
	ctx, end := context.WithTimeout(t.Context(), lasting)
	defer end()
	var all sync.WaitGroup
	for range s.sessions {
		all.Go(func() { s.come(ctx, min(lasting/20, time.Minute)) })
	}
	all.Go(func() { s.push(ctx) })
	all.Go(func() {
		for n := 1; wait(ctx, 3*time.Second); n++ {
			s.diary.failed(s.drop(n))
		}
	})
	samples, err := s.watch(ctx, lasting)
	all.Wait()
	must(t, err)
	judge(t, samples, s.diary, lasting)
	s.leaves(t, before)
}

// come makes visits, one after the other. Not all readers come at once, but within some time.
func (s *soak) come(ctx context.Context, within time.Duration) {
	wait(ctx, time.Duration(rand.Int64N(int64(within))))
	for ctx.Err() == nil {
		s.diary.visited(s.visit(ctx))
	}
}

// visit is one connection: mostly somebody who reads for a while, sometimes a program, and seldom somebody who takes
// nothing of what was asked for. Half of them just vanish.
func (s *soak) visit(ctx context.Context) error {
	conn, err := net.DialTimeout("tcp", s.addr, 10*time.Second)
	if err != nil {
		return err
	}
	began := time.Now()
	link, channels, requests, err := ssh.NewClientConn(conn, s.addr, anyHost("soak"))
	if err != nil {
		return err
	}
	client := ssh.NewClient(link, channels, requests)
	defer func() { _ = client.Close() }()
	if tcp, ok := conn.(*net.TCPConn); ok && rand.IntN(2) == 0 {
		defer func() { _, _ = tcp.SetLinger(0), tcp.Close() }() // killed: not even an end
	}
	switch n := rand.IntN(20); {
	case n < 3:
		return askOnce(client)
	case n == 3:
		return takeNothing(ctx, client)
	}
	return s.read(ctx, client, began)
}

// askOnce asks for one of the things that programs ask for.
func askOnce(client *ssh.Client) error {
	session, err := client.NewSession()
	if err != nil {
		return err
	}
	verbs := []string{"list", "list --json", "search words", "feed", "feed --format json", "read changing --width 60", "tags", "read changing --source"}
	verb := verbs[rand.IntN(len(verbs))]
	if _, err := session.Output(verb); err != nil {
		return fmt.Errorf("%s: %w", verb, err)
	}
	return nil
}

// takeNothing asks for a long post and does not read it.
func takeNothing(ctx context.Context, client *ssh.Client) error {
	channel, _, err := client.OpenChannel("session", nil)
	if err != nil {
		return err
	}
	_, err = channel.SendRequest("exec", true, ssh.Marshal(struct{ Command string }{"read pushed-0 --source"}))
	wait(ctx, 5*time.Second)
	return err
}

// read is a person with a terminal: some keys and sizes, then some end.
func (s *soak) read(ctx context.Context, client *ssh.Client, began time.Time) error {
	session, err := client.NewSession()
	if err != nil {
		return err
	}
	session.Stdout = &firstWrite{told: func() { s.diary.sawFrame(time.Since(began)) }}
	in, err := session.StdinPipe()
	if err != nil {
		return err
	}
	if err := session.RequestPty("xterm-256color", 24, 80, nil); err != nil {
		return err
	}
	if err := session.Shell(); err != nil {
		return err
	}
	keys := []string{"j", "k", "\r", " ", "G", "g", "t", "a", "?", "o", "]", "/", "\x1b", "h", "z", "\x1b[B", "\x1b[5~", "\x00", "é", "words\r"}
	for range 20 + rand.IntN(60) {
		if !wait(ctx, time.Duration(200+rand.IntN(800))*time.Millisecond) { // as a reader does
			break
		}
		if rand.IntN(10) == 0 {
			_ = session.WindowChange(1+rand.IntN(100), 1+rand.IntN(250))
		}
		if _, err := io.WriteString(in, keys[rand.IntN(len(keys))]); err != nil {
			return nil // it left by a key
		}
	}
	if rand.IntN(2) == 0 {
		_ = in.Close() // it may be gone
		_ = session.Wait()
	}
	return nil
}

// firstWrite tells of the first write to it.
type firstWrite struct {
	once sync.Once
	told func()
}

func (w *firstWrite) Write(p []byte) (int, error) {
	w.once.Do(w.told)
	return len(p), nil
}

// version returns a post that differs from all before it: short ones, and each tenth as long as a book.
func version(n int) string {
	words := n % 200
	if n%10 == 0 {
		words = 20000
	}
	return fmt.Sprintf("---\ntitle: Changing\ndate: 2026-01-01\ntags: [t%d]\n---\n\nVersion %d.\n\n%s", n%7, n, strings.Repeat("More *words* to read.\n\n", words))
}

// push has an author push a post each second, by one client or the other, and remove one now and then.
func (s *soak) push(ctx context.Context) {
	var all sync.WaitGroup
	defer all.Wait()
	for n := 0; wait(ctx, time.Second); n++ {
		all.Go(func() { s.diary.pushed(s.pushOne(n)) })
	}
}

func (s *soak) pushOne(n int) error {
	host, port, err := net.SplitHostPort(s.addr)
	if err != nil {
		return err
	}
	name := fmt.Sprintf("pushed-%d.md", n%20)
	folder := filepath.Join(filepath.Dir(s.key), "push", strconv.Itoa(n%40)) // of this push alone
	path := filepath.Join(folder, name)
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return err
	}
	if err := os.WriteFile(path, []byte(version(n)), 0o600); err != nil {
		return err
	}
	options := []string{"-F", "none", "-i", s.key, "-o", "BatchMode=yes", "-o", "StrictHostKeyChecking=no", "-o", "UserKnownHostsFile=/dev/null", "-o", "LogLevel=ERROR"}
	scp := append([]string{"scp", "-q", "-P", port}, options...)
	verb := append(append([]string{"ssh", "-p", port}, options...), "ada@"+host)
	switch {
	case n%30 == 29:
		return run(append(verb, "remove", fmt.Sprintf("pushed-%d.md", (n-5)%20)))
	case n%4 == 0:
		return run(append(scp, path, "ada@"+host+":"))
	case n%4 == 1:
		return run(append(scp, "-O", path, "ada@"+host+":"))
	case n%4 == 2:
		return run([]string{"rsync", "-a", "-e", "ssh -p " + port + " " + strings.Join(options, " "), folder + "/", "ada@" + host + ":"})
	}
	return run(append(verb, "publish", name, "<", path))
}

// run runs a program, whose standard input the word after "<" names.
func run(words []string) error {
	c := exec.Command(words[0], words[1:]...)
	if n := len(words); words[n-2] == "<" {
		in, err := os.Open(words[n-1])
		if err != nil {
			return err
		}
		defer func() { _ = in.Close() }()
		c = exec.Command(words[0], words[1:n-2]...)
		c.Stdin = in
	}
	out, err := c.CombinedOutput()
	if err != nil {
		return fmt.Errorf("%s: %w: %.300s", words[0], err, out)
	}
	return nil
}

// drop changes a file in the folder itself, as an editor does.
func (s *soak) drop(n int) error {
	return os.WriteFile(filepath.Join(s.posts, "changing.md"), []byte(version(n)), 0o600)
}
