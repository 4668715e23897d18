package tui

import (
	"fmt"
	"strings"

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
	posts           *index.Snapshot // that was searched
	found           found
	selected, first int
	width, height   int
	column          column
}

func newSearch(e *env) *search { return &search{env: e} }

func (s *search) typing() bool { return true }

func (s *search) keys() []key.Binding {
	return []key.Binding{bind("⏎", "open at match"), bind("↑↓", "choose"), keyClose}
}

func (s *search) layout(width, height int) tea.Cmd {
	s.width, s.height, s.column = width, height, s.env.column(width)
	if s.posts != s.env.posts {
		s.search()
	}
	return nil
}

// search asks for the posts that have the query's words.
func (s *search) search() {
	s.posts = s.env.posts
	s.found = s.env.search(s.query)
	s.selected, s.first = min(s.selected, max(0, len(s.found.hits)-1)), 0
	s.move(0)
}

func (s *search) update(msg tea.Msg) (tea.Msg, tea.Cmd) {
	switch msg := msg.(type) {
	case tea.PasteMsg:
		s.ask(insert(s.query, msg.Content))
	case tea.KeyPressMsg:
		return s.key(msg), nil
	}
	return nil, nil
}

func (s *search) key(press tea.KeyPressMsg) tea.Msg {
	switch press.String() {
	case "esc":
		return goBack{}
	case "enter":
		if len(s.found.hits) > 0 {
			hit := s.found.hits[s.selected]
			return openPost{slug: hit.entry.Slug, find: hit.first}
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
		if press.String() == "backspace" && s.query == "" {
			return goBack{}
		}
		s.ask(edit(s.query, press))
	}
	return nil
}

// ask searches for query unless that is what was found already.
func (s *search) ask(query string) {
	if query != s.query {
		s.query, s.selected = query, 0
		s.search()
	}
}

// visible returns how many results fit on the screen.
func (s *search) visible() int { return max(1, (s.height-2)/3) }

func (s *search) move(n int) {
	s.selected = max(0, min(s.selected+n, len(s.found.hits)-1))
	s.first = max(0, min(s.first, s.selected), s.selected-s.visible()+1)
}

func (s *search) view() frame {
	f := frame{column: s.column, head: "Search", title: "Search - " + s.env.siteTitle()}
	theme := s.env.theme
	tally := s.tally()
	query := text.Truncate(s.query, s.column.width-text.Width(tally)-4, "…")
	f.lines = append(f.lines, s.column.between("/ "+query, theme.Styled(render.Dim, tally)),
		s.column.indent(theme.Styled(render.Faint, strings.Repeat("─", s.column.width))))
	f.cursor = tea.Position{X: s.column.left + 2 + text.Width(query)}
	if len(s.found.hits) == 0 {
		f.lines = append(f.lines, s.explain()...)
		return f
	}
	for n := s.first; n < len(s.found.hits) && len(f.lines) < s.height; n++ {
		f.lines = append(append(f.lines, s.hit(n)...), "")
	}
	f.status = fmt.Sprintf("%d of %d", s.selected+1, len(s.found.hits))
	return f
}

// tally says how much was found.
func (s *search) tally() string {
	switch {
	case !s.found.ready:
		return "still indexing"
	case s.query == "":
		return ""
	case s.found.loose:
		return "nothing quite like it; nearest:"
	}
	return count(s.found.total, "post") + ", " + matches(s.found.matches)
}

func matches(n int) string {
	if n == 1 {
		return "1 match"
	}
	return fmt.Sprintf("%d matches", n)
}

// explain says what can be asked, where nothing is found.
func (s *search) explain() []string {
	words := "Finds words in titles, tags and text as you type. \"quotes\" for a phrase, #tag and @author to narrow, -word to leave out."
	var lines []string
	for _, row := range text.Wrap(nil, words, s.column.width) {
		lines = append(lines, s.column.indent(s.env.theme.Styled(render.Dim, words[row.Start:row.End])))
	}
	return append([]string{""}, lines...)
}

// hit returns the two lines of result n.
func (s *search) hit(n int) []string {
	h, role := s.found.hits[n], render.Text
	if n == s.selected {
		role = render.Selected
	}
	aside := matches(h.matches)
	if !h.entry.Date.IsZero() && s.width >= 60 {
		aside += " · " + h.entry.Date.Format("02 Jan 2006")
	}
	title := text.Truncate(text.Line(h.entry.Title), s.column.width-text.Width(aside)-2, "…")
	gap := strings.Repeat(" ", max(1, s.column.width-text.Width(title)-text.Width(aside)))
	first := s.env.theme.Styled(role, title) + gap + s.env.theme.Styled(render.Dim, aside)
	return []string{
		s.column.mark(s.env.theme, n == s.selected, first),
		s.column.mark(s.env.theme, n == s.selected, s.snippet(h)),
	}
}

// snippet returns the words around the match, the match marked.
func (s *search) snippet(h foundPost) string {
	snippet, ranges := h.excerpt(s.column.width)
	var b strings.Builder
	at := 0
	for _, r := range ranges {
		b.WriteString(s.env.theme.Styled(render.Dim, snippet[at:r[0]]))
		b.WriteString(s.env.theme.Styled(render.Match, snippet[r[0]:r[1]]))
		at = r[1]
	}
	b.WriteString(s.env.theme.Styled(render.Dim, snippet[at:]))
	return text.Truncate(b.String(), s.column.width, "…")
}
