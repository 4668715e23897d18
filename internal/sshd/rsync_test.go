package sshd

import (
	"fmt"
	"io/fs"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"
)

// rsync runs rsync over OpenSSH.
func (b *bench) rsync(t testing.TB, args ...string) ran {
	t.Helper()
	return b.run(t, "rsync", append([]string{"-e", "ssh " + strings.Join(b.options(), " ") + " -p " + b.port}, args...)...)
}

// tree returns what all files below dir hold, but for hidden ones.
func tree(t testing.TB, dir string) map[string]string {
	t.Helper()
	found := make(map[string]string)
	must(t, filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		name := strings.TrimPrefix(path, dir+"/")
		switch {
		case err != nil:
			return err
		case entry.IsDir() && strings.HasPrefix(entry.Name(), "."):
			return fs.SkipDir
		case entry.Type().IsRegular() && !strings.HasPrefix(entry.Name(), "."):
			data, err := os.ReadFile(path)
			found[name] = string(data)
			return err
		}
		return nil
	}))
	return found
}

// same fails the test unless the two folders hold the same.
func same(t testing.TB, want, got string) {
	t.Helper()
	w, g := tree(t, want), tree(t, got)
	if !maps.Equal(w, g) {
		t.Errorf("want %q, got %q", slices.Sorted(maps.Keys(w)), slices.Sorted(maps.Keys(g)))
	}
}

// somePosts puts posts with awkward names, and a picture, into a folder of ada's.
func (b *bench) somePosts(t testing.TB, folder string) {
	t.Helper()
	for n, name := range awkward() {
		b.write(t, folder+"/"+name, strings.Replace(goodPost, "Rain at last", fmt.Sprint("Post ", n), 1))
	}
	b.write(t, folder+"/photo.png", strings.Repeat("\x89PNG\r\n\x1a\n\x00\xff", 20000))
	for name := range tree(t, filepath.Join(b.dir, folder)) {
		must(t, os.Chtimes(filepath.Join(b.dir, folder, name), time.Unix(1600000000, 0), time.Unix(1600000000, 0)))
	}
}

func TestRsyncPushes(t *testing.T) {
	needs(t, "rsync", "ssh")
	for _, options := range [][]string{
		{"-a"}, {"-av"}, {"-avP"}, {"-ai"}, {"-ac"}, {"-rt"}, {"-r"}, {"-au"}, {"-a", "--delete"}, {"-a", "--delete-after"}, {"-a", "--delete-delay"},
		{"-a", "--delete-excluded"}, {"-a", "--stats"}, {"-a", "--info=progress2"}, {"-a", "--delay-updates"}, {"-a", "--partial-dir=.part"},
		{"-a", "--chmod=F600"}, {"-a", "--numeric-ids"}, {"-a", "--inplace"}, {"-aW"}, {"-aO"}, {"-a", "--timeout=20"}, {"-aL"}, {"-aS"}, {"-a", "--mkpath"},
		{"-a", "--no-o", "--no-g"}, {"-a", "--size-only"}, {"-aI"}, {"-a", "--old-args"},
	} {
		t.Run(strings.Join(options, " "), func(t *testing.T) {
			t.Parallel()
			b := atWork(t, nil)
			must(t, os.Remove(filepath.Join(b.posts, "live.md")))
			must(t, os.Remove(filepath.Join(b.posts, "secret.md")))
			b.somePosts(t, "posts")
			b.rsync(t, append(options, "posts/", "ada@localhost:")...).good(t, "9 files taken: 1 beside the posts, 8 live")
			same(t, filepath.Join(b.dir, "posts"), b.posts)
			r := b.rsync(t, append(options, "posts/", "ada@localhost:")...)
			r.good(t)
			keepsTime := !slices.Contains(options, "-r") && !slices.Contains(options, "-aI")
			if strings.Contains(r.said, "files taken") == keepsTime {
				t.Errorf("the second time: %s", r.said)
			}
		})
	}
}

