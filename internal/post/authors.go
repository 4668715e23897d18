package post

import (
	"slices"
	"strings"
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
	if slices.ContainsFunc(names, func(name string) bool { return !isPerson(name) }) {
		return []string{s}
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

// authorNames returns names as plain text, without mail addresses.
func authorNames(names []string) []string {
	var found []string
	for _, name := range names {
		if at := strings.IndexByte(name, '<'); at > 0 && strings.Contains(name[at:], "@") {
			name = name[:at]
		}
		if name = plainText(name); strings.Trim(name, "- ") != "" {
			found = append(found, name)
		}
	}
	return found
}
