package main

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"sync/atomic"

	"postern/internal/blog"
	"postern/internal/index"
	"postern/internal/sshd"
	"postern/internal/telemetry"
)

// observed joins a server with what operators see of it.
type observed struct {
	*telemetry.Metrics
	isFull  func() bool
	serving atomic.Bool
}

// observe has everything that happens at server counted.
func observe(server *sshd.Server, b *blog.Blog) *observed {
	var reasons []string
	for _, why := range sshd.Reasons() {
		reasons = append(reasons, string(why))
	}
	o := &observed{isFull: server.Full}
	o.Metrics = telemetry.New(version(), reasons,
		telemetry.Gauge{Name: "connections", Help: "Connections that are open.", Value: func() float64 { return float64(server.Connections()) }},
		telemetry.Gauge{Name: "sessions", Help: "Sessions that are open.", Value: func() float64 { return float64(server.Sessions()) }},
		telemetry.Gauge{Name: "posts", Help: "Posts that readers see.", Value: func() float64 { return float64(len(b.Live().Snapshot().List(index.Readers))) }},
		telemetry.Gauge{Name: "problems", Help: "Problems of files among the posts.", Value: func() float64 { return float64(len(b.Live().Snapshot().Problems())) }},
		telemetry.Gauge{Name: "render_cache_bytes", Help: "Memory of rendered posts.", Value: func() float64 { return float64(server.Cache.Bytes()) }},
		telemetry.Gauge{Name: "search_ready", Help: "1 where search knows all posts, 0 while it learns them.", Value: func() float64 { return searchReady(b.Live()) }},
	)
	b.Told = o.Published
	server.Events = sshd.Events{
		Refused:    func(why sshd.Reason) { o.Refused(string(why)) },
		Entered:    o.Entered,
		FirstFrame: o.FirstFrame,
		Ended: func(v sshd.Visit) {
			o.Ended(v.Kind, v.Status, v.Took)
			o.Moved(v.Sent, v.Received)
		},
	}
	return o
}

func searchReady(live *index.Live) float64 {
	select {
	case <-live.Snapshot().Indexed():
		return 1
	default:
		return 0
	}
}

// ready returns nil while the server serves and has room.
func (o *observed) ready() error {
	if !o.serving.Load() {
		return errors.New("starting, or closing down")
	}
	if o.isFull() {
		return errors.New("full")
	}
	return nil
}

// answer serves operators on ln until ctx ends.
func (o *observed) answer(ctx context.Context, ln net.Listener, log *slog.Logger) {
	if err := telemetry.Serve(ctx, ln, o.Handler(o.ready)); err != nil {
		log.Error("admin listener ended", "err", err)
	}
}
