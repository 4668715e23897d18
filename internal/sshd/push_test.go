package sshd

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"encoding/pem"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/crypto/ssh"

	"postern/internal/blog"
)

// The programs that people push and fetch with, as they are installed, against a real listener.

// bench is a house with the author ada, and a folder from which ada pushes.
type bench struct {
	*house
	dir  string // ada's files
	key  string // ada's private key
	port string
}

// atWork opens a house and a folder with ada's key beside it.
func atWork(t testing.TB, files map[string]string) *bench {
	t.Helper()
	return atWorkWithin(t, blog.Limits{}, files)
}

// atWorkWithin is atWork where there are limits to what can be pushed.
func atWorkWithin(t testing.TB, limits blog.Limits, files map[string]string) *bench {
	t.Helper()
	_, private, err := ed25519.GenerateKey(rand.Reader)
	must(t, err)
	signer, err := ssh.NewSignerFromKey(private)
	must(t, err)
	block, err := ssh.MarshalPrivateKey(private, "ada")
	must(t, err)
	b := &bench{house: serveWithin(t, usual(), limits, files, signer.PublicKey()), dir: t.TempDir(), key: filepath.Join(t.TempDir(), "key")}
	must(t, os.WriteFile(b.key, pem.EncodeToMemory(block), 0o600))
	_, b.port, err = net.SplitHostPort(b.addr)
	must(t, err)
	return b
}

// needs skips the test where one of programs is missing, or fails it where everything has to be there.
func needs(t testing.TB, programs ...string) {
	t.Helper()
	for _, p := range programs {
		if _, err := exec.LookPath(p); err == nil {
			continue
		}
		if os.Getenv("POSTERN_REQUIRE") != "" {
			t.Fatalf("%s is not installed", p)
		}
		t.Skipf("%s is not installed", p)
	}
}

// write puts a file into ada's folder.
func (b *bench) write(t testing.TB, name, content string) {
	t.Helper()
	path := filepath.Join(b.dir, name)
	must(t, os.MkdirAll(filepath.Dir(path), 0o755))
	must(t, os.WriteFile(path, []byte(content), 0o644))
}

// there returns what the server's folder of posts holds under name.
func (b *bench) there(t testing.TB, name string) string {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(b.posts, name))
	must(t, err)
	return string(data)
}

// here returns what ada's folder holds under name.
func (b *bench) here(t testing.TB, name string) string {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(b.dir, name))
	must(t, err)
	return string(data)
}

// options are those of OpenSSH for a host that nobody knows and no settings of the user.
func (b *bench) options() []string {
	return []string{"-F", "none", "-o", "StrictHostKeyChecking=no", "-o", "UserKnownHostsFile=/dev/null", "-o", "LogLevel=ERROR",
		"-o", "IdentitiesOnly=yes", "-i", b.key, "-o", "BatchMode=yes"}
}

// ran is what a program printed, on both its outputs, and returned.
type ran struct {
	said   string
	status int
}

// run runs a program in ada's folder for at most 30 seconds.
func (b *bench) run(t testing.TB, program string, args ...string) ran {
	t.Helper()
	return b.runWith(t, "", program, args...)
}

func (b *bench) runWith(t testing.TB, stdin, program string, args ...string) ran {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	c := exec.CommandContext(ctx, program, args...)
	var said bytes.Buffer
	c.Dir, c.Stdin, c.Stdout, c.Stderr = b.dir, strings.NewReader(stdin), &said, &said
	c.Env = append(os.Environ(), "HOME="+filepath.Dir(b.key), "SSH_AUTH_SOCK=", "LC_ALL=C.UTF-8")
	err := c.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatalf("%s: %v", program, err)
	}
	if ctx.Err() != nil {
		t.Fatalf("%s %q does not end: %s", program, args, said.String())
	}
	return ran{said.String(), c.ProcessState.ExitCode()}
}

// scp runs OpenSSH's scp.
func (b *bench) scp(t testing.TB, args ...string) ran {
	t.Helper()
	return b.run(t, "scp", append(append(b.options(), "-P", b.port), args...)...)
}

// sftp runs OpenSSH's sftp with a batch of commands.
func (b *bench) sftp(t testing.TB, user, batch string) ran {
	t.Helper()
	return b.runWith(t, batch, "sftp", append(append(b.options(), "-P", b.port), "-b", "-", user+"@localhost")...)
}

// good fails the test unless r ended well and said all of what.
func (r ran) good(t testing.TB, what ...string) {
	t.Helper()
	if r.status != 0 {
		t.Errorf("status %d: %s", r.status, r.said)
	}
	r.says(t, what...)
}

// bad fails the test unless r failed and said all of what.
func (r ran) bad(t testing.TB, what ...string) {
	t.Helper()
	if r.status == 0 {
		t.Errorf("it did not fail: %s", r.said)
	}
	r.says(t, what...)
}

func (r ran) says(t testing.TB, what ...string) {
	t.Helper()
	for _, w := range what {
		if !strings.Contains(r.said, w) {
			t.Errorf("no %q in: %s", w, r.said)
		}
	}
}

