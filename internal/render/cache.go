package render

import (
	"container/list"
	"sync"

	"postern/internal/picture"
	"postern/internal/post"
)

// Cache shares Documents between all readers: what one reader had set is there for the next. It is bounded by the
// memory that the lines take; the post that was not asked for the longest goes first. A Document that has gone from
// the cache stays good for who has it.
type Cache struct {
	max int

	mu     sync.Mutex
	used   *list.List // of *cached, the last used first
	known  map[cacheKey]*list.Element
	albums map[*picture.Album]int // how many entries keep it in memory, whatever has taken its place since
	bytes  int                    // of all entries, when they were last looked at, and of all albums
}

// A cacheKey is all that the lines of a layout depend on.
type cacheKey struct {
	post  *post.Post
	shape shape
	album *picture.Album
}

// A cached is one layout and the Documents that show it, one for each theme.
type cached struct {
	key    cacheKey
	layout *layout
	themes map[*Theme]*Document
	bytes  int
}

// NewCache returns a cache for about maxBytes of lines.
func NewCache(maxBytes int) *Cache {
	return &Cache{max: maxBytes, used: list.New(), known: make(map[cacheKey]*list.Element), albums: make(map[*picture.Album]int)}
}

// Get returns p set for o. Equal arguments give the same Document while it is in the cache.
func (c *Cache) Get(p *post.Post, o Options) *Document {
	c.mu.Lock()
	defer c.mu.Unlock()
	key := cacheKey{post: p, shape: o.shape()}
	if key.shape.rows > 0 {
		key.album = o.Album
	}
	e := c.known[key]
	if e == nil {
		e = c.used.PushFront(&cached{key: key, layout: newLayout(p, key.shape, key.album), themes: make(map[*Theme]*Document)})
		c.known[key] = e
		if c.albums[key.album]++; c.albums[key.album] == 1 {
			c.bytes += key.album.Bytes()
		}
	}
	c.used.MoveToFront(e)
	entry := e.Value.(*cached)
	d := entry.themes[o.Theme]
	if d == nil {
		d = &Document{layout: entry.layout, theme: o.Theme}
		entry.themes[o.Theme] = d
	}
	c.weigh(entry)
	c.shrink()
	return d
}

// Bytes returns roughly how much memory the lines in the cache take, and the pictures that they are kept with.
func (c *Cache) Bytes() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	for e := c.used.Front(); e != nil; e = e.Next() {
		c.weigh(e.Value.(*cached))
	}
	return c.bytes
}

// weigh takes note of how much an entry has grown. One that is being set right now is weighed the next time.
func (c *Cache) weigh(entry *cached) {
	if !entry.layout.mu.TryLock() {
		return
	}
	n := entry.layout.bytes
	entry.layout.mu.Unlock()
	c.bytes += n - entry.bytes
	entry.bytes = n
}

// shrink drops what was not used the longest until the rest fits. The entry just asked for stays.
func (c *Cache) shrink() {
	if c.bytes <= c.max {
		// What others have grown since is seen when they are asked for; look at the next in line at least.
		if second := c.used.Front().Next(); second != nil {
			c.weigh(second.Value.(*cached))
		}
	}
	for c.bytes > c.max && c.used.Len() > 1 {
		e := c.used.Back()
		entry := e.Value.(*cached)
		c.bytes -= entry.bytes
		c.used.Remove(e)
		delete(c.known, entry.key)
		if c.albums[entry.key.album]--; c.albums[entry.key.album] == 0 {
			delete(c.albums, entry.key.album)
			c.bytes -= entry.key.album.Bytes()
		}
	}
}
