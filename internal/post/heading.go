package post

import "strings"

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
