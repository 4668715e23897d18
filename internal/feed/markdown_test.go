package feed

import (
	"fmt"
	"regexp"
	"strings"
	"testing"
	"time"

	"postern/internal/index"
	"postern/internal/post"
)

// set returns the HTML of a post.
func set(t testing.TB, markdown, web string) string {
	t.Helper()
	p := &post.Post{File: "a.md", Slug: "a", Base: "a", Title: "A", Markdown: markdown, Date: now.Add(-time.Hour)}
	other := &post.Post{File: "2020/other.md", Slug: "other", Base: "other", Title: "O", Stems: []string{"2020/other", "name"}, Aliases: []string{"old/name"}, Date: now.Add(-2 * time.Hour)}
	posts := index.Build(&post.Site{URL: web}, []*post.Post{p, other}, nil, now)
	return new(Cache).Feed(posts, "h.example", 1).items[0].html
}

func TestMarkdownBecomesHTML(t *testing.T) {
	const web = "https://w.example/b"
	tests := []struct{ markdown, web, want string }{
		{"# One\n\ntwo", "", "<h1>One</h1>\n<p>two</p>"},
		{"```go\nx\ty\n```", "", "<pre><code class=\"language-go\">x   y\n</code></pre>"},
		{"~~no~~ https://x.example", "", `<p><del>no</del> <a href="https://x.example">https://x.example</a></p>`},
		{"| a |\n|---|\n| b |", "", "<table>\n<thead>\n<tr>\n<th>a</th>\n</tr>\n</thead>\n<tbody>\n<tr>\n<td>b</td>\n</tr>\n</tbody>\n</table>"},
		{"term\n: meaning", "", "<dl>\n<dt>term</dt>\n<dd>meaning</dd>\n</dl>"},
		{"> [!WARNING] hot\n> stuff", "", "<blockquote>\n<p><strong>Warning</strong></p>\n<p>hot\nstuff</p>\n</blockquote>"},
		{"> [!tip]", "", "<blockquote>\n<p><strong>Tip</strong></p>\n</blockquote>"},
		{"> [!a b]", "", "<blockquote>\n<p>[!a b]</p>\n</blockquote>"},
		{"H<sub>2</sub>O <kbd>q</kbd>", "", "<p>H<sub>2</sub>O <kbd>q</kbd></p>"},
		{"[o](other)", "", `<p><a href="ssh://other@h.example">o</a></p>`},
		{"[o](/2020/other.md#x)", web, `<p><a href="https://w.example/b/other">o</a></p>`},
		{"[o](/old/name/)", web, `<p><a href="https://w.example/b/other">o</a></p>`},
		{"<a href='other'>o</a>", "", `<p><a href="ssh://other@h.example">o</a></p>`},
		{"[f](file.zip)", "", "<p>f</p>"},
		{"[f](file.zip)", web, `<p><a href="https://w.example/b/file.zip">f</a></p>`},
		{"[f](/file.zip)", web, `<p><a href="https://w.example/file.zip">f</a></p>`},
		{"[s](#one)", "", `<p><a href="#one">s</a></p>`},
		{"[m](mailto:a@b.example)", "", `<p><a href="mailto:a@b.example">m</a></p>`},
		{"![cat](cat.png)", "", "<p>[Image: cat]</p>"},
		{"![](img/cat.png)", "", "<p>[Image: cat.png]</p>"},
		{"![cat](//c.example/cat.png)", "", `<p><img src="https://c.example/cat.png" alt="cat"></p>`},
		{"- [x] a", "", "<ul>\n<li>☑ a</li>\n</ul>"},
		{"<iframe src=\"https://v.example/1\"></iframe>", "", `<a href="https://v.example/1">https://v.example/1</a>`},
		{"", "", ""},
	}
	for _, test := range tests {
		if got := set(t, test.markdown, test.web); got != test.want {
			t.Errorf("%q:\ngot  %q\nwant %q", test.markdown, got, test.want)
		}
	}
}

// harm is what no feed may hold.
var harm = regexp.MustCompile(`(?i)<(script|style|iframe|object|embed|form|link|meta|svg|base|input|textarea)|\son\w+=|style=|(href|src|cite)="\s*(javascript|data|vbscript|file):|[\x00-\x09\x0b-\x1f\x7f-\x{9f}\x{202a}-\x{202e}\x{2066}-\x{2069}\x{fffe}\x{ffff}]|&#13;`)

