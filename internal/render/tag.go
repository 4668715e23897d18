package render

import (
	"html"
	"strings"
)

// maxTag is how long a tag can be, in bytes; what would be a longer one is text.
const maxTag = 4 << 10

// A tag is one piece of HTML: a start tag, an end tag, or, without a name, text.
type tag struct {
	name       string // lower case
	end        bool
	attributes string // as written
	text       string // not decoded; of pieces without a name
}

// nextTag returns the first piece of s and what follows it. Comments, declarations and instructions are skipped.
func nextTag(s string) (tag, string) {
	for strings.HasPrefix(s, "<!") || strings.HasPrefix(s, "<?") {
		s = skipDeclaration(s)
	}
	if s == "" {
		return tag{}, ""
	}
	if t, rest, ok := readTag(s); ok {
		return t, rest
	}
	end := strings.IndexByte(s[1:], '<')
	if end < 0 {
		return tag{text: s}, ""
	}
	return tag{text: s[:end+1]}, s[end+1:]
}

// skipDeclaration returns what follows the comment, declaration or instruction that s starts with.
func skipDeclaration(s string) string {
	closer := ">"
	switch {
	case strings.HasPrefix(s, "<!-->"), strings.HasPrefix(s, "<!--->"):
	case strings.HasPrefix(s, "<!--"):
		closer = "-->"
	case strings.HasPrefix(s, "<?"):
		closer = "?>"
	case strings.HasPrefix(s, "<![CDATA["):
		closer = "]]>"
	}
	_, rest, _ := strings.Cut(s, closer)
	return rest
}

// readTag reads the tag that s starts with.
func readTag(s string) (tag, string, bool) {
	t := tag{}
	i := 1
	if strings.HasPrefix(s, "</") {
		t.end = true
		i = 2
	}
	start := i
	for i < len(s) && isNameByte(s[i], i > start) {
		i++
	}
	if s[0] != '<' || i == start {
		return t, s, false
	}
	t.name = strings.ToLower(s[start:i])
	end := tagEnd(s[:min(len(s), maxTag)], i)
	if end < 0 {
		return t, s, false
	}
	t.attributes = s[i:end]
	return t, s[end+1:], true
}

// tagEnd returns where the ">" is that ends the tag whose attributes start at i, -1 for nowhere.
func tagEnd(s string, i int) int {
	for quote := byte(0); i < len(s); i++ {
		switch c := s[i]; {
		case quote != 0 && c == quote:
			quote = 0
		case quote == 0 && (c == '"' || c == '\'') && s[i-1] == '=':
			quote = c
		case quote == 0 && c == '>':
			return i
		}
	}
	return -1
}

func isNameByte(c byte, within bool) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || within && (c >= '0' && c <= '9' || c == '-' || c == ':' || c == '.')
}

// attr returns the value of an attribute, decoded, "" where there is none.
func (t tag) attr(name string) string {
	rest := t.attributes
	for rest != "" {
		rest = strings.TrimLeft(rest, " \t\n/")
		i := strings.IndexAny(rest, "= \t\n/")
		if i < 0 {
			return ""
		}
		key, value := rest[:i], ""
		if rest = strings.TrimLeft(rest[i:], " \t\n"); strings.HasPrefix(rest, "=") {
			value, rest = attrValue(strings.TrimLeft(rest[1:], " \t\n"))
		}
		if strings.EqualFold(key, name) {
			return html.UnescapeString(value)
		}
	}
	return ""
}

// attrValue returns the value that s starts with and what follows it.
func attrValue(s string) (value, rest string) {
	if s != "" && (s[0] == '"' || s[0] == '\'') {
		value, rest, _ = strings.Cut(s[1:], s[:1])
		return value, rest
	}
	if i := strings.IndexAny(s, " \t\n"); i >= 0 {
		return s[:i], s[i:]
	}
	return s, ""
}

// has reports whether t has an attribute, also one without a value.
func (t tag) has(name string) bool {
	for word := range strings.FieldsSeq(t.attributes) {
		if key, _, _ := strings.Cut(strings.TrimRight(word, "/"), "="); strings.EqualFold(key, name) {
			return true
		}
	}
	return false
}
