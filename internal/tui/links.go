package tui

import (
	"net/url"
	"slices"
	"strconv"
	"strings"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"postern/internal/index"
	"postern/internal/render"
	"postern/internal/term"
	"postern/internal/text"
)

// maxCopy is how much is put into a reader's clipboard at the most, in bytes. Terminals take less than posts can have.
const maxCopy = 100 << 10

// links is the link or picture that is chosen on a page, and the digits of a number being typed.
type links struct {
	chosen int // from 1; 0: none
	figure int // from 1; 0: none
	digits string
}

// stop is where Tab stops: a link or a picture.
type stop struct{ line, chosen, figure int }

// stops returns all of a page, from its top.
func stops(d *render.Document) []stop {
	var all []stop
	for n, link := range d.Links() {
		all = append(all, stop{line: link.Line, chosen: n + 1})
	}
	for n, f := range d.Figures() {
		all = append(all, stop{line: f.Line, figure: n + 1})
	}
	slices.SortStableFunc(all, func(a, b stop) int { return a.line - b.line })
	return all
}

// stopAt returns the link or picture at a cell of line n of the document.
func (p *page) stopAt(n, cell int) (stop, bool) {
	for _, line := range p.document.Lines(n, 1) {
		for _, number := range line.Links() {
			if from, to, _ := line.LinkCells(number); cell >= from && cell < to {
				return stop{n, number, 0}, true
			}
		}
	}
	p.counted = true
	at := slices.IndexFunc(p.document.Figures(), func(f render.Figure) bool { return n >= f.Line && n <= f.Line+f.Rows })
	return stop{n, 0, at + 1}, at >= 0
}

// any reports whether something is chosen.
func (l *links) any() bool { return l.chosen > 0 || l.figure > 0 }

// key handles the keys that choose a link or type a number, and reports whether press was one of them.
func (l *links) key(p *page, press stroke) bool {
	switch s := press.name; {
	case len(s) == 1 && s >= "0" && s <= "9" && (l.digits != "" || s != "0"):
		if len(l.digits) < 5 {
			l.digits += s
		}
		return true
	case l.digits != "" && (s == "%" || s == "G"):
		n, _ := strconv.Atoi(l.digits) // digits
		p.counted = true
		if s == "%" {
			n = p.length() * min(n, 100) / 100
		}
		p.scroll(n)
	case l.digits != "" && s == "esc":
	case l.digits != "" && s == "backspace":
		l.digits = l.digits[:len(l.digits)-1]
		return true
	case l.digits != "" && s == "enter":
		there := l.choose(p, l.number())
		l.digits = ""
		return !there // or open it
	case key.Matches(press, keyTab):
		l.step(p, 1)
	case key.Matches(press, keyShiftTab):
		l.step(p, -1)
	default:
		l.digits = ""
		return false
	}
	l.digits = ""
	return true
}

func (l *links) number() int {
	n, _ := strconv.Atoi(l.digits) // digits
	return n
}

// step chooses the next link (by 1) or the one before, from the chosen one or else from what is on the screen.
func (l *links) step(p *page, by int) {
	all := stops(p.document)
	p.counted = true
	if len(all) == 0 {
		p.env.notice = "There are no links here."
		return
	}
	n := slices.IndexFunc(all, func(s stop) bool { return l.any() && s.chosen == l.chosen && s.figure == l.figure })
	if n >= 0 {
		n = (n + by + len(all)) % len(all)
	} else {
		n = max(0, slices.IndexFunc(all, func(s stop) bool { return s.line+len(p.above) >= p.top }))
	}
	if all[n].figure > 0 {
		l.chooseFigure(p, all[n].figure)
	} else {
		l.choose(p, all[n].chosen)
	}
}

// pick moves the selection in a list of links, and reports whether msg was what does.
func (l *links) pick(p *page, msg tea.Msg) bool {
	to, last, shown := l.chosen, len(p.document.Links()), 0
	for _, link := range p.document.Links() {
		if p.onScreen(link.Line) {
			shown++
		}
	}
	switch msg := msg.(type) {
	case tea.MouseWheelMsg:
		to += turned(msg)
	case stroke:
		switch {
		case key.Matches(msg, keyDown):
			to++
		case key.Matches(msg, keyUp):
			to--
		case key.Matches(msg, keyPageDown):
			to += shown
		case key.Matches(msg, keyPageUp):
			to -= shown
		case key.Matches(msg, keyHalfDown):
			to += (shown + 1) / 2
		case key.Matches(msg, keyHalfUp):
			to -= (shown + 1) / 2
		case key.Matches(msg, keyTop):
			to = 1
		case key.Matches(msg, keyEnd) && l.digits != "":
			to = l.number()
		case key.Matches(msg, keyEnd):
			to = last
		default:
			return false
		}
		l.digits = ""
	default:
		return false
	}
	return l.choose(p, max(1, min(to, last)))
}

// chooseFigure chooses picture n and shows it, its caption at least.
func (l *links) chooseFigure(p *page, n int) {
	f := p.document.Figures()[n-1]
	first, caption := len(p.above)+f.Line, len(p.above)+f.Line+f.Rows
	switch {
	case first < p.top:
		p.scroll(first)
	case caption >= p.top+p.height:
		p.scroll(caption + 1 - p.height)
	}
	l.chosen, l.figure = 0, n
}

// picture returns the chosen picture.
func (l *links) picture(p *page) (render.Figure, bool) {
	if l.figure == 0 {
		return render.Figure{}, false
	}
	all := p.document.Figures()
	if l.figure > len(all) {
		return render.Figure{}, false
	}
	return all[l.figure-1], true
}

