package sshd

import (
	"fmt"
	"maps"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/crypto/ssh"

	"postern/internal/blog"
)

// hostKey returns the fingerprint of the house's host key.
func (b *bench) hostKey(t testing.TB) string {
	t.Helper()
	found := ""
	client, err := ssh.Dial("tcp", b.addr, &ssh.ClientConfig{User: "r", HostKeyCallback: func(_ string, _ net.Addr, key ssh.PublicKey) error {
		found = ssh.FingerprintSHA256(key)
		return nil
	}})
	must(t, err)
	must(t, client.Close())
	return found
}

// putty returns the options of PuTTY's programs, with the key in the form that they read.
func (b *bench) putty(t testing.TB) []string {
	t.Helper()
	needs(t, "puttygen")
	ppk := b.key + ".ppk"
	if r := b.run(t, "puttygen", b.key, "-O", "private", "-o", ppk); r.status != 0 {
		t.Fatal(r.said)
	}
	return []string{"-batch", "-hostkey", b.hostKey(t), "-P", b.port, "-i", ppk}
}

func TestPSCP(t *testing.T) {
	needs(t, "pscp")
	for _, protocol := range []string{"-sftp", "-scp"} {
		t.Run(protocol, func(t *testing.T) {
			b := atWork(t, nil)
			options := append(b.putty(t), protocol)
			pscp := func(args ...string) ran { t.Helper(); return b.run(t, "pscp", append(options, args...)...) }
			b.write(t, "rain.md", goodPost)
			b.write(t, "with blank.md", goodPost)
			b.write(t, "bad.md", badPost)
			b.write(t, "sub/雨.md", goodPost)
			b.write(t, "open.md", "---\ntitle: Never closed\n\nText.\n")
			pscp("rain.md", "ada@localhost:").good(t, "rain.md: Rain at last: live")
			pscp("rain.md", "ada@localhost:other.md").good(t, "other.md: Rain at last: live")
			pscp("with blank.md", "ada@localhost:").good(t)
			pscp("-r", "sub", "ada@localhost:").good(t)
			pscp("bad.md", "ada@localhost:").bad(t, "bad.md:3:7: error: date")
			pscp("bad.md", "ada@localhost:rain.md").bad(t, "rain.md:3:7: error: date")
			pscp("open.md", "ada@localhost:").bad(t, "open.md:1:1: error: ")
			pscp("ada@localhost:rain.md", "back.md").good(t)
			for _, name := range []string{"rain.md", "other.md", "with blank.md", "sub/雨.md"} {
				if b.there(t, name) != goodPost {
					t.Errorf("%s is not what was pushed", name)
				}
			}
			if b.here(t, "back.md") != goodPost {
				t.Error("it does not come back")
			}
			pscp("rain.md", "reader@localhost:x.md").bad(t, "only authors")
		})
	}
}

func TestPSFTP(t *testing.T) {
	needs(t, "psftp")
	b := atWork(t, nil)
	options := append(b.putty(t), "-b", "/dev/stdin", "ada@localhost")
	b.write(t, "rain.md", goodPost)
	b.write(t, "bad.md", badPost)
	b.runWith(t, "put rain.md\nmkdir sub\nmv rain.md \"sub/with blank.md\"\nls sub\nget \"sub/with blank.md\" back.md\n", "psftp", options...).
		good(t, "rain.md: Rain at last: live", "with blank.md")
	if b.there(t, "sub/with blank.md") != goodPost || b.here(t, "back.md") != goodPost {
		t.Error("it is not what was pushed")
	}
	b.write(t, "open.md", "---\ntitle: Never closed\n\nText.\n")
	b.write(t, "long.md", goodPost+strings.Repeat("It rained. ", 20000))
	b.runWith(t, "put bad.md\n", "psftp", options...).bad(t, "bad.md:3:7: error: date")
	options = append([]string{"-be"}, options...) // what follows an error is done as well
	b.runWith(t, "put open.md\nput long.md\nput bad.md\nput rain.md\n", "psftp", options...).
		says(t, "open.md:1:1: error: ", "long.md: Rain at last: live", "bad.md:3:7: error: date", "rain.md: Rain at last: live")
	if b.there(t, "long.md") != b.here(t, "long.md") {
		t.Error("it is not what was pushed")
	}
}

