package feed

import (
	"cmp"
	"encoding/xml"
	"html"
	"io"
	"time"
)

// The elements of RSS 2.0 and of its modules that are used, in the order in which they are written. Names of authors
// are Dublin Core's, as RSS itself wants mail addresses.
type (
	rss struct {
		XMLName xml.Name   `xml:"rss"`
		Version string     `xml:"version,attr"`
		Atom    string     `xml:"xmlns:atom,attr"`
		Content string     `xml:"xmlns:content,attr"`
		DC      string     `xml:"xmlns:dc,attr"`
		Channel rssChannel `xml:"channel"`
	}
	rssChannel struct {
		Title       string     `xml:"title"`
		Link        string     `xml:"link"`
		Description string     `xml:"description"`
		Language    string     `xml:"language,omitempty"`
		Copyright   string     `xml:"copyright,omitempty"`
		Editor      string     `xml:"managingEditor,omitempty"`
		Built       string     `xml:"lastBuildDate"`
		Generator   string     `xml:"generator"`
		Items       []*rssItem `xml:"item"`
	}
	rssItem struct {
		Title       string       `xml:"title"`
		Link        string       `xml:"link"`
		GUID        rssGUID      `xml:"guid"`
		Published   string       `xml:"pubDate,omitempty"`
		Updated     string       `xml:"atom:updated"`
		Creators    []string     `xml:"dc:creator"`
		Language    string       `xml:"dc:language,omitempty"`
		Categories  []string     `xml:"category"`
		Description string       `xml:"description,omitempty"`
		Address     *rssAtomLink `xml:"atom:link"`
		Content     *rssContent  `xml:"content:encoded"`
	}
	rssGUID struct {
		IsPermaLink bool   `xml:"isPermaLink,attr"`
		ID          string `xml:",chardata"`
	}
	rssAtomLink struct {
		Rel  string `xml:"rel,attr"`
		Href string `xml:"href,attr"`
	}
	rssContent struct {
		HTML string `xml:",cdata"`
	}
)

// RSS writes f as RSS 2.0.
func RSS(w io.Writer, f *Feed) error {
	r := rss{
		Version: "2.0", Atom: "http://www.w3.org/2005/Atom",
		Content: "http://purl.org/rss/1.0/modules/content/", DC: "http://purl.org/dc/elements/1.1/",
		Channel: rssChannel{
			Title: f.title, Link: f.home(), Description: html.EscapeString(cmp.Or(f.description, f.title)), Language: f.language,
			Copyright: f.license, Built: f.updated().Format(time.RFC1123Z), Generator: "postern",
		},
	}
	if f.email != "" {
		r.Channel.Editor = f.email + " (" + f.author + ")"
	}
	for _, i := range f.items {
		r.Channel.Items = append(r.Channel.Items, i.rss())
	}
	return writeXML(w, r)
}

// rss returns i as an item. Its description is HTML, as readers expect.
func (i item) rss() *rssItem {
	r := &rssItem{
		Title: i.title, Link: i.link(), GUID: rssGUID{ID: i.id}, Updated: i.updated.Format(time.RFC3339),
		Creators: i.authors, Language: i.language, Categories: i.tags, Description: html.EscapeString(i.summary),
	}
	if !i.date.IsZero() {
		r.Published = i.date.Format(time.RFC1123Z)
	}
	if i.web != "" {
		r.Address = &rssAtomLink{"related", i.ssh}
	}
	if i.html != "" {
		r.Content = &rssContent{i.html}
	}
	return r
}
