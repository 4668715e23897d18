package command

import (
	"fmt"

	"postern/internal/text"
)

// help prints all verbs, or what one of them takes.
func help(c *call) error {
	if word := c.flags.Arg(0); word != "" {
		v, ok := find(word)
		if !ok {
			return fmt.Errorf("%w: no such command: %s", errUsage, text.Line(word))
		}
		fmt.Fprintf(&c.out, "ssh %s %s\n    %s\n", c.Host, v.usage, v.about)
		return nil
	}
	site := c.posts.Site()
	if title := text.Line(site.Title); title != "" {
		fmt.Fprintf(&c.out, "%s\n\n", title)
	}
	fmt.Fprintf(&c.out, "ssh %s\n    opens the blog: arrow keys and Enter, q leaves\n", c.Host)
	fmt.Fprintf(&c.out, "ssh -t %s read SLUG\n    opens it at one post\n", c.Host)
	for _, v := range verbs() {
		fmt.Fprintf(&c.out, "ssh %s %s\n    %s\n", c.Host, v.usage, v.about)
	}
	c.out.WriteString("\nExit status: 0 done, 1 refused or not found, 2 wrong usage.\n")
	return nil
}
