package post

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"
)

// mustParse parses text, and fails the test where it is no post.
func mustParse(t testing.TB, file, text string) *Post {
	t.Helper()
	p, err := Parse(file, []byte(text), Config{})
	if err != nil {
		t.Fatalf("%s: %v", file, err)
	}
	return p
}

func TestDialects(t *testing.T) {
	const body = "\nThe text.\n"
	tests := []struct{ name, text string }{
		{"yaml", "---\ntitle: Hello\ndate: 2020-10-02 06:10:47 +07:00\ntags: [a, b]\n---\n" + body},
		{"yaml, crlf and blanks", "\r\n--- \r\ntitle: Hello\r\ndate: 2020-10-02 06:10:47 +07:00\r\ntags: [a, b]\r\n--- \r\n" + body},
		{"yaml, byte order mark", "\uFEFF---\ntitle: Hello\ndate: 2020-10-02 06:10:47 +07:00\ntags: a, b\n...\n" + body},
		{"yaml, capitals", "---\nTitle: Hello\nDate: 2020-10-02 06:10:47 +07:00\nTags: a; b\n---\n" + body},
		{"yaml, marked", "---yaml\ntitle: Hello\ndate: 2020-10-02 06:10:47 +07:00\ntag: [a, b]\n---\n" + body},
		{"yaml, old ends of lines", "---\rtitle: Hello\rdate: 2020-10-02 06:10:47 +07:00\rtags: [a, b]\r---\r\rThe text.\r"},
		{"toml", "+++\ntitle = \"Hello\"\ndate = 2020-10-02T06:10:47+07:00\ntags = [\"a\", \"b\"]\n[extra]\nx = 1\n+++\n" + body},
		{"toml, text date and taxonomies", "+++\ntitle = 'Hello'\ndate = \"2020-10-02 6:10:47 +0700\"\n[taxonomies]\ntags = [\n \"a\", # one\n \"b\",\n]\n+++\n" + body},
		{"toml between dashes", "---toml\ntitle = \"Hello\"\ndate = 2020-10-02T06:10:47+07:00\ntaxonomies.tags = [\"a\", \"b\"]\n---\n" + body},
		{"json", "{\n \"title\": \"Hello\",\n \"date\": \"2020-10-02T06:10:47+07:00\",\n \"tags\": [\"a\", \"b\"]\n}\n" + body},
		{"json between dashes", "---json\n{\"title\": \"Hello\", \"date\": \"2020-10-02T06:10:47.000+0700\", \"tags\": \"a,b\"}\n---\n" + body},
		{"json between stars", "***\n{\"title\": \"Hello\", \"date\": \"2020-10-02T06:10:47+07:00\", \"tags\": [{\"name\": \"a\"}, {\"title\": \"b\"}]}\n***\n" + body},
		{"multimarkdown", "Title: Hello\nDate: 2020-10-02 06:10:47 +07:00\nTags: a, b\n" + body},
		{"multimarkdown, closed", "Title: Hello\nDate: 2020-10-02 06:10:47 +07:00\nTags: a, b\nSummary: One: two\n---\n" + body},
		{"multimarkdown, no blank line", "Title: Hello\nDate: 2020-10-02 06:10:47 +07:00\nCover Image: x\nTags: a,\n    b\nThe text.\n"},
		{"nikola", ".. title: Hello\n.. date: 2020-10-02 06:10:47 UTC+07:00\n.. tags: a, b\n.. link:\n" + body},
		{"nikola in a comment", "<!--\n .. title: Hello\n .. date: 2020-10-02 06:10:47 UTC+07:00\n .. tags: a, b\n -->\n" + body},
	}
	for _, test := range tests {
		p, err := Parse("x.md", []byte(test.text), Config{})
		if err != nil {
			t.Errorf("%s: %v", test.name, err)
			continue
		}
		if p.Title != "Hello" || p.Date.Format(time.RFC3339) != "2020-10-02T06:10:47+07:00" || !slices.Equal(p.Tags, []string{"a", "b"}) {
			t.Errorf("%s: got %q, %v, %q", test.name, p.Title, p.Date, p.Tags)
		}
		if p.Markdown != "The text." {
			t.Errorf("%s: the text is %q", test.name, p.Markdown)
		}
		if len(p.Warnings) > 0 {
			t.Errorf("%s: warns %v", test.name, p.Warnings)
		}
	}
}

