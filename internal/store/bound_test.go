package store

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// since returns what Since does.
func since(f *Folder, t time.Time) []Past {
	past, err := f.Since(t)
	if err != nil {
		panic(err)
	}
	return past
}

// held returns how many versions of each file the history holds, as in "a.md:2 b.md:1".
func held(f *Folder) string {
	count := make(map[string]int)
	for _, p := range since(f, time.Time{}) {
		count[p.Name]++
	}
	var all []string
	for name, n := range count {
		all = append(all, fmt.Sprintf("%s:%d", name, n))
	}
	slices.Sort(all)
	return strings.Join(all, " ")
}

// puts makes text the file called name.
func puts(t testing.TB, f *Folder, name, text string) {
	t.Helper()
	if _, err := f.Put(name, []byte(text), time.Time{}); err != nil {
		t.Fatal(err)
	}
}

// version is a text of so many versions' weight, so that four of them are the limit of four.
func version(n byte) string { return strings.Repeat(string('a'+rune(n)), versionCosts) }

const four = 4 * 2 * versionCosts

func TestHistoryIsBoundedInBytesAndTheLatestGoLast(t *testing.T) {
	f, dir := write(t, map[string]string{"gone.md": version(0), "sub/gone.md": version(1), "a.md": version(2)})
	f.BoundHistory(four)
	for _, name := range []string{"gone.md", "sub/gone.md"} {
		if err := f.Remove(name); err != nil {
			t.Fatal(err)
		}
	}
	for n, want := range []string{"a.md:1 gone.md:1 sub/gone.md:1", "a.md:2 gone.md:1 sub/gone.md:1", "a.md:1 gone.md:1 sub/gone.md:1", "a.md:2 gone.md:1 sub/gone.md:1"} {
		puts(t, f, "a.md", version(byte(3+n)))
		if got := held(f); got != want {
			t.Errorf("after %d pushes: %s, want %s", n+1, got, want)
		}
	}
	if err := f.Remove("a.md"); err != nil {
		t.Fatal(err)
	}
	if got := held(f); got != "a.md:1 gone.md:1 sub/gone.md:1" {
		t.Errorf("after a removal: %s", got)
	}
	for n := range 3 { // nothing is left but the latest of each: the oldest of these go
		puts(t, f, fmt.Sprint(n), version(byte(n)))
		if err := f.Remove(fmt.Sprint(n)); err != nil {
			t.Fatal(err)
		}
	}
	if got := held(f); got != "0:1 1:1 2:1 a.md:1" {
		t.Errorf("the latest of each: %s", got)
	}
	if _, err := os.Stat(filepath.Join(dir, historyFolder, "gone.md")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("an empty folder stays: %v", err)
	}
}

func TestHistoryKeepsWhatIsLargerThanItsLimit(t *testing.T) {
	f, _ := write(t, map[string]string{"a.md": strings.Repeat(version(0), 20), "b.md": "b"})
	f.BoundHistory(four)
	if err := errors.Join(f.Remove("b.md"), f.Remove("a.md")); err != nil {
		t.Fatal(err)
	}
	if got := held(f); got != "a.md:1" {
		t.Errorf("kept %s", got)
	}
}

func TestHistoryIsBoundedAfterARestart(t *testing.T) {
	f, dir := write(t, map[string]string{"a.md": version(0)})
	f.BoundHistory(four)
	for n := range byte(4) {
		puts(t, f, "a.md", version(n+1))
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	for _, swept := range []bool{false, true} {
		f, err := Open(dir)
		if err != nil {
			t.Fatal(err)
		}
		f.BoundHistory(four)
		if swept {
			if n, err := f.Sweep(); n != 0 || err != nil {
				t.Errorf("swept %d, %v", n, err)
			}
		}
		puts(t, f, "a.md", version(10))
		puts(t, f, "a.md", version(11))
		if got := held(f); got != "a.md:3" && got != "a.md:4" {
			t.Errorf("swept %t: %s", swept, got)
		}
		f.BoundHistory(four / 2)
		if n, err := f.Sweep(); n < 2 || err != nil || held(f) != "a.md:1" {
			t.Errorf("a lower limit: swept %d, %v: %s", n, err, held(f))
		}
		f.BoundHistory(four)
		for n := range byte(3) {
			puts(t, f, "a.md", version(n))
		}
		if err := f.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

func TestManySmallVersionsAreBoundedToo(t *testing.T) {
	f, _ := write(t, nil)
	f.BoundHistory(100 * versionCosts)
	for n := range 150 {
		name := fmt.Sprint(n)
		puts(t, f, name, "x")
		if err := f.Remove(name); err != nil {
			t.Fatal(err)
		}
	}
	if n := len(since(f, time.Time{})); n < 80 || n > 100 {
		t.Errorf("%d versions", n)
	}
}

func TestSinceTellsWhatWentLast(t *testing.T) {
	f, _ := write(t, map[string]string{"a.md": "a", "sub/b.md": "b", "c.md": "c"})
	if err := f.Remove("c.md"); err != nil {
		t.Fatal(err)
	}
	before := since(f, time.Time{})[0].Until.Add(time.Nanosecond)
	puts(t, f, "a.md", "A")
	if err := f.Remove("sub/b.md"); err != nil {
		t.Fatal(err)
	}
	got := since(f, before)
	if len(got) != 2 || got[0].Name != "sub/b.md" || got[1].Name != "a.md" || got[0].Size != 1 {
		t.Errorf("got %v", got)
	}
	for _, p := range got {
		if data, err := f.ReadVersion(p.Name, p.ID); err != nil || !strings.Contains(p.Name, string(data)) {
			t.Errorf("%s: %q, %v", p.Name, data, err)
		}
	}
}

// BenchmarkPutOverHistory measures a push of one file beside a history of many: none of it is looked at.
func BenchmarkPutOverHistory(b *testing.B) {
	for _, many := range []int{0, 10000} {
		b.Run(fmt.Sprint(many), func(b *testing.B) {
			dir := b.TempDir()
			id := time.Now().UTC().Format(VersionLayout)
			for n := range many {
				folder := filepath.Join(dir, historyFolder, fmt.Sprintf("%05d.md", n))
				if err := errors.Join(os.MkdirAll(folder, 0o755), os.WriteFile(filepath.Join(folder, id), nil, 0o644)); err != nil {
					b.Fatal(err)
				}
			}
			f, err := Open(dir)
			if err != nil {
				b.Fatal(err)
			}
			defer func() { _ = f.Close() }()
			f.BoundHistory(1 << 30)
			puts(b, f, "a.md", "first")
			puts(b, f, "a.md", "second")
			for n := 0; b.Loop(); n++ {
				puts(b, f, "a.md", fmt.Sprint(n))
			}
		})
	}
}
