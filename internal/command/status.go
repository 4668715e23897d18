package command

import (
	"fmt"

	"github.com/spf13/pflag"

	"postern/internal/index"
	"postern/internal/post"
	"postern/internal/text"
)

func statusOptions(f *pflag.FlagSet) { f.Bool("json", false, "as JSON") }

// standing is one post as JSON that readers do not see in their list.
type standing struct {
	object
	State string `json:"state"`
	Until string `json:"until,omitempty"` // of a scheduled post, RFC 3339
}

// authorStatus prints what readers do not see, and what is to be mended.
func authorStatus(c *call) error {
	if _, err := c.by(); err != nil {
		return err
	}
	if c.flags.NArg() > 0 {
		return fmt.Errorf("%w: status takes no NAME", errUsage)
	}
	count := make(map[string]int)
	hidden := []standing{}
	all := c.posts.All(index.Authors)
	for _, e := range all {
		count[e.State.String()]++
		if e.State != post.Live {
			hidden = append(hidden, standing{c.object(e), e.State.String(), until(e)})
		}
	}
	problems := c.problems()
	if asJSON, _ := c.flags.GetBool("json"); asJSON {
		return c.json(struct {
			Count    map[string]int `json:"count"`
			Posts    []standing     `json:"posts"`
			Problems []post.Problem `json:"problems"`
		}{count, hidden, problems})
	}
	c.say("%s, %d live, %s\n", text.Count(len(all), "post"), count[post.Live.String()], text.Count(len(problems), "problem"))
	for _, s := range hidden {
		line := s.State
		if s.Until != "" {
			line += " until " + s.Until
		}
		c.say("%s  %s  %s\n", s.Slug, line, s.Title)
	}
	for _, p := range problems {
		c.say("%s", text.Line(p.String())+"\n")
	}
	return nil
}

// until returns when a scheduled post appears, "" for others.
func until(e index.Entry) string {
	if e.State != post.Scheduled {
		return ""
	}
	at := e.Date
	if e.Publish.After(at) {
		at = e.Publish
	}
	return *written(at)
}

// problems returns what authors should mend, errors first, safe to print.
func (c *call) problems() []post.Problem {
	problems := post.ErrorsFirst(c.posts.Problems()) // never nil: [] in JSON
	for n, p := range problems {
		problems[n].File, problems[n].What, problems[n].Hint = text.Line(p.File), text.Line(p.What), text.Line(p.Hint)
	}
	return problems
}
