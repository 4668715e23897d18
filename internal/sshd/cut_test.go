package sshd

import (
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/pkg/sftp"
	"golang.org/x/crypto/ssh"
)

// What is cut short, out of bounds, or meant to hurt.

// sftpClient opens the sftp subsystem.
func sftpClient(t testing.TB, client *ssh.Client) *sftp.Client {
	t.Helper()
	c, err := sftp.NewClient(client)
	must(t, err)
	t.Cleanup(func() { _ = c.Close() })
	return c
}

// stays fails the test unless readers see the live post as it was, and the folder holds nothing new.
func (h *house) stays(t testing.TB) {
	t.Helper()
	if out, _, _ := said(t, h.dial(t, "reader"), "read live --source"); out != livePost {
		t.Errorf("readers see %q", out)
	}
	entries, err := os.ReadDir(h.posts)
	must(t, err)
	for _, e := range entries {
		if e.Name() != "live.md" && e.Name() != "secret.md" {
			t.Errorf("%s is in the folder", e.Name())
		}
	}
}

func TestCutTransfersChangeNothing(t *testing.T) {
	ada := newSigner(t)
	h := serve(t, usual(), nil, ada.PublicKey())
	for name, cut := range map[string]func(*ssh.Client){
		"sftp": func(client *ssh.Client) {
			file, err := sftpClient(t, client).OpenFile("live.md", os.O_WRONLY|os.O_CREATE|os.O_TRUNC)
			must(t, err)
			_, err = io.WriteString(file, goodPost)
			must(t, err)
		},
		"scp": func(client *ssh.Client) {
			session, err := client.NewSession()
			must(t, err)
			in, err := session.StdinPipe()
			must(t, err)
			out, err := session.StdoutPipe()
			must(t, err)
			must(t, session.Start("scp -t live.md"))
			_, err = io.ReadFull(out, make([]byte, 1))
			must(t, err)
			_, err = fmt.Fprintf(in, "C0644 %d live.md\n", len(goodPost))
			must(t, err)
			_, err = io.ReadFull(out, make([]byte, 1))
			must(t, err)
			_, err = io.WriteString(in, goodPost[:len(goodPost)-1])
			must(t, err)
		},
		"publish": func(client *ssh.Client) {
			session, err := client.NewSession()
			must(t, err)
			in, err := session.StdinPipe()
			must(t, err)
			must(t, session.Start("publish live.md"))
			_, err = io.WriteString(in, goodPost)
			must(t, err)
		},
	} {
		t.Run(name, func(t *testing.T) {
			client := h.dial(t, "ada", ssh.PublicKeys(ada))
			cut(client)
			must(t, client.Close())
			eventually(t, func() bool {
				return goroutinesIn("postern/internal/upload") == 0 && goroutinesIn("postern/internal/command") == 0
			},
				func() string { return "the session outlives its client" })
			h.stays(t)
		})
	}
}

