package post

import (
	"strings"
	"unicode"
)

// readBody takes the title, the summary and the text to render from the body.
func (r *reading) readBody(s sheet) {
	body := strings.TrimRight(strings.TrimLeft(s.body, "\r\n"), " \t\r\n")
	if v, ok := r.fields.get("title"); ok {
		r.Title = v.line()
	}
	r.Markdown, r.Title = takeTitle(body, r.Title)
	if r.Title == "" {
		r.Title = r.name.title()
	}
	if v, ok := r.fields.get(summaryKeys...); ok {
		r.Summary = plainText(v.line())
	}
	if r.Summary == "" {
		r.Summary = firstParagraph(r.Markdown)
	}
	r.Words = countWords(r.Markdown)
}

// takeTitle returns body without the heading that says title, and the title, which is that of the first heading of the
// first rank where none is given.
func takeTitle(body, title string) (string, string) {
	h, ok := firstHeading(body)
	if !ok {
		return body, title
	}
	opens := strings.TrimSpace(body[:h.start]) == ""
	if title != "" && !(opens && strings.EqualFold(h.text, plainText(title))) {
		return body, title
	}
	if title == "" {
		title = h.text
	}
	if opens {
		return strings.TrimLeft(body[h.end:], "\r\n"), title
	}
	return body[:h.start] + body[h.end:], title
}

// heading is a heading of the first rank: its text, and where its lines begin and end in a body.
type heading struct {
	text       string
	start, end int
}

// firstHeading returns the first heading of the first rank that is not in code.
func firstHeading(body string) (heading, bool) {
	var f fence
	before := "" // the line above, where it can be underlined
	beforeAt := 0
	for at := 0; at < len(body); {
		line, after := cutLine(body[at:])
		end := len(body) - len(after)
		switch bare := strings.TrimSpace(line); {
		case f.takes(line):
			before = ""
		case isATX(line):
			if text := plainText(strings.TrimRight(bare[1:], "# \t")); text != "" {
				return heading{text, at, end}, true
			}
		case before != "" && bare != "" && strings.Trim(bare, "=") == "":
			return heading{plainText(before), beforeAt, end}, true
		default:
			before, beforeAt = "", at
			if bare != "" && indent(line) < 4 && strings.IndexByte("#>-*+<|=[", bare[0]) < 0 {
				before = bare
			}
		}
		at = end
	}
	return heading{}, false
}

// isATX reports whether line is "# text".
func isATX(line string) bool {
	bare := strings.TrimLeft(line, " ")
	return len(line)-len(bare) < 4 && len(bare) > 1 && bare[0] == '#' && (bare[1] == ' ' || bare[1] == '\t')
}

// indent returns how many blanks a line begins with; a tab counts as four.
func indent(line string) int {
	n := 0
	for i := 0; i < len(line); i++ {
		switch line[i] {
		case ' ':
			n++
		case '\t':
			n += 4
		default:
			return n
		}
	}
	return n
}

// firstParagraph returns the first paragraph of markdown as one line of plain text.
func firstParagraph(markdown string) string {
	for paragraph := range strings.SplitSeq(markdown, "\n\n") {
		paragraph = strings.TrimSpace(paragraph)
		if paragraph == "" || strings.HasPrefix(paragraph, "#") || strings.HasPrefix(paragraph, "```") {
			continue
		}
		if text := plainText(paragraph); text != "" {
			return clip(text, 300)
		}
	}
	return ""
}

// plainText returns s, a little Markdown, as one line of plain text.
func plainText(s string) string {
	return oneLine(s)
}

// countWords returns how long the text is to read, in words; two characters of a script without blanks count as one.
func countWords(s string) int {
	words, wide, inside := 0, 0, false
	for _, r := range s {
		if r < 0x80 {
			letter := r > ' '
			if letter && !inside {
				words++
			}
			inside = letter
			continue
		}
		if unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Thai) {
			wide++
			inside = false
			continue
		}
		if !inside && !unicode.IsSpace(r) {
			words++
		}
		inside = !unicode.IsSpace(r)
	}
	return words + (wide+1)/2
}
