package post

import (
	"cmp"
	"regexp"
	"strings"
)

// maxTag is how long a tag can be.
const maxTag = 4096

// tag prepares the Liquid tag at body[at], and returns where to go on.
func (p *preparer) tag(at int) int {
	end := p.find(at+2, "%}", maxTag)
	if end < 0 {
		p.replace(at, at+2, "")
		return at + 2
	}
	name, args := cutWord(strings.Trim(p.body[at+2:end], "-+ \t\r\n"))
	end += 2
	switch name {
	case "raw":
		return p.rawText(at, end)
	case "comment":
		return p.dropTo(at, end, "endcomment")
	case "highlight", "codeblock", "code", "prism", "code_block":
		return p.codeBlock(at, end, name, args)
	case "post_url", "link", "post_link", "post_path", "asset_path", "doc_url":
		target, _ := cutWord(strings.Trim(args, `"'`))
		target = strings.Trim(target, `"'`)
		if strings.HasPrefix(name, "post") {
			p.refs = append(p.refs, target)
		}
		p.replace(at, end, target)
	case "details":
		p.replace(at, end, bold(args))
	default:
		p.replace(at, end, p.otherTag(at, end, name, args))
	}
	return end
}

// otherTag returns what to show for the tag body[at:end]: the head of the note that it opens, or the page that it embeds.
func (p *preparer) otherTag(at, end int, name, args string) string {
	label, known := noteKind(name)
	switch name {
	case "include", "include_cached":
		return included(args)
	case "note", "admonition", "alert":
		kind, _ := cutWord(args)
		if given, ok := noteKind(kind); ok {
			label, known = given, true
		}
	case "quote", "blockquote", "pullquote":
		label, known = "", true
	}
	if known && p.opensLine(at) {
		if start, _, ok := p.endTag(end, "end"+name); ok {
			return p.openNote(start, end, label, argument(args, "title"))
		}
	}
	return onlyURL(args)
}

// variable matches an argument of Liquid that is not quoted, and so is the name of a value that is not known here; and what
// is quoted, which is to stay.
var variable = regexp.MustCompile(`("[^"]*"|'[^']*')|[\w-]+\s*=\s*[^\s"']\S*`)

// included returns the picture that Jekyll's include with args shows, or the page that it embeds.
func included(args string) string {
	shows := cmp.Or(argument(args, "src"), argument(args, "image_path")) != ""
	args = variable.ReplaceAllString(args, "$1")
	if shows {
		return figure(cmp.Or(argument(args, "src"), argument(args, "image_path")), args)
	}
	address := argument(args, "url")
	if IsPicture(address) {
		return figure(address, args)
	}
	return onlyURL(address)
}

// cutWord returns the first word of s, and the rest.
func cutWord(s string) (word, rest string) {
	end := strings.IndexAny(s, " \t\r\n")
	if end < 0 {
		return s, ""
	}
	return s[:end], strings.TrimSpace(s[end:])
}

// bold returns s in bold type, or nothing.
func bold(s string) string {
	if s = oneLine(s); s == "" {
		return ""
	}
	return "**" + s + "**\n"
}

// onlyURL returns the address of an embedded page as a link; nothing where args are not just that.
func onlyURL(args string) string {
	args = strings.Trim(args, `"' `)
	if (strings.HasPrefix(args, "https://") || strings.HasPrefix(args, "http://")) && !strings.ContainsAny(args, " <>\n") {
		return "<" + args + ">"
	}
	return ""
}

// endTag returns where the tag called name begins and ends, searched from body[from:].
func (p *preparer) endTag(from int, name string) (start, end int, ok bool) {
	for at := from; ; {
		at = p.find(at, name, len(p.body))
		if at < 0 {
			return 0, 0, false
		}
		start = len(strings.TrimRight(p.body[from:at], "-+ \t")) + from - 2
		if start >= from && p.body[start:start+2] == "{%" {
			if end = p.find(at, "%}", maxTag); end < 0 {
				return 0, 0, false
			}
			return start, end + 2, true
		}
		at += len(name)
	}
}

// rawText keeps the Liquid behind body[at:end] as it is, to the end tag.
func (p *preparer) rawText(at, end int) int {
	p.replace(at, end, "")
	if start, _, ok := p.endTag(end, "endraw"); ok {
		p.raw = start
	}
	return end
}

// dropTo drops everything from body[at] to the tag called name, or body[at:end] alone where there is none.
func (p *preparer) dropTo(at, end int, name string) int {
	if _, after, ok := p.endTag(end, name); ok {
		end = after
	}
	p.replace(at, end, "")
	return end
}

// codeBlock turns the text between body[at:end] and its end tag into fenced code.
func (p *preparer) codeBlock(at, end int, name, args string) int {
	start, after, ok := p.endTag(end, "end"+name)
	if !ok {
		p.replace(at, end, "")
		return end
	}
	p.fenced(at, end, start, after, codeLanguage(args))
	return after
}

// fenced turns body[end:start] into fenced code, and leaves out what is around it from body[at] to body[after].
func (p *preparer) fenced(at, end, start, after int, language string) {
	code := unescaped(strings.Trim(p.body[end:start], "\r\n"))
	mark := Fence(code)
	var b strings.Builder
	if !p.opensLine(at) {
		b.WriteByte('\n')
	}
	b.WriteString(mark + language + "\n")
	b.WriteString(code)
	b.WriteString("\n" + mark)
	if !isBlankAt(p.body, after) {
		b.WriteByte('\n')
	}
	text := b.String()
	if len(p.quotes) > 0 {
		text = strings.ReplaceAll(text, "\n", "\n"+p.prefix())
	}
	p.replace(at, after, text)
}

// codeLanguage returns the language that the arguments of a code tag name.
func codeLanguage(args string) string {
	for word := range strings.FieldsSeq(args) {
		if language, ok := strings.CutPrefix(word, "lang:"); ok {
			return language
		}
	}
	first, _ := cutWord(args)
	first = strings.Trim(first, `"'`)
	if strings.ContainsAny(first, "=:{}`<>/") || !isKey(first) {
		return ""
	}
	return strings.ToLower(first)
}

// output prepares the Liquid output or the shortcode at body[at], and returns where to go on.
func (p *preparer) output(at int) int {
	if next := p.body[min(at+2, len(p.body)):]; strings.HasPrefix(next, "<") || strings.HasPrefix(next, "%") {
		return p.shortcode(at)
	}
	end := p.find(at+2, "}}", 1024)
	if end < 0 || strings.Contains(p.body[at+2:end], "{{") {
		return at + 2
	}
	inner := strings.Trim(p.body[at+2:end], "- \t\r\n")
	end += 2
	if inner == "" {
		return end
	}
	p.replace(at, end, p.outputText(at, inner))
	return end
}

// outputText returns what the output {{ inner }} at body[at] shows, as far as that can be told.
func (p *preparer) outputText(at int, inner string) string {
	if at > 0 && p.body[at-1] == '=' {
		return `""` // the value of an attribute: style={{ … }}
	}
	if inner == "page.title" {
		return p.title
	}
	inner = strings.TrimPrefix(inner, "raw ")
	if mark := inner[0]; mark == '"' || mark == '\'' {
		if end := strings.IndexByte(inner[1:], mark); end > 0 {
			return inner[1 : end+1]
		}
	}
	if name, args, ok := strings.Cut(inner, "("); ok { // a shortcode of Zola's
		return embedded(name, strings.TrimSuffix(args, ")"))
	}
	return ""
}
