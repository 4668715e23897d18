package main

import (
	"bufio"
	"bytes"
	"crypto/ed25519"
	"crypto/rand"
	"errors"
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"golang.org/x/crypto/ssh"
)

// replica is a server of posts, with an author and a reader inside.
type replica struct {
	*process
	author, reader *ssh.Client
}

// newReplica serves the posts at the address with the keys folder dir, of which ada is an author with the key.
func newReplica(t testing.TB, address, dir string, key ssh.Signer, flags ...string) *replica {
	t.Helper()
	r := &replica{process: serving(t, address, dir, append([]string{"--admin", "127.0.0.1:0", "--max-pushes", "0"}, flags...)...)}
	dial := func(name string, methods ...ssh.AuthMethod) *ssh.Client {
		client, err := ssh.Dial("tcp", "127.0.0.1:"+r.port, &ssh.ClientConfig{User: name, Auth: methods, HostKeyCallback: ssh.InsecureIgnoreHostKey(), Timeout: 10 * time.Second})
		must(t, err)
		t.Cleanup(func() { _ = client.Close() })
		return client
	}
	r.author, r.reader = dial("ada", ssh.PublicKeys(key)), dial("reader")
	return r
}

// says runs a command in a connection.
func says(client *ssh.Client, stdin, command string) (string, error) {
	session, err := client.NewSession()
	if err != nil {
		return "", err
	}
	defer func() { _ = session.Close() }()
	var out, errs bytes.Buffer
	session.Stdin, session.Stdout, session.Stderr = strings.NewReader(stdin), &out, &errs
	if err := session.Run(command); err != nil {
		return out.String(), fmt.Errorf("%s: %w: %s", command, err, errs.String())
	}
	return out.String(), nil
}

// publish pushes a post with that title, and reports what became of it.
func (r *replica) publish(name, title string) error {
	_, err := says(r.author, "---\ntitle: "+title+"\ndate: 2026-01-02\n---\n\nText.\n", "publish "+name)
	return err
}

// lists reports whether a reader finds the title in the list.
func (r *replica) lists(title string) bool {
	out, err := says(r.reader, "", "list")
	return err == nil && strings.Contains(out, title+"\n")
}

// threeReplicas returns a cluster and three replicas, the last of which reaches it through a wire.
func threeReplicas(t testing.TB) (*cluster, []*replica, *wire) {
	t.Helper()
	c := newCluster(t)
	keys := newKeysFolder(t)
	way := newWire(t, strings.TrimPrefix(strings.Split(c.servers(), ",")[0], "nats://"))
	addresses := []string{c.servers() + "/posts", c.servers() + "/posts", "nats://" + way.Addr().String() + "/posts"}
	var replicas []*replica
	for _, address := range addresses {
		replicas = append(replicas, newReplica(t, address, keys.dir, keys.ada))
	}
	return c, replicas, way
}

// keysFolder is a keys folder with the author ada.
type keysFolder struct {
	dir string
	ada ssh.Signer
}

func newKeysFolder(t testing.TB) keysFolder {
	t.Helper()
	k := keysFolder{dir: t.TempDir(), ada: newSigner(t)}
	must(t, os.Mkdir(k.dir+"/authors", 0o700))
	must(t, os.WriteFile(k.dir+"/authors/ada.pub", ssh.MarshalAuthorizedKey(k.ada.PublicKey()), 0o600))
	return k
}

func TestReplicasOfACluster(t *testing.T) {
	c, replicas, way := threeReplicas(t)
	a, b, far := replicas[0], replicas[1], replicas[2]
	t.Run("a push to one is seen on all", func(t *testing.T) {
		must(t, a.publish("rain.md", "Rain"))
		for n, r := range replicas {
			waitFor(t, fmt.Sprint("the post on replica ", n), func() bool { return r.lists("Rain") })
		}
	})
	t.Run("history and removal from any", func(t *testing.T) {
		must(t, b.publish("rain.md", "More rain"))
		waitFor(t, "the new title", func() bool { return far.lists("More rain") })
		history, err := says(far.author, "", "history rain.md")
		must(t, err)
		version := strings.Fields(history)[0]
		must(t, second(says(far.author, "", "remove rain.md")))
		waitFor(t, "the removal", func() bool { return !a.lists("More rain") })
		must(t, second(says(a.author, "", "restore rain.md "+version)))
		waitFor(t, "the old title", func() bool { return b.lists("Rain") })
	})
	t.Run("two push one file at once", func(t *testing.T) { meet(t, a, b, far) })
	t.Run("the cluster stands still for longer than a try", func(t *testing.T) { standStill(t, c, a, b) })
	var refused, unread chan error
	t.Run("a replica is cut off", func(t *testing.T) {
		way.set(true)
		must(t, a.publish("apart.md", "Written apart"))
		refused, unread = far.publishApart(), make(chan error, 1)
		go func() { unread <- second(says(far.author, "", "history rain.md")) }()
	})
	t.Run("a node is killed and comes back", func(t *testing.T) {
		leads, _ := c.leader("posts")
		for _, n := range c.nodes[1:] { // the first is where the wire leads
			if n != leads {
				n.kill()
				must(t, a.publish("two.md", "Two of three"))
				waitFor(t, "the post", func() bool { return b.lists("Two of three") })
				n.start(t)
				break
			}
		}
		waitFor(t, "the node", func() bool { _, current := c.leader("posts"); return current == 2 })
	})
	t.Run("the leader is killed under load", func(t *testing.T) { killLeader(t, c, replicas[:2]) })
	t.Run("a replica that was cut off catches up", func(t *testing.T) { mend(t, a, far, way, refused, unread) })
}

