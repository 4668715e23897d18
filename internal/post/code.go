package post

import "strings"

// maxTicks is how many backticks can open code within a line.
const maxTicks = 32

// codeSpan returns the end of the code that the backticks at body[at] open, within the same paragraph; where they open
// none, the end of the backticks.
func (p *preparer) codeSpan(at int) int {
	length := 0
	for at+length < len(p.body) && p.body[at+length] == '`' {
		length++
	}
	from := at + length
	if length > maxTicks || from < p.ticks[length] {
		return from
	}
	for i := from; i < len(p.body); i++ {
		switch p.body[i] {
		case '`':
			run := i
			for i < len(p.body) && p.body[i] == '`' {
				i++
			}
			if i-run == length {
				p.unescape(at, i)
				p.skip = i
				return i
			}
			i--
		case '\n':
			if isBlankAt(p.body, i+1) {
				p.ticks[length] = i
				return from
			}
		}
	}
	p.ticks[length] = len(p.body)
	return from
}

// isBlankAt reports whether the line that begins at s[at] is blank, or none.
func isBlankAt(s string, at int) bool {
	for ; at < len(s) && s[at] != '\n'; at++ {
		if s[at] > ' ' {
			return false
		}
	}
	return true
}

// indented follows code that is indented, through the lines of a body outside of fences.
type indented struct {
	after bool // the line above was blank, or code
	list  bool // within a list blanks mean nothing
}

// takes reports whether line is indented code. It is to be called with every line in turn.
func (c *indented) takes(line string) bool {
	bare := strings.TrimSpace(line)
	if bare == "" {
		c.after = true
		return false
	}
	deep := indent(line) >= 4
	if deep && c.after && !c.list {
		return true
	}
	c.after = false
	if !deep {
		c.list = isItem(bare) || c.list && indent(line) > 0
	}
	return false
}

// isItem reports whether bare begins a list item.
func isItem(bare string) bool {
	rest := strings.TrimLeft(bare, "0123456789")
	if len(rest) < len(bare) {
		return strings.HasPrefix(rest, ". ") || strings.HasPrefix(rest, ") ")
	}
	return len(bare) > 1 && strings.IndexByte("-*+", bare[0]) >= 0 && (bare[1] == ' ' || bare[1] == '\t')
}
