package post

import (
	"html"
	"path"
	"slices"
	"strings"
	"unicode/utf8"
)

// What is looked for in one post, and how long an address may be, in bytes.
const (
	maxPictures = 500
	maxAddress  = 2000
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

// pictures returns the addresses of the pictures that a body shows, each once, as they are written but for entities.
func pictures(body string) []string {
	if !strings.Contains(body, "![") && !strings.Contains(body, "<img") && !strings.Contains(body, "<IMG") {
		return nil
	}
	var found []string
	var fence fence
	var code indented
	for line := range strings.SplitSeq(body, "\n") {
		if fence.takes(line) || code.takes(line) {
			continue
		}
		line = withoutCode(line)
		found = append(found, markedPictures(line)...)
		found = append(found, taggedPictures(line)...)
		if len(found) > maxPictures {
			break
		}
	}
	found = found[:min(len(found), maxPictures)]
	var unique []string
	for _, address := range found {
		if address = html.UnescapeString(address); IsPicture(address) && !slices.Contains(unique, address) {
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

// markedPictures returns the addresses of ![…](address) in line, and the one of a definition, [name]: address; no more of
// them than are looked for.
func markedPictures(line string) []string {
	var found []string
	if bare := strings.TrimLeft(line, " >"); strings.HasPrefix(bare, "[") {
		if _, address, ok := strings.Cut(bare, "]:"); ok {
			found = append(found, destination(address))
		}
	}
	for rest := line; len(found) < maxPictures; {
		words, address, ok := strings.Cut(rest, "](")
		if !ok {
			break
		}
		if rest = address; strings.Contains(words, "![") {
			found = append(found, destination(address))
		}
	}
	return found
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

// taggedPictures returns what the attributes src of <img> in line say; no more of them than are looked for.
func taggedPictures(line string) []string {
	var found []string
	lower := strings.ToLower(line)
	if len(lower) != len(line) { // some letters have a smaller one of another length
		lower = line
	}
	for len(found) < maxPictures {
		_, rest, ok := strings.Cut(lower, "<img")
		if !ok {
			break
		}
		line, lower = line[len(line)-len(rest):], rest
		tag := lower[:min(len(lower), maxAddress)]
		tag, _, _ = strings.Cut(tag, ">")
		tag, _, _ = strings.Cut(tag, "<img")
		if at := strings.Index(tag, "src="); at >= 0 {
			found = append(found, attributeValue(line[at+len("src="):len(tag)]))
		}
	}
	return found
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
