package post

import (
	"path"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// IsPost reports whether file, a path below the posts folder with slashes, is a post by its name alone. What is in the
// file may still say otherwise: see ErrNotPost.
func IsPost(file string) bool { return WhyNoPost(file) == "" }

// WhyNoPost returns what in its name makes file no post; "" where it is one.
func WhyNoPost(file string) string {
	dir, base := path.Split(file)
	stem, ok := cutExtension(base)
	switch {
	case !ok:
		return "the name of a post ends in .md"
	case strings.IndexByte("#._", base[0]) >= 0:
		return "names that begin with " + base[:1] + " are no posts"
	case strings.HasPrefix(dir, "archetypes/"):
		return "archetypes are no posts" // but what Hugo makes new ones of
	}
	for part := range strings.SplitSeq(dir, "/") {
		if part == "node_modules" || strings.HasPrefix(part, ".") {
			return "no posts are in " + part
		}
	}
	stem, _ = cutLanguage(stem)
	switch word := strings.ToLower(stem); {
	case word == "index" && strings.Trim(dir, "/") == "":
		return base + " is a post only in a folder of its own"
	case slices.Contains(repositoryStems, word), isReadme(word):
		return stem + " is no post"
	}
	return ""
}

// repositoryStems are the names of files that repositories have beside what they are about, in lower case.
var repositoryStems = []string{"readme", "license", "contributing", "code_of_conduct", "changelog", "claude", "agents"}

// isReadme reports whether stem is a README in some language: readme-fr, readme_zh_cn.
func isReadme(stem string) bool {
	rest, ok := strings.CutPrefix(stem, "readme")
	return ok && len(rest) <= len("_zh_hans") && rest != "" && (rest[0] == '-' || rest[0] == '_' || rest[0] == '.') &&
		isLanguage(strings.ReplaceAll(rest[1:], "_", "-"))
}

// cutExtension returns base without its extension, and whether the extension is one of Markdown.
func cutExtension(base string) (string, bool) {
	extension := path.Ext(base)
	switch strings.ToLower(extension) {
	case ".md", ".markdown", ".mdx", ".mkd", ".mkdn", ".mdown":
		stem := strings.TrimSuffix(base, extension)
		return stem, stem != ""
	}
	return base, false
}

// naming is what a file's path says about its post.
type naming struct {
	stem     string // of the file, or of its folder for an index.md; language suffix removed
	short    string // stem without its date
	language string
	date     time.Time // zero where the path has none; midnight in the zone asked for
	dated    bool      // the stem begins with a date
	drafts   bool      // the file is in a folder of drafts
	inFolder bool      // the stem is a folder's name
	base     string    // path without extension and language
}

// readName reads what the path of file says.
func readName(file string, zone *time.Location) naming {
	dir, base := path.Split(path.Clean("/" + file))
	dir = strings.Trim(dir, "/")
	stem, _ := cutExtension(base)
	stem, language := cutLanguage(stem)
	n := naming{stem: stem, language: language, base: path.Join(dir, stem)}
	if strings.EqualFold(stem, "index") && dir != "" {
		n.stem, n.inFolder = path.Base(dir), true
	}
	n.short = n.stem
	if year, month, day, rest, ok := cutDate(n.stem); ok {
		n.date, n.dated = time.Date(year, time.Month(month), day, 0, 0, 0, 0, zone), true
		if rest != "" {
			n.short = rest
		}
	} else {
		n.date = directoryDate(dir, zone)
	}
	for part := range strings.SplitSeq(dir, "/") {
		switch strings.ToLower(part) {
		case "_drafts", "drafts", "_draft", "draft":
			n.drafts = true
		}
	}
	return n
}

// cutDate takes a date off the front of stem: YYYY-M-D, perhaps a time behind a T, and then one of - _ . blank.
func cutDate(stem string) (year, month, day int, rest string, ok bool) {
	c := cursor{s: stem}
	year, ok = c.digits(4, 4)
	if !ok || !c.oneOf("-_") {
		return 0, 0, 0, stem, false
	}
	between := stem[c.at-1]
	month, ok = c.digits(1, 2)
	if !ok || !c.accept(between) {
		return 0, 0, 0, stem, false
	}
	day, ok = c.digits(1, 2)
	if !ok || !isDay(year, month, day) {
		return 0, 0, 0, stem, false
	}
	rest = c.rest()
	if strings.HasPrefix(rest, "T") {
		rest = strings.TrimLeft(rest, "T0123456789:Zz")
	}
	if rest == "" {
		return year, month, day, "", true
	}
	trimmed := strings.TrimLeft(rest, "-_. ")
	return year, month, day, trimmed, trimmed != rest
}

// directoryDate returns the date that YYYY/MM/DD folders of dir say; zero where there are none.
func directoryDate(dir string, zone *time.Location) time.Time {
	parts := strings.Split(dir, "/")
	for i := range len(parts) - 2 {
		if len(parts[i]) != 4 || len(parts[i+1]) > 2 || len(parts[i+2]) > 2 {
			continue
		}
		year, month, day, rest, ok := cutDate(strings.Join(parts[i:i+3], "-"))
		if ok && rest == "" {
			return time.Date(year, time.Month(month), day, 0, 0, 0, 0, zone)
		}
	}
	return time.Time{}
}

// title returns a title made of the file's name.
func (n naming) title() string {
	stem := strings.Map(func(r rune) rune {
		if r == '-' || r == '_' {
			return ' '
		}
		return r
	}, n.short)
	stem = oneLine(stem)
	if stem == "" {
		return "Untitled"
	}
	return capitalised(stem)
}

// capitalised returns s with a capital at its head.
func capitalised(s string) string {
	first, size := utf8.DecodeRuneInString(s)
	if size == 0 {
		return s
	}
	return string(unicode.ToUpper(first)) + s[size:]
}
