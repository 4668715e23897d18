package command

import (
	"bytes"
	"fmt"
	"strings"

	"github.com/charmbracelet/colorprofile"
	"github.com/spf13/pflag"

	"postern/internal/index"
	"postern/internal/post"
	"postern/internal/render"
	"postern/internal/text"
)

// measure is the line length of a post that is read in a terminal as wide or wider.
const measure = 68

func readOptions(f *pflag.FlagSet) {
	f.Bool("source", false, "the Markdown as it was published")
	f.Bool("json", false, "as JSON, with markdown and text")
	f.Int("width", 0, "columns; 0: lines as long as they are")
	f.String("color", "auto", "always, auto or never")
}

// read prints one post.
func read(c *call) error {
	if c.flags.NArg() != 1 {
		return fmt.Errorf("%w: read takes one SLUG", errUsage)
	}
	slug := c.flags.Arg(0)
	e, ok := c.posts.Find(slug, c.audience())
	if !ok {
		return c.notFound(slug)
	}
	if source, _ := c.flags.GetBool("source"); source {
		c.out.WriteString(text.Clean(e.Source))
		return nil
	}
	if asJSON, _ := c.flags.GetBool("json"); asJSON {
		var plain bytes.Buffer
		if err := render.Plain(&plain, e.Post, 0); err != nil { // the body; the title is a field of its own
			return err
		}
		return c.json(struct {
			object
			Markdown string `json:"markdown"`
			Text     string `json:"text"`
		}{c.object(e), e.Markdown, plain.String()})
	}
	return c.print(e)
}

// print prints e for a terminal with colours where they are wanted, else as plain text.
func (c *call) print(e index.Entry) error {
	width, _ := c.flags.GetInt("width")
	if width < 0 || width > 1000 {
		return fmt.Errorf("%w: --width: from 0 to 1000", errUsage)
	}
	if width == 0 && c.Width > 0 {
		width = min(c.Width, measure)
	}
	colour, err := c.colour()
	if err != nil {
		return err
	}
	if !colour {
		c.out.WriteString(heading(e))
		return render.Plain(&c.out, e.Post, width)
	}
	profile := c.Profile
	if profile < colorprofile.ANSI { // asked for without a terminal to judge by
		profile = colorprofile.ANSI256
	}
	style := c.Style
	if style == nil {
		style = usual
	}
	theme, err := style(true, profile, c.posts.Site().Accent)
	if err != nil {
		return err
	}
	if width == 0 {
		width = measure
	}
	c.out.WriteString(theme.Styled(render.Title, text.Line(e.Title)) + "\n\n")
	d := render.New(e.Post, render.Options{Measure: width, Theme: theme})
	for _, line := range d.Lines(0, d.Len()) {
		c.out.WriteString(line.String() + "\n")
	}
	return nil
}

// usual is the style of those who ask for colours and no style: nobody knows their background.
func usual(dark bool, p colorprofile.Profile, accent string) (*render.Theme, error) {
	return render.NewTheme("auto", dark, p, accent)
}

// heading returns what stands above the text: the title, when and by whom it was written.
func heading(e index.Entry) string {
	about := lines(e.Authors)
	if !e.Date.IsZero() {
		about = append([]string{e.Date.Format("2 January 2006")}, about...)
	}
	if e.State != post.Live {
		about = append(about, e.State.String())
	}
	s := text.Line(e.Title) + "\n"
	if len(about) > 0 {
		s += strings.Join(about, " · ") + "\n"
	}
	return s + "\n"
}

// colour reports whether escape sequences are wanted.
func (c *call) colour() (bool, error) {
	switch when, _ := c.flags.GetString("color"); when {
	case "always":
		return true, nil
	case "never":
		return false, nil
	case "auto":
		return c.Width > 0, nil
	default:
		return false, fmt.Errorf("%w: --color: always, auto or never", errUsage)
	}
}

// notFound says that there is no such post, and which one may have been meant.
func (c *call) notFound(slug string) error {
	best, at := "", 4
	for _, e := range c.posts.List(c.audience()) {
		if d := distance(strings.ToLower(slug), e.Slug); d < at {
			best, at = e.Slug, d
		}
	}
	slug = text.Line(slug)
	if best != "" {
		return fmt.Errorf("no such post: %s (did you mean: %s)", slug, best)
	}
	return fmt.Errorf("no such post: %s (all of them: ssh %s list)", slug, c.Host)
}
