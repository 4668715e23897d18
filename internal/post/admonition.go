package post

import (
	"slices"
	"strings"
)

// container is a note, or another block with an end of its own, that lines belong to.
type container struct {
	colons int  // ::: of Docusaurus and others: how many; else 0
	indent int  // !!! of MkDocs: how far its lines are indented; else 0
	until  int  // a shortcode or component: where in the body it ends; else 0
	plain  bool // it is no note: its lines are not quoted
}

// noteKind returns which of GitHub's five kinds of note name means.
func noteKind(name string) (label string, known bool) {
	switch strings.ToLower(name) {
	case "note", "info", "abstract", "summary", "tldr", "example", "seealso", "todo", "quote", "cite", "question", "faq",
		"default", "primary", "secondary", "callout-note":
		return "NOTE", true
	case "tip", "hint", "success", "check", "done", "callout-tip":
		return "TIP", true
	case "important", "callout-important":
		return "IMPORTANT", true
	case "warning", "warn", "attention", "callout-warning":
		return "WARNING", true
	case "caution", "danger", "error", "bug", "failure", "fail", "missing", "pitfall", "callout-caution":
		return "CAUTION", true
	}
	return "", false
}

// noteHead returns the first line of a note, without an end. A kind that GitHub does not have becomes its title.
func noteHead(kind, label, title string) string {
	kind = strings.TrimPrefix(kind, "callout-")
	if title = oneLine(title); title == "" && !strings.EqualFold(kind, label) && kind != "" {
		title = capitalised(kind)
	}
	return strings.TrimRight("> [!"+label+"] "+title, " ")
}

// prefix returns what lines begin with inside the notes that are open.
func (p *preparer) prefix() string {
	depth := 0
	for _, c := range p.quotes {
		if !c.plain {
			depth++
		}
	}
	return strings.Repeat("> ", depth)
}

// maxQuotes bounds how deep notes are nested.
const maxQuotes = 8

// push opens a container.
func (p *preparer) push(c container) {
	if len(p.quotes) < maxQuotes {
		p.quotes = append(p.quotes, c)
	}
}

// leave closes the containers that do not hold the line text, which begins at body[start].
func (p *preparer) leave(start int, text string) {
	for len(p.quotes) > 0 {
		top := p.quotes[len(p.quotes)-1]
		ended := top.until > 0 && start >= top.until
		outside := top.indent > 0 && strings.TrimSpace(text) != "" && indent(text) < top.indent
		if !ended && !outside {
			return
		}
		p.quotes = p.quotes[:len(p.quotes)-1]
		if outside {
			p.replace(start, start, p.emptyLine())
		}
	}
}

// emptyLine returns an empty line inside the notes that are open.
func (p *preparer) emptyLine() string { return strings.TrimRight(p.prefix(), " ") + "\n" }

// margin returns how many columns of a line's indentation belong to the container around it.
func (p *preparer) margin() int {
	for _, c := range slices.Backward(p.quotes) {
		if c.indent > 0 {
			return c.indent
		}
	}
	return 0
}

// marginBytes returns how many bytes of text are margin.
func (p *preparer) marginBytes(text string) int {
	width, margin := 0, p.margin()
	for i := range len(text) {
		if width >= margin || text[i] != ' ' && text[i] != '\t' {
			return i
		}
		width += indent(text[i : i+1])
	}
	return len(text)
}

// dedented returns text without its container's margin.
func (p *preparer) dedented(text string) string { return text[p.marginBytes(text):] }

// quote puts the marks of the open notes before the line text, which begins at body[start].
func (p *preparer) quote(start int, text string) {
	if len(p.quotes) == 0 {
		return
	}
	mark := p.prefix()
	if strings.TrimSpace(text) == "" {
		mark = strings.TrimRight(mark, " ")
	}
	if cut := p.marginBytes(text); cut > 0 || mark != "" {
		p.replace(start, start+cut, mark)
	}
}

// directive prepares a line of ":::": one that opens a container or closes one.
func (p *preparer) directive(start, end int, bare string) bool {
	colons := len(bare) - len(strings.TrimLeft(bare, ":"))
	rest := strings.TrimSpace(bare[colons:])
	if rest == "" {
		p.closeDirective(colons)
		p.replace(start, end, p.emptyLine())
		return true
	}
	kind, title := readDirective(rest)
	if kind == "" {
		return false
	}
	label, known := noteKind(kind)
	if text, ok := strings.CutSuffix(title, ":::"); ok { // all in one line
		p.replace(start, end, p.prefix()+noteHead(kind, label, "")+"\n"+p.prefix()+"> "+strings.TrimSpace(text)+"\n")
		return true
	}
	closed := p.find(end, ":::", len(p.body)) >= 0
	if !known || !closed {
		p.replace(start, end, p.prefix()+bold(title)+p.emptyLine())
		if closed {
			p.push(container{colons: colons, plain: true})
		}
		return true
	}
	p.replace(start, end, p.prefix()+noteHead(kind, label, title)+"\n")
	p.push(container{colons: colons})
	return true
}

