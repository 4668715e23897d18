package tui

import (
	"fmt"
	"slices"
	"strings"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"postern/internal/index"
	"postern/internal/render"
	"postern/internal/text"
)

// topic is a group of lines of the help.
type topic struct {
	title string
	lines []helpLine
}

// helpLine is what one or two keys do. It is shown where the screen knows the first of them.
type helpLine struct {
	does string // "": what the binding says
	keys []key.Binding
}

// topics are all that help can tell, in the order of a narrow window.
func topics() []topic {
	one := func(b key.Binding) helpLine { return helpLine{keys: []key.Binding{b}} }
	return []topic{
		{"Move", []helpLine{
			{"line", []key.Binding{keyDown, keyUp}}, {"page", []key.Binding{keyPageDown, keyPageUp}},
			{"half a page", []key.Binding{keyHalfDown, keyHalfUp}}, {"top, end", []key.Binding{keyTop, keyEnd}},
			{"next, previous heading", []key.Binding{keyHeading, keyHeadBack}},
			{"next, previous post", []key.Binding{keyNext, keyPrevious}},
			{"parts of the series", []key.Binding{keyPart, keyPartBack}}, one(keyLanguage),
		}},
		{"Find", []helpLine{
			one(keyFind), one(keySearch), {"next, previous match", []key.Binding{keyAgain, keyAgainUp}}, one(keyOutline),
			one(keyPeek), one(keyTags), one(keyProblems), one(keyAbout),
		}},
		{"Follow", []helpLine{
			{"next, previous link", []key.Binding{keyTab, keyShiftTab}}, one(keyRead), one(keyChoose), one(keyInto), one(keyNumber), one(keyFollow), one(keyLinks),
			one(keyLeft), one(keyRight), one(keyForward), // only one of the two on any screen
		}},
		{"Keep", []helpLine{one(keyCopy), one(keyCopyPost), one(keyCopyAll), one(keyRaw)}},
		{"Look", []helpLine{one(keySideways), one(keyTheme), one(keyMeasure), one(keyZen), one(keyPictures), one(keyMouse)}},
		{"Leave", []helpLine{one(keyBack), one(keyQuit), one(keyLeave), one(keyRedraw)}},
	}
}

// columnsOfTopics says which topics stand below each other where there is room for one, two or three columns.
func columnsOfTopics(room int) [][]string {
	switch {
	case room >= 3*helpColumn:
		return [][]string{{"Move", "Find"}, {"Follow", "Keep"}, {"Look", "Leave"}}
	case room >= 2*helpColumn:
		return [][]string{{"Move", "Find", "Leave"}, {"Follow", "Keep", "Look"}}
	}
	return [][]string{{"Move", "Find", "Follow", "Keep", "Look", "Leave"}}
}

const (
	helpColumn = 34 // columns that a topic takes
	helpWide   = 3*helpColumn + 18
	helpKeys   = 10 // columns of these for the keys
)

// everywhere are the keys that work on all screens, for all.
func everywhere() []key.Binding {
	return []key.Binding{keyTags, keyAbout, keyTheme, keyMeasure, keyZen, keyPictures, keyMouse, keyRedraw, keyLeave}
}

// help is the screen of all keys that work on the screen it was called from. It is made from the bindings
// themselves, so that it cannot lie.
type help struct {
	env           *env
	lines         []string
	bindings      []key.Binding
	top           int
	width, height int
	column        column
}

func newHelp(e *env, bindings []key.Binding) *help {
	bindings = append(bindings[:len(bindings):len(bindings)], everywhere()...)
	if e.Audience == index.Authors {
		bindings = append(bindings, keyProblems)
	}
	return &help{env: e, bindings: bindings}
}

func (h *help) typing() bool { return false }

var keysOfHelp = []key.Binding{keyDown, keyUp, keyHelpClose}

func (h *help) keys() []key.Binding { return keysOfHelp }

