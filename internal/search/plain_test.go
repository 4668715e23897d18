package search

import (
	"strings"
	"testing"

	"postern/internal/post"
)

func TestPlain(t *testing.T) {
	tests := []struct{ name, markdown, want string }{
		{"paragraphs", "one\ntwo\n\nthree", "one two\nthree\n"},
		{"headings", "# One #\ntext\nTwo\n===\n## Three", "One\ntext Two\nThree\n"},
		{"emphasis", "*a* **b** _c_ ~~d~~ snake_case 2 * 3", "a b c d snake_case 2 * 3\n"},
		{"links", "see [the *page*](http://x.y/z_(a)) and [one][two] and a[0]", "see the page and one and a[0]\n"},
		{"pictures", "![a cat](cat.png) [![b](c)](d)", "a cat b\n"},
		{"notes", "word[^1]\n\n[^1]: the note\n[x]: http://y", "word\nthe note\n"},
		{"lists", "- a\n- [x] b\n1. c\n> d", "a\nb\nc d\n"},
		{"notes of a kind", "> [!NOTE]\n> mind", "mind\n"},
		{"code", "```go\nx := *p\n\ny_\n```\nafter `a*b` and ``c`d``", "x := *p y_\nafter a*b and c`d\n"},
		{"tables", "| a | b |\n|---|---|\n| c | d |", "a b\nc d\n"},
		{"tags", "H<sub>2</sub>O<br>x <https://a.b> 1<2 <!-- no -->y<script>no</script>z", "H2O x https://a.b 1<2 yz\n"},
		{"comment over lines", "a <!-- b\nc --> d", "a d"},
		{"entities", "a &amp; b&nbsp;c &lt;d&gt;", "a & b c <d>"},
		{"escaped", `\*a\* \# b\c`, `*a* # b\c` + "\n"},
		{"rules", "a\n\n---\n\nb", "a\nb\n"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if got := strings.TrimSpace(plain(&post.Post{Markdown: test.markdown})); got != strings.TrimSpace(test.want) {
				t.Errorf("plain(%q)\n got %q\nwant %q", test.markdown, got, test.want)
			}
		})
	}
}

func TestSummaryIsSearched(t *testing.T) {
	p := &post.Post{Summary: "what it is about", Markdown: "The text."}
	if got := plain(p); got != "what it is about\nThe text." {
		t.Errorf("%q", got)
	}
	p.Summary = "The text."
	if got := plain(p); got != "The text." {
		t.Errorf("%q", got)
	}
}
