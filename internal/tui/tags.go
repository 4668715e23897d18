package tui

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"postern/internal/index"
	"postern/internal/render"
	"postern/internal/text"
)

// group is some of the posts: those with a tag, of a series or by an author. The zero group is all of them.
type group struct {
	kind byte // '#', '@' or 's'
	name string
}

// String returns the group as a reader sees it.
func (g group) String() string {
	if g.kind == 's' {
		return "Series: " + text.Line(g.name)
	}
	return string(g.kind) + text.Line(g.name)
}

// holds reports whether e is in the group.
func (g group) holds(e index.Entry) bool {
	same := func(s string) bool { return strings.EqualFold(s, g.name) }
	switch g.kind {
	case '#':
		return slices.ContainsFunc(e.Tags, same)
	case '@':
		return slices.ContainsFunc(e.Authors, same)
	case 's':
		return same(e.Series)
	}
	return true
}

// entries returns the posts of the group in the audience's list. For all posts that is the shared list itself.
func (g group) entries(posts *index.Snapshot, a index.Audience) []index.Entry {
	all := posts.List(a)
	if g.name == "" {
		return all
	}
	var some []index.Entry
	for _, e := range all {
		if g.holds(e) {
			some = append(some, e)
		}
	}
	if g.kind == 's' && len(some) > 0 {
		return posts.Series(some[0], a)
	}
	return some
}

// countedGroup is a group and how many posts it has.
type countedGroup struct {
	group
	count int
}

// tags is the screen of all tags, series and authors, with the posts of the selected one beside them.
type tags struct {
	env             *env
	edition         edition // that groups were made from
	groups          []countedGroup
	chosen          []index.Entry // of the selected group
	selected, first int
	width, height   int
}

func newTags(e *env) *tags { return &tags{env: e} }

func (t *tags) typing() bool { return false }

var tagKeys = []key.Binding{keyInto, keySearch, keyBack, keyDown, keyUp, keyPageDown, keyPageUp, keyHalfDown, keyHalfUp,
	keyTop, keyEnd, keyLeft, keyForward, keyHelp}

func (t *tags) keys() []key.Binding { return tagKeys }

func (t *tags) layout(width, height int) tea.Cmd {
	t.width, t.height = width, height
	if now := t.env.edition(); t.edition != now {
		t.edition, t.groups = now, groupsOf(t.env.posts, t.env.Audience)
	}
	t.move(0)
	return nil
}

// groupsOf returns all groups that posts have: tags, most used first, then series, then authors where there are several.
func groupsOf(posts *index.Snapshot, a index.Audience) []countedGroup {
	var groups []countedGroup
	for _, tag := range posts.Tags(a) {
		groups = append(groups, countedGroup{group{'#', tag.Name}, tag.Count})
	}
	series, authors := make(map[string]int), make(map[string]int)
	for _, e := range posts.List(a) {
		if e.Series != "" {
			series[e.Series]++
		}
		for _, name := range e.Authors {
			authors[name]++
		}
	}
	groups = append(groups, sorted('s', series)...)
	if len(authors) > 1 {
		groups = append(groups, sorted('@', authors)...)
	}
	return groups
}

func sorted(kind byte, counts map[string]int) []countedGroup {
	var groups []countedGroup
	for name, n := range counts {
		groups = append(groups, countedGroup{group{kind, name}, n})
	}
	slices.SortFunc(groups, func(a, b countedGroup) int { return cmp.Or(b.count-a.count, cmp.Compare(a.name, b.name)) })
	return groups
}

func (t *tags) move(n int) {
	t.selected = max(0, min(t.selected+n, len(t.groups)-1))
	room := max(1, t.height/2)
	t.first = max(0, min(t.first, t.selected), t.selected-room+1)
	if t.chosen = nil; len(t.groups) > 0 {
		t.chosen = t.groups[t.selected].entries(t.env.posts, t.env.Audience)
	}
}

func (t *tags) update(msg tea.Msg) (tea.Msg, tea.Cmd) {
	switch msg := msg.(type) {
	case tea.MouseWheelMsg:
		t.move(turned(msg))
	case tea.MouseClickMsg:
		return t.click(msg), nil
	case stroke:
		return t.key(msg), nil
	}
	return nil, nil
}

