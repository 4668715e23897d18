// Package tui is what a reader sees: a stack of screens, a file each, over the shared snapshot and the shared
// rendered posts. A session holds a cursor, a size and a theme; it copies nothing and asks no disk.
package tui

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"

	"postern/internal/index"
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
	Language   string   // of the reader, as LANG has it; "" for none
	Host       string   // what a reader types after "ssh" to come here; "" where there is no coming back
	HostKeys   []string // kind and fingerprint of each, for About
	Slug       string   // opened at once where there is such a post
	Style      Style    // nil: by the terminal's background
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

const (
	minWidth  = 20 // the smallest window that is worth drawing in
	minHeight = 5
	maxStack  = 50 // screens that are remembered
)

// A screen fills the room that layout gives it. Screens know nothing of each other: where one leads to another it
// returns a message for the root.
type screen interface {
	layout(width, height int) tea.Cmd      // size, theme or posts changed: derive everything again
	update(msg tea.Msg) (tea.Msg, tea.Cmd) // the message goes to the root at once
	view(f *frame)                         // fills in f, which is empty
	keys() []key.Binding                   // that matter now, the most important first
	typing() bool                          // a text field has the keyboard
}

// frame is what a screen shows: at most as many lines as it has rows.
type frame struct {
	column column
	head   string   // one line above, left
	aside  string   // and right
	lines  []string // the room itself
	foot   string   // one quiet line above the last
	status string   // one line below, left
	aside2 string   // before the keys there, while typing
	typing bool     // the cursor stands behind status
	cursor tea.Position
	title  string
}

// What a screen asks of the root.
type (
	openPost struct{ slug, anchor, find string }
	turnTo   struct{ entry index.Entry } // another post in the place of this one
	openPage struct{ screen screen }
	goBack   struct{}
	goOn     struct{} // forward again
)

// changed says that there is a newer snapshot.
type changed struct{ posts *index.Snapshot }

// Idle says that the session will end soon unless a key is pressed.
type Idle struct{}

// Model is one reader's session.
type Model struct {
	env           *env
	stack         []screen
	ahead         []screen // left by going back
	width, height int
	last          string // the slug of the post read last
	greeting      string // said quietly until the first key
	z             bool   // the last key was Z: another one leaves
	first         tea.Cmd
	header, below edges // of the window
	hints         hints // in the line below
}

// New returns the session that s describes.
func New(s Settings) *Model {
	e := &env{Settings: s, dark: true, chosen: usual}
	e.have(s.Live.Snapshot())
	m := &Model{env: e, width: s.Width, height: s.Height}
	m.greet()
	m.stack = []screen{newList(e, group{})}
	if s.Slug != "" {
		m.first = m.open(openPost{slug: s.Slug})
	} else {
		m.first = m.layout()
	}
	return m
}

// greet tells authors where they learn what is to be mended, and those who hear the screen where they are better off.
func (m *Model) greet() {
	if n := m.env.problems(); n > 0 {
		m.greeting = text.Count(n, "problem") + " to mend: p"
		return
	}
	if at := strings.LastIndex(m.env.Host, " ") + 1; m.env.Host != "" {
		plain := "ssh " + m.env.Host[:at] + "plain@" + m.env.Host[at:]
		m.greeting = fitting(m.env.measure(m.width), "Screen reader? "+plain, "Plain: "+plain, plain)
	}
}

// Init goes on with what was left to do for the first screen.
func (m *Model) Init() tea.Cmd { return m.first }

// Follow sends the model each newer snapshot.
func (m *Model) Follow(send func(tea.Msg)) (stop func()) {
	return m.env.Live.Follow(m.env.posts, func(posts *index.Snapshot) { send(changed{posts}) })
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
		return m, m.layout()
	case term.Graphics:
		m.env.plates.start()
		return m, m.layout()
	case tea.MouseClickMsg:
		return m, m.click(msg)
	case Idle:
		m.env.notice = fitting(m.env.measure(m.width), "Still there? Press any key, or this session ends in a minute.",
			"A key, or this ends in a minute.", "Still there?")
		return m, nil
	case tea.KeyPressMsg:
		if !m.top().typing() {
			msg = latin(msg)
		}
		m.env.notice, m.greeting = "", ""
		defer func(z bool) { m.z = m.z && !z }(m.z) // it counts for the next key only
		press := stroke{msg, msg.String()}
		if cmd, ok := m.globalKey(press); ok {
			return m, cmd
		}
		return m, m.pass(press)
	}
	return m, m.pass(msg)
}

// pass hands msg to the screen on top and does what that asks for.
func (m *Model) pass(msg tea.Msg) tea.Cmd {
	ask, cmd := m.top().update(msg)
	return tea.Batch(m.obey(ask), cmd)
}

// click passes a click on to the screen on top where it is in its room, with the place in that.
func (m *Model) click(at tea.MouseClickMsg) tea.Cmd {
	if at.Y -= m.headRows(); at.Button != tea.MouseLeft || m.tooSmall() || at.Y < 0 || at.Y >= m.height-m.chrome() {
		return nil
	}
	m.env.notice, m.greeting = "", ""
	return m.pass(at)
}

func (m *Model) top() screen { return m.stack[len(m.stack)-1] }