// layout sets the topics in as many columns as there is room for.
func (h *help) layout(width, height int) tea.Cmd {
	h.width, h.height, h.column = width, height, h.env.column(width)
	if width >= helpWide {
		h.column = column{(width - 3*helpColumn) / 2, 3 * helpColumn}
	}
	all := topics()
	var columns [][]string
	rows := 0
	for _, titles := range columnsOfTopics(h.column.width) {
		var lines []string
		for _, title := range titles {
			lines = append(lines, h.topic(all[slices.IndexFunc(all, func(t topic) bool { return t.title == title })])...)
		}
		columns = append(columns, lines)
		rows = max(rows, len(lines)-1) // the last is blank
	}
	h.lines = nil
	for n := range rows {
		h.lines = append(h.lines, strings.TrimRight(h.column.indent(h.row(columns, n)), " "))
	}
	h.scroll(0)
	return nil
}

// row returns line n of all columns.
func (h *help) row(columns [][]string, n int) string {
	row := ""
	for at, lines := range columns {
		if n < len(lines) {
			row += blanks(at*helpColumn-text.Width(row)) + lines[n]
		}
	}
	return row
}

// topic returns the lines of t that the screen knows, with its title above and a blank below; nothing where there are
// none.
func (h *help) topic(t topic) []string {
	lines := []string{h.env.theme.Styled(render.Dim, t.title)}
	for _, l := range t.lines {
		if !slices.ContainsFunc(h.bindings, func(b key.Binding) bool { return b.Help() == l.keys[0].Help() }) {
			continue
		}
		does := l.does
		if does == "" {
			does = l.keys[0].Help().Desc
		}
		name := h.env.spelled(l.names())
		width := max(helpKeys, text.Width(name)) + 1
		does = text.Truncate(does, max(0, min(helpColumn-1, h.column.width)-width), "…")
		lines = append(lines, h.env.theme.Styled(render.Strong, name)+blanks(width-text.Width(name))+does)
	}
	if len(lines) == 1 {
		return nil
	}
	return append(lines, "")
}

// names returns the keys of l: the first of each binding, then the second.
func (l helpLine) names() string {
	var names []string
	for n := range 3 {
		for _, b := range l.keys {
			if fields := strings.Fields(b.Help().Key); n < len(fields) {
				names = append(names, fields[n])
			}
		}
	}
	return strings.Join(names, " ")
}

func (h *help) update(msg tea.Msg) (tea.Msg, tea.Cmd) {
	switch msg := msg.(type) {
	case tea.MouseWheelMsg:
		h.scroll(wheel * turned(msg))
	case stroke:
		return h.key(msg), nil
	}
	return nil, nil
}

func (h *help) key(press stroke) tea.Msg {
	by, moves := steps(press, h.height, len(h.lines))
	switch {
	case moves:
		h.scroll(by)
	case key.Matches(press, keyBack, keyLeft, keyHelp, keyChoose):
		return goBack{}
	}
	return nil
}

func (h *help) scroll(n int) {
	h.top = max(0, min(h.top+n, len(h.lines)-h.height))
}

func (h *help) view(f *frame) {
	shown := h.lines[h.top:min(len(h.lines), h.top+h.height)]
	*f = frame{head: "Keys", title: "Keys - " + h.env.name, lines: shown, column: h.column, cursor: tea.Position{X: h.column.left}}
	if len(shown) < len(h.lines) {
		f.status = fmt.Sprintf("%d to %d of %d", h.top+1, h.top+len(shown), len(h.lines))
	}
	if h.width >= 60 {
		f.aside = "anything you know from less or vim works"
	}
	if h.env.Host != "" {
		f.foot = fitting(h.column.width, "Screen reader or script? ssh "+h.env.Host+" help", "ssh "+h.env.Host+" help")
	}
}

// fitting returns the first of words that is no wider than room, "" for none.
func fitting(room int, words ...string) string {
	for _, w := range words {
		if text.Width(w) <= room {
			return w
		}
	}
	return ""
}
