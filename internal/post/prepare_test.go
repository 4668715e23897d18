package post

import (
	"strings"
	"testing"
)

func TestPrepare(t *testing.T) {
	tests := []struct{ name, body, want string }{
		{"nothing to do", "Plain *text*.\n", "Plain *text*.\n"},

		{"liquid tag", "a {% include x.html a=\"b\" %} b", "a  b"},
		{"liquid tag over lines", "a {% include x\n a=b %} b\nc", "a  b\nc"},
		{"liquid output", "[a]({{ site.baseurl }}/x) {{- y -}}", "[a](/x) "},
		{"liquid text", "[a]({{ '/assets/x.png' | relative_url }})", "[a](/assets/x.png)"},
		{"liquid in an attribute", "<span style={{a: 'b'}}>c</span> {{}} {{raw \"`d`\"}}", "<span style=\"\">c</span> {{}} `d`"},
		{"page title", "About {{ page.title }}.", "About The title."},
		{"post url", "[a]({% post_url 2020-01-01-b %})", "[a](2020-01-01-b)"},
		{"embedded page", "{% embed https://example.com/x %}", "<https://example.com/x>"},
		{"comment block", "a {% comment %} hidden {{ x }} {% endcomment %} b", "a  b"},
		{"raw", "{% raw %}\n{{ kept }} {% kept %}\n{% endraw %}\n{{ gone }}", "\n{{ kept }} {% kept %}\n\n"},
		{"highlight", "x\n\n{% highlight ruby linenos %}\na {{ b }}\n{% endhighlight %}\ny", "x\n\n```ruby\na {{ b }}\n```\ny"},
		{"highlight with backticks", "{% highlight md %}\n```\nx\n```\n{% endhighlight %}", "````md\n```\nx\n```\n````"},
		{"codeblock", "{% codeblock lang:js Title %}\nx\n{% endcodeblock %}", "```js\nx\n```"},
		{"never closed", "a {% b", "a  b"},
		{"if", "{% if a %}\nb\n{% endif %}", "\nb\n"},
		{"hexo note", "{% note warning %}\nMind.\n{% endnote %}\n\nb", "> [!WARNING]\n> Mind.\n\n\nb"},

		{"shortcode", "a {{< x y=\"z\" >}} b {{% /x %}}", "a  b "},
		{"highlight shortcode", "{{< highlight go \"linenos=table\" >}}\nx\n{{< /highlight >}}", "```go\nx\n```"},
		{"ref", "[a]({{< ref \"b.md\" >}})", "[a](b.md)"},
		{"ref with names", "[a]({{< relref lang=\"de\" path=\"b.md\" >}})", "[a](b.md)"},
		{"ref in a language", "[a]({{< ref \"b.md\" \"de\" >}}) [a]({{% ref b.md de %}})", "[a](b.md) [a](b.md)"},
		{"figure", "{{< figure src=\"a.png\" caption=\"A [b]\" >}}", "![A (b)](<a.png>)"},
		{"callout", "{{< callout context=\"caution\" title=\"Mind\" icon=\"x\" >}}\nText\n{{< /callout >}}\nb", "> [!CAUTION] Mind\n> Text\n\nb"},

		{"attribute list", "# H {#id}\n\ntext\n{: .class #id a=\"b\"}\n", "# H \n\ntext\n\n"},
		{"attributes with a tag inside", "![a](b){:srcset=\"{{ site.x }}/c.png 2x\" .d} e", "![a](b) e"},
		{"quote", "{{< quote cite=\"x\" >}}\nText\n{{< /quote >}}\n\n{% blockquote A %}\nMore\n{% endblockquote %}", "\n> Text\n\n\n\n> More\n"},
		{"attributes behind a picture", "![a](b){width=50%} {:target=\"_blank\"}", "![a](b) "},
		{"braces in prose", "a {b} {:c d e f} f() {g} {#}", "a {b}  f() {g} {#}"},
		{"table of contents", "* TOC\n{:toc}\n\n[TOC]\n\na", "\n\n\n\n\na"},

		{"comment", "a <!-- b\nc --> d", "a  d"},
		{"comment never closed", "a <!-- b\n\n<!-- c\n\nd", "a <!-- b\n\n"},
		{"empty comments", "<!-->a<!--->b", "ab"},
		{"script", "a\n<script>\nx {{ y }}\n</script>\nb", "a\n\nb"},
		{"data uri", "![a](data:image/png;base64,AAAA) <img src=\"data:image/png;base64,AA\">", "![a]() <img src=\"\">"},
		{"data in prose", "the data: one, two (data: three)", "the data: one, two (data: three)"},
		{"pre", "<pre>\n{{ x }}\nimport a from 'b'\n</pre>\n{{ y }}", "<pre>\n{{ x }}\nimport a from 'b'\n</pre>\n"},

		{"import", "import A from './a.js'\nimport {\n  B,\n} from \"b\";\n\ntext", "\n\n\ntext"},
		{"import in prose", "import taxes are due\n", "import taxes are due\n"},
		{"component", "<Intro>\n\ntext\n\n</Intro>\n<Video src={\"x\"} a='b>' />!", "\n\ntext\n\n\n!"},
		{"generic", "a Vec<T> and List<String> of <C-u>", "a Vec<T> and List<String> of <C-u>"},
		{"callout component", "<Callout type=\"warning\" title=\"Mind\">\nText\n</Callout>\n\nb", "> [!WARNING] Mind\n> Text\n\n\nb"},
		{"mdx comment", "a {/* b */} c", "a  c"},

		{"directive", ":::note A title\ntext\n\nmore\n:::\nb", "> [!NOTE] A title\n> text\n>\n> more\n\nb"},
		{"directive with brackets", "::: tip[A title]{#id}\ntext\n:::", "> [!TIP] A title\n> text\n\n"},
		{"directive of pandoc", "::: {.callout-warning title=\"A\"}\ntext\n:::", "> [!WARNING] A\n> text\n\n"},
		{"directive of another kind", ":::danger\ntext\n:::", "> [!CAUTION] Danger\n> text\n\n"},
		{"directive in one line", "::: note text :::", "> [!NOTE]\n> text\n"},
		{"directive in a directive", "::::note\na\n:::tip\nb\n:::\nc\n::::", "> [!NOTE]\n> a\n> > [!TIP]\n> > b\n>\n> c\n\n"},
		{"directive with code", ":::note\n```\n:::\n{{ x }}\n```\n:::", "> [!NOTE]\n> ```\n> :::\n> {{ x }}\n> ```\n\n"},
		{"unknown directive", ":::details More\ntext\n:::\nb", "**More**\n\ntext\n\nb"},
		{"directive never closed", ":::note\ntext", "\ntext"},

		{"mkdocs", "!!! note \"A title\"\n    text\n\n    more\n\nb", "> [!NOTE] A title\n> text\n>\n> more\n>\n\nb"},
		{"mkdocs, collapsed", "??? warning\n    text", "> [!WARNING]\n> text"},
		{"mkdocs, code", "!!! tip\n    ```\n    {{ x }}\n    ```\nb", "> [!TIP]\n> ```\n> {{ x }}\n> ```\n\nb"},
		{"mkdocs, nested", "!!! note\n    a\n\n    !!! tip\n        b\nc", "> [!NOTE]\n> a\n>\n> > [!TIP]\n> > b\n>\n\nc"},
		{"mkdocs, a kind of one's own", "!!! élan\n    text", "> [!NOTE] Élan\n> text"},
		{"mkdocs, tabs", "=== \"One\"\n\n    ```\n    {{ x }}\n    ```\n\n=== \"Two\"\n\n    b\n\nc", "**One**\n\n```\n{{ x }}\n```\n\n\n**Two**\n\nb\n\n\nc"},
		{"directive, kind in brackets", ":::[warning]\ntext\n:::", "> [!WARNING]\n> text\n\n"},
		{"exclamation", "!!! wow\ntext", "!!! wow\ntext"},
		{"github", "> [!NOTE]\n> text", "> [!NOTE]\n> text"},
		{"obsidian", "> [!tip]- A title\n> text", "> [!TIP] A title\n> text"},
		{"obsidian, other kind", "> [!bug]\n> text", "> [!CAUTION] Bug\n> text"},

		{"code span", "`{{ a }}` ``{% b ` %}`` `c\n{{ d }}` {{ e }}", "`{{ a }}` ``{% b ` %}`` `c\n{{ d }}` "},
		{"code span never closed", "`{{ a }}\n\n{{ b }}`", "`\n\n`"},
		{"fenced code", "~~~\n{{ a }}\n```\n{% b %}\n~~~\n{{ c }}", "~~~\n{{ a }}\n```\n{% b %}\n~~~\n"},
		{"indented code", "a\n\n    {{ b }}\n\n    <!-- c -->\nd {{ e }}", "a\n\n    {{ b }}\n\n    <!-- c -->\nd "},
		{"indented text of a list", "- a\n\n    {{ b }}c", "- a\n\n    c"},
		{"escaped", "\\{{ a }}", "\\{{ a }}"},
	}
	for _, test := range tests {
		p := newPreparer(test.body)
		p.title = "The title"
		if got := p.prepare(); got != test.want {
			t.Errorf("%s: %q\n got %q\nwant %q", test.name, test.body, got, test.want)
		}
	}
}

