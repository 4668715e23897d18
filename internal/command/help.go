package command

import (
	"fmt"
	"strings"

	"github.com/spf13/pflag"

	"postern/internal/text"
)

// help prints all verbs, or what one of them takes.
func help(c *call) error {
	if word := c.flags.Arg(0); word != "" {
		v, ok := find(word)
		if !ok {
			return fmt.Errorf("%w: no such command: %s (%s)", errUsage, text.Line(word), meant(word, c.posts, c.Caller))
		}
		c.explain(v)
		return nil
	}
	if title := text.Line(c.posts.Site().Title); title != "" {
		c.say("%s\n\n", title)
	}
	c.say("ssh %s\n    opens the blog: arrow keys and Enter, q leaves\n", c.Host)
	c.say("ssh -t %s read SLUG\n    opens it at one post\n", c.Host)
	for _, v := range verbs() {
		if !v.authors || c.Author != "" {
			c.say("ssh %s %s\n    %s\n", v.host(c.Caller), v.usage, v.about)
		}
	}
	c.say("\nExit status: 0 done, 1 refused or not found, 2 wrong usage.\n")
	return nil
}

// explain prints how to say v and what each of its flags does.
func (c *call) explain(v verb) {
	c.say("ssh %s %s\n    %s\n", v.host(c.Caller), v.usage, v.about)
	if v.other != "" {
		c.say("    %s says the same\n", v.other)
	}
	var flags [][2]string
	column := 0
	newFlags(v).VisitAll(func(f *pflag.Flag) {
		value, says := pflag.UnquoteUsage(f)
		name := strings.TrimSpace("--" + f.Name + " " + value)
		column = max(column, len(name))
		flags = append(flags, [2]string{name, says})
	})
	if len(flags) > 0 {
		c.say("\n")
	}
	for _, f := range flags {
		c.say("%-*s  %s\n", column, f[0], f[1])
	}
	if v.more != "" {
		c.say("\n%s\n", strings.ReplaceAll(v.more, "HOST", c.Host))
	}
}
