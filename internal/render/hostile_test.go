package render

import (
	"bytes"
	"fmt"
	"regexp"
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/charmbracelet/colorprofile"

	"postern/internal/post"
)

// allowed are the sequences that a styled line may hold: SGR of colours and plain attributes, and links.
var allowed = regexp.MustCompile(`\x1b\[(?:[0-9]+(?:;[0-9]+)*)?m|\x1b\]8;(?:id=\d+:r=\d+)?;(?:(?:https?|mailto|gemini|ssh):[!-~]*)?\x1b\\`)

// forbidden are attributes that text of others must never have: it would blink or be hidden.
var forbidden = regexp.MustCompile(`\x1b\[(?:5|6|8)(?:m|;)`)

// unprintable returns the first rune of s that must not reach a terminal, or -1.
func unprintable(s string) rune {
	if !utf8.ValidString(s) {
		return utf8.RuneError
	}
	for _, r := range s {
		if r < 0x20 && r != '\n' || r >= 0x7F && r < 0xA0 || r != '\u200D' && unicode.Is(unicode.Cf, r) {
			return r
		}
	}
	return -1
}

// plainFault returns what is wrong with the plain text of markdown.
func plainFault(markdown string, width int) string {
	var b bytes.Buffer
	if err := Plain(&b, &post.Post{Markdown: markdown}, width, nil); err != nil {
		return err.Error()
	}
	if strings.Contains(b.String(), "cannot be typeset") {
		return "something went wrong within"
	}
	if r := unprintable(b.String()); r >= 0 {
		return fmt.Sprintf("plain text holds %U: %q", r, b.String())
	}
	return ""
}

// styledFault returns what is wrong with the lines of markdown.
func styledFault(markdown string, theme *Theme, measure int) string {
	d := New(&post.Post{Markdown: markdown}, Options{Measure: measure, Theme: theme})
	for _, l := range d.Lines(0, d.Len()) {
		s := l.String()
		bare := allowed.ReplaceAllString(s, "")
		switch {
		case strings.Contains(bare, "cannot be typeset"):
			return "something went wrong within"
		case unprintable(bare) >= 0 || strings.Contains(bare, "\n"):
			return fmt.Sprintf("line %q holds %U", s, unprintable(bare))
		case forbidden.MatchString(s):
			return fmt.Sprintf("line %q blinks or hides", s)
		case bare != l.Plain():
			return fmt.Sprintf("line %q is not %q", s, l.Plain())
		case strings.HasSuffix(bare, " "):
			return fmt.Sprintf("line %q ends in a blank", s)
		case !l.Wide() && l.Width() > measure:
			return fmt.Sprintf("line %q is wider than %d", s, measure)
		}
	}
	return ""
}

