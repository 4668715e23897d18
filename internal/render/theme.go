package render

import (
	"embed"
	"fmt"
	"strings"
	"sync"

	"github.com/charmbracelet/colorprofile"
)

//go:embed themes/*.json
var sheets embed.FS

// Theme is a style sheet resolved for one terminal. It never changes and is safe for concurrent use.
type Theme struct {
	name    string
	profile colorprofile.Profile
	looks   [roleCount]look
	opens   [roleCount]string // the sequences that start them
}

// A look is how one role is shown: the SGR parameters of its colours ("" for the terminal's own) and its attributes.
type look struct {
	fg, bg string
	attrs  attrs
}

// ThemeNames returns the names that NewTheme knows, in the order in which a reader steps through them.
func ThemeNames() []string {
	return []string{"auto", "dark", "light", "high-contrast", "terminal", "mono"}
}

// themeKey is what a theme is made from.
type themeKey struct {
	name    string
	dark    bool
	profile colorprofile.Profile
	accent  string
}

// maxThemes bounds the themes that are remembered; a blog uses a few dozen at most.
const maxThemes = 128

// made remembers themes, which never change, so that readers alike share one.
var made = struct {
	sync.Mutex
	themes map[themeKey]*Theme
}{themes: make(map[themeKey]*Theme)}

// NewTheme returns the theme called name for a terminal with a dark or light background and the given colours. The
// name "auto" takes dark or light by the background. accent is the colour of the site ("#rrggbb", or "" for the
// theme's own); it is moved towards black or white until it can be read. Equal arguments give the same pointer.
func NewTheme(name string, dark bool, profile colorprofile.Profile, accent string) (*Theme, error) {
	key := themeKey{sheetName(name, dark), dark, profile, accent}
	made.Lock()
	defer made.Unlock()
	if t := made.themes[key]; t != nil {
		return t, nil
	}
	data, err := sheets.ReadFile("themes/" + key.name + ".json")
	if err != nil {
		return nil, fmt.Errorf("unknown theme %q: choose one of %s", name, strings.Join(ThemeNames(), ", "))
	}
	t, err := ParseTheme(key.name, data, dark, profile, accent)
	if err != nil {
		return nil, err
	}
	if len(made.themes) >= maxThemes {
		clear(made.themes)
	}
	made.themes[key] = t
	return t, nil
}

// sheetName returns the name of the sheet for the theme name on a dark or light background.
func sheetName(name string, dark bool) string {
	shade := map[bool]string{true: "dark", false: "light"}[dark]
	switch name {
	case "auto", "":
		return shade
	case "high-contrast", "terminal":
		return name + "-" + shade
	case "dark", "light", "mono":
		return name
	}
	return "?"
}

// ParseTheme returns the theme that the Glamour style sheet in data describes, called name in errors.
func ParseTheme(name string, data []byte, dark bool, profile colorprofile.Profile, accent string) (*Theme, error) {
	s, err := parseSheet(name, data)
	if err != nil {
		return nil, err
	}
	t := &Theme{name: name, profile: profile}
	inks := ink{profile: profile, dark: dark}
	for role, p := range s.primitives() {
		if t.looks[role], err = inks.look(p); err != nil {
			return nil, fmt.Errorf("theme %s: %w", name, err)
		}
	}
	if err := t.setAccent(inks, accent); err != nil {
		return nil, fmt.Errorf("theme %s: %w", name, err)
	}
	for role := range t.opens {
		t.opens[role] = t.open(style{self: Role(role)})
	}
	return t, nil
}

// setAccent gives the roles that carry the accent the colour of the site, in sheets that have an accent of their own.
func (t *Theme) setAccent(inks ink, accent string) error {
	if accent == "" || t.looks[Accent].fg == "" {
		return nil
	}
	fg, err := inks.accent(accent)
	if err != nil {
		return err
	}
	own := t.looks[Accent].fg
	for i := range t.looks[:firstToken] {
		if t.looks[i].fg == own {
			t.looks[i].fg = fg
		}
	}
	return nil
}

// Name returns the name of the sheet: "dark" where "auto" was asked for on a dark background.
func (t *Theme) Name() string { return t.name }

// Styled returns s, which must be clean, as the theme shows the role r, ended by a reset where it began with anything.
func (t *Theme) Styled(r Role, s string) string {
	open := t.opens[r]
	if open == "" || s == "" {
		return s
	}
	return open + s + reset
}

// AppendStyled appends to b what Styled returns.
func (t *Theme) AppendStyled(b []byte, r Role, s string) []byte {
	open := t.opens[r]
	if open == "" || s == "" {
		return append(b, s...)
	}
	return append(append(append(b, open...), s...), reset...)
}

const reset = "\x1b[m"

// open returns the escape sequence that starts the style st, "" where it looks like any text.
func (t *Theme) open(st style) string {
	if t.profile < colorprofile.Ascii {
		return ""
	}
	return string(t.appendOpen(nil, st))
}

// appendOpen appends to b what open returns and reports by its length whether there was anything.
func (t *Theme) appendOpen(b []byte, st style) []byte {
	if t.profile < colorprofile.Ascii {
		return b
	}
	block, self := &t.looks[st.block], &t.looks[st.self]
	a := block.attrs | self.attrs | st.attrs
	fg, bg := self.fg, self.bg
	if fg == "" {
		fg = block.fg
	}
	if bg == "" {
		bg = block.bg
	}
	if a == 0 && fg == "" && bg == "" {
		return b
	}
	b = append(b, "\x1b["...)
	start := len(b)
	for i, code := range [...]byte{'1', '2', '3', '4', '7', '9'} {
		if a&(1<<i) != 0 {
			b = append(b, code, ';')
		}
	}
	for _, colour := range [...]string{fg, bg} {
		if colour != "" {
			b = append(append(b, colour...), ';')
		}
	}
	if len(b) > start {
		b[len(b)-1] = 'm'
	}
	return b
}
