package feed

import (
	"cmp"
	"io"
	"net/url"
	"path"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"postern/internal/index"
	"postern/internal/text"
)

// rewrite makes HTML that was written for a page of the blog fit for any place: links lead to where they led, pictures
// that cannot be had are named, and what a feed cannot show is a link.
func (l linker) rewrite(r io.Reader) string {
	var out strings.Builder
	z := html.NewTokenizer(r)
	for {
		kind := z.Next()
		switch kind {
		case html.ErrorToken:
			return out.String() // the end: there is no other error in a buffer
		case html.StartTagToken, html.SelfClosingTagToken:
			out.WriteString(l.tag(z.Token()))
		default:
			out.Write(z.Raw())
		}
	}
}

// tag returns what stands for an opening tag.
func (l linker) tag(t html.Token) string {
	switch t.DataAtom {
	case atom.A:
		l.change(&t, "href", l.target)
	case atom.Img:
		name := cmp.Or(attribute(t, "alt"), path.Base(attribute(t, "src")))
		if !l.change(&t, "src", l.picture) {
			return "[Image: " + html.EscapeString(text.Line(name)) + "]"
		}
	case atom.Input:
		if attribute(t, "type") != "checkbox" {
			break
		}
		for _, a := range t.Attr {
			if a.Key == "checked" {
				return "☑"
			}
		}
		return "☐"
	case atom.Iframe, atom.Video, atom.Audio, atom.Embed, atom.Source:
		if address, ok := l.picture(attribute(t, "src")); ok {
			address = html.EscapeString(address)
			return `<a href="` + address + `">` + address + `</a> `
		}
	}
	return t.String()
}

// change gives the attribute called key the value that with makes of it, and takes it away where with refuses it. It
// reports whether the attribute is there.
func (l linker) change(t *html.Token, key string, with func(string) (string, bool)) bool {
	for n, a := range t.Attr {
		if a.Key != key {
			continue
		}
		value, ok := with(a.Val)
		if ok {
			t.Attr[n].Val = value
		} else {
			t.Attr = append(t.Attr[:n:n], t.Attr[n+1:]...)
		}
		return ok
	}
	return false
}

// attribute returns the value of the attribute called key, "" where there is none.
func attribute(t html.Token, key string) string {
	for _, a := range t.Attr {
		if a.Key == key {
			return a.Val
		}
	}
	return ""
}

// target returns the address that a link in a post leads to from anywhere: the address of a post where it means one.
func (l linker) target(address string) (string, bool) {
	address = strings.TrimSpace(address)
	if strings.HasPrefix(address, "#") {
		return text.LocalURL(address)
	}
	if absolute, ok := text.URL(address); ok {
		return absolute, true
	}
	if local, ok := text.LocalURL(address); ok {
		if e, ok := l.posts.Find(local, index.Readers); ok {
			return cmp.Or(l.page(e.Slug), l.ssh(e.Slug)), true
		}
	}
	return l.resolve(address)
}

// picture returns the address of a file that a post shows.
func (l linker) picture(address string) (string, bool) {
	if absolute, ok := text.URL(address); ok {
		return absolute, strings.HasPrefix(strings.ToLower(absolute), "http")
	}
	return l.resolve(address)
}

// resolve returns a reference as an address on the web.
func (l linker) resolve(address string) (string, bool) {
	if strings.HasPrefix(address, "//") {
		return text.URL("https:" + address)
	}
	local, ok := text.LocalURL(address)
	if !ok || l.web == nil {
		return "", false
	}
	reference, err := url.Parse(local)
	if err != nil {
		return "", false
	}
	return l.web.JoinPath("/").ResolveReference(reference).String(), true
}
