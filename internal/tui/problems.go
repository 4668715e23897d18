package tui

import (
	"fmt"
	"slices"
	"strconv"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"postern/internal/index"
	"postern/internal/post"
	"postern/internal/render"
	"postern/internal/text"
)

// problems returns how many things the author who is here should mend; readers have nothing to.
func (e *env) problems() int {
	if e.Audience != index.Authors {
		return 0
	}
	return len(e.posts.Problems())
}

// maxProblems is how many are shown: who has mended these sees the next.
const maxProblems = 1000

// problems is the screen of what authors should mend, errors first: where, what, and what to type.
type problems struct {
	env           *env
	all           []post.Problem
	errors        int
	lines         []string // of all, without the margin
	starts        []int    // where the lines of each begin, and where the last ends
	selected, top int
	width, height int
	column        column
}

var problemKeys = []key.Binding{keyChoose, keyBack, keyDown, keyUp, keyPageDown, keyPageUp, keyHalfDown, keyHalfUp, keyTop, keyEnd,
	keyLeft, keyRight, keyHelp}

func newProblems(e *env) *problems { return &problems{env: e} }

func (p *problems) typing() bool { return false }

func (p *problems) keys() []key.Binding { return problemKeys }

// layout takes the current problems, wraps them, and keeps the selected one selected.
func (p *problems) layout(width, height int) tea.Cmd {
	p.width, p.height, p.column = width, height, p.env.column(width)
	before := post.Problem{}
	if p.selected < len(p.all) {
		before = p.all[p.selected]
	}
	p.all = post.ErrorsFirst(p.env.posts.Problems())
	p.errors = 0
	for p.errors < len(p.all) && p.all[p.errors].Error {
		p.errors++
	}
	p.all = p.all[:min(len(p.all), maxProblems)]
	p.lines, p.starts = p.lines[:0], append(p.starts[:0], 0)
	for _, one := range p.all {
		p.lines = append(p.lines, p.wrap(one)...)
		p.starts = append(p.starts, len(p.lines))
	}
	if n := slices.Index(p.all, before); n >= 0 {
		p.selected = n
	}
	p.choose(p.selected)
	return nil
}

// wrap returns the lines of one problem, the last of them blank.
func (p *problems) wrap(one post.Problem) []string {
	theme, width := p.env.theme, p.column.width
	kind, role := "warning", render.Warning
	if one.Error {
		kind, role = "error", render.Caution
	}
	where := text.Line(one.File)
	for _, n := range []int{one.Line, one.Col} {
		if n > 0 {
			where += ":" + strconv.Itoa(n)
		}
	}
	strong := func(s string) string { return theme.Styled(render.Strong, s) }
	lines := []string{theme.Styled(role, kind)}
	if len(kind)+2+text.Width(where) <= width {
		lines[0] += "  " + strong(where)
	} else {
		lines = append(lines, wrapped(where, width, strong)...)
	}
	lines = append(lines, wrapped(text.Line(one.What), width, func(s string) string { return s })...)
	lines = append(lines, wrapped(text.Line(one.Hint), width, func(s string) string { return theme.Styled(render.Dim, s) })...)
	return append(lines, "")
}

// wrapped returns s in rows of at most width columns, each styled; none where s is empty.
func wrapped(s string, width int, styled func(string) string) []string {
	if s == "" {
		return nil
	}
	var lines []string
	for _, row := range text.Wrap(nil, s, width) {
		lines = append(lines, styled(s[row.Start:row.End]))
	}
	return lines
}

// choose selects problem n and scrolls no more than it must to show it, or its beginning.
func (p *problems) choose(n int) {
	p.selected = max(0, min(n, len(p.all)-1))
	if len(p.all) == 0 {
		p.top = 0
		return
	}
	start, end := p.starts[p.selected], p.starts[p.selected+1]-1
	p.top = min(max(p.top, end-p.height), start)
}

