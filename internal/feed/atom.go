package feed

import (
	"encoding/xml"
	"io"
	"time"
)

// The elements of RFC 4287 that are used, in the order in which they are written.
type (
	atomFeed struct {
		XMLName   xml.Name     `xml:"http://www.w3.org/2005/Atom feed"`
		Language  string       `xml:"xml:lang,attr,omitempty"`
		ID        string       `xml:"id"`
		Title     string       `xml:"title"`
		Subtitle  string       `xml:"subtitle,omitempty"`
		Updated   string       `xml:"updated"`
		Author    atomPerson   `xml:"author"`
		Links     []atomLink   `xml:"link"`
		Rights    string       `xml:"rights,omitempty"`
		Generator string       `xml:"generator"`
		Entries   []*atomEntry `xml:"entry"`
	}
	atomEntry struct {
		Language   string         `xml:"xml:lang,attr,omitempty"`
		ID         string         `xml:"id"`
		Title      string         `xml:"title"`
		Published  string         `xml:"published,omitempty"`
		Updated    string         `xml:"updated"`
		Authors    []atomPerson   `xml:"author"`
		Links      []atomLink     `xml:"link"`
		Categories []atomCategory `xml:"category"`
		Summary    string         `xml:"summary,omitempty"`
		Content    *atomContent   `xml:"content"`
	}
	atomPerson struct {
		Name  string `xml:"name"`
		Email string `xml:"email,omitempty"`
	}
	atomLink struct {
		Rel  string `xml:"rel,attr"`
		Type string `xml:"type,attr,omitempty"`
		Href string `xml:"href,attr"`
	}
	atomCategory struct {
		Term string `xml:"term,attr"`
	}
	atomContent struct {
		Type string `xml:"type,attr"`
		Base string `xml:"xml:base,attr,omitempty"`
		HTML string `xml:",cdata"`
	}
)

// Atom writes f as an Atom feed.
func Atom(w io.Writer, f *Feed) error {
	a := atomFeed{
		Language: f.language, ID: f.id, Title: f.title, Subtitle: f.description, Updated: f.updated().Format(time.RFC3339),
		Author: atomPerson{f.author, f.email}, Links: atomLinks(f.web, f.ssh), Rights: f.license, Generator: "postern",
	}
	for _, i := range f.items {
		a.Entries = append(a.Entries, i.atom())
	}
	return writeXML(w, a)
}

// atom returns i as an entry.
func (i item) atom() *atomEntry {
	e := &atomEntry{
		Language: i.language, ID: i.id, Title: i.title, Updated: i.updated.Format(time.RFC3339),
		Links: atomLinks(i.web, i.ssh), Summary: i.summary,
	}
	if !i.date.IsZero() {
		e.Published = i.date.Format(time.RFC3339)
	}
	for _, name := range i.authors {
		e.Authors = append(e.Authors, atomPerson{Name: name})
	}
	for _, tag := range i.tags {
		e.Categories = append(e.Categories, atomCategory{tag})
	}
	if i.html != "" {
		e.Content = &atomContent{"html", i.web, i.html}
	}
	return e
}

// atomLinks returns the link to the web, where there is one, and the one to the blog. They differ in their type, as
// two alternates have to.
func atomLinks(web, ssh string) []atomLink {
	links := []atomLink{{Rel: "alternate", Href: ssh}}
	if web != "" {
		links = []atomLink{{Rel: "alternate", Type: "text/html", Href: web}, links[0]}
	}
	return links
}

// writeXML writes v as a document, ended by a new line.
func writeXML(w io.Writer, v any) error {
	if _, err := io.WriteString(w, xml.Header); err != nil {
		return err
	}
	e := xml.NewEncoder(w)
	e.Indent("", "  ")
	if err := e.Encode(v); err != nil {
		return err
	}
	_, err := io.WriteString(w, "\n")
	return err
}
