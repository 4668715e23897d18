package command

import (
	"net/url"
	"strings"
	"time"

	"postern/internal/index"
	"postern/internal/text"
)

// object is a post as JSON, as scripts rely on it.
type object struct {
	Slug     string   `json:"slug"`
	File     string   `json:"file"`
	Title    string   `json:"title"`
	Date     *string  `json:"date"`
	Updated  *string  `json:"updated"`
	Authors  []string `json:"authors"`
	Tags     []string `json:"tags"`
	Series   string   `json:"series"`
	Language string   `json:"language"`
	Summary  string   `json:"summary"`
	Words    int      `json:"words"`
	Minutes  int      `json:"minutes"`
	Address  string   `json:"address"`
	Draft    bool     `json:"draft"`
}

func (c *call) object(e index.Entry) object {
	return object{
		Slug: e.Slug, File: text.Line(e.File), Title: text.Line(e.Title),
		Date: written(e.Date), Updated: written(e.Updated),
		Authors: lines(e.Authors), Tags: lines(e.Tags), Series: text.Line(e.Series), Language: text.Line(e.Language),
		Summary: text.Line(e.Summary), Words: e.Words, Minutes: e.Minutes(),
		Address: (&url.URL{Scheme: "ssh", User: url.User(e.Slug), Host: c.address()}).String(), Draft: e.Draft,
	}
}

// address returns the host as it stands in a URL: with the port, where that is not the usual one.
func (c Caller) address() string {
	host, port := c.Host, ""
	if rest, ok := strings.CutPrefix(host, "-p "); ok {
		port, host, _ = strings.Cut(rest, " ")
		port = ":" + port
	}
	if strings.Contains(host, ":") {
		host = "[" + host + "]"
	}
	return host + port
}

// written returns t as RFC 3339 in the zone it was written in, nil where there is none.
func written(t time.Time) *string {
	if t.IsZero() {
		return nil
	}
	s := t.Format(time.RFC3339)
	return &s
}

// lines returns names cleaned, never nil: JSON has [] for none.
func lines(names []string) []string {
	clean := make([]string, len(names))
	for n, name := range names {
		clean[n] = text.Line(name)
	}
	return clean
}