// globalKey handles the keys that mean the same on every screen, while no text field has the keyboard.
func (m *Model) globalKey(press stroke) (tea.Cmd, bool) {
	if !global[press.name] {
		return nil, false
	}
	switch typing := m.top().typing(); {
	case press.name == "ctrl+c", key.Matches(press, keyLeave) && !typing, press.name == "Z" && m.z && !typing:
		return tea.Quit, true
	case press.name == "Z" && !typing:
		m.z = true
		return nil, true
	case key.Matches(press, keyRedraw):
		return tea.ClearScreen, true
	case typing:
		return nil, false
	case key.Matches(press, keyHelp):
		if _, ok := m.top().(*help); !ok {
			return m.push(newHelp(m.env, m.top().keys())), true
		}
	case key.Matches(press, keyAbout):
		if s, ok := m.top().(*sheet); !ok || !s.about {
			return m.push(newAbout(m.env, m.width, m.height)), true
		}
	case key.Matches(press, keyTags):
		if _, ok := m.top().(*tags); !ok {
			return m.push(newTags(m.env)), true
		}
	case key.Matches(press, keyProblems) && m.env.Audience == index.Authors:
		if _, ok := m.top().(*problems); !ok {
			return m.push(newProblems(m.env)), true
		}
	case m.env.lookKey(press):
		return m.layout(), true
	}
	return nil, false
}

// obey does what a screen asked for.
func (m *Model) obey(ask tea.Msg) tea.Cmd {
	switch ask := ask.(type) {
	case openPost:
		return m.open(ask)
	case openPage:
		return m.push(ask.screen)
	case turnTo:
		m.last = ask.entry.Slug
		m.stack[len(m.stack)-1] = newReader(m.env, ask.entry)
		return m.layout()
	case goBack:
		if len(m.stack) == 1 {
			return tea.Quit
		}
		m.ahead = append(m.ahead, m.top())
		m.stack = m.stack[:len(m.stack)-1]
		cmd := m.layout()
		if l, ok := m.top().(*list); ok {
			l.choose(m.last)
		}
		return cmd
	case goOn:
		if n := len(m.ahead); n > 0 {
			m.stack, m.ahead = append(m.stack, m.ahead[n-1]), m.ahead[:n-1]
			return m.layout()
		}
	}
	return nil
}

// open shows a post at a heading or at the first place where it has some words.
func (m *Model) open(ask openPost) tea.Cmd {
	e, ok := m.env.posts.Find(ask.slug, m.env.Audience)
	if !ok {
		m.env.notice = "There is no post called " + text.Line(ask.slug) + "."
		return m.layout()
	}
	if ask.anchor == "" && ask.find == "" {
		e = m.env.posts.In(e, m.env.Language, m.env.Audience)
	}
	m.last = e.Slug
	r := newReader(m.env, e)
	cmd := m.push(r)
	r.goTo(ask)
	return cmd
}

// push puts s on top. Of very many screens the oldest but the first are forgotten.
func (m *Model) push(s screen) tea.Cmd {
	if len(m.stack) >= maxStack {
		m.stack = slices.Delete(m.stack, 1, 2)
	}
	m.stack, m.ahead = append(m.stack, s), nil
	return m.layout()
}

// layout gives the screen on top its room: all rows but those of the lines above and below it. In a window too small to
// draw in, keys still work, as if it were the smallest.
func (m *Model) layout() tea.Cmd {
	m.env.rows = m.height
	return m.top().layout(max(m.width, minWidth), max(m.height, minHeight)-m.chrome())
}

// Last returns the address of the post that was read last, "" where there is none.
func (m *Model) Last() string { return m.last }

// Farewell is the line that stays in the scrollback: how to come back to what was read.
func (m *Model) Farewell() string {
	switch {
	case m.env.Host == "":
		return ""
	case m.last == "":
		return "Thanks for reading. Come back with: ssh " + m.env.Host
	}
	return "Thanks for reading. Come back to it with: ssh -t " + m.env.Host + " read " + m.last
}

// tooSmall reports whether there is no room for a screen.
func (m *Model) tooSmall() bool { return m.width < minWidth || m.height < minHeight }

// chrome returns how many rows the lines around a screen take.
func (m *Model) chrome() int {
	_, alone := m.top().(*lightbox)
	switch {
	case alone:
		return 1
	case m.env.zen:
		return 0
	case m.height < 20:
		return 2
	}
	return 4
}

// headRows returns how many of these are above it.
func (m *Model) headRows() int {
	if m.chrome() == 4 {
		return 2
	}
	return 0
}

// View returns the whole window as Bubble Tea would have it.
func (m *Model) View() tea.View {
	f := m.Frame(nil)
	v := tea.NewView(strings.Join(f.Rows, "\n"))
	v.Cursor = tea.NewCursor(f.Cursor.X, f.Cursor.Y)
	v.WindowTitle = f.Title
	return v
}

// Frame returns the whole window, a row each.
func (m *Model) Frame(rows []string) term.Frame {
	if m.tooSmall() {
		return term.Frame{Rows: append(rows, "A slightly bigger window, please.")}
	}
	var f frame
	m.top().view(&f)
	if f.column.width == 0 {
		f.column = m.env.column(m.width)
	}
	if n := m.headRows(); n > 0 {
		rows = append(rows, m.header.dim(f.column, m.env.theme, f.head, f.aside), "")
		f.cursor.Y += n
	}
	rows = append(rows, f.lines[:min(len(f.lines), m.height-m.chrome())]...)
	if !m.env.zen || m.chrome() > 0 || f.typing || m.env.notice != "" {
		for len(rows) < m.height-1 {
			rows = append(rows, "")
		}
		if foot := cmp.Or(f.foot, m.greeting); foot != "" && rows[m.height-2] == "" {
			rows[m.height-2] = f.column.indent(m.env.theme.Styled(render.Dim, foot))
		}
		rows = append(rows[:m.height-1], m.footer(&f))
		if f.typing {
			f.cursor = tea.Position{X: f.column.left + text.Width(f.status), Y: m.height - 1}
		}
	}
	return term.Frame{Rows: rows, Cursor: f.cursor, Title: text.Line(f.title), Mouse: m.env.mouse}
}