const (
	goodPost = "---\ntitle: Rain at last\ndate: 2026-11-19 06:10:00 +01:00\n---\n\nIt began at four in the morning.\n"
	badPost  = "---\ntitle: Rain\ndate: 02/03/2020\n---\n\nText.\n"
)

// awkward are names that are allowed and that clients or servers get wrong.
func awkward() []string {
	return []string{"with blank.md", "雨の日.md", "emoji ☂️.md", "100%41 %s.md", "-rf.md", "it's \"quoted\".md", "sub folder/in it.md", strings.Repeat("n", 252) + ".md"}
}

func TestSCP(t *testing.T) {
	needs(t, "scp")
	for name, flags := range map[string][]string{"new": {"-s"}, "old": {"-O"}} {
		t.Run(name, func(t *testing.T) { testSCP(t, flags) })
	}
}

func testSCP(t *testing.T, flags []string) {
	b := atWork(t, nil)
	scp := func(args ...string) ran { t.Helper(); return b.scp(t, append(flags, args...)...) }
	b.write(t, "rain.md", goodPost)
	b.write(t, "bad.md", badPost)
	scp("rain.md", "ada@localhost:").good(t, "rain.md: Rain at last: live, 1 min to read", "ssh://rain@localhost:"+b.port, "ssh -t -p "+b.port+" localhost read rain")
	scp("rain.md", "ada@localhost:other.md").good(t, "other.md: Rain at last")
	scp("rain.md", "ada@localhost:/third.md").good(t, "third.md: Rain at last")
	scp("bad.md", "ada@localhost:").bad(t, "bad.md:3:7: error: date: cannot read")
	scp("bad.md", "ada@localhost:rain.md").bad(t, "rain.md:3:7: error: date: cannot read")
	scp("rain.md", "ada@localhost:posts/").bad(t, "no such folder")
	scp("rain.md", "ada@localhost:/var/www/").bad(t, "no such folder")
	scp("rain.md", "ada@localhost:.hidden.md").bad(t, "hidden files are not taken")
	scp("rain.md", "reader@localhost:").bad(t, "only authors")
	for _, name := range []string{"rain.md", "other.md", "third.md"} {
		if b.there(t, name) != goodPost {
			t.Errorf("%s is not what was pushed", name)
		}
	}
	must(t, os.Chtimes(filepath.Join(b.dir, "rain.md"), time.Unix(1600000000, 0), time.Unix(1600000000, 0)))
	scp("-p", "rain.md", "ada@localhost:").good(t)
	if info, err := os.Stat(filepath.Join(b.posts, "rain.md")); err != nil || info.ModTime().Unix() != 1600000000 {
		t.Errorf("%v, %v: not the time that was pushed", info.ModTime(), err)
	}
	b.write(t, "rain.md", goodPost[:len(goodPost)-20])
	scp("rain.md", "ada@localhost:").good(t)
	if got := b.there(t, "rain.md"); got != goodPost[:len(goodPost)-20] {
		t.Errorf("a shorter version became %q", got)
	}
	if out, err := os.ReadDir(b.posts); err != nil || len(out) != 6 {
		t.Errorf("%v, %v", out, err)
	}
}

func TestSCPOfFolders(t *testing.T) {
	needs(t, "scp")
	for name, flags := range map[string][]string{"new": {"-s"}, "old": {"-O"}} {
		t.Run(name, func(t *testing.T) {
			b := atWork(t, nil)
			for n, name := range awkward() {
				b.write(t, "posts/"+name, strings.Replace(goodPost, "Rain at last", fmt.Sprint("Post ", n), 1))
			}
			b.write(t, "posts/photo.png", "\x89PNG\r\n\x1a\n\x00\xff")
			b.scp(t, append(flags, "-r", "posts", "ada@localhost:")...).good(t, "9 files taken: 1 beside the posts, 8 live")
			b.scp(t, append(flags, "-r", "posts", "ada@localhost:")...).good(t, "9 files taken: 1 beside the posts, 8 live")
			b.scp(t, append(flags, "-r", "ada@localhost:posts", "back")...).good(t)
			for _, name := range append(awkward(), "photo.png") {
				if want := b.here(t, "posts/"+name); b.there(t, "posts/"+name) != want || b.here(t, "back/"+name) != want {
					t.Errorf("%s is not what was pushed", name)
				}
			}
			b.write(t, "posts/bad.md", badPost)
			b.scp(t, append(flags, "-r", "posts", "ada@localhost:")...).bad(t, "bad.md:3:7: error: date", "9 files taken: 1 beside the posts, 8 live; 1 refused\n  posts/bad.md:3:7: error: date: cannot read")
		})
	}
}

