package upload

import (
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"
)

// rsyncRule is one of the client's rules which names to leave out of a transfer. The first rule that matches counts.
type rsyncRule struct {
	include bool
	folders bool   // only these
	all     bool   // of what matches, what is in it as well
	least   int    // characters of the shortest name that can match, so bytes at least
	pattern string // of the whole path, with a slash before it
}

// Bounds of what a client may send: every rule is tried on every name.
const (
	maxRules   = 100
	maxPattern = 256 // bytes
	maxStars   = 10  // in a pattern
)

// rsyncRules are all rules of a client, in their order.
type rsyncRules []rsyncRule

// excludes reports whether name, a path below the top of the transfer, is left out.
func (rules rsyncRules) excludes(name string, folder bool) bool {
	inside := "/" + name + "/"
	path := inside[:len(inside)-1]
	for _, r := range rules {
		path := path
		if r.all {
			path = inside
		}
		if (folder || !r.folders) && len(path) >= r.least && matchGlob(r.pattern, path) {
			return !r.include
		}
	}
	return false
}

// parseRsyncRule reads a rule as old clients and those that speak to old servers send it: a pattern to leave out,
// perhaps with "- " before it, or with "+ " one to keep.
func parseRsyncRule(s string) (rsyncRule, error) {
	var r rsyncRule
	switch {
	case strings.HasPrefix(s, "+ "):
		r.include, s = true, s[2:]
	case strings.HasPrefix(s, "- "):
		s = s[2:]
	}
	if len(s) > maxPattern {
		return r, fmt.Errorf("rsync: a filter rule of more than %d bytes", maxPattern)
	}
	if strings.Count(s, "*") > maxStars {
		return r, fmt.Errorf("rsync: a filter rule with more than %d stars", maxStars)
	}
	if s == "" || !utf8.ValidString(s) {
		return r, errors.New("rsync: a filter rule that cannot be read")
	}
	s, r.all = strings.CutSuffix(s, "/***") // the folder and all in it
	if !r.all {
		s, r.folders = strings.CutSuffix(s, "/")
	}
	r.pattern = s
	if !strings.HasPrefix(s, "/") {
		r.pattern = "**/" + s
	}
	if r.all {
		r.pattern += "/**"
	}
	r.least = leastLength(r.pattern)
	return r, nil
}

// leastLength returns how many characters a name has at least that pattern matches.
func leastLength(pattern string) (least int) {
	for {
		pattern = strings.TrimLeft(pattern, "*")
		if pattern == "" {
			return least
		}
		_, length := matchPiece(pattern, 0)
		pattern = pattern[length:]
		least++
	}
}

// matchGlob reports whether pattern matches all of name: * and ? match within a part of it, ** over all. Only the last
// of each kind of stars is tried at further places: where earlier ones matched first leaves most to those behind them.
func matchGlob(pattern, name string) bool {
	type stars struct {
		came          bool
		pattern, name string // what stands behind them, and where it is tried
	}
	var within, over stars
	for {
		if rest := strings.TrimLeft(pattern, "*"); len(rest) < len(pattern) {
			if len(pattern)-len(rest) == 1 {
				within = stars{true, rest, name}
			} else {
				within, over = stars{}, stars{true, rest, name}
			}
			pattern = rest
		}
		if pattern == "" && name == "" {
			return true
		}
		if pattern != "" && name != "" {
			c, size := utf8.DecodeRuneInString(name)
			if matches, length := matchPiece(pattern, c); matches {
				pattern, name = pattern[length:], name[size:]
				continue
			}
		}
		switch {
		case within.came && within.name == "":
			return false // nor is it anywhere behind here
		case within.came && within.name[0] != '/':
			within.name = afterFirst(within.name)
			pattern, name = within.pattern, within.name
		case !over.came || over.name == "":
			return false
		default:
			if within.came { // from any place before the next slash it would come to the one that has stopped it now
				_, over.name, _ = strings.Cut(over.name, "/")
			} else {
				over.name = afterFirst(over.name)
			}
			within = stars{}
			pattern, name = over.pattern, over.name
		}
	}
}

// afterFirst returns s without its first character.
func afterFirst(s string) string {
	_, size := utf8.DecodeRuneInString(s)
	return s[size:]
}

// matchPiece reports whether what pattern begins with, which is no star, matches c, and its length.
func matchPiece(pattern string, c rune) (matches bool, length int) {
	switch {
	case pattern[0] == '?':
		return c != '/', 1
	case pattern[0] == '[':
		if class, length := globClass(pattern); length > 0 {
			return c != '/' && inClass(class, c), length
		}
	case pattern[0] == '\\' && len(pattern) > 1:
		literal, size := utf8.DecodeRuneInString(pattern[1:])
		return literal == c, 1 + size
	}
	literal, size := utf8.DecodeRuneInString(pattern)
	return literal == c, size
}

// globClass returns what stands in the brackets that pattern begins with, and their length with it, which is 0 for a
// bracket that is never closed: that is itself.
func globClass(pattern string) (class string, length int) {
	end := strings.IndexByte(pattern[1:], ']')
	if end <= 0 || end == 1 && (pattern[1] == '!' || pattern[1] == '^') {
		return "", 0
	}
	return pattern[1 : 1+end], end + 2
}

// inClass reports whether class, which is characters and spans of them, has c; behind ! or ^ it is what c must not be.
func inClass(class string, c rune) bool {
	not := class[0] == '!' || class[0] == '^'
	if not {
		class = class[1:]
	}
	for class != "" {
		first, size := utf8.DecodeRuneInString(class)
		last := first
		class = class[size:]
		if len(class) > 1 && class[0] == '-' {
			last, size = utf8.DecodeRuneInString(class[1:])
			class = class[1+size:]
		}
		if first <= c && c <= last {
			return !not
		}
	}
	return not
}
