package search

import (
	"bytes"
	"unicode/utf8"
)

// speller finds the words of a dictionary that differ from one by a few letters left out, added, changed or swapped.
// Words that start alike share the work, and where they differ too much all of them are passed over.
type speller struct {
	word []rune
	most int  // differences that are allowed
	open bool // the word may go on

	letters []rune  // of the term that was last looked at
	ends    []int   // of its letters, in bytes
	rows    [][]int // rows[n][i] is how far its first n letters are from the first i of word
	best    []int   // best[n] is the least of rows[…n][len(word)]
	before  []byte  // that term
}

// tolerated returns how many differences a word may have.
func tolerated(word string) int {
	switch n := utf8.RuneCountInString(word); {
	case n < 4:
		return 0
	case n < 8:
		return 1
	}
	return 2
}

// newSpeller returns a speller for word.
func newSpeller(word string, most int, open bool) *speller {
	s := &speller{word: []rune(word), most: most, open: open}
	row := make([]int, len(s.word)+1)
	for i := range row {
		row[i] = i
	}
	s.rows, s.best = append(s.rows, row), append(s.best, len(s.word))
	return s
}

// distance returns by how much term differs, or more than is allowed.
func (s *speller) distance(term []byte) int {
	d, _ := s.look(term)
	return d
}

// look returns by how much term differs, and how many of its bytes tell that no word that starts with them is nearer
// than allowed; 0: they do not.
func (s *speller) look(term []byte) (distance, hopeless int) {
	n := s.shared(term)
	end := 0
	if n > 0 {
		end = s.ends[n-1]
	}
	s.letters, s.ends = s.letters[:n], s.ends[:n]
	s.before = append(s.before[:0], term...)
	for {
		if end > 0 && s.far(n) {
			return s.most + 1, end
		}
		if end == len(term) {
			break
		}
		r, size := utf8.DecodeRune(term[end:])
		end += size
		n++
		s.letters, s.ends = append(s.letters, r), append(s.ends, end)
		s.extend(n)
	}
	if s.open {
		return s.best[n], 0
	}
	return s.rows[n][len(s.word)], 0
}

// shared returns how many letters of term are known from the one before.
func (s *speller) shared(term []byte) int {
	n := 0
	for n < len(s.ends) && s.ends[n] <= len(term) && string(term[:s.ends[n]]) == string(s.before[:s.ends[n]]) {
		n++
	}
	return n
}

// far reports whether nothing that starts with the first n letters can be near enough.
func (s *speller) far(n int) bool {
	if s.open && s.best[n] <= s.most {
		return false
	}
	for _, d := range s.rows[n] {
		if d <= s.most {
			return false
		}
	}
	return true
}

// extend computes the row of the first n letters.
func (s *speller) extend(n int) {
	if len(s.rows) <= n {
		s.rows = append(s.rows, make([]int, len(s.word)+1))
		s.best = append(s.best, 0)
	}
	row, above := s.rows[n], s.rows[n-1]
	letter := s.letters[n-1]
	row[0] = n
	for i, r := range s.word {
		d := above[i]
		if r != letter {
			d = min(d, row[i], above[i+1]) + 1
			if i > 0 && n > 1 && letter == s.word[i-1] && s.letters[n-2] == r {
				d = min(d, s.rows[n-2][i-1]+1)
			}
		}
		row[i+1] = d
	}
	s.best[n] = min(s.best[n-1], row[len(s.word)])
}

// near is a word of a dictionary and by how much it differs.
type near struct {
	number, distance int
}

// search returns the words of f that are near enough.
func (s *speller) search(f *field) []near {
	var found []near
	for n := 0; n < f.size(); {
		term := f.term(n)
		distance, hopeless := s.look(term)
		switch {
		case hopeless > 0:
			n = pass(f, n, term[:hopeless])
			continue
		case distance <= s.most && isLabel(term) == (s.word[0] == tagMark || s.word[0] == authorMark):
			found = append(found, near{n, distance})
		}
		n++
	}
	return found
}

// isLabel reports whether term is a whole tag or name.
func isLabel(term []byte) bool { return term[0] == tagMark || term[0] == authorMark }

// pass returns the number of the first word behind n that does not start with prefix.
func pass(f *field, n int, prefix []byte) int {
	step := 1
	for n+step < f.size() && bytes.HasPrefix(f.term(n+step), prefix) {
		n += step
		step *= 2
	}
	for ; step > 0; step /= 2 {
		if n+step < f.size() && bytes.HasPrefix(f.term(n+step), prefix) {
			n += step
		}
	}
	return n + 1
}
