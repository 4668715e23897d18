package command

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/spf13/pflag"

	"postern/internal/index"
	"postern/internal/post"
	"postern/internal/text"
)

func listOptions(f *pflag.FlagSet) {
	f.String("tag", "", "only posts with this tag")
	f.String("author", "", "only posts by this author")
	f.Int("year", 0, "only posts of this year")
	f.Int("limit", 0, "at most so many")
	f.Bool("json", false, "as JSON")
}

// list prints the posts that the options choose.
func list(c *call) error {
	if c.flags.NArg() > 0 {
		return fmt.Errorf("%w: list takes no SLUG", errUsage)
	}
	chosen := c.choose()
	if asJSON, _ := c.flags.GetBool("json"); asJSON {
		objects := make([]object, len(chosen))
		for n, e := range chosen {
			objects[n] = c.object(e)
		}
		return c.json(objects)
	}
	width := 0
	for _, e := range chosen {
		width = max(width, text.Width(e.Slug))
	}
	for _, e := range chosen {
		c.out.WriteString(line(e, min(width, 40)) + "\n")
	}
	return nil
}

// choose returns the entries that the options of list choose.
func (c *call) choose() []index.Entry {
	tag, _ := c.flags.GetString("tag") // the options were parsed: they exist
	author, _ := c.flags.GetString("author")
	year, _ := c.flags.GetInt("year")
	limit, _ := c.flags.GetInt("limit")
	var chosen []index.Entry
	for _, e := range c.posts.List(c.audience()) {
		if limit > 0 && len(chosen) == limit {
			break
		}
		if has(e.Tags, tag) && has(e.Authors, author) && (year == 0 || e.Date.Year() == year && !e.Date.IsZero()) {
			chosen = append(chosen, e)
		}
	}
	return chosen
}

// has reports whether wanted is among names, without regard to case, or nothing is wanted.
func has(names []string, wanted string) bool {
	return wanted == "" || slices.ContainsFunc(names, func(n string) bool { return strings.EqualFold(n, wanted) })
}

// line returns "date  slug  title" with the slug padded to width.
func line(e index.Entry, width int) string {
	date := "undated   "
	if !e.Date.IsZero() {
		date = e.Date.Format(time.DateOnly)
	}
	s := date + "  " + e.Slug + strings.Repeat(" ", max(0, width-text.Width(e.Slug))) + "  " + text.Line(e.Title)
	if e.State != post.Live {
		s += "  (" + e.State.String() + ")"
	}
	return strings.TrimRight(s, " ")
}

// object is a post as JSON, as scripts rely on it.
type object struct {
	Slug     string   `json:"slug"`
	File     string   `json:"file"`
	Title    string   `json:"title"`
	Date     *string  `json:"date"`
	Updated  *string  `json:"updated"`
	Authors  []string `json:"authors"`
	Tags     []string `json:"tags"`
	Series   string   `json:"series"`
	Language string   `json:"language"`
	Summary  string   `json:"summary"`
	Words    int      `json:"words"`
	Minutes  int      `json:"minutes"`
	Address  string   `json:"address"`
	Draft    bool     `json:"draft"`
}

func (c *call) object(e index.Entry) object {
	return object{
		Slug: e.Slug, File: text.Line(e.File), Title: text.Line(e.Title),
		Date: written(e.Date), Updated: written(e.Updated),
		Authors: lines(e.Authors), Tags: lines(e.Tags), Series: text.Line(e.Series), Language: text.Line(e.Language),
		Summary: text.Line(e.Summary), Words: e.Words, Minutes: e.Minutes(),
		Address: "ssh://" + e.Slug + "@" + c.address(), Draft: e.Draft,
	}
}

// address returns host, or host:port, for URLs.
func (c *call) address() string {
	if port, host, ok := strings.Cut(strings.TrimPrefix(c.Host, "-p "), " "); ok {
		return host + ":" + port
	}
	return c.Host
}

// written returns t as RFC 3339 in the zone it was written in, nil where there is none.
func written(t time.Time) *string {
	if t.IsZero() {
		return nil
	}
	s := t.Format(time.RFC3339)
	return &s
}

// lines returns names cleaned, never nil: JSON has [] for none.
func lines(names []string) []string {
	clean := make([]string, len(names))
	for n, name := range names {
		clean[n] = text.Line(name)
	}
	return clean
}

// json prints v on lines of its own, readable and valid.
func (c *call) json(v any) error {
	e := json.NewEncoder(&c.out)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(v)
}
