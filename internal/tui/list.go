package tui

import (
	"fmt"
	"slices"
	"strconv"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"postern/internal/index"
	"postern/internal/render"
	"postern/internal/text"
)

// list is the screen of all posts, or of those of a group, newest first. It draws only what fits, so that it costs the
// same for ten posts and for ten thousand.
type list struct {
	env           *env
	group         group
	entries       []index.Entry // shared with all readers
	selected      int
	first         int // the entry drawn at the top
	width, height int
	column        column
	digits        int // typed before G, the number of a post
	aside         string
	cards         []card // of entries, as they were drawn last; those of n and of n+len(cards) take the same place
	drawnAs       drawnAs
}

// drawnAs is what cards depend on besides the entries' places.
type drawnAs struct {
	edition       edition
	theme         *render.Theme
	width, height int
	column        column // of a window as wide, which readers may choose
}

// maxNumber is the largest number that can be typed.
const maxNumber = 1e6

// What can be done in a list, and in that of a group. A frame needs them; making them anew would be most of its cost.
var (
	listKeys  = keysOfList(keyQuit)
	groupKeys = slices.Insert(keysOfList(keyBack), 6, keyLeft)
	mendKeys  = slices.Insert(keysOfList(keyQuit), 2, keyProblems)
)

func keysOfList(back key.Binding) []key.Binding {
	return []key.Binding{keyRead, keySearch, keyTags, back, keyAbout, keyDown, keyUp, keyPageDown, keyPageUp, keyHalfDown,
		keyHalfUp, keyTop, keyEnd, keyNumber, keyRight, keyHelp}
}

func newList(e *env, g group) *list {
	return &list{env: e, group: g, entries: g.entries(e.posts, e.Audience)}
}

func (l *list) typing() bool { return false }

func (l *list) keys() []key.Binding {
	if l.group.name != "" {
		return groupKeys
	}
	if l.env.problems() > 0 {
		return mendKeys
	}
	return listKeys
}

// layout takes the current posts and keeps the selected one selected and where it was on the screen; at the top of the
// list newer ones come in above it.
func (l *list) layout(width, height int) tea.Cmd {
	l.width, l.height, l.column = width, height, l.env.listColumn(width)
	if as := (drawnAs{l.env.edition(), l.env.theme, width, height, l.column}); l.drawnAs != as {
		l.drawnAs, l.cards = as, nil
	}
	entries := l.group.entries(l.env.posts, l.env.Audience)
	if l.selected < len(l.entries) {
		before := l.selected - l.first
		l.selected = place(entries, l.entries[l.selected], l.selected)
		if l.first > 0 {
			l.first = max(0, l.selected-before)
		}
	}
	l.entries = entries
	l.aside = l.tally()
	l.move(0)
	return nil
}

// tally says how much there is.
func (l *list) tally() string {
	tally := text.Count(len(l.entries), "post")
	if tags := len(l.env.posts.Tags(l.env.Audience)); tags > 0 && l.group.name == "" {
		tally += " · " + text.Count(tags, "tag")
	}
	if n := l.env.problems(); n > 0 && l.group.name == "" && !l.narrow() {
		tally += " · " + text.Count(n, "problem")
	}
	return tally
}

