package store

import (
	"context"
	"io/fs"
	"log/slog"
	"path/filepath"
	"time"

	"github.com/fsnotify/fsnotify"
)

const (
	eventsSettle = 60 * time.Millisecond  // an editor's save is many events: wait for the last
	eventsAtMost = 300 * time.Millisecond // but not for ever, while something writes without a pause
	rescan       = 30 * time.Second       // for what no event tells: network file systems, lost watches
)

// Watch calls changed after something below the folder may have changed, soon after and never twice at a time, until
// ctx ends. Events are only hints, changed has to look for itself: it is called every half minute too, since network
// and overlay file systems send no events, and a folder that is made anew loses its watch.
func (f *Folder) Watch(ctx context.Context, log *slog.Logger, changed func(context.Context)) {
	w := &watch{folder: f, log: log}
	w.open()
	defer w.close()
	again := time.NewTicker(rescan)
	defer again.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case _, ok := <-w.events():
			if !ok {
				w.close()
				continue
			}
			settle(ctx, w.events(), eventsSettle, eventsAtMost)
		case <-again.C:
			w.close()
			w.open()
		}
		w.addAll()
		changed(ctx)
	}
}

// watch is a watcher that may be missing: the rescan does its work then.
type watch struct {
	folder  *Folder
	log     *slog.Logger
	watcher *fsnotify.Watcher
}

func (w *watch) open() {
	watcher, err := fsnotify.NewWatcher()
	if err != nil {
		w.log.Warn("no notice of changed posts: looking every half minute", "err", err)
		return
	}
	w.watcher = watcher
	w.addAll()
}

func (w *watch) close() {
	if w.watcher != nil {
		_ = w.watcher.Close() // it holds nothing that could be lost
		w.watcher = nil
	}
}

// events returns the channel of events; nil, which blocks, where there is no watcher.
func (w *watch) events() <-chan fsnotify.Event {
	if w.watcher == nil {
		return nil
	}
	return w.watcher.Events
}

// addAll watches every folder: watches do not reach into folders below.
func (w *watch) addAll() {
	if w.watcher == nil {
		return
	}
	top := w.folder.path
	_ = fs.WalkDir(w.folder.root.Load().FS(), ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || !entry.IsDir() {
			return nil // gone again: the rescan will tell
		}
		if isHidden(name) {
			return fs.SkipDir
		}
		if err := w.watcher.Add(filepath.Join(top, filepath.FromSlash(name))); err != nil {
			w.log.Warn("folder not watched: looking every half minute", "folder", name, "err", err)
			return fs.SkipAll
		}
		return nil
	})
}

// settle takes all that comes until nothing has for a moment, or for as long as is taken at most.
func settle[T any](ctx context.Context, comes <-chan T, moment, most time.Duration) {
	quiet := time.NewTimer(moment)
	defer quiet.Stop()
	latest := time.After(most)
	for {
		select {
		case <-ctx.Done():
			return
		case <-quiet.C:
			return
		case <-latest:
			return
		case _, ok := <-comes:
			if !ok {
				return
			}
			quiet.Reset(moment)
		}
	}
}