// TestInjection feeds what once reached a terminal through a Markdown renderer.
func TestInjection(t *testing.T) {
	hostile := map[string]string{
		"clipboard":      "a \x1b]52;c;aGFjaw==\x07 b",
		"clipboard code": "```\n\x1b]52;c;aGFjaw==\x07\n```",
		"clipboard url":  "http://a.example/\x1b]52;c;aGFjaw==\x07",
		"reset entity":   "hi &#27;c there\n\n# hi &#27;c there",
		"clear entity":   `hi &#27;\[2J there`,
		"title entity":   "hi **&#27;]0;pwned&#7;** ~~&#27;]0;x&#7;~~ [&#27;]0;x&#7;](https://a.example) ![&#27;]0;x&#7;](a.png) <b title=\"&#27;\">&#27;]0;x&#7;</b>",
		"code span":      "`&#27;[2J` `\x1b[2J`",
		"html block":     "<div>&#27;[2J</div>\n\n<pre>&#27;[2J</pre>\n\n<table><tr><td>&#27;[2J</td></tr></table>",
		"split entity":   "~~&**#27;**[31mFAKE~~",
		"dcs apc csi":    "    \x1bPq\x1b\\\x1b_Gx\x1b\\\x1b[2J\n",
		"c1 and friends": "a\u009bb\u009dc\x9bd\u202Ee\u200Bf\u2060g\uFEFFh\x00i\x7fj\bk\rl",
		"soft hyphens": "# a\u00ADb {#x\u00ADy}\n\nc\u00ADd [e&shy;f](https://a.example) `g\u00ADh` $i\u00ADj$ ![k\u00ADl](m\u00ADn.png)\n\n" +
			"<b>o&shy;p</b> <sup>q\u00ADr</sup> <a href=\"https://a.example\">\u00AD</a> https://s\u00ADt.example :\u00AD:\n\n" +
			"```u\u00AD\nv\u00ADw\n```\n\n| x\u00ADy |\n|---|\n| &shy;z |\n\n> [!NOTE] a\u00ADb\n> c\u00ADd\n\n<div>e&shy;f<pre>g&shy;h</pre></div>\n\n" +
			"<table><tr><td>i&shy;j</td></tr></table>\n\nk\u00ADl[^n\u00AD]\n\n[^n\u00AD]: o\u00ADp\n\nq\u00ADr\n: s\u00ADt",
		"c1 in address":    "[a](<x\u009dpwned>) [b](<https://x.example/\u009dpwned>)",
		"schemes":          "[x](javascript:alert(1)) [y](file:///etc/passwd) [z](ssh://-oProxyCommand=x/y) <javascript:alert(1)>",
		"html attributes":  "<a href=\"https://x.example/&#27;]0;p&#7;\">x</a> <img alt=\"&#27;[2J\" src=\"&#27;\">",
		"heading id":       "# a {#\x1b[2J}",
		"fence info":       "```\x1b[2J\nx\n```",
		"alert title":      "> [!NOTE] \x1b[2J &#27;[2J\n> x",
		"table":            "| \x1b[2J | &#27;c |\n|---|---|\n| \u202E | \u009b |",
		"footnote":         "a[^\x1b]\n\n[^\x1b]: &#27;c",
		"definition":       "&#27;c\n: &#27;c",
		"emoji and maths":  ":\x1b: $\x1b^2$ $$&#27;c^2$$",
		"conceal":          "\x1b[8mhidden\x1b[5mblink",
		"unterminated osc": "AA \x1b]0;title",
	}
	theme := testTheme(t)
	for name, markdown := range hostile {
		for _, measure := range measures {
			if fault := styledFault(markdown, theme, measure); fault != "" {
				t.Errorf("%s: %s", name, fault)
			}
		}
		if fault := plainFault(markdown, 0); fault != "" {
			t.Errorf("%s: %s", name, fault)
		}
		d := document(markdown, 40)
		for _, l := range d.Links() {
			if unprintable(l.URL) >= 0 || unprintable(l.Text) >= 0 || strings.Contains(l.URL, "javascript") {
				t.Errorf("%s: link %q %q", name, l.Text, l.URL)
			}
		}
		for _, h := range d.Headings() {
			if unprintable(h.Text) >= 0 || unprintable(h.ID) >= 0 {
				t.Errorf("%s: heading %q %q", name, h.Text, h.ID)
			}
		}
	}
}

func TestDeceptiveLink(t *testing.T) {
	tests := []struct{ markdown, want string }{
		{"[https://bank.example](https://evil.example/x)", "https://bank.example (evil.example)[1]"},
		{"[www.bank.example](https://evil.example)", "www.bank.example (evil.example)[1]"},
		{"[https://bank.example](https://www.bank.example/login)", "https://bank.example[1]"},
		{"[the bank](https://evil.example)", "the bank[1]"},
	}
	for _, test := range tests {
		if got := plainLines(test.markdown, 80)[0]; got != test.want {
			t.Errorf("%s: %q, want %q", test.markdown, got, test.want)
		}
	}
}

// TestSoftHyphensShowOnlyWhereALineEnds wants a hyphen where a word is broken and nothing elsewhere.
func TestSoftHyphensShowOnlyWhereALineEnds(t *testing.T) {
	const markdown = "Die Donau\u00ADdampf\u00ADschiff&shy;fahrt"
	if got := strings.Join(plainLines(markdown, 20), "|"); got != "Die Donaudampf-|schifffahrt" {
		t.Errorf("at 20: %q", got)
	}
	for width, want := range map[int]string{0: "Die Donaudampfschifffahrt\n", 20: "Die Donaudampf-\nschifffahrt\n"} {
		var b bytes.Buffer
		if err := Plain(&b, &post.Post{Markdown: markdown}, width, nil); err != nil || b.String() != want {
			t.Errorf("plain at %d: %q, %v", width, b.String(), err)
		}
	}
}