// down goes to the end of the selected problem where that is below the window, or to the next one.
func (p *problems) down() {
	if p.selected < len(p.all) && p.starts[p.selected+1]-1 > p.top+p.height {
		p.top++
		return
	}
	p.choose(p.selected + 1)
}

// up goes to the beginning of the selected problem where that is above the window, or to the end of the one before.
func (p *problems) up() {
	switch {
	case p.selected < len(p.all) && p.starts[p.selected] < p.top:
		p.top--
	case p.selected > 0:
		p.choose(p.selected - 1)
		p.top = max(p.top, p.starts[p.selected+1]-1-p.height)
	}
}

// page selects the problem that is about a window further on, at least one.
func (p *problems) page(rows int) {
	at, _ := slices.BinarySearch(p.starts, p.starts[p.selected]+rows)
	if rows > 0 {
		p.choose(max(at, p.selected+1))
		return
	}
	p.choose(min(at, p.selected-1))
}

func (p *problems) update(msg tea.Msg) (tea.Msg, tea.Cmd) {
	switch msg := msg.(type) {
	case tea.MouseWheelMsg:
		switch turned(msg) {
		case 1:
			p.down()
		case -1:
			p.up()
		}
	case tea.MouseClickMsg:
		return p.click(msg), nil
	case stroke:
		if !p.moveKey(msg) {
			return p.leave(msg), nil
		}
	}
	return nil, nil
}

// click opens the post that has the problem that is there. The last line of each is blank.
func (p *problems) click(at tea.MouseClickMsg) tea.Msg {
	next, blank := slices.BinarySearch(p.starts, p.top+at.Y+1)
	if blank || next == len(p.starts) || !p.column.holds(at.X) {
		return nil
	}
	p.choose(next - 1)
	return p.open()
}

// open shows the post that has the selected problem, where the file is one.
func (p *problems) open() tea.Msg {
	e, ok := p.env.posts.File(p.all[p.selected].File)
	if !ok {
		p.env.notice = "There is no post to show of this file."
		return nil
	}
	return openPost{slug: e.Slug}
}

// moveKey moves the selection and reports whether press was a key that does.
func (p *problems) moveKey(press stroke) bool {
	switch {
	case key.Matches(press, keyDown):
		p.down()
	case key.Matches(press, keyUp):
		p.up()
	case key.Matches(press, keyPageDown):
		p.page(p.height)
	case key.Matches(press, keyPageUp):
		p.page(-p.height)
	case key.Matches(press, keyHalfDown):
		p.page(p.height / 2)
	case key.Matches(press, keyHalfUp):
		p.page(-p.height / 2)
	case key.Matches(press, keyTop):
		p.choose(0)
	case key.Matches(press, keyEnd):
		p.choose(len(p.all))
	default:
		return false
	}
	return true
}

// leave returns where a key leads from here.
func (p *problems) leave(press stroke) tea.Msg {
	switch {
	case key.Matches(press, keyChoose) && len(p.all) > 0:
		return p.open()
	case key.Matches(press, keyForward, keyRight):
		return goOn{}
	case key.Matches(press, keyBack, keyLeft, keyProblems):
		return goBack{}
	}
	return nil
}

func (p *problems) view(f *frame) {
	*f = frame{column: p.column, head: "Problems", title: "Problems - " + p.env.name}
	if len(p.all) == 0 {
		f.lines = []string{p.column.indent("Nothing to mend.")}
		return
	}
	f.aside = text.Count(p.errors, "error") + " · " + text.Count(p.env.problems()-p.errors, "warning")
	f.status = fmt.Sprintf("%d of %d", p.selected+1, p.env.problems())
	start, end := p.starts[p.selected], p.starts[p.selected+1]-1
	f.cursor = tea.Position{X: max(0, p.column.left-2), Y: max(0, start-p.top)}
	for n := p.top; n < len(p.lines) && len(f.lines) < p.height; n++ {
		f.lines = append(f.lines, p.column.mark(p.env.theme, n >= start && n < end, p.lines[n]))
	}
}
