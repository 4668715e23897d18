package tui

import (
	"net/url"
	"path"
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

// links is the link that is chosen on a page, and the digits of a number being typed.
type links struct {
	chosen int // from 1; 0: none
	digits string
}

// key handles the keys that choose a link or type a number, and reports whether press was one of them.
func (l *links) key(p *page, press tea.KeyPressMsg) bool {
	switch s := press.String(); {
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
	case l.digits != "" && s == "enter":
		l.choose(p, l.number())
		l.digits = ""
		return false // and open it
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
	all := p.document.Links()
	p.counted = true
	if len(all) == 0 {
		p.env.notice = "There are no links here."
		return
	}
	n := l.chosen
	if n > 0 {
		n = (n-1+by+len(all))%len(all) + 1
	} else {
		n = 1
		for i, link := range all {
			if link.Line+len(p.above) >= p.top {
				n = i + 1
				break
			}
		}
	}
	l.choose(p, n)
}

// choose chooses link n, where there is one, and shows it.
func (l *links) choose(p *page, n int) {
	all := p.document.Links()
	if n < 1 || n > len(all) {
		p.env.notice = "There is no link " + strconv.Itoa(n) + "."
		return
	}
	l.chosen = n
	p.show(all[n-1].Line)
}

// link returns the chosen link.
func (l *links) link(p *page) (render.Link, bool) {
	if all := p.document.Links(); l.chosen > 0 && l.chosen <= len(all) {
		return all[l.chosen-1], true
	}
	return render.Link{}, false
}

// at returns the line and the cell of the chosen link.
func (l *links) at(p *page) (line, cell int) {
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
	if link, ok := l.link(p); ok {
		return "[" + strconv.Itoa(l.chosen) + "] " + text.Line(link.URL)
	}
	return ""
}

// follow returns where the chosen link of the post from leads: into another post, to a heading of this one, or nowhere
// that a terminal could go.
func (p *page) follow(from index.Entry) tea.Msg {
	link, ok := p.links.link(p)
	if !ok {
		return nil
	}
	if anchor, ok := strings.CutPrefix(link.URL, "#"); ok {
		p.toAnchor(anchor)
		return nil
	}
	if e, anchor, ok := p.env.resolve(from, link.URL); ok {
		return openPost{slug: e.Slug, anchor: anchor}
	}
	p.env.notice = "Elsewhere: y copies " + text.Line(link.URL)
	return nil
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

// resolve returns the post that address, as written in the post from, leads to: a path from its file or from the top, an
// address of ours, or one of the web site that the blog has besides.
func (e *env) resolve(from index.Entry, address string) (to index.Entry, anchor string, ok bool) {
	u, err := url.Parse(address)
	if err != nil {
		return index.Entry{}, "", false
	}
	switch {
	case u.Scheme == "ssh" && u.User != nil:
		to, ok = e.posts.Find(u.User.Username(), e.Audience)
		return to, u.Fragment, ok
	case u.Host != "" && u.Host != e.webHost(), u.Scheme != "" && u.Host == "":
		return index.Entry{}, "", false
	}
	candidates := []string{u.Path}
	if from.Post != nil && !strings.HasPrefix(u.Path, "/") {
		candidates = append([]string{path.Join(path.Dir(from.File), u.Path)}, candidates...)
	}
	candidates = append(candidates, path.Base(u.Path))
	for _, c := range candidates {
		if to, ok = e.posts.Find(strings.Trim(c, "/"), e.Audience); ok && c != "" {
			return to, u.Fragment, true
		}
	}
	return index.Entry{}, "", false
}

// webHost returns the host of the blog's web site, "" for none.
func (e *env) webHost() string {
	u, err := url.Parse(e.posts.Site().URL)
	if err != nil {
		return ""
	}
	return u.Host
}

// copyNearest copies the chosen link, or else the first block of code on the screen.
func (p *page) copyNearest() {
	if link, ok := p.links.link(p); ok {
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
	p.env.notice = "Nothing to copy here: choose a link with Tab, or scroll to some code."
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
