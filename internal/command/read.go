package command

import (
	"fmt"
	"strings"

	"github.com/spf13/pflag"

	"postern/internal/index"
	"postern/internal/post"
	"postern/internal/render"
	"postern/internal/text"
)

func readOptions(f *pflag.FlagSet) {
	f.Bool("source", false, "the Markdown as it was published")
	f.Bool("json", false, "as JSON, with markdown and text")
	pageOptions(f)
}

// read prints one post.
func read(c *call) error {
	slug := c.flags.Arg(0)
	if slug == "" {
		return fmt.Errorf("%w: read takes one SLUG", errUsage)
	}
	e, ok := c.posts.Find(slug, c.audience())
	if !ok {
		return c.notFound(slug)
	}
	if source, _ := c.flags.GetBool("source"); source {
		_, err := c.out.WriteString(text.Clean(e.Source))
		return err
	}
	if asJSON, _ := c.flags.GetBool("json"); asJSON {
		return c.whole(e)
	}
	return c.print(page{text.Line(e.Title), byline(e), e.Post, e})
}

// whole prints e as JSON with its text.
func (c *call) whole(e index.Entry) error {
	var plain strings.Builder
	if err := render.Plain(&plain, e.Post, 0, nil); err != nil { // the body; the title is a field of its own
		return err
	}
	return c.json(struct {
		object
		Markdown string `json:"markdown"`
		Text     string `json:"text"`
	}{c.object(e), text.Clean(e.Markdown), plain.String()})
}

// byline returns when and by whom a post was written, "" where neither is known.
func byline(e index.Entry) string {
	about := lines(e.Authors)
	if !e.Date.IsZero() {
		about = append([]string{e.Date.Format("2 January 2006")}, about...)
	}
	if e.State != post.Live {
		about = append(about, e.State.String())
	}
	return strings.Join(about, " · ")
}