// hostile is what somebody may write into a post.
func hostile() []string {
	return []string{
		"<script>alert(1)</script>", "<SCRIPT SRC=//x.example/x.js></SCRIPT>", "<style>*{}</style>", "<b onclick=x>b</b>",
		"[x](javascript:alert(1))", "[x](JaVa\tScript:alert(1))", "[x](&#106;avascript:alert(1))", "<a href=\"java\u200bscript:x\">x</a>",
		"<a href=\" \x01javascript:x\">x</a>", "![x](data:image/png;base64,AAAA)", "<img src=x onerror=alert(1)>", "<img src='data:image/svg+xml,<svg>'>",
		"<iframe src=\"javascript:x\"></iframe>", "<iframe src=data:x>", "<svg onload=x><script>y</script></svg>", "<math><mi xlink:href=\"javascript:x\">",
		"<blockquote cite=\"javascript:x\">q</blockquote>", "<form action=//x><input name=p></form>", "<p style=\"background:url(//x)\">p</p>",
		"a &#27;[31m b \x1b]0;t\x07 &#x9b; &#x202e; \u202e &#13;", "<a title=\"&#27;[2J\" href=\"http://x.example/&#27;\">t</a>",
		"<scr\u200bipt>x</scr\u200bipt>", "&lt;script&gt;", "<scr<script>ipt>x</script>", "]]> <![CDATA[ x ]]>", "<!-- --!><script>x</script>",
		"<textarea><script>x</script></textarea>", "<noscript><p title=\"</noscript><img src=x onerror=x>\">", "<plaintext><script>x",
		"<template><script>x</script></template>", "<base href=//x.example/>", "<meta http-equiv=refresh content=0>", "<link rel=stylesheet href=x>",
		"<video src=javascript:x><source src=https://x.example/v.mp4></video>", "<details open ontoggle=x><summary>s</summary></details>",
		"\x00\ufffe\uffff\xed\xa0\x80", "<a href=\"file:///etc/passwd\">f</a>", "<img src=\"file:///etc/passwd\">",
	}
}

func TestHTMLIsHarmless(t *testing.T) {
	for _, markdown := range append(hostile(), strings.Join(hostile(), "\n\n")) {
		for _, web := range []string{"", "https://w.example"} {
			if got := set(t, markdown, web); harm.MatchString(got) {
				t.Errorf("%q became %q: %q", markdown, got, harm.FindString(got))
			}
		}
	}
}

func TestNothingTakesLong(t *testing.T) {
	const size = maxSource
	repeat := func(s string) string { return strings.Repeat(s, size/len(s)) }
	table := "|" + strings.Repeat("a|", size/8) + "\n|" + strings.Repeat("-|", size/8) + "\n" + strings.Repeat("|\n", size/16)
	for _, bad := range []string{
		repeat(">"), repeat("- "), repeat("1. "), repeat("[^a]: "), repeat("["), repeat("![") + "](", repeat("[a]("), repeat("<a "), repeat("<!--"),
		repeat("*a_ "), repeat("[a](<b"), "# " + repeat("[a]("), repeat("*a_ ") + "\n===", repeat("*a_ ") + "\n: x", repeat("`a``b"),
		repeat("> a\n>> b\n>>> c\n"), repeat(":\n"), repeat("=x\n"), repeat("[^1]") + "\n\n[^1]: x", repeat("<div>"), table, repeat("[a]\n\n")[size/2:] + "[a]: " + repeat("x")[size/2:], repeat("&#"), repeat("http://a."), repeat("* a\n  "),
	} {
		started := time.Now()
		got := set(t, bad, "")
		if took := time.Since(started); took > time.Minute { // without limits, these take many; a busy machine some seconds
			t.Errorf("%.20q took %s", bad, took)
		}
		if len(got) > 2*maxHTML {
			t.Errorf("%.20q became %d bytes", bad, len(got))
		}
	}
}

func FuzzHTML(f *testing.F) {
	for _, seed := range hostile() {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, markdown string) {
		if len(markdown) > 4<<10 {
			return
		}
		got := set(t, markdown, "https://w.example/")
		tags := regexp.MustCompile(`<[^>]*>`).FindAllString(got, -1)
		if bad := harm.FindString(strings.Join(tags, "\n")); bad != "" {
			t.Errorf("%q became %q: %q", markdown, got, bad)
		}
	})
}

func ExampleCache() {
	p, err := post.Parse("hello.md", []byte("---\ntitle: Hello\ndate: 2026-01-02\n---\nWorld.\n"), post.Config{})
	if err != nil {
		fmt.Println(err)
		return
	}
	var cache Cache
	f := cache.Feed(index.Build(nil, []*post.Post{p}, nil, now), "blog.example.com", Usual)
	fmt.Println(f.items[0].ssh, f.items[0].html)
	// Output: ssh://hello@blog.example.com <p>World.</p>
}
