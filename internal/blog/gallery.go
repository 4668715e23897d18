package blog

import (
	"errors"
	"slices"
	"sync"
	"time"

	"postern/internal/picture"
	"postern/internal/post"
	"postern/internal/store"
)

const (
	maxGallery  = 32 << 20    // bytes of all pictures that are kept, those of the newest posts first
	galleryTurn = time.Second // between two times that readers get those that have come
)

// gallery keeps the pictures that posts show. They are decoded one at a time, by one goroutine, which there is only while
// some are wanted. It is safe for concurrent use.
type gallery struct {
	read func(name string) ([]byte, error)
	show func() // readers get what has come

	mu      sync.Mutex
	known   map[string]exhibit        // by file
	albums  map[string]*picture.Album // by the file of their post, as they were hung last
	uses    map[string]int            // posts that show a file
	wanted  []want
	working bool
	ended   bool
	done    sync.WaitGroup
}

// exhibit is what became of one file.
type exhibit struct {
	stamp   store.Stamp
	picture *picture.Picture
	err     error
}

// want is a file to be decoded.
type want struct {
	name  string
	stamp store.Stamp
}

// hang returns the albums of posts, as far as their pictures are decoded, and what authors should know of the others. Those
// that are not decoded yet will be. find returns the file at an address of a post.
func (g *gallery) hang(posts []*post.Post, find func(p *post.Post, address string) (want, error)) (map[string]*picture.Album, []post.Problem) {
	g.mu.Lock()
	defer g.mu.Unlock()
	h := hanging{gallery: g, find: find, kept: make(map[string]exhibit), uses: make(map[string]int)}
	albums := make(map[string]*picture.Album)
	for _, p := range newestFirst(posts) {
		if album := h.album(p); album != nil {
			albums[p.File] = album
			if before := g.albums[p.File]; before.Equal(album) {
				albums[p.File] = before // what was set with it stays
			}
		}
	}
	g.known, g.albums, g.uses, g.wanted = h.kept, albums, h.uses, h.wanted
	if len(g.wanted) > 0 && !g.working && !g.ended {
		g.working = true
		g.done.Go(g.work)
	}
	return albums, h.problems
}

// newestFirst returns the posts that show pictures, the newest first.
func newestFirst(posts []*post.Post) []*post.Post {
	some := slices.DeleteFunc(slices.Clone(posts), func(p *post.Post) bool { return len(p.Pictures) == 0 })
	slices.SortFunc(some, func(a, b *post.Post) int { return b.Date.Compare(a.Date) })
	return some
}

// hanging is one call of hang.
type hanging struct {
	*gallery
	find     func(p *post.Post, address string) (want, error)
	kept     map[string]exhibit
	uses     map[string]int
	wanted   []want
	problems []post.Problem
	bytes    int
}

// album returns the pictures of p that are there.
func (h *hanging) album(p *post.Post) *picture.Album {
	found := make(map[string]*picture.Picture)
	used := make(map[string]bool)
	for _, address := range p.Pictures {
		w, err := h.find(p, address)
		if err != nil {
			h.problem(p, address, err)
		}
		if w.name == "" {
			continue
		}
		if !used[w.name] {
			used[w.name] = true
			h.uses[w.name]++
		}
		if e := h.exhibit(w); e.err != nil {
			h.problem(p, address, e.err)
		} else if e.picture != nil {
			found[address] = e.picture
		}
	}
	return picture.NewAlbum(found)
}

// exhibit returns what is known of w; where that is nothing it is wanted.
func (h *hanging) exhibit(w want) exhibit {
	if e, ok := h.kept[w.name]; ok {
		return e
	}
	e, ok := h.known[w.name]
	switch {
	case h.bytes >= maxGallery:
		return exhibit{}
	case !ok || e.stamp != w.stamp:
		h.wanted = append(h.wanted, w)
		e = exhibit{} // asked for once
	case e.picture != nil:
		h.bytes += e.picture.Bytes()
	}
	h.kept[w.name] = e
	return e
}

func (h *hanging) problem(p *post.Post, address string, err error) {
	h.problems = append(h.problems, unshown(p, address, err))
}

// work decodes what is wanted until nothing is.
func (g *gallery) work() {
	shown := time.Now()
	for {
		g.mu.Lock()
		if len(g.wanted) == 0 || g.ended {
			g.working = false
			g.mu.Unlock()
			return
		}
		next := g.wanted[0]
		g.wanted = g.wanted[1:]
		last := len(g.wanted) == 0
		g.mu.Unlock()
		e := exhibit{stamp: next.stamp}
		data, err := g.read(next.name)
		if errors.Is(err, store.ErrUnreachable) {
			continue // it is wanted again with the next change
		}
		if e.err = err; err == nil {
			e.picture, e.err = picture.Decode(data)
		}
		g.mu.Lock()
		g.known[next.name] = e
		g.mu.Unlock()
		if last || time.Since(shown) > galleryTurn {
			shown = time.Now()
			g.show()
		}
	}
}

// usesOf returns how many posts show the file called name.
func (g *gallery) usesOf(name string) int {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.uses[name]
}

// close ends the work, and waits for the picture that is being decoded.
func (g *gallery) close() {
	g.mu.Lock()
	g.ended = true
	g.mu.Unlock()
	g.done.Wait()
}

// newGallery returns the gallery of b.
func newGallery(b *Blog) *gallery {
	return &gallery{
		known: make(map[string]exhibit),
		read: func(name string) ([]byte, error) {
			data, _, err := b.folder.Read(name)
			return data, err
		},
		show: func() {
			b.mu.Lock()
			b.changed++
			change := b.changed
			b.mu.Unlock()
			b.show(change)
		},
	}
}
