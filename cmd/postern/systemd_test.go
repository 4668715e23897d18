package main

import (
	"bufio"
	"bytes"
	"fmt"
	"log/slog"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"golang.org/x/crypto/ssh"

	"postern/internal/blog"
	"postern/internal/sshd"
	"postern/internal/store"
)

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
	must(t, os.WriteFile(config, []byte("max-sessions: 3\nrender-cache: 7\n"), 0o600))
	must(t, p.Process.Signal(syscall.SIGHUP))
	m.hears(t, "RELOADING=1\nMONOTONIC_USEC=")
	m.hears(t, "READY=1")
	if n := sessions(); n != 3 {
		t.Errorf("%d sessions after the reload: %s", n, p.said())
	}
	if told := `holds from the next start on","setting":"`; !strings.Contains(p.said(), told+`render-cache","value":7`) || strings.Count(p.said(), told) != 1 {
		t.Errorf("what a reload does not change is not told: %s", p.said())
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

func TestReloadBoundsPushesAnewAndNamesWhatItLeaves(t *testing.T) {
	keys := t.TempDir()
	signers, err := sshd.HostKeys(keys)
	must(t, err)
	folder, err := store.Open(t.TempDir())
	must(t, err)
	defer func() { _ = folder.Close() }()
	b, err := blog.Open(t.Context(), folder, blog.Config{}, slog.New(slog.DiscardHandler), nil)
	must(t, err)
	defer b.Close()
	s, err := settingsFrom(map[string]string{"keys": keys})
	must(t, err)
	s.again = func() (settings, error) {
		return settingsFrom(map[string]string{"keys": keys, "max-file-size": "1", "max-history": "1", "max-pushes": "4", "nats-creds": "a.creds", "grace": "9s"})
	}
	var log bytes.Buffer
	d := &daemon{settings: s, log: slog.New(slog.NewTextHandler(&log, nil)), blog: b, folder: folder, server: &sshd.Server{Signers: signers}}
	must(t, d.reload(t.Context()))
	told := strings.Join(regexp.MustCompile(`setting=.*`).FindAllString(log.String(), -1), " ")
	if told != "setting=grace value=9s setting=nats-creds value=a.creds" {
		t.Errorf("what holds from the next start on: %s", log.String())
	}
	if l := b.Limits(); l.File != 1<<20 || l.PerMinute != 4 || l.Files != 50000 {
		t.Errorf("%+v", l)
	}
	for n := range 5 {
		_, err := folder.Put("a.bin", bytes.Repeat([]byte{byte(n)}, 400<<10), time.Time{})
		must(t, err)
	}
	if versions, err := folder.History("a.bin"); err != nil || len(versions) != 2 {
		t.Errorf("%d versions, %v", len(versions), err)
	}
}

func TestSIGHUPBeforeAllIsOpenIsObeyedThen(t *testing.T) {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	defer func() { _ = ln.Close() }()
	key, keys := newKeys(t, 1)[0], t.TempDir()
	data, err := os.ReadFile(key)
	must(t, err)
	path := filepath.Join(keys, "ssh_host_ed25519_key")
	must(t, syscall.Mkfifo(path, 0o600))
	p := newManager(t).start(t, ln.(*net.TCPListener), "--posts", smallBlog(t), "--keys", keys)
	pipe, err := os.OpenFile(path, os.O_WRONLY, 0) // waits until the key is read
	must(t, err)
	must(t, os.Rename(key, path))
	must(t, p.Process.Signal(syscall.SIGHUP))
	_, err = pipe.Write(data)
	must(t, err)
	must(t, pipe.Close())
	waitFor(t, "the reload", func() bool { return strings.Contains(p.said(), `"reloaded"`) })
}

func TestUnitIsOneThatSystemdTakes(t *testing.T) {
	if r := said(t, "serve", "--print-systemd-unit", "--listen", ":2200"); r.status != 2 || r.out != "" {
		t.Errorf("with a flag that it would not heed: %+v", r)
	}
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
