package post

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

func TestSlugify(t *testing.T) {
	tests := []struct{ from, want string }{
		{"my-post", "my-post"},
		{"My Fancy Slug", "my-fancy-slug"},
		{"a.b.c", "a.b.c"},
		{"angular-$timeout", "angular-timeout"},
		{"escape-+ %20[]", "escape-+"},
		{"git--blob", "git-blob"},
		{"trailing-dots..", "trailing-dots"},
		{"..", ""},
		{"../../etc/passwd", "etc-passwd"},
		{"%2e%2e%2fbaddie", "baddie"},
		{"-rf", "rf"},
		{".hidden", "hidden"},
		{"《大型网站技术架构》读书笔记", "大型网站技术架构-读书笔记"},
		{"Cafe\u0301", "café"},
		{"a\u200Bb\u202Ec", "abc"},
		{"\uFEFFbom", "bom"},
		{"हिन्दी", "हिन्दी"},
		{"ÅNGSTRÖM", "ångström"},
		{"a\x00\x1b[31mb", "a-31mb"},
		{"100%", "100"},
		{"\xff\xfe", ""},
		{"", ""},
		{"C++", "c++"},
		{"a\u0337\u06dd\u031d", "a\u0337\u031d"},
	}
	for _, test := range tests {
		if got := slugify(test.from); got != test.want {
			t.Errorf("%q: got %q want %q", test.from, got, test.want)
		}
	}
}

func TestAddress(t *testing.T) {
	tests := []struct{ from, want string }{
		{"/2018/10/25/Rust-1.30.0.html", "2018/10/25/rust-1.30.0"},
		{"https://blog.example.com/posts/hello/?x=1#top", "posts/hello"},
		{"/blog/heroku/", "blog/heroku"},
		{"2020-01-01-hello.md", "2020-01-01-hello"},
		{"/%2e%2e/%2e%2e/baddie.html", "baddie"},
		{"/posts/hello/index.html", "posts/hello"},
		{"index.html", "index"},
		{"/", ""},
	}
	for _, test := range tests {
		if got := Address(test.from); got != test.want {
			t.Errorf("%q: got %q want %q", test.from, got, test.want)
		}
	}
}

func FuzzSlug(f *testing.F) {
	for _, seed := range []string{"My Post", "..", "%2e%2e/", "Ünï\u0301", "a\u200Db", strings.Repeat("あ", 300), "-.-", "\xffx"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, s string) {
		slug := slugify(s)
		switch {
		case slugify(slug) != slug:
			t.Fatalf("%q becomes %q, and then %q", s, slug, slugify(slug))
		case !utf8.ValidString(slug) || !norm.NFC.IsNormalString(slug):
			t.Fatalf("%q becomes %q, which is no NFC", s, slug)
		case strings.ContainsAny(slug, "/\\ '\"$;&|<>*?") || strings.Contains(slug, "--"):
			t.Fatalf("%q becomes %q", s, slug)
		case strings.Trim(slug, ".-") != slug || strings.ContainsFunc(slug, unicode.IsControl):
			t.Fatalf("%q becomes %q", s, slug)
		case len(slug) > maxSlug+2*utf8.UTFMax:
			t.Fatalf("%q becomes %d bytes", s, len(slug))
		}
		if address := Address(s); strings.HasPrefix(address, "/") || strings.Contains(address, "..") && strings.Contains("/"+address+"/", "/../") {
			t.Fatalf("%q leads to %q", s, address)
		}
	})
}
