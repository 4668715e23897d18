package store

import (
	"bytes"
	"context"
	"errors"
	"io/fs"
	"log/slog"
	"maps"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"
)

// keeper is what a folder and a bucket have in common.
type keeper interface {
	List(ctx context.Context) (map[string]Stamp, error)
	Read(name string) ([]byte, Stamp, error)
	Try(name string, size int) error
	Put(name string, data []byte, modified time.Time) (Stamp, error)
	Touch(name string, modified time.Time) (Stamp, error)
	Remove(name string) error
	Rename(from, to string) (Stamp, error)
	Mkdir(name string) error
	RemoveFolder(name string) error
	Entry(name string) (fs.FileInfo, error)
	Entries(name string) ([]fs.FileInfo, error)
	History(name string) ([]Version, error)
	ReadVersion(name, id string) ([]byte, error)
	Since(since time.Time) ([]Past, error)
	Keep(name string) error
	Expire() (int, error)
	Watch(ctx context.Context, log *slog.Logger, changed func(context.Context))
}

// contract runs test on an empty folder, and on an empty bucket.
func contract(t *testing.T, test func(t *testing.T, k keeper)) {
	t.Run("folder", func(t *testing.T) {
		f, _ := write(t, nil)
		test(t, f)
	})
	t.Run("bucket", func(t *testing.T) {
		_, c := newServer(t)
		test(t, newBucket(t, c))
	})
}

