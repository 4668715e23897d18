package blog

import (
	"context"
	"slices"
	"sync"
)

// turns has changes of one file made one after the other, from the store to what readers see. It is safe for
// concurrent use.
type turns struct {
	mu    sync.Mutex
	taken map[string]chan struct{} // by name; closed when its turn is over
}

// take waits until nobody changes the files called names, and returns what ends the turn, or an error when ctx ends.
func (t *turns) take(ctx context.Context, names ...string) (done func(), err error) {
	names = slices.Compact(slices.Sorted(slices.Values(names))) // all take them in one order, so that nobody waits in a circle
	var held []string
	done = func() {
		t.mu.Lock()
		defer t.mu.Unlock()
		for _, name := range held {
			close(t.taken[name])
			delete(t.taken, name)
		}
	}
	for _, name := range names {
		if err := t.takeOne(ctx, name); err != nil {
			done()
			return nil, err
		}
		held = append(held, name)
	}
	return done, nil
}

func (t *turns) takeOne(ctx context.Context, name string) error {
	for ctx.Err() == nil {
		t.mu.Lock()
		over, taken := t.taken[name]
		if !taken {
			if t.taken == nil {
				t.taken = make(map[string]chan struct{})
			}
			t.taken[name] = make(chan struct{})
			t.mu.Unlock()
			return nil
		}
		t.mu.Unlock()
		select {
		case <-over:
		case <-ctx.Done():
		}
	}
	return ctx.Err()
}
