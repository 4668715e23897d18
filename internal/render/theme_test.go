package render

import (
	"fmt"
	"image/color"
	"strings"
	"testing"

	"github.com/charmbracelet/colorprofile"
	xansi "github.com/charmbracelet/x/ansi"

	"postern/internal/post"
)

// A case is a theme on a background that it is for.
type themeCase struct {
	name   string
	dark   bool
	ground color.Color
}

var (
	nearBlack  = color.RGBA{0x1e, 0x1e, 0x1e, 0xff}
	themeCases = []themeCase{
		{"dark", true, color.Black}, {"dark", true, nearBlack}, {"light", false, color.White},
		{"auto", true, nearBlack}, {"auto", false, color.White},
		{"high-contrast", true, color.Black}, {"high-contrast", true, nearBlack}, {"high-contrast", false, color.White},
		{"mono", true, color.Black},
	}
	profiles = []colorprofile.Profile{colorprofile.TrueColor, colorprofile.ANSI256, colorprofile.ANSI, colorprofile.Ascii, colorprofile.NoTTY}
)

// dimRoles are the roles for what is less important; lines and marks are drawn in them.
var dimRoles = map[Role]bool{
	Dim: true, Faint: true, Bar: true, Rule: true, Picture: true, LinkNumber: true, Heading4: true,
}

// isDim reports whether a role may have the contrast of dim text.
func isDim(r Role) bool {
	if r >= firstToken {
		switch name := tokenTypes[r-firstToken].String(); name {
		case "Comment", "GenericSubheading":
			return true
		}
	}
	return dimRoles[r]
}

// scan reads the numbers of an SGR parameter.
func scan(t *testing.T, s, format string, to ...any) {
	t.Helper()
	if _, err := fmt.Sscanf(s, format, to...); err != nil {
		t.Fatal(err)
	}
}

// colorOf returns the foreground that a look asks for on a terminal with xterm's palette, nil for the reader's own.
func colorOf(t *testing.T, l look) color.Color {
	t.Helper()
	var a, b, c int
	switch {
	case l.fg == "":
		return nil
	case strings.HasPrefix(l.fg, "38;2;"):
		scan(t, l.fg, "38;2;%d;%d;%d", &a, &b, &c)
		return color.RGBA{uint8(a), uint8(b), uint8(c), 0xff}
	case strings.HasPrefix(l.fg, "38;5;"):
		scan(t, l.fg, "38;5;%d", &a)
		return xansi.IndexedColor(a)
	}
	scan(t, l.fg, "%d", &a)
	switch {
	case a >= 30 && a <= 37:
		return xansi.BasicColor(a - 30)
	case a >= 90 && a <= 97:
		return xansi.BasicColor(a - 90 + 8)
	}
	t.Fatalf("what colour is %q?", l.fg)
	return nil
}

func TestContrast(t *testing.T) {
	for _, c := range themeCases {
		for _, profile := range profiles {
			theme, err := NewTheme(c.name, c.dark, profile, "")
			if err != nil {
				t.Fatal(err)
			}
			for role, l := range theme.looks {
				fg := colorOf(t, l)
				if fg == nil {
					continue
				}
				least := textContrast
				if isDim(Role(role)) && c.name != "high-contrast" || profile == colorprofile.ANSI {
					least = dimContrast
				}
				if ratio := contrast(fg, c.ground); ratio < least {
					t.Errorf("%s on %v, %v: role %d (%s) has %.2f, not %.1f", c.name, c.ground, profile, role, l.fg, ratio, least)
				}
				if l.bg != "" || l.attrs&faint != 0 {
					t.Errorf("%s, %v: role %d has a background or is faint, which nobody has measured", c.name, profile, role)
				}
			}
		}
	}
}

// shapes are the roles that are told apart by a sign or by where they stand, whatever their colour.
var shapes = map[Role]string{
	Code: "between backticks", LinkNumber: "in brackets", Picture: "says Image", Bullet: "a bullet", Bar: "a bar", Rule: "a line",
	Heading1: "over a line", Heading2: "below two blank lines", Term: "over what it means", TableHead: "over a line",
	Listing: "beside a bar", Quote: "beside a bar", Title: "at the top", Warning: "says so", Note: "says so", Tip: "says so",
	Important: "says so", Caution: "says so", Dim: "means no less", Faint: "means no less", Accent: "an ornament",
	Selected: "has a bar",
}

// TestColourIsNotAlone wants no two roles within a post that differ by their colour and nothing else.
func TestColourIsNotAlone(t *testing.T) {
	for _, c := range themeCases {
		for _, profile := range profiles[:4] {
			theme, err := NewTheme(c.name, c.dark, profile, "")
			if err != nil {
				t.Fatal(err)
			}
			for a := range firstToken {
				for b := range a {
					la, lb := theme.looks[a], theme.looks[b]
					if la.attrs == lb.attrs && (la.fg != lb.fg || la.bg != lb.bg) && shapes[a] == "" && shapes[b] == "" {
						t.Errorf("%s, %v: roles %d and %d differ by colour alone", c.name, profile, a, b)
					}
				}
			}
		}
	}
}

// TestStrongSigns wants what carries meaning in running text to be seen without any colour.
func TestStrongSigns(t *testing.T) {
	theme, err := NewTheme("mono", true, colorprofile.TrueColor, "")
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range []Role{Strong, Emphasis, LinkText, Struck, Keyboard, Marked, Selected, Match, Warning, Title, Heading1, Heading2} {
		if theme.looks[r].attrs == 0 {
			t.Errorf("role %d looks like any text", r)
		}
	}
	for _, l := range theme.looks {
		if l.fg != "" || l.bg != "" {
			t.Errorf("mono has a colour: %v", l)
		}
	}
}

