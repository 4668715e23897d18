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

const (
	overlap  = 2        // lines that a page keeps of the one before
	sidestep = 8        // columns that wide code moves at a time
	longPost = 64 << 10 // bytes of Markdown from which on counting lines is not done while somebody waits
)

// reader is the screen of one post.
type reader struct {
	env           *env
	entry         index.Entry
	document      *render.Document
	intro         []string     // the title, above the document
	top           int          // the line at the top of the screen
	inBody        bool         // the reader scrolled past the title, to place
	place         render.Place // what was put at the top by the reader, whatever the window became since
	side          int          // columns that wide code is moved to the left
	gone          bool         // the post was taken away while it was read
	counted       bool         // the document knows its length
	width, height int
}

func newReader(e *env, entry index.Entry) *reader { return &reader{env: e, entry: entry} }

func (r *reader) keys() []key.Binding {
	return []key.Binding{keyPageDown, keyBack, keyNext, keyPageUp, keyPrevious, keyHeading, keyHeadBack, keyHalfDown,
		keyHalfUp, keyDown, keyUp, keyTop, keyEnd, keyLeft, keyRight, keyHelp}
}

// layout lays the post out for a new size, theme or version, and keeps what stood at the top there. A post that was
// taken away can be read on.
func (r *reader) layout(width, height int) tea.Cmd {
	entry, ok := r.env.posts.Find(r.entry.Slug, r.env.Audience)
	if ok {
		r.entry = entry
	} else if !r.gone {
		r.env.notice = "This post was taken away."
	}
	r.gone = !ok
	d := r.env.document(r.entry.Post, measure(width))
	same := d == r.document
	r.width, r.height, r.document = width, height, d
	r.intro = r.introduce()
	if r.inBody {
		r.top = len(r.intro) + d.Find(r.place)
	}
	r.clamp()
	if same {
		return nil
	}
	r.side = 0
	if r.counted = r.counted || len(r.entry.Markdown) < longPost; r.counted {
		return nil
	}
	return func() tea.Msg { d.Len(); return counted{d} } // while the reader reads its beginning
}

// introduce returns what stands above the body: the title and a line below it.
func (r *reader) introduce() []string {
	var lines []string
	title := text.Line(r.entry.Title)
	for _, row := range text.Wrap(nil, title, measure(r.width)) {
		lines = append(lines, r.env.theme.Styled(render.Title, title[row.Start:row.End]))
	}
	return append(lines, r.env.theme.Styled(render.Faint, strings.Repeat("─", measure(r.width))), "")
}

// length returns how many lines there are, the title's and the body's.
func (r *reader) length() int { return len(r.intro) + r.document.Len() }

// body returns the lines of the body that the screen shows when line top is at its top.
func (r *reader) body(top int) []render.Line {
	above := max(0, len(r.intro)-top)
	return r.document.Lines(max(0, top-len(r.intro)), max(0, r.height-above))
}

// counted says that document knows its length.
type counted struct{ document *render.Document }

func (r *reader) update(msg tea.Msg) (tea.Msg, tea.Cmd) {
	switch msg := msg.(type) {
	case counted:
		r.counted = r.counted || msg.document == r.document
	case tea.KeyPressMsg:
		if !r.scrollKey(msg) {
			return r.leave(msg), nil
		}
	}
	return nil, nil
}

// scrollKey moves within the post and reports whether press was a key that does.
func (r *reader) scrollKey(press tea.KeyPressMsg) bool {
	half := max(1, r.height/2)
	switch {
	case key.Matches(press, keyPageDown):
		r.page()
	case key.Matches(press, keyPageUp):
		r.scroll(r.top - max(1, r.height-overlap))
	case key.Matches(press, keyHalfDown):
		r.scroll(r.top + half)
	case key.Matches(press, keyHalfUp):
		r.scroll(r.top - half)
	case key.Matches(press, keyDown, keyOpen):
		r.scroll(r.top + 1)
	case key.Matches(press, keyUp):
		r.scroll(r.top - 1)
	case key.Matches(press, keyTop):
		r.scroll(0)
	case key.Matches(press, keyEnd):
		r.counted = true
		r.scroll(r.length())
	case key.Matches(press, keyHeading):
		r.heading(1)
	case key.Matches(press, keyHeadBack):
		r.heading(-1)
	case key.Matches(press, keyRight):
		r.sidle(sidestep)
	case key.Matches(press, keyLeft) && r.side > 0:
		r.sidle(-sidestep)
	default:
		return false
	}
	return true
}

