package post

import (
	"errors"
	"strings"
	"testing"
)

func TestParseSite(t *testing.T) {
	for name, text := range map[string]string{
		"yaml": "---\ntitle: Notes\ndescription: About things\nauthor: Ann\nemail: ann@example.com\nurl: https://example.com\nhost: blog.example.com\naccent: \"#0087af\"\ntimezone: Europe/Berlin\nlanguage: en_gb\nlicense: CC BY 4.0\n---\n\nHello. {% include x %}\n",
		"toml": "+++\nTitle = \"Notes\"\ndescription = \"About things\"\nauthor = \"Ann\"\nemail = \"ann@example.com\"\nurl = \"https://example.com\"\nhost = \"blog.example.com\"\naccent = \"#0087af\"\ntimezone = \"Europe/Berlin\"\nlanguage = \"en-GB\"\nlicense = \"CC BY 4.0\"\n+++\nHello.\n",
	} {
		s, problems, err := ParseSite([]byte(text))
		if err != nil || len(problems) > 0 {
			t.Errorf("%s: %v, %v", name, problems, err)
			continue
		}
		zone := s.Zone
		s.Zone = nil
		want := Site{Title: "Notes", Description: "About things", Author: "Ann", Email: "ann@example.com", URL: "https://example.com",
			Host: "blog.example.com", Accent: "#0087af", Language: "en-GB", License: "CC BY 4.0", About: "Hello."}
		if *s != want || zone == nil || zone.String() != "Europe/Berlin" {
			t.Errorf("%s: got %+v in %v", name, *s, zone)
		}
	}
	if s, problems, err := ParseSite(nil); err != nil || len(problems) > 0 || *s != (Site{}) {
		t.Errorf("an empty file: %v, %v, %v", s, problems, err)
	}
}

func TestParseSiteProblems(t *testing.T) {
	for _, zone := range []string{"Berlin", "Local", "../../etc/passwd", "UTC+25"} {
		s, problems, err := ParseSite([]byte("---\ntitle: Notes\ntimezone: " + zone + "\n---\n"))
		if err != nil || s.Zone != nil || s.Title != "Notes" || len(problems) != 1 {
			t.Errorf("%s: %v, %v, %v", zone, s, problems, err)
			continue
		}
		want := `_index.md:3:11: warning: timezone: no zone is called "` + zone + `" (write a name like Europe/Berlin or UTC)`
		if got := problems[0].String(); got != want {
			t.Errorf("got %s want %s", got, want)
		}
	}
	_, _, err := ParseSite([]byte("---\ntitle: Notes\n"))
	if !errors.Is(err, ErrInvalid) || !strings.HasPrefix(err.Error(), "_index.md:1:1: error: ") {
		t.Errorf("got %v", err)
	}
}

func TestSiteTakesNoHostAddressOrAccentThatIsNone(t *testing.T) {
	taken := func(key, value string) string {
		t.Helper()
		s, problems, err := ParseSite([]byte("---\ntitle: Notes\n" + key + ": '" + value + "'\n---\n"))
		if err != nil || s.Title != "Notes" {
			t.Fatalf("%s: %v, %v", value, s, err)
		}
		got := s.Host + s.URL + s.Accent
		if told := len(problems) == 1 && strings.HasPrefix(problems[0].String(), "_index.md:3:") && strings.Contains(problems[0].What, key+": cannot take "); told == (got != "") {
			t.Errorf("%s: took %q, told %v", value, got, problems)
		}
		return got
	}
	for key, values := range map[string][]string{
		"host":   {"localhost", "blog.example.com", "a_b-c.example", "192.0.2.1", "2001:db8::1", "1"},
		"url":    {"https://example.com", "http://example.com:8080/blog/"},
		"accent": {"#07a", "#0087AF", "0", "255"},
	} {
		for _, value := range values {
			if got := taken(key, value); got != value {
				t.Errorf("%s: %q becomes %q", key, value, got)
			}
		}
	}
	for key, values := range map[string][]string{
		"host":   {"bad host; rm", "-p 2222 blog.example.com", "-oProxyCommand=x", "ada@example.com", "example.com:2222", "a..b", "https://example.com", "$(x)", ".", "fe80::1%; rm", strings.Repeat("a", 254)},
		"url":    {"example.com", "ssh://example.com", "javascript:x", "https://", "https://:80", "/blog/", "https://a b/"},
		"accent": {"teal", "#ff", "#ggg", "256", "-1", "#0087af0", "+1"},
	} {
		for _, value := range values {
			if got := taken(key, value); got != "" {
				t.Errorf("%s: takes %q", key, value)
			}
		}
	}
}

func TestMisspelledKeysOfTheSiteAreTold(t *testing.T) {
	_, problems, err := ParseSite([]byte("---\nTitel: Notes\nlicence: CC0\ncascade: {acent: x}\nmenu: main\nlang: en\n---\n"))
	if err != nil || len(problems) != 2 || problems[0].String() != `_index.md:2:1: warning: "Titel" is not read (write title)` || problems[1].Hint != "write license" {
		t.Errorf("%v, %v", problems, err)
	}
}

func TestCheck(t *testing.T) {
	problems := Check("a.md", []byte("---\ntitle: a: b\ndate: nonsense\n---\ntext\n"), Config{})
	if len(problems) != 2 || !problems[0].Error || problems[1].Error {
		t.Errorf("got %v", problems)
	}
	if problems = Check("a.md", []byte("---\nlayout: nil\n---\ntext\n"), Config{}); problems != nil {
		t.Errorf("got %v for what is no post", problems)
	}
}

func TestIsPost(t *testing.T) {
	for file, want := range map[string]bool{
		"a.md": true, "a.markdown": true, "a.mdx": true, "b/a.MD": true, "_posts/a.md": true, "_drafts/a.md": true, "a.fr.md": true,
		"post/index.md": true, "post/index.fr.md": true, "readme-driven-development.md": true, "2020-01-01-readme.md": true,
		"index.md": false, "index.fr.md": false, "_index.md": false, "b/_index.md": false, "_a.md": false, ".a.md": false, ".git/a.md": false,
		"b/.cache/a.md": false, "node_modules/x/a.md": false, "README.md": false, "b/Readme.md": false, "readme_zh_CN.md": false,
		"README.fr.md": false, "LICENSE.md": false, "CONTRIBUTING.md": false, "CODE_OF_CONDUCT.md": false, "CHANGELOG.md": false,
		"CLAUDE.md": false, "AGENTS.md": false, "#a.md#": false, ".#a.md": false, "a.md~": false, "a.md.swp": false, ".a.md.swp": false,
		"archetypes/default.md": false, "archetypes/b/index.md": false, "b/archetypes/a.md": true, "archetypes.md": true,
		"a.txt": false, "a.html": false, "a": false, "": false, ".md": false, "md": false, "a.Rmd": false, "b/": false,
	} {
		if got := IsPost(file); got != want {
			t.Errorf("%q: got %v", file, got)
		}
	}
}