func TestNoHeader(t *testing.T) {
	for _, text := range []string{
		"# Hello\n\nThe text.\n",
		"Hello\n=====\n\nThe text.\n",
		"```\n# not this\n```\n\n# Hello\n\nThe text.\n",
		"Note: this is no header\n\n# Hello\n",
		"----\n\n# Hello\n",
		"{% include x %}\n\n# Hello\n",
	} {
		p := mustParse(t, "2020-10-02-file-name.md", text)
		if p.Title != "Hello" || p.Slug != "file-name" || p.Date.Format(time.DateOnly) != "2020-10-02" {
			t.Errorf("%q: got %q, %q, %v", text, p.Title, p.Slug, p.Date)
		}
		if strings.Contains(p.Markdown, "# Hello") || strings.Contains(p.Markdown, "====") {
			t.Errorf("%q: prints its title again: %q", text, p.Markdown)
		}
	}
	if p := mustParse(t, "2020-10-02-file_name.md", "Just text.\n"); p.Title != "File name" {
		t.Errorf("got the title %q", p.Title)
	}
}

func TestTitle(t *testing.T) {
	tests := []struct{ header, body, title, markdown string }{
		{"title: 2024", "Text.", "2024", "Text."},
		{"title: |\n  Two\n  lines", "Text.", "Two lines", "Text."},
		{"title: Same *thing*", "# Same thing\n\nText.", "Same *thing*", "Text."},
		{"title: One", "# Other\n\nText.", "One", "# Other\n\nText."},
		{"title: ''", "Intro.\n\n# Found [here](/x)\n\nText.", "Found here", "Intro.\n\n\nText."},
		{"title: ~", "Text.", "X", "Text."},
		{"title: First\ntitle: Last", "Text.", "Last", "Text."},
	}
	for _, test := range tests {
		p := mustParse(t, "x.md", "---\n"+test.header+"\n---\n"+test.body+"\n")
		if p.Title != test.title || p.Markdown != test.markdown {
			t.Errorf("%q over %q: got %q over %q", test.header, test.body, p.Title, p.Markdown)
		}
	}
}

func TestDates(t *testing.T) {
	zone := time.FixedZone("", 2*3600)
	tests := []struct{ file, header, want string }{
		{"x.md", "date: 2020-10-02", "2020-10-02T00:00:00+02:00"},
		{"x.md", "date: 2020-10-02 6:10:47 +07:00", "2020-10-02T06:10:47+07:00"},
		{"x.md", "published: true\ncreated: 2020-10-02T00:00:00Z", "2020-10-02T00:00:00Z"},
		{"x.md", "published: 2020-10-02T00:00:00Z", "2020-10-02T00:00:00Z"},
		{"x.md", "pubDate: 'Oct 2, 2020'\ncreated: 1999-01-01", "2020-10-02T00:00:00+02:00"},
		{"x.md", "date:\n  created: 2020-10-02\n  updated: 2021-10-02", "2020-10-02T00:00:00+02:00"},
		{"2020-1-2-x.md", "date: 2019-01-01", "2019-01-01T00:00:00+02:00"},
		{"2020-1-2-x.md", "date: ''", "2020-01-02T00:00:00+02:00"},
		{"2020-01-02_x.md", "title: x", "2020-01-02T00:00:00+02:00"},
		{"2020-01-02T10:00:00Z-x.md", "title: x", "2020-01-02T00:00:00+02:00"},
		{"posts/2020-01-02-x/index.md", "title: x", "2020-01-02T00:00:00+02:00"},
		{"blog/2020/01/02/x.md", "title: x", "2020-01-02T00:00:00+02:00"},
		{"x.md", "path: 2020/01/02/x", "2020-01-02T00:00:00+02:00"},
		{"2017-03-01-x.md", "date: 2017-02-29", "2017-03-01T00:00:00+02:00"},
		{"20-1-2-x.md", "title: x", "none"},
		{"2020-13-01-x.md", "title: x", "none"},
		{"x.md", "date: ''", "none"},
		{"x.md", "date: git Last Modified", "none"},
		{"2020-01-02-x.md", "date: Created", "2020-01-02T00:00:00+02:00"},
		{"x.md", "date: {{ date }}", "none"},
	}
	for _, test := range tests {
		p, err := Parse(test.file, []byte("---\n"+test.header+"\n---\ntext\n"), Config{Zone: zone})
		if err != nil {
			t.Errorf("%s, %q: %v", test.file, test.header, err)
			continue
		}
		got := "none"
		if !p.Date.IsZero() {
			got = p.Date.Format(time.RFC3339)
		}
		if got != test.want {
			t.Errorf("%s, %q: got %s want %s", test.file, test.header, got, test.want)
		}
	}
}

