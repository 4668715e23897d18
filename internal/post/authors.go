package post

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// splitAuthors splits the value of author: at semicolons, and at commas and "and" where these stand between names. In
// "Ann Lee, Editor in Chief" the comma does not.
func splitAuthors(s string) []string {
	if strings.Contains(s, ";") {
		return strings.Split(s, ";")
	}
	last := strings.LastIndex(s, " and ")
	if last < 0 {
		return []string{s}
	}
	names := append(strings.Split(strings.TrimRight(s[:last], ", "), ","), s[last+len(" and "):])
	for _, name := range names {
		if !isPerson(name) || len(names) > 2 && startsLower(name) {
			return []string{s}
		}
	}
	return names
}

// isPerson reports whether name can be that of one person: up to four words, none of which names a group.
func isPerson(name string) bool {
	words := strings.Fields(strings.ToLower(name))
	for _, word := range words {
		switch word {
		case "the", "team", "group", "and", "of", "project", "staff", "community":
			return false
		}
	}
	return len(words) > 0 && len(words) <= 4
}

// startsLower reports whether the first letter of name is small: behind a comma that is a description.
func startsLower(name string) bool {
	r, _ := utf8.DecodeRuneInString(strings.TrimSpace(name))
	return unicode.IsLower(r)
}

// authorNames returns names as plain text, one each, without mail addresses.
func authorNames(names []string) []string {
	var all, found []string
	for _, name := range names {
		all = append(all, splitAuthors(name)...)
	}
	for _, name := range all {
		if at := strings.IndexByte(name, '<'); at > 0 && strings.Contains(name[at:], "@") {
			name = name[:at]
		}
		if name = plainText(name); strings.Trim(name, "- ") != "" {
			found = append(found, name)
		}
	}
	return found
}