func TestPicturesAndPagesThatAreEmbeddedLeaveALink(t *testing.T) {
	for _, test := range []struct{ body, want string }{
		{`a <Image src="/x.png" alt="The words of it" /> b`, "a ![The words of it](</x.png>) b"},
		{"<Image\n  src={\"./x.png\"}\n  alt={`Its [words]`}\n/>", "![Its (words)](<./x.png>)"},
		{`<Image alt="The words" src={hero} width={3} />`, "The words"},
		{`<Image src="x.png" />`, ""},
		{`{{ image(src="x.png",alt="The words") }}`, "![The words](<x.png>)"},
		{`{{ youtube(id="dQw4w9WgXcQ", autoplay=true) }}`, "<https://youtu.be/dQw4w9WgXcQ>"},
		{`{{ youtube() }}{{ other(id="x") }}`, ""},
		{"{{< youtube https://youtu.be/abc >}}", "<https://youtu.be/abc>"},
		{`{{< youtube autoplay="true" >}}`, ""},
		{"{{< vimeo 146022717 >}} {{< vimeo id=\"1\" >}}", "<https://vimeo.com/146022717> <https://vimeo.com/1>"},
		{`{{< gist ada "a1b2" "file.go" >}}`, "<https://gist.github.com/ada/a1b2>"},
		{"{{< gist ada >}}", ""},
		{`{{< x user="ada" id="123" >}} {{< tweet 456 >}}`, "<https://x.com/ada/status/123> <https://x.com/i/status/456>"},
		{`{{< img name=x alt="The words" >}}`, "The words"},
		{`{% include figure.html src="/x.png" caption="The words" %}`, "![The words](</x.png>)"},
		{`{% include figure image_path='x.svg' alt='The words' %}`, "![The words](<x.svg>)"},
		{`{% include picture.html url="/x.png" %}`, "![](</x.png>)"},
		{`{% include video.html url="https://example.com/x" %}`, "<https://example.com/x>"},
		{`{% include figure.html src="{{ site.url }}/x.png" alt="The words" %}`, "The words"},
		{`{% include footer.html url="/about" %}`, ""},
		{`{% include image.html src=page.cover alt="The words" %}`, "The words"},
		{`{% include image.html src="/x.png?a=b c=d" alt=page.title caption='The words' %}`, "![The words](</x.png?a=b c=d>)"},
		{`{% include image.html src = page.cover image_path="/x.png" %}`, "![](</x.png>)"},
		{`{% include image.html url=page.cover.png title="The words" %}`, ""},
	} {
		if got := newPreparer(test.body).prepare(); got != test.want {
			t.Errorf("%q\n got %q\nwant %q", test.body, got, test.want)
		}
	}
}

