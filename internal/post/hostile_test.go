package post

import (
	"fmt"
	"runtime"
	"strings"
	"testing"
	"time"
)

// hostile returns files that someone might write to hurt the server, by name.
func hostile() map[string]string {
	head := func(s string) string { return "---\ntitle: a\n" + s + "\n---\ntext\n" }
	bomb := "a: &a [x,x,x,x,x,x,x,x,x]\n"
	for c := 'b'; c <= 'z'; c++ {
		bomb += fmt.Sprintf("%c: &%c [%s*%c]\n", c, c, strings.Repeat(fmt.Sprintf("*%c,", c-1), 8), c-1)
	}
	many := func(s string) string { return strings.Repeat(s, 1_200_000/len(s)) }
	files := map[string]string{
		"alias bomb":             head(bomb + "tags: *z"),
		"alias bomb of mappings": head("a: &a {x: 1}\nb: &b {<<: *a, y: *a}\nc: &c {<<: [*b, *b], z: *b}\ntags: *c"),
		"alias in itself":        head("tags: &a [*a]"),
		"200,000 brackets":       head("tags: " + strings.Repeat("[", 200000)),
		"200,000 braces":         head("tags: " + strings.Repeat("{", 200000)),
		"brackets, toml":         "+++\ntags = " + strings.Repeat("[", 200000) + "\n+++\n",
		"braces, toml":           "+++\ntags = " + strings.Repeat("{a=", 200000) + "\n+++\n",
		"dotted key, toml":       "+++\n" + strings.Repeat("a.", 100000) + "a = 1\n+++\n",
		"tables, toml":           "+++\n" + strings.Repeat("[a.b]\nc = 1\n", 20000) + "+++\n",
		"keys, toml":             "+++\n" + lines(60000, "k%d=1") + "+++\n",
		"brackets, json":         `{"tags": ` + strings.Repeat("[", 200000),
		"dashes on a line":       head("tags: \n " + strings.Repeat("- ", 100000)),
		"questions on a line":    head(strings.Repeat("? ", 100000)),
		"deep indentation":       head(stairs(500)),
		"keys":                   head(lines(60000, "k%d: 1")),
		"one key":                head(lines(60000, "k: %d")),
		"keys to repair":         head(lines(20000, "k%d: a: b")),
		"tags":                   head("tags: [" + strings.Repeat("a, ", 80000) + "]"),
		"long header line":       head("tags: " + strings.Repeat("x", 250000)),
		"header without an end":  "---\n" + strings.Repeat("a: b\n", 200000),
		"keys without fences":    strings.Repeat("title: b\n", 100000),
		"long line":              head("b: c") + "![a](data:image/png;base64," + strings.Repeat("A", 283399) + ")\n",
		"nul":                    strings.Repeat("a\x00", 500000),
		"no text":                strings.Repeat("\xff\xfe\x80", 400000),
		"nested quotes":          strings.Repeat(">", 1_200_000),
		"surrogates":             `{"title": "\ud83d\ude80 \udead"}` + "\ntext",
		"long file name":         "text",
	}
	for _, s := range []string{"{%", "{{", "{{<", "{{% x %}}", "{% raw %}", "{% highlight x %}", "{% highlight %}{% endhighlight %}", "{{< note >}}", "{{< highlight >}}",
		"{% note %}\n", "{#", "{#}", "{:", "){a", "{/*", "<!--", "<!-- -->", "<A", "<A {", "<A b='", "<A>", "<A></A>", "<Note>\n", "<script", "<style>", "<pre>", "<code>", "`", "``` ", "`a``b```c",
		":::note\n", ":::", ":::note\n:::\n", "!!! note\n    ", "??? x\n", "> [!x]\n", "data:", "(data:a/b,", "export {\n", "import {\n", "import a from 'b'\n", "[", "[a](", "![", "*", "_a_", "\\",
		"# ", "#\n", "===\n", "a\n=\n", "- ", "\t", "\r", "\v", "&amp;", "|a", "[a]: b\n", "[a]", "---\n", "---\ntitle: a\n", ".. a: b\n", "* TOC\n", "あ", "\u200B", "\uFEFF"} {
		files["many "+s] = many(s)
		files["many "+s+" below a header"] = head("") + strings.Repeat(s, 300_000/len(s))
	}
	return files
}

