package index

import (
	"context"
	"log/slog"
	"sync"

	"postern/internal/post"
	"postern/internal/search"
)

// indexer keeps the search index up to what a Live shows. A few changed posts it indexes at once; many, and an index that
// is worn by changes, it indexes aside, in a goroutine of its own that close waits for.
type indexer struct {
	ctx  context.Context // ends with close
	stop context.CancelFunc

	mu      sync.Mutex
	log     *slog.Logger
	latest  *shelf        // what is to be searched
	held    *shelf        // what index has; nil: nothing
	index   *search.Index // of held
	working bool
	workers sync.WaitGroup
}

func newIndexer() *indexer {
	i := &indexer{index: &search.Index{}, log: slog.New(slog.DiscardHandler)}
	i.ctx, i.stop = context.WithCancel(context.Background())
	return i
}

// follow makes s what is to be searched.
func (i *indexer) follow(s *shelf) {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.latest = s
	if (!i.catchUpLocked() || i.index.Worn()) && !i.working && i.ctx.Err() == nil {
		i.working = true
		i.workers.Go(i.work)
	}
}

// catchUpLocked indexes what changed since held, if that is little, and reports whether it was.
func (i *indexer) catchUpLocked() bool {
	const few = 32
	changed, removed := difference(i.held, i.latest)
	if len(changed) > few {
		i.latest.finder.index.Store(i.index)
		return false
	}
	if len(changed)+len(removed) > 0 {
		i.setLocked(i.index.With(changed, removed))
	}
	i.held = i.latest
	i.held.finder.set(i.index)
	return true
}

// setLocked makes x the index, and logs what is not in it by a mistake of ours.
func (i *indexer) setLocked(x *search.Index) {
	i.index = x
	for _, lost := range x.Losses() {
		i.log.Error("panic in indexing a post", "post", lost.Post.File, "cause", lost.Cause, "stack", lost.Stack)
	}
}

// logTo has log told what cannot be indexed from now on.
func (i *indexer) logTo(log *slog.Logger) {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.log = log
}

// difference returns the posts of after that are not in before, and the files of before that are not in after.
func difference(before, after *shelf) (changed []*post.Post, removed []string) {
	if before == nil {
		return after.posts, nil
	}
	for _, p := range after.posts {
		if at, ok := before.byFile[p.File]; !ok || before.posts[at] != p {
			changed = append(changed, p)
		}
	}
	for file := range before.byFile {
		if _, ok := after.byFile[file]; !ok {
			removed = append(removed, file)
		}
	}
	return changed, removed
}

// work indexes all posts anew, until what came meanwhile is little.
func (i *indexer) work() {
	for {
		i.mu.Lock()
		s := i.latest
		i.mu.Unlock()
		x, err := search.Build(i.ctx, s.posts)
		if done := i.take(s, x, err); done {
			return
		}
	}
}

// take makes x, which was built of s, the index, and reports whether nothing is left to do.
func (i *indexer) take(s *shelf, x *search.Index, err error) (done bool) {
	i.mu.Lock()
	defer i.mu.Unlock()
	if err == nil {
		i.setLocked(x)
		i.held = s
		s.finder.set(x)
		done = i.catchUpLocked()
	}
	i.working = err == nil && !done
	return !i.working
}

// close ends the work, and waits for its end. What is indexed stays.
func (i *indexer) close() {
	i.mu.Lock()
	i.stop()
	i.mu.Unlock()
	i.workers.Wait()
}
