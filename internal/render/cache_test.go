package render

import (
	"strings"
	"sync"
	"testing"

	"postern/internal/picture"
	"postern/internal/post"
)

func TestCacheShares(t *testing.T) {
	c := NewCache(1 << 20)
	p := &post.Post{Markdown: "# Title\n\nSome *words*."}
	o := Options{Measure: 40, Theme: testTheme(t)}
	d := c.Get(p, o)
	if c.Get(p, o) != d {
		t.Error("equal arguments give another document")
	}
	bare := c.Get(p, Options{Measure: 40})
	if bare == d || bare.layout != d.layout {
		t.Error("two themes do not share their lines")
	}
	if c.Get(p, Options{Measure: 41}).layout == d.layout || c.Get(&post.Post{}, o).layout == d.layout {
		t.Error("another measure or post has the same lines")
	}
	if got, want := d.Lines(2, 1)[0].String(), "\x1b"; d.Len() != 4 || strings.Contains(got, want) {
		t.Errorf("line 2 of %d: %q", d.Len(), got)
	}
	if got := d.Lines(3, 1)[0].String(); got != "Some \x1b[3mwords\x1b[m." {
		t.Errorf("got %q", got)
	}
	if got := bare.Lines(3, 1)[0].String(); got != "Some words." {
		t.Errorf("got %q", got)
	}
}

// TestNobodyWaitsInTheCacheForALongPost wants what looks through a whole post to wait for who has it set.
func TestNobodyWaitsInTheCacheForALongPost(t *testing.T) {
	d := NewCache(1<<20).Get(&post.Post{Markdown: strings.Repeat("words\n\n", 4000)}, Options{Measure: 40})
	if d.layout.windows.known {
		t.Error("the post was looked through with the cache locked")
	}
	if d.Lines(0, 1); !d.layout.windows.known {
		t.Error("a window was set without what it must know of the others")
	}
}

func TestCacheIsBounded(t *testing.T) {
	const limit = 100 << 10
	c := NewCache(limit)
	first := &post.Post{Markdown: strings.Repeat("word ", 4000)}
	kept := c.Get(first, Options{Measure: 60})
	kept.Len()
	for i := range 50 {
		c.Get(&post.Post{Markdown: strings.Repeat("word ", 4000)}, Options{Measure: 60}).Len()
		if i%2 == 0 {
			c.Get(first, Options{Measure: 60})
		}
	}
	c.Get(&post.Post{}, Options{Measure: 60})
	if n := c.Bytes(); n > limit {
		t.Errorf("%d bytes, more than %d", n, limit)
	}
	if c.Get(first, Options{Measure: 60}) != kept {
		t.Error("what was asked for again and again has gone")
	}
}

func TestCacheKeepsNoCrowdOfPicturesThatWereReplaced(t *testing.T) {
	p := &post.Post{Markdown: "![a](a.png)"}
	show := func(c *Cache, one *picture.Picture, measure int) {
		album := picture.NewAlbum(map[string]*picture.Picture{"a.png": one})
		c.Get(p, Options{Measure: measure, Album: album, Rows: 10}).Len()
	}
	one := shades(t, 320, 320)
	limit := 5 * one.Bytes()
	c := NewCache(limit)
	for range 50 {
		show(c, one, 60)
	}
	if n := len(c.albums); n > 5 || c.Bytes() > limit {
		t.Errorf("%d albums, %d bytes", n, c.Bytes())
	}
	many := NewCache(limit)
	album := picture.NewAlbum(map[string]*picture.Picture{"a.png": one})
	for measure := range 20 {
		many.Get(p, Options{Measure: 40 + measure, Album: album, Rows: 1}).Len()
	}
	if n := many.used.Len(); n != 20 || many.Bytes() > 2*one.Bytes() {
		t.Errorf("%d of 20 layouts that share an album, %d bytes", n, many.Bytes())
	}
}

func TestCacheIsConcurrent(t *testing.T) {
	c := NewCache(64 << 10)
	posts := []*post.Post{{Markdown: mixed(20 << 10)}, {Markdown: mixed(9 << 10)}, {Markdown: "```go\n" + strings.Repeat("x := f(\"a\")\n", 200) + "```"}}
	want := make([]string, len(posts))
	for i, p := range posts {
		want[i] = shownText(New(p, Options{Measure: 50}))
	}
	dark := testTheme(t)
	var wg sync.WaitGroup
	for n := range 16 {
		wg.Go(func() {
			for i := range 20 {
				k := (n + i) % len(posts)
				d := c.Get(posts[k], Options{Measure: 50, Theme: []*Theme{nil, dark}[i%2]})
				for _, l := range d.Lines(i*7, 24) {
					_ = l.String()
				}
				d.Find(d.Place(i * 11))
				if got := shownText(d); got != want[k] {
					t.Errorf("reader %d sees something else in post %d", n, k)
					return
				}
			}
		})
	}
	wg.Wait()
}
