package post

import (
	"cmp"
	"regexp"
	"slices"
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
		target := cmp.Or(argument(args, "path"), argumentValue(args))
		if isPostLink(target) || !strings.HasPrefix(target, "/") { // which may be a section: /blog
			p.refs = append(p.refs, target)
		}
		p.replace(at, end, target)
		return end
	}
	if title, ok := p.opensNote(at, end, name, args); ok {
		p.replace(at, end, title)
		return end
	}
	p.replace(at, end, cmp.Or(onlyURL(args), embedded(name, args)))
	return end
}

// embedded returns the picture or the page elsewhere that a shortcode called name shows, as far as text can.
func embedded(name, args string) string {
	switch name {
	case "figure", "img", "image":
		return figure(argument(args, "src"), args)
	case "youtube":
		return pageAt("youtu.be", slugID(args))
	case "vimeo":
		return pageAt("vimeo.com", slugID(args))
	case "gist":
		user, rest := cutWord(args)
		return pageAt("gist.github.com", slugID(user), slugID(rest))
	case "x", "tweet", "twitter":
		return pageAt("x.com", cmp.Or(slugID(argument(args, "user")), "i"), "status", slugID(args))
	}
	return ""
}

// pageAt returns a link to the page of host that path leads to; nothing where a part of it is missing.
func pageAt(host string, path ...string) string {
	if slices.Contains(path, "") {
		return ""
	}
	return "<https://" + host + "/" + strings.Join(path, "/") + ">"
}

// escaped matches what Hugo's authors write to show a shortcode, not what it stands for: {{</* ref "x" */>}}. It may
// go over several lines; not in code that stands as it is, though, which is taken line by line.
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
			close := p.find(at+len(mark[0]), mark[1], maxTag)
			if close > 0 && strings.Join(strings.Fields(p.body[at+len(mark[0]):close]), "") == "/"+name {
				return at, close + 3, true
			}
		}
	}
	return 0, 0, false
}

// figure returns the picture at source as Markdown, with the words that args have for it; these alone where what should
// be an address is none.
func figure(source, args string) string {
	text := oneLine(cmp.Or(argument(args, "alt"), argument(args, "caption"), argument(args, "title")))
	if source == "" || strings.ContainsAny(source, "<>{\n") {
		return text
	}
	text = strings.NewReplacer("[", "(", "]", ")").Replace(text)
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
		if (at == 0 || args[at-1] <= ' ' || args[at-1] == ',') && strings.HasPrefix(rest, "=") {
			return argumentValue(strings.TrimLeft(rest[1:], " "))
		}
		from = at + len(name)
	}
}

// argumentValue returns the value that s begins with. Of code in braces, as in JSX, only a text has one.
func argumentValue(s string) string {
	if code, ok := strings.CutPrefix(s, "{"); ok {
		if s = strings.TrimLeft(code, " "); strings.TrimLeft(s, "\"'`") == s {
			return ""
		}
	}
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
	word, _ := cutWord(cmp.Or(argument(args, "id"), args))
	if strings.Contains(word, "=") {
		return ""
	}
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
