package post

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// Config is what a folder's operator says about all of its posts.
type Config struct {
	Zone        *time.Location // of dates that are written without one; nil: UTC
	TagsBySpace bool           // a text of tags without commas is split at its blanks, as Jekyll does
}

// zone returns the zone of dates without one.
func (c Config) zone() *time.Location {
	if c.Zone == nil {
		return time.UTC
	}
	return c.Zone
}

// Parse reads the file's data into a Post. Its error wraps ErrInvalid, and then Errors returns what to mend, or
// ErrNotPost. It does not keep data.
//
// A Post may carry problems in its Warnings that are errors: a date that cannot be read and that the file's name does not
// give either. Such a post is served without a date, and better not accepted from an author who is still there to mend it.
func Parse(file string, data []byte, c Config) (*Post, error) {
	r := reading{Post: &Post{File: file}, config: c}
	source, problem := r.decode(data)
	if problem != nil {
		return nil, invalid(file, problem)
	}
	r.Source = source
	r.text = withLineFeeds(source)
	s, problem := split(r.text)
	if problem != nil {
		return nil, invalid(file, problem)
	}
	if r.fields, problem = r.readHeader(s); problem != nil {
		return nil, invalid(file, problem)
	}
	r.warnTwice()
	r.name = readName(file, c.zone())
	if err := r.notPost(s); err != nil {
		return nil, err
	}
	r.readFields()
	r.readBody(s)
	slices.SortStableFunc(r.Warnings, byWeight)
	return r.Post, nil
}

// withLineFeeds returns s with line feeds where it has nothing but carriage returns, as files of old Macintoshes do.
func withLineFeeds(s string) string {
	if strings.Contains(s, "\r") && !strings.Contains(s, "\n") {
		return strings.ReplaceAll(s, "\r", "\n")
	}
	return s
}

// Check returns all that the author of a file should mend, errors first; nothing for a file that is no post.
func Check(file string, data []byte, c Config) []Problem {
	p, err := Parse(file, data, c)
	if err != nil {
		return Errors(err)
	}
	return p.Warnings
}

// invalid returns the error for p in file.
func invalid(file string, p *Problem) error {
	p.File = file
	return &ParseError{Problems: []Problem{*p}}
}

// readHeader reads the header of s by its dialect.
func (r *reading) readHeader(s sheet) (fields, *Problem) {
	switch s.syntax {
	case yamlHeader:
		found, problem := readYAML(s.head, s.line)
		if problem != nil && s.loose {
			return readPlain(s.head, s.line), nil
		}
		if problem != nil {
			return r.repairYAML(s.head, s.line, problem)
		}
		return found, nil
	case tomlHeader:
		return readTOML(s.head, s.line)
	case jsonHeader:
		return readJSON(s.head, s.line)
	case plainHeader, dotsHeader:
		return readPlain(s.head, s.line), nil
	}
	return nil, nil
}

// warnTwice tells of keys that are written twice.
func (r *reading) warnTwice() {
	last := make(map[string]place, len(r.fields))
	for _, f := range r.fields {
		last[f.name] = f.at
	}
	if len(last) == len(r.fields) {
		return
	}
	for _, f := range r.fields {
		if f.at != last[f.name] {
			r.warn(f.at, quote(f.key)+" is written twice, the last one counts", "remove this one")
		}
	}
}

// notPost returns an error where the file is no post, although its name says so.
func (r *reading) notPost(s sheet) error {
	if f, ok := r.fields.field("layout"); ok && !r.name.dated {
		if word := strings.ToLower(f.line()); word == "nil" || word == "false" {
			return fmt.Errorf("%s: %w: layout is %s", r.File, ErrNotPost, word)
		}
	}
	if strings.TrimSpace(s.body) != "" {
		return nil
	}
	if strings.TrimSpace(r.Source) == "" {
		return invalid(r.File, &Problem{Line: 1, Col: 1, Error: true, What: "the file is empty", Hint: "write a title and some text"})
	}
	if v, ok := r.fields.get("redirect", "redirect_to"); ok {
		if target := Address(v.line()); target != "" && !strings.Contains(v.line(), "://") {
			r.Redirect = target
			return nil
		}
	}
	_, titled := r.fields.get("title")
	_, dated := r.fields.get(dateKeys...)
	if len(r.fields) > 0 && !titled && !dated {
		return fmt.Errorf("%s: %w: no title, no date and no text", r.File, ErrNotPost)
	}
	return nil
}