func listed(t *testing.T, k keeper) []string {
	t.Helper()
	files, err := k.List(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return slices.Sorted(maps.Keys(files))
}

func mustPut(t testing.TB, k keeper, name, text string) Stamp {
	t.Helper()
	stamp, err := k.Put(name, []byte(text), time.Time{})
	if err != nil {
		t.Fatal(err)
	}
	return stamp
}

var when = time.Date(2020, 1, 2, 3, 4, 5, 6000, time.UTC)

func TestContractWhatIsPutIsThere(t *testing.T) {
	contract(t, func(t *testing.T, k keeper) {
		large := strings.Repeat("0123456789abcdef", MaxFile/16)
		for name, text := range map[string]string{
			"a.md": "text", "2026/11/b.md": "b", "with blank.md": "x", "雨 ☂️ %41=.md": "rain", "-rf.md": "-", "dots..md": "", "UPPER.md": "U",
			strings.Repeat("x", 252) + ".md": "long", "large.png": large, "middle.png": large[:maxInline+1],
		} {
			stamp, err := k.Put(name, []byte(text), when)
			if err != nil {
				t.Fatal(err)
			}
			data, read, err := k.Read(name)
			if err != nil || string(data) != text || read != stamp || !read.Modified.Equal(when) || read.Size != int64(len(text)) {
				t.Errorf("%s: %d bytes, %v, stamps %v and %v", name, len(data), err, read, stamp)
			}
			info, err := k.Entry(name)
			if err != nil || info.IsDir() || info.Size() != int64(len(text)) || !info.ModTime().Equal(when) || info.Mode().Perm() != 0o644 {
				t.Errorf("%s: %v, %v", name, info, err)
			}
		}
		if n := len(listed(t, k)); n != 10 {
			t.Errorf("%d files", n)
		}
		before := mustPut(t, k, "a.md", "one")
		if after := mustPut(t, k, "a.md", "two"); before == after {
			t.Error("two versions of the same size have one stamp")
		}
	})
}

func TestContractWhatCannotBeChangesNothing(t *testing.T) {
	contract(t, func(t *testing.T, k keeper) {
		mustPut(t, k, "a.md", "a")
		mustPut(t, k, "folder/b.md", "b")
		before := listed(t, k)
		for name, want := range map[string]error{
			"": ErrName, ".": ErrName, "..": ErrName, "../x.md": ErrName, "/etc/x.md": ErrName, "a/../../x.md": ErrName, "x//y.md": ErrName,
			".hidden.md": ErrName, ".history/a.md": ErrName, "x/.y/z.md": ErrName, "line\nfeed.md": ErrName, "bad\xff.md": ErrName,
			"folder": syscall.EISDIR, "a.md/x.md": syscall.ENOTDIR, "new/" + strings.Repeat("x", 256): syscall.ENAMETOOLONG,
		} {
			if _, err := k.Put(name, []byte("x"), time.Time{}); !errors.Is(err, want) {
				t.Errorf("put %q: %v", name, err)
			}
		}
		for what, err := range map[string]error{
			"remove what is not there": second(0, k.Remove("gone.md")),
			"read what is not there":   third(k.Read("gone.md")),
			"touch what is not there":  second(k.Touch("gone.md", when)),
			"rename what is not there": second(k.Rename("gone.md", "new.md")),
			"entry":                    second(k.Entry("gone.md")),
			"entries":                  second(k.Entries("gone")),
			"hidden entry":             second(k.Entry(".history")),
			"remove a folder":          k.RemoveFolder("gone"),
			"mkdir in nothing":         k.Mkdir("gone/sub"),
			"version":                  second(k.ReadVersion("a.md", "20260101T000000.000000Z")),
			"no version":               second(k.ReadVersion("a.md", "../a.md")),
		} {
			if !errors.Is(err, fs.ErrNotExist) {
				t.Errorf("%s: %v", what, err)
			}
		}
		for what, err := range map[string]error{
			"remove": k.Remove("folder"), "rmdir": k.RemoveFolder("folder"), "mkdir": k.Mkdir("folder"), "mkdir over a file": k.Mkdir("a.md"),
			"rename over a folder": second(k.Rename("a.md", "folder")), "rename to a hidden name": second(k.Rename("a.md", ".a.md")),
			"rename into itself": second(k.Rename("folder", "folder/sub")), "folder over a file": second(k.Rename("folder", "a.md")),
			"rmdir of a file": k.RemoveFolder("a.md"), "read a folder": third(k.Read("folder")),
		} {
			if err == nil {
				t.Errorf("%s was done", what)
			}
		}
		if after := listed(t, k); !slices.Equal(before, after) {
			t.Errorf("before %q, after %q", before, after)
		}
		if _, err := k.Entry("new"); err == nil {
			t.Error("a folder was left behind")
		}
	})
}

// second and third return the error of a call.
func second[T any](_ T, err error) error        { return err }
func third[T, U any](_ T, _ U, err error) error { return err }

func TestContractHistory(t *testing.T) {
	contract(t, func(t *testing.T, k keeper) {
		large := strings.Repeat("large ", maxInline)
		for _, text := range []string{"one", "two", "two", large, "three"} {
			mustPut(t, k, "sub/a.md", text)
		}
		if _, err := k.Touch("sub/a.md", when); err != nil {
			t.Fatal(err)
		}
		if err := k.Remove("sub/a.md"); err != nil {
			t.Fatal(err)
		}
		if err := k.Remove("sub/a.md"); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("removed twice: %v", err)
		}
		if _, _, err := k.Read("sub/a.md"); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("removed, and: %v", err)
		}
		mustPut(t, k, "sub/a.md", "four")
		versions, err := k.History("sub/a.md")
		if err != nil {
			t.Fatal(err)
		}
		var texts []string
		last := time.Now().Add(time.Second)
		for _, v := range versions {
			data, err := k.ReadVersion("sub/a.md", v.ID)
			if err != nil || int64(len(data)) != v.Size || !v.Until.Before(last) || v.ID != versionOf(v.Until) {
				t.Errorf("%v: %d bytes, %v", v, len(data), err)
			}
			last = v.Until
			texts = append(texts, string(data[:min(len(data), 5)]))
		}
		if got := strings.Join(texts, " "); got != "three large two one" {
			t.Errorf("kept %q", got)
		}
		if none, err := k.History("never.md"); len(none) > 0 || err != nil {
			t.Errorf("%v, %v", none, err)
		}
		if n, err := k.Expire(); n != 0 || err != nil {
			t.Errorf("expired %d, %v", n, err)
		}
	})
}

func TestContractRename(t *testing.T) {
	contract(t, func(t *testing.T, k keeper) {
		for _, name := range []string{"a.md", "b.md", "folder/c.md", "folder/deep/d.md"} {
			if _, err := k.Put(name, []byte(name), when); err != nil {
				t.Fatal(err)
			}
		}
		stamp, err := k.Rename("a.md", "b.md")
		if data, read, readErr := k.Read("b.md"); err != nil || readErr != nil || string(data) != "a.md" || read != stamp || !stamp.Modified.Equal(when) {
			t.Errorf("%q, %v, %v, %v", data, err, readErr, stamp)
		}
		if versions, err := k.History("b.md"); err != nil || len(versions) != 1 {
			t.Errorf("history %v, %v", versions, err)
		}
		if _, err := k.Rename("folder", "2026/folder"); err != nil {
			t.Error(err)
		}
		if _, err := k.Rename("b.md", "b.md"); err != nil {
			t.Error(err)
		}
		if got, want := listed(t, k), []string{"2026/folder/c.md", "2026/folder/deep/d.md", "b.md"}; !slices.Equal(got, want) {
			t.Errorf("got %q, want %q", got, want)
		}
		if _, err := k.Entry("folder"); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("the old folder: %v", err)
		}
	})
}

