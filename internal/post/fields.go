package post

import (
	"slices"
	"strconv"
	"strings"
)

// The keys that each fact is read from; the first that is not empty counts.
var (
	summaryKeys = []string{"description", "summary", "excerpt", "spoiler", "desc", "lead", "abstract"}
	addressKeys = []string{"slug", "permalink", "url", "path", "aliases", "alias", "redirect_from"}
	linkKeys    = []string{"redirect_to", "redirect", "external_url", "externalurl", "link_to"}
)

// maxWarnings bounds what is told about one file.
const maxWarnings = 50

// reading is a Post in the making.
type reading struct {
	*Post
	config Config
	text   string // the source, with line feeds
	name   naming
	fields fields
}

// warn adds a problem that leaves the post as its author meant it.
func (r *reading) warn(at place, what, hint string) {
	if len(r.Warnings) >= maxWarnings {
		return
	}
	r.Warnings = append(r.Warnings, Problem{File: r.File, Line: at.line, Col: at.col, What: what, Hint: hint})
}

// readFields takes everything from the front matter but the title and the summary, which may come from the body.
func (r *reading) readFields() {
	r.readVisibility()
	r.readDates()
	r.readNames()
	r.readAddress()
	r.Language = r.name.language
	if v, ok := r.fields.get("lang", "language", "locale"); ok {
		if tag := languageTag(v.line()); tag != "" {
			r.Language = tag
		}
	}
}

// readNames takes tags, authors and the series.
func (r *reading) readNames() {
	if v, ok := r.fields.get("tags", "tag"); ok {
		r.Tags = unique(v.names(r.config.splitTags))
	} else if v, ok := r.inner("taxonomies", "taxonomy"); ok {
		if v, ok := v.get("tags", "tag"); ok {
			r.Tags = unique(v.names(r.config.splitTags))
		}
	}
	if v, ok := r.fields.get("authors"); ok {
		r.Authors = v.names(splitCommas)
	} else if v, ok := r.fields.get("author"); ok {
		r.Authors = v.names(splitAuthors)
	} else if v, ok := r.inner("taxonomies"); ok {
		if v, ok := v.get("authors", "author"); ok {
			r.Authors = v.names(splitCommas)
		}
	}
	r.Authors = unique(authorNames(r.Authors))
	if v, ok := r.fields.get("series"); ok {
		r.Series = v.line()
	}
	if v, ok := r.fields.get("series_order", "seriesorder", "series_index", "part"); ok {
		if part, err := strconv.Atoi(v.line()); err == nil && part > 0 {
			r.Part = part
		}
	}
}

// inner returns the table called one of names.
func (r *reading) inner(names ...string) (fields, bool) {
	v, ok := r.fields.get(names...)
	return v.fields, ok && v.kind == table
}

// splitTags splits a text that holds tags.
func (c Config) splitTags(s string) []string {
	if c.TagsBySpace && !strings.ContainsAny(s, ",;") {
		return strings.Fields(s)
	}
	return splitCommas(s)
}

// splitCommas splits s at commas and semicolons.
func splitCommas(s string) []string {
	return strings.FieldsFunc(s, func(r rune) bool { return r == ',' || r == ';' })
}

// unique returns names without those that came before in any case.
func unique(names []string) []string {
	if len(names) < 2 {
		return names
	}
	seen := make(map[string]bool, len(names))
	found := names[:0]
	for _, name := range names {
		if folded := strings.ToLower(name); !seen[folded] {
			seen[folded] = true
			found = append(found, name)
		}
	}
	return found
}

// readVisibility decides whether the post is a draft or unlisted. What cannot be understood hides the post.
func (r *reading) readVisibility() {
	r.Draft = r.name.drafts
	for _, f := range r.fields {
		switch f.name {
		case "draft", "is_draft", "isdraft", "hidden":
			r.Draft = r.hides(f, isYes, "a draft") || r.Draft
		case "publish", "published", "ispublished", "is_published":
			if saysWhether(f) {
				r.Draft = r.hides(f, isNo, "a draft") || r.Draft
			}
		case "status":
			r.Draft = r.statusHides(f) || r.Draft
		case "unlisted":
			r.Unlisted = r.hides(f, isYes, "unlisted") || r.Unlisted
		}
	}
}

