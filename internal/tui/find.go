package tui

import (
	"fmt"
	"sort"
	"strings"
	"unicode"

	"charm.land/bubbles/v2/key"

	"postern/internal/render"
	"postern/internal/text"
)

const (
	maxQuery = 200   // bytes of a query
	maxHits  = 10000 // matches of it, but for those in the same block as the last
)

// find is the search within a page, as less and browsers have it: incremental, without regard to case and accents
// unless the query has a capital letter, and round the end.
type find struct {
	open    bool // the query is being typed
	query   string
	asked   bool // the query has changed since it was searched for
	before  int  // line at the top when typing began
	hits    []hit
	current int
}

// hit is one place of the query, over one line or, where the text was wrapped, two and more.
type hit struct{ parts []part }

type part struct{ line, from, to int } // cells

// start opens the field for the query.
func (f *find) start(p *page) { *f = find{open: true, before: p.top} }

// key takes one key while the query is typed.
func (f *find) key(p *page, press stroke) {
	switch {
	case press.name == "esc", press.name == "backspace" && f.query == "":
		p.scroll(f.before)
		*f = find{}
	case press.name == "enter":
		f.answer(p)
		f.open = false
		if len(f.hits) == 0 {
			if f.query != "" {
				p.env.notice = "Not found: " + f.query
			}
			*f = find{}
			return
		}
		f.report(p)
	case key.Matches(press, keyDown) && press.Text == "":
		f.answer(p)
		f.step(p, 1)
	case key.Matches(press, keyUp) && press.Text == "":
		f.answer(p)
		f.step(p, -1)
	default:
		query := edit(f.query, press)
		f.asked = f.asked || query != f.query
		f.query = query
	}
}

// answer finds what was typed. Of many letters that come at once only the last needs one.
func (f *find) answer(p *page) {
	if f.asked {
		f.asked = false
		f.search(p)
		f.jump(p, f.before)
	}
}

// edit returns query after press: a character more or less, a word less, or nothing of it left.
func edit(query string, press stroke) string {
	switch press.name {
	case "backspace", "ctrl+h":
		clusters := []rune(query)
		return string(clusters[:max(0, len(clusters)-1)])
	case "ctrl+w":
		query = strings.TrimRight(query, " ")
		return query[:strings.LastIndex(query, " ")+1]
	case "ctrl+u":
		return ""
	}
	return insert(query, press.Text)
}

// oneLine makes a blank of what a paste has between lines and columns. Terminals send a line break as \r.
var oneLine = strings.NewReplacer("\r\n", " ", "\r", " ", "\n", " ", "\t", " ")

// insert returns query with what was typed or pasted behind it, as far as it fits.
func insert(query, added string) string {
	if added != " " {
		added = text.Clean(oneLine.Replace(added))
	}
	if len(query)+len(added) > maxQuery {
		return query
	}
	return query + added
}

func (f *find) paste(p *page, content string) {
	if f.open {
		f.query, f.asked = insert(f.query, content), true
	}
}

// again steps from match to match after the query was typed, and reports whether press was a key that does.
func (f *find) again(p *page, press stroke) bool {
	switch {
	case f.query == "" || len(f.hits) == 0:
		return false
	case key.Matches(press, keyAgain):
		f.step(p, 1)
	case key.Matches(press, keyAgainUp):
		f.step(p, -1)
	default:
		return false
	}
	f.report(p)
	return true
}

// report says where among the matches the current one is.
func (f *find) report(p *page) { p.env.notice = "/" + f.query + "  " + f.tally() }

// step goes to the next match (by 1) or the one before: from the current one, or from what is on the screen once that was
// scrolled away.
func (f *find) step(p *page, by int) {
	n := len(f.hits)
	if n == 0 {
		return
	}
	from := f.current + by
	if !p.onScreen(f.hits[f.current].parts[0].line) {
		from = f.from(p.top-len(p.above)) + min(by, 0)
	}
	f.current = (from + n) % n
	p.show(f.hits[f.current].parts[0].line)
}

// from returns the number of the first match from line n on, that of matches where there is none.
func (f *find) from(n int) int {
	return sort.Search(len(f.hits), func(i int) bool { return f.hits[i].parts[0].line >= n })
}

// jump makes the first match from line top on the current one and shows it.
func (f *find) jump(p *page, top int) {
	p.scroll(top)
	if len(f.hits) == 0 {
		return
	}
	f.current = f.from(top-len(p.above)) % len(f.hits)
	p.show(f.hits[f.current].parts[0].line)
}

