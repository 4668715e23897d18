package blog

import (
	"context"
	"maps"
	"slices"
	"time"

	"postern/internal/post"
	"postern/internal/store"
)

// Reload looks for files that changed, came or went, and shows readers the outcome. It costs the parsing of what
// changed. After an error what it had not come to is as before.
func (b *Blog) Reload(ctx context.Context) error {
	started := time.Now()
	changed, err := b.reload(ctx, nil)
	if len(changed) > 0 {
		b.log.Info("posts changed", "files", len(changed), "first", changed[0], "took", time.Since(started).Round(time.Millisecond))
	}
	return err
}

func (b *Blog) reload(ctx context.Context, progress func(done, all int)) (changed []string, err error) {
	b.reloading.Lock()
	defer b.reloading.Unlock()
	for again := true; again; {
		var found look
		if found, again, err = b.lookOnce(ctx, progress); err != nil {
			break // what an earlier look took over is shown all the same
		}
		changed = append(changed, found.changed...)
		changed = append(changed, found.gone...)
	}
	lacks := err == nil && b.gallery.lacks()
	b.mu.Lock()
	if lacks {
		b.changed++
	}
	change := b.changed
	b.mu.Unlock()
	b.show(change)
	return changed, err
}

// look is what a look at the store has found, before any of it is taken over.
type look struct {
	stamps  map[string]store.Stamp
	changed []string // files to read
	gone    []string
	words   *words // the site's, where they changed
	posts   []string
	read    []file // posts, as they were read
	config  post.Config
}

// words are what _index.md says.
type words struct {
	site  *post.Site
	file  file
	stray []post.Problem
}

// lookOnce takes over what changed in the store. Nobody is kept waiting while the store is asked and posts are parsed.
// What is changed from here meanwhile is newer than what was found, and stays. again reports that it is to be read
// anew all the same.
func (b *Blog) lookOnce(ctx context.Context, progress func(done, all int)) (found look, again bool, err error) {
	b.mu.Lock()
	b.meanwhile = make(map[string]bool)
	b.mu.Unlock()
	if found.stamps, err = b.folder.List(ctx); err != nil {
		return found, false, err
	}
	b.compare(&found)
	b.readSite(&found)
	if found.read, err = b.readAll(ctx, found.posts, found.config, progress); err != nil {
		return found, false, err
	}
	again = b.takeOver(&found)
	return found, again, nil
}

// compare finds what changed since the last look.
func (b *Blog) compare(found *look) {
	b.mu.Lock()
	defer b.mu.Unlock()
	found.config = b.config
	for name, stamp := range found.stamps {
		if old, ok := b.files[name]; (!ok || old.stamp != stamp) && (post.IsPost(name) || name == post.SiteFile) {
			found.changed = append(found.changed, name)
		}
	}
	slices.Sort(found.changed)
	for name := range b.files {
		if _, ok := found.stamps[name]; !ok {
			found.gone = append(found.gone, name)
		}
	}
	found.posts = slices.DeleteFunc(slices.Clone(found.changed), func(name string) bool { return name == post.SiteFile })
}

// readSite reads the site's words where they changed. Another time zone dates every post anew.
func (b *Blog) readSite(found *look) {
	if len(found.posts) == len(found.changed) && !slices.Contains(found.gone, post.SiteFile) {
		return
	}
	w := &words{site: &post.Site{}}
	if _, ok := found.stamps[post.SiteFile]; ok {
		data, stamp, err := b.folder.Read(post.SiteFile)
		w.file = file{stamp: stamp}
		if err == nil {
			w.site, w.stray, err = post.ParseSite(data)
		}
		if err != nil {
			w.stray = append(w.stray, problemsOf(post.SiteFile, err)...)
			b.mu.Lock()
			w.site = b.site // the last good words stay
			b.mu.Unlock()
		}
	}
	before := found.config.Zone
	found.words, found.config.Zone = w, w.site.Zone
	if found.config.Zone == nil {
		found.config.Zone = time.UTC
	}
	if before == nil {
		before = time.UTC
	}
	if found.config.Zone.String() != before.String() {
		found.posts = slices.DeleteFunc(slices.Sorted(maps.Keys(found.stamps)), func(name string) bool { return !post.IsPost(name) })
	}
}

// takeOver puts what was found in the place of what was known, but for files that were changed from here meanwhile. It
// reports whether one of these was read in a time zone that is no more, or changed by somebody else as well.
func (b *Blog) takeOver(found *look) (again bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for n, name := range found.posts {
		if !b.meanwhile[name] {
			b.keepLocked(name, found.read[n])
		}
	}
	for _, name := range found.gone {
		if !b.meanwhile[name] {
			delete(b.files, name)
		}
	}
	if w := found.words; w != nil {
		b.site, b.stray, b.config.Zone = w.site, w.stray, found.config.Zone
		if _, ok := found.stamps[post.SiteFile]; ok {
			b.files[post.SiteFile] = w.file
		}
	}
	for _, name := range slices.Concat(found.changed, found.gone) {
		now, _ := b.stamps.get(name)
		again = again || b.meanwhile[name] && found.stamps[name] != now
	}
	for name := range b.meanwhile {
		if stamp, ok := b.stamps.get(name); ok {
			found.stamps[name] = stamp
		} else {
			delete(found.stamps, name)
		}
		if f, ok := b.files[name]; ok && f.post != nil && f.zone.String() != b.config.Zone.String() {
			f.stamp, again = store.Stamp{}, true
			b.files[name] = f
		}
	}
	found.changed = append(found.changed, redrawn(b.stamps.reset(found.stamps), found.stamps)...)
	before := b.kept
	b.kept = misnamed(found.stamps)
	if len(found.changed)+len(found.gone) > 0 || !slices.Equal(before, b.kept) {
		b.changed++
	}
	return again
}