func TestLFTP(t *testing.T) {
	needs(t, "lftp", "ssh")
	b := atWork(t, nil)
	lftp := func(script string) ran {
		t.Helper()
		connect := "ssh -a -x " + strings.Join(b.options(), " ")
		return b.run(t, "lftp", "--norc", "-c", fmt.Sprintf("set cmd:fail-exit yes; set net:max-retries 1; set net:timeout 10; set sftp:connect-program '%s'; open -p %s sftp://ada:x@localhost; %s", connect, b.port, script))
	}
	b.somePosts(t, "posts")
	b.write(t, "rain.md", goodPost)
	b.write(t, "bad.md", badPost)
	lftp("put rain.md; mirror -R posts copy; mirror copy back; mv rain.md snow.md; cat snow.md").good(t, "It began at four")
	same(t, filepath.Join(b.dir, "posts"), filepath.Join(b.posts, "copy"))
	same(t, filepath.Join(b.dir, "posts"), filepath.Join(b.dir, "back"))
	lftp("put bad.md").bad(t, "bad.md:3:7: error: date")
	lftp("set xfer:use-temp-file yes; put rain.md; rm snow.md").good(t)
	if b.there(t, "rain.md") != goodPost {
		t.Error("a temporary file did not become a post")
	}
}

func TestRclone(t *testing.T) {
	needs(t, "rclone")
	b := atWork(t, nil)
	rclone := func(user string, args ...string) ran {
		t.Helper()
		return b.run(t, "rclone", append(args, "--config", "/dev/null", "--retries", "1", "--low-level-retries", "1", "--sftp-host", "localhost", "--sftp-port", b.port,
			"--sftp-user", user, "--sftp-key-file", b.key, "--sftp-set-modtime=true", "--sftp-shell-type", "none")...)
	}
	b.somePosts(t, "posts")
	b.write(t, "bad/bad.md", badPost)
	rclone("ada", "sync", "posts", ":sftp:copy").good(t)
	same(t, filepath.Join(b.dir, "posts"), filepath.Join(b.posts, "copy"))
	rclone("ada", "check", "posts", ":sftp:copy").good(t)
	rclone("ada", "copy", ":sftp:copy", "back").good(t)
	same(t, filepath.Join(b.dir, "posts"), filepath.Join(b.dir, "back"))
	rclone("ada", "copy", "bad", ":sftp:").bad(t, "bad.md:3:7: error: date")
	must(t, os.RemoveAll(filepath.Join(b.dir, "posts", "sub folder")))
	rclone("ada", "sync", "posts", ":sftp:copy").good(t)
	same(t, filepath.Join(b.dir, "posts"), filepath.Join(b.posts, "copy"))
}

// curl runs curl as the author, with its key.
func (b *bench) curl(t *testing.T, args ...string) ran {
	t.Helper()
	if _, err := os.Stat(b.key + ".pub"); err != nil {
		if r := b.run(t, "curl", "--version"); !strings.Contains(r.said, "sftp") {
			needs(t, "curl with sftp")
		}
		r := b.run(t, "ssh-keygen", "-y", "-f", b.key)
		must(t, os.WriteFile(b.key+".pub", []byte(r.said), 0o600))
	}
	return b.run(t, "curl", append([]string{"-sS", "-k", "--key", b.key, "--pubkey", b.key + ".pub", "-u", "ada:"}, args...)...)
}

func TestCurl(t *testing.T) {
	needs(t, "curl")
	b := atWork(t, nil)
	curl := func(args ...string) ran { t.Helper(); return b.curl(t, args...) }
	b.write(t, "rain.md", goodPost)
	b.write(t, "bad.md", badPost)
	at := "sftp://localhost:" + b.port + "/"
	curl("-T", "rain.md", at).good(t)
	curl("-T", "rain.md", at+"with%20blank.md").good(t)
	curl(at+"rain.md").good(t, "It began at four")
	curl("-T", "bad.md", at+"rain.md").bad(t)
	b.write(t, "open.md", "---\ntitle: Never closed\n\nText.\n")
	curl("-T", "open.md", at+"rain.md").bad(t)
	if b.there(t, "rain.md") != goodPost || b.there(t, "with blank.md") != goodPost {
		t.Error("it is not what was pushed")
	}
	for name, text := range map[string]string{ // which curl sends in several pieces
		"cjk.md": goodPost + strings.Repeat("雨が降った。", 20000), "picture.png": strings.Repeat("\x89PNG\r\n\x1a\n\x00\xff", 20000), "bare.md": "# Rain\n\n" + strings.Repeat("Rain. ", 20000),
		"head.md": "---\ntitle: A long one\nsummary: \"" + strings.Repeat("word ", 10000) + "\"\n---\n\nText.\n", "crlf.md": strings.ReplaceAll(goodPost, "\n", "\r\n"),
	} {
		b.write(t, name, text)
		for range 3 { // the pieces may be taken in any order
			curl("-T", name, at).good(t)
		}
		b.write(t, "half", text[:100])
		curl("-T", "half", at+name+".txt").good(t)
		curl("-C", "-", "-T", name, at+name+".txt").good(t)
		if b.there(t, name) != text || b.there(t, name+".txt") != text {
			t.Errorf("%s is not what was pushed", name)
		}
	}
	for name, text := range map[string]string{ // what is wrong is at the end, or nowhere
		"open.md": "---\ntitle: \"" + strings.Repeat("Never closed ", 20000), "binary.md": "PK\x03\x04" + strings.Repeat("\x00\xff\xfe", 20000), "large.png": strings.Repeat("x", 8<<20+1),
	} {
		b.write(t, name, text)
		curl("-T", name, at+"rain.md").bad(t)
	}
	must(t, os.RemoveAll(b.posts))
	curl("-T", "rain.md", at+"rain.md").bad(t)
	for _, want := range []string{"refused post=rain.md", "the file is larger than 8 MiB", "folder of posts is gone"} {
		if !strings.Contains(b.log.String(), want) {
			t.Errorf("no %q in the log", want)
		}
	}
}