func TestTerminalThemeUsesThePalette(t *testing.T) {
	for _, dark := range []bool{true, false} {
		theme, err := NewTheme("terminal", dark, colorprofile.TrueColor, "")
		if err != nil {
			t.Fatal(err)
		}
		for role, l := range theme.looks {
			if strings.HasPrefix(l.fg, "38;") || l.fg == "90" || l.fg == "30" || l.fg == "37" {
				t.Errorf("role %d has the colour %s", role, l.fg)
			}
		}
	}
}

func TestAccent(t *testing.T) {
	for _, c := range []struct {
		accent string
		dark   bool
		ground color.Color
	}{{"#200040", true, nearBlack}, {"#ffff00", false, color.White}, {"#d33", true, nearBlack}, {"201", false, color.White}} {
		theme, err := NewTheme("auto", c.dark, colorprofile.TrueColor, c.accent)
		if err != nil {
			t.Fatal(err)
		}
		plain, _ := NewTheme("auto", c.dark, colorprofile.TrueColor, "")
		if theme.looks[Accent] == plain.looks[Accent] || theme.looks[Heading2].fg != theme.looks[Accent].fg {
			t.Errorf("%s changes nothing", c.accent)
		}
		if ratio := contrast(colorOf(t, theme.looks[Accent]), c.ground); ratio < textContrast {
			t.Errorf("%s has a contrast of %.2f", c.accent, ratio)
		}
	}
	if _, err := NewTheme("dark", true, colorprofile.TrueColor, "reddish"); err == nil || !strings.Contains(err.Error(), "reddish") {
		t.Errorf("a wrong accent: %v", err)
	}
	mono, err := NewTheme("mono", true, colorprofile.TrueColor, "#ff0000")
	if err != nil || mono.looks[Accent].fg != "" {
		t.Errorf("mono takes an accent: %v", err)
	}
}

func TestSitesTakeTheAccentsThatThemesTake(t *testing.T) {
	for _, accent := range []string{"#07a", "#0087AF", "0", "255", "256", "007", "-1", "+1", "teal", "#", "#ggg", "#0087a", "#0087af0", "#+12"} {
		site, _, err := post.ParseSite([]byte("---\naccent: '" + accent + "'\n---\n"))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := NewTheme("dark", true, colorprofile.TrueColor, accent); (err == nil) != (site.Accent == accent) {
			t.Errorf("%q: a theme says %v, the site has %q", accent, err, site.Accent)
		}
	}
}

func TestNewTheme(t *testing.T) {
	a, err := NewTheme("auto", true, colorprofile.ANSI256, "")
	if err != nil {
		t.Fatal(err)
	}
	if b, _ := NewTheme("dark", true, colorprofile.ANSI256, ""); a != b || a.Name() != "dark" || a.profile != colorprofile.ANSI256 {
		t.Errorf("auto is %q, not the dark theme", a.Name())
	}
	for _, name := range ThemeNames() {
		if _, err := NewTheme(name, false, colorprofile.ANSI, ""); err != nil {
			t.Error(err)
		}
	}
	_, err = NewTheme("../dark", true, colorprofile.ANSI, "")
	if err == nil || !strings.Contains(err.Error(), "high-contrast") {
		t.Errorf("an unknown theme: %v", err)
	}
}

func TestStyled(t *testing.T) {
	for profile, want := range map[colorprofile.Profile]string{
		colorprofile.TrueColor: "\x1b[1;38;5;210mx\x1b[m", colorprofile.Ascii: "\x1b[1mx\x1b[m", colorprofile.NoTTY: "x",
	} {
		theme, err := NewTheme("dark", true, profile, "")
		if err != nil {
			t.Fatal(err)
		}
		if got := theme.Styled(Warning, "x"); got != want {
			t.Errorf("on %v: %q, want %q", profile, got, want)
		}
		if got := theme.Styled(Text, "x"); got != "x" {
			t.Errorf("text on %v: %q", profile, got)
		}
	}
}

// TestGlamourSheet wants a style sheet as Glamour's users write it to be a theme.
func TestGlamourSheet(t *testing.T) {
	const sheet = `{"document":{"color":"252","margin":2},"heading":{"bold":true,"color":"39"},"h2":{"prefix":"## "},
		"strong":{"bold":true},"link_text":{"color":"35","bold":true},"hr":{"color":"240"},
		"code_block":{"chroma":{"keyword":{"color":"#00AAFF"}}}}`
	theme, err := ParseTheme("own", []byte(sheet), true, colorprofile.TrueColor, "")
	if err != nil {
		t.Fatal(err)
	}
	if got := theme.Styled(Heading2, "x"); got != "\x1b[1;38;5;39mx\x1b[m" {
		t.Errorf("a heading: %q", got)
	}
	if got := theme.Styled(Text, "x"); got != "\x1b[38;5;252mx\x1b[m" {
		t.Errorf("text: %q", got)
	}
	for _, bad := range []string{`{`, `{"document":{"color":"nice"}}`, `{"document":[]}`} {
		if _, err := ParseTheme("own", []byte(bad), true, colorprofile.TrueColor, ""); err == nil || !strings.HasPrefix(err.Error(), "theme own: ") {
			t.Errorf("%s: %v", bad, err)
		}
	}
}