// closeDirective closes the innermost container that was opened with colons.
func (p *preparer) closeDirective(colons int) {
	for i, c := range slices.Backward(p.quotes) {
		if c.colons > 0 && c.colons <= colons {
			p.quotes = p.quotes[:i]
			return
		}
	}
}

// readDirective returns the kind and the title that s names: note Title, note[Title]{…}, {.note title="Title"}, {note}.
func readDirective(s string) (kind, title string) {
	if attributes, ok := strings.CutPrefix(s, "{"); ok {
		attributes, rest, _ := strings.Cut(attributes, "}")
		kind, _ = cutWord(strings.TrimSpace(strings.TrimPrefix(attributes, ".")))
		if title = argument(attributes, "title"); title == "" {
			title = strings.TrimSpace(rest)
		}
		return strings.TrimPrefix(kind, "."), title
	}
	if inner, rest, ok := strings.Cut(strings.TrimPrefix(s, "["), "]"); ok && s[0] == '[' {
		return inner, strings.TrimSpace(rest)
	}
	end := 0
	for end < len(s) && (isLetters(s[end:end+1]) || end > 0 && strings.IndexByte("-_0123456789", s[end]) >= 0) {
		end++
	}
	kind, title = s[:end], strings.TrimSpace(s[end:])
	if strings.HasPrefix(title, "[") {
		if close := strings.LastIndexByte(title, ']'); close > 0 {
			return kind, title[1:close]
		}
	}
	if strings.HasPrefix(title, "{") {
		return kind, argument(strings.Trim(title, "{}"), "title")
	}
	return kind, title
}

// tab prepares a line like === "Title", whose text is indented below it, as one of several to choose from.
func (p *preparer) tab(start, end int, text string) bool {
	title, ok := strings.CutPrefix(strings.TrimSpace(text), "===")
	title = strings.TrimSpace(strings.TrimLeft(title, "!+"))
	margin := p.margin() + indent(text) + 4
	if !ok || len(title) < 3 || title[0] != '"' || title[len(title)-1] != '"' || !p.followedByIndent(end, margin) {
		return false
	}
	p.replace(start, end, p.prefix()+bold(title[1:len(title)-1]))
	p.push(container{indent: margin, plain: true})
	return true
}

// mkdocs prepares a line like !!! note "Title", whose text is indented below it.
func (p *preparer) mkdocs(start, end int, text string) bool {
	bare := strings.TrimSpace(text)
	if !strings.HasPrefix(bare, "!!!") && !strings.HasPrefix(bare, "???") {
		return false
	}
	kind, title := cutWord(strings.TrimSpace(strings.TrimPrefix(bare[3:], "+")))
	if !isKey(kind) {
		return false
	}
	if at := strings.IndexByte(title, '"'); at >= 0 {
		title, _, _ = strings.Cut(title[at+1:], `"`)
	}
	margin := p.margin() + indent(text) + 4
	if !p.followedByIndent(end, margin) {
		return false
	}
	label, known := noteKind(kind)
	if !known {
		label = "NOTE"
	}
	p.replace(start, end, p.prefix()+noteHead(kind, label, title)+"\n")
	p.push(container{indent: margin})
	return true
}

// followedByIndent reports whether the first line from body[at:] that is not blank is indented by margin columns.
func (p *preparer) followedByIndent(at, margin int) bool {
	for lines := 0; at < len(p.body) && lines < 3; lines++ {
		line, after := cutLine(p.body[at:])
		if strings.TrimSpace(line) != "" {
			return indent(line) >= margin
		}
		at = len(p.body) - len(after)
	}
	return false
}

// alert prepares a line like > [!note]- Title, which GitHub and Obsidian write in several ways.
func (p *preparer) alert(start, end int, bare string) bool {
	rest := strings.TrimLeft(bare, "> ")
	kind, title, ok := strings.Cut(strings.TrimPrefix(rest, "[!"), "]")
	if !ok || !strings.HasPrefix(rest, "[!") || !isKey(kind) {
		return false
	}
	label, known := noteKind(kind)
	if known && kind == label && !strings.HasPrefix(title, "-") && !strings.HasPrefix(title, "+") {
		return false
	}
	if !known {
		label = "NOTE"
	}
	marks := bare[:strings.LastIndexByte(bare[:len(bare)-len(rest)], '>')]
	title = strings.TrimSpace(strings.TrimLeft(title, "+-"))
	p.replace(start, end, p.prefix()+marks+noteHead(kind, label, title)+"\n")
	return true
}

// opensLine reports whether nothing but blanks stands before body[at] in its line.
func (p *preparer) opensLine(at int) bool {
	return at >= p.start && at <= p.head
}

// openNote opens a note, or with no label a plain quote, that ends at body[until], and returns its first line to show in the place of what opened it,
// which ends at body[end].
func (p *preparer) openNote(until, end int, label, title string) string {
	head := ""
	if label != "" {
		head = noteHead(label, label, title)
	}
	p.push(container{until: until})
	if !isBlankAt(p.body, end) {
		head = strings.TrimLeft(head+"\n"+p.prefix(), "\n")
	}
	return head
}
