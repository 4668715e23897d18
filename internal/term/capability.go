package term

import (
	"slices"
	"strings"

	"github.com/charmbracelet/colorprofile"
)

// Capability is what a terminal can do, judged by TERM and the few variables that clients send. Nothing is asked of
// the terminal for it, so nothing is waited for.
type Capability struct {
	Profile colorprofile.Profile
	ASCII   bool // characters beyond ASCII would not arrive
	Console bool // its font has letters, but not the signs that we draw
	Dumb    bool // no cursor addressing: only plain text, top to bottom
	asks    bool // answers queries, has a window title, a second screen, a clipboard
}

// Detect judges the terminal that calls itself name (TERM) by name and environ ("KEY=value").
func Detect(name string, environ []string) Capability {
	c := Capability{
		Profile: colorprofile.Env(append([]string{"TERM=" + name}, environ...)),
		ASCII:   !speaksUTF8(environ),
		Dumb:    name == "" || name == "dumb" || name == "unknown",
	}
	family, _, _ := strings.Cut(name, "-")
	if slices.ContainsFunc(environ, func(entry string) bool { return strings.HasPrefix(entry, "NO_COLOR=") && entry != "NO_COLOR=" }) {
		c.Profile = min(c.Profile, colorprofile.ASCII) // whatever its value, says no-color.org
	}
	switch {
	case strings.HasPrefix(name, "vt"):
		c.Profile, c.Console = min(c.Profile, colorprofile.ASCII), true
	case strings.HasSuffix(name, "-m") || strings.HasSuffix(name, "-mono"):
		c.Profile = min(c.Profile, colorprofile.ASCII)
	case family == "linux" || family == "cons25" || family == "ansi":
		c.Profile, c.Console = min(c.Profile, colorprofile.ANSI), true
	}
	switch family {
	case "xterm", "screen", "tmux", "rxvt", "alacritty", "foot", "ghostty", "wezterm", "konsole", "gnome", "vte",
		"contour", "iterm2", "mlterm", "rio", "st", "putty":
		c.asks = true
	}
	return c
}

// speaksUTF8 follows setlocale(3): the first that is set of LC_ALL, LC_CTYPE, LANG. A client that sends none of them
// is taken at its word that it is of this century.
func speaksUTF8(environ []string) bool {
	for _, name := range []string{"LC_ALL=", "LC_CTYPE=", "LANG="} {
		for _, entry := range environ {
			value, ok := strings.CutPrefix(entry, name)
			if !ok || value == "" {
				continue
			}
			value = strings.ToLower(value)
			return strings.Contains(value, "utf-8") || strings.Contains(value, "utf8")
		}
	}
	return true
}

// Signs reports whether the terminal shows the signs that we draw.
func (c Capability) Signs() bool { return c.alphabet() == everything }

func (c Capability) alphabet() alphabet {
	switch {
	case c.ASCII:
		return onlyASCII
	case c.Console:
		return onlyLetters
	}
	return everything
}
