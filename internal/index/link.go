package index

import (
	"net/url"
	"path"
	"strings"

	"postern/internal/post"
)

// Link is an address as a post has it.
type Link struct {
	Address string
	Here    string // what readers type after "ssh" to come here; "" where nobody knows
}

// Resolve returns the post that link, as written in the post from, leads to, and the heading there: a path from its file
// or from the top, an address of ours, or one of the web site that the blog has besides. A zero from has no file. A file
// that the audience may not read leads nowhere, whatever else has its name for an address.
func (s *Snapshot) Resolve(from Entry, link Link, a Audience) (to Entry, anchor string, ok bool) {
	u, err := url.Parse(link.Address)
	if err != nil {
		return Entry{}, "", false
	}
	switch {
	case u.Scheme == "ssh" && u.User != nil && s.isHere(u.Hostname(), link.Here):
		to, ok = s.Find(u.User.Username(), a)
		return to, u.Fragment, ok
	case u.Host != "" && u.Host != s.webHost(), u.Scheme != "" && u.Host == "":
		return Entry{}, "", false
	}
	target, fromTop := strings.CutPrefix(u.Path, "@/") // as Zola writes it
	candidates := []string{target}
	if from.Post != nil && !fromTop && !strings.HasPrefix(target, "/") {
		candidates = append([]string{path.Join(path.Dir(from.File), target)}, candidates...)
	}
	for _, c := range candidates { // files first: what is called so may have the address of another
		if at, ok := s.byFile[strings.TrimPrefix(path.Clean(c), "/")]; ok {
			if !s.opens(at, a) {
				return Entry{}, "", false
			}
			return s.entry(at), u.Fragment, true
		}
	}
	candidates = append(candidates, path.Base(post.Address(target))) // the top may be another one there
	for _, c := range candidates {
		if to, ok = s.Find(strings.Trim(c, "/"), a); ok && c != "" {
			return to, u.Fragment, true
		}
	}
	return Entry{}, "", false
}

// isHere reports whether host is this blog, to which readers come by here.
func (s *Snapshot) isHere(host, here string) bool {
	words := strings.Fields(here)
	return host != "" && (host == s.Site().Host || len(words) > 0 && host == words[len(words)-1])
}

// webHost returns the host of the blog's web site, "" for none.
func (s *Snapshot) webHost() string {
	u, err := url.Parse(s.Site().URL)
	if err != nil {
		return ""
	}
	return u.Host
}