func TestHidden(t *testing.T) {
	tests := []struct {
		file, header    string
		draft, unlisted bool
	}{
		{"x.md", "draft: true", true, false},
		{"x.md", "draft: yes", true, false},
		{"x.md", "draft: On", true, false},
		{"x.md", "draft: 1", true, false},
		{"x.md", "draft: 'true'", true, false},
		{"x.md", "draft: soon", true, false},
		{"x.md", "draft: [true]", true, false},
		{"x.md", "draft: {a: b}", true, false},
		{"x.md", "draft: false", false, false},
		{"x.md", "draft: 'No'", false, false},
		{"x.md", "draft:", false, false},
		{"x.md", "draft: true\ndraft: false", true, false},
		{"x.md", "published: false", true, false},
		{"x.md", "published: off", true, false},
		{"x.md", "published: true", false, false},
		{"x.md", "isPublished: 0", true, false},
		{"x.md", "status: Draft", true, false},
		{"x.md", "status: private", true, false},
		{"x.md", "status: publish", false, false},
		{"x.md", "hidden: true", true, false},
		{"x.md", "unlisted: true", false, true},
		{"x.md", "publishDate: some day", true, false},
		{"x.md", "expiryDate: some day", false, false},
		{"_drafts/x.md", "title: x", true, false},
		{"a/drafts/x.md", "draft: false", true, false},
		{"drafty/x.md", "title: x", false, false},
	}
	for _, test := range tests {
		p := mustParse(t, test.file, "---\ndate: 2020-01-01\n"+test.header+"\n---\ntext\n")
		if p.Draft != test.draft || p.Unlisted != test.unlisted {
			t.Errorf("%s, %q: draft %v, unlisted %v", test.file, test.header, p.Draft, p.Unlisted)
		}
	}
}

func TestMistypedWordsOfVisibilityHideThePost(t *testing.T) {
	draft, unlisted := func(p *Post) bool { return p.Draft }, func(p *Post) bool { return p.Unlisted }
	live := func(p *Post) bool { return !p.Draft && !p.Unlisted }
	for _, test := range []struct {
		header string
		is     func(*Post) bool
		told   string // "" for nothing
	}{
		{"publish: nope", draft, `publish: cannot read "nope", so this is a draft (write publish: true or publish: false)`},
		{"isPublished: flase", draft, `isPublished: cannot read "flase", so this is a draft (write isPublished: true or isPublished: false)`},
		{"is_published: [no]", draft, ""},
		{"published: maybe", draft, `published: cannot read "maybe", so this is a draft (write published: true or published: false, or a date like 2020-10-02)`},
		{"published: 2020-02-03", live, ""},
		{"published: 1", live, ""},
		{"published: Last Modified", live, ""},
		{"published: {created: 2020-01-02}", live, ""},
		{"publish: 2020-01-02", live, ""},
		{"publish: [web]", live, ""},
		{"hidden: [toc]", live, ""},
		{"status: sending", live, ""},
		{"published:", live, ""},
		{"hidden: maybe", draft, `hidden: cannot read "maybe", so this is a draft (write hidden: true or hidden: false)`},
		{"hidden: false", live, ""},
		{"draft: true\nhidden: maybe", draft, `hidden: cannot read "maybe", so this is a draft (write hidden: true or hidden: false)`},
		{"unlisted: maybe", unlisted, `unlisted: cannot read "maybe", so this is unlisted (write unlisted: true or unlisted: false)`},
		{"status: drfat", draft, `status: cannot read "drfat", so this is a draft (write status: draft)`},
		{"status: hiden", draft, `status: cannot read "hiden", so this is a draft (write status: hidden)`},
		{"status: prévate", live, ""},
		{"status: unpublished", draft, ""},
		{"status: published", live, ""},
		{"status: evergreen", live, ""},
		{"status:", live, ""},
	} {
		p := mustParse(t, "2020-01-01-x.md", "---\n"+test.header+"\n---\ntext\n")
		told := ""
		for _, problem := range p.Warnings {
			_, told, _ = strings.Cut(problem.String(), " warning: ")
		}
		if !test.is(p) || told != test.told || len(p.Warnings) > 1 {
			t.Errorf("%s: draft %v, unlisted %v, told %q", test.header, p.Draft, p.Unlisted, p.Warnings)
		}
	}
}

