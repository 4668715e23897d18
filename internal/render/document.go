// Package render sets a post: its Markdown becomes lines of text for one measure and one theme, or plain text for pipes
// and screen readers.
//
// The rules:
//   - Nothing is lost: every word that a browser would show is shown, in order, whatever the measure.
//   - A post is parsed and set in windows, as its lines are asked for; what was set is kept, without any style, and
//     serves every theme. A theme is applied when a line is printed.
//   - What is untrusted passes package text where it enters a row. A row holds no escape sequence; those that
//     Line.String adds are styles and links that were checked.
//   - What would take too long or nest too deeply is shown as its source, with a note (limits.go).
//
// Documents, themes and caches are safe for concurrent use, and what they return is read-only.
package render

import (
	"postern/internal/picture"
	"postern/internal/post"
	"postern/internal/text"
)

// Options say how a post is to be set.
type Options struct {
	Measure int    // cells, from 20 to 120
	Theme   *Theme // nil: no styles
	ASCII   bool   // nothing beyond ASCII in what the renderer adds to the author's words
	Copy    string // a hint at the right edge of code, like "y copy"; "" for none
	Fold    bool   // break lines of code that are wider than the measure

	Album *picture.Album // the pictures of the post; nil for captions alone
	Rows  int            // that a picture may take at the most; 0 for captions alone
}

// The widths that a column of text may have.
const (
	minMeasure = 20
	maxMeasure = 120
)

func (o Options) shape() shape {
	s := shape{measure: min(max(o.Measure, minMeasure), maxMeasure), ascii: o.ASCII, copy: o.Copy, fold: o.Fold}
	if o.Album != nil {
		s.rows = o.Rows
	}
	return s
}

// Heading is one heading of a post.
type Heading struct {
	Level    int // from 1 to 6
	Text, ID string
	Line     int
}

// Document is a post set for some Options.
type Document struct {
	layout *layout
	theme  *Theme
}

// New returns p set for o. No line is made yet.
func New(p *post.Post, o Options) *Document {
	return &Document{layout: newLayout(p, o.shape(), o.Album), theme: o.Theme}
}

// Lines returns n lines from the line from on, fewer at the end of the post. It sets no more than it must.
func (d *Document) Lines(from, n int) []Line {
	if from < 0 {
		from, n = 0, n+from
	}
	l := d.layout
	l.setLines(from + n)
	l.mu.Lock()
	defer l.mu.Unlock()
	n = min(n, l.lengthLocked()-from)
	if n <= 0 {
		return nil
	}
	lines := make([]Line, 0, n)
	c := l.chunkOf(from)
	for row := from - l.chunks[c].first; len(lines) < n; row++ {
		for row >= len(l.chunks[c].rows) {
			row -= len(l.chunks[c].rows)
			c++
		}
		lines = append(lines, Line{doc: d, chunk: l.chunks[c], row: int32(row)})
	}
	return lines
}

// Count returns how many lines the post has, or limit where it has more. It sets no more than it must.
func (d *Document) Count(limit int) int {
	d.layout.setLines(limit)
	d.layout.mu.Lock()
	defer d.layout.mu.Unlock()
	return min(limit, d.layout.lengthLocked())
}

// Len returns how many lines the post has. It sets all of it.
func (d *Document) Len() int {
	d.layout.setAll()
	d.layout.mu.Lock()
	defer d.layout.mu.Unlock()
	return d.layout.lengthLocked()
}

// Headings returns the headings of the post, in order. It sets all of it.
func (d *Document) Headings() []Heading { return d.layout.contents().headings }

// Links returns the links of the post: the link [1] is the first. It sets all of it.
func (d *Document) Links() []Link { return d.layout.contents().links }

// Footnote returns the footnote of a number, as lines mention it. It sets all of the post.
func (d *Document) Footnote(number int) (note Footnote, ok bool) {
	for _, c := range d.chunks() {
		for _, note := range c.notes {
			if note.Number == number {
				return note, true
			}
		}
	}
	return Footnote{}, false
}

// CodeAt returns the source of the code block that the line shows a part of, as it would be copied, and its language.
func (d *Document) CodeAt(line int) (code, lang string, ok bool) {
	lines := d.Lines(line, 1)
	if line < 0 || len(lines) == 0 {
		return "", "", false
	}
	b := lines[0].code()
	if b == nil {
		return "", "", false
	}
	return text.Source(b.source), b.lang, true
}

// chunks sets all of the post and returns its chunks.
func (d *Document) chunks() []*chunk {
	d.layout.setAll()
	return d.layout.chunks // nobody adds to them any more
}