func TestNamesThatLeadOut(t *testing.T) {
	h, client := authored(t, nil)
	outside := filepath.Join(t.TempDir(), "secret.md")
	must(t, os.WriteFile(outside, []byte("secret"), 0o644))
	must(t, os.Mkdir(filepath.Join(h.posts, "real"), 0o755))
	for name, target := range map[string]string{"out.md": outside, "outdir": filepath.Dir(outside), "indir": "real", "in.md": "live.md"} {
		must(t, os.Symlink(target, filepath.Join(h.posts, name)))
	}
	c := sftpClient(t, client)
	write := func(name string) error {
		file, err := c.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_TRUNC)
		if err != nil {
			return err
		}
		_, err = io.WriteString(file, goodPost)
		must(t, err)
		return file.Close()
	}
	for _, name := range []string{".history", ".history/x.md", ".bashrc", "sub/.git/x.md", "outdir/x.md", "indir/x.md", "a\x1b[2J.md", "a\nb.md", "bad\xff.md",
		strings.Repeat("n", 253) + ".md", "live.md/x.md", "real"} {
		if err := write(name); err == nil {
			t.Errorf("%q was taken", name)
		}
	}
	for _, name := range []string{"out.md", "outdir/secret.md", ".history", "../../../../etc/passwd", "indir"} {
		if file, err := c.Open(name); err == nil {
			data, err := io.ReadAll(file)
			t.Errorf("%q reads %q, %v", name, data, err)
		}
	}
	must(t, write("out.md")) // in the place of the link
	if data, err := os.ReadFile(outside); err != nil || string(data) != "secret" {
		t.Errorf("outside: %q, %v", data, err)
	}
	must(t, write("../../up.md")) // nothing is above the top
	must(t, write(strings.Repeat("n", 252)+".md"))
	if data, err := os.ReadFile(filepath.Join(h.posts, "up.md")); err != nil || string(data) != goodPost {
		t.Errorf("%q, %v", data, err)
	}
	for _, err := range []error{c.Symlink("/etc/passwd", "x.md"), c.Link("live.md", "x.md"), c.Rename("live.md", ".x"), c.Mkdir(".x"), c.Mkdir("a/b/c"), c.RemoveDirectory("."), c.Remove(".history")} {
		if err == nil {
			t.Error("it was done")
		}
	}
	entries, err := os.ReadDir(filepath.Dir(outside))
	must(t, err)
	if len(entries) != 1 {
		t.Errorf("outside: %v", entries)
	}
}

// TestWhatIsNoFileOfItsOwn has things in the folder of posts that came there by other means.
func TestWhatIsNoFileOfItsOwn(t *testing.T) {
	needs(t, "scp", "sftp", "rsync", "ssh")
	b := atWork(t, map[string]string{"one.md": livePost})
	in := func(name string) string { return filepath.Join(b.posts, name) }
	must(t, os.Link(in("one.md"), in("other.md")))
	must(t, syscall.Mkfifo(in("pipe.md"), 0o600))
	names := []string{"pipe.md", "socket.md"}
	ln, err := net.Listen("unix", in("socket.md"))
	must(t, err)
	defer func() { _ = ln.Close() }()
	if err := syscall.Mknod(in("null.md"), syscall.S_IFCHR|0o600, 1<<8|3); err == nil { // this machine lets us make one
		names = append(names, "null.md")
	}
	b.write(t, "rain.md", goodPost)
	for _, name := range names {
		b.sftp(t, "ada", "get "+name+"\n").bad(t)
		b.scp(t, "-O", "ada@localhost:"+name, "got").bad(t)
		b.rsync(t, "-a", "ada@localhost:"+name, "got").bad(t)
		b.scp(t, "rain.md", "ada@localhost:"+name).good(t, name+": Rain at last: live")
		if info, err := os.Lstat(in(name)); err != nil || !info.Mode().IsRegular() || b.there(t, name) != goodPost {
			t.Errorf("%s: %v, %v", name, info, err)
		}
	}
	b.rsync(t, "-a", "rain.md", "ada@localhost:other.md").good(t)
	if b.there(t, "one.md") != livePost || b.there(t, "other.md") != goodPost {
		t.Error("both names of one file were changed")
	}
	b.write(t, "_index.md", "---\ntitle: The Gate\n---\nWelcome.\n")
	b.scp(t, "_index.md", "ada@localhost:").good(t, "_index.md: the blog's own words are changed")
	b.scp(t, "_index.md", "ada@localhost:sub/_index.md").good(t, "sub/_index.md: kept beside the posts")
	b.write(t, "_index.md", "---\ntitle: \"\n---\n")
	for _, flag := range []string{"-s", "-O"} {
		b.scp(t, flag, "_index.md", "ada@localhost:").bad(t, "_index.md:3:")
	}
	if out, _, _ := said(t, b.dial(t, "reader"), "about"); !strings.HasPrefix(out, "The Gate\n\nWelcome.\n") {
		t.Errorf("about: %q", out)
	}
}

