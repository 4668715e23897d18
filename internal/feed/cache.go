package feed

import (
	"sync"
	"weak"

	"postern/internal/index"
)

const (
	maxContent = 4 << 20 // bytes of HTML in one feed; the posts behind them have their summary only
	maxHosts   = 4       // names under which the blog is remembered
)

// Cache makes feeds and remembers the HTML of the Snapshot that was asked for last. The zero Cache is ready for use, by
// any number of goroutines. It keeps no Snapshot alive.
type Cache struct {
	mu    sync.Mutex
	posts weak.Pointer[index.Snapshot]
	made  map[string]*draft // by host
}

// draft is a feed as far as it was asked for.
type draft struct {
	feed    *Feed
	content int // bytes of HTML
}

// Feed returns the newest posts that all readers see, at most limit of them and at most Most. host is where
// the blog is, as it stands in a URL: with the port, where that is not the usual one.
func (c *Cache) Feed(posts *index.Snapshot, host string, limit int) *Feed {
	list := posts.List(index.Readers)
	list = list[:min(max(limit, 0), Most, len(list))]
	c.mu.Lock()
	defer c.mu.Unlock()
	if now := weak.Make(posts); c.posts != now {
		c.posts, c.made = now, make(map[string]*draft)
	}
	l := newLinker(posts, host)
	d := c.made[l.host]
	if d == nil {
		if len(c.made) >= maxHosts {
			clear(c.made)
		}
		d = &draft{feed: newFeed(posts.Site(), l)}
		c.made[l.host] = d
	}
	d.extend(list, l)
	cut := *d.feed
	cut.items = cut.items[:len(list):len(list)]
	return &cut
}

// extend adds what is missing of list.
func (d *draft) extend(list []index.Entry, l linker) {
	for n := len(d.feed.items); n < len(list); n++ {
		i := newItem(list[n], l)
		if d.content < maxContent {
			i.html = l.html(list[n])
			d.content += len(i.html)
		}
		d.feed.items = append(d.feed.items, i)
	}
}
