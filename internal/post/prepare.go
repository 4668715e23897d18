package post

import (
	"strings"
	"unicode"
)

// A body is prepared for rendering: what only a site generator understands goes, the text in it stays. Outside of code
//
//	{% tag %} {{ output }} {{< shortcode >}}    Liquid, Hexo, Hugo       liquid.go, shortcode.go
//	<Component> {/* … */} import … export …     MDX                      jsx.go
//	{: .class} {#id}                            attribute lists          attribute.go
//	<!-- … --> <script> data:…                  comments and the like    html.go
//	::: note · !!! note · > [!note]             admonitions, as GitHub's admonition.go
//
// A body that holds nothing of the kind is not copied. All of it takes time in proportion to the body: searches for
// what ends a thing are paid for from a budget, and when that is spent what would need an end is plain text.

// preparer makes the text to render from a body.
type preparer struct {
	body  string
	mdx   bool
	title string // for {{ page.title }}

	separator string // a comment of the author's own that ends the summary

	out    strings.Builder
	done   int  // body[:done] is in out, or left out
	edited bool // out holds something else than body[:done]
	cut    int  // in the result: where the author cut the summary, -1 for nowhere

	budget      int
	skip        int // what begins before is code within a line
	raw         int // Liquid that begins before is shown as it is
	start       int // of the line at hand
	head        int // of it: where something else than blanks begins
	fence       fence
	fenceAt     int // where the fence was opened
	openComment int // where a comment begins that hides the rest, -1 for nowhere
	code        indented
	quotes      []container
	closings    map[string]bool // whether the body closes the component of this name
	refs        []string        // posts that tags and shortcodes name
	ticks       [maxTicks + 1]int
}

// newPreparer returns a preparer for body.
func newPreparer(body string) *preparer {
	return &preparer{body: body, cut: -1, fenceAt: -1, openComment: -1, budget: 4*len(body) + 1<<16, closings: map[string]bool{}}
}

// prepare returns the text to render.
func (p *preparer) prepare() string {
	if !p.needed() {
		return p.body
	}
	for start := 0; start < len(p.body); {
		end := len(p.body)
		if at := strings.IndexByte(p.body[start:], '\n'); at >= 0 {
			end = start + at + 1
		}
		if p.done < end {
			p.line(start, end)
		}
		start = end
	}
	if !p.edited {
		return p.body
	}
	p.out.WriteString(p.body[p.done:])
	return p.out.String()
}

// needed reports whether the body holds anything that may have to be prepared.
func (p *preparer) needed() bool {
	if p.mdx {
		return true
	}
	for _, sign := range [...]string{"{%", "{{", "{:", "{/*", "{#", "){", "`{", "<!--", ":::", "!!!", "???", "> [!", "data:", "<script",
		"<style", "\nimport ", "[TOC]", "[[toc]]", "[toc]", "[[_TOC_]]", "\n===\n", "=== \"", "```", "~~~"} {
		if strings.Contains(p.body, sign) {
			return true
		}
	}
	return strings.HasPrefix(p.body, "import ") || hasComponent(p.body)
}

// replace puts with in the place of body[start:end]. Places must not go backwards.
func (p *preparer) replace(start, end int, with string) {
	start = max(start, p.done)
	end = max(start, end)
	if !p.edited {
		p.edited = true
		p.out.Grow(len(p.body) + 64)
	}
	p.out.WriteString(p.body[p.done:start])
	p.out.WriteString(with)
	p.done = end
}

// line prepares the line body[start:end], its end included. Its head may be gone already.
func (p *preparer) line(start, end int) {
	p.start, p.head = start, end-len(strings.TrimLeftFunc(p.body[start:end], unicode.IsSpace))
	if p.done > start {
		p.inline(max(p.done, p.skip), end)
		return
	}
	text := strings.TrimRight(p.body[start:end], "\n")
	if p.skip > start {
		p.quote(start, text)
		p.inline(p.skip, end)
		return
	}
	if p.fence.mark == 0 {
		p.leave(start, text)
		if p.block(start, end, p.dedented(text)) {
			return
		}
	}
	p.quote(start, text)
	inside := p.fence.mark != 0
	if p.fence.takes(text) {
		if !inside {
			p.fenceAt = start
		}
		p.unescape(start, end)
		return
	}
	if p.code.takes(p.dedented(text)) {
		p.unescape(start, end)
		return
	}
	p.inline(start, end)
}

// block prepares a line that means something as a whole, and reports whether it was one.
func (p *preparer) block(start, end int, text string) bool {
	bare := strings.TrimSpace(text)
	if bare == "" {
		return false
	}
	switch bare[0] {
	case ':':
		return strings.HasPrefix(bare, ":::") && p.directive(start, end, bare)
	case '!', '?':
		return p.mkdocs(start, end, text)
	case '>':
		return p.alert(start, end, bare)
	case 'i', 'e':
		return p.module(start, end, bare)
	case '=':
		return p.tab(start, end, text) || p.furniture(start, end, bare)
	case '[', '*', '-', '1':
		return p.furniture(start, end, bare)
	}
	return false
}

// furniture drops lines that ask a generator for something: a table of contents, the end of a summary.
func (p *preparer) furniture(start, end int, bare string) bool {
	switch strings.ToLower(bare) {
	case "[toc]", "[[toc]]", "[[_toc_]]":
	case "===":
		if strings.TrimSpace(p.body[max(0, start-2):start]) != "" || strings.TrimSpace(p.body[end:min(len(p.body), end+1)]) != "" {
			return false
		}
		p.markCut(start)
	case "* toc", "- toc", "1. toc", "*   toc":
		if !strings.HasPrefix(strings.TrimLeftFunc(p.body[end:], unicode.IsSpace), "{:") {
			return false
		}
	default:
		return false
	}
	p.replace(start, end, "\n")
	return true
}

// markCut remembers that the summary ends at body[at:], which is not left out yet.
func (p *preparer) markCut(at int) {
	if p.cut < 0 {
		p.cut = p.out.Len() + max(0, at-p.done)
	}
}

// inline prepares what stands in body[at:end], and perhaps beyond where something that begins there ends later.
func (p *preparer) inline(at, end int) {
	for at < end {
		switch p.body[at] {
		case '\\':
			at += 2
		case '`':
			at = p.codeSpan(at)
		case '<':
			at = p.angle(at)
		case '{':
			at = p.brace(at)
		case ':':
			at = p.dataURI(at, end)
		default:
			at++
		}
	}
}

// brace prepares what begins with the brace at body[at], and returns where to go on.
func (p *preparer) brace(at int) int {
	if at+1 >= len(p.body) {
		return at + 1
	}
	switch p.body[at+1] {
	case '%':
		if at < p.raw {
			return at + 2
		}
		return p.tag(at)
	case '{':
		if at < p.raw || p.mdx && (at == 0 || p.body[at-1] != '=') {
			return at + 2
		}
		return p.output(at)
	case ':', '#', '.':
		return p.attributes(at)
	case '/':
		return p.mdxComment(at)
	}
	if at > 0 && p.body[at-1] == ')' {
		return p.attributes(at)
	}
	return at + 1
}

// find returns where what next stands in body[from:], at most limit bytes away, or -1. Searching costs.
func (p *preparer) find(from int, what string, limit int) int {
	if p.budget <= 0 || from >= len(p.body) {
		return -1
	}
	to := min(len(p.body), from+limit)
	at := strings.Index(p.body[from:to], what)
	if at < 0 {
		p.budget -= to - from
		return -1
	}
	p.budget -= at
	return from + at
}
