package text

import (
	"net/url"
	"strings"
)

// maxURL is the length over which an address is no link: terminals give up at about this much.
const maxURL = 2048

// URL returns address as one that a terminal may be given as the target of a link: its scheme is one of http, https,
// mailto, gemini and ssh, and every byte that is no printable ASCII is percent-encoded. It reports false for all else:
// other schemes, addresses without one, without a host, or that a program could take for an option.
func URL(address string) (string, bool) {
	address = strings.TrimSpace(address)
	if len(address) > maxURL {
		return "", false
	}
	address = encode(address)
	u, err := url.Parse(address)
	if err != nil || len(address) > maxURL {
		return "", false
	}
	address = u.Scheme + address[len(u.Scheme):] // Parse made it lower case
	switch u.Scheme {
	case "mailto":
		return address, u.Opaque != "" && !strings.HasPrefix(u.Opaque, "-")
	case "http", "https", "gemini":
		return address, u.Host != ""
	case "ssh":
		user := ""
		if u.User != nil {
			user = u.User.Username()
		}
		return address, u.Host != "" && !strings.HasPrefix(u.Host, "-") && !strings.HasPrefix(user, "-")
	}
	return "", false
}

// LocalURL returns address as a reference within the site, a path or "#heading", encoded as by URL. It reports false
// where address names a scheme or another host.
func LocalURL(address string) (string, bool) {
	address = encode(strings.TrimSpace(address))
	u, err := url.Parse(address)
	if err != nil || address == "" || len(address) > maxURL || u.Scheme != "" || u.Host != "" || u.Opaque != "" {
		return "", false
	}
	return address, !strings.HasPrefix(address, "//")
}

// encode percent-encodes every byte of s that is no printable ASCII, and those that no address holds.
func encode(s string) string {
	const hex = "0123456789ABCDEF"
	bad := func(c byte) bool { return c <= 0x20 || c >= 0x7F || strings.IndexByte("\"<>\\^`{|}", c) >= 0 }
	n := 0
	for i := range len(s) {
		if bad(s[i]) {
			n++
		}
	}
	if n == 0 {
		return s
	}
	var b strings.Builder
	b.Grow(len(s) + 2*n)
	for i := range len(s) {
		if c := s[i]; bad(c) {
			b.Write([]byte{'%', hex[c>>4], hex[c&15]})
		} else {
			b.WriteByte(c)
		}
	}
	return b.String()
}
