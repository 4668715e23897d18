// Package tui is what a reader sees: a stack of screens, a file each, over the shared snapshot and the shared
// rendered posts. A session holds a cursor, a size and a theme; it copies nothing and asks no disk.
package tui

import (
	"context"
	"strings"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"

	"postern/internal/index"
	"postern/internal/post"
	"postern/internal/render"
	"postern/internal/term"
	"postern/internal/text"
)

// Settings is what a session starts with.
type Settings struct {
	Context    context.Context // ends with the session
	Live       *index.Live
	Cache      *render.Cache
	Audience   index.Audience
	Capability term.Capability
	Host       string // what a reader types after "ssh" to come here
	Slug       string // opened at once where there is such a post
	Style      Style  // nil: by the terminal's background
	Width      int
	Height     int
}

// Style returns a theme for a dark or light background, a terminal's colours and the site's accent.
type Style func(dark bool, profile colorprofile.Profile, accent string) (*render.Theme, error)

// Named returns the style that a theme's name stands for.
func Named(name string) Style {
	return func(dark bool, profile colorprofile.Profile, accent string) (*render.Theme, error) {
		return render.NewTheme(name, dark, profile, accent)
	}
}

// The smallest window that is worth drawing in.
const (
	minWidth  = 20
	minHeight = 5
)

// A screen fills the room that layout gives it. Screens know nothing of each other: where one leads to another it
// returns a message for the root.
type screen interface {
	layout(width, height int) tea.Cmd      // size, theme or posts changed: derive everything again
	update(msg tea.Msg) (tea.Msg, tea.Cmd) // the message goes to the root at once
	view() frame
	keys() []key.Binding // that matter now, the most important first
}

// frame is what a screen shows: at most as many lines as it has rows.
type frame struct {
	head   string   // one line above, left
	aside  string   // and right
	lines  []string // the room itself
	status string   // one line below, left
	cursor tea.Position
	title  string
}

// What a screen asks of the root.
type (
	openPost struct{ slug string }
	turnTo   struct{ entry index.Entry } // another post in the place of this one
	openHelp struct{}
	goBack   struct{}
)

// changed says that there is a newer snapshot.
type changed struct{ posts *index.Snapshot }

// Idle says that the session will end soon unless a key is pressed.
type Idle struct{}

// env is what all screens of one session share.
type env struct {
	Settings
	posts  *index.Snapshot
	theme  *render.Theme
	dark   bool
	notice string // said once in the status line, until the next key
}

// Model is one reader's session.
type Model struct {
	env           *env
	stack         []screen
	width, height int
	last          string // the slug of the post read last
	first         tea.Cmd
}

// New returns the session that s describes.
func New(s Settings) *Model {
	e := &env{Settings: s, posts: s.Live.Snapshot(), dark: true}
	m := &Model{env: e, width: s.Width, height: s.Height}
	e.retheme()
	m.stack = []screen{newList(e)}
	if s.Slug != "" {
		m.first = m.open(s.Slug)
	} else {
		m.first = m.layout()
	}
	return m
}

// Init waits for the next snapshot.
func (m *Model) Init() tea.Cmd { return tea.Batch(m.first, m.waitForPosts()) }

// waitForPosts is the one command of a session that waits for new posts.
func (m *Model) waitForPosts() tea.Cmd {
	e, seen := m.env, m.env.posts
	return func() tea.Msg {
		posts, err := e.Live.Next(e.Context, seen)
		if err != nil {
			return nil // the session ends
		}
		return changed{posts}
	}
}

// Update takes one message in.
func (m *Model) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	switch msg := msg.(type) {
	case tea.WindowSizeMsg:
		m.width, m.height = msg.Width, msg.Height
		return m, m.layout()
	case tea.BackgroundColorMsg:
		if m.env.dark != msg.IsDark() {
			m.env.dark = msg.IsDark()
			m.env.retheme()
			return m, m.layout()
		}
		return m, nil
	case changed:
		m.env.take(msg.posts)
		return m, tea.Batch(m.layout(), m.waitForPosts())
	case Idle:
		m.env.notice = "Still there? Press any key, or this session ends in a minute."
		return m, nil
	case tea.KeyPressMsg:
		m.env.notice = ""
		if cmd, ok := m.globalKey(msg); ok {
			return m, cmd
		}
	}
	ask, cmd := m.top().update(msg)
	return m, tea.Batch(m.obey(ask), cmd)
}

