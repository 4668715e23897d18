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
	maxUnshown  = 8 << 20     // bytes of those that readers have not got
	galleryTurn = time.Second // between two times that readers get those that have come
	maxLacking  = 20          // pictures of a post that authors are told of: who has mended these sees the next
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
	lost    bool // some could not be had, and may be later
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
	lacking := 0
	for _, address := range p.Pictures {
		w, err := h.find(p, address)
		var e exhibit
		if w.name != "" {
			if !used[w.name] {
				used[w.name] = true
				h.uses[w.name]++
			}
			e = h.exhibit(w)
			err = e.err
		}
		if e.picture != nil {
			found[address] = e.picture
		}
		if err != nil && lacking < maxLacking {
			lacking++
			h.problems = append(h.problems, unshown(p, address, err))
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

// work decodes what is wanted until nothing is.
func (g *gallery) work() {
	shown, unshown := time.Now(), 0
	for {
		next, ok := g.next(unshown > 0)
		if !ok {
			return
		}
		if next != (want{}) {
			unshown += g.decode(next)
		}
		if next == (want{}) || unshown > maxUnshown || unshown > 0 && time.Since(shown) > galleryTurn {
			g.show()
			shown, unshown = time.Now(), 0
		}
	}
}

// next returns the file to be decoded next. Where there is none it returns none once more if readers have not got all, and
// else that the work is over.
func (g *gallery) next(unshown bool) (next want, ok bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	switch {
	case g.ended || len(g.wanted) == 0 && !unshown:
		g.working = false
		return want{}, false
	case len(g.wanted) == 0:
		return want{}, true
	}
	next, g.wanted = g.wanted[0], g.wanted[1:]
	return next, true
}

// decode decodes one file and returns how many bytes that takes; 0 where it could not be had: it is wanted again with the
// next look at the store.
func (g *gallery) decode(w want) (bytes int) {
	e := exhibit{stamp: w.stamp}
	data, err := g.read(w.name)
	if e.err = err; err == nil {
		e.picture, e.err = picture.Decode(data)
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	if errors.Is(err, store.ErrUnreachable) {
		g.lost = true
		return 0
	}
	g.known[w.name] = e
	if e.picture == nil {
		return 1 // authors are told
	}
	return e.picture.Bytes()
}

// lacks reports whether there were pictures that could not be had since it was asked last.
func (g *gallery) lacks() bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	lost := g.lost
	g.lost = false
	return lost
}

// usesOf returns how many posts show the file called name.
func (g *gallery) usesOf(name string) int {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.uses[name]
}

// end has no more pictures decoded than the one that is.
func (g *gallery) end() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.ended = true
}

// close ends the work, and waits for the picture that is being decoded.
func (g *gallery) close() {
	g.end()
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