func TestSlipsOfTheFingersAreOneAway(t *testing.T) {
	for word, want := range map[string]bool{
		"host": false, "hots": true, "hosts": true, "hst": true, "ost": true, "hast": true, "ghost": true, "tsoh": false,
		"": false, "ho": false, "hsot": true, "hosted": false, "h\xffst": true,
	} {
		if got := slip(word, []string{"title", "host"}) == "host"; got != want {
			t.Errorf("%q: %v", word, got)
		}
	}
}

func TestFields(t *testing.T) {
	p := mustParse(t, "blog/2020-01-02-the-file.zh-CN.md", `---
title: T
slug: My Slug
authors: [Ann Lee, {name: Bob}, "[Cid](https://c.example)"]
tags: [Go, 47, go, {name: CI/CD}, ~, "", true]
series: Making it
series_order: 2
description: "It *is* <b>bold</b> &amp; short."
aliases: [/old/one.html, /old/two/]
redirect_from: /older
permalink: /%2e%2e/%2e%2e/baddie.html
lastmod: 2021-01-01
publishDate: 2020-02-01
expiryDate: 2030-01-01
anything: {deep: [1, 2]}
---
text
`)
	equal := func(what string, got, want any) {
		t.Helper()
		if got != want {
			t.Errorf("%s: got %v want %v", what, got, want)
		}
	}
	list := func(what string, got []string, want ...string) {
		t.Helper()
		if !slices.Equal(got, want) {
			t.Errorf("%s: got %q want %q", what, got, want)
		}
	}
	equal("slug", p.Slug, "my-slug")
	equal("explicit", p.Explicit, true)
	list("authors", p.Authors, "Ann Lee", "Bob", "Cid")
	list("tags", p.Tags, "Go", "47", "CI/CD", "true")
	equal("series", p.Series, "Making it")
	equal("part", p.Part, 2)
	equal("summary", p.Summary, "It is bold & short.")
	equal("language", p.Language, "zh-CN")
	equal("updated", p.Updated.Format(time.DateOnly), "2021-01-01")
	equal("publish", p.Publish.Format(time.DateOnly), "2020-02-01")
	equal("expiry", p.Expiry.Format(time.DateOnly), "2030-01-01")
	equal("base", p.Base, "blog/2020-01-02-the-file")
	list("aliases", p.Aliases, "baddie", "old/one", "old/two", "older")
	list("stems", p.Stems, "the-file", "2020-01-02-the-file", "blog/2020-01-02-the-file.zh-cn", "one", "two")
	list("warnings", nil)
	if len(p.Warnings) > 0 {
		t.Errorf("warns %v", p.Warnings)
	}
}

func TestAuthors(t *testing.T) {
	tests := []struct {
		header string
		want   []string
	}{
		{"author: Ann Lee", []string{"Ann Lee"}},
		{"author: Ann Lee <ann@example.com>", []string{"Ann Lee"}},
		{"author: Ann Lee, Editor in Chief", []string{"Ann Lee, Editor in Chief"}},
		{"author: Ann Lee and Bob Ray", []string{"Ann Lee", "Bob Ray"}},
		{"author: Ann Lee, Bob Ray, and Cid", []string{"Ann Lee", "Bob Ray", "Cid"}},
		{"author: the Blink and V8 teams", []string{"the Blink and V8 teams"}},
		{"author: Ann, engineer and cook", []string{"Ann, engineer and cook"}},
		{"author: {display_name: Ann, login: a}", []string{"Ann"}},
		{"authors: Ann, Bob", []string{"Ann", "Bob"}},
		{"authors: [Ann, ann]", []string{"Ann"}},
		{"author: '-'", nil},
		{"title: x", nil},
	}
	for _, test := range tests {
		if p := mustParse(t, "x.md", "---\n"+test.header+"\n---\ntext\n"); !slices.Equal(p.Authors, test.want) {
			t.Errorf("%q: got %q want %q", test.header, p.Authors, test.want)
		}
	}
}

