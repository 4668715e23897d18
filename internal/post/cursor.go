package post

import "strings"

// cursor walks over a short text.
type cursor struct {
	s  string
	at int
}

// rest returns what is left.
func (c *cursor) rest() string { return c.s[c.at:] }

// done reports whether nothing is left.
func (c *cursor) done() bool { return c.at >= len(c.s) }

// peek returns the next byte, 0 at the end.
func (c *cursor) peek() byte {
	if c.done() {
		return 0
	}
	return c.s[c.at]
}

// accept takes the next byte where it is b.
func (c *cursor) accept(b byte) bool {
	if c.done() || c.s[c.at] != b {
		return false
	}
	c.at++
	return true
}

// oneOf takes the next byte where it is one of set.
func (c *cursor) oneOf(set string) bool {
	if c.done() || strings.IndexByte(set, c.s[c.at]) < 0 {
		return false
	}
	c.at++
	return true
}

// blanks takes all blanks, and reports whether there were any.
func (c *cursor) blanks() bool {
	start := c.at
	for c.oneOf(" \t") {
	}
	return c.at > start
}

// digits takes a number of least to most digits; where there are more it takes none.
func (c *cursor) digits(least, most int) (n int, ok bool) {
	end := c.at
	for end < len(c.s) && c.s[end] >= '0' && c.s[end] <= '9' {
		if end-c.at >= most {
			return 0, false
		}
		n = n*10 + int(c.s[end]-'0')
		end++
	}
	if end-c.at < least {
		return 0, false
	}
	c.at = end
	return n, true
}

// word takes ASCII letters and returns them in lower case.
func (c *cursor) word() string {
	start := c.at
	for !c.done() && (c.s[c.at]|0x20) >= 'a' && (c.s[c.at]|0x20) <= 'z' {
		c.at++
	}
	return strings.ToLower(c.s[start:c.at])
}
