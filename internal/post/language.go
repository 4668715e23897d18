package post

import "strings"

// twoLetters are the languages of ISO 639-1 that a file name may end with: all but those that are more often a file's
// kind (io, ps, sh, so, ts).
const twoLetters = " aa ab ae af ak am an ar as av ay az ba be bg bh bi bm bn bo br bs ca ce ch co cr cs cu cv cy da de dv dz ee el en eo es et eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht hu hy hz ia id ie ig ii ik is it iu ja jv ka kg ki kj kk kl km kn ko kr ks ku kv kw ky la lb lg li ln lo lt lu lv mg mh mi mk ml mn mr ms mt my na nb nd ne ng nl nn no nr nv ny oc oj om or os pa pi pl pt qu rm rn ro ru rw sa sc sd se sg si sk sl sm sn sq sr ss st su sv sw ta te tg th ti tk tl tn to tr tt tw ty ug uk ur uz ve vi vo wa wo xh yi yo za zh zu "

// isLanguage reports whether s is a language of two letters, perhaps with a script or a region: fr, zh-CN, zh-Hans.
func isLanguage(s string) bool {
	base, region, found := strings.Cut(s, "-")
	if len(base) != 2 || !strings.Contains(twoLetters, " "+strings.ToLower(base)+" ") {
		return false
	}
	return !found || isLetters(region) && (len(region) == 2 || len(region) == 4)
}

// isLetters reports whether s is nothing but ASCII letters.
func isLetters(s string) bool {
	for i := range len(s) {
		if c := s[i] | 0x20; c < 'a' || c > 'z' {
			return false
		}
	}
	return s != ""
}

// cutLanguage takes a language suffix off stem: name.fr, name.zh-CN.
func cutLanguage(stem string) (rest, language string) {
	dot := strings.LastIndexByte(stem, '.')
	if dot <= 0 {
		return stem, ""
	}
	suffix := strings.ReplaceAll(stem[dot+1:], "_", "-")
	if !isLanguage(suffix) || strings.ToUpper(suffix) == suffix {
		return stem, ""
	}
	return stem[:dot], languageTag(suffix)
}

// languageTag returns s as a BCP 47 tag with the usual capitals, or "" where it cannot be one.
func languageTag(s string) string {
	parts := strings.FieldsFunc(s, func(r rune) bool { return r == '-' || r == '_' })
	if len(parts) == 0 || len(parts[0]) < 2 || len(parts[0]) > 3 || len(parts) > 4 || !isLetters(parts[0]) {
		return ""
	}
	for i, part := range parts {
		if len(part) > 8 || part != slugify(part) && !isLetters(part) {
			return ""
		}
		switch {
		case i == 0 || len(part) > 4:
			parts[i] = strings.ToLower(part)
		case len(part) == 4:
			parts[i] = strings.ToUpper(part[:1]) + strings.ToLower(part[1:])
		default:
			parts[i] = strings.ToUpper(part)
		}
	}
	return strings.Join(parts, "-")
}
