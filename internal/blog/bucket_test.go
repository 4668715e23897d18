package blog

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/nats-io/nats-server/v2/server"

	"postern/internal/index"
	"postern/internal/post"
	"postern/internal/store"
)

// bucketAt returns the address of a bucket in a new server of NATS.
func bucketAt(t testing.TB) store.Cluster {
	t.Helper()
	s, err := server.NewServer(&server.Options{Host: "127.0.0.1", Port: -1, JetStream: true, StoreDir: t.TempDir(), NoLog: true, NoSigs: true})
	if err != nil {
		t.Fatal(err)
	}
	go s.Start()
	t.Cleanup(func() { s.Shutdown(); s.WaitForShutdown() })
	if !s.ReadyForConnections(20 * time.Second) {
		t.Fatal("the server does not start")
	}
	c, err := store.ParseCluster(s.ClientURL() + "/posts")
	if err != nil {
		t.Fatal(err)
	}
	c.Copies = 1
	return c
}

// replicaOf returns a blog of a bucket, which is watched until the test ends.
func replicaOf(t testing.TB, c store.Cluster) (*Blog, *store.Bucket) {
	t.Helper()
	bucket, err := store.OpenBucket(t.Context(), c, slog.New(slog.DiscardHandler), post.IsPost)
	if err != nil {
		t.Fatal(err)
	}
	b, err := Open(t.Context(), bucket, Config{}, slog.New(slog.DiscardHandler), nil)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() { defer close(done); b.Watch(ctx) }()
	t.Cleanup(func() { cancel(); <-done; b.Close(); _ = bucket.Close() })
	return b, bucket
}

// sees waits until the readers of b see titles.
func sees(t *testing.T, b *Blog, want string) {
	t.Helper()
	for deadline := time.Now().Add(10 * time.Second); titles(b) != want; {
		if time.Now().After(deadline) {
			t.Fatalf("readers see %q, not %q", titles(b), want)
		}
		short, stop := context.WithTimeout(t.Context(), 100*time.Millisecond)
		_, _ = b.Live().Next(short, b.Live().Snapshot()) // either way: look again
		stop()
	}
}

func TestReplicasShowTheSame(t *testing.T) {
	c := bucketAt(t)
	one, _ := replicaOf(t, c)
	two, _ := replicaOf(t, c)
	publish(t, one, "sub/a.md", fmt.Sprintf(dated, "A", 2))
	sees(t, two, "A")
	publish(t, two, "b.md", fmt.Sprintf(dated, "B", 1)+strings.Repeat("Long. ", 50000)) // its bytes lie among the objects
	sees(t, one, "A, B")
	if _, err := two.Rename(t.Context(), ada, "sub", "drafts"); err != nil {
		t.Fatal(err)
	}
	sees(t, one, "B")
	if err := one.Remove(t.Context(), ada, "b.md"); err != nil {
		t.Fatal(err)
	}
	sees(t, two, "")
	versions, err := two.History("b.md")
	if err != nil || len(versions) != 1 || versions[0].Title != "B" {
		t.Fatalf("%v, %v", versions, err)
	}
	if _, err := two.Restore(t.Context(), ada, "b.md", versions[0].ID); err != nil {
		t.Fatal(err)
	}
	publish(t, two, "_index.md", "---\ntimezone: Asia/Tokyo\n---\n")
	sees(t, one, "B")
	zone := func() string { _, offset := entryOf(one, "b.md").Date.Zone(); return fmt.Sprint(offset) }
	for deadline := time.Now().Add(10 * time.Second); zone() != "32400"; {
		if time.Now().After(deadline) {
			t.Fatalf("dated at %s", zone())
		}
		time.Sleep(time.Millisecond)
	}
}

func entryOf(b *Blog, name string) index.Entry {
	e, _ := b.Live().Snapshot().File(name)
	return e
}

// slow is a store whose writes of one file wait.
type slow struct {
	Store
	name    string
	arrived chan struct{}
	goAhead chan struct{}
}

func (s slow) Put(name string, data []byte, modified time.Time) (store.Stamp, error) {
	if name == s.name {
		close(s.arrived)
		<-s.goAhead
	}
	return s.Store.Put(name, data, modified)
}

func TestNobodyWaitsForAnothersWrite(t *testing.T) {
	dir := t.TempDir()
	folder, err := store.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	s := slow{Store: folder, name: "slow.md", arrived: make(chan struct{}), goAhead: make(chan struct{})}
	b, err := Open(t.Context(), s, Config{}, slog.New(slog.DiscardHandler), nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { b.Close(); _ = folder.Close() })
	b.Bound(Limits{Files: 4})
	done := make(chan error)
	go func() {
		_, err := b.Publish(context.Background(), ada, "slow.md", strings.NewReader(fmt.Sprintf(dated, "Slow", 9)))
		done <- err
	}()
	<-s.arrived
	publish(t, b, "quick.md", fmt.Sprintf(dated, "Quick", 2))
	put(t, dir, "beside.md", fmt.Sprintf(dated, "Beside", 1))
	reload(t, b)
	if _, err := b.Check("other.md", strings.NewReader("text")); err != nil {
		t.Error(err)
	}
	if got := titles(b); got != "Quick, Beside" {
		t.Errorf("readers see %q", got)
	}
	publish(t, b, "last.txt", "text")
	if _, err := b.Publish(t.Context(), ada, "more.txt", strings.NewReader("text")); err == nil {
		t.Error("room that was claimed was given away")
	}
	waits, cancel := context.WithTimeout(t.Context(), 10*time.Millisecond)
	defer cancel()
	if _, err := b.Publish(waits, ada, "slow.md", strings.NewReader(fmt.Sprintf(dated, "Second", 9))); err == nil {
		t.Error("two write one file at once")
	}
	close(s.goAhead)
	if err := <-done; err != nil || titles(b) != "Slow, Quick, Beside" {
		t.Errorf("%v, readers see %q", err, titles(b))
	}
}

