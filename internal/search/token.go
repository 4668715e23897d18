package search

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"postern/internal/text"
)

const softHyphen = '\u00AD'

// maxTerm is how many bytes of a word are compared.
const maxTerm = 64

// maxLabel is how many bytes of a tag or a name are compared; with its mark it is no longer than two words.
const maxLabel = 2*maxTerm - 1

// scanner cuts clean text into words. Of scripts without blanks a word is each character with the one behind it; the
// last character of a run stands alone, so that every character starts a word.
type scanner struct {
	text string
	next int // byte to look at

	start, end int    // the word, in text
	place      int    // number of the word; lines are one number apart
	term       []byte // the word as it is compared; valid until the next scan
	first      int    // bytes of term that are its first character, of a dense word
	firstEnd   int    // where that character ends in text
	dense      bool
	glued      bool // a dense word that goes on with the one before
}

// newScanner returns a scanner of text, which is clean.
func newScanner(text string) *scanner { return &scanner{text: text, place: -1} }

// scan moves on to the next word, and reports whether there is one.
func (s *scanner) scan() bool {
	behind := s.firstEnd
	wasDense := s.dense
	for s.next < len(s.text) {
		c := s.text[s.next]
		if c < utf8.RuneSelf {
			if isWordy(rune(c)) {
				s.word()
				return true
			}
			if c == '\n' {
				s.place++
			}
			s.next++
			continue
		}
		r, size := utf8.DecodeRuneInString(s.text[s.next:])
		switch {
		case isDense(r) && isWordy(r):
			s.pair()
			s.glued = wasDense && behind == s.start
			return true
		case unicode.IsLetter(r) || unicode.IsNumber(r):
			if s.word(); len(s.term) > 0 {
				return true
			}
		default:
			s.next += size
		}
	}
	return false
}

// begin starts a word.
func (s *scanner) begin(dense bool) {
	s.start, s.dense, s.glued = s.next, dense, false
	s.term = s.term[:0]
	s.first, s.firstEnd = 0, 0
	s.place++
}

// word takes a word that blanks or marks set apart.
func (s *scanner) word() {
	s.begin(false)
	for s.next < len(s.text) {
		c := s.text[s.next]
		if c < utf8.RuneSelf {
			if !isWordy(rune(c)) {
				break
			}
			s.add(rune(c))
			s.next++
			continue
		}
		r, size := utf8.DecodeRuneInString(s.text[s.next:])
		if r != softHyphen {
			if !isWordy(r) || isDense(r) {
				break
			}
			s.add(r)
		}
		s.next += size
	}
	s.signs()
	s.end = s.next
}

// add adds a character to the word, unless there is enough of it.
func (s *scanner) add(r rune) {
	if len(s.term) < maxTerm {
		s.term = text.AppendFolded(s.term, r)
	}
}

// signs takes what names like C++ and F# end with.
func (s *scanner) signs() {
	if s.next-s.start != 1 {
		return
	}
	for _, sign := range []string{"++", "#"} {
		rest, ok := strings.CutPrefix(s.text[s.next:], sign)
		if r, _ := utf8.DecodeRuneInString(rest); ok && !isWordy(r) {
			s.term = append(s.term, sign...)
			s.next += len(sign)
			return
		}
	}
}

// pair takes a character and looks at the one behind it.
func (s *scanner) pair() {
	s.begin(true)
	s.next = s.character()
	s.first, s.firstEnd = len(s.term), s.next
	s.end = s.next
	if r, _ := utf8.DecodeRuneInString(s.text[s.next:]); isDense(r) && isWordy(r) {
		s.end = s.character()
	}
}

// character adds the dense character at s.next to the word and returns where it ends.
func (s *scanner) character() (end int) {
	r, size := utf8.DecodeRuneInString(s.text[s.next:])
	end = s.next + size
	mark, size := utf8.DecodeRuneInString(s.text[end:])
	if isSoundMark(mark) {
		end += size
	}
	if isSoundMark(mark) || r >= 0xFF66 && r <= 0xFF9F {
		s.term = append(s.term, norm.NFKC.String(s.text[s.next:end])...)
	} else {
		s.term = utf8.AppendRune(s.term, r)
	}
	return end
}

// Label returns s, a tag or a name, which is clean, as it is compared as a whole: its words with hyphens between, cut at
// maxLabel.
func Label(s string) string {
	var b []byte
	for words := newScanner(s); len(b) <= maxLabel && words.scan(); {
		if len(b) > 0 && !words.glued {
			b = append(b, '-')
		}
		if words.dense {
			b = append(b, words.term[:words.first]...)
		} else {
			b = append(b, words.term...)
		}
	}
	if len(b) > maxLabel {
		end := maxLabel
		for !utf8.RuneStart(b[end]) {
			end--
		}
		b = b[:end]
	}
	return string(b)
}
