package sshd

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/pkg/sftp"
	"golang.org/x/crypto/ssh"
)

// pusher is an author at a connection of their own.
type pusher struct {
	*ssh.Client
	name string
	push func(name, text string) error
}

// pushers let so many authors in: every second of them pushes by sftp, the others by pipes.
func (h *house) pushers(t *testing.T, n int) []*pusher {
	t.Helper()
	key := newSigner(t)
	all := make([]*pusher, n)
	for i := range all {
		p := &pusher{name: fmt.Sprintf("author%02d", i)}
		must(t, os.WriteFile(filepath.Join(h.keys, "authors", p.name+".pub"), ssh.MarshalAuthorizedKey(key.PublicKey()), 0o600))
		all[i] = p
	}
	for i, p := range all {
		p.Client = h.dial(t, p.name, ssh.PublicKeys(key))
		p.push = p.pipe
		if i%2 == 0 {
			p.push = byFile(sftpClient(t, p.Client))
		}
	}
	return all
}

// pipe pushes by "publish NAME < FILE".
func (p *pusher) pipe(name, text string) error {
	session, err := p.NewSession()
	if err != nil {
		return err
	}
	defer func() { _ = session.Close() }()
	session.Stdin = strings.NewReader(text)
	return session.Run("publish " + name)
}

// byFile pushes by sftp.
func byFile(c *sftp.Client) func(name, text string) error {
	return func(name, text string) error {
		file, err := c.Create(name)
		if err != nil {
			return err
		}
		_, err = io.WriteString(file, text)
		return errors.Join(err, file.Close())
	}
}

// TestFiftyAuthorsPushAThousandFiles has one file that all of them push, while somebody reads.
func TestFiftyAuthorsPushAThousandFiles(t *testing.T) {
	const authors, files = 50, 20
	h := serve(t, usual(), nil, newSigner(t).PublicKey())
	text := func(p *pusher, n int) string {
		return fmt.Sprintf("---\ntitle: File %d by %s\ndate: 2026-01-02\n---\n\n%s\n", n, p.name, strings.Repeat(p.name+" wrote this. ", 300))
	}
	all := h.pushers(t, authors)
	reader, done, read := h.dial(t, "reader"), make(chan struct{}), make(chan int)
	go func() {
		times := 0
		for ; ; times++ {
			select {
			case <-done:
				read <- times
				return
			default:
			}
			if out, errs, status := said(t, reader, "read live --source"); status != 0 || out != livePost {
				t.Errorf("a reader gets status %d, %q, %q", status, out, errs)
			}
		}
	}()
	var pushing sync.WaitGroup
	for _, p := range all {
		pushing.Go(func() {
			for n := range files {
				name := fmt.Sprintf("%s/%02d.md", p.name, n)
				if n == 0 {
					name = "same.md"
				}
				if err := p.push(name, text(p, n)); err != nil {
					t.Errorf("%s: %v", name, err)
				}
			}
		})
	}
	pushing.Wait()
	close(done)
	if times := <-read; times < 10 {
		t.Errorf("somebody could read %d times", times)
	}
	same := make(map[string]bool)
	for _, p := range all {
		same[text(p, 0)] = true
		for n := 1; n < files; n++ {
			if data, err := os.ReadFile(filepath.Join(h.posts, p.name, fmt.Sprintf("%02d.md", n))); err != nil || string(data) != text(p, n) {
				t.Errorf("file %d of %s: %d bytes, %v", n, p.name, len(data), err)
			}
		}
	}
	versions, err := filepath.Glob(filepath.Join(h.posts, ".history", "same.md", "*"))
	must(t, err)
	for _, file := range append(versions, filepath.Join(h.posts, "same.md")) {
		data, err := os.ReadFile(file)
		must(t, err)
		if !same[string(data)] {
			t.Errorf("%s: not what one of them pushed, or twice", path.Base(file))
		}
		delete(same, string(data))
	}
	if len(same) > 0 {
		t.Errorf("%d versions of the file that all pushed are lost", len(same))
	}
	if out, _, _ := said(t, reader, "list"); strings.Count(out, "\n") != authors*(files-1)+2 {
		t.Errorf("%d posts are listed", strings.Count(out, "\n"))
	}
	for _, p := range all {
		if n := strings.Count(h.log.String(), "author="+p.name+" key=SHA256:"); n != files {
			t.Errorf("%d pushes of %s in the log", n, p.name)
		}
	}
}

func TestOptionsOfAKeySayWhoMayPushAndUntilWhen(t *testing.T) {
	key := newSigner(t)
	h := serve(t, usual(), nil, key.PublicKey())
	for _, test := range []struct {
		options string
		author  bool
		log     string
	}{
		{`from="127.0.0.0/8"`, true, ""},
		{`from="10.0.0.0/8"`, false, "not from there\" remote=127.0.0.0"},
		{`expiry-time="29990101"`, true, ""},
		{`expiry-time="20200101"`, false, "it expired at"},
		{`restrict,from="127.0.0.1",expiry-time="29990101"`, true, ""},
		{`command="date"`, false, "option not supported: command"},
	} {
		line := test.options + " " + string(ssh.MarshalAuthorizedKey(key.PublicKey()))
		must(t, os.WriteFile(filepath.Join(h.keys, "authors", "ada.pub"), []byte(line), 0o600))
		before := len(h.log.String())
		client := h.dial(t, "ada", ssh.PublicKeys(key), ssh.KeyboardInteractive(func(string, string, []string, []bool) ([]string, error) { return nil, nil }))
		_, errs, status := fed(t, client, "publish x.md", goodPost)
		if (status == 0) != test.author {
			t.Errorf("%s: status %d, %q", test.options, status, errs)
		}
		if log := h.log.String()[before:]; !strings.Contains(log, test.log) {
			t.Errorf("%s: no %q in the log: %s", test.options, test.log, log)
		}
	}
}
