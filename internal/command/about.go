package command

import (
	"cmp"
	"strconv"

	"postern/internal/index"
	"postern/internal/post"
	"postern/internal/text"
)

// about prints what the site says of itself, where it is and how to follow it.
func about(c *call) error {
	if err := c.print(c.ofItself()); err != nil {
		return err
	}
	c.facts()
	return nil
}

// ofItself returns the site's own words.
func (c *call) ofItself() page {
	site := c.posts.Site()
	return page{
		title: cmp.Or(text.Line(site.Title), c.address()), under: text.Line(site.Description),
		post: &post.Post{Markdown: site.About},
	}
}

// facts prints who writes, where, and how to follow it.
func (c *call) facts() {
	site := c.posts.Site()
	if site.About != "" {
		c.say("\n")
	}
	list := c.posts.List(index.Readers)
	newest := ""
	if len(list) > 0 && !list[0].Date.IsZero() {
		newest = ", the newest of " + list[0].Date.Format("2 January 2006")
	}
	for _, fact := range [][2]string{
		{"Author", text.Line(site.Author)},
		{"Mail", text.Line(site.Email)},
		{"Web", text.Line(site.URL)},
		{"License", text.Line(site.License)},
		{"Posts", strconv.Itoa(len(list)) + newest},
		{"Address", "ssh " + c.Host},
		{"Feeds", "ssh " + c.Host + " feed"},
		{"", "ssh " + c.Host + " feed --format rss"},
		{"", "ssh " + c.Host + " feed --format json"},
	} {
		if fact[1] != "" {
			c.say("%-9s%s\n", fact[0], fact[1])
		}
	}
}
