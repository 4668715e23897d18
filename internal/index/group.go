package index

import (
	"cmp"
	"strings"

	"postern/internal/post"
)

// group finds the translations of each post: files that differ in nothing but their language. Of two files in one
// language the later one is a post of its own.
func (s *shelf) group() {
	byBase := make(map[string]int, len(s.posts)) // groups
	s.groupOf = make([]int, len(s.posts))
	for at, p := range s.posts {
		base := cmp.Or(p.Base, p.File)
		g, ok := byBase[base]
		if !ok || s.has(g, p.Language) {
			g = len(s.groups)
			s.groups = append(s.groups, nil)
			if !ok {
				byBase[base] = g
			}
		}
		s.groups[g] = append(s.groups[g], at)
		s.groupOf[at] = g
	}
	for _, group := range s.groups {
		s.lead(group)
	}
}

// has reports whether group g has a post in language.
func (s *shelf) has(g int, language string) bool {
	for _, at := range s.groups[g] {
		if s.posts[at].Language == language {
			return true
		}
	}
	return false
}

// lead puts the post that stands for its group first: the one in the site's language, else the one without a language.
func (s *shelf) lead(group []int) {
	for _, wanted := range []string{s.site.Language, "", base(s.site.Language)} {
		for i, at := range group {
			if s.posts[at].Language == wanted {
				copy(group[1:i+1], group[:i])
				group[0] = at
				return
			}
		}
	}
}

// base returns the language of a tag without its script and region.
func base(tag string) string {
	language, _, _ := strings.Cut(tag, "-")
	return language
}

// Translations returns e and its translations that the audience may read, the leading one first.
func (s *Snapshot) Translations(e Entry, a Audience) []Entry {
	at, ok := s.place(e)
	if !ok {
		return nil
	}
	var found []Entry
	for _, other := range s.groups[s.groupOf[at]] {
		if other == at || s.opens(other, a) {
			found = append(found, s.entry(other))
		}
	}
	return found
}

// In returns the translation of e that fits lang best, or e itself. A BCP 47 tag will do as well as the value of LANG.
func (s *Snapshot) In(e Entry, lang string, a Audience) Entry {
	at, ok := s.place(e)
	switch {
	case !ok:
		return e
	case len(s.groups[s.groupOf[at]]) < 2:
		return s.entry(at)
	}
	return s.inLanguage(at, lang, a)
}

// inLanguage returns what In does of an entry that has translations.
func (s *Snapshot) inLanguage(at int, lang string, a Audience) Entry {
	best, rank := s.entry(at), 0
	wanted := fromLocale(lang)
	if wanted == "" {
		return best
	}
	for _, other := range s.groups[s.groupOf[at]] {
		if !s.opens(other, a) {
			continue
		}
		if fit := s.fit(s.posts[other], wanted); fit > rank {
			best, rank = s.entry(other), fit
		}
	}
	return best
}

// fit ranks how well p suits one who reads the language wanted; 0: not at all.
func (s *Snapshot) fit(p *post.Post, wanted string) int {
	language := p.Language
	if language == "" {
		language = s.site.Language
	}
	switch {
	case language == "":
		return 0
	case strings.EqualFold(language, wanted):
		return 4
	case !strings.EqualFold(base(language), base(wanted)):
		return 0
	case strings.EqualFold(base(wanted), "zh") && strings.EqualFold(script(language), script(wanted)):
		return 3
	case language == base(language):
		return 2
	}
	return 1
}

// script returns how a tag of Chinese is written.
func script(tag string) string {
	switch upper := strings.ToUpper(tag); {
	case strings.Contains(upper, "HANT"), strings.HasSuffix(upper, "-TW"), strings.HasSuffix(upper, "-HK"), strings.HasSuffix(upper, "-MO"):
		return "Hant"
	}
	return "Hans"
}

// fromLocale returns the language of a value like fr_CA.UTF-8@euro as fr-CA; "" for C and POSIX.
func fromLocale(lang string) string {
	lang, _, _ = strings.Cut(lang, ":")
	if end := strings.IndexAny(lang, ".@"); end >= 0 {
		lang = lang[:end]
	}
	if lang == "C" || lang == "POSIX" {
		return ""
	}
	return strings.ReplaceAll(lang, "_", "-")
}
