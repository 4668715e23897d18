// Package post says what a post is: it reads one Markdown file with its front matter into a Post.
//
// A Post never changes after Parse; all of its fields are read-only and may be shared by any number of goroutines.
package post

import (
	"errors"
	"time"
)

// ErrInvalid is wrapped by the errors of Parse that an author can mend; its text names file, line and column.
var ErrInvalid = errors.New("invalid post")

// ErrNotPost is wrapped by the errors of Parse for files that are no posts and need no mending (layout: nil, …).
var ErrNotPost = errors.New("not a post")

// Post is one parsed file.
type Post struct {
	File     string // path below the posts folder, with slashes
	Slug     string // the address; unique only within an index.Snapshot, which may lengthen it
	Explicit bool   // Slug was written by the author, not derived from the file name
	Title    string // one line; not yet cleaned for a terminal

	Date    time.Time // in the zone that was written; zero where undated
	Updated time.Time // zero where unknown
	Publish time.Time // not before; zero: at once
	Expiry  time.Time // not from then on; zero: never

	Draft    bool
	Unlisted bool

	Authors  []string
	Tags     []string // as first spelled; compared without case
	Series   string
	Language string   // BCP 47, "" where unknown
	Summary  string   // one line of plain text
	Part     int      // place within the series, from 1; 0 where the date decides
	Aliases  []string // other addresses that the author wrote, as Address returns them
	Stems    []string // addresses made of the file's path and of the ends of Aliases; weaker than any of those
	Base     string   // path without extension and language: translations of one post share it

	Redirect string // not "": no post, but an old address that leads to the post at this one

	Pictures []string // addresses of the pictures that the body shows, as written
	Links    []string // addresses of files of posts that the body leads to, as written
	Words    int
	Markdown string // the body, ready to render: front matter, shortcodes and a repeated title removed
	Source   string // the file as it was published

	Warnings []Problem // what the author should mend; see Parse for those with Error set
}

// Minutes returns the reading time, rounded, at least one minute.
func (p *Post) Minutes() int {
	const wordsPerMinute = 230
	return max(1, (p.Words+wordsPerMinute/2)/wordsPerMinute)
}

// State is what readers may see of a post at a given time.
type State uint8

// The states of a post. Only Live posts are listed for readers; Unlisted ones open by their slug.
const (
	Live State = iota
	Unlisted
	Scheduled
	Expired
	Draft
)

// State returns the state of p at the time now. A draft is a draft whatever its dates say.
func (p *Post) State(now time.Time) State {
	switch {
	case p.Draft:
		return Draft
	case p.Date.After(now) || p.Publish.After(now):
		return Scheduled
	case !p.Expiry.IsZero() && !p.Expiry.After(now):
		return Expired
	case p.Unlisted:
		return Unlisted
	}
	return Live
}

// String returns the lower-case name of s.
func (s State) String() string {
	return [...]string{"live", "unlisted", "scheduled", "expired", "draft"}[s]
}
