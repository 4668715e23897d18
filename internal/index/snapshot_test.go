package index

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"postern/internal/post"
)

// now is the time of all tests that do not need another.
var now = time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)

// folder parses files, given as "path: header" with a semicolon for each line's end.
func folder(t testing.TB, files ...string) []*post.Post {
	t.Helper()
	var posts []*post.Post
	for _, f := range files {
		file, header, _ := strings.Cut(f, ": ")
		posts = append(posts, parse(t, file, "---\n"+strings.ReplaceAll(header, "; ", "\n")+"\n---\ntext\n"))
	}
	return posts
}

// slugs returns the slugs of entries, with blanks between them.
func slugs(entries []Entry) string {
	var found []string
	for _, e := range entries {
		found = append(found, e.Slug)
	}
	return strings.Join(found, " ")
}

func TestOrder(t *testing.T) {
	s := Build(nil, folder(t,
		"b.md: date: 2020-01-01 10:00 +02:00",
		"a.md: date: 2020-01-01 08:00 +00:00",
		"old.md: date: 2001-01-01",
		"z-undated.md: title: x",
		"new.md: date: 2021-01-01",
		"undated.md: title: x",
	), nil, now)
	if got, want := slugs(s.List(Readers)), "new a b old undated z-undated"; got != want {
		t.Errorf("got %s want %s", got, want)
	}
	e, _ := s.Find("a", Readers)
	newer, older := s.Neighbours(e, Readers)
	if newer.Slug != "new" || older.Slug != "b" {
		t.Errorf("beside a: %s, %s", newer.Slug, older.Slug)
	}
	e, _ = s.Find("new", Readers)
	if newer, older = s.Neighbours(e, Readers); !newer.IsZero() || older.Slug != "a" {
		t.Errorf("beside the newest: %v, %s", newer, older.Slug)
	}
}

func TestVisibility(t *testing.T) {
	posts := folder(t,
		"live.md: date: 2020-01-01; tags: [a, B]",
		"draft.md: date: 2020-01-02; draft: true; tags: [a, c]",
		"unlisted.md: date: 2020-01-03; unlisted: true; tags: [a, c]",
		"scheduled.md: date: 2026-11-22; tags: [b, c]",
		"published-later.md: date: 2020-01-05; publishDate: 2026-11-23 00:00 +02:00",
		"expired.md: date: 2020-01-06; expiryDate: 2026-11-21 12:00",
		"expiring.md: date: 2020-01-07; expiryDate: 2026-11-21 12:00:01",
	)
	s := Build(nil, posts, nil, now)
	if got, want := slugs(s.List(Readers)), "expiring live"; got != want {
		t.Errorf("readers: got %s want %s", got, want)
	}
	if got, want := slugs(s.List(Authors)), "scheduled expiring expired published-later unlisted draft live"; got != want {
		t.Errorf("authors: got %s want %s", got, want)
	}
	for _, test := range []struct {
		slug          string
		state         post.State
		readers, tags bool
	}{
		{"live", post.Live, true, true}, {"draft", post.Draft, false, false}, {"unlisted", post.Unlisted, true, false},
		{"scheduled", post.Scheduled, false, false}, {"published-later", post.Scheduled, false, false},
		{"expired", post.Expired, false, false}, {"expiring", post.Live, true, false},
	} {
		if _, ok := s.Find(test.slug, Readers); ok != test.readers {
			t.Errorf("%s: a reader finds it: %v", test.slug, ok)
		}
		if e, ok := s.Find(test.slug, Authors); !ok || e.State != test.state {
			t.Errorf("%s: an author finds it: %v, %v", test.slug, ok, e.State)
		}
	}
	if got, want := fmt.Sprint(s.Tags(Readers)), "[{a 1} {B 1}]"; got != want {
		t.Errorf("tags of readers: got %s want %s", got, want)
	}
	if got, want := fmt.Sprint(s.Tags(Authors)), "[{a 3} {c 3} {B 2}]"; got != want {
		t.Errorf("tags of authors: got %s want %s", got, want)
	}

	if s.At(now.Add(time.Second/2)) != s {
		t.Error("the Snapshot is made anew while nothing changes")
	}
	if want := now.Add(time.Second); !s.Until().Equal(want) {
		t.Errorf("until %v want %v", s.Until(), want)
	}
	later := s.At(now.Add(7 * 24 * time.Hour))
	if got, want := slugs(later.List(Readers)), "scheduled published-later live"; got != want {
		t.Errorf("later: got %s want %s", got, want)
	}
	if !later.Until().IsZero() {
		t.Errorf("later: until %v", later.Until())
	}
	if got, want := slugs(later.At(now).List(Readers)), "expiring live"; got != want {
		t.Errorf("earlier again: got %s want %s", got, want)
	}
	if got, want := slugs(s.List(Readers)), "expiring live"; got != want {
		t.Errorf("the Snapshot itself changed: %s", got)
	}
}