// place returns where e is in entries now, or near the place at where it was.
func place(entries []index.Entry, e index.Entry, at int) int {
	if at >= 0 && at < len(entries) && entries[at].File == e.File {
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
	if l.cards == nil { // who only looks in needs none
		l.cards = make([]card, l.height/2+1)
	}
	switch msg := msg.(type) {
	case tea.MouseWheelMsg:
		l.move(turned(msg))
	case tea.MouseClickMsg:
		return l.click(msg), nil
	case stroke:
		before := l.digits
		moved := l.moveKey(msg)
		if l.digits == before {
			l.digits = 0
		}
		if !moved {
			return l.leave(msg, before), nil
		}
	}
	return nil, nil
}

// click opens the post that is there.
func (l *list) click(at tea.MouseClickMsg) tea.Msg {
	for n, end := l.first, 0; n < len(l.entries) && end <= at.Y; n++ {
		start := end
		end += l.rows(n, n == l.first)
		if l.beginsYear(n, n == l.first) {
			start += 2
		}
		if at.Y >= start && at.Y < end-1 && l.column.holds(at.X) {
			l.digits = 0
			l.move(n - l.selected)
			return openPost{slug: l.entries[n].Slug}
		}
	}
	return nil
}

// moveKey moves the selection and reports whether press was a key that does.
func (l *list) moveKey(press stroke) bool {
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
	case key.Matches(press, keyEnd) && l.digits > 0:
		l.move(l.digits - 1 - l.selected)
	case key.Matches(press, keyRead) && l.digits > len(l.entries):
		l.env.notice = fmt.Sprintf("There is no post %d.", l.digits)
	case key.Matches(press, keyRead) && l.digits > 0:
		l.move(l.digits - 1 - l.selected)
		return false // and open it
	case key.Matches(press, keyEnd):
		l.move(len(l.entries))
	case len(press.Text) == 1 && press.Text >= "0" && press.Text <= "9":
		l.digits = min(10*l.digits+int(press.Text[0]-'0'), maxNumber)
		return true
	default:
		return false
	}
	return true
}

// leave returns where a key leads out of the list, after digits were typed.
func (l *list) leave(press stroke, digits int) tea.Msg {
	switch {
	case key.Matches(press, keyEsc) && digits > 0: // forgets them
	case key.Matches(press, keyRead):
		if len(l.entries) > 0 {
			return openPost{slug: l.entries[l.selected].Slug}
		}
	case key.Matches(press, keySearch):
		return openPage{newSearch(l.env)}
	case key.Matches(press, keyForward, keyRight):
		return goOn{}
	case key.Matches(press, keyQuit), key.Matches(press, keyBack, keyLeft) && l.group.name != "":
		return goBack{}
	case key.Matches(press, keyEsc):
		l.env.notice = "q to leave"
	}
	return nil
}

// move selects the post n further on and scrolls no more than it must to show it whole.
func (l *list) move(n int) {
	l.selected = max(0, min(l.selected+n, len(l.entries)-1))
	l.first = max(0, min(l.first, l.selected), l.selected-l.height) // no entry has less than a row
	rows := 0
	for n := l.first; n <= l.selected && n < len(l.entries); n++ {
		rows += l.rows(n, n == l.first)
	}
	for ; rows > l.height+1 && l.first < l.selected; l.first++ { // the blank line below the last may be cut
		rows -= l.rows(l.first, true)
		rows += l.rows(l.first+1, true) - l.rows(l.first+1, false)
	}
}

// choose selects the post with the address slug, where the list has it.
func (l *list) choose(slug string) {
	if e, ok := l.env.posts.Find(slug, l.env.Audience); ok && slug != "" {
		if n := place(l.entries, e, -1); n >= 0 {
			l.move(n - l.selected)
		}
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

// at returns entry n in the reader's language.
func (l *list) at(n int) index.Entry {
	return l.env.posts.In(l.entries[n], l.env.Language, l.env.Audience)
}

// rows returns how many rows entry n takes, the year above it and the blank line below included.
func (l *list) rows(n int, first bool) int {
	rows := 2
	if c := l.drawn(n); c != nil && c.below != "" || c == nil && (l.narrow() || l.at(n).Summary != "") {
		rows++
	}
	if l.beginsYear(n, first) {
		rows += 2
	}
	return rows
}

// narrow reports whether dates stand below titles for want of room beside them.
func (l *list) narrow() bool { return l.width < 60 }

func (l *list) view(f *frame) {
	f.column, f.head, f.aside, f.title = l.column, l.env.name, l.aside, l.env.name
	if l.group.name != "" {
		f.head = l.group.String()
	}
	if l.env.beside(l.width) {
		f.column = l.column.withPreview()
	}
	if len(l.entries) == 0 {
		f.lines = []string{l.column.indent("No posts yet.")}
		return
	}
	f.status = strconv.Itoa(l.selected+1) + " of " + strconv.Itoa(len(l.entries))
	if l.digits > 0 {
		f.status = fmt.Sprintf("%d  ⏎ reads that post, G goes there", l.digits)
	}
	l.draw(f)
	if l.env.beside(l.width) {
		f.lines = alongside(f.lines, l.preview(), l.column.preview(), l.height)
	}
}