// lines returns count lines of format, which has the number of each.
func lines(count int, format string) string {
	var b strings.Builder
	for i := range count {
		fmt.Fprintf(&b, format+"\n", i)
	}
	return b.String()
}

// stairs returns a mapping that is nested count times.
func stairs(count int) string {
	var b strings.Builder
	for i := range count {
		b.WriteString(strings.Repeat(" ", i) + "a:\n")
	}
	return b.String()
}

// TestHostile holds that no file costs more than a moment. The bound is wide: what is not linear takes minutes.
func TestHostile(t *testing.T) {
	const most = 10 * time.Second
	for name, text := range hostile() {
		file := "a.mdx"
		if name == "long file name" {
			file = strings.Repeat("a-", 50000) + ".md"
		}
		start := time.Now()
		p, err := Parse(file, []byte(text), Config{})
		if took := time.Since(start); took > most {
			t.Errorf("%s takes %v", name, took)
		}
		if err == nil && (len(p.Markdown) > 5*len(text)+1000 || len(p.Tags) > maxNames || len(p.Warnings) > maxWarnings+2) {
			t.Errorf("%s: %d bytes become %d, %d tags, %d warnings", name, len(text), len(p.Markdown), len(p.Tags), len(p.Warnings))
		}
	}
}

// TestNothingTakesTheSquareOfItsLength parses texts and four times as much of each, which may take ten times as long.
func TestNothingTakesTheSquareOfItsLength(t *testing.T) {
	const size = 64 << 10
	many := func(head, s string) func(int) string {
		return func(n int) string { return head + strings.Repeat(s, n/len(s)) }
	}
	texts := map[string]func(n int) string{
		"blanks before tags": func(n int) string {
			return "a\n" + strings.Repeat(" ", n/2) + strings.Repeat("{{< note >}}", n/2/len("{{< note >}}"))
		},
		"blanks behind a list": func(n int) string {
			return "{% x %}\n" + strings.Repeat("* toc\n", n/2/6) + strings.Repeat("\u00A0", n/4)
		},
		"many posts named": func(n int) string {
			var b strings.Builder
			for i := 0; b.Len() < n; i++ {
				fmt.Fprintf(&b, "{{< ref a%d >}}\n", i)
			}
			return b.String()
		},
		"tags that never end": many("", "<div "), "components that never end": many("", "<A b='"), "programs that never end": many("", "<script</script"),
		"data": many("", "=data:"), "data in brackets": many("", "(data:a"), "addresses": many("", "<http"),
	}
	for _, s := range []string{"{{%", "{%", "{% note %}", "{{< highlight go >}}", "{% raw %}", "{#", "){", "<!--", "<pre>", "`", "`` ` ", "[^a]:", "[a](", "![", "> ", "* ", ":::note\n", "|a", "\\", "&", "*"} {
		texts["many "+s] = many("a\n", s)
	}
	for name, text := range texts {
		took := func(n int) time.Duration {
			data := []byte("---\ntitle: a\n---\n" + text(n))
			start := time.Now()
			_, _ = Parse("a.md", data, Config{})
			return time.Since(start)
		}
		const tries, moment = 5, 20 * time.Millisecond // which is nothing, whatever the ratio
		short, long := time.Hour, time.Hour
		for n := 0; n == 0 || n < tries && long > moment && long > 10*short; n++ {
			short, long = min(short, took(size)), min(long, took(4*size))
		}
		if long > moment && long > 10*short {
			t.Errorf("%s: %d bytes take %v, four times as many %v", name, size, short, long)
		}
	}
}

// TestHostileMemory holds that a header cannot ask for much more memory than it has bytes.
func TestHostileMemory(t *testing.T) {
	for name, text := range hostile() {
		if strings.HasPrefix(name, "many ") {
			continue
		}
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		_, _ = Parse("a.md", []byte(text), Config{})
		runtime.ReadMemStats(&after)
		if grown := after.TotalAlloc - before.TotalAlloc; grown > 64<<20+100*uint64(len(text)) {
			t.Errorf("%s: %d bytes take %d", name, len(text), grown)
		}
	}
}
