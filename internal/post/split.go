package post

import (
	"strings"
)

// The dialects, recognised at the head of a file after a byte order mark and blank lines:
//
//	--- … ---     YAML; the end may be written "...", blanks may follow a fence
//	---json … --- also ---toml and ---yaml
//	+++ … +++     TOML
//	{ … }         JSON, also between lines of ***
//	.. key: value reStructuredText comments as Nikola writes them, also inside <!-- -->
//	Key: value    up to the first blank line or a line of ---
//
// Anything else is body from its first byte. A fence that is never closed is an error: taken as body it would show the
// header to every reader.

// syntax is the dialect of a header.
type syntax uint8

const (
	noHeader syntax = iota
	yamlHeader
	tomlHeader
	jsonHeader
	plainHeader // Key: value
	dotsHeader  // .. key: value
)

// sheet is a file taken apart.
type sheet struct {
	syntax syntax
	head   string // without its fences
	line   int    // of the file, where head begins
	loose  bool   // the header had no opening fence
	body   string
}

// split takes source apart. Its error is a Problem without the file's name.
func split(source string) (sheet, *Problem) {
	rest, line := skipBlank(source)
	first, after := cutLine(rest)
	mark := strings.TrimRight(first, " \t\r")
	switch lower := strings.ToLower(mark); {
	case lower == "---" || lower == "---yaml" || lower == "--- yaml":
		return fenced(yamlHeader, after, line, "---", "...")
	case lower == "---json" || lower == "--- json":
		return fenced(jsonHeader, after, line, "---")
	case lower == "---toml" || lower == "--- toml":
		return fenced(tomlHeader, after, line, "---")
	case mark == "+++":
		return fenced(tomlHeader, after, line, "+++")
	case mark == "***" && looksLikeJSON(after):
		return fenced(jsonHeader, after, line, "***")
	case looksLikeJSON(rest):
		return object(rest, line)
	case mark == "<!--":
		if s, ok := dots(after, line+1, "-->"); ok {
			return s, nil
		}
	case isDotsLine(first):
		if s, ok := dots(rest, line, ""); ok {
			return s, nil
		}
	default:
		if s, ok := plain(rest, line); ok {
			return s, nil
		}
	}
	return sheet{body: rest, line: line}, nil
}

// skipBlank returns source from its first line that is not blank on, and that line's number.
func skipBlank(source string) (string, int) {
	line := 1
	rest := strings.TrimPrefix(source, "\uFEFF")
	for {
		first, after := cutLine(rest)
		if strings.TrimSpace(first) != "" || after == "" {
			return rest, line
		}
		rest, line = after, line+1
	}
}

// cutLine returns the first line of s without its end, and what follows.
func cutLine(s string) (line, after string) {
	line, after, _ = strings.Cut(s, "\n")
	return strings.TrimSuffix(line, "\r"), after
}

// fenced takes a header that ends at a line of one of closes. Rest begins below the opening fence on line line.
func fenced(kind syntax, rest string, line int, closes ...string) (sheet, *Problem) {
	at := 0
	for at < len(rest) {
		text, after := cutLine(rest[at:])
		text = strings.TrimRight(text, " \t\r")
		for _, mark := range closes {
			if text == mark {
				return sheet{syntax: kind, head: rest[:at], line: line + 1, body: after}, nil
			}
		}
		at = len(rest) - len(after)
	}
	return sheet{}, &Problem{
		Line: line, Col: 1, Error: true,
		What: "front matter is not closed",
		Hint: "write a line " + closes[0] + " below its last key",
	}
}

// dots takes a header of ".. key: value" lines. With an end it must be there; else a blank line ends the header.
func dots(rest string, line int, end string) (sheet, bool) {
	at, keys := 0, 0
	for at < len(rest) {
		text, after := cutLine(rest[at:])
		next := len(rest) - len(after)
		switch text = strings.TrimSpace(text); {
		case isDotsLine(text):
			keys++
		case text == end:
			return sheet{syntax: dotsHeader, head: rest[:at], line: line, body: after}, keys > 0
		case text != "":
			return sheet{}, false
		}
		at = next
	}
	return sheet{syntax: dotsHeader, head: rest, line: line}, end == "" && keys > 0
}

// isDotsLine reports whether s is ".. key: value".
func isDotsLine(s string) bool {
	rest, ok := strings.CutPrefix(strings.TrimSpace(s), ".. ")
	if !ok {
		return false
	}
	key, _, ok := strings.Cut(rest, ":")
	return ok && isKey(key)
}

// plain takes a header of "Key: value" lines, which ends at a blank line, at a line of --- or where the text begins. One
// of its keys must be one that blogs use: a text may well begin with "Note: …".
func plain(rest string, line int) (sheet, bool) {
	at, known := 0, false
	for at < len(rest) {
		text, after := cutLine(rest[at:])
		switch bare := strings.TrimRight(text, " \t"); {
		case bare == "---":
			return sheet{syntax: yamlHeader, loose: true, head: rest[:at], line: line, body: after}, known
		case bare == "":
			return sheet{syntax: plainHeader, head: rest[:at], line: line, body: after}, known
		case at > 0 && isContinued(text):
		default:
			key, _, ok := strings.Cut(text, ":")
			if !ok || !isPlainKey(key) {
				return sheet{syntax: plainHeader, head: rest[:at], line: line, body: rest[at:]}, known
			}
			known = known || isKnown(strings.ToLower(key))
		}
		at = len(rest) - len(after)
	}
	return sheet{syntax: plainHeader, head: rest, line: line}, known
}

// isContinued reports whether a line goes on with the value above it: indented, a list item or a comment.
func isContinued(s string) bool {
	return s[0] == ' ' || s[0] == '\t' || s[0] == '#' || strings.HasPrefix(s, "- ")
}

// isKey reports whether s can be a key: letters, digits, and - _ . between them, of a bounded length.
func isKey(s string) bool {
	if s == "" || len(s) > 40 {
		return false
	}
	for i := range len(s) {
		c := s[i]
		letter := c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= 0x80
		if !letter && (i == 0 || !(c >= '0' && c <= '9' || c == '-' || c == '_' || c == '.')) {
			return false
		}
	}
	return true
}

// isPlainKey reports whether s can be a key of a header without fences, where blanks may stand in it.
func isPlainKey(s string) bool {
	return isKey(strings.ReplaceAll(s, " ", "")) && s[0] != ' ' && len(s) <= 40
}

// isKnown reports whether key, in lower case, is one of those that headers without fences are recognised by.
func isKnown(key string) bool {
	switch key {
	case "title", "date", "author", "authors", "tags", "slug", "category", "categories", "summary", "description",
		"status", "modified", "layout", "draft", "lang", "published":
		return true
	}
	return false
}