func TestSlugs(t *testing.T) {
	posts := folder(t,
		"2020-01-01-hello.md: title: first",
		"2021-01-01-hello.md: title: second",
		"b/2021-01-01-hello.md: title: third",
		"c/2021-01-01-hello.md: title: fourth",
		"x/hello.md: title: undated",
		"y/x/hello.md: title: undated too",
		"taken.md: date: 2019-01-01",
		"own.md: date: 2022-01-01; slug: taken",
		"one.md: date: 2020-01-01; slug: same",
		"two.md: date: 2020-01-02; slug: same",
	)
	want := map[string]string{
		"2020-01-01-hello.md": "hello", "2021-01-01-hello.md": "2021-01-01-hello", "b/2021-01-01-hello.md": "b-hello",
		"c/2021-01-01-hello.md": "c-hello", "x/hello.md": "x-hello", "y/x/hello.md": "hello-2",
		"taken.md": "2019-01-01-taken", "own.md": "taken", "one.md": "same", "two.md": "2020-01-02-same",
	}
	for range 5 {
		rand.Shuffle(len(posts), func(i, j int) { posts[i], posts[j] = posts[j], posts[i] })
		s := Build(nil, posts, nil, now)
		for _, e := range s.List(Readers) {
			if e.Slug != want[e.File] {
				t.Errorf("%s: got %s want %s", e.File, e.Slug, want[e.File])
			}
			if found, ok := s.Find(e.Slug, Readers); !ok || found.Post != e.Post {
				t.Errorf("%s does not lead to %s", e.Slug, e.File)
			}
		}
		var collisions []string
		for _, p := range s.Problems() {
			if strings.HasPrefix(p.What, "slug: ") {
				collisions = append(collisions, p.String())
			}
		}
		if got, want := strings.Join(collisions, "\n"), `own.md: warning: slug: takes the address of taken.md, whose file is called so (write another slug)
taken.md: warning: slug: own.md has the slug "taken", so this post is at 2019-01-01-taken (write a slug for one of the two)
two.md: warning: slug: one.md has the slug "same" too, so this post is at 2020-01-02-same (write another slug)`; got != want {
			t.Errorf("got %s want %s", got, want)
		}
	}
}

func TestABundleWithoutItsSlugIsNamedAfterTheFolderAboveIt(t *testing.T) {
	s := Build(nil, folder(t,
		"intro.md: title: a",
		"go/intro/index.md: title: b",
		"rust/intro/Index.fr.md: title: c",
		"zig/intro/part.md: title: d; slug: intro",
		"hello.md: title: e",
		"hello/index.md: title: f",
	), nil, now)
	for file, want := range map[string]string{"intro.md": "intro-2", "go/intro/index.md": "go-intro", "rust/intro/Index.fr.md": "rust-intro",
		"zig/intro/part.md": "intro", "hello.md": "hello", "hello/index.md": "hello-2"} {
		if e, _ := s.File(file); e.Slug != want {
			t.Errorf("%s is at %s, want %s", file, e.Slug, want)
		}
	}
}

func TestDraftTakesNoAddressThatIsRead(t *testing.T) {
	posts := []*post.Post{
		parse(t, "guide.md", "---\ntitle: Guide\ndate: 2026-01-02\n---\nRead.\n"),
		parse(t, "thief.md", "---\ntitle: Thief\nslug: guide\ndraft: true\ndate: 2020-01-02\n---\nSoon.\n"),
	}
	s := Build(nil, posts, nil, time.Date(2026, 2, 1, 0, 0, 0, 0, time.UTC))
	if e, ok := s.Find("guide", Readers); !ok || e.Title != "Guide" {
		t.Errorf("guide leads readers to %q", e.Title)
	}
}