// choose chooses link n and shows it, and reports whether there is one.
func (l *links) choose(p *page, n int) bool {
	all := p.document.Links()
	if n < 1 || n > len(all) {
		p.env.notice = "There is no link " + strconv.Itoa(n) + "."
		return false
	}
	p.show(all[n-1].Line)
	l.chosen, l.figure = n, 0
	return true
}

// forget chooses no link any more where the chosen one was scrolled away.
func (l *links) forget(p *page) {
	if f, ok := l.picture(p); ok && !p.onScreen(f.Line+f.Rows) {
		l.figure = 0
	}
	if link, ok := l.link(p); ok && !p.onScreen(link.Line) {
		l.chosen = 0
	}
}

// link returns the chosen link.
func (l *links) link(p *page) (render.Link, bool) {
	if l.chosen == 0 {
		return render.Link{}, false
	}
	all := p.document.Links()
	if l.chosen > len(all) {
		return render.Link{}, false
	}
	return all[l.chosen-1], true
}

// at returns the line and the cell of the chosen link.
func (l *links) at(p *page) (line, cell int) {
	if f, ok := l.picture(p); ok {
		return f.Line + f.Rows, 0 // its caption
	}
	link, ok := l.link(p)
	if !ok {
		return -1, 0
	}
	if lines := p.document.Lines(link.Line, 1); len(lines) == 1 {
		cell, _, _ = lines[0].LinkCells(l.chosen)
	}
	return link.Line, cell
}

// status says what is being typed, or where the chosen link leads; "" for neither.
func (l *links) status(p *page) string {
	if l.digits != "" {
		return l.digits + "  ⏎ opens that link, % goes there"
	}
	if f, ok := l.picture(p); ok {
		return "⏎ shows it large: " + text.Line(f.Caption)
	}
	link, ok := l.link(p)
	if !ok {
		return ""
	}
	where := text.Line(link.URL)
	if e, _, ok := p.env.resolve(p.from, link.URL); ok {
		where = text.Line(e.Title)
	}
	return "[" + strconv.Itoa(l.chosen) + "] " + where
}

// follow returns where the chosen link of the post from leads: into another post, to a heading of this one, or nowhere
// that a terminal could go.
func (p *page) follow(from index.Entry) tea.Msg {
	if f, ok := p.links.picture(p); ok {
		return openPage{newLightbox(p.env, f)}
	}
	link, ok := p.links.link(p)
	if !ok {
		return nil
	}
	if anchor, ok := strings.CutPrefix(link.URL, "#"); ok {
		if from.Post != nil && from.Post != p.source { // in the list of its links
			return openPost{slug: from.Slug, anchor: anchor}
		}
		p.returns = append(p.returns, p.stand())
		p.toAnchor(anchor)
		return nil
	}
	if e, anchor, ok := p.env.resolve(from, link.URL); ok {
		return openPost{slug: e.Slug, anchor: anchor}
	}
	p.env.notice = "Elsewhere: y copies " + text.Line(link.URL)
	if link.Local {
		p.env.notice = "There is nothing here called " + text.Line(link.URL) + "."
	}
	return nil
}

// stand is where a reader is on a page: the line at the top, and the link that is chosen.
type stand struct{ top, chosen int }

func (p *page) stand() stand { return stand{p.top, p.links.chosen} }

// goBack returns to where a link or a heading within the page was followed from, and reports whether there is such a
// place.
func (p *page) goBack() bool {
	n := len(p.returns)
	if n > 0 {
		p.links = links{chosen: p.returns[n-1].chosen}
		p.scroll(p.returns[n-1].top)
		p.returns = p.returns[:n-1]
	}
	return n > 0
}

// toAnchor goes to the heading with the id anchor.
func (p *page) toAnchor(anchor string) {
	p.counted = true
	if decoded, err := url.PathUnescape(anchor); err == nil {
		anchor = decoded
	}
	for _, h := range p.document.Headings() {
		if strings.EqualFold(h.ID, anchor) {
			p.scroll(len(p.above) + h.Line)
			return
		}
	}
	p.env.notice = "There is no heading #" + text.Line(anchor) + " here."
}

// resolve returns the post that address, as written in the post from, leads to.
func (e *env) resolve(from index.Entry, address string) (to index.Entry, anchor string, ok bool) {
	return e.posts.Resolve(from, index.Link{Address: address, Here: e.Host}, e.Audience)
}

// copyNearest copies the chosen link, or else the first block of code on the screen.
func (p *page) copyNearest() {
	if link, ok := p.links.link(p); ok {
		if e, _, ok := p.env.resolve(p.from, link.URL); ok {
			p.env.copy("ssh -t "+p.env.Host+" read "+e.Slug, "the address of that post")
			return
		}
		p.env.copy(link.URL, "the address of the link")
		return
	}
	lines, first := p.body()
	for n := range lines {
		if code, _, ok := p.document.CodeAt(first + n); ok {
			p.env.copy(code, "the code")
			return
		}
	}
	p.env.notice = "Nothing to copy: choose a link with Tab."
}

// copy puts s, which is called what, into the reader's clipboard.
func (e *env) copy(s, what string) {
	if len(s) > maxCopy {
		e.notice = "Too much for a clipboard."
		return
	}
	e.clip = term.Copy(s)
	e.notice = "Sent " + what + " to your terminal's clipboard."
}
