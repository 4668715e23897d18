package search

import "strings"

// How far ahead the end of a tag or of a link's target is looked for, and how many brackets may be open.
const (
	maxTag      = 1000
	maxTarget   = 2000
	maxBrackets = 32
)

// inline takes the marks off the text of a line.
func (s *stripper) inline(line string) {
	for at := 0; at < len(line); {
		plain := strings.IndexAny(line[at:], "\\`*_~[]<!")
		if plain < 0 {
			plain = len(line) - at
		}
		s.out = append(s.out, line[at:at+plain]...)
		if at += plain; at < len(line) {
			at += s.mark(line, at)
		}
	}
}

// mark takes what may be a mark at line[at] and returns how many bytes it took.
func (s *stripper) mark(line string, at int) int {
	c, rest := line[at], line[at:]
	switch {
	case c == '`':
		return s.tick(rest)
	case s.ticks > 0:
	case c == '\\':
		if len(rest) > 1 && isMarkByte(rest[1]) {
			s.out = append(s.out, rest[1])
			return 2
		}
	case c == '*' || c == '_' || c == '~':
		return s.emphasis(line, at)
	case c == '<':
		return s.tag(rest)
	case c == '!' && strings.HasPrefix(rest, "!["):
		return 1
	case c == '[':
		return s.bracket(rest)
	case c == ']':
		return s.target(rest)
	}
	s.out = append(s.out, c)
	return 1
}

// isMarkByte reports whether a backslash before c takes its meaning.
func isMarkByte(c byte) bool {
	return c > ' ' && c < 0x7F && !isWordy(rune(c))
}

// tick opens or closes code within a line.
func (s *stripper) tick(rest string) int {
	n := len(rest) - len(strings.TrimLeft(rest, "`"))
	switch s.ticks {
	case 0:
		s.ticks = n
	case n:
		s.ticks = 0
	default:
		s.out = append(s.out, rest[:n]...)
	}
	return n
}

// emphasis drops stars and tildes that touch a word, and underscores at the edge of one.
func (s *stripper) emphasis(line string, at int) int {
	c := line[at]
	n := len(line) - at - len(strings.TrimLeft(line[at:], string(c)))
	before, after := byte(' '), byte(' ')
	if at > 0 {
		before = line[at-1]
	}
	if at+n < len(line) {
		after = line[at+n]
	}
	alone := before == ' ' && after == ' '
	within := isWordByte(before) && isWordByte(after)
	if alone || c == '_' && within || c == '~' && n == 1 {
		s.out = append(s.out, line[at:at+n]...)
	}
	return n
}

// isWordByte reports whether c is part of a word, of whatever script.
func isWordByte(c byte) bool { return c >= 0x80 || isWordy(rune(c)) }

// bracket notes where a link may begin, and drops the marks of footnotes.
func (s *stripper) bracket(rest string) int {
	if strings.HasPrefix(rest, "[^") {
		if end := strings.IndexByte(rest[:min(len(rest), 100)], ']'); end > 0 {
			if strings.HasPrefix(rest[end:], "]:") {
				end++
			}
			return end + 1
		}
	}
	if len(s.opened) == maxBrackets {
		s.opened = append(s.opened[:0], s.opened[1:]...)
	}
	s.opened = append(s.opened, len(s.out))
	s.out = append(s.out, '[')
	return 1
}

// target ends a link: its brackets go, and so does where it leads.
func (s *stripper) target(rest string) int {
	n := len(s.opened)
	if n == 0 {
		s.out = append(s.out, ']')
		return 1
	}
	open := s.opened[n-1]
	s.opened = s.opened[:n-1]
	end := targetEnd(rest)
	if end == 0 {
		s.out = append(s.out, ']')
		return 1
	}
	s.out = append(s.out[:open], s.out[open+1:]...)
	return end
}

// targetEnd returns where the target behind a closing bracket ends; 0: there is none.
func targetEnd(rest string) int {
	if len(rest) < 2 || rest[1] != '(' && rest[1] != '[' {
		return 0
	}
	depth := 0
	for i := 1; i < min(len(rest), maxTarget); i++ {
		switch rest[i] {
		case '(', '[':
			depth++
		case ')', ']':
			if depth--; depth == 0 {
				return i + 1
			}
		}
	}
	return 0
}

// tag drops a tag, and keeps the address in <https://…>. What scripts, styles and comments hold is never shown.
func (s *stripper) tag(rest string) int {
	if strings.HasPrefix(rest, "<!--") {
		return s.hide(rest, "-->")
	}
	end := strings.IndexByte(rest[:min(len(rest), maxTag)], '>')
	if end < 2 || rest[1] != '/' && rest[1] != '!' && (rest[1]|0x20)-'a' >= 26 {
		s.out = append(s.out, '<')
		return 1
	}
	inner := rest[1:end]
	if strings.Contains(inner, "://") && !strings.Contains(inner, " ") {
		s.out = append(s.out, inner...)
		return end + 1
	}
	name, _, _ := strings.Cut(strings.ToLower(strings.Trim(inner[:min(len(inner), 12)], "/")), " ")
	if (name == "script" || name == "style") && inner[0] != '/' {
		return s.hide(rest, "</"+name+">")
	}
	if !isInlineTag(name) {
		s.blank()
	}
	return end + 1
}

// hide drops what comes up to end, on this line or a later one.
func (s *stripper) hide(rest, end string) int {
	hidden, _, found := strings.Cut(rest, end)
	if !found {
		s.until = end
		return len(rest)
	}
	return len(hidden) + len(end)
}

// isInlineTag reports whether a tag of that name does not part words.
func isInlineTag(name string) bool {
	switch name {
	case "a", "abbr", "b", "code", "del", "em", "font", "i", "ins", "kbd", "mark", "s", "small", "span", "strong", "sub", "sup", "u", "wbr":
		return true
	}
	return false
}
