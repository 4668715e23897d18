package search

import (
	"html"
	"strings"
	"unicode/utf8"

	"postern/internal/post"
	"postern/internal/text"
)

// plain returns the words of p without Markdown: a line a block, each clean. It starts with the summary where an author
// wrote one that is not the beginning of the post.
func plain(p *post.Post) string {
	s := stripper{out: make([]byte, 0, len(p.Markdown)+len(p.Summary)+1)}
	for rest := p.Markdown; rest != ""; {
		var line string
		line, rest, _ = strings.Cut(rest, "\n")
		s.line(line)
	}
	s.endBlock()
	body := tidy(string(s.out))
	if summary := text.Line(p.Summary); !strings.Contains(body, opening(summary)) {
		return summary + "\n" + body
	}
	return body
}

// opening returns the first characters of s.
func opening(s string) string {
	const enough = 40
	if len(s) <= enough {
		return strings.TrimSuffix(s, "…")
	}
	end := enough
	for !utf8.RuneStart(s[end]) {
		end--
	}
	return s[:end]
}

// tidy returns lines of text clean, with single blanks, and without those that are empty.
func tidy(s string) string {
	if strings.Contains(s, "&") {
		s = html.UnescapeString(s)
	}
	if s = strings.TrimSuffix(s, "\n"); isTidy(s) {
		return s
	}
	s = strings.ReplaceAll(s, string(softHyphen), "")
	var b strings.Builder
	b.Grow(len(s))
	for line := range strings.SplitSeq(text.Clean(s), "\n") {
		if line = text.Line(line); line == "" {
			continue
		}
		if b.Len() > 0 {
			b.WriteByte('\n')
		}
		b.WriteString(line)
	}
	return b.String()
}

// isTidy reports whether s is printable ASCII with single blanks and no empty line.
func isTidy(s string) bool {
	before := byte('\n')
	for i := range len(s) {
		c := s[i]
		blank := c == ' ' || c == '\n'
		if blank && (before == ' ' || before == '\n') || !blank && (c <= ' ' || c >= 0x7F) {
			return false
		}
		before = c
	}
	return before != ' ' && before != '\n' || s == ""
}

// stripper takes the marks off Markdown. It knows lines and never looks far ahead, so that nothing costs more than its
// length; where Markdown is odd a mark stays.
type stripper struct {
	out    []byte
	fence  string // that ends the block of code
	until  string // that ends what is not shown
	ticks  int    // of the code within a line that is open
	opened []int  // places in out of brackets that may begin a link
}

// line takes one line.
func (s *stripper) line(line string) {
	bare := strings.TrimSpace(line)
	if s.until != "" {
		_, rest, found := strings.Cut(bare, s.until)
		if !found {
			return
		}
		s.until, bare = "", strings.TrimSpace(rest)
	}
	switch {
	case s.fence != "":
		if strings.HasPrefix(bare, s.fence) && strings.Trim(bare, s.fence[:1]) == "" {
			s.fence = ""
			s.endBlock()
			return
		}
		s.blank()
		s.out = append(s.out, bare...)
	case bare == "" || isRule(bare) || isDefinition(bare):
		s.endBlock()
	default:
		s.block(bare)
	}
}

// block takes a line of text with the marks at its start.
func (s *stripper) block(bare string) {
	bare, starts, ends := leadingMarks(bare)
	if starts {
		s.endBlock()
	}
	if fence := fenceOf(bare); fence != "" {
		s.endBlock()
		s.fence = fence
		return
	}
	if strings.HasPrefix(bare, "[!") && strings.HasSuffix(bare, "]") {
		return // names the kind of a note
	}
	if strings.HasPrefix(bare, "|") {
		bare = strings.Trim(strings.ReplaceAll(bare, "|", " "), " ")
		ends = true
	}
	s.blank()
	s.inline(bare)
	if ends {
		s.endBlock()
	}
}

// blank sets what comes apart from what is there.
func (s *stripper) blank() {
	if n := len(s.out); n > 0 && s.out[n-1] != ' ' && s.out[n-1] != '\n' {
		s.out = append(s.out, ' ')
	}
}

// endBlock ends the line of out.
func (s *stripper) endBlock() {
	s.ticks, s.opened = 0, s.opened[:0]
	n := len(s.out)
	for n > 0 && (s.out[n-1] == ' ' || s.out[n-1] == '\n') {
		n--
	}
	s.out = s.out[:n]
	if n > 0 {
		s.out = append(s.out, '\n')
	}
}

// leadingMarks takes the marks of quotes, lists and headings off a line, and tells whether it starts and ends a block.
func leadingMarks(bare string) (rest string, starts, ends bool) {
	for {
		switch {
		case strings.HasPrefix(bare, ">"):
			bare = strings.TrimLeft(bare[1:], " \t")
			continue
		case strings.HasPrefix(bare, "#"):
			if rest := strings.TrimLeft(bare, "#"); rest == "" || rest[0] == ' ' || rest[0] == '\t' {
				return strings.TrimRight(strings.TrimSpace(rest), " #"), true, true
			}
		case isItem(bare):
			_, bare, _ = strings.Cut(bare, " ")
			bare = strings.TrimLeft(bare, " \t")
			for _, box := range []string{"[ ] ", "[x] ", "[X] "} {
				bare = strings.TrimPrefix(bare, box)
			}
			starts = true
			continue
		}
		return bare, starts, false
	}
}

// isItem reports whether a line starts with the mark of a list and a blank.
func isItem(bare string) bool {
	mark, _, ok := strings.Cut(bare[:min(len(bare), 12)], " ")
	if !ok || mark == "" {
		return false
	}
	if mark == "-" || mark == "*" || mark == "+" {
		return true
	}
	last := mark[len(mark)-1]
	return len(mark) > 1 && (last == '.' || last == ')') && strings.Trim(mark[:len(mark)-1], "0123456789") == ""
}

// isRule reports whether a line is a rule, an underline of a heading or what divides the head of a table.
func isRule(bare string) bool { return strings.Trim(bare, "-=*_|:+ ") == "" }

// isDefinition reports whether a line says where a link of that name leads.
func isDefinition(bare string) bool {
	name, target, ok := strings.Cut(bare[:min(len(bare), 300)], "]:")
	return ok && bare[0] == '[' && !strings.HasPrefix(name, "[^") && !strings.Contains(name, "](") && target != ""
}

// fenceOf returns what a line repeats to start a block of code; "" for other lines.
func fenceOf(bare string) string {
	for _, mark := range []string{"```", "~~~"} {
		if strings.HasPrefix(bare, mark) {
			n := len(bare) - len(strings.TrimLeft(bare, mark[:1]))
			if !strings.Contains(bare[n:], "`") {
				return bare[:n]
			}
		}
	}
	return ""
}