func TestCurlHearsOfLimits(t *testing.T) {
	needs(t, "curl")
	for want, limits := range map[string]blog.Limits{"may have no more": {Files: 3}, "files in a minute": {PerMinute: 1}} {
		b := atWorkWithin(t, limits, nil)
		b.write(t, "rain.md", goodPost)
		at := "sftp://localhost:" + b.port + "/"
		b.curl(t, "-T", "rain.md", at+"rain.md").good(t)
		b.curl(t, "-T", "rain.md", at+"another.md").bad(t)
		b.write(t, "even.md", goodPost+strings.Repeat("x", 32<<10-len(goodPost))) // of whose end nobody knows
		b.curl(t, "-T", "even.md", at+"another.md").bad(t)
		if !strings.Contains(b.log.String(), want) {
			t.Errorf("no %q in the log", want)
		}
	}
}

// TestAppendedPiecesKeepTheirOrder is about transfers that go on where they were cut: all their pieces are to go to the
// end, and many are under way at once.
func TestAppendedPiecesKeepTheirOrder(t *testing.T) {
	needs(t, "sftp")
	b := atWork(t, nil)
	var text strings.Builder
	for n := range 100000 {
		fmt.Fprintf(&text, "Line %d.\n", n)
	}
	b.write(t, "long.md", goodPost+text.String())
	for range 3 {
		must(t, os.WriteFile(filepath.Join(b.posts, "long.md"), []byte((goodPost + text.String())[:1000]), 0o644))
		b.sftp(t, "ada", "reput long.md\n").good(t)
		if b.there(t, "long.md") != b.here(t, "long.md") {
			t.Fatal("it is not what was pushed")
		}
	}
}

