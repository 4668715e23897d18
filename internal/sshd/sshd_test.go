package sshd

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/charmbracelet/x/vt"
	"golang.org/x/crypto/ssh"

	"postern/internal/author"
	"postern/internal/blog"
	"postern/internal/render"
	"postern/internal/store"
)

// house is a server with everything in it, listening on a port of its own.
type house struct {
	addr  string
	posts string
	keys  string
	log   *syncBuffer
	told  *tally
	at    *Server
	blog  *blog.Blog
	full  atomic.Bool  // the memory is used up
	close func()       // ends what Serve needs
	stop  func() error // ends Serve and returns what it returned
}

// syncBuffer is a log that may be read while it is written.
type syncBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (s *syncBuffer) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.Write(p)
}

func (s *syncBuffer) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.String()
}

// usual are the limits that serve has.
func usual() Limits {
	return Limits{Connections: 1000, PerAddress: 500, New: 1000, NewAddress: 800, Sessions: 10, Handshake: 10 * time.Second, Login: 2 * time.Minute, Unknown: 256 << 10, AuthTries: 30,
		Idle: time.Hour, Empty: 10 * time.Minute, Dead: 100 * time.Second, Stalled: 30 * time.Second}
}

const (
	livePost  = "---\ntitle: The live one\ndate: 2026-01-02T03:04:05+01:00\ntags: [one, two]\n---\n\nWords that are there to be read.\n"
	draftPost = "---\ntitle: The secret one\ndraft: true\ndate: 2026-01-03\n---\n\nNot yet.\n"
)

// tally counts what the server tells.
type tally struct {
	mu      sync.Mutex
	refused map[Reason]int
	visits  []Visit
	entered int
	frames  int
}

func (c *tally) events() Events {
	return Events{
		Refused:    func(why Reason) { c.mu.Lock(); defer c.mu.Unlock(); c.refused[why]++ },
		Entered:    func(time.Duration) { c.mu.Lock(); defer c.mu.Unlock(); c.entered++ },
		FirstFrame: func(time.Duration) { c.mu.Lock(); defer c.mu.Unlock(); c.frames++ },
		Ended:      func(v Visit) { c.mu.Lock(); defer c.mu.Unlock(); c.visits = append(c.visits, v) },
	}
}

func (c *tally) refusals(why Reason) int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.refused[why]
}

// serve opens a house with a live post, a draft and what else files has; keys are of the author ada.
func serve(t testing.TB, limits Limits, files map[string]string, keys ...ssh.PublicKey) *house {
	t.Helper()
	return serveWithin(t, limits, blog.Limits{}, files, keys...)
}

// serveWithin is serve where what authors push has limits too.
func serveWithin(t testing.TB, limits Limits, push blog.Limits, files map[string]string, keys ...ssh.PublicKey) *house {
	t.Helper()
	h := furnish(t, limits, push, files, keys...)
	h.open(t)
	return h
}

// furnish makes all of a house, which open lets clients into.
func furnish(t testing.TB, limits Limits, push blog.Limits, files map[string]string, keys ...ssh.PublicKey) *house {
	t.Helper()
	h := &house{posts: t.TempDir(), log: &syncBuffer{}, told: &tally{refused: make(map[Reason]int)}}
	h.put(t, "live.md", livePost)
	h.put(t, "secret.md", draftPost)
	for name, content := range files {
		h.put(t, name, content)
	}
	keysDir := t.TempDir()
	h.keys = keysDir
	var lines []byte
	for _, key := range keys {
		lines = append(lines, ssh.MarshalAuthorizedKey(key)...)
	}
	must(t, os.Mkdir(filepath.Join(keysDir, "authors"), 0o700))
	must(t, os.WriteFile(filepath.Join(keysDir, "authors", "ada.pub"), lines, 0o600))
	logger := slog.New(slog.NewTextHandler(h.log, nil))
	authors, err := author.Open(keysDir, logger)
	must(t, err)
	signers, err := HostKeys(keysDir)
	must(t, err)
	folder, err := store.Open(h.posts)
	must(t, err)
	b, err := blog.Open(context.Background(), folder, blog.Config{Authors: authors.Names}, logger, nil)
	must(t, err)
	b.Bound(push)
	h.blog = b
	h.at = &Server{Live: b.Live(), Blog: b, Authors: authors, Signers: signers, Cache: render.NewCache(16 << 20), Limits: limits,
		Grace: 5 * time.Second, Version: "postern test", Log: logger, Privacy: true, Events: h.told.events(), Full: h.full.Load}
	h.close = sync.OnceFunc(func() {
		b.Close()
		_, _ = folder.Close(), authors.Close()
	})
	return h
}

// open serves until the test ends.
func (h *house) open(t testing.TB) {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	h.openOn(t, ln)
}

