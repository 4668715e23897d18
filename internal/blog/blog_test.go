package blog

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"postern/internal/index"
	"postern/internal/store"
)

// blogOf returns a blog of files and the folder that they are in.
func blogOf(t testing.TB, files map[string]string) (*Blog, string) {
	t.Helper()
	dir := t.TempDir()
	for name, content := range files {
		put(t, dir, name, content)
	}
	folder, err := store.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	b, err := Open(context.Background(), folder, Config{}, slog.New(slog.DiscardHandler), nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { b.Close(); _ = folder.Close() })
	return b, dir
}

// put writes a file as an editor does that renames it into place, so that its inode tells.
func put(t testing.TB, dir, name, content string) {
	t.Helper()
	path := filepath.Join(dir, name)
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path+".new", []byte(content), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(path+".new", path); err != nil {
		t.Fatal(err)
	}
}

// titles returns the titles that readers see, joined.
func titles(b *Blog) string {
	var all []string
	for _, e := range b.Live().Snapshot().List(index.Readers) {
		all = append(all, e.Title)
	}
	return strings.Join(all, ", ")
}

func reload(t testing.TB, b *Blog) {
	t.Helper()
	if err := b.Reload(context.Background()); err != nil {
		t.Fatal(err)
	}
}

const dated = "---\ntitle: %s\ndate: 2026-01-%02d\n---\n\nText.\n"

func TestBadFileIsLeftOutAndReported(t *testing.T) {
	b, _ := blogOf(t, map[string]string{
		"good.md": fmt.Sprintf(dated, "Good", 2), "bad.md": "---\ntitle: Bad\ndate: \"\n---\n\nText.\n", "README.md": "# Not a post",
	})
	if got := titles(b); got != "Good" {
		t.Errorf("readers see %q", got)
	}
	problems := b.Live().Snapshot().Problems()
	if len(problems) != 1 || problems[0].File != "bad.md" || !problems[0].Error || problems[0].Line == 0 {
		t.Errorf("problems: %v", problems)
	}
}

func TestWhatCannotBeReadIsNamedOnce(t *testing.T) {
	b, _ := blogOf(t, map[string]string{"huge.md": strings.Repeat("Words. ", store.MaxFile/7+1)})
	problems := b.Live().Snapshot().Problems()
	if len(problems) != 1 || problems[0].String() != "huge.md: error: cannot be read: file too large (a post may have 8 MiB)" {
		t.Errorf("problems: %v", problems)
	}
}

func TestReloadFollowsTheFolder(t *testing.T) {
	b, dir := blogOf(t, map[string]string{"a.md": fmt.Sprintf(dated, "A", 1)})
	first := b.Live().Snapshot()
	reload(t, b)
	if b.Live().Snapshot() != first {
		t.Error("a new snapshot, and nothing changed")
	}
	put(t, dir, "b.md", fmt.Sprintf(dated, "B", 2))
	reload(t, b)
	if got := titles(b); got != "B, A" {
		t.Errorf("after adding: %q", got)
	}
	put(t, dir, "a.md", fmt.Sprintf(dated, "A again", 1))
	reload(t, b)
	if got := titles(b); got != "B, A again" {
		t.Errorf("after changing: %q", got)
	}
	if err := os.Rename(filepath.Join(dir, "b.md"), filepath.Join(dir, "c.md")); err != nil {
		t.Fatal(err)
	}
	reload(t, b)
	if _, ok := b.Live().Snapshot().Find("c", index.Readers); !ok || titles(b) != "B, A again" {
		t.Errorf("after renaming: %q", titles(b))
	}
	if err := os.Remove(filepath.Join(dir, "a.md")); err != nil {
		t.Fatal(err)
	}
	reload(t, b)
	if got := titles(b); got != "B" {
		t.Errorf("after removing: %q", got)
	}
}

func TestUnchangedPostsAreNotParsedAgain(t *testing.T) {
	b, dir := blogOf(t, map[string]string{"a.md": fmt.Sprintf(dated, "A", 1), "b.md": fmt.Sprintf(dated, "B", 2)})
	before, _ := b.Live().Snapshot().Find("a", index.Readers)
	put(t, dir, "b.md", fmt.Sprintf(dated, "B again", 2))
	reload(t, b)
	if after, _ := b.Live().Snapshot().Find("a", index.Readers); after.Post != before.Post {
		t.Error("the other post was made anew")
	}
}

func TestFileThatGoesBadKeepsItsLastGoodVersion(t *testing.T) {
	b, dir := blogOf(t, map[string]string{"a.md": fmt.Sprintf(dated, "A", 1)})
	for _, bad := range []string{"---\ntitle: \"\n---\n", "---\ntitle: B\ndate: 02/03/2020\n---\n"} {
		put(t, dir, "a.md", bad)
		reload(t, b)
		if got := titles(b); got != "A" || len(b.Live().Snapshot().Problems()) != 1 {
			t.Errorf("readers see %q, problems %v", got, b.Live().Snapshot().Problems())
		}
	}
	put(t, dir, "a.md", fmt.Sprintf(dated, "A mended", 1))
	reload(t, b)
	if got := titles(b); got != "A mended" || len(b.Live().Snapshot().Problems()) != 0 {
		t.Errorf("readers see %q, problems %v", got, b.Live().Snapshot().Problems())
	}
}

func TestFileWithAnErrorFromTheBeginningIsShown(t *testing.T) {
	b, dir := blogOf(t, map[string]string{"a.md": "---\ntitle: A\ndate: 02/03/2020\n---\nText.\n"})
	put(t, dir, "a.md", "---\ntitle: A new\ndate: 02/04/2020\n---\nText.\n")
	reload(t, b)
	if got := titles(b); got != "A new" || len(b.Live().Snapshot().Problems()) != 1 {
		t.Errorf("readers see %q, problems %v", got, b.Live().Snapshot().Problems())
	}
}