func TestSSHFS(t *testing.T) {
	needs(t, "sshfs", "fusermount3", "ssh")
	b := atWork(t, nil)
	if _, err := os.Stat("/dev/fuse"); err != nil {
		t.Skip("this machine has no /dev/fuse")
	}
	mount := filepath.Join(t.TempDir(), "mount")
	must(t, os.Mkdir(mount, 0o755))
	b.write(t, "seen", "")
	r := b.run(t, "sshfs", "-p", b.port, "-o", "IdentityFile="+b.key+",StrictHostKeyChecking=no,UserKnownHostsFile=/dev/null,LogLevel=ERROR", "ada@localhost:", mount)
	if r.status != 0 {
		t.Skipf("this machine lets nobody mount: %s", r.said)
	}
	defer func() { b.run(t, "fusermount3", "-u", mount).good(t) }()
	in := func(name string) string { return filepath.Join(mount, name) }
	published := func(t *testing.T, name, want string) {
		t.Helper()
		eventually(t, func() bool {
			data, err := os.ReadFile(filepath.Join(b.posts, name))
			return err == nil && string(data) == want
		},
			func() string { return name + " is not published as it was written" })
	}
	if data, err := os.ReadFile(in("live.md")); err != nil || string(data) != livePost {
		t.Errorf("%q, %v", data, err)
	}
	must(t, os.WriteFile(in("rain.md"), []byte(goodPost), 0o644)) // written anew
	published(t, "rain.md", goodPost)
	must(t, os.WriteFile(in("rain.md"), []byte(goodPost+"More.\n"), 0o644)) // emptied first
	published(t, "rain.md", goodPost+"More.\n")
	file, err := os.OpenFile(in("rain.md"), os.O_WRONLY|os.O_APPEND, 0)
	must(t, err)
	_, err = file.WriteString("And more.\n")
	must(t, err)
	must(t, file.Close())
	published(t, "rain.md", goodPost+"More.\nAnd more.\n")
	must(t, os.WriteFile(in(".rain.md.Ab12Cd"), []byte(goodPost), 0o644)) // as rsync and editors do
	must(t, os.Rename(in(".rain.md.Ab12Cd"), in("rain.md")))
	published(t, "rain.md", goodPost)
	must(t, os.Mkdir(in("sub"), 0o755))
	must(t, os.Rename(in("rain.md"), in("sub/snow.md")))
	published(t, "sub/snow.md", goodPost)
	when := time.Unix(1600000000, 0)
	must(t, os.Chtimes(in("sub/snow.md"), when, when))
	if info, err := os.Stat(filepath.Join(b.posts, "sub/snow.md")); err != nil || !info.ModTime().Equal(when) {
		t.Errorf("%v, %v", info, err)
	}
	if err := os.WriteFile(in("sub/snow.md"), []byte(badPost), 0o644); err == nil {
		t.Error("a bad post was taken")
	}
	published(t, "sub/snow.md", goodPost)
	must(t, os.Remove(in("sub/snow.md")))
	must(t, syscall.Rmdir(in("sub")))
	for name, command := range map[string][]string{
		"vim":   {"-Nu", "NONE", "-es", "-c", "%s/four/five/", "-c", "x"},
		"sed":   {"-i", "s/four/five/"},
		"ed":    {"-s"},
		"rsync": {"-aI", filepath.Join(b.dir, "edited.md")},
	} {
		t.Run(name, func(t *testing.T) {
			needs(t, name)
			edited := strings.Replace(goodPost, "four", "five", 1)
			b.write(t, "edited.md", edited)
			must(t, os.WriteFile(in(name+".md"), []byte(goodPost), 0o644))
			published(t, name+".md", goodPost)
			b.runWith(t, "s/x/x/\n,s/four/five/\nw\nq\n", name, append(command, in(name+".md"))...)
			published(t, name+".md", edited)
		})
	}
	must(t, os.Rename(in("ed.md"), in("ed.md~"))) // as editors do that keep what was
	must(t, os.WriteFile(in("ed.md"), []byte(goodPost), 0o644))
	published(t, "ed.md", goodPost)
	must(t, os.Remove(in("ed.md~")))
	if out, _, _ := said(t, b.author(t), "history ed.md"); strings.Count(out, "\n") != 2 {
		t.Errorf("history of a file that was renamed and written anew: %q", out)
	}
	if left := slices.Sorted(maps.Keys(tree(t, b.posts))); !slices.Equal(left, []string{"ed.md", "live.md", "rsync.md", "secret.md", "sed.md", "vim.md"}) {
		t.Errorf("the editors left %q", left)
	}
}

func TestPipes(t *testing.T) {
	for name, args := range map[string]func(*bench) []string{
		"ssh":   func(b *bench) []string { return append(b.options(), "-p", b.port, "ada@localhost") },
		"plink": func(b *bench) []string { return append(b.putty(t), "ada@localhost") },
		"dbclient": func(b *bench) []string {
			return []string{"-y", "-y", "-i", b.key + ".db", "-p", b.port, "ada@localhost"}
		},
	} {
		t.Run(name, func(t *testing.T) {
			needs(t, name)
			b := atWork(t, nil)
			if name == "dbclient" {
				needs(t, "dropbearconvert")
				if r := b.run(t, "dropbearconvert", "openssh", "dropbear", b.key, b.key+".db"); r.status != 0 {
					t.Fatal(r.said)
				}
			}
			b.runWith(t, goodPost, name, append(args(b), "publish", "rain.md")...).good(t, "rain.md: Rain at last: live")
			b.runWith(t, badPost, name, append(args(b), "publish", "rain.md")...).bad(t, "rain.md:3:7: error: date")
			if b.there(t, "rain.md") != goodPost {
				t.Error("it is not what was pushed")
			}
		})
	}
}

// BenchmarkPushToScreen measures the time from the beginning of a push to the sight of it in a session that was open
// before, with 10,000 posts. The connection of the push stands already.
func BenchmarkPushToScreen(b *testing.B) {
	ada := newSigner(b)
	files := make(map[string]string)
	for n := range 10000 {
		files[fmt.Sprintf("post-%05d.md", n)] = fmt.Sprintf("---\ntitle: Post %d\ndate: 2025-01-%02d\n---\n\n", n, n%28+1) + strings.Repeat("Some words that somebody wrote. ", 30)
	}
	h := serve(b, usual(), files, ada.PublicKey())
	w := look(b, h.dial(b, "reader"), 80, 24, "")
	w.see(b, "The live one")
	c := sftpClient(b, h.dial(b, "ada", ssh.PublicKeys(ada)))
	for n := 0; b.Loop(); n++ {
		title := fmt.Sprintf("Fresh %d", n)
		file, err := c.Create("fresh.md")
		must(b, err)
		_, err = fmt.Fprintf(file, "---\ntitle: %s\ndate: 2026-11-%02d\n---\n\nText.\n", title, n%20+1)
		must(b, err)
		must(b, file.Close())
		w.see(b, title)
	}
}
