package store

import (
	"context"
	"errors"
	"io/fs"
	"log/slog"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// write puts files into a new folder and opens it.
func write(t *testing.T, files map[string]string) (*Folder, string) {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	f, err := Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = f.Close() })
	return f, dir
}

func names(t *testing.T, f *Folder) []string {
	t.Helper()
	files, err := f.List(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	return slices.Sorted(maps.Keys(files))
}

func TestListNamesFilesAndNothingHidden(t *testing.T) {
	f, _ := write(t, map[string]string{"a.md": "a", "2026/b.md": "b", ".git/c.md": "c", ".hidden.md": "d", "x/.y/z.md": "e"})
	if got, want := names(t, f), []string{"2026/b.md", "a.md"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestLinksLeadNowhereButInside(t *testing.T) {
	f, dir := write(t, map[string]string{"a.md": "inside", "sub/b.md": "b"})
	outside := filepath.Join(t.TempDir(), "secret.md")
	if err := os.WriteFile(outside, []byte("secret"), 0o644); err != nil {
		t.Fatal(err)
	}
	for name, target := range map[string]string{"in.md": "a.md", "out.md": outside, "up.md": "../" + filepath.Base(dir) + "/a.md", "loop": ".", "round.md": "round.md"} {
		if err := os.Symlink(target, filepath.Join(dir, name)); err != nil {
			t.Fatal(err)
		}
	}
	if got, want := names(t, f), []string{"a.md", "in.md", "sub/b.md"}; !slices.Equal(got, want) {
		t.Errorf("listed %q, want %q", got, want)
	}
	for _, name := range []string{"out.md", "../" + filepath.Base(dir) + "/a.md", outside, "up.md"} {
		if data, _, err := f.Read(name); err == nil {
			t.Errorf("read %q through %s", data, name)
		}
	}
	if data, _, err := f.Read("in.md"); err != nil || string(data) != "inside" {
		t.Errorf("in.md: %q, %v", data, err)
	}
}

func TestReadRefusesWhatIsNoFileOrTooLarge(t *testing.T) {
	f, dir := write(t, map[string]string{"sub/a.md": "a"})
	if _, _, err := f.Read("sub"); err == nil {
		t.Error("read a folder")
	}
	if _, _, err := f.Read("gone.md"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("got %v, want fs.ErrNotExist", err)
	}
	if err := os.WriteFile(filepath.Join(dir, "big.md"), nil, 0o644); err != nil {
		t.Fatal(err)
	}
	if err := os.Truncate(filepath.Join(dir, "big.md"), MaxFile+1); err != nil {
		t.Fatal(err)
	}
	if _, _, err := f.Read("big.md"); !errors.Is(err, ErrTooLarge) {
		t.Errorf("got %v, want ErrTooLarge", err)
	}
}

func TestFolderMadeAnewIsFollowed(t *testing.T) {
	f, dir := write(t, map[string]string{"a.md": "a"})
	if err := os.RemoveAll(dir); err != nil {
		t.Fatal(err)
	}
	if _, err := f.List(context.Background()); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("got %v, want that the folder is gone", err)
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "b.md"), []byte("b"), 0o644); err != nil {
		t.Fatal(err)
	}
	if got, want := names(t, f), []string{"b.md"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestWatchTellsOfEveryKindOfChange(t *testing.T) {
	f, dir := write(t, map[string]string{"a.md": "a", "sub/b.md": "b"})
	ctx, cancel := context.WithCancel(context.Background())
	told, done := make(chan struct{}, 1), make(chan struct{})
	go func() {
		defer close(done)
		f.Watch(ctx, slog.New(slog.DiscardHandler), func(context.Context) {
			select {
			case told <- struct{}{}:
			default:
			}
		})
	}()
	defer func() { cancel(); <-done }()
	path := func(name string) string { return filepath.Join(dir, filepath.FromSlash(name)) }
	steps := []struct {
		name string
		do   func() error
		want string
	}{
		{"new file", func() error { return os.WriteFile(path("c.md"), []byte("c"), 0o644) }, "a.md c.md sub/b.md"},
		{"renamed over", func() error { return os.Rename(path("c.md"), path("a.md")) }, "a.md sub/b.md"},
		{"in a folder below", func() error { return os.WriteFile(path("sub/d.md"), []byte("d"), 0o644) }, "a.md sub/b.md sub/d.md"},
		{"new folder with a file", func() error {
			return errors.Join(os.Mkdir(path("new"), 0o755), os.WriteFile(path("new/e.md"), []byte("e"), 0o644))
		}, "a.md new/e.md sub/b.md sub/d.md"},
		{"in the new folder", func() error { return os.WriteFile(path("new/f.md"), []byte("f"), 0o644) }, "a.md new/e.md new/f.md sub/b.md sub/d.md"},
		{"folder removed", func() error { return os.RemoveAll(path("new")) }, "a.md sub/b.md sub/d.md"},
	}
	for first := true; first; first = false { // until the watches stand: touch something and see it told
		waitUntil(t, func() bool {
			if err := os.WriteFile(path(".probe"), nil, 0o644); err != nil {
				t.Fatal(err)
			}
			select {
			case <-told:
				return true
			case <-time.After(10 * time.Millisecond):
				return false
			}
		})
	}
	for _, step := range steps {
		if err := step.do(); err != nil {
			t.Fatal(err)
		}
		waitUntil(t, func() bool {
			<-told
			return strings.Join(names(t, f), " ") == step.want
		})
	}
}

// waitUntil calls done until it reports true, for at most ten seconds.
func waitUntil(t *testing.T, done func() bool) {
	t.Helper()
	deadline := time.Now().Add(10 * time.Second)
	for !done() {
		if time.Now().After(deadline) {
			t.Fatal("it did not happen")
		}
	}
}
