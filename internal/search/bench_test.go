package search

import (
	"fmt"
	"math/rand/v2"
	"runtime"
	"slices"
	"sort"
	"strings"
	"sync"
	"testing"
	"time"

	"postern/internal/post"
)

// How many words the dictionary of the benchmarks has, how many a post, and how many posts there are.
const (
	dictionary = 50_000
	wordsAPost = 1_000
	manyPosts  = 10_000
)

// writer writes posts of words that are as rare as Zipf has it.
type writer struct {
	random *rand.Rand
	words  []string
	share  []float64 // of the words up to each, ascending to 1
}

func newWriter(seed uint64) *writer {
	w := &writer{random: rand.New(rand.NewPCG(seed, 1))}
	known := make(map[string]bool)
	for len(w.words) < dictionary {
		if word := w.invent(); !known[word] {
			known[word] = true
			w.words = append(w.words, word)
		}
	}
	sum := 0.0
	for n := range w.words {
		sum += 1 / float64(n+1)
		w.share = append(w.share, sum)
	}
	for n := range w.share {
		w.share[n] /= sum
	}
	return w
}

// invent makes a word of syllables.
func (w *writer) invent() string {
	const first, second = "bcdfghklmnprstvw", "aeiou"
	var b strings.Builder
	for range 2 + w.random.IntN(3) {
		b.WriteByte(first[w.random.IntN(len(first))])
		b.WriteByte(second[w.random.IntN(len(second))])
		if w.random.IntN(3) == 0 {
			b.WriteByte(first[w.random.IntN(len(first))])
		}
	}
	return b.String()
}

// word returns a word, often a common one.
func (w *writer) word() string {
	return w.words[min(sort.SearchFloat64s(w.share, w.random.Float64()), dictionary-1)]
}

// text returns n words, in paragraphs.
func (w *writer) text(n int) string {
	var b strings.Builder
	for i := range n {
		switch {
		case i%100 == 99:
			b.WriteString(".\n\n")
		case i%12 == 11:
			b.WriteString(",\n")
		case i > 0:
			b.WriteByte(' ')
		}
		b.WriteString(w.word())
	}
	return b.String()
}

// post writes post number n.
func (w *writer) post(n int) *post.Post {
	return &post.Post{
		File: fmt.Sprintf("%05d.md", n), Title: w.text(6), Tags: []string{w.words[w.random.IntN(200)], w.words[w.random.IntN(200)]},
		Authors: []string{"Ada Example"}, Date: time.Date(2020, 1, 1, n, 0, 0, 0, time.UTC), Markdown: w.text(wordsAPost),
	}
}

func (w *writer) posts(n int) []*post.Post {
	all := make([]*post.Post, n)
	for i := range all {
		all[i] = w.post(i)
	}
	return all
}

// library is what all benchmarks share.
type library struct {
	writer *writer
	posts  []*post.Post
	index  *Index
	size   int64 // bytes of the index
}

// heap returns how many bytes are in use.
func heap() int64 {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}

// newLibrary makes the posts and their index once for all benchmarks of a run.
func newLibrary(b *testing.B) *library {
	l := &library{writer: newWriter(1)}
	l.posts = l.writer.posts(manyPosts)
	before := heap()
	x, err := Build(b.Context(), l.posts)
	if err != nil {
		b.Fatal(err)
	}
	l.index, l.size = x, heap()-before
	return l
}

func BenchmarkSearch(b *testing.B) {
	l := newLibrary(b)
	b.Run("build", l.build)
	b.Run("view", l.view)
	b.Run("change", l.change)
	for _, query := range l.queries() {
		b.Run(query[0], func(b *testing.B) { l.search(b, query[1]) })
	}
	b.Run("excerpts", l.excerpts)
}

func (l *library) build(b *testing.B) {
	for b.Loop() {
		if _, err := Build(b.Context(), l.posts); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(l.size)/1e6, "MB")
}

func (l *library) view(b *testing.B) {
	for b.Loop() {
		l.index.View(func(*post.Post) bool { return true })
	}
}

// change changes one post after the other, in an index that keeps all changes.
func (l *library) change(b *testing.B) {
	x := l.index
	var changed []*post.Post
	for range 100 {
		changed = append(changed, l.writer.post(l.writer.random.IntN(manyPosts)))
	}
	n := 0
	for b.Loop() {
		if n%len(changed) == 0 {
			x = l.index
		}
		x = x.With(changed[n%len(changed):][:1], nil)
		n++
	}
}

// queries returns names and queries.
func (l *library) queries() [][2]string {
	words := l.writer.words
	long := words[slices.IndexFunc(words, func(w string) bool { return len(w) >= 9 })]
	common, next, rare := words[3], words[7], words[30_000]
	body := strings.Fields(strings.NewReplacer(",", "", ".", "").Replace(l.posts[7].Markdown))
	return [][2]string{
		{"common word", common + " "},
		{"rare word", rare + " "},
		{"two words", words[50] + " " + words[300] + " "},
		{"four words", strings.Join(body[100:104], " ") + " "},
		{"prefix of 1", common[:1]},
		{"prefix of 2", common[:2]},
		{"prefix of 3", common[:3]},
		{"typo of 1", long[:4] + "x" + long[5:]},
		{"typo of 2", long[:3] + "xy" + long[5:]},
		{"typo of 2 whole", long[:3] + "xy" + long[5:] + " "},
		{"phrase", `"` + strings.Join(body[10:13], " ") + `"`},
		{"phrase of common words", `"` + common + " " + next + `"`},
		{"tag", "#" + words[7] + " "},
		{"nonsense", "zzzzqqqq xxxxjjjj "},
	}
}

func (l *library) search(b *testing.B, query string) {
	v := l.index.View(func(*post.Post) bool { return true })
	total := 0
	var took []time.Duration
	for b.Loop() {
		start := time.Now()
		total = v.Search(query, 10).Total
		took = append(took, time.Since(start))
	}
	slices.Sort(took)
	b.ReportMetric(float64(took[len(took)/2].Microseconds())/1000, "ms-p50")
	b.ReportMetric(float64(total), "posts")
}

// excerpts makes the ten that a screen shows.
func (l *library) excerpts(b *testing.B) {
	v := l.index.View(func(*post.Post) bool { return true })
	hits := v.Search(l.writer.words[50]+" "+l.writer.words[300]+" ", 10).Hits
	for b.Loop() {
		for _, h := range hits {
			h.Excerpt(68)
		}
	}
}

// BenchmarkSearchAtOnce searches from all processors.
func BenchmarkSearchAtOnce(b *testing.B) {
	l := sync.OnceValue(func() *library { return newLibrary(b) })()
	v := l.index.View(func(*post.Post) bool { return true })
	b.ResetTimer()
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			v.Search(l.writer.words[50]+" "+l.writer.words[300][:3], 10)
		}
	})
}
