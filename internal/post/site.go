package post

import (
	"fmt"
	"net/netip"
	"net/url"
	"regexp"
	"slices"
	"strconv"
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

// siteKeys are those that a Site is read from.
var siteKeys = []string{"title", "description", "email", "url", "host", "accent", "license", "author", "authors", "language",
	"lang", "timezone", "time_zone"}

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
		Title: text("title"), Description: text("description"), Email: text("email"), License: text("license"),
		Author: text("author", "authors"), Language: languageTag(text("language", "lang")),
		URL:    r.only("url", isWeb, "write an address like https://example.com"),
		Host:   r.only("host", isHost, "write a name like blog.example.com"),
		Accent: r.only("accent", isColor, `write it like "#0087af", or a number up to 255`),
		About:  strings.TrimSpace(newPreparer(normalise(s.body)).prepare()),
	}
	site.Zone = r.siteZone()
	r.warnSlips()
	return site, r.Warnings, nil
}

// only returns what stands under key where it is of the right kind. Anything else is told, with a hint.
func (r *reading) only(key string, right func(string) bool, hint string) string {
	f, ok := r.fields.first(key)
	if !ok || right(f.line()) {
		return f.line()
	}
	r.warn(f.value.at, f.key+": cannot take "+quote(f.line()), hint)
	return ""
}

// isWeb reports whether s is the address of a web site.
func isWeb(s string) bool {
	u, err := url.Parse(s)
	return err == nil && (u.Scheme == "https" || u.Scheme == "http") && u.Hostname() != ""
}

// hostName matches the names that ssh finds hosts by. None of them is an option.
var hostName = regexp.MustCompile(`^[A-Za-z0-9]([A-Za-z0-9._-]{0,251}[A-Za-z0-9])?$`)

// isHost reports whether s can be typed behind ssh: the name of a host or its IP address.
func isHost(s string) bool {
	ip, err := netip.ParseAddr(s)
	return err == nil && ip.Zone() == "" || hostName.MatchString(s) && !strings.Contains(s, "..")
}

// isColor reports whether s is a colour as package render reads one: #rgb, #rrggbb, or the number of a palette entry.
func isColor(s string) bool {
	if hex, ok := strings.CutPrefix(s, "#"); ok {
		_, err := strconv.ParseUint(hex, 16, 32)
		return err == nil && (len(hex) == 3 || len(hex) == 6)
	}
	_, err := strconv.ParseUint(s, 10, 8)
	return err == nil
}

// warnSlips tells of keys that are nearly one that counts.
func (r *reading) warnSlips() {
	for _, f := range r.fields {
		if meant := slip(f.name, siteKeys); meant != "" && !slices.Contains(siteKeys, f.name) {
			r.warn(f.at, quote(f.key)+" is not read", "write "+meant)
		}
	}
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