func TestRepairs(t *testing.T) {
	tests := []struct{ header, title, tags string }{
		{"title: Part 1: One", "Part 1: One", ""},
		{"title: [new] One", "[new] One", ""},
		{"title: @One", "@One", ""},
		{"title: `One`", "`One`", ""},
		{"title: %One", "%One", ""},
		{"title: *One", "*One", ""},
		{"title: It's: 'so'", "It's: 'so'", ""},
		{"title: One: two\ntags:\n\t- a\n\t- b", "One: two", "a|b"},
		{"title: One\ntags:\n\t- a\n  \t- b", "One", "a|b"},
		{"title: One\ntags:\n\t- a\n    - b", "One", "a|b"},
		{"title: One\ntags:\n  - a\n\t- b", "One", "a|b"},
		{"title: One\nmore:\n\ta: b", "One", ""},
	}
	for _, test := range tests {
		p, err := Parse("x.md", []byte("---\ndate: 2020-01-01\n"+test.header+"\n---\ntext\n"), Config{})
		if err != nil {
			t.Errorf("%q: %v", test.header, err)
			continue
		}
		if p.Title != test.title || strings.Join(p.Tags, "|") != test.tags || len(p.Warnings) == 0 {
			t.Errorf("%q: got %q, %q, %v", test.header, p.Title, p.Tags, p.Warnings)
		}
	}
}

// TestProblems shows what authors read.
func TestProblems(t *testing.T) {
	tests := []struct{ text, want string }{
		{"---\ntitle: a\ndate: 02/03/2020\n---\nx", `a.md:3:7: error: date: cannot read "02/03/2020" (write 2020-03-02)`},
		{"---\ntitle: a\npublished: 02/03/2020\n---\nx", `a.md:3:12: error: published: cannot read "02/03/2020" (write 2020-03-02)`},
		{"\n\n---\ntitle: a\n", "a.md:3:1: error: front matter is not closed (write a line --- below its last key)"},
		{"+++\ntitle = 1\n", "a.md:1:1: error: front matter is not closed (write a line +++ below its last key)"},
		{"---\ntitle: \"a \"b\" c\"\n---\nx", `a.md:2:11: error: title: a quote ends the text before the end of the line (write \" inside the text)`},
		{"---\ndate: 2020-01-01\ntitle: é: b\n---\nx", "a.md:3:8: warning: title: the value needs quotes (write title: 'é: b')"},
		{"---\ndate: 2020-01-01\ndraft: maybe\n---\nx", `a.md:3:8: warning: draft: cannot read "maybe", so this is a draft (write draft: true or draft: false)`},
		{"---\ndate: 2020-01-01\ntitle: a\ntitle: b\n---\nx", `a.md:3:1: warning: "title" is written twice, the last one counts (remove this one)`},
		{"---\ndate: 2020-01-01\n---\nx\n\n```go\ny", "a.md:6:1: warning: code is never closed (write ``` below it)"},
		{"---\rdate: 2020-01-01\r---\rx\r\r```go\ry", "a.md:6:1: warning: code is never closed (write ``` below it)"},
		{"---\ndate: 2020-01-01\n---\nx\n<!-- y", "a.md:5:1: warning: a comment is never closed and hides the rest (write --> where it ends)"},
		{"---\ndate: 2020-01-01\n---\n---\ntitle: b\n---\nx", "a.md:4:1: warning: a second front matter follows the first, which counts (remove one of the two)"},
		{"---\ntitle: a\n---\nx", "a.md:1:1: warning: no date, so the post is listed last (write a line like date: 2020-10-02 in the front matter)"},
		{"---\ndate: ''\n---\nx", "a.md:2:1: warning: no date, so the post is listed last (write a line like date: 2020-10-02 in the front matter)"},
		{"---\ndate: 2020-01-01\nexpiryDate: soon\n---\nx", `a.md:3:13: warning: expiryDate: cannot read "soon" (write it like `},
		{"+++\ndate = 2020-01-01\nPublishDate = \"soon\"\n+++\nx", `a.md:3:15: warning: PublishDate: cannot read "soon" (write it like `},
		{"{\"date\": \"2020-01-01\", \"unpublishDate\": \"soon\"}\nx", `a.md:1:41: warning: unpublishDate: cannot read "soon" (write it like `},
		{"Title: a\nDate: 2020-01-01\nLastMod: soon\n\nx", `a.md:3:10: warning: LastMod: cannot read "soon" (write it like `},
		{"---\ndate: 2020-01-01\nisDraft: maybe\n---\nx", `a.md:3:10: warning: isDraft: cannot read "maybe", so this is a draft (write isDraft: true or isDraft: false)`},
		{"", "a.md:1:1: error: the file is empty (write a title and some text)"},
		{"\n", "a.md:1:1: error: the file is empty (write a title and some text)"},
		{"---\njust words\n---\nx", "a.md:2:1: error: front matter is not made of keys and values (write lines like title: A title, or *** for a line across the page)"},
		{"{\n \"title\": }\nx", "a.md:2:11: error: front matter is not valid JSON: invalid character '}' looking for beginning of value"},
		{"+++\ntitle = \"a\"\ndate = = 1\n+++\nx", "a.md:3:8: error: front matter is not valid TOML: "},
		{"---\na: [1, 2\n---\nx", "a.md:2:4: error: front matter is not valid YAML: did not find expected ',' or ']' (close the bracket that opens here)"},
	}
	for _, test := range tests {
		p, err := Parse("a.md", []byte(test.text), Config{})
		problems := Errors(err)
		if err == nil {
			problems = p.Warnings
		}
		if len(problems) != 1 || !strings.HasPrefix(problems[0].String(), test.want) {
			t.Errorf("%q:\n got %v\nwant %v", test.text, problems, test.want)
		}
		if err != nil && !errors.Is(err, ErrInvalid) {
			t.Errorf("%q: %v is no ErrInvalid", test.text, err)
		}
	}
}

