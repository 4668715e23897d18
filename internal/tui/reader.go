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

// reader is the screen of one post.
type reader struct {
	page
	entry  index.Entry
	gone   bool   // the post was taken away while it was read
	turned bool   // the end was reached and said so: the next page is the next post
	offers offers // whatever the document has
}

func newReader(e *env, entry index.Entry) *reader { return &reader{page: page{env: e}, entry: entry} }

// offers are keys that not every post has a use for.
type offers uint8

const (
	offersLinks offers = 1 << iota
	offersOutline
	offersParts
	offersLanguages
	everyOffer = 1<<iota - 1
)

// keysOfReader has the keys of posts for all that they may offer. A frame needs them; making them anew would be much of its
// cost.
var keysOfReader = func() (sets [everyOffer + 1][]key.Binding) {
	for o := range sets {
		sets[o] = offers(o).keys()
	}
	return sets
}()

func (o offers) keys() []key.Binding {
	var keys []key.Binding
	add := func(wanted offers, more ...key.Binding) {
		if o&wanted == wanted {
			keys = append(keys, more...)
		}
	}
	add(offersLinks, keyTab)
	add(offersOutline, keyOutline)
	add(0, keyFind, keyBack, keyPageDown, keyPageUp, keyHalfDown, keyHalfUp, keyDown, keyUp,
		keyTop, keyEnd, keyHeading, keyHeadBack, keyNext, keyPrevious, keyShiftTab, keyFollow, keyLinks, keyLeft, keyRight,
		keySideways, keyPeek, keyAgain, keyAgainUp, keyCopy, keyCopyPost, keyCopyAll, keyRaw)
	add(offersParts, keyPart, keyPartBack)
	add(offersLanguages, keyLanguage)
	add(0, keyHelp)
	return keys
}

func (r *reader) keys() []key.Binding {
	if keys := r.openKeys(); keys != nil {
		return keys
	}
	offers := r.offers
	if r.counted && r.document != nil {
		if len(r.document.Links())+len(r.document.Figures()) > 0 {
			offers |= offersLinks
		}
		if len(r.document.Headings()) > 0 {
			offers |= offersOutline
		}
	}
	return keysOfReader[offers]
}

// layout lays the post out for a new size, theme or version. A post that was taken away can be read on.
func (r *reader) layout(width, height int) tea.Cmd {
	entry, ok := r.env.posts.Find(r.entry.Slug, r.env.Audience)
	if ok {
		r.entry = entry
	} else if !r.gone {
		r.env.notice = "This post was taken away."
	}
	r.gone, r.from, r.offers = !ok, r.entry, 0
	if len(r.env.posts.Series(r.entry, r.env.Audience)) > 1 {
		r.offers |= offersParts
	}
	if len(r.env.posts.Translations(r.entry, r.env.Audience)) > 1 {
		r.offers |= offersLanguages
	}
	r.width, r.height, r.column = width, height, r.env.column(width)
	d := r.env.document(r.entry, r.column.width)
	return r.layDocument(d, r.entry.Post, r.introduce(), r.conclude())
}

// goTo goes to a heading or to the first place of some words.
func (r *reader) goTo(ask openPost) {
	switch {
	case ask.anchor != "":
		r.toAnchor(ask.anchor)
	case ask.find != "":
		r.find = find{query: ask.find}
		r.find.search(&r.page)
		r.find.jump(&r.page, 0)
		if len(r.find.hits) > 0 {
			r.find.report(&r.page)
		}
	}
}

// introduce returns what stands above the body: the title and a line below it.
func (r *reader) introduce() []string {
	var lines []string
	title := text.Line(r.entry.Title)
	for _, row := range text.Wrap(nil, title, r.column.width) {
		lines = append(lines, r.env.theme.Styled(render.Title, title[row.Start:row.End]))
	}
	return append(lines, r.env.theme.Styled(render.Faint, strings.Repeat("─", r.column.width)), "")
}

// conclude returns what stands below the body: where to go from here.
func (r *reader) conclude() []string {
	dim := func(s string) string {
		return r.env.theme.Styled(render.Dim, text.Truncate(s, r.column.width, "…"))
	}
	lines := []string{"", r.env.theme.Styled(render.Accent, "∎"), ""}
	for _, line := range r.series() {
		lines = append(lines, dim(line))
	}
	newer, older := r.env.posts.Neighbours(r.entry, r.env.Audience)
	if !older.IsZero() {
		lines = append(lines, dim("J  Next: "+text.Line(older.Title)))
	}
	if !newer.IsZero() {
		lines = append(lines, dim("K  Before: "+text.Line(newer.Title)))
	}
	if about := r.about(); about != "" {
		lines = append(lines, "")
		for _, row := range text.Wrap(nil, about, r.column.width) {
			lines = append(lines, dim(about[row.Start:row.End]))
		}
	}
	return lines
}

// series says which part of its series the post is, and which come before and after.
func (r *reader) series() []string {
	parts := r.env.posts.Series(r.entry, r.env.Audience)
	at := r.part(parts)
	if at < 0 || len(parts) < 2 {
		return nil
	}
	lines := []string{fmt.Sprintf("%s, part %d of %d", text.Line(r.entry.Series), at+1, len(parts))}
	if at+1 < len(parts) {
		lines = append(lines, ")  "+text.Line(parts[at+1].Title))
	}
	if at > 0 {
		lines = append(lines, "(  "+text.Line(parts[at-1].Title))
	}
	return append(lines, "")
}