// tally says where among the matches the current one is.
func (f *find) tally() string {
	switch {
	case f.query == "":
		return ""
	case len(f.hits) == 0:
		return "not found"
	}
	more := ""
	if len(f.hits) >= maxHits {
		more = "+"
	}
	return fmt.Sprintf("%d of %d%s", f.current+1, len(f.hits), more)
}

// here returns the current match.
func (f *find) here() (hit, bool) {
	if len(f.hits) == 0 {
		return hit{}, false
	}
	return f.hits[f.current], true
}

// spans returns what is marked on line n.
func (f *find) spans(n int) []render.Span {
	first := sort.Search(len(f.hits), func(i int) bool {
		parts := f.hits[i].parts
		return parts[len(parts)-1].line >= n
	})
	var spans []render.Span
	for i := first; i < len(f.hits) && f.hits[i].parts[0].line <= n; i++ {
		role := render.Selected
		if i == f.current {
			role = render.Match
		}
		for _, part := range f.hits[i].parts {
			if part.line == n {
				spans = append(spans, render.Span{From: part.from, To: part.to, Role: role})
			}
		}
	}
	return spans
}

// search finds all places of the query in the page.
func (f *find) search(p *page) {
	f.hits, f.current = nil, 0
	if f.query == "" {
		return
	}
	p.counted = true
	lines := p.document.Lines(0, p.document.Len())
	for from := 0; from < len(lines) && len(f.hits) < maxHits; {
		to := from + 1
		for to < len(lines) && lines[to].Block() == lines[from].Block() {
			to++
		}
		f.hits = append(f.hits, findIn(lines[from:to], from, f.query)...)
		from = to
	}
}

// findIn returns the places of query in the lines of one block, the first of which is line first of the page.
func findIn(lines []render.Line, first int, query string) []hit {
	exact := strings.ContainsFunc(query, unicode.IsUpper)
	var joined []rune
	var starts []int // in joined, by line
	for n, line := range lines {
		if n > 0 && !line.Glued() {
			joined = append(joined, ' ')
		}
		starts = append(starts, len(joined))
		joined = append(joined, []rune(line.Plain())...)
	}
	wanted, folded := []rune(query), joined
	if !exact {
		wanted, folded = fold(wanted), fold(joined)
	}
	var hits []hit
	cut := splitter{joined: joined, starts: starts, first: first, line: -1}
	for at := 0; ; {
		n := indexRunes(folded[at:], wanted)
		if n < 0 {
			return hits
		}
		at += n
		hits = append(hits, hit{cut.split(at, at+len(wanted))})
		at += len(wanted)
	}
}

// fold folds runes one by one, so that places stay the same.
func fold(runes []rune) []rune {
	folded := make([]rune, len(runes))
	for n, r := range runes {
		folded[n] = text.FoldRune(r)
	}
	return folded
}

func indexRunes(s, wanted []rune) int {
	for n := 0; n+len(wanted) <= len(s); n++ {
		match := true
		for k, r := range wanted {
			if s[n+k] != r {
				match = false
				break
			}
		}
		if match {
			return n
		}
	}
	return -1
}

// splitter cuts places in joined, which come in their order, into their parts on lines. It measures each line once.
type splitter struct {
	joined []rune
	starts []int // of lines in joined
	first  int   // the number of the first line on the page
	line   int   // that was measured last
	at     int   // up to which rune
	width  int   // of it up to there
}

// measure returns the width of line n up to a rune of joined.
func (s *splitter) measure(n, to int) int {
	if n != s.line {
		s.line, s.at, s.width = n, s.starts[n], 0
	}
	s.width += text.Width(string(s.joined[s.at:to]))
	s.at = to
	return s.width
}

// split returns the parts of the place from one rune of joined to another.
func (s *splitter) split(from, to int) []part {
	var parts []part
	n := max(0, sort.SearchInts(s.starts, from+1)-1)
	for ; n < len(s.starts) && s.starts[n] < to; n++ {
		start, end := s.starts[n], len(s.joined)
		if n+1 < len(s.starts) {
			end = s.starts[n+1]
		}
		if a, b := max(from, start), min(to, end); a < b {
			left := s.measure(n, a)
			parts = append(parts, part{s.first + n, left, s.measure(n, b)})
		}
	}
	return parts
}