// TestHiddenInCode wants what reorders or hides code to be in sight.
func TestHiddenInCode(t *testing.T) {
	if got := plainLines("```\nif x \u202E{\u2066 // a\u200B\n```", 80)[0]; got != "  ▏ if x ⟨U+202E⟩{⟨U+2066⟩ // a⟨U+200B⟩" {
		t.Errorf("got %q", got)
	}
	if got := plainLines("`a\u202Eb`", 80)[0]; got != "`a⟨U+202E⟩b`" {
		t.Errorf("got %q", got)
	}
}

// TestBounded feeds what once took a renderer minutes. All of it must be shown, within a time that is generous for a
// busy machine.
func TestBounded(t *testing.T) {
	repeat := strings.Repeat
	nested := func(mark string, n int) string {
		var b strings.Builder
		for i := range n {
			b.WriteString(repeat("  ", i) + mark + " item\n")
		}
		return b.String()
	}
	hostile := map[string]string{
		"75 quotes":        repeat(">", 75) + " x",
		"100000 quotes":    repeat(">", 100_000),
		"lines of quotes":  repeat(repeat(">", 500)+"\n", 200),
		"nested lists":     nested("-", 300),
		"numbered lists":   nested("1.", 300),
		"dashes":           repeat("- ", 50_000),
		"long list":        repeat("* a\n", 20_000),
		"brackets":         repeat("[", 50_000),
		"images":           repeat("![", 50_000),
		"destinations":     repeat("[a](", 50_000),
		"destination rows": repeat(repeat("[a](", 2_000)+"\n", 40),
		"titles":           repeat("[a](b 't ", 20_000),
		"stars":            repeat("*a **a ", 30_000),
		"backticks":        repeat("` `` ``` ", 10_000),
		"angles":           repeat("<a ", 50_000),
		"crossed emphasis": repeat("_a*b", 250_000),
		"emphasis in rows": repeat(repeat("_a*b", 1_000)+"\n\n", 40),
		"many references":  repeat("[a]: https://a.example\n", 40_000),
		"carets":           repeat("[^", 100_000),
		"addresses":        repeat("http://a", 30_000),
		"wide table":       "|" + repeat("a|", 10_000) + "\n|" + repeat("-|", 10_000) + "\n" + repeat("|a\n", 2_000),
		"tall table":       "|a|b|\n|-|-|\n" + repeat("|a|b|\n", 30_000),
		"references":       repeat("[a]: b\n", 1_000) + repeat("\n[b]: c\n", 10_000) + "\n[a] [b]",
		"footnotes":        repeat("[^a]: b\n", 10_000) + repeat("x[^a] ", 10_000),
		"html":             repeat("<div><ul><li><b><table><tr><td>", 5_000),
		"html tags":        repeat("<b>", 50_000) + "x",
		"long code line":   "```\n" + repeat("x", 300_000) + "\n```",
		"long word":        repeat("x", 300_000),
		"long heading":     "# " + repeat("[a](", 30_000),
		"long term":        repeat("[a](", 30_000) + "\n: b",
		"long code":        "```go\n" + repeat("x := 1 // comment\n", 10_000) + "```",
		"maths":            "$$" + repeat("{", 10_000) + "$$ $" + repeat("\\frac", 1000) + "$",
		"marks":            "a" + repeat("\u0301", 50_000),
		"data address":     "![x](data:image/png;base64," + repeat("A", 280_000) + ")",
		"entities":         repeat("&amp;&#x41;&bogus;", 10_000),
		"dollars":          repeat("$$a ", 20_000),
	}
	for name, markdown := range hostile {
		t.Run(name, func(t *testing.T) {
			start := time.Now()
			d := document(markdown, 40)
			n := d.Len()
			if took := time.Since(start); took > 10*time.Second {
				t.Errorf("%d bytes took %v for %d lines", len(markdown), took, n)
			}
			if n == 0 && name != "many references" { // which show nothing
				t.Error("nothing is shown")
			}
			if line := tooWide(d, 40); line != "" {
				t.Errorf("too wide: %.80q", line)
			}
			if d.layout.bytes > 12*len(markdown)+1<<16 {
				t.Errorf("%d bytes take %d", len(markdown), d.layout.bytes)
			}
		})
	}
}