func TestContractFolders(t *testing.T) {
	contract(t, func(t *testing.T, k keeper) {
		if err := errors.Join(k.Mkdir("new"), k.Mkdir("new/sub")); err != nil {
			t.Fatal(err)
		}
		mustPut(t, k, "x/y/a.md", "a")
		mustPut(t, k, "x/b.md", "b")
		for folder, want := range map[string]string{".": "new/ x/", "new": "sub/", "new/sub": "", "x": "b.md y/", "x/y": "a.md"} {
			entries, err := k.Entries(folder)
			var names []string
			for _, e := range entries {
				if names = append(names, e.Name()); e.IsDir() {
					names[len(names)-1] += "/"
				}
			}
			if slices.Sort(names); err != nil || strings.Join(names, " ") != want {
				t.Errorf("%s: %q, %v", folder, names, err)
			}
		}
		if err := k.RemoveFolder("new"); !errors.Is(err, syscall.ENOTEMPTY) {
			t.Errorf("a folder with another in it: %v", err)
		}
		if err := k.Remove("x/y/a.md"); err != nil {
			t.Fatal(err)
		}
		if info, err := k.Entry("x/y"); err != nil || !info.IsDir() {
			t.Errorf("a folder went with its last file: %v", err)
		}
		if err := errors.Join(k.RemoveFolder("new/sub"), k.RemoveFolder("new"), k.RemoveFolder("x/y")); err != nil {
			t.Error(err)
		}
		if entries, err := k.Entries("."); err != nil || len(entries) != 1 {
			t.Errorf("%v, %v", entries, err)
		}
	})
}

func TestContractManyWritersAtOnce(t *testing.T) {
	contract(t, func(t *testing.T, k keeper) {
		done := make(chan error)
		for n := range 20 {
			go func() {
				name := "in/one/folder/" + string(rune('a'+n)) + ".md"
				_, err := k.Put(name, []byte(name), time.Time{})
				if data, _, readErr := k.Read(name); err == nil && (readErr != nil || !bytes.Equal(data, []byte(name))) {
					err = errors.Join(errors.New("not there"), readErr)
				}
				done <- err
			}()
		}
		for range 20 {
			if err := <-done; err != nil {
				t.Error(err)
			}
		}
		if n := len(listed(t, k)); n != 20 {
			t.Errorf("%d files", n)
		}
	})
}

func TestContractHistoryOfAll(t *testing.T) {
	contract(t, func(t *testing.T, k keeper) {
		mustPut(t, k, "a.md", "one")
		mustPut(t, k, "b.md", "one")
		mustPut(t, k, "c.md", "one")
		mustPut(t, k, "a.md", "two")
		if err := k.Remove("b.md"); err != nil {
			t.Fatal(err)
		}
		if err := k.Keep("c.md"); err != nil {
			t.Fatal(err)
		}
		if _, err := k.Rename("c.md", "d.md"); err != nil {
			t.Fatal(err)
		}
		if got := pastOf(t, k, time.Time{}); got != "c.md b.md a.md" {
			t.Errorf("all: %s", got)
		}
		past, err := k.Since(time.Time{})
		if err != nil {
			t.Fatal(err)
		}
		if got := pastOf(t, k, past[1].Until); got != "c.md b.md" {
			t.Errorf("since b.md went: %s", got)
		}
		for _, p := range past {
			if data, err := k.ReadVersion(p.Name, p.ID); err != nil || string(data) != "one" {
				t.Errorf("%s of %s: %q, %v", p.ID, p.Name, data, err)
			}
		}
	})
}

// pastOf returns the names of what went since then, newest first.
func pastOf(t *testing.T, k keeper, since time.Time) string {
	t.Helper()
	past, err := k.Since(since)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, p := range past {
		names = append(names, p.Name)
	}
	return strings.Join(names, " ")
}

func TestContractTry(t *testing.T) {
	contract(t, func(t *testing.T, k keeper) {
		mustPut(t, k, "folder/a.md", "a")
		for name, ok := range map[string]bool{"new.md": true, "folder/a.md": true, "../x.md": false, ".hidden.md": false} {
			if err := k.Try(name, 10); (err == nil) != ok {
				t.Errorf("%s: %v", name, err)
			}
		}
		if got := strings.Join(listed(t, k), " "); got != "folder/a.md" {
			t.Errorf("it left %s", got)
		}
	})
}
