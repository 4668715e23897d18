package post

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// maxSummary is how long a summary made of the body can be, in characters.
const maxSummary = 280

// summarize returns what stands before the author's cut, or else the first paragraph, as one line of plain text.
func summarize(markdown string, cut int) string {
	if cut > 0 {
		if s := paragraphs(markdown[:cut], 4*maxSummary); s != "" {
			return shorten(s, maxSummary)
		}
	}
	return shorten(paragraphs(markdown, 1), maxSummary)
}

// paragraphs returns the plain text of the first paragraphs of markdown, until there are enough bytes of it. Headings,
// code, tables, pictures and rules are no paragraphs.
func paragraphs(markdown string, enough int) string {
	const far = 400 // lines
	var f fence
	body := markdown
	var found, block []string
	size := 0
	flush := func() {
		if s := plainText(named(strings.Join(block, "\n"), body)); hasLetter(s) {
			found = append(found, s)
			size += len(s)
		}
		block = block[:0]
	}
	for n := 0; markdown != "" && n < far && size < enough; n++ {
		var line string
		line, markdown = cutLine(markdown)
		bare := strings.TrimSpace(line)
		switch {
		case f.takes(line) || bare == "" || isNoText(bare):
			flush()
		case len(block) > 0 && isUnderline(bare):
			block = block[:0] // it was a heading
		default:
			block = append(block, unmarked(bare))
		}
	}
	if size < enough {
		flush()
	}
	return strings.Join(found, " ")
}

// named returns text without the brackets of links like [name], whose target stands elsewhere in body. A mark like [^1] is
// none.
func named(text, body string) string {
	const most = 20
	from := 0
	for range most {
		open := strings.IndexByte(text[from:], '[')
		if open < 0 {
			break
		}
		from += open
		inner, rest, ok := strings.Cut(text[from+1:], "]")
		if ok && (from == 0 || text[from-1] != ']') && !strings.HasPrefix(inner, "^") && !strings.HasPrefix(rest, "(") && !strings.HasPrefix(rest, "[") && strings.Contains(body, "["+inner+"]:") {
			text = text[:from] + inner + rest
		} else {
			from++
		}
	}
	return text
}

// isNoText reports whether a line is a heading, a table's, the head of a note, a rule or the definition of a link.
func isNoText(bare string) bool {
	switch bare[0] {
	case '#':
		rest := strings.TrimLeft(bare, "#")
		return rest == "" || rest[0] == ' ' || rest[0] == '\t'
	case '|':
		return true
	case '[':
		name, _, ok := strings.Cut(bare, "]:")
		return ok && !strings.Contains(name, "](")
	case '-', '*', '_':
		return strings.Trim(bare, bare[:1]+" ") == "" && len(bare) >= 3
	}
	return strings.HasPrefix(bare, "> [!")
}

// isUnderline reports whether a line makes a heading of the one above.
func isUnderline(bare string) bool {
	return strings.Trim(bare, "=") == "" || len(bare) > 1 && strings.Trim(bare, "-") == ""
}

// unmarked returns a line without the marks of quotes and lists.
func unmarked(bare string) string {
	for {
		rest := strings.TrimLeft(bare, "> ")
		if isItem(rest) {
			_, rest = cutWord(rest)
		}
		if rest == bare {
			return bare
		}
		bare = rest
	}
}

// hasLetter reports whether s says anything.
func hasLetter(s string) bool {
	return strings.ContainsFunc(s, func(r rune) bool { return unicode.IsLetter(r) || unicode.IsNumber(r) })
}

// shorten cuts s to at most n characters, at the end of a word where one is near, and ends it with … then.
func shorten(s string, n int) string {
	if len(s) <= n || utf8.RuneCountInString(s) <= n {
		return s
	}
	end := 0
	for range n - 1 {
		_, size := utf8.DecodeRuneInString(s[end:])
		end += size
	}
	if blank := strings.LastIndexByte(s[:end], ' '); blank > end*2/3 {
		end = blank
	}
	return strings.TrimRight(s[:end], " ,;:.-") + "…"
}
