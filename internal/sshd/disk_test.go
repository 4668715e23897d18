//go:build linux

package sshd

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// clients returns what pushes name under its own name, by the clients that are there.
func (b *bench) clients(t *testing.T) map[string]func(name string) ran {
	t.Helper()
	needs(t, "ssh", "scp", "sftp", "rsync", "curl")
	curl := []string{"-sS", "-k", "--key", b.key, "--pubkey", b.key + ".pub", "-u", "ada:"}
	must(t, os.WriteFile(b.key+".pub", []byte(b.run(t, "ssh-keygen", "-y", "-f", b.key).said), 0o600))
	return map[string]func(string) ran{
		"scp":    func(name string) ran { return b.scp(t, name, "ada@localhost:") },
		"scp -O": func(name string) ran { return b.scp(t, "-O", name, "ada@localhost:") },
		"sftp":   func(name string) ran { return b.sftp(t, "ada", "put "+name+"\n") },
		"rsync":  func(name string) ran { return b.rsync(t, "-I", name, "ada@localhost:") },
		"pipe": func(name string) ran {
			return b.runWith(t, b.here(t, name), "ssh", append(b.options(), "-p", b.port, "ada@localhost", "publish", name)...)
		},
		"curl": func(name string) ran {
			return b.run(t, "curl", append(curl, "-T", name, "sftp://localhost:"+b.port+"/")...)
		},
	}
}

// TestDiskThatTakesNothing tries a full disk, one that is read only, and a folder that is gone, with all clients.
func TestDiskThatTakesNothing(t *testing.T) {
	b := atWork(t, nil)
	if err := syscall.Mount("tmpfs", b.posts, "tmpfs", 0, "size=128k"); err != nil {
		t.Skipf("this machine lets nobody mount a small disk: %v", err)
	}
	defer func() {
		if err := syscall.Unmount(b.posts, syscall.MNT_DETACH); err != nil {
			t.Error(err)
		}
	}()
	b.put(t, "live.md", livePost)
	b.write(t, "live.md", goodPost+strings.Repeat("It rained. ", 20000))
	b.write(t, "small.md", goodPost)
	reader := b.dial(t, "reader")
	holds := func(client, name string, why ...string) {
		t.Helper()
		for way, push := range b.clients(t) {
			r := push(name)
			if way == "curl" { // which shows nothing
				r.bad(t)
			} else {
				r.bad(t, why...)
			}
			if out, _, status := said(t, reader, "read live --source"); status != 0 || out != livePost {
				t.Errorf("%s, %s: readers get status %d, %q", client, way, status, out)
			}
		}
	}
	holds("full", "live.md", "live.md: error: not published: the server's disk is full")
	for way, push := range b.clients(t) {
		if r := push("small.md"); r.status != 0 {
			t.Errorf("%s: there is room for a small one: %s", way, r.said)
		}
	}
	left, err := filepath.Glob(filepath.Join(b.posts, ".postern-*"))
	if err != nil || len(left) > 0 || b.there(t, "live.md") != livePost {
		t.Errorf("%q is left, %v", left, err)
	}
	must(t, syscall.Mount("tmpfs", b.posts, "tmpfs", syscall.MS_REMOUNT|syscall.MS_RDONLY, "size=128k"))
	b.write(t, "small.md", goodPost+"More.\n")
	holds("read only", "small.md", "small.md: error: not published: the server may not write into its folder of posts")
	must(t, syscall.Unmount(b.posts, syscall.MNT_DETACH))
	must(t, os.RemoveAll(b.posts))
	holds("gone", "small.md", "small.md: error: not published: the server's folder of posts is gone")
	must(t, os.Mkdir(b.posts, 0o755))
	must(t, syscall.Mount("tmpfs", b.posts, "tmpfs", 0, "size=128k"))
	for way, push := range b.clients(t) {
		if r := push("small.md"); r.status != 0 {
			t.Errorf("%s: the folder is back: %s", way, r.said)
		}
	}
}
