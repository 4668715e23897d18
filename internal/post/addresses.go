package post

import (
	"html"
	"path"
	"slices"
	"strings"
	"unicode/utf8"
)

// How many addresses of pictures, and of links, are looked at in one post, and how long one may be, in bytes.
const (
	maxAddresses = 500
	maxAddress   = 2000
)

// IsPicture reports whether the file called name, or at that address, is a picture by its name.
func IsPicture(name string) bool {
	if at := strings.IndexAny(name, "?#"); at >= 0 {
		name = name[:at]
	}
	switch strings.ToLower(path.Ext(name)) {
	case ".png", ".jpg", ".jpeg", ".gif", ".webp":
		return true
	}
	return false
}

// isPostLink reports whether address leads to a file of posts, by its name, and not to another site.
func isPostLink(address string) bool {
	if strings.HasPrefix(address, "//") || strings.ContainsAny(address, ":{}") {
		return false
	}
	if at := strings.IndexAny(address, "?#"); at >= 0 {
		address = address[:at]
	}
	return IsPost("folder/" + path.Base(address))
}

// readAddresses notes what the body shows and what it leads to, each once, as it is written but for entities. refs are
// posts that it names in other ways than by links.
func (r *reading) readAddresses(refs []string) {
	var found addresses
	for _, sign := range [...]string{"![", "<img", "<IMG", ".md", ".MD", ".markdown", ".mk"} {
		if strings.Contains(r.Markdown, sign) {
			found.read(r.Markdown)
			break
		}
	}
	r.Pictures = chosen(found.shown, IsPicture)
	r.Links = chosen(found.linked, isPostLink)
	for _, ref := range refs[:min(len(refs), maxAddresses)] {
		if ref != "" && !strings.ContainsAny(ref, ":{} ") && !slices.Contains(r.Links, ref) {
			r.Links = append(r.Links, ref)
		}
	}
}

// addresses are those of what may be pictures in a body, and of what may be links.
type addresses struct{ shown, linked []string }

// read takes the addresses of body, no more of either kind than are looked at.
func (a *addresses) read(body string) {
	var fence fence
	var code indented
	for line := range strings.SplitSeq(body, "\n") {
		if fence.takes(line) || code.takes(line) || !strings.ContainsAny(line, "]<") {
			continue
		}
		line = withoutCode(line)
		a.readMarks(line)
		a.readTags(line)
		if len(a.shown) == maxAddresses && len(a.linked) == maxAddresses {
			break
		}
	}
}

// readMarks takes the addresses of ![…](address) in line, those of […](address), and as both the one of a definition,
// [name]: address.
func (a *addresses) readMarks(line string) {
	if bare := strings.TrimLeft(line, " >"); strings.HasPrefix(bare, "[") {
		if _, rest, ok := strings.Cut(bare, "]:"); ok {
			a.shown = appendDestination(a.shown, rest)
			a.linked = appendDestination(a.linked, rest)
		}
	}
	for {
		words, rest, ok := strings.Cut(line, "](")
		if !ok {
			return
		}
		if line = rest; strings.Contains(words, "![") {
			a.shown = appendDestination(a.shown, rest)
		} else {
			a.linked = appendDestination(a.linked, rest)
		}
	}
}

// appendDestination appends to known, unless these are enough, the address that s begins with.
func appendDestination(known []string, s string) []string {
	if len(known) == maxAddresses {
		return known
	}
	return append(known, destination(s))
}

// chosen returns those of addresses that are wanted, each once.
func chosen(addresses []string, wanted func(string) bool) []string {
	var unique []string
	for _, address := range addresses {
		if address = html.UnescapeString(address); wanted(address) && !slices.Contains(unique, address) {
			unique = append(unique, address)
		}
	}
	return unique
}

// withoutCode returns line without what stands between backticks.
func withoutCode(line string) string {
	if strings.IndexByte(line, '`') < 0 {
		return line
	}
	var b strings.Builder
	for {
		from := strings.IndexByte(line, '`')
		if from < 0 {
			break
		}
		ticks := len(line[from:]) - len(strings.TrimLeft(line[from:], "`"))
		to := strings.Index(line[from+ticks:], line[from:from+ticks])
		if to < 0 {
			break
		}
		b.WriteString(line[:from] + " ")
		line = line[from+ticks+to+ticks:]
	}
	return b.String() + line
}

// destination returns the address that s begins with.
func destination(s string) string {
	s = strings.TrimLeft(s, " \t")
	if inner, ok := strings.CutPrefix(s, "<"); ok {
		address, _, _ := strings.Cut(inner[:min(len(inner), maxAddress)], ">")
		return address
	}
	depth := 0
	for at := range min(len(s), maxAddress) {
		switch s[at] {
		case ' ', '\t':
			return s[:at]
		case '(':
			depth++
		case ')':
			if depth--; depth < 0 {
				return s[:at]
			}
		}
	}
	return s[:min(len(s), maxAddress)]
}

// readTags takes what the attributes src of <img> in line say.
func (a *addresses) readTags(line string) {
	lower := strings.ToLower(line)
	if len(lower) != len(line) { // some letters have a smaller one of another length
		lower = line
	}
	for len(a.shown) < maxAddresses {
		_, rest, ok := strings.Cut(lower, "<img")
		if !ok {
			return
		}
		line, lower = line[len(line)-len(rest):], rest
		tag := lower[:min(len(lower), maxAddress)]
		tag, _, _ = strings.Cut(tag, ">")
		tag, _, _ = strings.Cut(tag, "<img")
		if at := strings.Index(tag, "src="); at >= 0 {
			a.shown = append(a.shown, attributeValue(line[at+len("src="):len(tag)]))
		}
	}
}

// attributeValue returns the value that s begins with, quoted or not.
func attributeValue(s string) string {
	if s == "" {
		return ""
	}
	if quote := s[:1]; quote == `"` || quote == "'" {
		value, _, _ := strings.Cut(s[1:], quote)
		return value
	}
	value, _, _ := strings.Cut(s, " ")
	return strings.TrimSuffix(value, "/")
}

// Place returns where the file of p has s for the first time, from 1; zeros where it has it not as it is.
func (p *Post) Place(s string) (line, col int) {
	at := strings.Index(p.Source, s)
	if at < 0 || s == "" {
		return 0, 0
	}
	above := p.Source[:at]
	start := strings.LastIndexByte(above, '\n') + 1
	return strings.Count(above, "\n") + 1, utf8.RuneCountInString(above[start:]) + 1
}