func TestNotPost(t *testing.T) {
	tests := []struct {
		file, text string
		want       error
	}{
		{"feed.md", "---\nlayout: nil\n---\nx", ErrNotPost},
		{"feed.md", "---\nlayout: false\n---\nx", ErrNotPost},
		{"2020-01-01-x.md", "---\nlayout: nil\n---\nx", nil},
		{"latest.md", "+++\ntemplate = \"latest.html\"\n+++\n", ErrNotPost},
		{"todo.md", "---\ntitle: todo\n---\n", nil},
	}
	for _, test := range tests {
		if _, err := Parse(test.file, []byte(test.text), Config{}); !errors.Is(err, test.want) {
			t.Errorf("%s: got %v want %v", test.file, err, test.want)
		}
	}
	p := mustParse(t, "old.md", "---\nredirect: /blog/New.html\n---\n")
	if p.Redirect != "blog/new" {
		t.Errorf("redirects to %q", p.Redirect)
	}
	p = mustParse(t, "talk.md", "---\ntitle: Talk\nexternal_url: https://example.com/talk\n---\n")
	if p.Redirect != "" || p.Markdown != "<https://example.com/talk>" {
		t.Errorf("redirects to %q, prints %q", p.Redirect, p.Markdown)
	}
}

func TestEncodings(t *testing.T) {
	utf16 := func(order int, s string) []byte {
		b := []byte{0xFE, 0xFF}
		for _, r := range s {
			b = append(b, byte(r>>8), byte(r))
		}
		if order == 1 {
			for i := 0; i < len(b); i += 2 {
				b[i], b[i+1] = b[i+1], b[i]
			}
		}
		return b
	}
	for name, data := range map[string][]byte{
		"utf-16, big":    utf16(0, "# Grüße\n\ntext"),
		"utf-16, little": utf16(1, "# Grüße\n\ntext"),
		"latin-1":        []byte("# Gr\xfc\xdfe\n\ntext"),
		"nul":            []byte("# Gr\x00üße\n\ntext"),
	} {
		p, err := Parse("2020-01-01-x.md", data, Config{})
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if p.Title != "Grüße" || len(p.Warnings) != 1 || !utf8.ValidString(p.Source) {
			t.Errorf("%s: got %q, %v", name, p.Title, p.Warnings)
		}
	}
	if _, err := Parse("x.md", []byte("\x89PNG\r\n\x1a\n"+strings.Repeat("\x00\xff\x80", 100)), Config{}); !errors.Is(err, ErrInvalid) {
		t.Errorf("a picture: %v", err)
	}
}

