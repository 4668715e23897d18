package command

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"time"

	"github.com/spf13/pflag"

	"postern/internal/blog"
	"postern/internal/text"
)

func historyOptions(f *pflag.FlagSet) {
	f.String("since", "", "without NAME: what was replaced or removed since `T`, as for restore")
	f.Int("limit", 50, "without NAME: at most `N` versions; 0: all")
}

func restoreOptions(f *pflag.FlagSet) {
	f.String("since", "", "without NAME: all that was replaced or removed since `T`, a VERSION or a time like 10m")
}

// history lists what a file was before, or all files, newest first.
func history(c *call) error {
	if _, err := c.by(); err != nil {
		return err
	}
	if c.flags.NArg() == 0 {
		return c.historyOfAll()
	}
	name := c.file(c.flags.Arg(0))
	versions, err := c.blog.History(name)
	if errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("%s: no such file, now or before", text.Line(name))
	}
	if err != nil {
		return err
	}
	if len(versions) == 0 {
		_, _ = fmt.Fprintf(c.Err, "%s was never replaced or removed\n", text.Line(name)) // the empty answer says it as well
	}
	for _, v := range versions {
		line := fmt.Sprintf("%s  until %s  %7d bytes  %s", v.ID, v.Until.Format("2006-01-02 15:04"), v.Size, text.Line(v.Title))
		c.say("%s", strings.TrimRight(line, " ")+"\n")
	}
	return nil
}

// historyOfAll lists what was replaced or removed of late.
func (c *call) historyOfAll() error {
	since, err := c.since()
	if err != nil {
		return err
	}
	limit, err := c.limit()
	if err != nil {
		return err
	}
	past, all, err := c.blog.Past(since, limit)
	if err != nil {
		return err
	}
	for _, p := range past {
		what := "replaced"
		if p.Removed {
			what = "removed"
		}
		line := fmt.Sprintf("%s  %-8s  %s  %s", p.ID, what, text.Line(p.Name), text.Line(p.Title))
		c.say("%s", strings.TrimRight(line, " ")+"\n")
	}
	if err := c.out.Flush(); err != nil {
		return err
	}
	hint := fmt.Sprintf("All files as they were just before a VERSION: ssh %s restore --since VERSION", c.login())
	switch {
	case all == 0:
		hint = "nothing was replaced or removed"
	case len(past) < all:
		hint = fmt.Sprintf("… and %d more: ssh %s history --limit 0\n%s", all-len(past), c.login(), hint)
	}
	_, _ = fmt.Fprintln(c.Err, hint) // only a hint
	return nil
}

// since returns the time that --since tells; zero where it is not given.
func (c *call) since() (time.Time, error) {
	word, _ := c.flags.GetString("since") // every verb that calls this has it
	if word == "" {
		return time.Time{}, nil
	}
	if ago, err := time.ParseDuration(word); err == nil && ago >= 0 {
		return time.Now().Add(-ago), nil
	}
	for _, layout := range []string{blog.VersionLayout, time.RFC3339, "2006-01-02 15:04", time.DateOnly} {
		if at, err := time.Parse(layout, word); err == nil {
			return at, nil
		}
	}
	return time.Time{}, fmt.Errorf("%w: --since takes a VERSION, or a time like 10m, 2h or 2026-01-02, not %q", errUsage, word)
}

// restore publishes what a file was, or what all files were.
func restore(c *call) error {
	by, err := c.by()
	if err != nil {
		return err
	}
	if c.flags.Changed("since") && c.flags.NArg() == 0 {
		return c.restoreAll(by)
	}
	if c.flags.NArg() != 2 {
		return fmt.Errorf("%w: it takes a NAME and a VERSION, or --since", errUsage)
	}
	name := c.file(c.flags.Arg(0))
	outcome, err := c.blog.Restore(c.ctx, by, name, c.flags.Arg(1))
	if errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("%s: no such version (ssh %s history %s)", text.Line(name), c.login(), text.Line(blog.Typed(name)))
	}
	if err != nil {
		return err
	}
	c.tell(outcome)
	return nil
}

// restoreAll makes all files what they were.
func (c *call) restoreAll(by blog.Author) error {
	since, err := c.since()
	if err == nil && since.IsZero() {
		err = fmt.Errorf("%w: --since takes a VERSION or a time", errUsage)
	}
	if err != nil {
		return err
	}
	var refused []error
	restored := 0
	c.blog.RestoreSince(c.ctx, by, since, func(o blog.Outcome, err error) {
		if err != nil {
			refused = append(refused, err)
			return
		}
		restored++
		c.say("%s", text.Line(o.Lines(c.Author, c.Host)[0])+"\n")
	})
	if restored == 1 {
		c.say("1 file restored\n")
	} else {
		c.say("%d files restored\n", restored)
	}
	return errors.Join(append(refused, context.Cause(c.ctx))...)
}