// TestNothingTakesTheSquareOfItsLength sets texts and four times as much of each, which may take ten times as long.
func TestNothingTakesTheSquareOfItsLength(t *testing.T) {
	const size = 32 << 10
	for _, text := range [][2]string{
		{"", "[^a]:"}, {"", "[^"}, {"> ", "[^a]: > "}, {"", "[^a]: b\n"}, {"x[^a]\n\n[^a]: ", "y[^a] "}, {"", "[a]: b\n\n"},
		{"[a]: b\n", "[^a]: b\n"}, {"[a]: ", "~~~\n[^a]:"}, {"|a|b|\n|-|-|\n", "a"}, {"|a|b|\n|-|-|\n", "[ "},
		{"<div>\n", "<a"}, {"<div>\n", "<a b='"}, {"<div>\n", "<a b=\">"}, {"<div>\n", "</a"}, {"<div>\n", "<!"}, {"<div>\n", "<!--"},
		{"<div>\n", "<table><tr><td>"}, {"<div>\n", "<details>"}, {"<pre>\n", "<b"}, {"x ", "<a"}, {"x ", "<!--"}, {"x ", "<?"},
		{"", "["}, {"", "!["}, {"", "]("}, {"", "[a]("}, {"", "![a](b"}, {"", "[](<"}, {"# ", "[a](b)"}, {"", "# [a](b)\n"}, {"", "`"},
		{"", "`` ` "}, {"", "```\n"}, {"", "$"}, {"", "$$a "}, {"", ":"}, {"", ":a"}, {"", "&"}, {"", "&amp;"}, {"", "\\"}, {"", "*a_ "},
		{"", "~~"}, {"|a|b|\n|-|-|\n", "|a"}, {"|a|b|\n|-|-|\n", "|a|b|\n"}, {"", "> "}, {"", "* "}, {"", "* a\n"}, {"", "a\n: b\n"}, {"", ":\n"}, {"a\n", "[a]:"},
		{"", "http://a"}, {"", "www.a."}, {"", "a@b.c"}, {"", "あ"}, {"a", "\u0301"},
	} {
		took := func(n int) time.Duration {
			p := &post.Post{Markdown: text[0] + strings.Repeat(text[1], n/len(text[1]))}
			start := time.Now()
			New(p, Options{Measure: 60}).Len()
			return time.Since(start)
		}
		const tries, moment = 5, 20 * time.Millisecond // which is nothing, whatever the ratio
		short, long := time.Hour, time.Hour
		for n := 0; n == 0 || n < tries && long > moment && long > 10*short; n++ {
			short, long = min(short, took(size)), min(long, took(4*size))
		}
		if long > moment && long > 10*short {
			t.Errorf("%q and many %q: %d bytes take %v, four times as many %v", text[0], text[1], size, short, long)
		}
	}
}

// TestWordsOfALinkAreAllThatIsRead names so many links that reading the whole paragraph for each would not end.
func TestWordsOfALinkAreAllThatIsRead(t *testing.T) {
	const links = 1 << 18
	p := &para{}
	for n := range uint32(links) {
		start := len(p.text)
		p.add("a link", style{self: LinkText}, n, false)
		p.add("[1]", style{self: LinkNumber}, n, false)
		if got := p.words(start + 2); got != "link" {
			t.Fatalf("the link %d is %q", n, got)
		}
		p.add(", ", style{}, 0, false)
	}
	if got := p.words(len(p.text)); got != "" {
		t.Errorf("after the end is %q", got)
	}
}

// TestALongTitleIsNotRepeated wants a title, which a figure shows, not for each of many figures that refer to it.
func TestALongTitleIsNotRepeated(t *testing.T) {
	title, figures := "[a]: b '"+strings.Repeat("x", 20<<10)+"'\n\n", strings.Repeat("![a]\n\n", 2000)
	for _, markdown := range []string{title + figures, figures + title} {
		if n := document(markdown, 60).Len(); n > 3*2000 {
			t.Errorf("%.10q… has %d lines", markdown, n)
		}
	}
}

// TestLinksInManyLinesAreSource wants a note where the parser would walk over all lines of a paragraph for each link.
func TestLinksInManyLinesAreSource(t *testing.T) {
	const definition, note = "[a]: https://a.example\n\n", "(too many links in too many lines: shown as source)"
	if got := shownText(document(definition+strings.Repeat("x [a]\n", 3000), 80)); strings.Contains(got, "shown as source") {
		t.Errorf("3000 links are source: %.200s", got)
	}
	if got := shownText(document(definition+strings.Repeat("x [a]\n", 5000), 80)); !strings.Contains(got, note) {
		t.Errorf("5000 links are no source: %.200s", got)
	}
}

