package command

import (
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/pflag"

	"postern/internal/text"
)

// maxWords is how many words a search may have; more of them narrow nothing.
const maxWords = 64

func searchOptions(f *pflag.FlagSet) {
	f.Int("limit", 20, "at most `N` posts; 0: as many as there can be")
	f.Bool("json", false, "as JSON")
}

// errNothing says that a search found nothing, as an exit status that scripts understand.
var errNothing = errors.New("nothing found")

// search prints the posts that have the words.
func search(c *call) error {
	if c.flags.NArg() == 0 {
		return fmt.Errorf("%w: search takes WORDS", errUsage)
	}
	limit, err := c.limit()
	if err != nil {
		return err
	}
	result, ready := c.posts.Search(query(c.flags.Args()), c.audience(), limit)
	if !ready {
		_, _ = fmt.Fprintln(c.Err, "still indexing: there may be more in a moment") // the answer is what counts
	}
	if result.Loose {
		_, _ = fmt.Fprintln(c.Err, "nothing has these words; these come nearest")
	}
	if asJSON, _ := c.flags.GetBool("json"); asJSON {
		type hit struct {
			object
			Matches int    `json:"matches"`
			Snippet string `json:"snippet"`
			Loose   bool   `json:"loose"` // it comes near to what was asked for, and nothing is that
		}
		return jsonList(c, func(yield func(hit) bool) {
			for _, f := range result.Found {
				if !yield(hit{c.object(f.Entry), f.Hit.Matches, f.Hit.Excerpt(160).Text, result.Loose}) {
					return
				}
			}
		})
	}
	if len(result.Found) == 0 {
		return errNothing
	}
	column := 0
	for _, f := range result.Found {
		column = max(column, text.Width(f.Slug))
	}
	for _, f := range result.Found {
		c.say("%s\n", line(f.Entry, min(column, widestSlug), c.room()))
	}
	return nil
}

// query returns words as one query. One that has blanks within was quoted in the caller's shell: it is a phrase, which a
// dash before it leaves out.
func query(words []string) string {
	for n, word := range words {
		word, dash := strings.TrimSpace(word), ""
		if strings.Contains(word, " ") && !strings.Contains(word, `"`) {
			if rest, ok := strings.CutPrefix(word, "-"); ok {
				word, dash = rest, "-"
			}
			word = `"` + word + `"`
		}
		words[n] = dash + word
	}
	return strings.Join(words, " ")
}
