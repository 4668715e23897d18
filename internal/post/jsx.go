package post

import "strings"

// module leaves out a line that imports or exports, at the first level of a page of MDX.
func (p *preparer) module(start, end int, bare string) bool {
	if p.body[start] != bare[0] {
		return false
	}
	switch {
	case strings.HasPrefix(bare, "import "):
		return p.importing(start, end, bare)
	case p.mdx && strings.HasPrefix(bare, "export "):
		stop := p.statement(start)
		p.replace(start, stop, "\n")
		return true
	}
	return false
}

// importing leaves out an import of a module; "import taxes are due" is none.
func (p *preparer) importing(start, end int, bare string) bool {
	if strings.HasPrefix(bare, "import {") && !strings.Contains(bare, "}") {
		stop := p.find(start, "} from ", 2000)
		if stop < 0 {
			return false
		}
		line, after := cutLine(p.body[stop:])
		bare, end = "import x from"+line[len("} from"):], len(p.body)-len(after)
	}
	source := strings.TrimRight(bare[len("import "):], "; ")
	if at := strings.LastIndex(source, " from "); at >= 0 {
		source = strings.TrimSpace(source[at+len(" from "):])
	}
	if len(source) < 3 || source[0] != '"' && source[0] != '\'' || source[len(source)-1] != source[0] {
		return false
	}
	p.replace(start, end, "\n")
	return true
}

// statement returns the end of the statement that begins at body[start]: a blank line with all brackets closed. Of one
// that never ends it is the end of its first line.
func (p *preparer) statement(start int) int {
	open, at := 0, start
	for at < len(p.body) && p.budget > 0 {
		line, after := cutLine(p.body[at:])
		if strings.TrimSpace(line) == "" && open <= 0 {
			return at
		}
		open += strings.Count(line, "{") + strings.Count(line, "(") + strings.Count(line, "[")
		open -= strings.Count(line, "}") + strings.Count(line, ")") + strings.Count(line, "]")
		at = len(p.body) - len(after)
		p.budget -= len(line) + 1
	}
	if open <= 0 {
		return at
	}
	_, after := cutLine(p.body[start:])
	return len(p.body) - len(after)
}

// mdxComment leaves out the comment {/* … */} at body[at], and returns where to go on.
func (p *preparer) mdxComment(at int) int {
	if !strings.HasPrefix(p.body[at:], "{/*") {
		return at + 1
	}
	end := p.find(at+3, "*/}", len(p.body))
	if end < 0 {
		return at + 1
	}
	p.cutMark(at, p.body[at+3:end])
	p.replace(at, end+3, "")
	return end + 3
}

// maxComponents bounds how many components of plain Markdown are told from text.
const maxComponents = 100

// component leaves out the tag of a component at body[at], and returns where to go on. What stands inside stays.
func (p *preparer) component(at int) int {
	name := tagName(p.body[at+1:])
	end, attributes := p.tagEnd(at)
	if end < 0 {
		return at + 1
	}
	if !p.mdx && !p.isComponent(name, attributes) {
		return at + 1
	}
	if len(p.closings) < maxComponents {
		p.closings[name] = true
	}
	text := ""
	if note, ok := p.componentNote(at, end, name, attributes); ok {
		text = note
	} else if attributes, alone := strings.CutSuffix(attributes, "/"); alone && argument(attributes, "alt") != "" {
		text = figure(argument(attributes, "src"), attributes)
	}
	p.replace(at, end, text)
	return end
}

// isComponent reports whether a tag in plain Markdown is one of a component, not something like Vec<T>.
func (p *preparer) isComponent(name, attributes string) bool {
	if strings.HasPrefix(name, "/") {
		return p.closings[name[1:]]
	}
	if strings.HasSuffix(attributes, "/") || strings.Contains(attributes, "=") {
		return len(name) > 1
	}
	closed, asked := p.closings[name]
	if !asked && len(p.closings) < maxComponents {
		closed = len(name) > 1 && strings.Contains(p.body, "</"+name+">")
		p.closings[name] = closed
	}
	return closed
}

// componentNote opens a note where the component at body[at:end] is one.
func (p *preparer) componentNote(at, end int, name, attributes string) (string, bool) {
	label, known := noteKind(name)
	switch name {
	case "Callout", "Admonition", "Alert", "Aside", "Notice", "Hint":
		if label, known = noteKind(givenKind(attributes)); !known {
			label, known = "NOTE", true
		}
	}
	if !known || !p.opensLine(at) || strings.HasSuffix(attributes, "/") {
		return "", false
	}
	until := p.find(end, "</"+name+">", len(p.body))
	if until < 0 {
		return "", false
	}
	return p.openNote(until, end, label, argument(attributes, "title")), true
}

// tagName returns the name that s begins with, and its slash where it closes.
func tagName(s string) string {
	end := 0
	if strings.HasPrefix(s, "/") {
		end = 1
	}
	for end < len(s) && (isLetters(s[end:end+1]) || s[end] >= '0' && s[end] <= '9' || s[end] == '.' || s[end] == '_') {
		end++
	}
	return s[:end]
}

// tagEnd returns the end of the tag at body[at] and its attributes, or -1 where it is none. Attributes may hold braces.
func (p *preparer) tagEnd(at int) (end int, attributes string) {
	if p.budget <= 0 {
		return -1, ""
	}
	from := at + 1 + len(tagName(p.body[at+1:]))
	to := min(len(p.body), at+maxTag)
	depth, quote := 0, byte(0)
	i := from
scan:
	for ; i < to; i++ {
		switch c := p.body[i]; {
		case quote != 0:
			if c == quote {
				quote = 0
			}
		case c == '"' || c == '\'' && depth == 0 || c == '`':
			quote = c
		case c == '{':
			depth++
		case c == '}':
			depth--
		case depth > 0:
		case c == '>':
			return i + 1, strings.TrimSpace(p.body[from:i])
		case c == '<' || i == from && c > ' ' && c != '/':
			break scan
		}
	}
	p.budget -= i - at
	return -1, ""
}

// hasComponent reports whether body may hold a tag of a component.
func hasComponent(body string) bool {
	for at := 0; ; at++ {
		next := strings.IndexByte(body[at:], '<')
		if next < 0 {
			return false
		}
		at += next
		if at+1 < len(body) && (isUpper(body[at+1]) || body[at+1] == '/' && at+2 < len(body) && isUpper(body[at+2])) {
			return true
		}
	}
}
