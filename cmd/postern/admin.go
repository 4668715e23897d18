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
	"postern/internal/store"
	"postern/internal/telemetry"
)

// observed joins a server with what operators see of it.
type observed struct {
	*telemetry.Metrics
	isFull  func() bool
	lost    func() error // where the posts lie elsewhere: nil, or since when they cannot be reached
	serving atomic.Bool
}

// observe has everything that happens at server counted. bucket is nil where the posts lie in a folder.
func observe(server *sshd.Server, b *blog.Blog, bucket *store.Bucket) *observed {
	var reasons []string
	for _, why := range sshd.Reasons() {
		reasons = append(reasons, string(why))
	}
	o := &observed{isFull: server.Full, lost: func() error { return nil }}
	gauges := []telemetry.Gauge{
		{Name: "connections", Help: "Connections that are open.", Value: func() float64 { return float64(server.Connections()) }},
		{Name: "sessions", Help: "Sessions that are open.", Value: func() float64 { return float64(server.Sessions()) }},
		{Name: "posts", Help: "Posts that readers see.", Value: func() float64 { return float64(len(b.Live().Snapshot().List(index.Readers))) }},
		{Name: "problems", Help: "Problems of files among the posts.", Value: func() float64 { return float64(len(b.Live().Snapshot().Problems())) }},
		{Name: "render_cache_bytes", Help: "Memory of rendered posts.", Value: func() float64 { return float64(server.Cache.Bytes()) }},
		{Name: "search_ready", Help: "1 where search knows all posts, 0 while it learns them.", Value: func() float64 { return searchReady(b.Live()) }},
	}
	if bucket != nil {
		o.lost = bucket.Health
		gauges = append(gauges, telemetry.Gauge{Name: "cluster_lost", Help: "1 while the cluster of the posts does not answer.", Value: func() float64 { return oneIf(bucket.Health() != nil) }})
	}
	o.Metrics = telemetry.New(version(), reasons, gauges...)
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

func oneIf(so bool) float64 {
	if so {
		return 1
	}
	return 0
}

func searchReady(live *index.Live) float64 {
	select {
	case <-live.Snapshot().Indexed():
		return 1
	default:
		return 0
	}
}

// ready returns nil while the server serves and has room, and what an operator should know all the same. That the
// cluster of the posts is lost makes no replica less ready: readers are served, and no other replica could do more.
func (o *observed) ready() (note string, err error) {
	if !o.serving.Load() {
		return "", errors.New("starting, or closing down")
	}
	if o.isFull() {
		return "", errors.New("full")
	}
	if err := o.lost(); err != nil {
		return "serving what there is: " + err.Error(), nil
	}
	return "ok", nil
}

// answer serves operators on ln until ctx ends.
func (o *observed) answer(ctx context.Context, ln net.Listener, log *slog.Logger) {
	if err := telemetry.Serve(ctx, ln, o.Handler(o.ready)); err != nil {
		log.Error("admin listener ended", "err", err)
	}
}