// leave returns where a key leads out of the post.
func (r *reader) leave(press tea.KeyPressMsg) tea.Msg {
	newer, older := r.env.posts.Neighbours(r.entry, r.env.Audience)
	switch {
	case key.Matches(press, keyBack, keyLeft):
		return goBack{}
	case key.Matches(press, keyHelp):
		return openHelp{}
	case key.Matches(press, keyNext):
		return r.turn(older, "This is the oldest post.")
	case key.Matches(press, keyPrevious):
		return r.turn(newer, "This is the newest post.")
	}
	return nil
}

func (r *reader) turn(to index.Entry, none string) tea.Msg {
	if to.IsZero() {
		r.env.notice = none
		return nil
	}
	return turnTo{to}
}

// scroll puts line top at the top of the screen, as far as there are lines, and remembers what stands there.
func (r *reader) scroll(top int) {
	r.top = top
	r.clamp()
	r.inBody = r.top > len(r.intro)
	r.place = r.document.Place(max(0, r.top-len(r.intro)))
}

// clamp keeps the last line of the post on the last line of the screen.
func (r *reader) clamp() {
	r.top = max(0, r.top)
	if above := max(0, len(r.intro)-r.top); above+len(r.body(r.top)) < r.height {
		r.counted = true
		r.top = max(0, min(r.top, r.length()-r.height))
	}
}

// page turns to the next page. It keeps two lines of this one, and a heading is not left alone at its foot.
func (r *reader) page() {
	before := r.top
	r.scroll(r.top + max(1, r.height-overlap))
	for r.top > before+r.height/2 && r.endsWithHeading() {
		r.scroll(r.top - 1)
	}
}

// endsWithHeading reports whether the last line of text on the screen is a heading.
func (r *reader) endsWithHeading() bool {
	lines := r.body(r.top)
	for n := len(lines) - 1; n >= 0; n-- {
		if lines[n].Plain() != "" {
			return lines[n].Heading()
		}
	}
	return false
}

// heading jumps to the next heading (by 1) or the one before (by -1).
func (r *reader) heading(by int) {
	r.counted = true
	to := -1
	for _, h := range r.document.Headings() {
		line := len(r.intro) + h.Line
		if by > 0 && line > r.top {
			to = line
			break
		}
		if by < 0 && line < r.top {
			to = line
		}
	}
	if to >= 0 {
		r.scroll(to)
	} else if by < 0 {
		r.scroll(0)
	}
}

// sidle moves wide lines to the left by n columns, no further than the widest on the screen goes.
func (r *reader) sidle(n int) {
	widest := 0
	for _, line := range r.body(r.top) {
		if line.Wide() {
			widest = max(widest, line.Width())
		}
	}
	r.side = max(0, min(r.side+n, widest-measure(r.width)))
}

func (r *reader) view() frame {
	f := frame{head: r.env.siteTitle(), title: text.Line(r.entry.Title) + " - " + r.env.siteTitle()}
	f.aside = when(r.entry, "02 Jan 2006")
	if section := r.section(); section != "" {
		f.head = "§ " + section
	}
	for _, line := range r.intro[min(r.top, len(r.intro)):] {
		f.lines = append(f.lines, indent(r.width, line))
	}
	for _, line := range r.body(r.top) {
		f.lines = append(f.lines, indent(r.width, r.line(line)))
	}
	f.status = r.progress()
	f.cursor = tea.Position{X: margin(r.width), Y: 0}
	return f
}

// line returns what is to be seen of one line: all of a block of code moves sideways when one of its lines is wide.
func (r *reader) line(l render.Line) string {
	from := 0
	if l.Code() != 0 || l.Wide() {
		from = r.side
	}
	return l.Part(from, measure(r.width))
}

// section returns the heading that the line at the top belongs to, "" at the top of the post.
func (r *reader) section() string {
	if r.top == 0 || !r.counted {
		return ""
	}
	section := ""
	for _, h := range r.document.Headings() {
		if len(r.intro)+h.Line > r.top {
			break
		}
		section = h.Text
	}
	return section
}

// progress says how much was read and how long the rest takes.
func (r *reader) progress() string {
	if !r.counted {
		return ""
	}
	lines := r.length()
	read := min(lines, r.top+r.height)
	if read == lines {
		return "100%"
	}
	left := (r.entry.Minutes()*(lines-read) + lines - 1) / lines
	return fmt.Sprintf("%d%%  %d min left", read*100/lines, left)
}
