package store

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// everything returns the paths of all files below dir, hidden ones too.
func everything(t *testing.T, dir string) []string {
	t.Helper()
	var found []string
	err := filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if err == nil && !entry.IsDir() {
			found = append(found, strings.TrimPrefix(path, dir+"/"))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

func TestPutWritesTheFileAndNothingElse(t *testing.T) {
	f, dir := write(t, nil)
	long := strings.Repeat("x", 252) + ".md"
	when := time.Date(2020, 1, 2, 3, 4, 5, 0, time.UTC)
	for _, name := range []string{"a.md", "2026/11/b.md", "with blank.md", "雨 ☂️ %41.md", "-rf.md", long} {
		stamp, err := f.Put(name, []byte("text of "+name), when)
		if err != nil {
			t.Fatal(err)
		}
		data, read, err := f.Read(name)
		if err != nil || string(data) != "text of "+name || read != stamp || !read.Modified.Equal(when) {
			t.Errorf("%s: %q, %v, stamps %v and %v", name, data, err, read, stamp)
		}
	}
	if got := len(everything(t, dir)); got != 6 {
		t.Errorf("%d files: %q", got, everything(t, dir))
	}
}

func TestPutThatFailsLeavesEverythingAsItWas(t *testing.T) {
	f, dir := write(t, map[string]string{"a.md": "a", "folder/b.md": "b"})
	outside := t.TempDir()
	for name, target := range map[string]string{"out": outside, "in": "folder"} {
		if err := os.Symlink(target, filepath.Join(dir, name)); err != nil {
			t.Fatal(err)
		}
	}
	before := everything(t, dir)
	for _, name := range []string{
		"", ".", "..", "../x.md", "/etc/x.md", "a/../../x.md", "./x.md", "x//y.md", ".hidden.md", ".history/a.md", "x/.y/z.md",
		"folder", "a.md/x.md", "new/" + strings.Repeat("x", 256), "out/x.md", "in/x.md", "line\nfeed.md", "escape\x1b[2J.md", "bad\xff.md",
	} {
		if _, err := f.Put(name, []byte("x"), time.Time{}); err == nil {
			t.Errorf("%q was taken", name)
		}
	}
	if after := everything(t, dir); !slices.Equal(before, after) {
		t.Errorf("before %q, after %q", before, after)
	}
	if _, err := os.Stat(filepath.Join(dir, "new")); err == nil {
		t.Error("a folder was left behind")
	}
	if left := everything(t, outside); len(left) > 0 {
		t.Errorf("outside: %q", left)
	}
}

func TestPutReplacesALinkAndNotWhatItLeadsTo(t *testing.T) {
	f, dir := write(t, nil)
	outside := filepath.Join(t.TempDir(), "secret.md")
	if err := errors.Join(os.WriteFile(outside, []byte("secret"), 0o644), os.Symlink(outside, filepath.Join(dir, "a.md")),
		os.WriteFile(filepath.Join(dir, "b.md"), []byte("b"), 0o600), os.Link(filepath.Join(dir, "b.md"), filepath.Join(dir, "c.md"))); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"a.md", "c.md"} {
		if _, err := f.Put(name, []byte("new"), time.Time{}); err != nil {
			t.Fatal(err)
		}
	}
	if data, err := os.ReadFile(outside); err != nil || string(data) != "secret" {
		t.Errorf("outside: %q, %v", data, err)
	}
	if data, _, err := f.Read("b.md"); err != nil || string(data) != "b" {
		t.Errorf("the other name of c.md: %q, %v", data, err)
	}
	if info, err := os.Stat(filepath.Join(dir, "c.md")); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("c.md: %v, %v", info.Mode(), err)
	}
}

func TestPutIntoAFolderThatIsGone(t *testing.T) {
	f, dir := write(t, nil)
	if err := os.RemoveAll(dir); err != nil {
		t.Fatal(err)
	}
	if _, err := f.Put("a.md", []byte("a"), time.Time{}); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("got %v", err)
	}
	if err := os.Mkdir(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	if _, err := f.Put("a.md", []byte("a"), time.Time{}); err != nil {
		t.Error(err)
	}
}

