package blog

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/iotest"
	"time"

	"postern/internal/index"
	"postern/internal/post"
	"postern/internal/store"
)

var ada = Author{Name: "ada", Key: "SHA256:abc", Remote: "192.0.2.1:5"}

func publish(t testing.TB, b *Blog, name, text string) Outcome {
	t.Helper()
	o, err := b.Publish(context.Background(), ada, name, strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	return o
}

// inFolder returns how many files there are in dir, hidden ones too.
func inFolder(t testing.TB, dir string) int {
	t.Helper()
	n := 0
	err := filepath.WalkDir(dir, func(_ string, entry fs.DirEntry, err error) error {
		if err == nil && !entry.IsDir() {
			n++
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func TestPublishedIsSeenByAllAtOnce(t *testing.T) {
	b, dir := blogOf(t, nil)
	seen := b.Live().Snapshot()
	o := publish(t, b, "2026/rain.md", "---\ntitle: Rain\ndate: 2026-01-01\n---\n\nText.\n")
	if s, err := b.Live().Next(t.Context(), seen); err != nil || titles(b) != "Rain" {
		t.Errorf("%v: readers see %q", err, titles(b))
	} else if e, _ := s.File("2026/rain.md"); o.Entry.Post != e.Post {
		t.Error("the outcome is about another post")
	}
	lines := strings.Join(o.Lines("ada", "-p 2222 localhost"), "\n")
	for _, want := range []string{"2026/rain.md: Rain: live, 1 min", "ssh://rain@localhost:2222", "ssh -t -p 2222 localhost read rain"} {
		if !strings.Contains(lines, want) {
			t.Errorf("no %q in:\n%s", want, lines)
		}
	}
	before := b.Live().Snapshot()
	reload(t, b)
	if b.Live().Snapshot() != before {
		t.Error("what was published was read once more")
	}
	if n := inFolder(t, dir); n != 1 {
		t.Errorf("%d files", n)
	}
}

func TestOutcomesByState(t *testing.T) {
	b, _ := blogOf(t, nil)
	ahead := time.Now().Add(48 * time.Hour).UTC()
	for _, test := range []struct{ name, head, want string }{
		{"draft.md", "draft: true", "draft, for authors only"},
		{"later.md", "date: " + ahead.Format(time.RFC3339), "scheduled until " + ahead.Format("2006-01-02 15:04 +0000")},
		{"over.md", "expiryDate: 2020-01-01", "expired since 2020-01-01"},
		{"quiet.md", "unlisted: true", "unlisted"},
		{"warned.md", "tags: [a]\ntags: [b]", "warned.md:3:1: warning: "},
	} {
		lines := strings.Join(publish(t, b, test.name, "---\ntitle: T\n"+test.head+"\n---\n\nText.\n").Lines("ada", "blog.example.com"), "\n")
		if !strings.Contains(lines, test.want) {
			t.Errorf("%s: no %q in:\n%s", test.name, test.want, lines)
		}
		hidden := test.name == "draft.md" || test.name == "later.md" || test.name == "over.md"
		if strings.Contains(lines, "ssh -t ada@blog.example.com read") != hidden {
			t.Errorf("%s: addresses in:\n%s", test.name, lines)
		}
	}
	for name, want := range map[string]string{
		"notes.pdf": "beside the posts, 5 bytes", "README.md": "beside the posts", "_index.md": "own words",
		"photo.png": "but not to be shown as a picture: no PNG, JPEG, GIF or WebP",
		"rain":      "5 bytes (the name of a post ends in .md)", "2026/Rain.DOCX": "5 bytes (the name of a post ends in .md)",
	} {
		if lines := publish(t, b, name, "bytes").Lines("ada", "h"); !strings.Contains(lines[0], want) {
			t.Errorf("%s: %q", name, lines)
		}
	}
}

func TestAuthorsAreToldWhyAFileIsNoPost(t *testing.T) {
	b, _ := blogOf(t, nil)
	for name, why := range map[string]string{
		"_under.md": "names that begin with _ are no posts", "index.md": "index.md is a post only in a folder of its own",
		"index.fr.md": "index.fr.md is a post only in a folder of its own", "2026/ReadMe.md": "ReadMe is no post",
		"archetypes/default.md": "archetypes are no posts", "node_modules/a.markdown": "no posts are in node_modules",
	} {
		template := "+++\ntitle = '{{ .Name }}'\ndate = '{{ .Date }}'\n+++\n" // of Hugo's, whose date is none
		if lines := publish(t, b, name, template).Lines("ada", "h"); len(lines) != 1 || !strings.HasSuffix(lines[0], " bytes ("+why+")") {
			t.Errorf("%s: %q", name, lines)
		}
	}
}

func TestWhatIsRefusedChangesNothing(t *testing.T) {
	b, dir := blogOf(t, map[string]string{"a.md": fmt.Sprintf(dated, "A", 1)})
	b.Bound(Limits{File: 2000})
	before := b.Live().Snapshot()
	for _, test := range []struct {
		name, text, want string
	}{
		{"a.md", "---\ntitle: \"\n---\n\nText.\n", "a.md:3:"},
		{"a.md", "---\ntitle: never closed\n\nText.\n", "a.md:1:1: error: "},
		{"a.md", "---\ntitle: A\ndate: 02/03/2020\n---\n\nText.\n", "a.md:3:7: error: date"},
		{"a.md", "", "error: the file is empty"},
		{"new/a.md", strings.Repeat("x", 2001), "new/a.md: error: the file is larger than 1.953 KiB"},
		{"../a.md", "text", "../a.md: error: name not allowed"},
		{".history/a.md", "text", "hidden files are not taken"},
		{"_index.md", "---\ntitle: \"\n---\n", "_index.md:3:"},
		{"a.md/b.md", "text", "a file or a link stands where a folder should be"},
		{strings.Repeat("n", 300) + ".md", "text", "the name is too long"},
	} {
		_, err := b.Publish(context.Background(), ada, test.name, strings.NewReader(test.text))
		if err == nil || !errors.Is(err, post.ErrInvalid) || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: got %v, want %q", test.name, err, test.want)
		}
	}
	_, err := b.Publish(context.Background(), ada, "cut.md", io.MultiReader(strings.NewReader("half"), iotest.ErrReader(errors.New("gone"))))
	if err == nil || !strings.Contains(err.Error(), "internal error") || strings.Contains(err.Error(), "gone") {
		t.Errorf("a cut transfer: %v", err)
	}
	reload(t, b)
	if n := inFolder(t, dir); n != 1 || b.Live().Snapshot() != before {
		t.Errorf("%d files, readers see %q", n, titles(b))
	}
}

func TestAPanicWhileAFileIsReadCostsThatFileAlone(t *testing.T) {
	var log bytes.Buffer
	b := &Blog{log: slog.New(slog.NewTextHandler(&log, nil))}
	p, err := b.contained("b.md", func() (*post.Post, error) { panic("oh") })
	if problems := problemsOf("b.md", err); p != nil || len(problems) != 1 || problems[0].String() != "b.md: error: cannot be read: internal error: oh" {
		t.Errorf("%v, problems: %v", p, problems)
	}
	if !strings.Contains(log.String(), "post=b.md cause=oh") || !strings.Contains(log.String(), "publish_test.go") {
		t.Errorf("the log has no cause and stack: %s", log.String())
	}
}

func TestHistoryAndRestore(t *testing.T) {
	b, _ := blogOf(t, map[string]string{"a.md": fmt.Sprintf(dated, "First", 1)})
	publish(t, b, "a.md", fmt.Sprintf(dated, "Second", 1))
	if err := b.Remove(context.Background(), ada, "a.md"); err != nil || titles(b) != "" {
		t.Fatalf("%v, readers see %q", err, titles(b))
	}
	if err := b.Remove(context.Background(), ada, "a.md"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("removed twice: %v", err)
	}
	versions, err := b.History("a.md")
	if err != nil || len(versions) != 2 || versions[0].Title != "Second" || versions[1].Title != "First" {
		t.Fatalf("%v, %v", versions, err)
	}
	if _, err := b.Restore(context.Background(), ada, "a.md", versions[1].ID); err != nil || titles(b) != "First" {
		t.Errorf("%v, readers see %q", err, titles(b))
	}
	if _, err := b.Restore(context.Background(), ada, "a.md", "never"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("got %v", err)
	}
	if _, err := b.History("b.md"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("got %v", err)
	}
}

func TestWhoWasSlowerIsToldWhatToType(t *testing.T) {
	if got := told(&store.Conflict{Name: "q q.md", Version: "v1"}); !strings.HasSuffix(got, `(restore "'q q.md'" v1)`) {
		t.Error(got)
	}
}

func TestRenameIsAPushUnderTheNewName(t *testing.T) {
	b, dir := blogOf(t, map[string]string{"a.md": fmt.Sprintf(dated, "A", 1)})
	rename := func(from, to string) error { _, err := b.Rename(context.Background(), ada, from, to); return err }
	publish(t, b, "b.md.part", "---\ntitle: \"\n---\n")
	if err := rename("b.md.part", "a.md"); err == nil || titles(b) != "A" {
		t.Errorf("%v, readers see %q", err, titles(b))
	}
	publish(t, b, "b.md.part", fmt.Sprintf(dated, "B", 1))
	if err := rename("b.md.part", "a.md"); err != nil || titles(b) != "B" {
		t.Errorf("%v, readers see %q", err, titles(b))
	}
	if err := rename("a.md", "c.txt"); err != nil || titles(b) != "" {
		t.Errorf("%v, readers see %q", err, titles(b))
	}
	if err := rename("c.txt", "sub/c.md"); err != nil || titles(b) != "B" {
		t.Errorf("%v, readers see %q", err, titles(b))
	}
	if err := rename("sub", "drafts"); err != nil || titles(b) != "" {
		t.Errorf("a folder of drafts: %v, readers see %q", err, titles(b))
	}
	before := b.Live().Snapshot()
	reload(t, b)
	if b.Live().Snapshot() != before {
		t.Error("a rename was found once more")
	}
	if n := inFolder(t, dir); n != 4 { // drafts/c.md, the A that was replaced, the B that was renamed, and the first b.md.part
		t.Errorf("%d files", n)
	}
	if versions, err := b.History("a.md"); err != nil || len(versions) != 2 || versions[0].Title != "B" {
		t.Errorf("history %v, %v", versions, err)
	}
}

func TestTouchIsNoNews(t *testing.T) {
	b, _ := blogOf(t, map[string]string{"a.md": fmt.Sprintf(dated, "A", 1)})
	before, when := b.Live().Snapshot(), time.Date(2020, 1, 2, 3, 4, 5, 0, time.UTC)
	if err := b.Touch(context.Background(), ada, "a.md", when); err != nil {
		t.Fatal(err)
	}
	reload(t, b)
	info, err := b.Stat(index.Readers, "a.md")
	if err != nil || !info.ModTime().Equal(when) || b.Live().Snapshot() != before {
		t.Errorf("%v, %v, new snapshot: %t", info, err, b.Live().Snapshot() != before)
	}
}

func TestTouchHidesNothingThatSomebodyElseWrote(t *testing.T) {
	b, dir := blogOf(t, map[string]string{"a.md": fmt.Sprintf(dated, "Old", 1), "b.md": fmt.Sprintf(illustrated, 1, "x.png"), "x.png": drawn(t, 30, 20)})
	soon(t, "the picture is shown", func() bool { return shown(b, "b.md", "x.png") != nil })
	put(t, dir, "a.md", fmt.Sprintf(dated, "Newer", 1))
	put(t, dir, "x.png", drawn(t, 50, 200))
	when := time.Date(2020, 1, 2, 3, 4, 5, 0, time.UTC)
	for _, name := range []string{"a.md", "x.png"} {
		if err := b.Touch(t.Context(), ada, name, when); err != nil {
			t.Fatal(err)
		}
	}
	reload(t, b)
	if got := titles(b); got != "Newer, T" {
		t.Errorf("readers see %q", got)
	}
	if info, err := b.Stat(index.Readers, "a.md"); err != nil || !info.ModTime().Equal(when) {
		t.Errorf("%v, %v", info, err)
	}
	soon(t, "the new picture is shown", func() bool { p := shown(b, "b.md", "x.png"); return p != nil && p.Width == 50 })
}

func TestQuotas(t *testing.T) {
	b, _ := blogOf(t, map[string]string{"a.txt": "12345", "b.txt": "12345"})
	b.Bound(Limits{Folder: 20, Files: 3, PerMinute: 6})
	try := func(name, text string) string {
		if _, err := b.Publish(context.Background(), ada, name, strings.NewReader(text)); err != nil {
			return err.Error()
		}
		return ""
	}
	for n, test := range []struct{ name, text, want string }{
		{"a.txt", "1234567890", ""},
		{"c.txt", "123456", "the blog may have 20 bytes"},
		{"c.txt", "12345", ""},
		{"d.txt", "", "3 files already"},
		{"a.txt", "12345", ""},
		{"a.txt", "1", ""},
		{"a.txt", "1", "6 files in a minute are enough"},
	} {
		if got := try(test.name, test.text); (got == "") != (test.want == "") || !strings.Contains(got, test.want) {
			t.Errorf("step %d: got %q, want %q", n, got, test.want)
		}
	}
	if _, err := b.Publish(context.Background(), Author{Name: "bob"}, "b.txt", strings.NewReader("1")); err != nil {
		t.Errorf("another author: %v", err)
	}
}

func TestManyAuthorsAtOnce(t *testing.T) {
	b, dir := blogOf(t, nil)
	var authors sync.WaitGroup
	for a := range 50 {
		authors.Go(func() {
			for n := range 20 {
				name, title := fmt.Sprintf("post-%d-%d.md", a, n), fmt.Sprint("Post ", n)
				if n == 0 {
					name, title = "same.md", fmt.Sprint("By ", a)
				}
				if _, err := b.Publish(context.Background(), ada, name, strings.NewReader(fmt.Sprintf(dated, title, n+1))); err != nil {
					t.Error(err)
				}
				if _, ok := b.Live().Snapshot().File(name); !ok {
					t.Errorf("%s was published, and nobody sees it", name)
				}
			}
		})
	}
	authors.Wait()
	if n := len(b.Live().Snapshot().List(index.Readers)); n != 50*19+1 {
		t.Errorf("%d posts", n)
	}
	versions, err := b.History("same.md")
	if err != nil || len(versions) != 49 {
		t.Errorf("%d versions of the file that all pushed, %v", len(versions), err)
	}
	if n := inFolder(t, dir); n != 50*20 {
		t.Errorf("%d files", n)
	}
}

func TestReadersMayTakeHomeWhatIsPublished(t *testing.T) {
	b, _ := blogOf(t, map[string]string{
		"a.md": fmt.Sprintf(dated, "A", 1), "2026/b.md": fmt.Sprintf(dated, "B", 1), "2026/b.de.md": fmt.Sprintf(dated, "B auf Deutsch", 1),
		"secret/d.md": "---\ntitle: D\ndraft: true\n---\nText.\n", "later.md": "---\ntitle: L\ndate: 2999-01-01\n---\nText.\n",
		"over.md": "---\ntitle: O\nexpiryDate: 2020-01-01\n---\nText.\n", "quiet.md": "---\ntitle: Q\nunlisted: true\n---\nText.\n",
		"photo.png": "bytes", "_index.md": "About.", ".history/a.md/20260101T000000.000000Z": "old", ".hidden.md": "hidden",
	})
	var walk func(a index.Audience, name string) string
	walk = func(a index.Audience, name string) string {
		infos, err := b.List(a, name)
		if err != nil {
			t.Fatal(err)
		}
		found := ""
		for _, info := range infos {
			path := strings.TrimPrefix(name+"/"+info.Name(), "./")
			if info.IsDir() {
				found += walk(a, path)
				continue
			}
			data, err := b.ReadFile(a, path)
			if err != nil || int64(len(data)) != info.Size() {
				t.Errorf("%s: %q, %v", path, data, err)
			}
			found += path + " "
		}
		return found
	}
	got := strings.Fields(walk(index.Readers, "."))
	if len(got) != 3 || !strings.Contains(strings.Join(got, " "), "2026/b.de.md") {
		t.Errorf("readers: %q", got)
	}
	if got := strings.Fields(walk(index.Authors, ".")); len(got) != 9 {
		t.Errorf("authors: %q", got)
	}
	for _, name := range []string{"secret", "secret/d.md", "later.md", "quiet.md", "photo.png", "_index.md", ".history", ".hidden.md", "../x", "/etc/passwd", ""} {
		if _, err := b.ReadFile(index.Readers, name); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("%q: %v", name, err)
		}
		if _, err := b.Stat(index.Readers, name); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("%q: %v", name, err)
		}
	}
	for _, name := range []string{".history", ".hidden.md", "../x", "/etc/passwd", ".history/a.md/20260101T000000.000000Z"} {
		if data, err := b.ReadFile(index.Authors, name); err == nil {
			t.Errorf("%q: %q", name, data)
		}
	}
}

func TestTheLogSaysWhoPushedWhat(t *testing.T) {
	folder, err := store.Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	var log bytes.Buffer
	b, err := Open(t.Context(), folder, Config{}, slog.New(slog.NewTextHandler(&log, nil)), nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { b.Close(); _ = folder.Close() })
	publish(t, b, "a.md", "text")
	_, _ = b.Publish(t.Context(), ada, "b.md", strings.NewReader(""))
	if err := b.Remove(t.Context(), ada, "a.md"); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"msg=published post=a.md", "msg=refused post=b.md", "msg=removed post=a.md"} {
		if !strings.Contains(log.String(), want+" author=ada key=SHA256:abc remote=192.0.2.1:5") {
			t.Errorf("no %q in %s", want, log.String())
		}
	}
}

func TestFolderThatIsGoneTakesNothing(t *testing.T) {
	b, dir := blogOf(t, map[string]string{"a.md": fmt.Sprintf(dated, "A", 1)})
	if err := os.RemoveAll(dir); err != nil {
		t.Fatal(err)
	}
	_, err := b.Publish(context.Background(), ada, "b.md", strings.NewReader("text"))
	if err == nil || !strings.Contains(err.Error(), "the server's folder of posts is gone") || titles(b) != "A" {
		t.Errorf("%v, readers see %q", err, titles(b))
	}
}

func BenchmarkPublishBeside10000(b *testing.B) {
	files := make(map[string]string)
	for n := range 10000 {
		files[fmt.Sprintf("post-%05d.md", n)] = fmt.Sprintf(dated, fmt.Sprint("Post ", n), n%28+1) + strings.Repeat("Some words that somebody wrote. ", 30)
	}
	blog, _ := blogOf(b, files)
	for n := 0; b.Loop(); n++ {
		publish(b, blog, "post-00000.md", fmt.Sprintf(dated, fmt.Sprint("Changed ", n), 1))
	}
}