func TestOpenFilesAreBounded(t *testing.T) {
	h, ada := authored(t, nil)
	for name, client := range map[string]*ssh.Client{"reader": h.dial(t, "reader"), "author": ada} {
		c := sftpClient(t, client)
		opened := 0
		for range 1000 {
			if _, err := c.Open("live.md"); err == nil {
				opened++
			}
		}
		if opened > 64 {
			t.Errorf("%s: %d files open", name, opened)
		}
	}
	before := heap()
	c := sftpClient(t, ada)
	var files []*sftp.File
	for n := range 20 {
		file, err := c.Create(fmt.Sprintf("%d.png", n))
		must(t, err)
		_, _ = file.WriteAt([]byte("x"), 8<<20-1)
		if _, err := file.WriteAt([]byte("x"), 8<<20); err == nil {
			t.Error("more than a file may have")
		}
		if _, err := file.WriteAt([]byte("x"), 1<<62); err == nil {
			t.Error("more than any file may have")
		}
		files = append(files, file)
	}
	grown(t, before, 100<<20)
	for _, file := range files { // clients close what they could not write
		if err := file.Close(); err == nil {
			t.Errorf("%s was taken without its end", file.Name())
		}
	}
	h.stays(t)
}

func TestStandingTransfersAreClosed(t *testing.T) {
	limits := usual()
	limits.Idle = 300 * time.Millisecond
	ada := newSigner(t)
	h := serve(t, limits, nil, ada.PublicKey())
	for _, command := range []string{"scp -t .", "scp -f live.md", "rsync --server --sender -r . .", "rsync --server -r . ."} {
		client := h.dial(t, "ada", ssh.PublicKeys(ada))
		session, err := client.NewSession()
		must(t, err)
		_, err = session.StdinPipe()
		must(t, err)
		must(t, session.Start(command))
		ended := make(chan struct{})
		go func() {
			defer close(ended)
			_ = session.Wait() // how it ends is up to the command
		}()
		select {
		case <-ended:
		case <-time.After(20 * time.Second):
			t.Fatalf("%s: still there", command)
		}
	}
}

func TestPushDuringADrain(t *testing.T) {
	h, ada := authored(t, nil)
	c := sftpClient(t, ada)
	file, err := c.Create("rain.md")
	must(t, err)
	_, err = io.WriteString(file, goodPost[:40])
	must(t, err)
	pipe, intoPipe, _ := begun(t, ada, "publish pipe.md")
	_, err = io.WriteString(intoPipe, goodPost[:40])
	must(t, err)
	scp, intoSCP, fromSCP := begun(t, ada, "scp -t old.md")
	_, err = io.ReadFull(fromSCP, make([]byte, 1))
	must(t, err)
	_, err = fmt.Fprintf(intoSCP, "C0644 %d old.md\n%s", len(goodPost), goodPost[:40])
	must(t, err)
	_, err = io.ReadFull(fromSCP, make([]byte, 1))
	must(t, err)
	stopped := make(chan error, 1)
	go func() { stopped <- h.stop() }()
	eventually(t, func() bool { // until nothing new begins
		other, err := c.Create("other.md")
		if err == nil {
			_ = other.Close()
		}
		return err != nil
	}, func() string { return "new files are taken" })
	_, err = io.WriteString(file, goodPost[40:])
	must(t, err)
	must(t, file.Close())
	_, err = io.WriteString(intoPipe, goodPost[40:])
	must(t, errors.Join(err, intoPipe.Close(), pipe.Wait()))
	_, err = io.WriteString(intoSCP, goodPost[40:]+"\x00")
	must(t, errors.Join(err, intoSCP.Close(), scp.Wait()))
	must(t, <-stopped)
	for _, name := range []string{"rain.md", "pipe.md", "old.md"} {
		if data, err := os.ReadFile(filepath.Join(h.posts, name)); err != nil || string(data) != goodPost {
			t.Errorf("%s: %q, %v", name, data, err)
		}
	}
}

