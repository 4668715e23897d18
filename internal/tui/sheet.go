package tui

import (
	"fmt"
	"strings"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"postern/internal/post"
	"postern/internal/render"
	"postern/internal/text"
)

// sheet is a page of our own making: About, the raw Markdown of a post, a list of links.
type sheet struct {
	page
	about bool
	picks bool       // it is there to choose a link from
	raw   bool       // it shows the file of a post
	text  *post.Post // made for this sheet; nobody shares it
}

func newSheet(e *env, title, markdown string) *sheet {
	return &sheet{page: page{env: e}, text: &post.Post{Title: title, Markdown: markdown}}
}

// newRaw returns the sheet with the file of p as its author wrote it.
func newRaw(e *env, p *post.Post) *sheet {
	fence := post.Fence(p.Source)
	s := newSheet(e, text.Line(p.File), fence+"markdown\n"+strings.TrimSuffix(p.Source, "\n")+"\n"+fence+"\n")
	s.raw = true
	return s
}

// newAbout returns the sheet with the site's words, how to follow it, how to know it, and what the terminal told.
func newAbout(e *env, width, height int) *sheet {
	site := e.posts.Site()
	var b strings.Builder
	b.WriteString(strings.TrimSpace(site.About) + "\n\n")
	item := func(name, value string) {
		if value != "" {
			fmt.Fprintf(&b, "- %s: %s\n", name, value)
		}
	}
	if e.Host != "" {
		item("Feed", "`ssh "+e.Host+" feed > feed.xml`")
		item("Without screens", "`ssh "+e.Host+" help`")
	}
	item("Author", escape(site.Author))
	item("Web", angle(site.URL))
	item("Mail", angle(site.Email))
	item("Licence", escape(site.License))
	if len(e.HostKeys) > 0 {
		b.WriteString("\nThe host key, so that you know it is us:\n\n```\n" + strings.Join(e.HostKeys, "\n") + "\n```\n")
	}
	shade := map[bool]string{true: "dark", false: "light"}[e.dark]
	fmt.Fprintf(&b, "\nYour terminal is %d by %d cells, %s, and taken for a %s one. %s\n", width, height, e.Capability.Profile, shade, e.picturesTold())
	s := newSheet(e, e.name, b.String())
	s.about = true
	return s
}

// picturesTold says how pictures are shown here.
func (e *env) picturesTold() string {
	switch {
	case !e.shows():
		return "Pictures are told in words."
	case e.plates.on:
		return "Pictures are shown as it can."
	}
	return "Pictures are shown in half blocks."
}

// escape returns s so that Markdown shows it as it is.
func escape(s string) string {
	var b strings.Builder
	for _, r := range text.Line(s) {
		if strings.ContainsRune("\\`*_{}[]()<>#+-.!|&~", r) {
			b.WriteByte('\\')
		}
		b.WriteRune(r)
	}
	return b.String()
}

// angle returns address as an autolink, "" for none.
func angle(address string) string {
	if address = text.Line(address); address == "" || strings.ContainsAny(address, "<> ") {
		return escape(address)
	}
	return "<" + address + ">"
}

// listLinks returns the sheet of all links of the post.
func (r *reader) listLinks() tea.Msg {
	all := r.document.Links()
	if len(all) == 0 {
		r.env.notice = "There are no links here."
		return nil
	}
	var b strings.Builder
	for _, link := range all {
		where := link.URL
		if e, _, ok := r.env.resolve(r.entry, link.URL); ok {
			where = e.Slug
		}
		fmt.Fprintf(&b, "[%s](<%s>)  \n%s\n\n", escape(link.Text), link.URL, escape(where))
	}
	s := newSheet(r.env, "Links", b.String())
	s.from, s.picks = r.entry, true
	return openPage{s}
}

// What can be done on a page without links, on one with some, and where one of them is picked.
var (
	sheetKeys = []key.Binding{keyBack, keyFind, keyPageDown, keyPageUp, keyDown, keyUp, keyHalfDown, keyHalfUp, keyTop, keyEnd, keyLeft, keyRight,
		keyAgain, keyAgainUp, keyCopy, keyHelp}
	linkedKeys = []key.Binding{keyBack, keyTab, keyFind, keyPageDown, keyPageUp, keyDown, keyUp, keyHalfDown, keyHalfUp, keyTop, keyEnd,
		keyLeft, keyRight, keyAgain, keyAgainUp, keyCopy, keyShiftTab, keyFollow, keyHelp}
	pickKeys = []key.Binding{keyChoose, keyDown, keyUp, keyBack, keyCopy, keyFind, keyNumber, keyPageDown, keyPageUp, keyHalfDown, keyHalfUp,
		keyTop, keyEnd, keyAgain, keyAgainUp, keyTab, keyShiftTab, keyLeft, keyRight, keyHelp}
)

func (s *sheet) keys() []key.Binding {
	keys := s.openKeys()
	switch {
	case keys != nil:
		return keys
	case s.picks:
		return pickKeys
	case s.document != nil && len(s.document.Links()) > 0:
		return linkedKeys
	}
	return sheetKeys
}

func (s *sheet) layout(width, height int) tea.Cmd {
	s.width, s.height, s.column = width, height, s.env.column(width)
	o := s.env.options(s.column.width)
	o.Fold = s.raw // it is read, not run
	d := render.New(s.text, o)
	above := []string{s.env.theme.Styled(render.Title, text.Truncate(text.Line(s.text.Title), s.column.width, "…")),
		s.env.theme.Styled(render.Faint, strings.Repeat("─", s.column.width)), ""}
	cmd := s.layDocument(d, s.text, above, nil)
	if s.picks && s.links.chosen == 0 {
		s.links.choose(&s.page, 1)
	}
	return cmd
}

func (s *sheet) update(msg tea.Msg) (tea.Msg, tea.Cmd) {
	if at, ok := msg.(tea.MouseClickMsg); ok {
		return s.click(at), nil
	}
	if s.picks && !s.page.typing() && s.links.pick(&s.page, msg) {
		return nil, nil
	}
	press, ok := msg.(stroke)
	if s.scrollMessage(msg) || !ok {
		return nil, s.env.clipboard()
	}
	switch {
	case key.Matches(press, keyFollow):
		return s.follow(s.from), nil
	case key.Matches(press, keyLeft) && s.goBack():
	case key.Matches(press, keyBack, keyLeft), key.Matches(press, keyAbout), s.raw && key.Matches(press, keyRaw):
		return goBack{}, nil
	case key.Matches(press, keyForward, keyRight):
		return goOn{}, nil
	}
	return nil, nil
}

func (s *sheet) view(f *frame) {
	*f = s.frame()
	f.head, f.title = s.env.name, s.text.Title+" - "+s.env.name
	if s.about {
		f.head = "About"
	}
	if f.typing {
		return
	}
	if f.status = s.links.status(&s.page); f.status == "" && s.counted {
		f.status = fmt.Sprintf("%d%%", s.percent())
	}
}
