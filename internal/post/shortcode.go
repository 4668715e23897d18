package post

import (
	"regexp"
	"strings"
)

// shortcode prepares the Hugo shortcode at body[at], and returns where to go on.
func (p *preparer) shortcode(at int) int {
	closing := ">}}"
	if p.body[at+2] == '%' {
		closing = "%}}"
	}
	end := p.find(at+3, closing, maxTag)
	if end < 0 {
		p.replace(at, at+3, "")
		return at + 3
	}
	inner := strings.TrimSuffix(strings.TrimSpace(p.body[at+3:end]), "/")
	end += len(closing)
	if strings.HasPrefix(inner, "/*") {
		p.replace(at, end, strings.Replace(unescaped(p.body[at:end]), "<", `\<`, 1)) // which is no tag then
		return end
	}
	name, args := cutWord(strings.TrimSpace(inner))
	switch name {
	case "highlight", "code":
		if start, after, ok := p.endShortcode(end, name); ok {
			p.fenced(at, end, start, after, codeLanguage(args))
			return after
		}
	case "ref", "relref":
		target := strings.Trim(args, "\"'` ")
		p.refs = append(p.refs, target)
		p.replace(at, end, target)
		return end
	case "figure", "img", "image":
		p.replace(at, end, figure(args))
		return end
	case "youtube":
		p.replace(at, end, "<https://youtu.be/"+slugID(args)+">")
		return end
	}
	if title, ok := p.opensNote(at, end, name, args); ok {
		p.replace(at, end, title)
		return end
	}
	p.replace(at, end, onlyURL(args))
	return end
}

// escaped matches what Hugo's authors write to show a shortcode, not what it stands for: {{</* ref "x" */>}}.
var escaped = regexp.MustCompile(`(?s)\{\{([<%])/\*(.*?)\*/([>%])\}\}`)

// unescaped returns s with shortcodes that are escaped as they are meant to be read.
func unescaped(s string) string { return escaped.ReplaceAllString(s, "{{$1$2$3}}") }

// unescape shows the shortcodes in the code body[at:end] that are escaped.
func (p *preparer) unescape(at, end int) {
	at = min(max(at, p.done), end)
	if code := p.body[at:end]; escaped.MatchString(code) {
		p.replace(at, end, unescaped(code))
	}
}

// endShortcode returns where the end of the shortcode called name begins and ends, searched from body[from:].
func (p *preparer) endShortcode(from int, name string) (start, end int, ok bool) {
	for _, mark := range [...][2]string{{"{{<", ">}}"}, {"{{%", "%}}"}} {
		for at := from; ; at++ {
			if at = p.find(at, mark[0], len(p.body)); at < 0 {
				break
			}
			close := p.find(at, mark[1], maxTag)
			if close > 0 && strings.Join(strings.Fields(p.body[at+3:close]), "") == "/"+name {
				return at, close + 3, true
			}
		}
	}
	return 0, 0, false
}

// figure returns a picture that a shortcode shows as Markdown.
func figure(args string) string {
	source := argument(args, "src")
	if source == "" || strings.ContainsAny(source, "<>\n") {
		return argument(args, "caption")
	}
	text := argument(args, "alt")
	if text == "" {
		text = argument(args, "caption")
	}
	if text == "" {
		text = argument(args, "title")
	}
	text = strings.NewReplacer("[", "(", "]", ")").Replace(oneLine(text))
	return "![" + text + "](<" + source + ">)"
}

// argument returns the value of name="value" in args.
func argument(args, name string) string {
	for from := 0; ; {
		at := strings.Index(args[from:], name)
		if at < 0 {
			return ""
		}
		at += from
		rest := strings.TrimLeft(args[at+len(name):], " ")
		if (at == 0 || args[at-1] <= ' ') && strings.HasPrefix(rest, "=") {
			return argumentValue(strings.TrimLeft(rest[1:], " "))
		}
		from = at + len(name)
	}
}

// argumentValue returns the value that s begins with.
func argumentValue(s string) string {
	if s == "" {
		return ""
	}
	if mark := s[0]; mark == '"' || mark == '\'' || mark == '`' {
		value, _, _ := strings.Cut(s[1:], string(mark))
		return value
	}
	word, _ := cutWord(s)
	return word
}

// slugID returns the first argument, which is the name of a page elsewhere.
func slugID(args string) string {
	if id := argument(args, "id"); id != "" {
		args = id
	}
	word, _ := cutWord(args)
	return strings.Map(func(r rune) rune {
		if r < 0x80 && (isLetters(string(r)) || r >= '0' && r <= '9' || r == '-' || r == '_') {
			return r
		}
		return -1
	}, word)
}

// opensNote reports whether a shortcode that stands at the head of a line opens a note, and returns what to show for it.
func (p *preparer) opensNote(at, end int, name, args string) (string, bool) {
	label, known := noteKind(name)
	switch name {
	case "callout", "admonition", "alert", "notice", "hint", "aside":
		if given, ok := noteKind(givenKind(args)); ok {
			label, known = given, true
		}
	case "quote", "blockquote":
		label, known = "", true
	}
	if !known || !p.opensLine(at) {
		return "", false
	}
	start, _, ok := p.endShortcode(end, name)
	if !ok {
		return "", false
	}
	return p.openNote(start, end, label, argument(args, "title")), true
}

// givenKind returns the kind of note that arguments ask for.
func givenKind(args string) string {
	for _, name := range [...]string{"type", "context", "kind", "variant"} {
		if kind := argument(args, name); kind != "" {
			return kind
		}
	}
	word, _ := cutWord(args)
	return strings.Trim(word, `"'`)
}