// late is a store that is changed between the look at it and what becomes of that.
type late struct {
	Store
	then func()
}

func (l *late) List(ctx context.Context) (map[string]store.Stamp, error) {
	files, err := l.Store.List(ctx)
	if then := l.then; then != nil {
		l.then = nil
		then()
	}
	return files, err
}

func TestWhatIsChangedDuringALookStays(t *testing.T) {
	folder, err := store.Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	l := &late{Store: folder}
	b, err := Open(t.Context(), l, Config{}, slog.New(slog.DiscardHandler), nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { b.Close(); _ = folder.Close() })
	publish(t, b, "gone.md", fmt.Sprintf(dated, "Gone", 1))
	publish(t, b, "old.md", fmt.Sprintf(dated, "Old", 2))
	l.then = func() {
		publish(t, b, "new.md", fmt.Sprintf(dated, "New", 3))
		publish(t, b, "old.md", fmt.Sprintf(dated, "Changed", 2))
		if err := b.Remove(t.Context(), ada, "gone.md"); err != nil {
			t.Error(err)
		}
	}
	reload(t, b)
	if got := titles(b); got != "New, Changed" {
		t.Errorf("readers see %q", got)
	}
	if files, _ := b.stamps.sum(); files != 2 {
		t.Errorf("%d files are counted", files)
	}
	before := b.Live().Snapshot()
	reload(t, b)
	if b.Live().Snapshot() != before {
		t.Error("it was found once more")
	}
}

// BenchmarkFreshReplica10000 is a replica that starts beside a bucket of 10,000 posts.
func BenchmarkFreshReplica10000(b *testing.B) {
	c := bucketAt(b)
	first, err := store.OpenBucket(b.Context(), c, slog.New(slog.DiscardHandler), nil)
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = first.Close() }()
	names, failed := make(chan string), make(chan error, 100)
	for range 32 {
		go func() {
			for name := range names {
				text := fmt.Sprintf(dated, name, len(name)) + strings.Repeat("Some words that somebody wrote. ", 180)
				if _, err := first.Put(name, []byte(text), time.Time{}); err != nil {
					failed <- err
				}
			}
			failed <- nil
		}()
	}
	for n := range 10000 {
		names <- fmt.Sprintf("post-%05d.md", n)
	}
	close(names)
	for range 32 {
		if err := <-failed; err != nil {
			b.Fatal(err)
		}
	}
	for b.Loop() {
		bucket, err := store.OpenBucket(b.Context(), c, slog.New(slog.DiscardHandler), post.IsPost)
		if err != nil {
			b.Fatal(err)
		}
		blog, err := Open(b.Context(), bucket, Config{}, slog.New(slog.DiscardHandler), nil)
		if err != nil {
			b.Fatal(err)
		}
		if n := len(blog.Live().Snapshot().List(index.Readers)); n != 10000 {
			b.Fatalf("%d posts", n)
		}
		blog.Close()
		_ = bucket.Close()
	}
}

// meddled is a folder that somebody else changes at the moments that a test names.
type meddled struct {
	Store
	beforeList, afterRead, afterPut func()
}

// once runs what is to happen, which does not happen again.
func once(then *func()) {
	if do := *then; do != nil {
		*then = nil
		do()
	}
}

func (m *meddled) List(ctx context.Context) (map[string]store.Stamp, error) {
	once(&m.beforeList)
	return m.Store.List(ctx)
}

func (m *meddled) Read(name string) ([]byte, store.Stamp, error) {
	data, stamp, err := m.Store.Read(name)
	once(&m.afterRead)
	return data, stamp, err
}

func (m *meddled) Put(name string, data []byte, modified time.Time) (store.Stamp, error) {
	stamp, err := m.Store.Put(name, data, modified)
	once(&m.afterPut)
	return stamp, err
}

func TestWhatAnotherHandChangesAtTheSameMomentIsSeen(t *testing.T) {
	dir := t.TempDir()
	folder, err := store.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	m := &meddled{Store: folder}
	b, err := Open(t.Context(), m, Config{}, slog.New(slog.DiscardHandler), nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { b.Close(); _ = folder.Close() })

	m.afterPut = func() { put(t, dir, "a.md", fmt.Sprintf(dated, "Edited", 1)); reload(t, b) }
	publish(t, b, "a.md", fmt.Sprintf(dated, "Pushed", 1))
	if got := titles(b); got != "Edited" {
		t.Errorf("edited and seen before the push was told: readers see %q", got)
	}
	m.beforeList = func() {
		publish(t, b, "a.md", fmt.Sprintf(dated, "Pushed again", 1))
		put(t, dir, "a.md", fmt.Sprintf(dated, "Edited again", 1))
		publish(t, b, "b.md", fmt.Sprintf(dated, "Pushed", 1))
		if err := os.Remove(filepath.Join(dir, "b.md")); err != nil {
			t.Error(err)
		}
	}
	reload(t, b)
	if got := titles(b); got != "Edited again" {
		t.Errorf("edited during a look: readers see %q", got)
	}
	m.afterRead = func() { put(t, dir, "a.md", fmt.Sprintf(dated, "Edited at last", 1)) }
	if _, err := b.Rename(t.Context(), ada, "a.md", "c.md"); err != nil {
		t.Fatal(err)
	}
	if got := titles(b); got != "Edited at last" {
		t.Errorf("edited before it was renamed: readers see %q", got)
	}
}