func TestSessionsAskedForDuringADrainAreTold(t *testing.T) {
	h, ada := authored(t, nil)
	file, err := sftpClient(t, ada).Create("rain.md") // what the drain waits for
	must(t, err)
	_, err = io.WriteString(file, goodPost)
	must(t, err)
	reader := h.dial(t, "reader")
	said(t, reader, "list")
	stopped := make(chan error, 1)
	go func() { stopped <- h.stop() }()
	told := func() string {
		session, err := reader.NewSession()
		if err == nil {
			_ = session.Close()
			return ""
		}
		return err.Error()
	}
	eventually(t, func() bool { return strings.Contains(told(), Closing.words()) }, func() string { return "sessions are let in" })
	_ = told()
	if n := h.told.refusals(Closing); n < 2 {
		t.Errorf("%d counted", n)
	}
	if n := strings.Count(h.log.String(), "reason=closing "); n != 1 {
		t.Errorf("%d lines: %s", n, h.log.String())
	}
	must(t, file.Close()) // and everyone else is served to the end
	must(t, <-stopped)
	if data, err := os.ReadFile(filepath.Join(h.posts, "rain.md")); err != nil || string(data) != goodPost {
		t.Errorf("%q, %v", data, err)
	}
}

// begun starts a command and returns both ends of it.
func begun(t *testing.T, client *ssh.Client, command string) (session *ssh.Session, in io.WriteCloser, out io.Reader) {
	t.Helper()
	session, err := client.NewSession()
	must(t, err)
	in, err = session.StdinPipe()
	must(t, err)
	out, err = session.StdoutPipe()
	must(t, err)
	must(t, session.Start(command))
	return session, in, out
}

func TestMountedFoldersEndWithADrain(t *testing.T) {
	h, ada := authored(t, nil)
	c := sftpClient(t, ada)
	_, err := c.ReadDir(".")
	must(t, err)
	started := time.Now()
	must(t, h.stop())
	if took := time.Since(started); took > 3*time.Second {
		t.Errorf("it took %s", took)
	}
}

func TestAnswersAreClean(t *testing.T) {
	h, ada := authored(t, nil)
	evil := "---\ntitle: \"\\e[2J\\x9b31m\\u202Eevil\"\ntags: [a]\ntags: [\"\\e]0;x\\a\"]\n---\n\nText.\n"
	out, errs, status := fed(t, ada, "publish evil.md", evil)
	if status != 0 || !strings.Contains(out, "evil.md: ") {
		t.Errorf("status %d, %q, %q", status, out, errs)
	}
	bad, badErrs, _ := fed(t, ada, "publish '\x1b[31mred.md'", evil)
	session, err := ada.NewSession()
	must(t, err)
	var said strings.Builder
	stderr, err := session.StderrPipe()
	must(t, err)
	in, err := session.StdinPipe()
	must(t, err)
	from, err := session.StdoutPipe()
	must(t, err)
	must(t, session.RequestSubsystem("sftp"))
	c, err := sftp.NewClientPipe(from, in)
	must(t, err)
	for _, name := range []string{"again.md", "bad\x1b[2J.md", ".x\u202E"} {
		file, err := c.Create(name)
		if err != nil {
			said.WriteString(err.Error())
			continue
		}
		_, err = io.WriteString(file, evil)
		must(t, err)
		_ = file.Close()
	}
	must(t, c.Close())
	_, err = io.Copy(&said, stderr)
	must(t, err)
	all := out + errs + bad + badErrs + said.String()
	if strings.ContainsAny(all, "\x1b\u009b\u202e\a") || !strings.Contains(said.String(), "again.md: ") {
		t.Errorf("%q", all)
	}
	if log := h.log.String(); strings.ContainsAny(log, "\x1b\u009b\u202e\a") {
		t.Errorf("log: %q", log)
	}
}