func TestEscapedShortcodesAreShown(t *testing.T) {
	for _, test := range []struct{ body, want string }{
		{"Write {{</* ref \"x\" */>}} to link.", "Write {{\\< ref \"x\" >}} to link."},
		{"Write {{%/* notice */%}} {{</*x*/>}}.", "Write {{% notice %}} {{\\<x>}}."},
		{"`{{</* ref \"x\" */>}}` and `{{< ref \"x\" >}}`", "`{{< ref \"x\" >}}` and `{{< ref \"x\" >}}`"},
		{"`a\nb {{%/* x */%}} c\nd` {{< gone >}} e", "`a\nb {{% x %}} c\nd`  e"},
		{"```\n{{</* a */>}} {{</* /a */>}}\n/* b */\n```\n{{< c >}}", "```\n{{< a >}} {{< /a >}}\n/* b */\n```\n"},
		{":::note\n```\n{{</* a */>}}\n```\n:::", "> [!NOTE]\n> ```\n> {{< a >}}\n> ```\n\n"},
		{"a\n\n    {{</* b */>}}\n\n{{</* c */>}}", "a\n\n    {{< b >}}\n\n{{\\< c >}}"},
		{"<pre>\n{{</* a */>}}\n\n{{%/* b */%}}\n</pre>\n{{< c >}}", "<pre>\n{{< a >}}\n\n{{% b %}}\n</pre>\n"},
		{"{{< highlight md >}}\n{{</* a */>}}\n{{< /highlight >}}", "```md\n{{< a >}}\n```"},
		{"{{</* a\nb */>}} and `{{</* c\nd */>}}`", "{{\\< a\nb >}} and `{{< c\nd >}}`"},
		{"{{< highlight md >}}\n{{</* a\nb */>}}\n{{< /highlight >}}", "```md\n{{< a\nb >}}\n```"},
		{"{{</* never closed", "/* never closed"},
	} {
		if got := newPreparer(test.body).prepare(); got != test.want {
			t.Errorf("%q\n got %q\nwant %q", test.body, got, test.want)
		}
	}
}