// part returns which of parts the post is, -1 where it is none.
func (r *reader) part(parts []index.Entry) int {
	return slices.IndexFunc(parts, func(e index.Entry) bool { return e.File == r.entry.File })
}

// turnPart turns to another part of the series.
func (r *reader) turnPart(by int) tea.Msg {
	parts := r.env.posts.Series(r.entry, r.env.Audience)
	if at := r.part(parts); at >= 0 && at+by >= 0 && at+by < len(parts) {
		return turnTo{parts[at+by]}
	}
	r.env.notice = "There is no such part of a series."
	return nil
}

// about returns the tags and authors of the post, and when it was changed.
func (r *reader) about() string {
	var parts []string
	for _, tag := range r.entry.Tags {
		parts = append(parts, "#"+text.Line(tag))
	}
	if len(r.entry.Authors) > 0 {
		parts = append(parts, "by "+text.Line(strings.Join(r.entry.Authors, ", ")))
	}
	if !r.entry.Updated.IsZero() && !r.entry.Updated.Equal(r.entry.Date) {
		parts = append(parts, "changed "+r.entry.Updated.Format("02 Jan 2006"))
	}
	if mail := text.Line(r.env.posts.Site().Email); mail != "" {
		parts = append(parts, "reply to "+mail)
	}
	return strings.Join(parts, "  ")
}

func (r *reader) update(msg tea.Msg) (tea.Msg, tea.Cmd) {
	if at, ok := msg.(tea.MouseClickMsg); ok {
		return r.click(at), nil
	}
	press, ok := msg.(stroke)
	if ok && !r.typing() && key.Matches(press, keyPageDown) && r.atEnd() {
		return r.turnPage(), nil
	}
	r.turned = false
	if r.scrollMessage(msg) || !ok {
		return nil, r.env.clipboard()
	}
	ask := r.leave(press)
	return ask, r.env.clipboard()
}

// turnPage goes on to the next post, as books do, after saying so once.
func (r *reader) turnPage() tea.Msg {
	_, older := r.env.posts.Neighbours(r.entry, r.env.Audience)
	if older.IsZero() {
		r.env.notice = "This is the end of the last post."
		return nil
	}
	if r.turned {
		return turnTo{older}
	}
	r.turned = true
	r.env.notice = "The end. Once more for: " + text.Line(older.Title)
	return nil
}

// leave returns where a key leads out of the post.
func (r *reader) leave(press stroke) tea.Msg {
	newer, older := r.env.posts.Neighbours(r.entry, r.env.Audience)
	switch {
	case key.Matches(press, keyFollow) && r.links.any():
		return r.follow(r.entry)
	case key.Matches(press, keyFollow):
		r.scroll(r.top + 1)
	case (key.Matches(press, keyLeft) || press.name == "backspace" || press.name == "alt+left") && r.goBack():
	case key.Matches(press, keyBack, keyLeft):
		return goBack{}
	case key.Matches(press, keyForward, keyRight):
		return goOn{}
	case key.Matches(press, keyNext):
		return r.turn(older, "This is the oldest post.")
	case key.Matches(press, keyPrevious):
		return r.turn(newer, "This is the newest post.")
	case key.Matches(press, keyPart):
		return r.turnPart(1)
	case key.Matches(press, keyPartBack):
		return r.turnPart(-1)
	case key.Matches(press, keyLanguage):
		return r.translate()
	case key.Matches(press, keyLinks):
		return r.listLinks()
	case key.Matches(press, keyCopyPost):
		r.env.copy("ssh -t "+r.env.Host+" read "+r.entry.Slug, "the address of this post")
	case key.Matches(press, keyCopyAll):
		r.env.copy(text.Clean(r.entry.Source), "the Markdown")
	case key.Matches(press, keyRaw):
		return openPage{newRaw(r.env, r.entry.Post)}
	}
	return nil
}

func (r *reader) turn(to index.Entry, none string) tea.Msg {
	if r.gone {
		none = "This post was taken away."
	}
	if to.IsZero() {
		r.env.notice = none
		return nil
	}
	return turnTo{to}
}

// translate turns to the next language of the post.
func (r *reader) translate() tea.Msg {
	all := r.env.posts.Translations(r.entry, r.env.Audience)
	for n, e := range all {
		if e.File == r.entry.File && len(all) > 1 {
			return turnTo{all[(n+1)%len(all)]}
		}
	}
	r.env.notice = "There is no other language."
	return nil
}

func (r *reader) view(f *frame) {
	*f = r.frame()
	f.title = text.Line(r.entry.Title) + " - " + r.env.name
	if r.outline != nil && !r.outline.beside {
		return
	}
	f.head, f.aside = r.env.name, when(r.entry, "02 Jan 2006")
	if section := r.sectionTitle(); section != "" {
		f.head = "§ " + section
		if r.width < 60 {
			f.aside = fmt.Sprintf("%d%%", r.percent())
		}
	}
	if f.typing {
		return
	}
	switch {
	case r.outline != nil:
		f.status = r.outline.status()
	case r.links.status(&r.page) != "":
		f.status = r.links.status(&r.page)
	default:
		f.status = r.progress()
	}
}

// progress says how much was read and how long the rest takes.
func (r *reader) progress() string {
	if !r.counted {
		return ""
	}
	lines := max(1, r.length())
	left := (r.entry.Minutes()*(lines-min(lines, r.top+r.height)) + lines - 1) / lines
	switch {
	case left == 0:
		return "100%"
	case r.width < 60:
		return fmt.Sprintf("%d min left", left)
	}
	return fmt.Sprintf("%d%%  %d min left", r.percent(), left)
}
