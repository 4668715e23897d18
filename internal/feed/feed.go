// Package feed writes the newest posts of a blog as Atom, RSS 2.0 or JSON Feed 1.1.
//
// What a feed holds:
//   - The posts that every reader sees in the list, newest first: no draft, no scheduled, expired or unlisted post.
//   - Their complete text as HTML, of which only harmless elements are left. Where posts are very long or very many, the
//     last of them have their summary only, so that a feed stays bounded; no post is left out for it.
//   - Links to ssh://SLUG@host and, where the site names its web address, to that address followed by the slug.
//   - Ids that last (id.go), and nothing that depends on the time of asking: equal Snapshots make equal feeds.
//
// No feed has a link to itself: "ssh host feed" has no address.
package feed

import (
	"cmp"
	"net/url"
	"strings"
	"time"

	"postern/internal/index"
	"postern/internal/post"
	"postern/internal/text"
)

// Usual is how many posts a feed has that nobody asked to be longer, Most how many one can have.
const (
	Usual = 50
	Most  = 1000
)

// Feed is the newest posts of a blog, ready to be written. It never changes.
type Feed struct {
	id                                          string
	title, description, author, email, language string
	license                                     string
	ssh, web                                    string // addresses of the blog; web: "" for none
	items                                       []item
}

// item is one post. All of it is clean.
type item struct {
	id, title, summary, language string
	html                         string // "" where there is only a summary
	ssh, web                     string // web: "" for none
	date, updated                time.Time
	authors, tags                []string
}

// link returns the address that a browser can open, where there is one.
func (i item) link() string { return cmp.Or(i.web, i.ssh) }

// home returns the address of the blog that a browser can open, where there is one.
func (f *Feed) home() string { return cmp.Or(f.web, f.ssh) }

// updated returns when the last change was made to what f holds; the beginning of Unix time for nothing.
func (f *Feed) updated() time.Time {
	last := time.Unix(0, 0).UTC()
	for _, i := range f.items {
		if i.updated.After(last) {
			last = i.updated
		}
	}
	return last
}

// newFeed returns a Feed without items.
func newFeed(site *post.Site, l linker) *Feed {
	f := &Feed{
		title: text.Line(site.Title), description: text.Line(site.Description), author: text.Line(site.Author),
		email: text.Line(site.Email), language: text.Line(site.Language), license: text.Line(site.License),
		ssh: "ssh://" + l.host,
	}
	if l.web != nil {
		f.web = l.web.String()
	}
	f.title = cmp.Or(f.title, l.host)
	f.author = cmp.Or(f.author, f.title)
	f.id = feedID(f.title, f.author)
	return f
}

// newItem returns e without its HTML.
func newItem(e index.Entry, l linker) item {
	i := item{
		id: postID(e), title: text.Line(e.Title), summary: text.Line(e.Summary), language: text.Line(e.Language),
		ssh: l.ssh(e.Slug), web: l.page(e.Slug),
		date: e.Date, updated: time.Unix(0, 0).UTC(),
	}
	for _, t := range []time.Time{e.Date, e.Publish, e.Updated} {
		if t.After(i.updated) {
			i.updated = t
		}
	}
	for _, name := range e.Authors {
		i.authors = append(i.authors, text.Line(name))
	}
	for _, name := range e.Tags {
		i.tags = append(i.tags, text.Line(name))
	}
	return i
}

// linker knows the addresses of posts.
type linker struct {
	posts *index.Snapshot
	host  string   // with the port, as in a URL
	web   *url.URL // nil: none
}

// newLinker returns what knows the addresses of posts on host. A host that cannot stand in a URL is called localhost.
func newLinker(posts *index.Snapshot, host string) linker {
	l := linker{posts: posts, host: host}
	if _, ok := text.URL("ssh://" + host); !ok {
		l.host = "localhost"
	}
	web, ok := text.URL(posts.Site().URL)
	if !ok || !strings.HasPrefix(strings.ToLower(web), "http") {
		return l
	}
	if u, err := url.Parse(web); err == nil {
		l.web = u
	}
	return l
}

// ssh returns the address of the post at slug.
func (l linker) ssh(slug string) string {
	return (&url.URL{Scheme: "ssh", User: url.User(slug), Host: l.host}).String()
}

// page returns the address of the post at slug on the web, "" for none.
func (l linker) page(slug string) string {
	if l.web == nil {
		return ""
	}
	return l.web.JoinPath(slug).String()
}
