package command

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/pflag"
)

// maxWidth is the widest that lines can be asked to be, in columns.
const maxWidth = 1000

// parse reads the words behind a verb. Its errors wrap errUsage, or are pflag.ErrHelp.
func (c *call) parse(v verb, words []string) error {
	c.flags = newFlags(v)
	if v.name == "search" {
		words = leavingOut(words)
	}
	if err := c.flags.Parse(words); err != nil {
		return refused(err)
	}
	if extra := c.flags.NArg() - v.words; extra > 0 {
		return fmt.Errorf("%w: %s does not take %q", errUsage, v.name, c.flags.Arg(v.words))
	}
	if c.flags.Lookup("width") != nil {
		if width, _ := c.flags.GetInt("width"); width < 0 || width > maxWidth {
			return fmt.Errorf("%w: --width: from 0 to %d", errUsage, maxWidth)
		}
	}
	return nil
}

// leavingOut returns the words of a search with a blank before each that begins with one dash: it leaves posts out and is
// no flag, which only -h is.
func leavingOut(words []string) []string {
	words = slices.Clone(words)
	for n, word := range words {
		if strings.HasPrefix(word, "-") && !strings.HasPrefix(word, "--") && word != "-h" {
			words[n] = " " + word
		}
	}
	return words
}

// newFlags returns the flags of v.
func newFlags(v verb) *pflag.FlagSet {
	f := pflag.NewFlagSet(v.name, pflag.ContinueOnError)
	f.SortFlags = false
	f.Usage = func() {}
	if v.options != nil {
		v.options(f)
	}
	return f
}

// refused says in plain words what is wrong with a flag.
func refused(err error) error {
	var value *pflag.InvalidValueError
	if errors.As(err, &value) {
		f := value.GetFlag()
		wanted := "a number"
		if f.Value.Type() == "bool" {
			wanted = "nothing, or true or false"
		}
		return fmt.Errorf("%w: --%s takes %s, not %q", errUsage, f.Name, wanted, value.GetValue())
	}
	if errors.Is(err, pflag.ErrHelp) {
		return err
	}
	return fmt.Errorf("%w: %w", errUsage, err)
}

// limit returns the value of --limit: at least 0.
func (c *call) limit() (int, error) {
	limit, _ := c.flags.GetInt("limit") // every verb that calls this has it
	if limit < 0 {
		return 0, fmt.Errorf("%w: --limit takes a number from 0 on", errUsage)
	}
	return limit, nil
}

// room returns how wide lines may be: what --width says, else the caller's terminal; 0: any width.
func (c *call) room() int {
	if c.flags.Changed("width") {
		width, _ := c.flags.GetInt("width") // it was given
		return width
	}
	return c.Width
}
