package post

import "strings"

// angle prepares what begins with the < at body[at], and returns where to go on.
func (p *preparer) angle(at int) int {
	rest := p.body[at:]
	switch {
	case strings.HasPrefix(rest, "<!--"):
		return p.comment(at)
	case len(rest) > 1 && isUpper(rest[1]), len(rest) > 2 && rest[1] == '/' && isUpper(rest[2]):
		return p.component(at)
	case p.mdx && (strings.HasPrefix(rest, "<>") || strings.HasPrefix(rest, "</>")):
		end := at + strings.IndexByte(rest, '>') + 1
		p.replace(at, end, "")
		return end
	case hasPrefixFold(rest, "<script"), hasPrefixFold(rest, "<style"):
		return p.program(at)
	case hasPrefixFold(rest, "<pre"), hasPrefixFold(rest, "<code>"):
		return p.htmlCode(at)
	case strings.HasPrefix(rest, "<http") && p.budget > 0:
		rest = rest[:min(len(rest), maxTag)]
		if end := strings.IndexAny(rest, "> \n"); end > 0 {
			return at + end
		}
		p.budget -= len(rest)
	}
	return at + 1
}

// htmlCode returns the end of the code that the tag at body[at] opens.
func (p *preparer) htmlCode(at int) int {
	name := "</pre"
	if p.body[at+1]|0x20 == 'c' {
		name = "</code"
	}
	end := p.find(at, name, len(p.body))
	if end < 0 {
		return at + 1
	}
	p.unescape(at, end)
	p.skip = end
	return end
}

// isUpper reports whether c is an ASCII capital.
func isUpper(c byte) bool { return c >= 'A' && c <= 'Z' }

// hasPrefixFold reports whether s begins with prefix in any case.
func hasPrefixFold(s, prefix string) bool {
	return len(s) >= len(prefix) && strings.EqualFold(s[:len(prefix)], prefix)
}

// comment leaves out the comment at body[at], which may be where the author cut the summary. One that begins a line and
// never ends hides the rest, as it does in a browser.
func (p *preparer) comment(at int) int {
	end := p.find(at+len("<!"), "-->", len(p.body))
	if end < 0 {
		if p.budget <= 0 || !p.opensLine(at) {
			return at + len("<!--")
		}
		p.openComment = at
		p.replace(at, len(p.body), "")
		return len(p.body)
	}
	p.cutMark(at, strings.Trim(p.body[at:end], "<!-"))
	end += len("-->")
	p.replace(at, end, "")
	return end
}

// cutMark remembers that the summary ends at body[at], where the comment there says so.
func (p *preparer) cutMark(at int, comment string) {
	comment = strings.ToLower(strings.TrimSpace(comment))
	switch comment {
	case "more", "truncate", "excerpt", "teaser_end", "pelican_end_summary", "endexcerpt", "end_excerpt", "end excerpt",
		"readmore", "read more", "read-more", "excerpt-end", "excerpt_end", "summary_end":
		p.markCut(at)
	case p.separator:
		if comment != "" {
			p.markCut(at)
		}
	}
}

// program leaves out the script or the style at body[at].
func (p *preparer) program(at int) int {
	name := "</script"
	if p.body[at+2]|0x20 == 't' {
		name = "</style"
	}
	end := p.find(at, name, len(p.body))
	if end < 0 {
		return at + 1
	}
	if close := p.find(end, ">", maxTag); close >= 0 {
		end = close + 1
	}
	p.replace(at, end, "")
	return end
}

// dataURI leaves out the data: address whose colon is at body[at], in the line that ends at body[end].
func (p *preparer) dataURI(at, end int) int {
	start := at - len("data")
	if start < 0 || !strings.EqualFold(p.body[start:at], "data") || start > 0 && strings.IndexByte("(\"'< =", p.body[start-1]) < 0 {
		return at + 1
	}
	if !isDataURI(p.body[at+1 : end]) {
		return at + 1
	}
	if stop := strings.IndexAny(p.body[at:end], endsAddress); stop >= 0 {
		end = at + stop
	}
	p.replace(start, end, "")
	return end
}

// endsAddress are the signs that an address ends before.
const endsAddress = ")\"'> \n"

// isDataURI reports whether s goes on like an address behind "data:": image/png;base64,…
func isDataURI(s string) bool {
	kind, _, ok := strings.Cut(s[:min(len(s), 100)], ",")
	return ok && strings.ContainsAny(kind, "/;") && !strings.ContainsAny(kind, endsAddress)
}
