package post

import "strings"

// kind says what a value is. Every dialect of front matter is read into the same four.
type kind uint8

const (
	null kind = iota
	scalar
	list
	table
)

// value is one value of the front matter, as it was written: 2024 and yes and 2020-10-02 are text here.
type value struct {
	kind   kind
	at     place
	text   string  // of a scalar, without its quotes
	items  []value // of a list
	fields fields  // of a table
}

// field is one key and its value.
type field struct {
	key  string // as it is written
	name string // the key in lower case
	at   place
	value
}

// newField returns the field with the value v under key, which stands at the given place.
func newField(key string, at place, v value) field {
	return field{key: key, name: strings.ToLower(key), at: at, value: v}
}

// fields are the keys of a table in the order of the file.
type fields []field

// get returns the value of the first of names that has one which is not empty.
func (fs fields) get(names ...string) (value, bool) {
	f, ok := fs.first(names...)
	return f.value, ok
}

// first returns the field of the first of names that has a value which is not empty.
func (fs fields) first(names ...string) (field, bool) {
	for _, name := range names {
		if f, ok := fs.field(name); ok && !f.isEmpty() {
			return f, true
		}
	}
	return field{}, false
}

// field returns the last field called name: of a key written twice the last one wins.
func (fs fields) field(name string) (field, bool) {
	for i := len(fs) - 1; i >= 0; i-- {
		if fs[i].name == name {
			return fs[i], true
		}
	}
	return field{}, false
}

// isEmpty reports whether v says nothing.
func (v value) isEmpty() bool {
	switch v.kind {
	case scalar:
		return trim(v.text) == ""
	case list:
		return len(v.items) == 0
	case table:
		return len(v.fields) == 0
	}
	return true
}

// line returns a scalar as one line, or the name of a table, or "".
func (v value) line() string {
	switch v.kind {
	case scalar:
		return oneLine(v.text)
	case table:
		if name, ok := v.fields.get("name", "title", "label", "display_name", "value"); ok && name.kind == scalar {
			return oneLine(name.text)
		}
	case list:
		if len(v.items) > 0 && v.items[0].kind != list {
			return v.items[0].line()
		}
	}
	return ""
}

// maxNames bounds what a list of tags, authors or aliases can hold.
const maxNames = 500

// names returns the lines in v: those of a list (and of lists in it), or of a scalar split by split.
func (v value) names(split func(string) []string) []string {
	var found []string
	var walk func(value, int)
	walk = func(v value, depth int) {
		if v.kind == list && depth < 4 {
			for _, item := range v.items {
				if len(found) >= maxNames {
					return
				}
				walk(item, depth+1)
			}
			return
		}
		if s := v.line(); s != "" {
			found = append(found, s)
		}
	}
	if v.kind != scalar {
		walk(v, 0)
		return found
	}
	for _, s := range split(v.text) {
		if s = oneLine(s); s != "" && len(found) < maxNames {
			found = append(found, s)
		}
	}
	return found
}

// trim removes white space, also the kinds that word processors leave, from both ends of s.
func trim(s string) string {
	return strings.TrimFunc(s, func(r rune) bool {
		return r <= ' ' || r == 0x85 || r == 0xA0 || r == 0x3000 || r >= 0x2000 && r <= 0x200B || r == 0x2028 || r == 0x2029 || r == 0xFEFF
	})
}

// oneLine returns s trimmed, with every run of white space as one blank.
func oneLine(s string) string {
	s = trim(s)
	if isOneLine(s) {
		return s
	}
	return strings.Join(strings.Fields(s), " ")
}

// isOneLine reports whether s is ASCII without two blanks in a row.
func isOneLine(s string) bool {
	for i := range len(s) {
		if c := s[i]; c < ' ' || c >= 0x80 || c == ' ' && s[i+1] == ' ' {
			return false
		}
	}
	return true
}
