package post

import (
	"html"
	"strings"
)

// plainText returns s, a few lines of Markdown at most, as one line without marks, tags and entities.
func plainText(s string) string {
	if !strings.ContainsAny(s, "*_`[]<>&\\~!{#|") {
		return oneLine(s)
	}
	s = s[:min(len(s), maxPlain)]
	w := plainWriter{s: strings.ToValidUTF8(s, "")}
	for w.at < len(w.s) {
		w.step()
	}
	text := w.out.String()
	if strings.Contains(text, "&") {
		text = html.UnescapeString(text)
	}
	return oneLine(text)
}

// maxPlain bounds how much plainText reads.
const maxPlain = 16 << 10

// plainWriter writes Markdown without its marks.
type plainWriter struct {
	s   string
	at  int
	out strings.Builder
}

// step writes what stands next.
func (w *plainWriter) step() {
	switch c := w.s[w.at]; c {
	case '\\':
		w.escaped()
	case '`':
		w.code()
	case '*', '~':
		w.star()
	case '_':
		w.underscore()
	case '!':
		w.picture()
	case '[':
		w.link()
	case '^':
		w.note()
	case '<':
		w.tag()
	default:
		end := strings.IndexAny(w.s[w.at+1:], "\\`*~_![^<")
		if end < 0 {
			end = len(w.s) - w.at - 1
		}
		w.out.WriteString(w.s[w.at : w.at+1+end])
		w.at += 1 + end
	}
}

// escaped writes the character behind a backslash.
func (w *plainWriter) escaped() {
	w.at++
	if w.at < len(w.s) && w.s[w.at] > ' ' && w.s[w.at] < 0x80 {
		if c := w.s[w.at] | 0x20; (c >= 'a' && c <= 'z') || (w.s[w.at] >= '0' && w.s[w.at] <= '9') {
			w.out.WriteByte('\\')
		}
		w.out.WriteByte(w.s[w.at])
		w.at++
	}
}

// code writes code as it is.
func (w *plainWriter) code() {
	rest := w.s[w.at:]
	marks := rest[:len(rest)-len(strings.TrimLeft(rest, "`"))]
	inside, _, ok := strings.Cut(rest[len(marks):], marks)
	if !ok {
		w.at += len(marks)
		return
	}
	w.out.WriteString(inside)
	w.at += 2*len(marks) + len(inside)
}

// star writes a star that stands alone.
func (w *plainWriter) star() {
	if w.at > 0 && w.at+1 < len(w.s) && w.s[w.at-1] == ' ' && w.s[w.at+1] == ' ' {
		w.out.WriteByte(w.s[w.at])
	}
	w.at++
}

// underscore writes an underscore that stands within a word.
func (w *plainWriter) underscore() {
	if w.at > 0 && w.at+1 < len(w.s) && isWordByte(w.s[w.at-1]) && isWordByte(w.s[w.at+1]) {
		w.out.WriteByte('_')
	}
	w.at++
}

// isWordByte reports whether c is part of a word.
func isWordByte(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c >= 0x80
}

// picture leaves a picture out.
func (w *plainWriter) picture() {
	if strings.HasPrefix(w.s[w.at:], "![") {
		if _, end, ok := linkAt(w.s, w.at+1); ok {
			w.at = end
			return
		}
	}
	w.out.WriteByte('!')
	w.at++
}

// link writes the text of a link, and goes on within it.
func (w *plainWriter) link() {
	if text, end, ok := linkAt(w.s, w.at); ok {
		if !strings.HasPrefix(text, "^") {
			w.out.WriteString(plainText(text))
		}
		w.at = end
		return
	}
	w.out.WriteByte('[')
	w.at++
}

// note leaves out a note that stands where it belongs, ^[like this].
func (w *plainWriter) note() {
	if strings.HasPrefix(w.s[w.at:], "^[") {
		if text, _, _ := linkAt(w.s, w.at+1); text != "" {
			w.at += len("^[") + len(text) + len("]")
			return
		}
	}
	w.out.WriteByte('^')
	w.at++
}

// linkAt returns the text of the link [text](target) or [text][name] at s[at], and where it ends.
func linkAt(s string, at int) (text string, end int, ok bool) {
	const longest = 2000
	depth := 0
	limit := min(len(s), at+longest)
	for i := at; i < limit; i++ {
		switch s[i] {
		case '\\':
			i++
		case '[':
			depth++
		case ']':
			if depth--; depth == 0 {
				text = s[at+1 : i]
				end, ok = targetEnd(s, i+1, limit)
				return text, end, ok || strings.HasPrefix(text, "^")
			}
		}
	}
	return "", at, false
}

// targetEnd returns the end of a link's target at s[at].
func targetEnd(s string, at, limit int) (end int, ok bool) {
	if at >= len(s) || s[at] != '(' && s[at] != '[' {
		return at, false
	}
	depth := 0
	for i := at; i < limit; i++ {
		switch s[i] {
		case '(', '[':
			depth++
		case ')', ']':
			if depth--; depth == 0 {
				return i + 1, true
			}
		}
	}
	return at, false
}

// tag leaves a tag out, and writes the address of <https://…>.
func (w *plainWriter) tag() {
	rest := w.s[w.at:]
	end := strings.IndexByte(rest, '>')
	if end < 2 || !(rest[1] == '/' || rest[1] == '!' || isLetters(rest[1:2])) {
		w.out.WriteByte('<')
		w.at++
		return
	}
	if inner := rest[1:end]; strings.Contains(inner, "://") && !strings.ContainsAny(inner, " \n") {
		w.out.WriteString(inner)
	} else if hasPrefixFold(inner, "br") || hasPrefixFold(inner, "/p") || hasPrefixFold(inner, "p>") {
		w.out.WriteByte(' ')
	}
	w.at += end + 1
}
