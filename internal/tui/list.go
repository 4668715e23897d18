package tui

import (
	"fmt"
	"strings"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"postern/internal/index"
	"postern/internal/post"
	"postern/internal/render"
	"postern/internal/text"
)

// list is the screen of all posts, newest first. It draws only what fits, so that it costs the same for ten posts
// and for ten thousand.
type list struct {
	env           *env
	entries       []index.Entry // shared with all readers
	selected      int
	first         int // the entry drawn at the top
	width, height int
}

func newList(e *env) *list { return &list{env: e, entries: e.posts.List(e.Audience)} }

func (l *list) keys() []key.Binding {
	return []key.Binding{keyOpen, keyQuit, keyDown, keyUp, keyPageDown, keyPageUp, keyHalfDown, keyHalfUp, keyTop, keyEnd, keyHelp}
}

// layout takes the current posts and keeps the selected one selected and where it was on the screen; at the top of the
// list newer ones come in above it.
func (l *list) layout(width, height int) tea.Cmd {
	l.width, l.height = width, height
	entries := l.env.posts.List(l.env.Audience)
	if l.selected < len(l.entries) {
		before := l.selected - l.first
		l.selected = place(entries, l.entries[l.selected], l.selected)
		if l.first > 0 {
			l.first = max(0, l.selected-before)
		}
	}
	l.entries = entries
	l.move(0)
	return nil
}

// place returns where e is in entries now, or near the place at where it was.
func place(entries []index.Entry, e index.Entry, at int) int {
	if at < len(entries) && entries[at].File == e.File {
		return at
	}
	for n := range entries {
		if entries[n].File == e.File {
			return n
		}
	}
	return min(at, max(0, len(entries)-1))
}

func (l *list) update(msg tea.Msg) (tea.Msg, tea.Cmd) {
	press, ok := msg.(tea.KeyPressMsg)
	if !ok {
		return nil, nil
	}
	switch {
	case key.Matches(press, keyDown):
		l.move(1)
	case key.Matches(press, keyUp):
		l.move(-1)
	case key.Matches(press, keyPageDown):
		l.move(l.visible())
	case key.Matches(press, keyPageUp):
		l.move(-l.visible())
	case key.Matches(press, keyHalfDown):
		l.move(max(1, l.visible()/2))
	case key.Matches(press, keyHalfUp):
		l.move(-max(1, l.visible()/2))
	case key.Matches(press, keyTop):
		l.move(-len(l.entries))
	case key.Matches(press, keyEnd):
		l.move(len(l.entries))
	case key.Matches(press, keyOpen, keyRight):
		if len(l.entries) > 0 {
			return openPost{l.entries[l.selected].Slug}, nil
		}
	case key.Matches(press, keyHelp):
		return openHelp{}, nil
	case key.Matches(press, keyQuit):
		return goBack{}, nil
	case key.Matches(press, keyEsc):
		l.env.notice = "q to leave"
	}
	return nil, nil
}

// move selects the post n further on and scrolls no more than it must to show it whole.
func (l *list) move(n int) {
	l.selected = max(0, min(l.selected+n, len(l.entries)-1))
	l.first = max(0, min(l.first, l.selected))
	rows := 0
	for n := l.first; n <= l.selected && n < len(l.entries); n++ {
		rows += l.rows(n, n == l.first)
	}
	for ; rows > l.height+1 && l.first < l.selected; l.first++ { // the blank line below the last may be cut
		rows -= l.rows(l.first, true)
		rows += l.rows(l.first+1, true) - l.rows(l.first+1, false)
	}
}

// visible returns how many posts are shown.
func (l *list) visible() int {
	rows, n := 0, l.first
	for ; n < len(l.entries) && rows < l.height; n++ {
		rows += l.rows(n, n == l.first)
	}
	return max(1, n-l.first-1)
}

// rows returns how many rows entry n takes, the year above it and the blank line below included.
func (l *list) rows(n int, first bool) int {
	rows := 2
	if l.second(n) != "" {
		rows++
	}
	if l.year(n, first) != "" {
		rows += 2
	}
	return rows
}