// TestAShortcodeThatEndsWhereItBeginsClosesNothing wants text of what once took the server away.
func TestAShortcodeThatEndsWhereItBeginsClosesNothing(t *testing.T) {
	for body, want := range map[string]string{
		"{{% note %}}\n\n{{%}}a":           "\n\n}}a",
		"{{< highlight go >}}\n{{%}}a":     "\n}}a",
		"{{< note >}}\n{{%}}\n{{</note>}}": "> [!NOTE]\n> }}\n",
	} {
		if got := newPreparer(body).prepare(); got != want {
			t.Errorf("%q\n got %q\nwant %q", body, got, want)
		}
	}
}

func TestPrepareMDX(t *testing.T) {
	p := newPreparer("export const a = {\n\n  b: 1,\n}\n\n<>text</> {{ kept: 1 }} <T>x</T>\n")
	p.mdx = true
	if got, want := p.prepare(), "\n\ntext {{ kept: 1 }} x\n"; got != want {
		t.Errorf("got %q want %q", got, want)
	}
}

func TestSummary(t *testing.T) {
	tests := []struct{ header, body, want string }{
		{"description: A\nsummary: B", "C", "A"},
		{"excerpt: B", "C", "B"},
		{"description: ''", "# H\n\n![x](y)\n\nFirst *para*\ngraph, a [link](x).\n\nSecond.", "First para graph, a link."},
		{"title: x", "One.\n\nTwo.\n\n<!-- more -->\n\nThree.", "One. Two."},
		{"title: x", "One.\n\nTwo.\n\n<!--truncate-->\nThree.", "One. Two."},
		{"title: x", "One.\n\n{/* truncate */}\n\nThree.", "One."},
		{"title: x", "One.\n\n<!-- PELICAN_END_SUMMARY -->\n\nThree.", "One."},
		{"excerpt_separator: <!--cut-->", "One.\n\nTwo.\n\n<!--cut-->\nThree.", "One. Two."},
		{"title: x", "Head\n====\n\n```\ncode\n```\n\n> Quoted.", "Quoted."},
		{"title: x", "With [Rust] and [x].\n\n[Rust]: https://rust.example\n", "With Rust and [x]."},
		{"title: x", "A claim.[^1] Another.[^long] Inline^[an inline one].\n\n[^1]: One.\n[^long]: Two.\n", "A claim. Another. Inline."},
		{"title: x", "See [the book][tspl] now.\n\n[tspl]: https://x.example\n", "See the book now."},
		{"title: x", strings.Repeat("word ", 100), strings.Repeat("word ", 54) + "word…"},
		{"title: x", "```\ncode\n```", ""},
	}
	for _, test := range tests {
		p := mustParse(t, "x.mdx", "---\n"+test.header+"\n---\n"+test.body+"\n")
		if p.Summary != test.want {
			t.Errorf("%q over %q: got %q want %q", test.header, test.body, p.Summary, test.want)
		}
	}
}

func TestPlainText(t *testing.T) {
	tests := []struct{ from, want string }{
		{"a *b* __c__ ~~d~~ `e_f`", "a b c d e_f"},
		{"snake_case and 2 * 3", "snake_case and 2 * 3"},
		{"[a [b]](c (d)) ![e](f) [g][h]", "a [b] g"},
		{"<b>a</b> &lt;c&gt; <https://d.example> 1 < 2", "a <c> https://d.example 1 < 2"},
		{"\\*a\\* C:\\dir", "*a* C:\\dir"},
		{"note[^1] here", "note here"},
		{"note^[with [a link](b)] here, 2^10^, `^[a-z]`, ^[open", "note here, 2^10^, ^[a-z], ^[open"},
		{"a<br>b", "a b"},
	}
	for _, test := range tests {
		if got := plainText(test.from); got != test.want {
			t.Errorf("%q: got %q want %q", test.from, got, test.want)
		}
	}
}

func TestCountWords(t *testing.T) {
	tests := []struct {
		text string
		want int
	}{
		{"", 0},
		{"one two, three-four it's", 4},
		{"日本語で書く", 3},
		{"# - * 12 a", 2},
		{"один два", 2},
	}
	for _, test := range tests {
		if got := countWords(test.text); got != test.want {
			t.Errorf("%q: got %d want %d", test.text, got, test.want)
		}
	}
}
