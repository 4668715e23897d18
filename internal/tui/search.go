package tui

import (
	"fmt"
	"strings"
	"weak"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"postern/internal/index"
	"postern/internal/render"
	"postern/internal/text"
)

// maxFound is how many posts a search shows at the most.
const maxFound = 100

// search is the screen that finds posts by their words while the query is typed.
type search struct {
	env             *env
	query           string
	edition         edition // that was searched
	found           index.Result
	ready           bool
	asked           bool            // the query has changed since
	excerpts        map[int]excerpt // of the results that were shown
	selected, first int
	choosing        bool // the last key moved the selection: the cursor is there
	width, height   int
	column          column
}

// excerpt is the text around a match, with the places of all matches in it.
type excerpt struct {
	text   string
	ranges [][2]int
}

func newSearch(e *env) *search { return &search{env: e} }

func (s *search) typing() bool { return true }

var searchKeys = []key.Binding{bind("⏎", "open at match"), bind("↑↓", "choose"), keyClose}

func (s *search) keys() []key.Binding { return searchKeys }

func (s *search) layout(width, height int) tea.Cmd {
	s.width, s.height, s.column = width, height, s.env.listColumn(width)
	s.excerpts = nil
	if s.edition == s.env.edition() {
		return nil
	}
	s.asked = true
	s.search()
	return s.waitForIndex()
}

// indexed says that everything in posts can be found now.
type indexed struct{ posts *index.Snapshot }

// waitForIndex waits until there is more to find, where there may be.
func (s *search) waitForIndex() tea.Cmd {
	if s.ready {
		return nil
	}
	posts, ctx := s.env.posts, s.env.Context
	return func() tea.Msg {
		select {
		case <-posts.Indexed():
			return indexed{posts}
		case <-ctx.Done():
			return nil
		}
	}
}

// search asks for the posts that have the query's words, unless they were asked for. Of many letters that come at once
// only the last needs an answer.
func (s *search) search() {
	if !s.asked {
		return
	}
	s.asked, s.edition = false, s.env.edition()
	s.found, s.ready = s.env.posts.Search(s.query, s.env.Audience, maxFound)
	s.selected, s.first, s.excerpts = min(s.selected, max(0, len(s.found.Found)-1)), 0, nil
	s.move(0)
}

func (s *search) update(msg tea.Msg) (tea.Msg, tea.Cmd) {
	switch msg := msg.(type) {
	case indexed:
		s.asked = s.asked || weak.Make(msg.posts) == s.edition
	case tea.MouseWheelMsg:
		s.move(turned(msg))
	case tea.MouseClickMsg:
		return s.click(msg), nil
	case tea.PasteMsg:
		s.ask(insert(s.query, msg.Content))
	case stroke:
		return s.key(msg), nil
	}
	return nil, nil
}

func (s *search) key(press stroke) tea.Msg {
	s.choosing = false
	switch press.name {
	case "esc":
		return goBack{}
	case "enter":
		s.search()
		if len(s.found.Found) > 0 {
			return s.open()
		}
	case "down", "ctrl+n", "tab":
		s.move(1)
	case "up", "ctrl+p", "shift+tab":
		s.move(-1)
	case "pgdown":
		s.move(s.visible())
	case "pgup":
		s.move(-s.visible())
	default:
		if press.name == "backspace" && s.query == "" {
			return goBack{}
		}
		s.ask(edit(s.query, press))
	}
	return nil
}

// click opens the result that is there.
func (s *search) click(at tea.MouseClickMsg) tea.Msg {
	s.search()
	row := at.Y - s.above()
	if n := s.first + row/3; row >= 0 && row%3 < 2 && n < len(s.found.Found) && s.column.holds(at.X) {
		s.move(n - s.selected)
		return s.open()
	}
	return nil
}

// open opens the selected result at its first match.
func (s *search) open() tea.Msg {
	return openPost{slug: s.found.Found[s.selected].Slug, find: s.word(s.selected)}
}

// ask has query searched for unless that is what was found already.
func (s *search) ask(query string) {
	if query != s.query {
		s.query, s.selected, s.asked = query, 0, true
	}
}

// visible returns how many results fit on the screen.
func (s *search) visible() int {
	return max(1, (s.height-s.above()+1)/3) // two lines and a blank each; the last blank may be cut
}

// above returns how many rows there are above them.
func (s *search) above() int {
	if s.low() {
		return 1
	}
	return 3
}

func (s *search) move(n int) {
	s.choosing = n != 0
	s.search()
	s.selected = max(0, min(s.selected+n, len(s.found.Found)-1))
	s.first = max(0, min(s.first, s.selected), s.selected-s.visible()+1)
}