// openOn serves on ln until the test ends.
func (h *house) openOn(t testing.TB, ln net.Listener) {
	t.Helper()
	h.addr = ln.Addr().String()
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { h.blog.Watch(ctx) }()
	go func() { ended <- h.at.Serve(ctx, ln) }()
	h.stop = sync.OnceValue(func() error { cancel(); return <-ended })
	t.Cleanup(func() {
		if err := h.stop(); err != nil {
			t.Error(err)
		}
		h.close()
	})
}

func (h *house) put(t testing.TB, name, content string) {
	t.Helper()
	must(t, os.MkdirAll(filepath.Dir(filepath.Join(h.posts, name)), 0o755))
	must(t, os.WriteFile(filepath.Join(h.posts, name), []byte(content), 0o644))
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
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

// dial connects as user; without methods only "none" is tried.
func (h *house) dial(t testing.TB, user string, methods ...ssh.AuthMethod) *ssh.Client {
	t.Helper()
	client, err := ssh.Dial("tcp", h.addr, &ssh.ClientConfig{User: user, Auth: methods,
		HostKeyCallback: ssh.InsecureIgnoreHostKey(), Timeout: 10 * time.Second})
	must(t, err)
	t.Cleanup(func() { _ = client.Close() })
	return client
}

// askUnread runs a command and reads nothing of what it says.
func askUnread(t testing.TB, client *ssh.Client, command string) {
	t.Helper()
	channel, requests, err := client.OpenChannel("session", nil)
	must(t, err)
	go ssh.DiscardRequests(requests)
	_, err = channel.SendRequest("exec", true, ssh.Marshal(struct{ Command string }{command}))
	must(t, err)
}

// said runs a command without a terminal and returns what came of it.
func said(t testing.TB, client *ssh.Client, command string) (stdout, stderr string, status int) {
	t.Helper()
	session, err := client.NewSession()
	must(t, err)
	defer func() { _ = session.Close() }()
	var out, errs bytes.Buffer
	session.Stdout, session.Stderr = &out, &errs
	if err := session.Run(command); err != nil {
		var exit *ssh.ExitError
		if !errors.As(err, &exit) {
			t.Fatalf("%s: %v", command, err)
		}
		status = exit.ExitStatus()
	}
	return out.String(), errs.String(), status
}

// window is a session on an emulated terminal. What the server sends is kept as well.
type window struct {
	*ssh.Session
	in     io.WriteCloser
	out    *syncBuffer
	screen *screen
}

// screen is an emulated terminal that may be read while it is written to. It answers no query.
type screen struct {
	mu       sync.Mutex
	emulator *vt.Emulator
}

func newScreen(width, height int) *screen {
	s := &screen{emulator: vt.NewEmulator(width, height)}
	go func() { _, _ = io.Copy(io.Discard, s.emulator) }() // its answers; Close would race with it, so it stays
	return s
}

func (s *screen) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.emulator.Write(p)
}

func (s *screen) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.emulator.String()
}

// look opens a terminal of the given size, which it emulates, and starts the screens, or command.
func look(t testing.TB, client *ssh.Client, width, height int, command string) *window {
	t.Helper()
	return start(t, client, width, height, command, newScreen(width, height))
}

// start opens a terminal that shows on screen, or nowhere.
func start(t testing.TB, client *ssh.Client, width, height int, command string, screen *screen) *window {
	t.Helper()
	session, err := client.NewSession()
	must(t, err)
	w := &window{Session: session, out: &syncBuffer{}, screen: screen}
	session.Stdout = w.out
	if screen != nil {
		session.Stdout = io.MultiWriter(screen, w.out) // what was counted is to be seen
	}
	w.in, err = session.StdinPipe()
	must(t, err)
	must(t, session.RequestPty("xterm-256color", height, width, ssh.TerminalModes{}))
	if command == "" {
		must(t, session.Shell())
	} else {
		must(t, session.Start(command))
	}
	return w
}

func (w *window) press(t testing.TB, keys string) {
	t.Helper()
	_, err := io.WriteString(w.in, keys)
	must(t, err)
}

// shows reports whether text can be read on the screen or was sent as it is.
func (w *window) shows(text string) bool {
	return strings.Contains(w.out.String(), text) || w.screen != nil && strings.Contains(w.screen.String(), text)
}

// see waits until the window shows text.
func (w *window) see(t testing.TB, text string) {
	t.Helper()
	eventually(t, func() bool { return w.shows(text) }, func() string {
		return fmt.Sprintf("%q is not to be seen in %q", text, w.out.String())
	})
}

// eventually waits until done reports true, for at most 20 seconds.
func eventually(t testing.TB, done func() bool, what func() string) {
	t.Helper()
	deadline := time.Now().Add(20 * time.Second)
	for !done() {
		if time.Now().After(deadline) {
			t.Fatal(what())
		}
		time.Sleep(5 * time.Millisecond) // the condition is what is waited for
	}
}