func TestUndatedPostsThatWantOneAddressAreTold(t *testing.T) {
	s := Build(nil, folder(t, "aa/deep/keep.md: title: x", "bb/keep.md: title: x", "keep.md: title: x", "aa/draft.md: draft: true", "draft.md: title: x"), nil, now)
	for slug, file := range map[string]string{"keep": "keep.md", "bb-keep": "bb/keep.md", "deep-keep": "aa/deep/keep.md", "draft": "draft.md"} {
		if e, _ := s.Find(slug, Authors); e.Post == nil || e.File != file {
			t.Errorf("%s leads to %v, not to %s", slug, e.Post, file)
		}
	}
	var told []string
	for _, p := range s.Problems() {
		if strings.HasPrefix(p.What, "slug: ") {
			told = append(told, p.String())
		}
	}
	if got, want := strings.Join(told, "\n"), `aa/deep/keep.md: warning: slug: keep.md has the address "keep" too, so this post is at deep-keep (write a slug or a date)
bb/keep.md: warning: slug: keep.md has the address "keep" too, so this post is at bb-keep (write a slug or a date)
keep.md: warning: slug: bb/keep.md wants the same address, and is at another one (write a slug for one of the two)`; got != want {
		t.Errorf("got %s want %s", got, want)
	}
}

func TestAddresses(t *testing.T) {
	posts := folder(t,
		"blog/2020-01-02-hello.md: slug: greeting; aliases: [/old/hi.html]; permalink: /2020/hello/",
		"2020-01-03-other.md: url: template",
		"2020-01-04-more.md: url: template",
		"greeting.md: date: 2020-01-05",
	)
	stub := parse(t, "moved.md", "---\nredirect: /old/hi\n---\n")
	chain := parse(t, "moved-twice.md", "---\nredirect: /moved\n---\n")
	lost := parse(t, "lost.md", "---\nredirect: /nowhere\n---\n")
	s := Build(nil, append(posts, stub, chain, lost), nil, now)
	for address, want := range map[string]string{
		"greeting": "greeting", "/greeting/": "greeting", "Greeting.html": "greeting", "hello": "greeting",
		"2020-01-02-hello": "greeting", "2020-01-02-hello.md": "greeting", "blog/2020-01-02-hello.md": "greeting",
		"old/hi": "greeting", "/old/hi.html": "greeting", "hi": "greeting", "2020/hello": "greeting",
		"moved": "greeting", "moved-twice.md": "greeting", "template": "other", "more": "more",
		"2020-01-05-greeting": "2020-01-05-greeting", "greeting.md": "greeting", "lost": "", "nothing": "", "": "", "..": "",
	} {
		if e, ok := s.Find(address, Readers); e.IsZero() != (want == "") || ok != (want != "") || ok && e.Slug != want {
			t.Errorf("%q: got %v want %q", address, e.Slug, want)
		}
	}
	if got := len(s.List(Authors)); got != 4 {
		t.Errorf("%d posts are listed", got)
	}
	var told []string
	for _, p := range s.Problems() {
		told = append(told, p.String())
	}
	for _, want := range []string{
		`2020-01-04-more.md: warning: the address "template" leads to 2020-01-03-other.md already (remove it from one of the two)`,
		`lost.md: warning: redirect: no post is at "nowhere" (write the address of a post)`,
	} {
		if !slices.Contains(told, want) {
			t.Errorf("%q is not among %q", want, told)
		}
	}
}

