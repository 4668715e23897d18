// Package upload is the ways by which files come to the blog and go from it: sftp, scp and rsync, as clients speak
// them. Authors bring files and take them; readers take the sources of what is published.
//
// Nothing that a client says is written anywhere before it is whole: files are gathered in memory, within bounds, and
// handed to the blog, which says what became of them. That goes to the client's standard error, for most clients hide
// what their protocol tells them.
package upload

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"path"
	"runtime/debug"
	"strings"
	"time"

	"postern/internal/blog"
	"postern/internal/index"
)

// Exit statuses.
const (
	done    = 0
	refused = 1
	usage   = 2
)

// Bounds of what one session may hold.
const (
	maxOpen    = 64       // files and folders open at once
	maxHeld    = 64 << 20 // bytes in memory of files that are not whole yet
	maxScratch = 256      // hidden files
)

// Session is one client that brings or takes files. Its fields are set before it begins.
type Session struct {
	Blog   *blog.Blog
	By     blog.Author // without a name: a reader, who only takes
	Host   string      // what readers type after "ssh" to come here
	Client string      // the version that the client tells

	In      io.Reader
	Out     io.Writer
	Err     io.Writer           // what the client shows its user
	Clean   func(string) string // makes text from outside safe for Err
	Closing context.Context     // ends when the server wants to: what is half here may come to its end
	Worked  func(time.Duration) // told how long work for the client took, before there is more; nil: nobody asks
	Log     *slog.Logger

	since time.Time // when the work began that pause has not told
}

// audience says what the client may see.
func (s *Session) audience() index.Audience {
	if s.By.Name != "" {
		return index.Authors
	}
	return index.Readers
}

// writes reports whether the client may change anything.
func (s *Session) writes() bool { return s.By.Name != "" }

// closing reports whether nothing new is to begin.
func (s *Session) closing() bool { return s.Closing != nil && s.Closing.Err() != nil }

// errClosing is what a client gets then.
var errClosing = errors.New("this blog is closing down for a moment; please come back")

// errPanic is what a client gets when something went wrong that should not have.
var errPanic = errors.New("something went wrong here; it is noted")

// contain makes a panic the end of one request: libraries run them on goroutines of their own, where it would be the
// end of everybody. It is to be deferred.
func (s *Session) contain(err *error) {
	if cause := recover(); cause != nil {
		s.Log.Error("panic in a transfer", "cause", cause, "stack", string(debug.Stack()))
		*err = errPanic
	}
}

// local returns the name below the posts of what a client calls name; "." is the top. Clients think that they are in
// the top folder, and that nothing is above it.
func local(name string) string {
	name = strings.TrimPrefix(path.Clean("/"+name), "/")
	if name == "" {
		return "."
	}
	return name
}

// expand returns the names that pattern stands for: itself, or where there is no such file what it matches.
func (s *Session) expand(ctx context.Context, pattern string) []string {
	if _, err := s.Blog.Stat(s.audience(), pattern); err == nil || !strings.ContainsAny(pattern, "*?[") {
		return []string{pattern}
	}
	found := []string{"."}
	for part := range strings.SplitSeq(pattern, "/") {
		var next []string
		for _, folder := range found {
			if ctx.Err() != nil {
				return nil
			}
			infos, _ := s.Blog.List(s.audience(), folder) // no folder has nothing in it
			for _, info := range infos {
				s.pause()
				if ok, err := path.Match(part, info.Name()); ok && err == nil {
					next = append(next, below(folder, info.Name()))
				}
			}
		}
		found = next
	}
	if len(found) == 0 {
		return []string{pattern}
	}
	return found
}

// below returns how what is called name in folder is called from the top: in the top folder it is the same string.
func below(folder, name string) string {
	if folder == "." {
		return name
	}
	return folder + "/" + name
}

// piece is how much work pause tells at once, at least.
const piece = time.Millisecond

// begin says that work begins which pause will tell.
func (s *Session) begin() { s.since = time.Now() }

// pause tells of work that goes on, a piece at a time.
func (s *Session) pause() {
	if work := time.Since(s.since); s.Worked != nil && work >= piece {
		s.Worked(work)
		s.begin()
	}
}

// seconds returns the time that a protocol tells in seconds since 1970; zero where it is none.
func seconds(n int64) time.Time {
	if n <= 0 {
		return time.Time{}
	}
	return time.Unix(n, 0)
}
