package blog

import (
	"fmt"
	"io"
	"sync"
	"time"

	"postern/internal/store"
)

// Limits bound what authors may push. Zero means no limit but the size that a post can have at all.
type Limits struct {
	File      int64 // bytes of one file
	Folder    int64 // bytes of all files together; the history does not count
	Files     int   // how many
	PerMinute int   // files from one author
}

// Bound sets what authors may push from now on. Nothing that is there goes.
func (b *Blog) Bound(l Limits) { b.limits.Store(&l) }

// Limits returns what authors may push.
func (b *Blog) Limits() Limits { return *b.limits.Load() }

// Largest returns the size of the largest file that is taken.
func (l Limits) Largest() int64 {
	if l.File == 0 {
		return store.MaxFile
	}
	return min(l.File, store.MaxFile)
}

// receive reads all of r, which must not be more than one file may have.
func (l Limits) receive(r io.Reader) ([]byte, error) {
	data, err := io.ReadAll(io.LimitReader(r, l.Largest()+1))
	if err == nil {
		err = l.fits(len(data))
	}
	return data, err
}

// fits returns an error where a file of size bytes is more than one file may have.
func (l Limits) fits(size int) error {
	if int64(size) > l.Largest() {
		return tooLarge(l.Largest())
	}
	return nil
}

func tooLarge(limit int64) error { return refuse("the file is larger than " + bytesOf(limit)) }

// TooLarge returns what an author is told of the file called name where it is larger than Largest.
func (l Limits) TooLarge(name string) error {
	return fmt.Errorf("%s: error: %w", name, tooLarge(l.Largest()))
}

// room returns an error where a file of size bytes does not fit any more; old is the size of the one that it replaces,
// -1 for none.
func (l Limits) room(files int, total, size, old int64) error {
	switch {
	case old < 0 && l.Files > 0 && files >= l.Files:
		return refuse(fmt.Sprintf("the blog has %d files already, and may have no more", files))
	case l.Folder > 0 && size > old && total+size-max(old, 0) > l.Folder:
		return refuse(fmt.Sprintf("the blog may have %s, and this would be more", bytesOf(l.Folder)))
	}
	return nil
}

// bytesOf returns n for people.
func bytesOf(n int64) string {
	switch {
	case n >= 1<<20:
		return fmt.Sprintf("%.4g MiB", float64(n)/(1<<20))
	case n >= 1<<10:
		return fmt.Sprintf("%.4g KiB", float64(n)/(1<<10))
	}
	return fmt.Sprintf("%d bytes", n)
}

// pace counts what each author pushed of late. It is safe for concurrent use.
type pace struct {
	mu    sync.Mutex
	since time.Time
	count map[string]int
}

// take counts one push by the author and returns an error where there were more than limit within a minute.
func (p *pace) take(author string, limit int, now time.Time) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if err := p.fullLocked(author, limit, now); err != nil || limit == 0 {
		return err
	}
	p.count[author]++
	return nil
}

// full returns an error where the author can push no more for now.
func (p *pace) full(author string, limit int, now time.Time) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.fullLocked(author, limit, now)
}

func (p *pace) fullLocked(author string, limit int, now time.Time) error {
	if limit == 0 {
		return nil
	}
	if now.Sub(p.since) >= time.Minute {
		p.since, p.count = now, make(map[string]int)
	}
	if p.count[author] >= limit {
		wait := time.Minute - now.Sub(p.since)
		return refuse(fmt.Sprintf("%d files in a minute are enough; go on in %d seconds", limit, int(wait.Seconds())+1))
	}
	return nil
}
