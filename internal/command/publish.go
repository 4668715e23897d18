package command

import (
	"errors"
	"fmt"
	"strings"

	"postern/internal/blog"
	"postern/internal/index"
	"postern/internal/text"
)

// errReader is what readers are told who ask for what authors do.
var errReader = errors.New("only authors can do this, with their key (ssh AUTHOR@…)")

// by returns the author who asks.
func (c *call) by() (blog.Author, error) {
	switch {
	case c.Claims != "":
		return blog.Author{}, fmt.Errorf("you came without a key of the author %s: %w", text.Line(c.Claims), errReader)
	case c.Author == "" || c.blog == nil:
		return blog.Author{}, errReader
	}
	return blog.Author{Name: c.Author, Key: c.Key, Remote: c.Remote}, nil
}

// publish puts what comes on standard input among the posts.
func publish(c *call) error {
	by, err := c.by()
	if err != nil {
		return err
	}
	name, err := c.input()
	if err != nil {
		return err
	}
	outcome, err := c.blog.Publish(c.ctx, by, name, c.In)
	if err != nil {
		return err
	}
	c.tell(outcome)
	return nil
}

// check says what publish would, and publishes nothing.
func check(c *call) error {
	if _, err := c.by(); err != nil {
		return err
	}
	name, err := c.input()
	if err != nil {
		return err
	}
	outcome, err := c.blog.Check(name, c.In)
	if err != nil {
		return err
	}
	c.say("checked, not published:\n")
	c.tell(outcome)
	return nil
}

// input returns the NAME that what comes on standard input is to have.
func (c *call) input() (string, error) {
	switch {
	case c.flags.NArg() != 1:
		return "", fmt.Errorf("%w: it takes one NAME", errUsage)
	case c.In == nil || c.Width > 0:
		return "", fmt.Errorf("%w: give the file on standard input, without a terminal", errUsage)
	}
	return c.flags.Arg(0), nil
}

// tell prints what became of a file.
func (c *call) tell(o blog.Outcome) {
	for _, line := range o.Lines(c.Author, c.Host) {
		c.say("%s", strings.ReplaceAll(text.Clean(line), "\n", " ")+"\n")
	}
}

// remove takes a file away.
func remove(c *call) error {
	by, err := c.by()
	if err != nil {
		return err
	}
	if c.flags.NArg() != 1 {
		return fmt.Errorf("%w: it takes one NAME", errUsage)
	}
	name := c.file(c.flags.Arg(0))
	if err := c.blog.Remove(c.ctx, by, name); err != nil {
		return err
	}
	c.say("%s: removed\n  ssh %s history %s\n", text.Line(name), c.login(), text.Line(blog.Typed(name)))
	return nil
}

// file returns the file that word means: its name, or else the address of its post. Old addresses of a post do not count,
// which may well be the name of a file that is gone: who means one file does not want another one changed.
func (c *call) file(word string) string {
	if _, err := c.blog.Stat(index.Authors, word); err != nil {
		if e, ok := c.posts.Find(word, index.Authors); ok && e.Slug == word {
			return e.File
		}
	}
	return word
}
