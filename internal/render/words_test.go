package render

import (
	"regexp"
	"slices"
	"sort"
	"strings"
	"unicode"

	"golang.org/x/net/html"
	"golang.org/x/text/unicode/norm"

	"postern/internal/post"
)

// visible returns the text that a browser shows of a piece of HTML.
func visible(source string) string {
	var b strings.Builder
	z := html.NewTokenizer(strings.NewReader(source))
	hidden := ""
	for {
		switch z.Next() {
		case html.ErrorToken:
			return b.String()
		case html.StartTagToken:
			name, _ := z.TagName()
			if hidden == "" && (hiddenElements[string(name)] || string(name) == "iframe") {
				hidden = string(name)
			}
			b.WriteString(gap(string(name)))
		case html.EndTagToken:
			name, _ := z.TagName()
			if string(name) == hidden {
				hidden = ""
			}
			b.WriteString(gap(string(name)))
		case html.SelfClosingTagToken:
			z.NextIsNotRawText()
			b.WriteByte('\n')
		case html.TextToken:
			if hidden == "" {
				b.Write(z.Text())
			}
		}
	}
}

// gap returns what parts the words around a tag: nothing for elements within a line.
func gap(name string) string {
	if name == "code" {
		return "`"
	}
	if _, inline := inlineElements[name]; inline || name == "span" || name == "small" || name == "font" {
		return ""
	}
	return "\n"
}

// linkMarks are the numbers that follow links.
var linkMarks = regexp.MustCompile(`\[\d+\]`)

// noteMarks are the marks of footnotes in plain text.
var noteMarks = regexp.MustCompile(`\[\^(\d+)\]`)

// wordsOf returns the words of s: runs of letters and digits, compatible forms as one (H₂O is H2O), and every ideograph
// by itself.
func wordsOf(s string) []string {
	s = noteMarks.ReplaceAllString(linkMarks.ReplaceAllString(strings.Map(withoutFormat, s), ""), "$1")
	var spread strings.Builder
	for _, r := range norm.NFKC.String(s) {
		if isIdeographic(r) {
			spread.WriteString(" " + string(r) + " ")
		} else {
			spread.WriteRune(r)
		}
	}
	return strings.FieldsFunc(spread.String(), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
}

// withoutFormat drops what is not shown.
func withoutFormat(r rune) rune {
	if unicode.Is(unicode.Cf, r) {
		return -1
	}
	return r
}

// shownText returns what the lines of a post show, words that were broken at the end of a row joined again.
func shownText(d *Document) string {
	var b strings.Builder
	for i, l := range d.Lines(0, d.Len()) {
		line := l.Plain()
		switch {
		case i == 0:
		case l.Glued():
			line = strings.TrimLeft(line, " ▎▏|")
		default:
			b.WriteByte('\n')
		}
		b.WriteString(line)
	}
	return b.String()
}

// missing returns the words of want that got does not have near where they belong. How far away that may be allows for
// tables, which set their cells side by side or, in plain text, say the names of their columns in every row.
func missing(want, got []string) []string {
	near := 400 + len(got)/4
	places := make(map[string][]int, len(got))
	for i, w := range got {
		places[w] = append(places[w], i)
	}
	var lost []string
	for i, w := range want {
		at, free := i*len(got)/len(want), places[w]
		k := sort.SearchInts(free, at-near) // the first that is left, so that later words find one too
		if k == len(free) || free[k] > at+near {
			lost = append(lost, w)
			continue
		}
		places[w] = slices.Delete(free, k, k+1)
	}
	return lost
}

// inOrder reports whether got has all words of want, in order.
func inOrder(want, got []string) bool {
	for _, w := range got {
		if len(want) > 0 && want[0] == w {
			want = want[1:]
		}
	}
	return len(want) == 0
}

// tooWide returns the first line that is wider than the measure and must not be.
func tooWide(d *Document, measure int) string {
	for _, l := range d.Lines(0, d.Len()) {
		if !l.Wide() && l.Width() > measure {
			return l.Plain()
		}
	}
	return ""
}

// document returns markdown set at a measure.
func document(markdown string, measure int) *Document {
	return New(&post.Post{Markdown: markdown}, Options{Measure: measure})
}
