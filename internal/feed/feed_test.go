package feed

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/mmcdole/gofeed"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"postern/internal/index"
	"postern/internal/post"
)

var update = flag.Bool("update", false, "write the golden files")

// now is when the tests look at their posts.
var now = time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)

// formats are all there are.
func formats() map[string]func(io.Writer, *Feed) error {
	return map[string]func(io.Writer, *Feed) error{"atom": Atom, "rss": RSS, "json": JSON}
}

// blog returns a Snapshot of files; the one called _index.md is the site.
func blog(t testing.TB, files map[string]string) *index.Snapshot {
	t.Helper()
	var site *post.Site
	var posts []*post.Post
	for name, content := range files {
		if name == "_index.md" {
			var err error
			site, _, err = post.ParseSite([]byte(content))
			check(t, err)
			continue
		}
		p, err := post.Parse(name, []byte(content), post.Config{})
		check(t, err)
		posts = append(posts, p)
	}
	return index.Build(site, posts, nil, now)
}

func check(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// written returns the feed of posts in a format, as from the host blog.example.com.
func written(t testing.TB, posts *index.Snapshot, format string) string {
	t.Helper()
	var b strings.Builder
	check(t, formats()[format](&b, new(Cache).Feed(posts, "blog.example.com", Usual)))
	return b.String()
}

// parsed returns what an independent parser makes of a feed.
func parsed(t testing.TB, content string) *gofeed.Feed {
	t.Helper()
	f, err := gofeed.NewParser().ParseString(content)
	if err != nil {
		t.Fatalf("%v in %s", err, content)
	}
	return f
}

// sample is a blog with posts in every state.
func sample() map[string]string {
	return map[string]string{
		"_index.md":  "---\ntitle: A & B\ndescription: <all> \"sorts\"\nauthor: Ann Lee\nemail: ann@example.com\nlanguage: en\nlicense: CC0-1.0\nurl: https://example.com/blog/\n---\nHello.\n",
		"first.md":   "---\ntitle: The first\ndate: 2026-01-02T03:04:05+01:00\nupdated: 2026-03-01\nauthors: [Ann Lee, Bo]\ntags: [one, two & three]\n---\n\nA **word** and [another](second.md), [a page](https://example.org/?a=1&b=2).\n\n![A cat](cat.png)\n",
		"second.md":  "---\ntitle: 二番目\ndate: 2026-01-03\nlang: ja\n---\n\n> [!NOTE]\n> 読む。\n\n- [x] done\n- [ ] not done\n",
		"undated.md": "---\ntitle: Undated\n---\n\nNo day.\n",
		"draft.md":   "---\ntitle: Secret draft\ndraft: true\ndate: 2026-01-04\n---\nNot yet.\n",
		"later.md":   "---\ntitle: Secret later\ndate: 2027-01-04\n---\nNot yet.\n",
		"gone.md":    "---\ntitle: Secret gone\ndate: 2025-01-04\nexpiryDate: 2026-01-01\n---\nNo more.\n",
		"hidden.md":  "---\ntitle: Secret hidden\ndate: 2025-01-04\nunlisted: true\n---\nBy its address.\n",
	}
}

func TestFeedsAreAsTheyWere(t *testing.T) {
	posts := blog(t, sample())
	for format := range formats() {
		got := written(t, posts, format)
		if again := written(t, blog(t, sample()), format); again != got {
			t.Errorf("%s: equal blogs have unlike feeds", format)
		}
		if strings.Contains(got, "Secret") {
			t.Errorf("%s: shows what is not for readers", format)
		}
		golden := filepath.Join("testdata", "sample."+format+".golden")
		if *update {
			check(t, os.WriteFile(golden, []byte(got), 0o644))
		}
		want, err := os.ReadFile(golden)
		check(t, err)
		if got != string(want) {
			t.Errorf("%s: got\n%s\nwant\n%s", format, got, want)
		}
	}
}

func TestOtherParsersReadTheSame(t *testing.T) {
	posts := blog(t, sample())
	for format := range formats() {
		f := parsed(t, written(t, posts, format))
		if f.Title != "A & B" || f.Link != "https://example.com/blog/" || f.Language != "en" {
			t.Errorf("%s: site: %q %q %q", format, f.Title, f.Link, f.Language)
		}
		if len(f.Items) != 3 {
			t.Fatalf("%s: %d items", format, len(f.Items))
		}
		second, first, undated := f.Items[0], f.Items[1], f.Items[2]
		if first.Title != "The first" || first.Link != "https://example.com/blog/first" || !strings.HasPrefix(first.GUID, "urn:uuid:") {
			t.Errorf("%s: first: %q %q %q", format, first.Title, first.Link, first.GUID)
		}
		if day := time.Date(2026, 1, 2, 2, 4, 5, 0, time.UTC); first.PublishedParsed == nil || !first.PublishedParsed.Equal(day) {
			t.Errorf("%s: published %v", format, first.PublishedParsed)
		}
		if day := time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC); format != "rss" && (first.UpdatedParsed == nil || !first.UpdatedParsed.Equal(day)) {
			t.Errorf("%s: updated %v", format, first.UpdatedParsed)
		}
		if format != "rss" && len(first.Authors) != 2 || first.Authors[0].Name != "Ann Lee" || fmt.Sprint(first.Categories) != "[one two & three]" {
			t.Errorf("%s: authors %v, categories %q", format, first.Authors, first.Categories)
		}
		for _, part := range []string{"<strong>word</strong>", `href="https://example.com/blog/second"`, `href="https://example.org/?a=1&amp;b=2"`, `src="https://example.com/blog/cat.png"`} {
			if !strings.Contains(first.Content, part) {
				t.Errorf("%s: no %s in %q", format, part, first.Content)
			}
		}
		if second.Title != "二番目" || !strings.Contains(second.Content, "<strong>Note</strong>") || !strings.Contains(second.Content, "☑ done") {
			t.Errorf("%s: second: %q %q", format, second.Title, second.Content)
		}
		if undated.Title != "Undated" || undated.PublishedParsed != nil && format != "atom" {
			t.Errorf("%s: undated: %v", format, undated)
		}
	}
}