func TestTranslations(t *testing.T) {
	posts := folder(t,
		"a/index.md: date: 2020-01-01; title: English",
		"a/index.fr.md: date: 2020-01-01; title: French",
		"a/index.zh-CN.md: date: 2020-01-01; title: Simplified",
		"a/index.zh-TW.md: date: 2020-01-01; title: Traditional",
		"a/index.de.md: date: 2020-01-01; title: German; draft: true",
		"b.md: date: 2020-01-02",
		"c.md: date: 2020-01-03; draft: true",
		"c.fr.md: date: 2020-01-03; slug: la-chose",
	)
	s := Build(&post.Site{Language: "en"}, posts, nil, now)
	if got, want := slugs(s.List(Readers)), "la-chose b a"; got != want {
		t.Errorf("got %s want %s", got, want)
	}
	e, _ := s.Find("a", Readers)
	if got, want := slugs(s.Translations(e, Readers)), "a a.fr a.zh-cn a.zh-tw"; got != want {
		t.Errorf("got %s want %s", got, want)
	}
	if got, want := slugs(s.Translations(e, Authors)), "a a.de a.fr a.zh-cn a.zh-tw"; got != want {
		t.Errorf("authors: got %s want %s", got, want)
	}
	for lang, want := range map[string]string{
		"fr_CA.UTF-8": "French", "fr": "French", "zh_TW.UTF-8": "Traditional", "zh_HK": "Traditional", "zh": "Simplified",
		"zh_SG": "Simplified", "de_DE": "English", "en_GB.UTF-8@euro": "English", "C": "English", "C.UTF-8": "English", "": "English",
		"xx": "English", "de:fr": "English",
	} {
		if got := s.In(e, lang, Readers).Title; got != want {
			t.Errorf("%q: got %s want %s", lang, got, want)
		}
	}
	if got := s.In(e, "de", Authors).Title; got != "German" {
		t.Errorf("an author reads %s", got)
	}
	french, ok := s.Find("a.fr", Readers)
	if newer, _ := s.Neighbours(french, Readers); !ok || newer.Slug != "b" {
		t.Errorf("beside the translation: %s", newer.Slug)
	}
	french = Build(&post.Site{Language: "fr"}, posts, nil, now).In(e, "", Readers)
	if s = Build(&post.Site{Language: "fr"}, posts, nil, now); slugs(s.List(Readers)) != "la-chose b a" || s.List(Readers)[2].Title != "French" {
		t.Errorf("a French site lists %s, %s", slugs(s.List(Readers)), french.Title)
	}
}

func TestSeries(t *testing.T) {
	s := Build(nil, folder(t,
		"three.md: date: 2020-01-03; series: Making It",
		"one.md: date: 2020-01-01; series: making it",
		"one.fr.md: date: 2020-01-01; series: making it",
		"two.md: date: 2020-01-02; series: Making it",
		"hidden.md: date: 2020-01-02; series: Making it; draft: true",
		"last.md: date: 2019-01-01; series: Parts; part: 2",
		"first.md: date: 2019-01-02; series: Parts; part: 1",
		"alone.md: date: 2020-01-01",
	), nil, now)
	for slug, want := range map[string]string{
		"two": "one two three", "last": "first last", "alone": "", "one.fr": "one.fr two three",
	} {
		e, ok := s.Find(slug, Readers)
		if got := slugs(s.Series(e, Readers)); !ok || got != want {
			t.Errorf("%s: got %q want %q", slug, got, want)
		}
	}
	e, _ := s.Find("two", Authors)
	if got, want := slugs(s.Series(e, Authors)), "one hidden two three"; got != want {
		t.Errorf("authors: got %q want %q", got, want)
	}
}

// TestEntriesOfAnotherSnapshot holds that what a reader has open stays meaningful when posts change.
func TestEntriesOfAnotherSnapshot(t *testing.T) {
	before := Build(nil, folder(t, "a.md: date: 2020-01-01", "b.md: date: 2020-01-02", "gone.md: date: 2020-01-03"), nil, now)
	after := Build(nil, folder(t, "a.md: date: 2020-01-01; title: new", "b.md: date: 2020-01-02", "c.md: date: 2020-01-04"), nil, now)
	e, _ := before.Find("a", Readers)
	if newer, _ := after.Neighbours(e, Readers); newer.Slug != "b" {
		t.Errorf("beside a: %s", newer.Slug)
	}
	if got := after.In(e, "fr", Readers); got.Title != "new" {
		t.Errorf("a is %q", got.Title)
	}
	gone, _ := before.Find("gone", Readers)
	if newer, older := after.Neighbours(gone, Readers); !newer.IsZero() || !older.IsZero() || after.Series(gone, Readers) != nil || after.Translations(Entry{}, Readers) != nil {
		t.Errorf("beside what is gone: %v %v", newer, older)
	}
}

