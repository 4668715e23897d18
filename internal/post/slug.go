package post

import (
	"net/url"
	"path"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// maxSlug bounds a slug, in bytes.
const maxSlug = 200

// slugify returns s as an address: lower case, letters and digits of every script, and . _ ~ + @ - between them. It has
// no slash and never begins or ends with a dot or a dash, so that it is harmless in a path and in a command line.
func slugify(s string) string {
	if isSlug(s) {
		return s
	}
	if decoded, err := url.PathUnescape(s); err == nil {
		s = decoded
	}
	s = norm.NFC.String(strings.ToLower(norm.NFC.String(strings.ToValidUTF8(s, ""))))
	var b strings.Builder
	for _, r := range s {
		switch {
		case unicode.IsLetter(r), unicode.IsNumber(r), unicode.IsMark(r) && !isVariation(r), strings.ContainsRune("._~+@", r):
			b.WriteRune(r)
		case unicode.Is(unicode.Cf, r), isVariation(r):
			// takes no room: what is beside it belongs together
		default:
			if !strings.HasSuffix(b.String(), "-") {
				b.WriteByte('-')
			}
		}
		if b.Len() >= maxSlug {
			break
		}
	}
	return strings.Trim(norm.NFC.String(b.String()), ".-") // again: what was removed may have kept marks apart
}

// isVariation reports whether r only chooses how the rune before it looks.
func isVariation(r rune) bool { return r >= 0xFE00 && r <= 0xFE0F || r >= 0xE0100 && r <= 0xE01EF }

// isSlug reports whether s is a slug already, as most file names are.
func isSlug(s string) bool {
	if s == "" || len(s) > maxSlug || strings.Trim(s, ".-") != s || strings.Contains(s, "--") {
		return false
	}
	for i := range len(s) {
		switch c := s[i]; {
		case c >= 'a' && c <= 'z', c >= '0' && c <= '9', strings.IndexByte("._~+@-", c) >= 0:
		default:
			return false
		}
	}
	return true
}

// Address returns the form of an address by which posts are found: a slug, or slugs with slashes between them. It takes
// what people paste: with slashes around, a leading site name, .html or .md at its end, capitals.
func Address(s string) string {
	if at := strings.Index(s, "://"); at >= 0 {
		_, s, _ = strings.Cut(s[at+3:], "/")
	}
	s, _, _ = strings.Cut(s, "#")
	s, _, _ = strings.Cut(s, "?")
	if decoded, err := url.PathUnescape(s); err == nil {
		s = decoded
	}
	var parts []string
	for part := range strings.SplitSeq(s, "/") {
		if part = slugify(part); part != "" {
			parts = append(parts, part)
		}
	}
	if n := len(parts) - 1; n >= 0 {
		parts[n] = cutWebExtension(parts[n])
		if parts[n] == "index" && n > 0 {
			parts = parts[:n]
		}
	}
	return strings.Join(parts, "/")
}

// cutWebExtension takes the extension of a page off the last segment of an address.
func cutWebExtension(s string) string {
	switch extension := path.Ext(s); extension {
	case ".html", ".htm", ".php":
		return strings.TrimSuffix(s, extension)
	}
	stem, _ := cutExtension(s)
	return stem
}
