// Package blog is the one place where posts change. It reads them from the store, keeps what was parsed, and swaps in
// a new snapshot for all readers after each change.
package blog

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"postern/internal/index"
	"postern/internal/post"
	"postern/internal/store"
)

// Blog is the posts of one store. It is safe for concurrent use.
type Blog struct {
	// Told, if set before anybody publishes, is called with what became of each file, in one of a few words: what
	// Outcome.Kind returns, "removed", "refused" or "failed". It must not block.
	Told func(what string)

	folder  Store
	config  post.Config
	authors func() []string // as in Config
	log     *slog.Logger
	live    *index.Live
	limits  atomic.Pointer[Limits]
	stamps  stamps
	pace    pace
	tree    atomic.Pointer[tree] // what readers may take home
	gallery *gallery

	turns     turns      // one change of a file at a time, in the store and here
	claiming  sync.Mutex // one look for room at a time
	reloading sync.Mutex // one look at the store at a time

	mu        sync.Mutex // nobody asks the store, or parses, while it is held
	files     map[string]file
	site      *post.Site
	stray     []post.Problem  // of _index.md
	kept      []post.Problem  // of files that are kept from who takes files home
	changed   uint64          // counts changes
	meanwhile map[string]bool // files that were changed from here since the store was last looked at

	showing sync.Mutex // one swap at a time, never an older state after a newer one
	shown   uint64     // changed, as readers see it
}

// Config says how a blog is read.
type Config struct {
	Posts   post.Config
	Authors func() []string // names of those who may publish; nil: nobody may
}

// file is what is known of one file that may be a post.
type file struct {
	stamp    store.Stamp
	post     *post.Post     // the last good version; nil where there was none, or it is no post
	zone     *time.Location // that its dates were read in
	problems []post.Problem // why the present version is not shown; warnings are the post's own
}

// Open reads all posts of folder, which may be a bucket as well, and returns the blog that they make. A file that cannot
// be read as a post is left out and stands among the problems of the snapshot. progress, if any, is called now and then
// with how many files are done and how many there are.
func Open(ctx context.Context, folder Store, c Config, log *slog.Logger, progress func(done, all int)) (*Blog, error) {
	b := &Blog{folder: folder, config: c.Posts, authors: c.Authors, log: log, files: make(map[string]file), site: &post.Site{}}
	b.Bound(Limits{})
	b.gallery = newGallery(b)
	b.live = index.NewLive(index.Build(b.site, nil, nil, time.Now()))
	b.live.LogTo(log)
	if _, err := b.reload(ctx, progress); err != nil {
		return nil, err
	}
	return b, nil
}

// tell says what became of a file to whoever counts.
func (b *Blog) tell(what string) {
	if b.Told != nil {
		b.Told(what)
	}
}

// Close ends what Live waits for, and the decoding of pictures.
func (b *Blog) Close() {
	b.gallery.close()
	b.live.Close()
}

// Settle waits until the pictures of all posts are decoded, as far as they are kept, or ctx ends and with it the decoding.
// Nobody may change posts meanwhile.
func (b *Blog) Settle(ctx context.Context) {
	defer context.AfterFunc(ctx, b.gallery.end)()
	b.gallery.done.Wait()
}

// Files returns how many files there are that are posts, or should be.
func (b *Blog) Files() int {
	b.mu.Lock()
	defer b.mu.Unlock()
	n := 0
	for _, f := range b.files {
		if f.post != nil || len(f.problems) > 0 {
			n++
		}
	}
	return n
}

// Live returns where readers learn of the current snapshot.
func (b *Blog) Live() *index.Live { return b.live }

// Watch takes over what changes in the folder by other means, and lets the history expire, until ctx ends.
func (b *Blog) Watch(ctx context.Context) {
	expired := time.Now() // the start has swept
	b.folder.Watch(ctx, b.log, func(ctx context.Context) {
		if time.Since(expired) > 24*time.Hour {
			expired = time.Now()
			if _, err := b.folder.Expire(); err != nil {
				b.log.Warn("history not bounded", "err", err)
			}
		}
		if err := b.Reload(ctx); err != nil && ctx.Err() == nil {
			b.log.Error("posts not reloaded: the last good ones stay", "err", err)
		}
	})
}

// show makes sure that readers see the change of that number. Of changes that come at the same time one shows all.
func (b *Blog) show(change uint64) {
	b.showing.Lock()
	defer b.showing.Unlock()
	if b.shown >= change {
		return
	}
	b.mu.Lock()
	site, change := b.site, b.changed
	posts := make([]*post.Post, 0, len(b.files))
	problems := slices.Concat(b.stray, b.kept)
	for _, f := range b.files {
		if f.post != nil {
			posts = append(posts, f.post)
		}
		problems = append(problems, f.problems...)
	}
	b.mu.Unlock()
	albums, lacking := b.gallery.hang(posts, b.finder(site))
	shelf := index.Shelf{Site: site, Posts: posts, Problems: append(problems, lacking...), Albums: albums}
	if b.authors != nil {
		shelf.Authors = b.authors()
	}
	b.live.Swap(shelf.Build(time.Now()))
	b.shown = change
}

// problemsOf returns what an author should know of err, which came from reading name.
func problemsOf(name string, err error) []post.Problem {
	if problems := post.Errors(err); len(problems) > 0 {
		return problems
	}
	var of *fs.PathError
	if errors.As(err, &of) { // the name is told already
		err = of.Err
	}
	hint := ""
	if errors.Is(err, store.ErrTooLarge) {
		hint = "a post may have 8 MiB"
	}
	return []post.Problem{{File: name, Error: true, What: fmt.Sprintf("cannot be read: %v", err), Hint: hint}}
}
