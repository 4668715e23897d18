package post

import "unicode/utf8"

// place is where something stands in a file: a line and a column, both from 1.
type place struct{ line, col int }

// ruler tells the places of offsets in text. It is fast where each offset is behind the one asked for before.
type ruler struct {
	text   string
	line   int // of the file, where text begins
	offset int // of here
	here   place
}

// newRuler returns a ruler for text, which begins on line line of its file.
func newRuler(text string, line int) ruler {
	return ruler{text: text, line: line, here: place{line, 1}}
}

// place returns where the byte at offset stands.
func (r *ruler) place(offset int) place {
	if offset < r.offset {
		r.offset, r.here = 0, place{r.line, 1}
	}
	for r.offset < min(offset, len(r.text)) {
		c, size := utf8.DecodeRuneInString(r.text[r.offset:])
		if r.here.col++; c == '\n' {
			r.here = place{r.here.line + 1, 1}
		}
		r.offset += size
	}
	return r.here
}
