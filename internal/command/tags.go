package command

import (
	"fmt"
	"strconv"

	"github.com/spf13/pflag"

	"postern/internal/text"
)

func tagsOptions(f *pflag.FlagSet) { f.Bool("json", false, "as JSON") }

// tags prints how many posts have each tag.
func tags(c *call) error {
	all := c.posts.Tags(c.audience())
	if asJSON, _ := c.flags.GetBool("json"); asJSON {
		type object struct {
			Tag   string `json:"tag"`
			Count int    `json:"count"`
		}
		return jsonList(c, func(yield func(object) bool) {
			for _, t := range all {
				if !yield(object{text.Line(t.Name), t.Count}) {
					return
				}
			}
		})
	}
	if len(all) == 0 {
		return nil
	}
	column := len(strconv.Itoa(all[0].Count)) // the most used is first
	for _, t := range all {
		if _, err := fmt.Fprintf(c.out, "%*d  %s\n", column, t.Count, text.Line(t.Name)); err != nil {
			return err // the caller has had enough
		}
	}
	return nil
}