func second[T any](_ T, err error) error { return err }

// meet has two replicas pushed the same file at the same moment until one of them is too late, and looks at a third one
// what became of both.
func meet(t *testing.T, a, b, third *replica) {
	title := func(round, by int) string { return fmt.Sprintf("Round %d by %d", round, by) }
	var version, live, late string
	for round := 0; version == ""; round++ {
		if round == 200 {
			t.Fatal("they never met")
		}
		errs := make([]error, 2)
		var pushing sync.WaitGroup
		for n, r := range []*replica{a, b} {
			pushing.Go(func() { errs[n] = r.publish("both.md", title(round, n)) })
		}
		pushing.Wait()
		for n, err := range errs {
			if err == nil {
				continue
			}
			found := regexp.MustCompile(`somebody else changed both.md at the same moment: theirs is published; yours is in its history as (\S+) \(restore both.md \S+\)`).FindStringSubmatch(err.Error())
			if found == nil {
				t.Fatal(err)
			}
			version, live, late = found[1], title(round, 1-n), title(round, n)
		}
	}
	waitFor(t, "theirs", func() bool { return third.lists(live) })
	if history, err := says(third.author, "", "history both.md"); err != nil || !strings.Contains(history, late) {
		t.Errorf("%v: no %q in %s", err, late, history)
	}
	must(t, second(says(third.author, "", "restore both.md "+version)))
	waitFor(t, "ours", func() bool { return a.lists(late) && b.lists(late) })
}

// standStill stops all nodes while something is pushed. It may have been written when the first try is given up, so that
// the second one must not take it for somebody else's.
func standStill(t *testing.T, c *cluster, a, b *replica) {
	must(t, a.publish("still.md", "Before"))
	waitFor(t, "the post", func() bool { return b.lists("Before") })
	for _, n := range c.nodes {
		must(t, n.Process.Signal(syscall.SIGSTOP))
	}
	answer := make(chan error, 1)
	go func() { answer <- a.publish("still.md", "After all") }()
	select {
	case err := <-answer:
		t.Errorf("nobody can have answered: %v", err)
	case <-time.After(2500 * time.Millisecond):
	}
	for _, n := range c.nodes {
		must(t, n.Process.Signal(syscall.SIGCONT))
	}
	must(t, <-answer)
	waitFor(t, "the post", func() bool { return a.lists("After all") && b.lists("After all") })
	if history, err := says(b.author, "", "history still.md"); err != nil || strings.Count(history, "\n") != 1 {
		t.Errorf("%v: %s", err, history)
	}
}

// publishApart pushes to a replica that is cut off, and sends what came of it, and after what time.
func (r *replica) publishApart() chan error {
	answer := make(chan error, 1)
	go func() {
		started := time.Now()
		err := r.publish("lost.md", "Never accepted")
		if took := time.Since(started); took < 10*time.Second || took > 30*time.Second {
			err = fmt.Errorf("after %s: %w", took, err)
		}
		answer <- err
	}()
	return answer
}

// mend looks what people see at the replica far, which is cut off, and mends the way.
func mend(t *testing.T, near, far *replica, way *wire, refused, unread chan error) {
	if err := <-refused; err == nil || !strings.Contains(err.Error(), "not accepted: the cluster of the posts does not answer; nothing was changed; try again") || strings.Contains(err.Error(), "after") {
		t.Error(err)
	}
	if !far.lists("Rain") || far.lists("Written apart") || far.lists("Never accepted") {
		t.Error("readers of a replica that is cut off see something else")
	}
	waitFor(t, "the word of it", func() bool {
		words, status := far.get(t, "/readyz")
		return status == 200 && strings.Contains(words, "serving what there is: the cluster of the posts does not answer since")
	})
	if err := <-unread; err == nil || !strings.Contains(err.Error(), "the history cannot be read: the cluster of the posts does not answer; try again") || strings.Contains(err.Error(), "nats") {
		t.Error(err)
	}
	if metrics, _ := far.get(t, "/metrics"); !strings.Contains(metrics, "postern_cluster_lost 1") {
		t.Error("no metric tells of it")
	}
	way.set(false)
	waitFor(t, "what was written apart", func() bool { return far.lists("Written apart") })
	waitFor(t, "health", func() bool { words, _ := far.get(t, "/readyz"); return words == "ok\n" })
	must(t, far.publish("found.md", "Found again"))
	waitFor(t, "the post", func() bool { return near.lists("Found again") })
	if near.lists("Never accepted") {
		t.Error("what was not accepted came all the same")
	}
	for _, once := range []string{"does not answer: serving what there is", "answers again"} {
		if n := strings.Count(far.said(), once); n != 1 {
			t.Errorf("the log says %d times %q", n, once)
		}
	}
}

