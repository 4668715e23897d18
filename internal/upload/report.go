package upload

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"postern/internal/blog"
)

// In a report each of the first files is told about with all that there is to say. Of the others only what is to be
// mended is, and how many they were.
const (
	inFull   = 3
	maxLines = 200
	maxPosts = 1000 // of which it is told at the end what is wrong beside other files
	again    = 10   // refusals that are told again at the end: clients print many lines between
)

// report tells the client's user what became of the files of one session. It is safe for concurrent use.
type report struct {
	*Session
	began time.Time

	mu      sync.Mutex
	files   int
	kinds   map[string]int
	refused int
	why     []string // of the first refusals, a line each
	removed int
	lines   int
	posts   []told
}

// told is a post as its author was told of it, before the files that come after it.
type told struct{ name, slug string }

// publish hands a file to the blog and tells what became of it. The error says the same as the report.
func (r *report) publish(ctx context.Context, name string, data []byte, modified time.Time) error {
	o, err := r.Blog.PublishAs(ctx, r.By, name, data, modified)
	if err != nil {
		r.refuse(err)
		return err
	}
	r.published(o)
	return nil
}

// say prints a line, up to some number of them.
func (r *report) say(line string) {
	if r.lines++; r.lines == maxLines {
		line = "… and more"
	}
	if r.lines > maxLines {
		return
	}
	indent := line[:len(line)-len(strings.TrimLeft(line, " "))]
	_, _ = fmt.Fprintf(r.Err, "%s%s\n", indent, r.Clean(line)) // who does not listen is not told
}

// published tells what became of a file.
func (r *report) published(o blog.Outcome) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.kinds == nil {
		r.kinds = make(map[string]int)
	}
	r.files++
	r.kinds[o.Kind()]++
	if !o.Entry.IsZero() && len(r.posts) < maxPosts {
		r.posts = slices.DeleteFunc(r.posts, func(t told) bool { return t.name == o.File })
		r.posts = append(r.posts, told{o.File, o.Entry.Slug})
		o = o.Alone()
	}
	if r.files <= inFull {
		for _, line := range o.Lines(r.By.Name, r.Host) {
			r.say(line)
		}
		return
	}
	for _, p := range o.Problems {
		r.say(p.String())
	}
}

// gone notes that a file was removed.
func (r *report) gone() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.removed++
}

// refuse tells why something was not done.
func (r *report) refuse(err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if !r.refusedLocked(err) {
		return
	}
	for line := range strings.SplitSeq(err.Error(), "\n") {
		r.say(line)
	}
}

// refusedLocked counts a refusal and reports whether it has to be told: what holds for all files is told once.
func (r *report) refusedLocked(err error) bool {
	r.refused++
	line, _, _ := strings.Cut(err.Error(), "\n")
	if slices.Contains(r.why, line) {
		return false
	}
	if len(r.why) < again {
		r.why = append(r.why, line)
	}
	return true
}

// endOfPosts tells of each post what only all files together show: pictures and posts that it leads to and that have not
// come, and an address that another one took meanwhile.
func (r *report) endOfPosts() {
	for _, was := range r.posts {
		o := r.Blog.Post(was.name)
		if o.Entry.IsZero() {
			continue
		}
		if o.Entry.Slug != was.slug {
			r.say(was.name + ": another file has the address " + was.slug + " now, and it is at")
			for _, line := range o.Addresses(r.By.Name, r.Host) {
				r.say(line)
			}
		}
		for _, p := range o.Beside() {
			r.say(p.String())
		}
	}
	r.posts = nil
}

// end tells about all files together, where there were many, and returns the exit status.
func (r *report) end() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.endOfPosts()
	if r.files+r.refused > inFull || r.files > 0 && r.refused > 0 || r.removed > 0 {
		r.lines = 0 // this one is always said
		r.say(r.summary())
	}
	if r.files > inFull && r.refused > 0 {
		for _, line := range r.why {
			r.say("  " + line)
		}
		if len(r.why) == again && r.refused > again {
			r.say("  … and more")
		}
	}
	if r.removed > 0 {
		r.say("  to have removed and replaced files back: ssh " + blog.Login(r.By.Name, r.Host) + " restore --since " + r.began.UTC().Format(blog.VersionLayout))
	}
	if r.refused > 0 {
		return refused
	}
	return done
}

// summary counts what there was: "12 files: 10 live, 2 draft; 1 refused".
func (r *report) summary() string {
	var kinds []string
	for kind := range r.kinds {
		kinds = append(kinds, kind)
	}
	slices.Sort(kinds)
	for n, kind := range kinds {
		what := kind
		if kind == "file" {
			what = "beside the posts"
		}
		kinds[n] = fmt.Sprintf("%d %s", r.kinds[kind], what)
	}
	parts := []string{fmt.Sprintf("%d files taken", r.files)}
	if r.files == 1 {
		parts[0] = "1 file taken"
	}
	if len(kinds) > 0 {
		parts[0] += ": " + strings.Join(kinds, ", ")
	}
	if r.files == 0 {
		parts = nil
	}
	if r.removed > 0 {
		parts = append(parts, fmt.Sprintf("%d removed", r.removed))
	}
	if r.refused > 0 {
		parts = append(parts, fmt.Sprintf("%d refused", r.refused))
	}
	return strings.Join(parts, "; ")
}
