package post

import (
	"fmt"
	"strings"
	"time"
)

// Site is what the blog says of itself, in _index.md. Everything in it may be empty.
type Site struct {
	Title, Description, Email, URL, Host, Accent, License, Language string

	Author string
	Zone   *time.Location // of dates that are written without one; nil: UTC
	About  string         // the About screen, Markdown
}

// SiteFile is the name of the file that a Site is written in, at the top of the folder of posts.
const SiteFile = "_index.md"

// ParseSite reads the file that describes the blog, with front matter of any dialect. The problems are what its author
// should mend; what they are about is left empty. The error, which wraps ErrInvalid, says that nothing could be read.
func ParseSite(data []byte) (*Site, []Problem, error) {
	r := reading{Post: &Post{File: SiteFile}}
	source, problem := r.decode(data)
	if problem != nil {
		return nil, nil, invalid(SiteFile, problem)
	}
	r.text = withLineFeeds(source)
	s, problem := split(r.text)
	if problem != nil {
		return nil, nil, invalid(SiteFile, problem)
	}
	if r.fields, problem = r.readHeader(s); problem != nil {
		return nil, nil, invalid(SiteFile, problem)
	}
	text := func(names ...string) string {
		v, _ := r.fields.get(names...)
		return v.line()
	}
	site := &Site{
		Title: text("title"), Description: text("description"), Email: text("email"), URL: text("url"),
		Host: text("host"), Accent: text("accent"), License: text("license"), Author: text("author", "authors"),
		Language: languageTag(text("language", "lang")),
		About:    strings.TrimSpace(newPreparer(normalise(s.body)).prepare()),
	}
	site.Zone = r.siteZone()
	return site, r.Warnings, nil
}

// siteZone returns the zone that the site names, or nil.
func (r *reading) siteZone() *time.Location {
	v, ok := r.fields.get("timezone", "time_zone")
	if !ok {
		return nil
	}
	zone, err := time.LoadLocation(v.line())
	if err != nil || strings.EqualFold(v.line(), "local") {
		r.warn(v.at, fmt.Sprintf("timezone: no zone is called %q", clip(v.line(), 60)), "write a name like Europe/Berlin or UTC")
		return nil
	}
	return zone
}