// click opens the group or the post that is there. Each takes a row and a blank one.
func (t *tags) click(at tea.MouseClickMsg) tea.Msg {
	n, groups, posts := at.Y/2, t.groupColumn(), t.postColumn()
	switch {
	case at.Y%2 > 0:
	case groups.holds(at.X) && t.first+n < len(t.groups):
		t.move(t.first + n - t.selected)
		return t.open()
	case posts.holds(at.X) && n < len(t.chosen):
		return openPost{slug: t.chosen[n].Slug}
	}
	return nil
}

// open shows the posts of the selected group.
func (t *tags) open() tea.Msg { return openPage{newList(t.env, t.groups[t.selected].group)} }

func (t *tags) key(press stroke) tea.Msg {
	by, moves := steps(press, t.height/2, len(t.groups)) // each takes two rows
	switch {
	case moves:
		t.move(by)
	case key.Matches(press, keyInto) && len(t.groups) > 0:
		return t.open()
	case key.Matches(press, keySearch):
		return openPage{newSearch(t.env)}
	case key.Matches(press, keyForward):
		return goOn{}
	case key.Matches(press, keyBack, keyLeft, keyTags):
		return goBack{}
	}
	return nil
}

func (t *tags) view(f *frame) {
	*f = frame{column: t.env.column(t.width), head: "Tags", title: "Tags - " + t.env.name}
	if len(t.groups) == 0 {
		f.lines = []string{f.column.indent("No tags yet.")}
		return
	}
	f.aside = text.Count(len(t.env.posts.Tags(t.env.Audience)), "tag") + " · " + text.Count(len(t.env.posts.List(t.env.Audience)), "post")
	f.status = t.groups[t.selected].String() + " · " + text.Count(t.groups[t.selected].count, "post")
	groups, posts := t.groupColumn(), t.postColumn()
	for n := t.first; n < len(t.groups) && len(f.lines) < t.height; n++ {
		if n == t.selected {
			f.cursor = tea.Position{X: max(0, f.column.left-2), Y: len(f.lines)}
		}
		f.lines = append(f.lines, groups.mark(t.env.theme, n == t.selected, t.group(n, groups.width)), "")
	}
	if posts.width > 0 {
		f.lines = alongside(f.lines, t.titles(posts.width), posts.left, t.height)
	}
}

// groupColumn returns where the groups stand.
func (t *tags) groupColumn() column {
	c := t.env.column(t.width)
	if c.width >= 60 {
		c.width = 22
	}
	return c
}

// postColumn returns where the posts of the selected group stand, of no width where there is no room for them.
func (t *tags) postColumn() column {
	c, gap := t.env.column(t.width), t.groupColumn().width+4
	return column{c.left + gap, max(0, c.width-gap)}
}

// group returns the line of group n, room columns wide.
func (t *tags) group(n, room int) string {
	g, role := t.groups[n], render.Text
	if n == t.selected {
		role = render.Selected
	}
	number := fmt.Sprint(g.count)
	if room > 30 {
		number = text.Count(g.count, "post")
	}
	name := text.Truncate(g.String(), room-len(number)-1, "…")
	gap := strings.Repeat(" ", max(1, room-text.Width(name)-len(number)))
	return t.env.theme.Styled(role, name) + gap + t.env.theme.Styled(render.Dim, number)
}

// titles returns the posts of the selected group, room columns wide.
func (t *tags) titles(room int) []string {
	var lines []string
	for n := 0; n < len(t.chosen) && len(lines) < t.height; n++ {
		e := t.env.posts.In(t.chosen[n], t.env.Language, t.env.Audience)
		date := ""
		if !e.Date.IsZero() {
			date = e.Date.Format("02 Jan 2006")
		}
		title := text.Truncate(text.Line(e.Title), room-len(date)-2, "…")
		gap := strings.Repeat(" ", max(1, room-text.Width(title)-len(date)))
		lines = append(lines, title+gap+t.env.theme.Styled(render.Dim, date), "")
	}
	return lines
}
