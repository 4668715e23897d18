package command

import (
	"fmt"

	"github.com/charmbracelet/colorprofile"
	"github.com/spf13/pflag"

	"postern/internal/index"
	"postern/internal/post"
	"postern/internal/render"
)

// measure is the line length of a page on a terminal that is as wide or wider.
const measure = 68

// page is a text with a heading. All but the post is clean.
type page struct {
	title, under string // under: the line under the title, "" for none
	post         *post.Post
	entry        index.Entry // that links start from; zero where the page is no post
}

func pageOptions(f *pflag.FlagSet) {
	f.Int("width", 0, "wrap lines at `N` columns; 0: leave them as long as they are")
	f.String("color", "auto", "use colours `WHEN`: always, never, or auto (on a terminal)")
}

// print prints p as plain text, or with colours where they are wanted.
func (c *call) print(p page) error {
	profile, err := c.profile()
	if err != nil {
		return err
	}
	width := c.room()
	if !c.flags.Changed("width") {
		width = min(width, measure)
	}
	if profile < colorprofile.ASCII {
		return c.plain(p, width)
	}
	style := c.Style
	if style == nil {
		style = usual
	}
	theme, err := style(true, profile, c.posts.Site().Accent)
	if err != nil {
		return err
	}
	c.say("%s\n", theme.Styled(render.Title, p.title))
	if p.under != "" {
		c.say("%s\n", theme.Styled(render.Dim, p.under))
	}
	c.say("\n")
	if width == 0 {
		width = measure
	}
	d := render.New(p.post, render.Options{Measure: width, Theme: theme})
	const some = 500 // lines that are set before the first of them are sent
	for from := 0; ; from += some {
		lines := d.Lines(from, some)
		for _, line := range lines {
			c.say("%s\n", line.String())
		}
		if len(lines) < some {
			return render.WriteLinks(c.out, d.Links(), c.leads(p.entry))
		}
		if err := c.out.Flush(); err != nil {
			return err // who hung up has no more set
		}
	}
}

// usual is the style of those who ask for colours and no style: nobody knows their background.
func usual(dark bool, p colorprofile.Profile, accent string) (*render.Theme, error) {
	return render.NewTheme("auto", dark, p, accent)
}

// plain prints p without any escape sequence.
func (c *call) plain(p page, width int) error {
	c.say("%s\n", p.title)
	if p.under != "" {
		c.say("%s\n", p.under)
	}
	c.say("\n")
	return render.Plain(c.out, p.post, width, c.leads(p.entry))
}

// leads returns what says how to read the post that a link of from leads to.
func (c *call) leads(from index.Entry) func(render.Link) string {
	return func(link render.Link) string {
		to, _, ok := c.posts.Resolve(from, index.Link{Address: link.URL, Here: c.Host}, c.audience())
		if !ok || to.Post == from.Post {
			return ""
		}
		return "ssh " + c.Host + " read " + to.Slug
	}
}

// profile returns the colours to use: fewer than colorprofile.ASCII where no escape sequence is wanted.
func (c *call) profile() (colorprofile.Profile, error) {
	switch when, _ := c.flags.GetString("color"); when {
	case "always": // also where there is no terminal to judge by, or it said no
		return max(c.Profile, colorprofile.ANSI256), nil
	case "never":
		return colorprofile.NoTTY, nil
	case "auto":
		if c.Width > 0 {
			return c.Profile, nil
		}
		return colorprofile.NoTTY, nil
	default:
		return 0, fmt.Errorf("%w: --color takes always, never or auto, not %q", errUsage, when)
	}
}