func TestProblems(t *testing.T) {
	posts := folder(t, "b.md: title: x; draft: maybe; date: 2020-01-01", "a.md: title: x")
	given := []post.Problem{{File: "c.md", Line: 1, Error: true, What: "broken"}, posts[0].Warnings[0]}
	s := Build(nil, posts, given, now)
	var files []string
	for _, p := range s.Problems() {
		files = append(files, p.File)
	}
	if got := strings.Join(files, " "); got != "a.md b.md c.md" {
		t.Errorf("got %s", got)
	}
	if len(given) != 2 || given[0].File != "c.md" {
		t.Error("Build changed what it was given")
	}
}

func TestLinksToPostsThatAreNotHereAreTold(t *testing.T) {
	posts := []*post.Post{
		parse(t, "a.md", "---\ntitle: A\ndate: 2020-01-01\n---\nTo [B](b.md#part), [C](/en/c.md), [a draft](d.md) and\n[nowhere](../e.md), [the web](https://example.com/e.md).\n"),
		parse(t, "deep/b.md", "---\ntitle: B\ndate: 2020-01-01\n---\n[A](../a.md) [D]({{< ref \"d\" >}}) [F]({{< ref \"f\" >}})\n"),
		parse(t, "c.md", "---\ntitle: C\ndate: 2020-01-01\n---\nText.\n"),
		parse(t, "d.md", "---\ntitle: D\ndraft: true\n---\n[x](x.md) [y](y.md)\n"),
	}
	s := Build(nil, posts, nil, now)
	var got []string
	for _, p := range s.Problems() {
		got = append(got, p.String())
	}
	want := []string{
		"a.md:6:11: warning: links to ../e.md, which is not here (push it as well, or mend the link)",
		"d.md:5:5: warning: links to x.md, which is not here (push it as well, or mend the link)",
		"d.md:5:15: warning: links to y.md, which is not here (push it as well, or mend the link)",
		"deep/b.md:5:24: warning: links to f, which is not here (push it as well, or mend the link)",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got %s", strings.Join(got, "\n"))
	}
	if of := s.ProblemsOf("a.md"); len(of) != 1 || of[0].String() != want[0] {
		t.Errorf("of a.md: %v", of)
	}
	later := Build(nil, append(posts, parse(t, "e.md", "---\ntitle: E\n---\nText.\n")), nil, now)
	if of := later.ProblemsOf("a.md"); len(of) != 0 {
		t.Errorf("when it is there: %v", of)
	}
}

// many returns count posts, a tenth of which share their slug with others.
func many(t testing.TB, count int) []*post.Post {
	posts := make([]*post.Post, count)
	for i := range posts {
		date := now.Add(-time.Duration(i) * time.Hour)
		name := fmt.Sprintf("%s-post-%d.md", date.Format(time.DateOnly), i)
		if i%10 == 0 {
			name = fmt.Sprintf("folder-%d/same.md", i)
		}
		posts[i] = parse(t, name, fmt.Sprintf("---\ndate: %s\ntags: [a%d, b%d]\nurl: /x/%d/\n---\ntext\n", date.Format(time.RFC3339), i%100, i%7, i))
	}
	return posts
}

// TestSlugsAreUnique holds it for many posts of one slug, and that finding free ones does not take for ever.
func TestSlugsAreUnique(t *testing.T) {
	posts := many(t, 2000)
	for i := range 3000 {
		posts = append(posts, parse(t, fmt.Sprintf("%d/x/same.md", i), "text\n"))
	}
	s := Build(nil, posts, nil, now)
	seen := map[string]bool{}
	for _, e := range s.List(Authors) {
		if seen[e.Slug] || e.Slug == "" {
			t.Fatalf("%q is given twice", e.Slug)
		}
		seen[e.Slug] = true
	}
	if len(seen) != len(posts) {
		t.Errorf("%d posts have %d slugs", len(posts), len(seen))
	}
}

