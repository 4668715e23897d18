package command

import (
	"fmt"

	"github.com/spf13/pflag"

	"postern/internal/feed"
)

func feedOptions(f *pflag.FlagSet) {
	f.String("format", "atom", "write `atom|rss|json`: Atom, RSS 2.0 or JSON Feed 1.1")
	f.Int("limit", feed.Usual, fmt.Sprintf("the newest `N` posts; 0: as many as a feed can have, %d", feed.Most))
}

// printFeed prints the newest posts for a feed reader.
func printFeed(c *call) error {
	limit, err := c.limit()
	if err != nil {
		return err
	}
	if limit == 0 {
		limit = feed.Most
	}
	write := feed.Atom
	switch format, _ := c.flags.GetString("format"); format {
	case "atom":
	case "rss":
		write = feed.RSS
	case "json":
		write = feed.JSON
	default:
		return fmt.Errorf("%w: --format takes atom, rss or json, not %q", errUsage, format)
	}
	return write(c.out, c.feeds.Feed(c.posts, c.address(), limit))
}
