package store

import (
	"context"
	"log/slog"
	"time"
)

// What comes within a moment is taken over together: ten thousand posts that are imported are a few changes.
const (
	newsSettle = 2 * time.Millisecond
	newsAtMost = 20 * time.Millisecond
)

// Watch calls changed soon after somebody else changed a file, never twice at a time, until ctx ends. It is called
// every half minute too, for what could not be read before.
func (b *Bucket) Watch(ctx context.Context, _ *slog.Logger, changed func(context.Context)) {
	again := time.NewTicker(rescan)
	defer again.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-b.open.Done():
			return
		case <-again.C:
		case <-b.news:
			settle(ctx, b.news, newsSettle, newsAtMost)
		}
		came := b.heldNow()
		changed(ctx)
		b.release(came)
	}
}

// heldNow returns the files whose bytes are held, with their revisions' numbers.
func (b *Bucket) heldNow() map[string]uint64 {
	b.mu.Lock()
	defer b.mu.Unlock()
	came := make(map[string]uint64, len(b.held))
	for name := range b.held {
		came[name] = b.files[name].seq
	}
	return came
}

// release gives up the bytes of the revisions that nobody has read although there was a chance to.
func (b *Bucket) release(came map[string]uint64) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for name, seq := range came {
		if b.files[name].seq == seq {
			b.releaseLocked(name)
		}
	}
}
