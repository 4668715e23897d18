package post

import "strings"

// maxAttributes is how long an attribute list can be.
const maxAttributes = 300

// attributes leaves out the attribute list at body[at], and returns where to go on. There are kramdown's {: .class} and
// {::options /}, and those behind a picture, a link or a heading: {#id .class width=50%}.
func (p *preparer) attributes(at int) int {
	line := p.body[at:min(len(p.body), at+maxAttributes)]
	end := attributesEnd(line)
	if end < 0 {
		return at + 1
	}
	inner := line[1:end]
	switch {
	case strings.HasPrefix(inner, "::comment"):
		if close := p.find(at+end, "{:/comment}", len(p.body)); close >= 0 {
			p.replace(at, close+len("{:/comment}"), "")
			return p.done
		}
	case strings.HasPrefix(inner, ":"):
		if !isAttributeList(strings.TrimLeft(inner, ":")) {
			return at + 1
		}
	case at > 0 && (p.body[at-1] == ')' || p.body[at-1] == '`') || p.inHeading():
		if !isAttributeList(inner) || !strings.ContainsAny(inner, "#.=") {
			return at + 1
		}
	default:
		return at + 1
	}
	p.replace(at, at+end+1, "")
	return at + end + 1
}

// attributesEnd returns where the attribute list that s begins with is closed, in the same line, or -1. A brace within a
// quoted value does not close it, unless the quotes are none.
func attributesEnd(s string) int {
	quote, first := byte(0), -1
	for i := range len(s) {
		switch c := s[i]; {
		case c == '\n':
			return first
		case c == '}' && quote == 0:
			return i
		case c == '}' && first < 0:
			first = i
		case quote == 0 && (c == '"' || c == '\''):
			quote = c
		case c == quote:
			quote = 0
		}
	}
	return first
}

// inHeading reports whether the line at hand is a heading.
func (p *preparer) inHeading() bool { return strings.HasPrefix(p.body[p.start:], "#") }

// isAttributeList reports whether s is made of #id, .class, name="value" and single words.
func isAttributeList(s string) bool {
	quote := byte(0)
	for i := range len(s) {
		c := s[i]
		switch {
		case quote != 0:
			if c == quote {
				quote = 0
			}
		case c == '"' || c == '\'':
			quote = c
		case c >= 0x80, c >= '0' && c <= '9', c|0x20 >= 'a' && c|0x20 <= 'z', strings.IndexByte("#.=-_ /:%*\t", c) >= 0:
		default:
			return false
		}
	}
	return quote == 0
}