// narrow reports whether dates stand below titles for want of room beside them.
func (l *list) narrow() bool { return l.width < 60 }

// year returns the year that stands above entry n, "" where it is that of the entry before.
func (l *list) year(n int, first bool) string {
	if l.narrow() {
		return ""
	}
	year := yearOf(l.entries[n])
	if !first && n > 0 && yearOf(l.entries[n-1]) == year {
		return ""
	}
	return year
}

func yearOf(e index.Entry) string {
	if e.Date.IsZero() {
		return "Undated"
	}
	return e.Date.Format("2006")
}

// second returns the line below the title of entry n.
func (l *list) second(n int) string {
	e := l.entries[n]
	if l.narrow() {
		return when(e, "02 Jan 2006")
	}
	return text.Line(e.Summary)
}

// when returns the date of e in the zone it was written in, its reading time, and what readers do not see of it.
func when(e index.Entry, layout string) string {
	parts := []string{fmt.Sprintf("%d min", e.Minutes())}
	if !e.Date.IsZero() {
		parts = append([]string{e.Date.Format(layout)}, parts...)
	}
	if e.State != post.Live {
		parts = append([]string{e.State.String()}, parts...)
	}
	return strings.Join(parts, " · ")
}

func (l *list) view() frame {
	f := frame{head: l.env.siteTitle(), title: l.env.siteTitle()}
	f.aside = count(len(l.entries), "post")
	if tags := len(l.env.posts.Tags(l.env.Audience)); tags > 0 {
		f.aside += " · " + count(tags, "tag")
	}
	if len(l.entries) == 0 {
		f.lines = []string{indent(l.width, "No posts yet.")}
		return f
	}
	f.status = fmt.Sprintf("%d of %d", l.selected+1, len(l.entries))
	for n := l.first; n < len(l.entries) && len(f.lines) < l.height; n++ {
		if year := l.year(n, n == l.first); year != "" {
			if len(f.lines)+2 >= l.height {
				break // no room for what it stands above
			}
			f.lines = append(f.lines, indent(l.width, l.env.theme.Styled(render.Dim, year)), "")
		}
		if n == l.selected {
			f.cursor = tea.Position{X: max(0, margin(l.width)-2), Y: len(f.lines)}
		}
		f.lines = append(append(f.lines, l.entry(n)...), "")
	}
	return f
}

// entry returns the one or two lines of entry n.
func (l *list) entry(n int) []string {
	e, role := l.entries[n], render.Text
	if n == l.selected {
		role = render.Selected
	}
	title := text.Truncate(text.Line(e.Title), measure(l.width)-l.dateWidth(e), "…")
	first := l.env.theme.Styled(role, title)
	if !l.narrow() {
		aside := pad(when(e, "02 Jan"))
		first += strings.Repeat(" ", measure(l.width)-text.Width(title)-text.Width(aside)) + l.env.theme.Styled(render.Dim, aside)
	}
	lines := []string{l.mark(n, first)}
	if second := l.second(n); second != "" {
		second = text.Truncate(second, measure(l.width), "…")
		lines = append(lines, l.mark(n, l.env.theme.Styled(render.Dim, second)))
	}
	return lines
}

// dateWidth returns the columns that the date beside a title takes, with the gap before it.
func (l *list) dateWidth(e index.Entry) int {
	if l.narrow() {
		return 0
	}
	return text.Width(pad(when(e, "02 Jan"))) + 2
}

// pad sets minutes of one digit below those of two.
func pad(s string) string {
	if n := len(s) - len("6 min"); n == 0 || n > 0 && s[n-1] == ' ' {
		return s[:n] + " " + s[n:]
	}
	return s
}

// mark puts the bar of the selected entry before line.
func (l *list) mark(n int, line string) string {
	if n != l.selected {
		return indent(l.width, line)
	}
	bar := l.env.theme.Styled(render.Accent, "▌")
	return strings.Repeat(" ", max(0, margin(l.width)-2)) + bar + " " + line
}