// load is authors who push and readers who read while something breaks.
type load struct {
	mu       sync.Mutex
	accepted map[string]string // title by name
	longest  time.Duration     // between two pushes that were accepted
	last     time.Time
	wrong    []error
	reads    int
}

func (l *load) push(r *replica, n int, stop <-chan struct{}) {
	for version := 0; ; version++ {
		select {
		case <-stop:
			return
		default:
		}
		name, title := fmt.Sprintf("load-%d-%d.md", n, version%20), fmt.Sprintf("Load %d version %d", n, version)
		err := r.publish(name, title)
		l.mu.Lock()
		if now := time.Now(); err == nil {
			l.accepted[name] = title
			l.longest, l.last = max(l.longest, now.Sub(l.last)), now
		} else {
			delete(l.accepted, name) // either may be there
			l.wrong = append(l.wrong, err)
		}
		l.mu.Unlock()
	}
}

func (l *load) read(r *replica, stop <-chan struct{}) {
	for {
		select {
		case <-stop:
			return
		default:
		}
		started := time.Now()
		out, err := says(r.reader, "", "list --limit 5")
		if took := time.Since(started); err == nil && (took > 5*time.Second || !strings.Contains(out, "2026-01-02")) {
			err = fmt.Errorf("a reader waited %s for %q", took, out)
		}
		l.mu.Lock()
		l.reads++
		if err != nil {
			l.wrong = append(l.wrong, err)
		}
		l.mu.Unlock()
	}
}

func killLeader(t *testing.T, c *cluster, replicas []*replica) {
	l := &load{accepted: make(map[string]string), last: time.Now()}
	stop := make(chan struct{})
	var working sync.WaitGroup
	for n, r := range replicas {
		working.Go(func() { l.push(r, n, stop) })
		working.Go(func() { l.read(r, stop) })
	}
	count := func() int { l.mu.Lock(); defer l.mu.Unlock(); return len(l.accepted) }
	waitFor(t, "pushes", func() bool { return count() > 10 })
	leads, _ := c.leader("posts")
	if leads == nil {
		t.Fatal("nobody leads")
	}
	leads.kill()
	killed := time.Now()
	waitFor(t, "another leader", func() bool { now, _ := c.leader("posts"); return now != nil && now != leads })
	waitFor(t, "pushes after it", func() bool {
		l.mu.Lock()
		defer l.mu.Unlock()
		return l.last.After(killed.Add(100*time.Millisecond)) && l.longest > 0
	})
	close(stop)
	working.Wait()
	if err := errors.Join(l.wrong...); err != nil {
		t.Error(err)
	}
	if l.longest > 15*time.Second {
		t.Errorf("no push was accepted for %s", l.longest)
	}
	t.Logf("%d files accepted, none for %s; %d reads", len(l.accepted), l.longest.Round(time.Millisecond), l.reads)
	leads.start(t)
	for n, r := range replicas {
		waitFor(t, fmt.Sprint("all that was accepted on replica ", n), func() bool {
			out, err := says(r.reader, "", "list")
			if err != nil {
				return false
			}
			for _, title := range l.accepted {
				if !strings.Contains(out, title+"\n") {
					return false
				}
			}
			return true
		})
	}
}

func newSigner(t testing.TB) ssh.Signer {
	t.Helper()
	_, key, err := ed25519.GenerateKey(rand.Reader)
	must(t, err)
	signer, err := ssh.NewSignerFromKey(key)
	must(t, err)
	return signer
}

// BenchmarkPushToReplicas measures how long after a push to one replica a reader on another one is told of the post.
func BenchmarkPushToReplicas(b *testing.B) {
	c := newCluster(b)
	keys := newKeysFolder(b)
	near, far := newReplica(b, c.servers()+"/posts", keys.dir, keys.ada), newReplica(b, c.servers()+"/posts", keys.dir, keys.ada)
	session, err := far.reader.NewSession()
	must(b, err)
	out, err := session.StdoutPipe()
	must(b, err)
	must(b, session.Start("follow"))
	told := make(chan time.Time, 100)
	go func() {
		for lines := bufio.NewScanner(out); lines.Scan(); {
			told <- time.Now()
		}
	}()
	waitFor(b, "the reader", func() bool {
		metrics, _ := far.get(b, "/metrics")
		return strings.Contains(metrics, "postern_sessions 1")
	})
	var took []time.Duration
	b.ResetTimer()
	for n := 0; b.Loop(); n++ {
		started := time.Now()
		must(b, near.publish(fmt.Sprintf("post-%d.md", n), fmt.Sprint("Post ", n)))
		took = append(took, (<-told).Sub(started))
	}
	b.StopTimer()
	slices.Sort(took)
	b.ReportMetric(float64(took[len(took)/2].Microseconds())/1000, "p50-ms")
	b.ReportMetric(float64(took[len(took)*95/100].Microseconds())/1000, "p95-ms")
}