func TestJSONFeedKeepsToItsSchema(t *testing.T) {
	c := jsonschema.NewCompiler()
	c.AssertFormat()
	schema, err := c.Compile("testdata/jsonfeed.schema.json")
	check(t, err)
	for _, files := range []map[string]string{sample(), {}, {"a.md": "---\ntitle: T\n---\n"}} {
		v, err := jsonschema.UnmarshalJSON(strings.NewReader(written(t, blog(t, files), "json")))
		check(t, err)
		if err := schema.Validate(v); err != nil {
			t.Error(err)
		}
	}
}

func TestRequiredElements(t *testing.T) {
	required := map[string]string{
		"atom": "feed/id feed/title feed/updated feed/author/name entry/id entry/title entry/updated entry/link",
		"rss":  "channel/title channel/link channel/description item/title item/link item/guid item/description",
	}
	for _, files := range []map[string]string{sample(), {"a.md": "---\ntitle: T\n---\nwords\n"}} {
		for format, paths := range required {
			found := elements(t, written(t, blog(t, files), format))
			for path := range strings.FieldsSeq(paths) {
				if !strings.Contains(found, path+"\n") {
					t.Errorf("%s has no %s", format, path)
				}
			}
		}
	}
}

// elements returns the last two or three names of the way to each element that has text or attributes, a line each.
func elements(t testing.TB, document string) string {
	t.Helper()
	d := xml.NewDecoder(strings.NewReader(document))
	var way []string
	var found strings.Builder
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return found.String()
		}
		check(t, err)
		switch token := token.(type) {
		case xml.StartElement:
			way = append(way, token.Name.Local)
			if len(token.Attr) > 0 {
				note(&found, way)
			}
		case xml.CharData:
			if len(bytes.TrimSpace(token)) > 0 {
				note(&found, way)
			}
		case xml.EndElement:
			way = way[:len(way)-1]
		}
	}
}

func note(found *strings.Builder, way []string) {
	for n := 2; n <= min(3, len(way)); n++ {
		found.WriteString(strings.Join(way[len(way)-n:], "/") + "\n")
	}
}

func TestTitlesComeBack(t *testing.T) {
	titles := map[string]string{ // what is written to what may be shown
		`&<>"'`:                   `&<>"'`,
		`AT&amp;T <b>bold</b>`:    `AT&amp;T <b>bold</b>`,
		`]]> <![CDATA[x]]>`:       `]]> <![CDATA[x]]>`,
		"👩‍👩‍👧 family 🏳️":         "👩‍👩‍👧 family 🏳",
		"漢字かな交じり文":                "漢字かな交じり文",
		"שלום עולם":               "שלום עולם",
		"a\x1b[31mb\x07c\u009bd":  "a[31mbcd",
		"left\u202eright\u200b":   "leftright",
		"zero\x00 \ufffe\uffff x": "zero x",
	}
	for title, want := range titles {
		p := &post.Post{File: "a.md", Slug: "a", Base: "a", Title: title, Tags: []string{title}, Markdown: "x", Date: now.Add(-time.Hour)}
		posts := index.Build(&post.Site{Title: title, Description: title, License: title}, []*post.Post{p}, nil, now)
		for format := range formats() {
			content := written(t, posts, format)
			if format == "json" {
				var v struct {
					Title string
					Items []struct{ Title string }
				}
				check(t, json.Unmarshal([]byte(content), &v))
				if v.Title != want || v.Items[0].Title != want {
					t.Errorf("%s: %q became %q and %q", format, title, v.Title, v.Items[0].Title)
				}
				continue
			}
			var v struct {
				Item  string `xml:"channel>item>title"`
				Entry string `xml:"entry>title"`
			}
			check(t, xml.Unmarshal([]byte(content), &v))
			if got := v.Item + v.Entry; got != want {
				t.Errorf("%s: %q became %q", format, title, got)
			}
			if strings.ContainsFunc(content, func(r rune) bool { return r < ' ' && r != '\n' || r >= 0x7F && r < 0xA0 || r >= 0xFFFD && r <= 0xFFFF }) {
				t.Errorf("%s: %q leaves a control", format, title)
			}
			parsed(t, content)
		}
	}
}