func TestUnchangedBodyIsShared(t *testing.T) {
	text := "---\ntitle: a\ndate: 2020-01-01\n---\n\nSome *text* with `code`.\n\n- a\n- b\n"
	p := mustParse(t, "x.md", text)
	if p.Source != text {
		t.Fatalf("the source is %q", p.Source)
	}
	if allocated := testing.AllocsPerRun(10, func() { _ = newPreparer(p.Markdown).prepare() }); allocated > 3 {
		t.Errorf("an unchanged body takes %v allocations", allocated)
	}
}

func FuzzParse(f *testing.F) {
	for _, seed := range []string{
		"---\ntitle: a\ndate: 2020-10-02\ntags: [a, b]\n---\ntext\n",
		"+++\ntitle = \"a\"\n[extra]\nb = [1, {c = 2}]\n+++\ntext\n",
		"{\"title\": \"a\", \"tags\": [1]}\ntext\n",
		"Title: a\nDate: 2020-10-02\n\ntext\n", ".. title: a\n\ntext\n",
		"---\na: &a [1]\nb: *a\n<<: *a\n---\n:::note x\n{% raw %}{{ a }}{% endraw %}\n:::\n!!! tip\n    y\n",
		"{{< note >}}\n`a` <B c={1}>{: .x}</B><!-- more -->\n{{< /note >}}\n![x](data:image/png;base64,AA)\n",
		"{{% note %}}\n\n{{%}}{{<}}{%}{:}{/*/}<!-->`{{< highlight go >}}\n{{%}}`",
		"---\ntitle: [a] b: \"c\"\n\ttags:\n---\n> [!tip]- x\n```\n",
	} {
		f.Add("a.md", seed)
		f.Add("_drafts/2020-1-2-a.fr.mdx", seed)
	}
	f.Fuzz(func(t *testing.T, file, text string) {
		p, err := Parse(file, []byte(text), Config{})
		if err != nil {
			if !errors.Is(err, ErrNotPost) && (len(Errors(err)) == 0 || Errors(err)[0].Line == 0) {
				t.Fatalf("an error without a place: %v", err)
			}
			return
		}
		for _, s := range append([]string{p.Title, p.Slug, p.Summary, p.Series, p.Language, p.Markdown, p.Source}, append(p.Tags, p.Authors...)...) {
			if !utf8.ValidString(s) {
				t.Fatalf("no UTF-8: %q", s)
			}
		}
		if p.Slug == "" || slugify(p.Slug) != p.Slug || strings.ContainsAny(p.Title+p.Summary+p.Series, "\n\r") {
			t.Fatalf("slug %q, title %q, summary %q", p.Slug, p.Title, p.Summary)
		}
	})
}

// FuzzFrontMatter puts the same text between the fences of every dialect.
func FuzzFrontMatter(f *testing.F) {
	for _, seed := range []string{
		"title: a\ndate: 2020-10-02\ntags: [a, b]", "a: &a {b: *a}\n<<: *a\n? c\n: d", "title: [a] b: \"c\"\n\ttags:\n  \t- d",
		"title = \"a\"\ndate = 2020-10-02T06:10:47+07:00\n[[extra.b]]\nc.d = [1, {e = '''x'''}]", "\"title\": \"a\", \"tags\": [1, {\"name\": null}]",
		".. title: a\n.. tags: b", "Title: a\n  b\nDate: 2020-10-02",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, head string) {
		for _, fences := range [...][2]string{{"---\n", "\n---\n"}, {"+++\n", "\n+++\n"}, {"{", "}\n"}, {"---json\n", "\n---\n"},
			{"<!--\n", "\n-->\n"}, {"", "\n\n"}} {
			text := fences[0] + head + fences[1] + "text\n"
			lines := 2 // YAML has more ends of lines than one
			for _, end := range []string{"\n", "\r", "\u0085", "\u2028", "\u2029", "\x85"} {
				lines += strings.Count(text, end)
			}
			for _, p := range Check("a.md", []byte(text), Config{}) {
				if p.Line < 1 || p.Line > lines || p.Col < 0 || p.What == "" {
					t.Fatalf("%q: %v", text, p)
				}
			}
		}
	})
}