// hides reports whether f says the word that hides the post. One that is neither yes nor no makes it what is told, too.
func (r *reading) hides(f field, hiding func(word string) bool, what string) bool {
	word := strings.ToLower(f.line())
	switch {
	case isYes(word), isNo(word):
		return hiding(word)
	case f.kind == null, f.kind == scalar && word == "", f.kind != scalar && !strings.Contains(f.name, "draft"):
		return false // a list or a table of that name is about something else
	}
	hint := "write " + f.key + ": true or " + f.key + ": false"
	if f.name == "published" {
		hint += ", or a date like 2020-10-02"
	}
	r.warn(f.value.at, f.key+": cannot read "+quote(word)+", so this is "+what, hint)
	return true
}

// hiddenStatus are the words of a status that hide a post, in lower case. There are others: gardeners of notes write how
// ripe one is.
var hiddenStatus = []string{"draft", "hidden", "private", "pending", "unpublished"}

// statusHides reports whether the status f hides the post, be it with a slip of the pen.
func (r *reading) statusHides(f field) bool {
	word := strings.ToLower(f.line())
	if slices.Contains(hiddenStatus, word) {
		return true
	}
	meant := slip(word, hiddenStatus)
	if meant == "" || meant[0] != word[0] { // sending is not pending
		return false
	}
	r.warn(f.value.at, f.key+": cannot read "+quote(word)+", so this is a draft", "write "+f.key+": "+meant)
	return true
}

// isYes reports whether word, in lower case, means true.
func isYes(word string) bool {
	switch word {
	case "true", "yes", "on", "1", "y":
		return true
	}
	return false
}

// isNo reports whether word, in lower case, means false.
func isNo(word string) bool {
	switch word {
	case "false", "no", "off", "0", "n":
		return true
	}
	return false
}

// quote returns s between double quotes, cut where it is long.
func quote(s string) string { return `"` + clip(s, 60) + `"` }

// readAddress takes the slug and the other addresses that lead to the post.
func (r *reading) readAddress() {
	if v, ok := r.fields.get("slug"); ok {
		r.Slug = slugify(v.line())
		r.Explicit = r.Slug != ""
	}
	if r.Slug == "" {
		r.Slug = slugify(r.name.short)
	}
	if r.Slug == "" {
		r.Slug = "post"
	}
	for _, key := range addressKeys {
		v, ok := r.fields.get(key)
		if !ok {
			continue
		}
		for _, written := range v.names(whole) {
			if address := Address(written); address != "" && address != r.Slug && !isPattern(written) {
				r.Aliases = append(r.Aliases, address)
			}
		}
	}
	r.Aliases = unique(r.Aliases)
	r.readStems()
}

// isPattern reports whether an address is a rule for making some, like /:year/:title/.
func isPattern(address string) bool {
	_, rest, ok := strings.Cut(address, "://")
	if !ok {
		rest = address
	}
	return strings.Contains(rest, "/:") || strings.HasPrefix(rest, ":") || strings.ContainsAny(rest, "{}")
}

// whole is how a text that is never more than one name is split.
func whole(s string) []string { return []string{s} }

// readStems makes the addresses that nobody wrote: old links end with them.
func (r *reading) readStems() {
	stems := []string{slugify(r.name.short), slugify(r.name.stem), Address(r.File)}
	for _, alias := range r.Aliases {
		stems = append(stems, alias[strings.LastIndexByte(alias, '/')+1:])
	}
	for _, stem := range unique(stems) {
		if stem != "" && stem != r.Slug && !slices.Contains(r.Aliases, stem) {
			r.Stems = append(r.Stems, stem)
		}
	}
	r.Base = r.name.base
}
