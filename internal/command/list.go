package command

import (
	"bufio"
	"bytes"
	"cmp"
	"slices"
	"strings"
	"sync"
	"time"
	"weak"

	"github.com/spf13/pflag"

	"postern/internal/index"
	"postern/internal/post"
	"postern/internal/text"
)

func listOptions(f *pflag.FlagSet) {
	f.String("tag", "", "only posts with the tag `T`")
	f.String("author", "", "only posts by `A`")
	f.Int("year", 0, "only posts of the year `Y`")
	f.Int("limit", 0, "at most `N` posts; 0: all")
	f.Int("width", 0, "cut lines at `N` columns; 0: never")
	f.Bool("json", false, "as JSON")
}

// list prints the posts that the options choose.
func list(c *call) error {
	chosen, err := c.choose()
	if err != nil {
		return err
	}
	if asJSON, _ := c.flags.GetBool("json"); asJSON {
		return jsonList(c, func(yield func(object) bool) {
			for _, e := range chosen {
				if !yield(c.object(e)) {
					return
				}
			}
		})
	}
	if len(chosen) == 0 && c.narrowed() {
		return errNothing
	}
	room := c.room()
	if room > 0 || len(chosen) < len(c.posts.List(c.audience())) || len(chosen) > maxKept {
		return writeLines(c.out, chosen, room)
	}
	_, err = c.out.Write(c.listing.of(c.posts, c.audience()))
	return err
}

// writeLines writes a line for each of entries to out, each cut to room where that is not 0.
func writeLines(out *bufio.Writer, entries []index.Entry, room int) error {
	column := 0
	for _, e := range entries {
		column = max(column, text.Width(e.Slug))
	}
	column = min(column, widestSlug)
	if room > 0 {
		column = min(column, room/3)
	}
	for _, e := range entries {
		if _, err := out.Write(append(appendLine(out.AvailableBuffer(), e, column, room), '\n')); err != nil {
			return err // the caller has had enough
		}
	}
	return nil
}

// maxKept is the most posts whose whole list is remembered.
const maxKept = 10000

// listing remembers the whole list of the Snapshot that was asked for last, which scripts ask for again and again. The
// zero listing is ready for use, by any number of goroutines. It keeps no Snapshot alive.
type listing struct {
	mu    sync.Mutex
	posts weak.Pointer[index.Snapshot]
	lines map[index.Audience][]byte
}

// of returns the lines of all posts that an audience is shown.
func (l *listing) of(posts *index.Snapshot, a index.Audience) []byte {
	l.mu.Lock()
	defer l.mu.Unlock()
	if now := weak.Make(posts); l.posts != now {
		l.posts, l.lines = now, make(map[index.Audience][]byte)
	}
	lines, ok := l.lines[a]
	if !ok {
		var b bytes.Buffer
		out := bufio.NewWriter(&b)
		_ = writeLines(out, posts.List(a), 0) // a Buffer takes all
		_ = out.Flush()
		lines = b.Bytes()
		l.lines[a] = lines
	}
	return lines
}

// widestSlug is how far the titles of a list stand to the right for the sake of a long slug, in columns.
const widestSlug = 40

// choose returns the entries that the options of list choose.
func (c *call) choose() ([]index.Entry, error) {
	tag, _ := c.flags.GetString("tag") // the options were parsed: they exist
	author, _ := c.flags.GetString("author")
	year, _ := c.flags.GetInt("year")
	limit, err := c.limit()
	if err != nil {
		return nil, err
	}
	all := c.posts.List(c.audience())
	if !c.narrowed() {
		if limit > 0 {
			all = all[:min(limit, len(all))]
		}
		return all, nil
	}
	tag, author = label(tag), label(author)
	var chosen []index.Entry
	for _, e := range all {
		if limit > 0 && len(chosen) == limit {
			break
		}
		if has(e.Tags, tag) && by(e.Authors, author) && (year == 0 || e.Date.Year() == year && !e.Date.IsZero()) {
			chosen = append(chosen, e)
		}
	}
	return chosen, nil
}

// narrowed reports whether the options ask for some of the posts only.
func (c *call) narrowed() bool {
	return c.flags.Changed("tag") || c.flags.Changed("author") || c.flags.Changed("year")
}

// label returns a tag or a name as a search compares it; one that has no words, like an emoji, as it is folded.
func label(name string) string {
	name = text.Line(name)
	return cmp.Or(index.Label(name), text.Fold(name))
}

// has reports whether one of tags has the label wanted, or nothing is wanted.
func has(tags []string, wanted string) bool {
	return wanted == "" || slices.ContainsFunc(tags, func(tag string) bool { return label(tag) == wanted })
}

// by reports whether one of authors has the label wanted, or that of some of their names, or nothing is wanted.
func by(authors []string, wanted string) bool {
	return wanted == "" || slices.ContainsFunc(authors, func(author string) bool {
		return strings.Contains("-"+label(author)+"-", "-"+wanted+"-")
	})
}

// line returns "date  slug  title", the slug padded to column, all of it cut to room where that is not 0.
func line(e index.Entry, column, room int) string { return string(appendLine(nil, e, column, room)) }

// appendLine appends to b what line returns.
func appendLine(b []byte, e index.Entry, column, room int) []byte {
	start := len(b)
	if e.Date.IsZero() {
		b = append(b, "undated   "...)
	} else {
		b = e.Date.AppendFormat(b, time.DateOnly)
	}
	b = append(append(b, "  "...), e.Slug...)
	for range column - text.Width(e.Slug) {
		b = append(b, ' ')
	}
	b = append(append(b, "  "...), text.Line(e.Title)...)
	if e.State != post.Live {
		b = append(append(append(b, "  ("...), e.State.String()...), ')')
	}
	if room > 0 {
		b = append(b[:start], text.Truncate(string(b[start:]), room, "…")...)
	}
	for len(b) > start && b[len(b)-1] == ' ' {
		b = b[:len(b)-1]
	}
	return b
}