func TestSFTPBatch(t *testing.T) {
	needs(t, "sftp")
	b := atWork(t, nil)
	b.write(t, "rain.md", goodPost)
	b.write(t, "bad.md", badPost)
	b.sftp(t, "ada", "put rain.md\nmkdir 2026\nput rain.md 2026/snow.md\nrename 2026/snow.md 2026/ice.md\nls 2026\nget 2026/ice.md back.md\n").
		good(t, "rain.md: Rain at last: live", "2026/ice.md")
	if b.there(t, "2026/ice.md") != goodPost || b.here(t, "back.md") != goodPost {
		t.Error("it is not what was pushed")
	}
	b.sftp(t, "ada", "put bad.md rain.md\n").bad(t, "rain.md:3:7: error: date: cannot read")
	b.sftp(t, "ada", "put rain.md .bashrc\n").bad(t, "hidden files are not taken")
	b.sftp(t, "ada", "rm 2026/ice.md\nrmdir 2026\n").good(t)
	b.sftp(t, "ada", "ls .history\n").bad(t)
	b.sftp(t, "ada", "ln -s /etc/passwd x.md\n").bad(t, "links are not taken")
	b.sftp(t, "ada", "get ../../etc/passwd\n").bad(t)
	b.sftp(t, "ada", "put rain.md ../../up.md\nls\n").good(t, "up.md") // the top is the top
	for _, name := range awkward() {
		b.write(t, "x.md", goodPost)
		quoted := strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(name)
		b.sftp(t, "ada", "-mkdir \"sub folder\"\nput x.md \"./"+quoted+"\"\n").good(t)
		if b.there(t, name) != goodPost {
			t.Errorf("%s is not what was pushed", name)
		}
	}
	b.write(t, "rain.md", goodPost+"More.\n")
	b.sftp(t, "ada", "reput rain.md\n").good(t)
	if got := b.there(t, "rain.md"); got != goodPost+"More.\n" {
		t.Errorf("resumed: %q", got)
	}
}

func TestReadersFetchWhatIsPublished(t *testing.T) {
	needs(t, "sftp", "scp")
	b := atWork(t, map[string]string{"2026/snow.md": goodPost})
	b.sftp(t, "reader", "ls\nls 2026\nget *.md\nget -r 2026\n").good(t, "live.md", "2026/snow.md")
	if b.here(t, "live.md") != livePost || b.here(t, "2026/snow.md") != goodPost {
		t.Error("it is not what is published")
	}
	for _, batch := range []string{"get secret.md\n", "get .history\n", "put live.md\n", "rm live.md\n", "rename live.md x.md\n", "mkdir x\n", "chmod 600 live.md\n", "put live.md x.md\n", "rmdir 2026\n", "ln -s a b\n"} {
		b.sftp(t, "reader", batch).bad(t)
	}
	if r := b.sftp(t, "reader", "ls -la\n"); strings.Contains(r.said, "secret") || strings.Contains(r.said, ".history") {
		t.Errorf("listed: %s", r.said)
	}
	b.scp(t, "reader@localhost:live.md", "fetched.md").good(t)
	b.scp(t, "-r", "reader@localhost:.", "all").good(t)
	if b.here(t, "fetched.md") != livePost || b.here(t, "all/2026/snow.md") != goodPost {
		t.Error("it is not what is published")
	}
	b.scp(t, "reader@localhost:secret.md", "fetched.md").bad(t)
	b.scp(t, "-O", "-rp", "reader@localhost:2026", "old").good(t)
	file, err := os.Stat(filepath.Join(b.dir, "old", "snow.md"))
	must(t, err)
	folder, err := os.Stat(filepath.Join(b.dir, "old"))
	must(t, err)
	if !folder.ModTime().Equal(file.ModTime()) {
		t.Errorf("a folder is of %s, the newest file in it of %s", folder.ModTime(), file.ModTime())
	}
}

func TestWhatIsWrongBesideOtherFilesIsToldWhenAllHaveCome(t *testing.T) {
	needs(t, "sftp", "ssh", "rsync")
	b := atWork(t, nil)
	about := func(date, text string) string { return "---\ntitle: T\ndate: " + date + "\n---\n\n" + text + "\n" }
	b.write(t, "trip/index.md", about("2026-01-02", "![a](z.png) [b](../b.md) ![c](none.png)"))
	b.write(t, "trip/z.png", string(view(t)))
	b.write(t, "trip/b.md", about("2026-01-02", "Text."))
	b.write(t, "x/rain.md", about("2026-02-02", "Text."))
	b.write(t, "y/rain.md", about("2020-02-02", "Text."))
	r := b.sftp(t, "ada", "put -r trip\nput trip/b.md\nput trip/index.md trip/index.md\n")
	r.good(t)
	if strings.Contains(r.said, "z.png, ") || strings.Contains(r.said, "z.png: there") || strings.Contains(r.said, "links to") || strings.Count(r.said, "picture none.png") != 1 {
		t.Errorf("sftp: %s", r.said)
	}
	b.rsync(t, "-a", "trip", "ada@localhost:away/").good(t, "index.md:6:")
	b.sftp(t, "ada", "mkdir x\nmkdir y\nput x/rain.md x/rain.md\nput y/rain.md y/rain.md\n").good(t,
		"x/rain.md: another file has the address rain now, and it is at", "  ssh://2026-02-02-rain@localhost")
}