// TestManyFootnotes wants the text of each of so many notes that reading all rows for each would not end.
func TestManyFootnotes(t *testing.T) {
	const notes = 100_000
	l := &typesetter{setter: setter{measure: 40}}
	for n := range notes {
		first := len(l.rows)
		l.line("[^1] some text", style{}, 0)
		if got := l.rowsText(first, "[^1]"); got != "some text" {
			t.Fatalf("the note %d is %q", n, got)
		}
	}
}

// TestMeasureIsBounded asks for columns that no reader has.
func TestMeasureIsBounded(t *testing.T) {
	for _, measure := range []int{-5, 0, 1, 1 << 20} {
		d := document("# Title\n\n---\n\nwords", measure)
		for _, l := range d.Lines(0, d.Len()) {
			if l.Width() > maxMeasure {
				t.Errorf("at %d a line is %d wide", measure, l.Width())
			}
		}
	}
}

// TestTimeIsBounded wants the rest of a post that took too long as its source, with a note.
func TestTimeIsBounded(t *testing.T) {
	d := document("# First\n\n"+strings.Repeat("words\n\n", 4000)+"*last*", 40)
	d.Lines(0, 10)
	d.layout.spent = maxTime + 1
	lines := linesOf(d)
	if n := len(lines); lines[n-3] != "▏ *last*" || !strings.HasPrefix(lines[n-2], "(this post takes too long") {
		t.Errorf("the end is %q", lines[n-4:])
	}
}

// TestLongLineOfCode wants a note, and all of the line where it is copied or plain.
func TestLongLineOfCode(t *testing.T) {
	markdown := "```\n" + strings.Repeat("x", 10_000) + "\n```\n"
	d := document(markdown, 60)
	if got := linesOf(d); len(got) != 2 || len(got[0]) > maxCodeLine+40 || !strings.HasPrefix(got[1], "(a long line is cut") {
		t.Errorf("%d lines, the last is %q", len(got), got[len(got)-1])
	}
	if code, _, _ := d.CodeAt(0); len(code) != 10_000 {
		t.Errorf("copying gives %d bytes", len(code))
	}
	var b bytes.Buffer
	if err := Plain(&b, &post.Post{Markdown: markdown}, 60, nil); err != nil || !strings.Contains(b.String(), strings.Repeat("x", 10_000)) {
		t.Errorf("plain text has %d bytes, %v", b.Len(), err)
	}
}

// TestMistakeIsContained has the typesetter fail in one window and wants the others.
func TestMistakeIsContained(t *testing.T) {
	d := document("# First\n\n"+strings.Repeat("words\n\n", 4000)+"\n\n# Second\n\n[a](https://a.example)\n", 40)
	d.Lines(0, 10)
	d.layout.setter.ids = nil // the next heading panics
	if n := d.Len(); n < 400 || !strings.Contains(shownText(d), "cannot be typeset") || !strings.Contains(shownText(d), "# Second") {
		t.Errorf("%d lines:\n%s", n, shownText(d))
	}
}

func FuzzPlain(f *testing.F) {
	f.Add("# a\n\n> b &#27;c\n\n```\n\x1b\n```\n", uint8(40))
	f.Add("| a |\n|---|\n| \u202E |\n\n[^1]: x\n\n<div>&#155;", uint8(0))
	f.Fuzz(func(t *testing.T, markdown string, width uint8) {
		if fault := plainFault(markdown, int(width)); fault != "" {
			t.Fatal(fault)
		}
	})
}

func FuzzStyled(f *testing.F) {
	f.Add("# a\n\n> b &#27;c [x](https://a.example)\n\n- c\n\n```go\nx\x1b\n```\n", uint8(40))
	f.Add("<table><tr><td>a<b>b</table>\n\nterm\n: def\n\n$x^2$ :tada: ~~a~~ a[^1]\n\n[^1]: x", uint8(20))
	theme, err := NewTheme("dark", true, colorprofile.TrueColor, "")
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, markdown string, width uint8) {
		measure := min(max(int(width), minMeasure), maxMeasure)
		if fault := styledFault(markdown, theme, measure); fault != "" {
			t.Fatal(fault)
		}
	})
}
