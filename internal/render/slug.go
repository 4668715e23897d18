package render

import (
	"strings"
	"unicode"
)

// slug returns the name by which a heading is addressed: lower-case letters and digits, blanks as hyphens, the rest
// left out.
func slug(title string) string {
	var b strings.Builder
	for _, r := range title {
		switch {
		case r == ' ' || r == '-':
			b.WriteByte('-')
		case r == '_' || unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.Is(unicode.Mn, r):
			b.WriteRune(unicode.ToLower(r))
		}
	}
	if b.Len() == 0 {
		return "section"
	}
	return b.String()
}
