package feed

import (
	"bytes"
	"encoding/json"
	"io"
	"time"
)

// The fields of JSON Feed 1.1 that are used, in the order in which they are written.
type (
	jsonHead struct {
		Version     string       `json:"version"`
		Title       string       `json:"title"`
		Home        string       `json:"home_page_url"`
		Description string       `json:"description,omitempty"`
		Language    string       `json:"language,omitempty"`
		Authors     []jsonAuthor `json:"authors"`
	}
	jsonAuthor struct {
		Name string `json:"name"`
	}
	jsonItem struct {
		ID        string       `json:"id"`
		URL       string       `json:"url"`
		Title     string       `json:"title"`
		Published string       `json:"date_published,omitempty"`
		Modified  string       `json:"date_modified"`
		Authors   []jsonAuthor `json:"authors,omitempty"`
		Tags      []string     `json:"tags,omitempty"`
		Language  string       `json:"language,omitempty"`
		Summary   string       `json:"summary,omitempty"`
		HTML      string       `json:"content_html,omitempty"`
		Text      string       `json:"content_text,omitempty"` // where there is no HTML: one of the two has to be there
		Postern   jsonAddress  `json:"_postern"`
	}
	jsonAddress struct {
		Address string `json:"address"` // by SSH
	}
)

// JSON writes f as JSON Feed 1.1, an item at a time.
func JSON(w io.Writer, f *Feed) error {
	head, err := EncodeJSON(jsonHead{
		Version: "https://jsonfeed.org/version/1.1", Title: f.title, Home: f.home(), Description: f.description,
		Language: f.language, Authors: []jsonAuthor{{f.author}},
	}, "")
	if err != nil {
		return err
	}
	head = append(bytes.TrimSuffix(head, []byte("\n}")), ",\n  \"items\": ["...)
	if _, err := w.Write(head); err != nil {
		return err
	}
	for n, i := range f.items {
		encoded, err := EncodeJSON(i.json(), "    ")
		if err != nil {
			return err
		}
		before := ",\n    "
		if n == 0 {
			before = "\n    "
		}
		if _, err := w.Write(append([]byte(before), encoded...)); err != nil {
			return err
		}
	}
	_, err = io.WriteString(w, "\n  ]\n}\n")
	return err
}

// json returns i as an item.
func (i item) json() jsonItem {
	j := jsonItem{
		ID: i.id, URL: i.link(), Title: i.title, Modified: i.updated.Format(time.RFC3339), Tags: i.tags,
		Language: i.language, Summary: i.summary, HTML: i.html, Postern: jsonAddress{i.ssh},
	}
	if i.html == "" {
		j.Text = i.summary
		if j.Text == "" {
			j.Text = i.title
		}
	}
	if !i.date.IsZero() {
		j.Published = i.date.Format(time.RFC3339)
	}
	for _, name := range i.authors {
		j.Authors = append(j.Authors, jsonAuthor{name})
	}
	return j
}

// EncodeJSON returns v as JSON over several lines, all but the first behind prefix, with <, > and & as they are.
func EncodeJSON(v any, prefix string) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent(prefix, "  ")
	if err := e.Encode(v); err != nil {
		return nil, err
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), nil
}