func TestFolderThatVanishesLeavesThePosts(t *testing.T) {
	b, dir := blogOf(t, map[string]string{"a.md": fmt.Sprintf(dated, "A", 1)})
	if err := os.RemoveAll(dir); err != nil {
		t.Fatal(err)
	}
	if err := b.Reload(context.Background()); err == nil {
		t.Error("no error")
	}
	if got := titles(b); got != "A" {
		t.Errorf("readers see %q", got)
	}
}

// interrupted is a store where something happens after each time that it was listed.
type interrupted struct {
	Store
	after func() error
}

func (s *interrupted) List(ctx context.Context) (map[string]store.Stamp, error) {
	files, err := s.Store.List(ctx)
	return files, errors.Join(err, s.after())
}

func TestWhatOneLookTookOverIsShownThoughTheNextOneFails(t *testing.T) {
	b, dir := blogOf(t, map[string]string{"a.md": fmt.Sprintf(dated, "A", 1), "b.md": fmt.Sprintf(dated, "B", 2)})
	put(t, dir, "a.md", fmt.Sprintf(dated, "A again", 1))
	put(t, dir, "b.md", fmt.Sprintf(dated, "B again", 2))
	gone, looks := errors.New("gone"), 0
	b.folder = &interrupted{b.folder, func() error {
		if looks++; looks == 1 { // changed here and by somebody else at once: it takes another look
			publish(t, b, "a.md", fmt.Sprintf(dated, "A from here", 1))
			return nil
		}
		return gone
	}}
	if err := b.Reload(t.Context()); !errors.Is(err, gone) {
		t.Errorf("got %v", err)
	}
	if got := titles(b); got != "B again, A from here" {
		t.Errorf("readers see %q", got)
	}
}

func TestSiteWordsAndItsTimeZone(t *testing.T) {
	b, dir := blogOf(t, map[string]string{"_index.md": "---\ntitle: First\n---\nAbout.\n", "a.md": fmt.Sprintf(dated, "A", 1)})
	if got := b.Live().Snapshot().Site().Title; got != "First" {
		t.Errorf("title %q", got)
	}
	put(t, dir, "_index.md", "---\ntitle: Second\ntimezone: Asia/Tokyo\n---\n")
	reload(t, b)
	s := b.Live().Snapshot()
	e, _ := s.Find("a", index.Readers)
	if got := e.Date.Format(time.RFC3339); s.Site().Title != "Second" || got != "2026-01-01T00:00:00+09:00" {
		t.Errorf("title %q, date %s", s.Site().Title, got)
	}
	if err := os.Remove(filepath.Join(dir, "_index.md")); err != nil {
		t.Fatal(err)
	}
	reload(t, b)
	if got := b.Live().Snapshot().Site().Title; got != "" {
		t.Errorf("title %q after its file went", got)
	}
}

func TestWatchShowsAChangeToThoseWhoWait(t *testing.T) {
	b, dir := blogOf(t, map[string]string{"a.md": fmt.Sprintf(dated, "A", 1)})
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	done := make(chan struct{})
	go func() { defer close(done); b.Watch(ctx) }()
	defer func() { cancel(); <-done }()
	seen := b.Live().Snapshot()
	for day := 2; ; day++ { // until the watches stand
		put(t, dir, "b.md", fmt.Sprintf(dated, "B", day%28+1))
		short, stop := context.WithTimeout(ctx, 500*time.Millisecond)
		s, err := b.Live().Next(short, seen)
		stop()
		if err == nil {
			if _, ok := s.Find("b", index.Readers); !ok {
				t.Error("the new snapshot lacks the post")
			}
			return
		}
		if ctx.Err() != nil {
			t.Fatal("no news")
		}
	}
}

func TestProblemsAreLogged(t *testing.T) {
	dir := t.TempDir()
	put(t, dir, "bad.md", "---\ntitle: \"\n---\n")
	folder, err := store.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = folder.Close() }()
	var log bytes.Buffer
	b, err := Open(context.Background(), folder, Config{}, slog.New(slog.NewTextHandler(&log, nil)), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer b.Close()
	if !strings.Contains(log.String(), "bad.md:3:") {
		t.Errorf("the log does not name the place: %s", log.String())
	}
}

func BenchmarkReloadOneOf10000(b *testing.B) {
	files := make(map[string]string)
	for n := range 10000 {
		files[fmt.Sprintf("post-%05d.md", n)] = fmt.Sprintf(dated, fmt.Sprint("Post ", n), n%28+1) + strings.Repeat("Some words that somebody wrote. ", 30)
	}
	blog, dir := blogOf(b, files)
	for n := 0; b.Loop(); n++ {
		put(b, dir, "post-00000.md", fmt.Sprintf(dated, fmt.Sprint("Changed ", n), 1))
		reload(b, blog)
	}
}

func TestChangedFilesAreFound(t *testing.T) {
	b, dir := blogOf(t, map[string]string{"a.md": fmt.Sprintf(dated, "Kiwi", 2), "b.md": fmt.Sprintf(dated, "Plum", 3)})
	put(t, dir, "a.md", fmt.Sprintf(dated, "Elephant", 2))
	reload(t, b)
	for query, want := range map[string]int{"elephant": 1, "kiwi": 0, "text": 2} {
		if r, ready := b.Live().Snapshot().Search(query, index.Readers, 10); !ready || r.Total != want {
			t.Errorf("Search(%q): %d posts, ready: %v", query, r.Total, ready)
		}
	}
}
