package post

import (
	"slices"
	"strings"
	"time"
)

// The keys that each date is read from; the first that is not empty counts.
var (
	dateKeys    = []string{"date", "datepublished", "publishdate", "pubdate", "pubdatetime", "published_date", "published", "created"}
	updatedKeys = []string{"updated", "lastmod", "modified", "moddatetime", "updateddate", "last_modified_at", "dateupdated", "update"}
	publishKeys = []string{"publishdate", "publish_date"}
	expiryKeys  = []string{"expirydate", "expiry_date", "expires", "unpublishdate", "unpublish_date"}
)

// readDates takes all dates, from the front matter first, then from the file's path, then from its old address.
func (r *reading) readDates() {
	unread := r.readDate()
	if r.Date.IsZero() {
		r.Date = r.name.date
	}
	if r.Date.IsZero() {
		if v, ok := r.fields.get("path"); ok {
			r.Date = directoryDate(strings.Trim(v.line(), "/"), r.config.zone())
		}
	}
	r.tellDate(unread)
	r.Updated, _ = r.optional(updatedKeys)
	r.Expiry, _ = r.optional(expiryKeys)
	publish, ok := r.optional(publishKeys)
	r.Publish = publish
	r.Draft = r.Draft || !ok // better late than too early
}

// tellDate tells the author of a date that cannot be read, and of none at all.
func (r *reading) tellDate(unread *Problem) {
	switch {
	case unread != nil:
		unread.Error = r.Date.IsZero()
		if !unread.Error {
			unread.What += ", so the date in the file's path counts"
		}
		r.Warnings = append(r.Warnings, *unread)
	case r.Date.IsZero() && !r.Draft && r.Redirect == "":
		at := place{1, 1}
		if f, ok := r.fields.field("date"); ok {
			at = f.at
		}
		r.warn(at, "no date, so the post is listed last", "write a line like date: 2020-10-02 in the front matter")
	}
}

// readDate takes the date of the front matter. It returns a problem where one is written that cannot be read.
func (r *reading) readDate() *Problem {
	for _, key := range dateKeys {
		f, ok := r.fields.field(key)
		if !ok || f.isEmpty() {
			continue
		}
		v := f.value
		if v.kind == table {
			if v, ok = f.fields.get("created", "published", "date", "updated"); !ok {
				return r.dateProblem(key, f.value, &dateError{"is a template that nobody filled in", "write date: 2020-10-02"})
			}
		}
		word := strings.ToLower(v.line())
		if isFileTime(word) || key == "published" && (isYes(word) || isNo(word)) {
			continue
		}
		date, err := readDate(v.line(), r.config.zone())
		if err != nil {
			return r.dateProblem(key, v, err)
		}
		r.Date = date
		return nil
	}
	return nil
}

// isFileTime reports whether word asks for a time of the file itself, as Eleventy's authors do. A checkout or an upload
// sets that anew, so it says nothing.
func isFileTime(word string) bool {
	switch word {
	case "last modified", "created", "git last modified", "git created":
		return true
	}
	return false
}

// dateProblem returns err, which key's value v caused.
func (r *reading) dateProblem(key string, v value, err *dateError) *Problem {
	return &Problem{File: r.File, Line: v.at.line, Col: v.at.col, What: key + ": " + err.what, Hint: err.hint}
}

// optional returns the date of the first of keys that has one, or zero. One that cannot be read is told, and not ok.
func (r *reading) optional(keys []string) (date time.Time, ok bool) {
	v, found := r.fields.get(keys...)
	if inner, isTable := r.inner("date"); !found && isTable && keys[0] == updatedKeys[0] {
		v, found = inner.get("updated", "modified")
	}
	if !found {
		return time.Time{}, true
	}
	date, err := readDate(v.line(), r.config.zone())
	if err == nil {
		return date, true
	}
	told := slices.ContainsFunc(r.Warnings, func(p Problem) bool { return p.Line == v.at.line && p.Col == v.at.col })
	if !told {
		r.Warnings = append(r.Warnings, *r.dateProblem(keys[0], v, err))
	}
	return time.Time{}, false
}
