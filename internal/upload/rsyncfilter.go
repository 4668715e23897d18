package upload

import (
	"errors"
	"fmt"
	"regexp"
	"strings"
	"unicode/utf8"
)

// rsyncRule is one of the client's rules which names to leave out of a transfer. The first rule that matches counts.
type rsyncRule struct {
	include bool
	folders bool // only these
	least   int  // characters of the shortest name that can match, so bytes at least
	pattern *regexp.Regexp
}

// Bounds of what a client may send: every rule is tried on every name.
const (
	maxRules   = 100
	maxPattern = 256 // bytes
	maxStars   = 10  // in a pattern: they are what costs
)

// rsyncRules are all rules of a client, in their order.
type rsyncRules []rsyncRule

// excludes reports whether name, a path below the top of the transfer, is left out.
func (rules rsyncRules) excludes(name string, folder bool) bool {
	for _, r := range rules {
		if (folder || !r.folders) && len(name) >= r.least && r.pattern.MatchString("/"+name) {
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
	if s == "" {
		return r, errors.New("rsync: a filter rule that cannot be read")
	}
	s, everything := strings.CutSuffix(s, "/***") // the folder and all in it
	if !everything {
		s, r.folders = strings.CutSuffix(s, "/")
	}
	anchored := strings.HasPrefix(s, "/")
	s = strings.TrimPrefix(s, "/")
	expression, least := globExpression(s)
	expression = "/" + expression
	if !anchored {
		expression = "(?:^|.*)" + expression
	}
	if everything {
		expression += "(?:/.*)?"
	}
	pattern, err := regexp.Compile("^" + expression + "$")
	if err != nil {
		return r, errors.New("rsync: a filter rule that cannot be read")
	}
	r.pattern, r.least = pattern, least
	return r, nil
}

// globExpression returns the regular expression for a pattern of rsync: * and ? match within a name, ** over all. What
// it matches has at least so many characters.
func globExpression(s string) (expression string, least int) {
	var b strings.Builder
	b.WriteString("(?s:")
	for i := 0; i < len(s); i++ {
		if s[i] != '*' && utf8.RuneStart(s[i]) {
			least++
		}
		switch c := s[i]; {
		case strings.HasPrefix(s[i:], "**"):
			b.WriteString(".*")
			for i+1 < len(s) && s[i+1] == '*' {
				i++
			}
		case c == '*':
			b.WriteString("[^/]*")
		case c == '?':
			b.WriteString("[^/]")
		case c == '[':
			class, length := globClass(s[i:])
			b.WriteString(class)
			i += length - 1
		case c == '\\' && i+1 < len(s):
			i++
			b.WriteString(quoteByte(s[i]))
		default:
			b.WriteString(quoteByte(c))
		}
	}
	b.WriteString(")")
	return b.String(), least
}

// quoteByte returns the expression for one byte of a name, which may be part of a longer character.
func quoteByte(c byte) string {
	if c < 0x80 {
		return regexp.QuoteMeta(string(rune(c)))
	}
	return string([]byte{c})
}

// globClass returns the expression for the class that s begins with, and its length; a bracket that is never closed
// is itself.
func globClass(s string) (class string, length int) {
	end := strings.IndexByte(s[1:], ']')
	if end <= 0 {
		return `\[`, 1
	}
	inner := s[1 : 1+end]
	not := ""
	if inner[0] == '!' || inner[0] == '^' {
		not, inner = "^/", inner[1:]
	}
	if inner == "" {
		return `\[`, 1
	}
	return "[" + not + strings.NewReplacer(`\`, `\\`, "[", `\[`, "^", `\^`).Replace(inner) + "]", end + 2
}
