package post

import (
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
)

// file is one file of a corpus.
type file struct {
	name string
	data []byte
}

// corpusFiles returns count files, which repeat the corpus as often as needed, and their size in bytes.
func corpusFiles(t testing.TB, count int) (files []file, size int64) {
	t.Helper()
	dir := corpusDir(t)
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || strings.HasSuffix(path, ".jsonl") {
			return err
		}
		data, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		name, err := filepath.Rel(dir, path)
		files = append(files, file{filepath.ToSlash(name), data})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; len(files) < count; i++ {
		files = append(files, files[i])
	}
	for _, f := range files {
		size += int64(len(f.data))
	}
	return files, size
}

// parseAll parses files on all cores and returns the posts.
func parseAll(files []file) []*Post {
	posts := make([]*Post, len(files))
	workers := runtime.GOMAXPROCS(0)
	var wait sync.WaitGroup
	for w := range workers {
		wait.Go(func() {
			for i := w; i < len(files); i += workers {
				posts[i], _ = Parse(files[i].name, files[i].data, Config{})
			}
		})
	}
	wait.Wait()
	return posts
}

// BenchmarkParse parses 10,000 real posts an iteration.
func BenchmarkParse(b *testing.B) {
	files, size := corpusFiles(b, 10000)
	b.SetBytes(size)
	b.ReportAllocs()
	for b.Loop() {
		parseAll(files)
	}
}

func TestMemory(t *testing.T) {
	files, size := corpusFiles(t, 10000)
	before := heap()
	posts := parseAll(files)
	grown := heap() - before
	if ratio := float64(grown) / float64(size); ratio >= 3 {
		t.Errorf("%d posts of %d bytes take %d bytes: %.2f times as much, want less than 3", len(posts), size, grown, ratio)
	} else {
		t.Logf("%d posts of %d bytes take %.2f times as much", len(posts), size, ratio)
	}
	runtime.KeepAlive(posts)
	runtime.KeepAlive(files)
}

// heap returns how many bytes are in use.
func heap() int64 {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}
