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
		if f.kind == table {
			inner, ok := f.fields.get("created", "published", "date", "updated")
			if !ok {
				return r.dateProblem(f, &dateError{"is a template that nobody filled in", "write date: 2020-10-02"})
			}
			f.value = inner
		}
		if isFileTime(strings.ToLower(f.line())) || key == "published" && saysWhether(f) {
			continue
		}
		date, err := readDate(f.line(), r.config.zone())
		if err != nil {
			return r.dateProblem(f, err)
		}
		r.Date = date
		return nil
	}
	return nil
}

// saysWhether reports whether the value of f, which is called published or much like it, says whether a post is, and not
// since when.
func saysWhether(f field) bool {
	word := strings.ToLower(f.line())
	return isYes(word) || isNo(word) || !isFileTime(word) && !strings.ContainsAny(word, "0123456789")
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

// dateProblem returns err, which the value of f caused.
func (r *reading) dateProblem(f field, err *dateError) *Problem {
	return &Problem{File: r.File, Line: f.value.at.line, Col: f.value.at.col, What: f.key + ": " + err.what, Hint: err.hint}
}

// optional returns the date of the first of keys that has one, or zero. One that cannot be read is told, and not ok.
func (r *reading) optional(keys []string) (date time.Time, ok bool) {
	f, found := r.fields.first(keys...)
	if inner, isTable := r.inner("date"); !found && isTable && keys[0] == updatedKeys[0] {
		f, found = inner.first("updated", "modified")
	}
	if !found {
		return time.Time{}, true
	}
	date, err := readDate(f.line(), r.config.zone())
	if err == nil {
		return date, true
	}
	problem := r.dateProblem(f, err)
	told := slices.ContainsFunc(r.Warnings, func(p Problem) bool { return p.Line == problem.Line && p.Col == problem.Col })
	if !told {
		r.Warnings = append(r.Warnings, *problem)
	}
	return time.Time{}, false
}