func TestIdsLast(t *testing.T) {
	id := func(files map[string]string, host string) string {
		return new(Cache).Feed(blog(t, files), host, Usual).items[0].id
	}
	base := map[string]string{"a.md": "---\ntitle: T\ndate: 2026-01-02\n---\nx\n"}
	want := id(base, "one.example")
	for what, got := range map[string]string{
		"host":  id(base, "two.example"),
		"zone":  id(map[string]string{"a.md": "---\ntitle: T\ndate: 2026-01-02T00:00:00+05:00\n---\nx\n"}, "one.example"),
		"words": id(map[string]string{"a.md": "---\ntitle: U\ndate: 2026-01-02\ntags: [x]\nupdated: 2026-02-02\n---\ny\n"}, "one.example"),
		"url":   id(map[string]string{"a.md": base["a.md"], "_index.md": "---\nurl: https://x.example\n---\n"}, "one.example"),
	} {
		if got != want {
			t.Errorf("another %s, another id: %s, %s", what, want, got)
		}
	}
	if other := id(map[string]string{"b.md": base["a.md"]}, "one.example"); other == want {
		t.Error("two posts have one id")
	}
}

func TestALongBlogStaysBounded(t *testing.T) {
	var posts []*post.Post
	body := strings.Repeat("word ", 8000)
	for n := range 1200 {
		name := fmt.Sprintf("p%04d", n)
		posts = append(posts, &post.Post{File: name + ".md", Slug: name, Base: name, Title: name, Summary: "in short",
			Date: now.Add(-time.Duration(n+1) * time.Hour), Markdown: body})
	}
	snapshot := index.Build(nil, posts, nil, now)
	cache := new(Cache)
	if f := cache.Feed(snapshot, "h", Usual); len(f.items) != Usual || f.items[0].title != "p0000" {
		t.Errorf("%d items, the first is %s", len(f.items), f.items[0].title)
	}
	for _, limit := range []int{Most, 1 << 40} {
		f := cache.Feed(snapshot, "h", limit)
		if len(f.items) != Most || f.items[0].html == "" || f.items[Most-1].html != "" {
			t.Errorf("limit %d: %d items", limit, len(f.items))
		}
		for format, write := range formats() {
			var b bytes.Buffer
			check(t, write(&b, f))
			if b.Len() > maxContent*3/2 {
				t.Errorf("%s: %d bytes", format, b.Len())
			}
		}
	}
	for n := range 20 {
		cache.Feed(snapshot, fmt.Sprint("h", n), 1)
	}
	if len(cache.made) > maxHosts {
		t.Errorf("remembers %d hosts", len(cache.made))
	}
	for format, write := range formats() {
		if err := write(io.Discard, new(Cache).Feed(snapshot, "h", -1)); err != nil {
			t.Errorf("%s: %v", format, err)
		}
	}
}

func TestHostsThatAreNone(t *testing.T) {
	posts := blog(t, sample())
	for host, want := range map[string]string{
		"a b":        "ssh://localhost",
		"":           "ssh://localhost",
		"-oProxy":    "ssh://localhost",
		"[::1]:2222": "ssh://[::1]:2222",
	} {
		if got := new(Cache).Feed(posts, host, 1).ssh; got != want {
			t.Errorf("%q became %s", host, got)
		}
	}
}

func TestAClosedPipeIsTheWritersError(t *testing.T) {
	f := new(Cache).Feed(blog(t, sample()), "h", Usual)
	for format, write := range formats() {
		r, w := io.Pipe()
		check(t, r.Close())
		if err := write(w, f); !errors.Is(err, io.ErrClosedPipe) {
			t.Errorf("%s: %v", format, err)
		}
	}
}

func BenchmarkFeed(b *testing.B) {
	posts := blog(b, sample())
	cache := new(Cache)
	for b.Loop() {
		check(b, Atom(io.Discard, cache.Feed(posts, "h", Usual)))
	}
}
