package tui

import (
	"bytes"
	"context"
	"log/slog"
	"strings"
	"testing"

	"postern/internal/index"
	"postern/internal/render"
)

func TestWarmPostsAreThoseThatAReaderOpens(t *testing.T) {
	posts := shelf(t, notes())
	m := reading(t, posts, 80, 24, index.Readers)
	Warm(t.Context(), m.env.Cache, posts, slog.New(slog.DiscardHandler))
	warm := m.env.Cache.Bytes()
	if warm == 0 {
		t.Fatal("nothing is laid out")
	}
	press(m, "enter")
	m.View()
	if bytes := m.env.Cache.Bytes(); bytes != warm {
		t.Errorf("opening a warm post laid out %d bytes more", bytes-warm)
	}
}

func TestAPanicWhileAPostIsWarmedCostsThatPostAlone(t *testing.T) {
	posts := shelf(t, notes())
	var log bytes.Buffer
	whole, others := render.NewCache(1<<20), render.NewCache(1<<20)
	Warm(t.Context(), whole, posts, slog.New(slog.NewTextHandler(&log, nil)))
	if log.Len() > 0 {
		t.Errorf("the log has %s", log.String())
	}
	first := &posts.List(index.Readers)[0]
	first.Post = nil
	if Warm(t.Context(), others, posts, slog.New(slog.NewTextHandler(&log, nil))); others.Bytes() == 0 || others.Bytes() >= whole.Bytes() {
		t.Errorf("%d bytes of all posts, %d of the others", whole.Bytes(), others.Bytes())
	}
	if !strings.Contains(log.String(), "post="+first.Slug+" cause=") || !strings.Contains(log.String(), "warm.go") {
		t.Errorf("the log has no cause and stack: %s", log.String())
	}
}

func TestWarmStops(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	cache := render.NewCache(1 << 20)
	if Warm(ctx, cache, shelf(t, notes()), slog.New(slog.DiscardHandler)); cache.Bytes() != 0 {
		t.Errorf("%d bytes after the end", cache.Bytes())
	}
}