func (m *Model) top() screen { return m.stack[len(m.stack)-1] }

// globalKey handles the keys that mean the same everywhere.
func (m *Model) globalKey(msg tea.KeyPressMsg) (tea.Cmd, bool) {
	switch {
	case key.Matches(msg, keyLeave):
		return tea.Quit, true
	case key.Matches(msg, keyRedraw):
		return tea.ClearScreen, true
	}
	return nil, false
}

// obey does what a screen asked for.
func (m *Model) obey(ask tea.Msg) tea.Cmd {
	switch ask := ask.(type) {
	case openPost:
		return m.open(ask.slug)
	case turnTo:
		m.last = ask.entry.Slug
		m.stack[len(m.stack)-1] = newReader(m.env, ask.entry)
		return m.layout()
	case openHelp:
		return m.push(newHelp(m.env, m.top().keys()))
	case goBack:
		if len(m.stack) == 1 {
			return tea.Quit
		}
		m.stack = m.stack[:len(m.stack)-1]
		return m.layout()
	}
	return nil
}

// open shows the post with the address slug.
func (m *Model) open(slug string) tea.Cmd {
	e, ok := m.env.posts.Find(slug, m.env.Audience)
	if !ok {
		m.env.notice = "There is no post called " + text.Line(slug) + "."
		return m.layout()
	}
	m.last = e.Slug
	return m.push(newReader(m.env, e))
}

func (m *Model) push(s screen) tea.Cmd {
	m.stack = append(m.stack, s)
	return m.layout()
}

// layout gives the screen on top its room: all rows but those of the lines above and below it. In a window too small to
// draw in, keys still work, as if it were the smallest.
func (m *Model) layout() tea.Cmd {
	return m.top().layout(max(m.width, minWidth), max(m.height, minHeight)-m.chrome())
}

// Farewell is the line that stays in the scrollback: how to come back to what was read.
func (m *Model) Farewell() string {
	if m.last == "" {
		return "Thanks for reading. Come back with: ssh " + m.env.Host
	}
	return "Thanks for reading. Come back to it with: ssh -t " + m.env.Host + " read " + m.last
}

// take makes posts the current ones.
func (e *env) take(posts *index.Snapshot) {
	if n := len(posts.List(e.Audience)) - len(e.posts.List(e.Audience)); n > 0 {
		e.notice = count(n, "new post")
	}
	e.posts = posts
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

// siteTitle returns the name of the blog.
func (e *env) siteTitle() string {
	if title := text.Line(e.posts.Site().Title); title != "" {
		return title
	}
	return "Posts"
}

// document returns p laid out for the given measure, shared with all readers.
func (e *env) document(p *post.Post, measure int) *render.Document {
	return e.Cache.Get(p, render.Options{Measure: measure, Theme: e.theme})
}

// tooSmall reports whether there is no room for a screen.
func (m *Model) tooSmall() bool { return m.width < minWidth || m.height < minHeight }

// chrome returns how many rows the lines around a screen take.
func (m *Model) chrome() int {
	if m.height < 20 {
		return 2
	}
	return 4
}

// View returns the whole window.
func (m *Model) View() tea.View {
	if m.tooSmall() {
		return tea.View{Content: "A slightly bigger window, please.", Cursor: tea.NewCursor(0, 0)}
	}
	f := m.top().view()
	rows := make([]string, 0, m.height)
	if m.chrome() == 4 {
		rows = append(rows, m.env.between(m.width, m.env.theme.Styled(render.Dim, f.head), m.env.theme.Styled(render.Dim, f.aside)), "")
		f.cursor.Y += 2
	}
	room := m.height - m.chrome()
	rows = append(rows, f.lines[:min(len(f.lines), room)]...)
	for len(rows) < m.height-1 {
		rows = append(rows, "")
	}
	rows = append(rows, m.footer(f.status))
	v := tea.NewView(strings.Join(rows, "\n"))
	v.Cursor = tea.NewCursor(f.cursor.X, f.cursor.Y)
	v.WindowTitle = text.Line(f.title)
	v.AltScreen = true
	return v
}