func BenchmarkBuild(b *testing.B) {
	posts := many(b, 10000)
	b.ReportAllocs()
	for b.Loop() {
		Build(nil, posts, nil, now)
	}
}

func BenchmarkAt(b *testing.B) {
	s := Build(nil, many(b, 10000), nil, now)
	earlier := now.Add(-90 * time.Minute)
	b.ReportAllocs()
	for b.Loop() {
		s.At(earlier)
	}
}

func TestLinksAsTheirAuthorsWriteThem(t *testing.T) {
	s := Build(nil, []*post.Post{
		parse(t, "posts/here/index.md", "---\ntitle: Here\n---\nText.\n"),
		parse(t, "posts/there/index.md", "---\ntitle: There\n---\nText.\n"),
		parse(t, "posts/2020-01-01-old.markdown", "---\ntitle: Old\n---\nText.\n"),
	}, nil, now)
	from, _ := s.File("posts/here/index.md")
	for address, want := range map[string]string{
		"../there/index.md#part":          "there",
		"../there/":                       "there",
		"@/posts/there/index.md":          "there", // Zola
		"@/blog/posts/there/index.md":     "there", // whose content begins further up
		"/blog/there.html":                "there",
		"2020-01-01-old":                  "old", // Jekyll
		"/2020/01/01/old/":                "old",
		"../2020-01-01-old.markdown":      "old",
		"nowhere.md":                      "",
		"@/posts/nowhere/index.md":        "",
		"https://example.com/there":       "",
		"../../../../../../etc/passwd.md": "",
	} {
		if to, _, _ := s.Resolve(from, Link{Address: address}, Readers); to.Post == nil && want != "" || to.Post != nil && to.Slug != want {
			t.Errorf("%s leads to %v, want %q", address, to.Post, want)
		}
	}
}

func TestALinkToAFileOpensThatFile(t *testing.T) {
	s := Build(nil, folder(t,
		"2026-08-01-trip/index.md: title: Bundle; slug: trip",
		"other.md: title: Other; slug: 2026-08-01-trip",
		"deep/2026-08-01-trip/index.md: title: Beside; slug: deeper",
		"deep/from.md: title: From",
		"draft.md: title: Draft; draft: true",
		"thief.md: title: Thief; slug: draft",
		"old name.md: title: Old; slug: old",
	), nil, now)
	for _, test := range []struct {
		from, address string
		audience      Audience
		want          string
	}{
		{"other.md", "2026-08-01-trip/index.md#day", Readers, "Bundle"},
		{"other.md", "./2026-08-01-trip/index.md", Readers, "Bundle"},
		{"deep/from.md", "/2026-08-01-trip/index.md", Readers, "Bundle"},
		{"deep/from.md", "@/2026-08-01-trip/index.md", Readers, "Bundle"},
		{"deep/from.md", "2026-08-01-trip/index.md", Readers, "Beside"},
		{"deep/from.md", "../2026-08-01-trip/index.md", Readers, "Bundle"},
		{"deep/from.md", "old%20name.md", Readers, "Old"},
		{"other.md", "2026-08-01-trip", Readers, "Other"},
		{"other.md", "draft.md", Authors, "Draft"},
		{"other.md", "draft.md", Readers, ""},
		{"other.md", "draft", Readers, "Thief"},
	} {
		from, _ := s.File(test.from)
		to, anchor, ok := s.Resolve(from, Link{Address: test.address}, test.audience)
		if ok != (test.want != "") || ok && to.Title != test.want || strings.Contains(test.address, "#") != (anchor == "day") {
			t.Errorf("%s in %s leads to %+v#%s", test.address, test.from, to.Post, anchor)
		}
	}
}

// TestARedirectLeavesItsPostAsItIs has a post whose aliases have room for more behind them.
func TestARedirectLeavesItsPostAsItIs(t *testing.T) {
	stub := parse(t, "2020-01-02-moved.md", "---\nredirect: /there\n---\n")
	aliases := []string{"old", "behind"}
	stub.Aliases = aliases[:1]
	Build(nil, append(folder(t, "there.md: date: 2020-01-05"), stub), nil, now)
	if aliases[1] != "behind" {
		t.Errorf("behind the aliases is %q", aliases[1])
	}
}
