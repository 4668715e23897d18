package text

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Row is one row of wrapped text: s[Start:End] of the string given to Wrap, without blanks at either end.
type Row struct {
	Start, End int
	Hyphen     bool // the row ends at a soft hyphen, which is to be shown
	Glued      bool // the row goes on with the word that the row before began
}

// Wrap breaks s, which is clean text (see Clean and Soft), into rows of at most width cells and appends them to rows. A line
// feed ends a row. Rows break at blanks, after hyphens and dashes, at soft hyphens and between wide characters, where
// neither of them forbids it (kinsoku); a word that is wider than a row breaks between any two graphemes. The last row
// is no lone word of less than four letters if the row before can lend it one.
func Wrap(rows []Row, s string, width int) []Row {
	w := wrapper{s: s, width: max(width, 2), rows: rows, paragraph: len(rows)}
	w.newRow(0)
	for w.at < len(s) {
		w.step()
	}
	if w.start < len(s) || len(w.rows) == len(rows) {
		w.end(len(s))
	}
	return w.rows
}

// A wrapper is the state of one Wrap: the row that it fills and the last place where that row may end.
type wrapper struct {
	s     string
	width int
	rows  []Row

	at, start int  // the next byte to look at; where the row starts
	cells     int  // width of s[start:at]
	before    rune // the last rune of the cluster before at, 0 at the start of a row
	earlier   rune // the one before that
	wasWide   bool

	breakEnd, breakNext int // the row may end at breakEnd and the next start at breakNext; 0: nowhere yet
	breakHyphen         bool
	glued               bool // the row started within a word
	paragraph           int  // the first row of this paragraph, for widows
}

// newRow starts a row at the byte i.
func (w *wrapper) newRow(i int) {
	for i < len(w.s) && w.s[i] == ' ' {
		i++
	}
	w.at, w.start, w.cells = i, i, 0
	w.earlier, w.before, w.wasWide = 0, 0, false
	w.breakEnd, w.breakNext, w.breakHyphen = 0, 0, false
}

// step takes the next cluster.
func (w *wrapper) step() {
	switch c := w.s[w.at]; {
	case c == '\n':
		w.end(w.at)
		w.newRow(w.at + 1)
	case c == ' ':
		w.blanks()
	case c < utf8.RuneSelf && (w.at+1 == len(w.s) || w.s[w.at+1] < utf8.RuneSelf):
		w.take(rune(c), rune(c), 1, 1)
	default:
		cluster, cells := Cluster(w.s[w.at:])
		first, _ := utf8.DecodeRuneInString(cluster)
		last, _ := utf8.DecodeLastRuneInString(cluster)
		w.take(first, last, len(cluster), cells)
	}
}

// blanks takes a run of blanks; the row may end before it unless what follows must not start one.
func (w *wrapper) blanks() {
	i := w.at
	for i < len(w.s) && w.s[i] == ' ' {
		i++
	}
	next, _ := utf8.DecodeRuneInString(w.s[i:])
	if !staysBehindBlank(next) || i-w.at > 1 {
		w.mayEnd(w.at, i, false)
	}
	w.cells += i - w.at
	w.at, w.earlier, w.before, w.wasWide = i, 0, ' ', false
}

// take adds a cluster of n bytes to the row, or ends the row before it.
func (w *wrapper) take(first, last rune, n, cells int) {
	if first == softHyphen {
		if w.cells < w.width && w.before != 0 && w.before != ' ' {
			w.mayEnd(w.at, w.at+n, true)
		}
		w.at += n
		return
	}
	wide := cells > 1
	if w.before != 0 && w.at > w.start && w.breaksBefore(first, wide) {
		w.mayEnd(w.at, w.at, false)
	}
	if w.cells+cells > w.width && w.at > w.start {
		w.overflow()
		return
	}
	w.at += n
	w.cells += cells
	w.earlier, w.before, w.wasWide = w.before, last, wide
}

// breaksBefore reports whether the row may end before the cluster that starts with next.
func (w *wrapper) breaksBefore(next rune, wide bool) bool {
	if w.before == '-' && !unicode.IsLetter(w.earlier) {
		return false // an option, a minus
	}
	return breaksBetween(w.before, next, w.wasWide, wide)
}

// mayEnd notes that the row may end at end, and the next start at next.
func (w *wrapper) mayEnd(end, next int, hyphen bool) {
	if end > w.start && w.cells <= w.width {
		w.breakEnd, w.breakNext, w.breakHyphen = end, next, hyphen
	}
}

// overflow ends a row that is full, at its last good place or else right here.
func (w *wrapper) overflow() {
	if w.breakEnd == 0 {
		w.at = w.wordEnd()
		end := trimmed(w.s, w.start, w.at)
		w.rows = append(w.rows, Row{Start: w.start, End: end, Glued: w.glued})
		w.glued = end == w.at
		w.newRow(w.at)
		return
	}
	w.rows = append(w.rows, Row{Start: w.start, End: w.breakEnd, Hyphen: w.breakHyphen, Glued: w.glued})
	w.glued = w.breakEnd == w.breakNext || w.breakHyphen
	w.newRow(w.breakNext)
}

// wordEnd returns where a word that is wider than the row is best broken: after a no-break blank, for text that has no
// other; after a sign in its second half, as in an address; or else where the row is full.
func (w *wrapper) wordEnd() int {
	const noBreak = "\u00A0"
	if i := strings.LastIndex(w.s[w.start:w.at], noBreak); i > 0 {
		return w.start + i + len(noBreak)
	}
	half := w.start + (w.at-w.start)/2
	if i := strings.LastIndexAny(w.s[half:w.at], "/?&=#+-_.,;:"); i >= 0 {
		return half + i + 1
	}
	return w.at
}

// end ends the last row of a paragraph at the byte i.
func (w *wrapper) end(i int) {
	i = trimmed(w.s, w.start, i)
	w.rows = append(w.rows, Row{Start: min(w.start, i), End: i, Glued: w.glued})
	if len(w.rows)-w.paragraph > 1 {
		w.mendWidow()
	}
	w.paragraph, w.glued = len(w.rows), false
}

// trimmed returns end, or where the blanks and soft hyphens before it start.
func trimmed(s string, start, end int) int {
	return start + len(strings.TrimRight(s[start:end], " \u00AD\u00A0"))
}

// mendWidow moves the last word of the row before to a last row that is one short word.
func (w *wrapper) mendWidow() {
	const short, spare = 4, 2 // letters; words that the row before must keep
	before, last := &w.rows[len(w.rows)-2], &w.rows[len(w.rows)-1]
	word := w.s[last.Start:last.End]
	if last.Glued || last.Start-before.End != 1 || len(word) > 4*short || strings.Contains(word, " ") || letters(word) >= short || Width(word) > 2*short {
		return
	}
	line := w.s[before.Start:before.End]
	cut := strings.LastIndexByte(line, ' ')
	if cut <= 0 || strings.Count(line[:cut], " ") < spare-1 || line[cut-1] == ' ' {
		return
	}
	lent := line[cut+1:]
	next, _ := utf8.DecodeRuneInString(lent)
	if lent == "" || staysBehindBlank(next) || Width(lent)+1+Width(word) > w.width {
		return
	}
	last.Start = before.Start + cut + 1
	before.End = before.Start + cut
}

// letters counts the letters and digits of s.
func letters(s string) int {
	n := 0
	for _, r := range s {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			n++
		}
	}
	return n
}