func TestRsyncRefusals(t *testing.T) {
	needs(t, "rsync", "ssh")
	b := atWork(t, nil)
	b.write(t, "posts/rain.md", goodPost)
	for _, test := range []struct{ option, want string }{
		{"-az", "leave out -z"}, {"-aH", "option -H is not known"}, {"-aX", "option -X is not known"}, {"--append", "--append is not known"},
		{"-azz", "leave out -z"}, {"-avzP", "leave out -z"}, {"--compress", "leave out -z"}, {"-aA", "option -A is not known"}, {"-aR", "option -R is not known"}, {"-as", "option -s is not known"}, {"--remove-source-files", "--remove-source-files is not known"},
	} {
		b.rsync(t, test.option, "-r", "posts/", "ada@localhost:").bad(t, test.want)
	}
	b.rsync(t, "-a", "posts/", "reader@localhost:").bad(t, "only authors")
	if _, err := os.Stat(filepath.Join(b.posts, "rain.md")); err == nil {
		t.Error("something was taken")
	}
	b.write(t, "posts/bad.md", badPost)
	b.write(t, "posts/.hidden.md", goodPost)
	must(t, os.Symlink("/etc/passwd", filepath.Join(b.dir, "posts", "link.md")))
	must(t, syscall.Mkfifo(filepath.Join(b.dir, "posts", "pipe.md"), 0o600))
	devices := 2
	if err := syscall.Mknod(filepath.Join(b.dir, "posts", "null.md"), syscall.S_IFCHR|0o600, 1<<8|3); err == nil {
		devices = 3 // this machine lets us make one
	}
	must(t, os.Link(filepath.Join(b.dir, "posts", "rain.md"), filepath.Join(b.dir, "posts", "hard.md")))
	b.rsync(t, "-a", "posts/", "ada@localhost:").bad(t, "bad.md:3:7: error: date: cannot read", "2 files taken: 2 live; 1 refused", "hidden files and folders left out: 1", fmt.Sprint("links and devices left out: ", devices))
	got := slices.Sorted(maps.Keys(tree(t, b.posts)))
	if want := []string{"hard.md", "live.md", "rain.md", "secret.md"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestRsyncThatIsKilledChangesNothing(t *testing.T) {
	needs(t, "rsync", "ssh")
	for _, options := range [][]string{{"--inplace"}, {"-P"}} {
		b := atWork(t, nil)
		b.write(t, "live.md", goodPost+strings.Repeat("Words to come. ", 200000))
		args := append([]string{"-a", "--bwlimit=200", "-e", "ssh " + strings.Join(b.options(), " ") + " -p " + b.port}, append(options, "live.md", "ada@localhost:")...)
		c := exec.Command("rsync", args...)
		c.Dir = b.dir
		must(t, c.Start())
		eventually(t, func() bool { return goroutinesIn("upload.(*rsync).receiveFile") > 0 }, func() string { return "nothing is received" })
		must(t, c.Process.Kill())
		if err := c.Wait(); err == nil {
			t.Error("it came to its end")
		}
		eventually(t, func() bool { return goroutinesIn("postern/internal/upload") == 0 }, func() string { return "the session outlives its client" })
		b.stays(t)
		b.rsync(t, append([]string{"-a"}, append(options, "live.md", "ada@localhost:")...)...).good(t, "live.md: Rain at last: live")
		if b.there(t, "live.md") != b.here(t, "live.md") {
			t.Error("what is pushed again is not what was pushed")
		}
	}
}

func TestRsyncPlacesAndDeletes(t *testing.T) {
	needs(t, "rsync", "ssh")
	b := atWork(t, map[string]string{"old/a.md": goodPost, "old/b.md": goodPost, "keep/c.md": goodPost, "keep.png": "x"})
	b.write(t, "rain.md", goodPost)
	b.write(t, "posts/one.md", goodPost)
	b.write(t, "posts/sub/two.md", goodPost)
	b.rsync(t, "-a", "rain.md", "ada@localhost:").good(t, "rain.md: Rain at last: live")
	b.rsync(t, "-a", "rain.md", "ada@localhost:snow.md").good(t, "snow.md: Rain at last: live")
	b.rsync(t, "-a", "rain.md", "ada@localhost:old").good(t, "old/rain.md: Rain at last: live")
	b.rsync(t, "-a", "rain.md", "ada@localhost:new/").good(t, "new/rain.md: Rain at last: live")
	b.rsync(t, "-a", "rain.md", "ada@localhost:../../up.md").good(t, "up.md: Rain at last: live")
	b.rsync(t, "-a", "rain.md", "ada@localhost:/top.md").good(t, "top.md: Rain at last: live")
	b.rsync(t, "-a", "rain.md", "ada@localhost:.history/").bad(t, "hidden files are not taken")
	b.rsync(t, "-a", "posts", "ada@localhost:").good(t)
	b.rsync(t, "-a", "--delete", "--max-delete=0", "posts/sub/", "ada@localhost:old").bad(t, "--max-delete is 0")
	b.rsync(t, "-ai", "--delete", "posts/sub/", "ada@localhost:old").good(t, "deleting old/a.md", "3 removed")
	b.rsync(t, "-an", "-v", "--delete", "posts/", "ada@localhost:").good(t, "deleting keep/c.md")
	b.rsync(t, "-a", "--delete", "--max-delete=1", "posts/", "ada@localhost:").bad(t, "--max-delete is 1")
	if b.there(t, "keep/c.md") != goodPost {
		t.Error("removed what was not to be removed")
	}
	b.rsync(t, "-a", "--delete", "--exclude=/keep/", "--exclude=*.png", "posts/", "ada@localhost:").good(t)
	got := slices.Sorted(maps.Keys(tree(t, b.posts)))
	if want := []string{"keep.png", "keep/c.md", "one.md", "sub/two.md"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	if _, err := os.Stat(filepath.Join(b.posts, ".history", "old", "a.md")); err != nil {
		t.Errorf("what was removed is not kept: %v", err)
	}
}

func TestRsyncOptionsThatChoose(t *testing.T) {
	needs(t, "rsync", "ssh")
	b := atWork(t, nil)
	old, new := time.Unix(1500000000, 0), time.Unix(1600000000, 0)
	put := func(text string, when time.Time) {
		b.write(t, "a.md", text)
		must(t, os.Chtimes(filepath.Join(b.dir, "a.md"), when, when))
	}
	holds := func(want string) {
		t.Helper()
		if got := b.there(t, "a.md"); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
	put("# One\n", new)
	b.rsync(t, "-a", "a.md", "ada@localhost:").good(t)
	put("# Two, older\n", old)
	b.rsync(t, "-au", "a.md", "ada@localhost:").good(t)
	holds("# One\n")
	b.rsync(t, "-a", "--ignore-existing", "a.md", "ada@localhost:").good(t)
	holds("# One\n")
	b.rsync(t, "-an", "a.md", "ada@localhost:").good(t)
	holds("# One\n")
	put("# Six\n", new)
	b.rsync(t, "-a", "a.md", "ada@localhost:").good(t)
	holds("# One\n") // as long and as old
	b.rsync(t, "-ac", "a.md", "ada@localhost:").good(t)
	holds("# Six\n")
	b.rsync(t, "-a", "--existing", "a.md", "ada@localhost:b.md").good(t)
	if _, err := os.Stat(filepath.Join(b.posts, "b.md")); err == nil {
		t.Error("--existing made a file")
	}
}

func TestRsyncFetches(t *testing.T) {
	needs(t, "rsync", "ssh")
	b := atWork(t, map[string]string{"2026/snow.md": goodPost, "2026/deep/er.md": goodPost, "photo.png": "x"})
	b.rsync(t, "-a", "reader@localhost:", "all/").good(t)
	if got, want := slices.Sorted(maps.Keys(tree(t, filepath.Join(b.dir, "all")))), []string{"2026/deep/er.md", "2026/snow.md", "live.md"}; !slices.Equal(got, want) {
		t.Errorf("a reader got %q, want %q", got, want)
	}
	if b.here(t, "all/live.md") != livePost {
		t.Error("it is not what is published")
	}
	for _, options := range [][]string{{"-a"}, {"-av"}, {"-aP"}, {"-ac"}, {"-a", "--delete"}, {"-ai"}, {"-rt", "--stats"}, {"-a", "--numeric-ids"}} {
		b.rsync(t, append(options, "ada@localhost:", "mine/")...).good(t)
		same(t, b.posts, filepath.Join(b.dir, "mine"))
	}
	must(t, os.WriteFile(filepath.Join(b.dir, "mine", "live.md"), []byte(livePost[:20]+"x"+livePost[20:]), 0o644))
	b.rsync(t, "-a", "ada@localhost:", "mine/").good(t)
	same(t, b.posts, filepath.Join(b.dir, "mine"))
	b.rsync(t, "-a", "reader@localhost:live.md", "one.md").good(t)
	b.rsync(t, "-a", "reader@localhost:2026", "year").good(t)
	b.rsync(t, "-a", "reader@localhost:*.md", "globbed/").good(t)
	b.rsync(t, "-a", "--exclude=deep", "reader@localhost:2026/", "shallow/").good(t)
	for name, want := range map[string]string{"one.md": livePost, "year/2026/snow.md": goodPost, "globbed/live.md": livePost, "shallow/snow.md": goodPost} {
		if b.here(t, name) != want {
			t.Errorf("%s is not what is published", name)
		}
	}
	if _, err := os.Stat(filepath.Join(b.dir, "shallow", "deep")); err == nil {
		t.Error("what was to be left out came")
	}
	b.rsync(t, "reader@localhost:").good(t, "live.md", "2026")
	b.rsync(t, "-a", "reader@localhost:secret.md", "x").bad(t, "secret.md: no such file")
	b.rsync(t, "-a", "reader@localhost:../../etc/", "x").bad(t, "etc: no such file")
	b.rsync(t, "-az", "reader@localhost:", "x").bad(t, "leave out -z")
}