func TestHistoryKeepsWhatIsReplacedOrRemoved(t *testing.T) {
	f, _ := write(t, nil)
	for _, text := range []string{"one", "two", "two", "three"} {
		if _, err := f.Put("sub/a.md", []byte(text), time.Time{}); err != nil {
			t.Fatal(err)
		}
	}
	if err := f.Remove("sub/a.md"); err != nil {
		t.Fatal(err)
	}
	if _, _, err := f.Read("sub/a.md"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("removed, and: %v", err)
	}
	versions, err := f.History("sub/a.md")
	if err != nil {
		t.Fatal(err)
	}
	var texts []string
	for _, v := range versions {
		data, err := f.ReadVersion("sub/a.md", v.ID)
		if err != nil || int64(len(data)) != v.Size {
			t.Errorf("%v: %q, %v", v, data, err)
		}
		texts = append(texts, string(data))
	}
	if got := strings.Join(texts, " "); got != "three two one" {
		t.Errorf("kept %q", got)
	}
	if got := names(t, f); len(got) > 0 {
		t.Errorf("listed %q", got)
	}
	for _, id := range []string{"", "..", "../a.md", "20260101T000000.000000Z"} {
		if _, err := f.ReadVersion("sub/a.md", id); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("%q: %v", id, err)
		}
	}
}

func TestHistoryIsBounded(t *testing.T) {
	f, dir := write(t, map[string]string{
		".history/old.md/20200101T000000.000000Z":                                 "long ago",
		".history/a.md/20200101T000000.000000Z":                                   "long ago",
		".history/b.md/" + time.Now().Add(-time.Hour).UTC().Format(VersionLayout): "of late",
		"2026/.postern-XYZ.tmp":                                                   "half", ".postern-ABC.tmp": "half", ".git/.postern-ABC.tmp": "not ours", "a.md": "a",
	})
	if n, err := f.Sweep(); n != 4 || err != nil {
		t.Errorf("swept %d, %v", n, err)
	}
	if got := everything(t, dir); len(got) != 3 {
		t.Errorf("left %q", got)
	}
	for n := range keepVersions + 10 {
		if _, err := f.Put("a.md", []byte{byte(n)}, time.Time{}); err != nil {
			t.Fatal(err)
		}
	}
	versions, err := f.History("a.md")
	if err != nil || len(versions) != keepVersions {
		t.Fatalf("%d versions, %v", len(versions), err)
	}
	if data, err := f.ReadVersion("a.md", versions[0].ID); err != nil || data[0] != keepVersions+8 {
		t.Errorf("newest: %v, %v", data, err)
	}
}

func TestRenameKeepsWhatItReplaces(t *testing.T) {
	f, _ := write(t, map[string]string{"a.md": "a", "b.md": "b", "folder/c.md": "c"})
	if _, err := f.Rename("a.md", "b.md"); err != nil {
		t.Fatal(err)
	}
	if versions, err := f.History("b.md"); err != nil || len(versions) != 1 {
		t.Errorf("history %v, %v", versions, err)
	}
	if _, err := f.Rename("b.md", "folder"); !errors.Is(err, fs.ErrExist) {
		t.Errorf("over a folder: %v", err)
	}
	if _, err := f.Rename("b.md", ".hidden"); !errors.Is(err, ErrName) {
		t.Errorf("to a hidden name: %v", err)
	}
	if _, err := f.Rename("folder", "2026/folder"); err != nil {
		t.Error(err)
	}
	if got, want := names(t, f), []string{"2026/folder/c.md", "b.md"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	if err := f.RemoveFolder("2026/folder"); err == nil {
		t.Error("removed a folder that is not empty")
	}
	if err := errors.Join(f.Remove("2026/folder/c.md"), f.RemoveFolder("2026/folder"), f.Mkdir("2026/new")); err != nil {
		t.Error(err)
	}
	entries, err := f.Entries("2026")
	if err != nil || len(entries) != 1 || entries[0].Name() != "new" {
		t.Errorf("entries %v, %v", entries, err)
	}
}