func (s *search) view(f *frame) {
	s.search()
	*f = frame{column: s.column, head: "Search", title: "Search - " + s.env.name}
	if s.env.beside(s.width) {
		f.column = s.column.withPreview()
	}
	theme := s.env.theme
	tally := s.tally()
	query := text.Truncate(s.query, max(1, s.column.width-text.Width(tally)-4), "…")
	f.lines = append(f.lines, s.column.between("/ "+query, theme.Styled(render.Dim, tally)))
	if !s.low() {
		f.lines = append(f.lines, s.column.indent(theme.Styled(render.Faint, strings.Repeat("─", s.column.width))), "")
	}
	f.cursor = tea.Position{X: s.column.left + 2 + text.Width(query)}
	if len(s.found.Found) == 0 {
		f.lines = append(f.lines, s.explain()...)
		return
	}
	for n := s.first; n < len(s.found.Found) && len(f.lines) < s.height; n++ {
		if s.choosing && n == s.selected {
			f.cursor = tea.Position{X: max(0, s.column.left-2), Y: len(f.lines)}
		}
		f.lines = append(append(f.lines, s.hit(n)...), "")
	}
	f.status = fmt.Sprintf("%d of %d", s.selected+1, len(s.found.Found))
	if s.env.beside(s.width) {
		f.lines = alongside(f.lines, s.preview(), s.column.preview(), s.height)
	}
}

// low reports whether the window has no row to spare.
func (s *search) low() bool { return s.height < 8 }

// tally says how much was found.
func (s *search) tally() string {
	switch {
	case s.width < 60 && s.ready && s.query != "":
		return fmt.Sprint(s.found.Total)
	case !s.ready:
		return "still indexing"
	case s.query == "":
		return ""
	case s.found.Loose:
		return "not quite; nearest:"
	}
	return text.Count(s.found.Total, "post") + ", " + matches(s.found.Matches)
}

func matches(n int) string {
	if n == 1 {
		return "1 match"
	}
	return fmt.Sprintf("%d matches", n)
}

// explain says what can be asked, where nothing is found.
func (s *search) explain() []string {
	words := ""
	if s.query != "" && s.ready {
		words = "Nothing found. "
	}
	words += "Finds words in titles, tags and text as you type. \"quotes\" for a phrase, #tag and @author to narrow, -word to leave out."
	var lines []string
	for _, row := range text.Wrap(nil, words, s.column.width) {
		lines = append(lines, s.column.indent(s.env.theme.Styled(render.Dim, words[row.Start:row.End])))
	}
	return lines
}

// hit returns the two lines of result n.
func (s *search) hit(n int) []string {
	found, role := s.found.Found[n], render.Text
	if n == s.selected {
		role = render.Selected
	}
	aside := matches(found.Hit.Matches)
	if !found.Date.IsZero() && s.width >= 60 {
		aside += " · " + found.Date.Format("02 Jan 2006")
	}
	title := text.Truncate(text.Line(found.Title), s.column.width-text.Width(aside)-2, "…")
	gap := strings.Repeat(" ", max(1, s.column.width-text.Width(title)-text.Width(aside)))
	first := s.env.theme.Styled(role, title) + gap + s.env.theme.Styled(render.Dim, aside)
	return []string{
		s.column.mark(s.env.theme, n == s.selected, first),
		s.column.mark(s.env.theme, n == s.selected, s.marked(s.excerpt(n))),
	}
}

// excerpt returns the words around the best match of result n.
func (s *search) excerpt(n int) excerpt {
	e, ok := s.excerpts[n]
	if !ok {
		x := s.found.Found[n].Hit.Excerpt(s.column.width)
		e = excerpt{x.Text, x.Ranges}
		if s.excerpts == nil {
			s.excerpts = make(map[int]excerpt)
		}
		s.excerpts[n] = e
	}
	return e
}

// marked returns e with its matches marked.
func (s *search) marked(e excerpt) string {
	var b strings.Builder
	at := 0
	for _, r := range e.ranges {
		b.WriteString(s.env.theme.Styled(render.Dim, e.text[at:r[0]]))
		b.WriteString(s.env.theme.Styled(render.Match, e.text[r[0]:r[1]]))
		at = r[1]
	}
	b.WriteString(s.env.theme.Styled(render.Dim, e.text[at:]))
	return text.Truncate(b.String(), s.column.width, "…")
}

// word returns the first match in the text of result n as it is written there, "" where only the title has any.
func (s *search) word(n int) string {
	e := s.excerpt(n)
	if len(e.ranges) == 0 {
		return ""
	}
	return e.text[e.ranges[0][0]:e.ranges[0][1]]
}
