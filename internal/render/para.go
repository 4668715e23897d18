package render

import (
	"sort"
	"strings"
	"unicode"
	"unicode/utf8"

	"postern/internal/text"
)

// A para is the text of one paragraph, cell or heading before it is broken into rows: clean but for its soft hyphens
// (see text.Soft and shown), blanks collapsed, "\n" where the author broke the line.
type para struct {
	text  []byte
	spans []span
	apart bool // a blank belongs before the next word
}

// A span is a run of one style, up to the byte end of the text.
type span struct {
	end   int
	style style
	link  uint32 // the number of the link that it belongs to, 0 for none
}

func (p *para) reset() { p.text, p.spans, p.apart = p.text[:0], p.spans[:0], false }

// add appends clean text; with collapse, every run of blanks becomes one.
func (p *para) add(t string, st style, link uint32, collapse bool) {
	if collapse && strings.Contains(t, "\n") {
		t = strings.ReplaceAll(t, "\n", " ")
	}
	if collapse && len(t) > 0 && t[0] == ' ' && p.endsBlank() {
		t = strings.TrimLeft(t, " ")
	}
	if collapse && strings.Contains(t, "  ") {
		t = collapsed(t)
	}
	if t == "" {
		return
	}
	if p.apart && st.self != LinkNumber {
		p.apart = false
		if strings.IndexByte(" \n.,;:!?)]", t[0]) < 0 {
			p.add(" ", style{block: st.block}, 0, false)
		}
	}
	p.text = append(p.text, t...)
	if n := len(p.spans); n > 0 && p.spans[n-1].style == st && p.spans[n-1].link == link {
		p.spans[n-1].end = len(p.text)
		return
	}
	p.spans = append(p.spans, span{len(p.text), st, link})
}

// collapsed returns t with every run of blanks as one, also at its ends.
func collapsed(t string) string {
	var b strings.Builder
	b.Grow(len(t))
	for i := range len(t) {
		if t[i] != ' ' || i == 0 || t[i-1] != ' ' {
			b.WriteByte(t[i])
		}
	}
	return b.String()
}

func (p *para) endsBlank() bool {
	n := len(p.text)
	return n == 0 || p.text[n-1] == ' ' || p.text[n-1] == '\n'
}

// words returns the text from the byte from on, on one line and without the numbers of links and notes.
func (p *para) words(from int) string {
	var b strings.Builder
	first := sort.Search(len(p.spans), func(i int) bool { return p.spans[i].end > from })
	for _, sp := range p.spans[first:] {
		if sp.style.self != LinkNumber {
			b.Write(p.text[from:sp.end])
		}
		from = sp.end
	}
	return strings.TrimSpace(shown(strings.ReplaceAll(b.String(), "\n", " ")))
}

// newline breaks the line, where there is one to break.
func (p *para) newline(st style) {
	p.trim()
	if len(p.text) > 0 {
		p.add("\n", st, 0, false)
	}
}

// trim takes the blanks off the end.
func (p *para) trim() {
	n := len(p.text)
	for n > 0 && p.text[n-1] == ' ' {
		n--
	}
	p.cut(n)
}

// cut drops what is after the byte n.
func (p *para) cut(n int) {
	p.text = p.text[:n]
	for i := len(p.spans) - 1; i >= 0 && p.spans[i].end > n; i-- {
		p.spans[i].end = n
		if start := p.start(i); start >= n {
			p.spans = p.spans[:i]
		}
	}
}

// start returns where the span i starts.
func (p *para) start(i int) int {
	if i == 0 {
		return 0
	}
	return p.spans[i-1].end
}

// softBreak joins two lines of the source: by a blank, but not between characters that are written without.
func (p *para) softBreak(next string, st style, link uint32) {
	before, _ := utf8.DecodeLastRune(p.text)
	after, _ := utf8.DecodeRuneInString(next)
	if !isIdeographic(before) || !isIdeographic(after) {
		p.add(" ", st, link, true)
	}
}

// isIdeographic reports whether r belongs to a script that is written without blanks.
func isIdeographic(r rune) bool {
	return r >= 0x2E80 && (unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana) || r >= 0x3000 && r <= 0x303F || r >= 0xFF00 && r <= 0xFF60)
}

// set breaks p into rows of the room that s has and writes them.
func (s *setter) set(p *para) {
	t := string(p.text)
	var buf [32]text.Row
	i := 0
	for _, r := range text.Wrap(buf[:0], t, s.room()) {
		flags := uint32(0)
		if r.Glued {
			flags = rowGlued
		}
		s.begin()
		i = s.writeSpans(p, t, r, i)
		s.end(flags)
		s.count(t[r.Start:r.End])
	}
}

// writeSpans writes the row r of p, looking at its spans from i on, and returns the span to go on with.
func (s *setter) writeSpans(p *para, t string, r text.Row, i int) int {
	for i > 0 && p.start(i) > r.Start {
		i--
	}
	for at := r.Start; at < r.End && i < len(p.spans); {
		sp := p.spans[i]
		if sp.end <= at {
			i++
			continue
		}
		end := min(sp.end, r.End)
		s.write(shown(t[at:end]), sp.style, sp.link)
		at = end
	}
	if r.Hyphen {
		s.write("-", s.cur, s.link)
	}
	return i
}

// shown returns t as it is printed: no soft hyphens, no-break blanks as blanks.
func shown(t string) string {
	for i := range len(t) {
		if t[i] == 0xC2 || t[i] == 0xE2 { // what these signs start with
			return toShown.Replace(t)
		}
	}
	return t
}

var toShown = strings.NewReplacer("\u00AD", "", "\u00A0", " ", "\u202F", " ", "\u2007", " ")
