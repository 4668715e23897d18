package tui

import (
	"slices"
	"strings"
	"weak"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"

	"postern/internal/index"
	"postern/internal/render"
	"postern/internal/term"
	"postern/internal/text"
)

// env is what all screens of one session share.
type env struct {
	Settings
	posts  *index.Snapshot
	name   string // of the blog
	theme  *render.Theme
	dark   bool
	chosen int // the measure where the window has the room
	rows   int // of the window
	zen    bool
	bare   bool // without pictures
	plates plates
	mouse  bool
	notice string // said once in the status line, until the next key
	clip   term.Copy
}

// edition tells which posts a screen was made from. It keeps none of them: screens that lie below another are old, and there
// are many readers.
type edition = weak.Pointer[index.Snapshot]

func (e *env) edition() edition { return weak.Make(e.posts) }

// clipboard returns the command that sends what was copied, nil where nothing was.
func (e *env) clipboard() tea.Cmd {
	clip := e.clip
	if e.clip = ""; clip == "" {
		return nil
	}
	return func() tea.Msg { return clip }
}

// take makes posts the current ones.
func (e *env) take(posts *index.Snapshot) {
	if n := len(posts.List(e.Audience)) - len(e.posts.List(e.Audience)); n > 0 {
		e.notice = text.Count(n, "new post")
	} else if n < 0 {
		e.notice = ""
	}
	e.have(posts)
}

// have makes posts the current ones without a word.
func (e *env) have(posts *index.Snapshot) {
	e.posts, e.name = posts, "Posts"
	if title := text.Line(posts.Site().Title); title != "" {
		e.name = title
	}
	e.retheme()
}

// retheme picks the theme for the background and the site's accent.
func (e *env) retheme() {
	style := e.Style
	if style == nil {
		style = Named("auto")
	}
	theme, err := style(e.dark, e.Capability.Profile, e.posts.Site().Accent)
	if err != nil { // an accent that is no colour: check says so
		theme, err = style(e.dark, e.Capability.Profile, "")
	}
	if err == nil {
		e.theme = theme
	}
}

// lookKey changes how things look and reports whether press was a key that does.
func (e *env) lookKey(press stroke) bool {
	switch {
	case key.Matches(press, keyTheme):
		name := e.nextTheme()
		e.Style = Named(name)
		e.retheme()
		e.notice = "Theme: " + name
	case press.name == "+":
		e.chosen = min(e.chosen+4, widest)
	case press.name == "-":
		e.chosen = max(e.chosen-4, narrowest)
	case press.name == "=":
		e.chosen = usual
	case key.Matches(press, keyZen):
		if e.zen = !e.zen; e.zen {
			e.notice = "The text alone. z brings the rest back."
		}
	case key.Matches(press, keyPictures):
		e.bare = !e.bare
		e.notice = map[bool]string{true: "Pictures off.", false: "Pictures on."}[e.bare]
		if !e.bare && !e.shows() {
			e.notice = "This terminal has no colours for pictures."
		}
	case key.Matches(press, keyMouse):
		e.mouse = !e.mouse
		e.notice = map[bool]string{true: "Mouse on: click and scroll.", false: "Mouse off."}[e.mouse]
	default:
		return false
	}
	return true
}

// nextTheme returns the name of the theme after the present one. The names of sheets begin with those of themes.
func (e *env) nextTheme() string {
	names := slices.DeleteFunc(slices.Clone(render.ThemeNames()), func(n string) bool { return n == "auto" })
	at := slices.IndexFunc(names, func(n string) bool { return strings.HasPrefix(e.theme.Name(), n) })
	return names[(at+1)%len(names)]
}

// document returns the post of entry laid out for the given measure, shared with all readers.
func (e *env) document(entry index.Entry, measure int) *render.Document {
	o := e.options(measure)
	if e.shows() {
		o.Album, o.Rows = e.posts.Album(entry), pictureRows(e.rows)
	}
	return e.Cache.Get(entry.Post, o)
}

// shows reports whether pictures are shown: where the terminal has the colours and signs for them and the reader wants any.
func (e *env) shows() bool {
	return !e.bare && e.Capability.Profile >= colorprofile.ANSI256 && e.Capability.Signs() && e.theme.Name() != "mono"
}

// pictureRows returns how many rows a picture may take in a window of height rows: three fifths at the most, in a few
// steps, so that windows of nearly the same height share what is set for them.
func pictureRows(height int) int {
	rows := 0
	for _, step := range []int{3, 6, 9, 12, 14, 18, 24, 30, 36, 48, 60} {
		if 5*step <= 3*height {
			rows = step
		}
	}
	return rows
}

func (e *env) options(measure int) render.Options {
	return render.Options{Measure: measure, Theme: e.theme, Copy: "y copy"}
}
