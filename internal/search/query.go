package search

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"postern/internal/text"
)

// What can be asked for:
//
//	word            in the title, a tag, a name or the text; the last word may be the start of one
//	"some words"    behind each other; so are the parts of e-mail or node.js
//	#tag @author    posts that have it, as a whole; tag:x and author:x too
//	title:word      in the title
//	-x              posts without any of the above
//	after:2025      dated in 2025 or later; before:2025-07: earlier than July
//
// All of it must hold. Nothing is wrong: what means nothing is left out.

// Bounds of a query. What is beyond them is not looked at.
const (
	maxQuery   = 1024 // bytes
	maxClauses = 16
	maxForms   = 32
)

// query is what is asked for.
type query struct {
	wanted   []clause // that a post must have, and that count
	required []clause // that it must have
	banned   []clause // that it must not have
	from, to int      // days as YYYYMMDD, to excluded; 0: open
}

// clause is one word, or several behind each other.
type clause struct {
	forms  []form
	only   int // the field in which to look; anywhere: all
	quoted bool
}

// anywhere stands for all fields.
const anywhere = -1

// form is what a word must be like.
type form struct {
	term  string
	open  bool // the word may go on
	dense bool // term is of a script without blanks
	most  int  // how many differences it may have
}

// parse reads a query.
func parse(s string) query {
	if len(s) > maxQuery {
		s = s[:maxQuery]
	}
	s = strings.Map(narrow, strings.ReplaceAll(text.Clean(s), "\n", " "))
	var q query
	for count := 0; count < maxClauses; count++ {
		s = strings.TrimLeftFunc(s, unicode.IsSpace)
		if s == "" {
			break
		}
		var i item
		i, s = nextItem(s)
		q.take(i)
	}
	return q
}

// narrow returns the marks of a query as ASCII has them, whatever keyboard they come from.
func narrow(r rune) rune {
	switch r {
	case '“', '”', '„', '‟', '＂', '「', '」', '«', '»':
		return '"'
	case '＃':
		return '#'
	case '＠':
		return '@'
	case '：':
		return ':'
	case '－', '−':
		return '-'
	}
	return r
}

// item is one part of a query as it is written.
type item struct {
	key     string // "", or what stands before a colon, or # or @
	value   string
	negated bool
	quoted  bool
	open    bool // its end may not be typed yet
}

// nextItem cuts the first item off s, which does not start with a blank.
func nextItem(s string) (i item, rest string) {
	if len(s) > 1 && s[0] == '-' && s[1] != '-' && s[1] != ' ' {
		i.negated, s = true, s[1:]
	}
	if s[0] == tagMark || s[0] == authorMark {
		i.key, s = s[:1], s[1:]
	} else if key, value, ok := strings.Cut(s, ":"); ok && isKey(key) {
		i.key, s = strings.ToLower(key), value
	}
	if strings.HasPrefix(s, `"`) {
		var closed bool
		i.quoted = true
		i.value, rest, closed = strings.Cut(s[1:], `"`)
		i.open = !closed
		return i, rest
	}
	end := strings.IndexFunc(s, unicode.IsSpace)
	if end < 0 {
		i.value, i.open = s, true
		return i, ""
	}
	i.value = s[:end]
	return i, s[end:]
}

// isKey reports whether a colon behind key has a meaning.
func isKey(key string) bool {
	switch strings.ToLower(key) {
	case "title", "tag", "author", "after", "before":
		return true
	}
	return false
}

// take adds i to q.
func (q *query) take(i item) {
	switch i.key {
	case "after":
		q.from = max(q.from, day(i.value))
		return
	case "before":
		if to := day(i.value); to > 0 && (q.to == 0 || to < q.to) {
			q.to = to
		}
		return
	}
	c := i.clause()
	switch {
	case len(c.forms) == 0:
	case i.negated:
		q.banned = append(q.banned, c)
	case c.only == inLabels:
		q.required = append(q.required, c)
	default:
		q.wanted = append(q.wanted, c)
	}
}

// clause returns what i asks for.
func (i item) clause() clause {
	open := i.open && !i.negated
	switch i.key {
	case "#", "tag":
		return labelClause(tagMark, i.value, open)
	case "@", "author":
		return labelClause(authorMark, i.value, open)
	}
	c := clause{forms: forms(i.value, open), only: anywhere, quoted: i.quoted}
	if i.key == "title" {
		c.only = inTitle
	}
	return c
}

// labelClause asks for a tag or an author.
func labelClause(mark rune, name string, open bool) clause {
	c := clause{only: inLabels}
	if name = Label(name); name != "" {
		c.forms = []form{{term: string(mark) + name, open: open}}
	}
	return c
}

// forms returns the words of s. An open one is the last, where s ends within it.
func forms(s string, open bool) []form {
	var all []form
	words := newScanner(s)
	for len(all) < maxForms && words.scan() {
		single := words.dense && words.first == len(words.term)
		if single && words.glued {
			continue // the pair before has this character
		}
		all = append(all, form{term: string(words.term), dense: words.dense, open: single})
	}
	last, _ := utf8.DecodeLastRuneInString(s)
	if n := len(all); n > 0 && open && !all[n-1].dense && isWordy(last) {
		all[n-1].open = true
	}
	return all
}

// day returns the first day of a year, month or day as YYYYMMDD; 0: it is none.
func day(s string) int {
	year, rest, _ := strings.Cut(s, "-")
	month, date, _ := strings.Cut(rest, "-")
	y, m, d := digits(year, 4), digits(month, 2), digits(date, 2)
	if y == 0 || m > 12 || d > 31 {
		return 0
	}
	return y*10000 + max(m, 1)*100 + max(d, 1)
}

// digits returns a number of at most n digits; 0 for all else.
func digits(s string, n int) int {
	number := 0
	for _, c := range []byte(s) {
		if c-'0' >= 10 {
			return 0
		}
		number = number*10 + int(c-'0')
	}
	if len(s) > n {
		return 0
	}
	return number
}

// loosened returns q with the parts of words that no quotes hold together, each on its own, and reports whether fewer
// of those could do.
func (q query) loosened() (query, bool) {
	var wanted []clause
	for _, c := range q.wanted {
		if c.quoted {
			wanted = append(wanted, c)
			continue
		}
		for _, f := range c.forms {
			wanted = append(wanted, clause{forms: []form{f}, only: c.only})
		}
	}
	q.wanted = wanted
	return q, len(wanted) > 1
}

// isEmpty reports whether q asks for nothing.
func (q query) isEmpty() bool {
	return len(q.wanted)+len(q.required) == 0 && q.from == 0 && q.to == 0
}
