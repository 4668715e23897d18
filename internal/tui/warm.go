package tui

import (
	"context"
	"log/slog"
	"runtime/debug"

	"postern/internal/index"
	"postern/internal/render"
)

// warmPosts is how many of the newest posts are laid out before anybody asks: what most readers open.
const warmPosts = 20

// Warm lays out the newest of posts as a window of 80 columns shows them, so that their first readers need not wait for
// it. It stops when ctx ends. A post that cannot be laid out is passed over, and log told why.
func Warm(ctx context.Context, cache *render.Cache, posts *index.Snapshot, log *slog.Logger) {
	const window, rows = 80, 24
	e := &env{Settings: Settings{Cache: cache}, chosen: usual, posts: posts, bare: true}
	list := posts.List(index.Readers)
	for _, entry := range list[:min(len(list), warmPosts)] {
		if ctx.Err() != nil {
			return
		}
		e.warm(entry, e.measure(window), rows, log)
	}
}

// warm lays out one post. A panic in that stays here.
func (e *env) warm(entry index.Entry, measure, rows int, log *slog.Logger) {
	defer func() {
		if cause := recover(); cause != nil {
			log.Error("panic in laying out a post", "post", entry.Slug, "cause", cause, "stack", string(debug.Stack()))
		}
	}()
	document := e.document(entry, measure)
	if document.Lines(0, rows); len(entry.Markdown) < longPost {
		document.Len() // a reader is told how much is left
	}
}
