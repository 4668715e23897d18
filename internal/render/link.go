package render

import (
	"net/url"
	"path"
	"strconv"
	"strings"

	"github.com/yuin/goldmark/ast"

	"postern/internal/text"
)

// Link is one link of a post, numbered by its place in what Document.Links returns, from 1.
type Link struct {
	Text  string // what the post calls it
	URL   string // safe to give to a terminal; for a Local link a reference within the site
	Line  int    // the row that it starts on
	Local bool   // a path or "#heading" of this site, as the author wrote it: no terminal can open it
}

// addLink gives an address the next number and returns it, 0 where the address is none that may be followed.
func (l *typesetter) addLink(address string) uint32 {
	target, ok := text.URL(address)
	local := false
	if !ok {
		target, local = text.LocalURL(address)
		ok = local
	}
	if !ok || l.links >= noteBase-1 {
		return 0
	}
	l.links++
	l.chunk.links = append(l.chunk.links, Link{URL: target, Local: local, Line: -1})
	return uint32(l.links)
}

// nameLink sets the text of the link n to what p has from the byte start on, and adds its number.
func (l *typesetter) nameLink(p *para, n uint32, start int, st style) {
	if n == 0 {
		return
	}
	link := &l.chunk.links[len(l.chunk.links)-1-(l.links-int(n))]
	link.Text = p.words(start)
	if host := otherHost(link.Text, link.URL); host != "" {
		p.add(" ("+host+")", st, n, false)
	}
	st.self = LinkNumber
	end := len(p.text)
	p.trim()
	trimmed := len(p.text) < end
	p.add("["+strconv.Itoa(int(n))+"]", st, n, false)
	if trimmed {
		p.add(" ", style{block: st.block}, 0, false)
	}
}

// otherHost returns the host of target where label looks like an address of another one.
func otherHost(label, target string) string {
	if !strings.Contains(label, ".") || strings.ContainsAny(label, " \n") {
		return ""
	}
	shown, _, _ := strings.Cut(label, "#")
	if !strings.Contains(shown, "://") {
		if !strings.HasPrefix(shown, "www.") {
			return ""
		}
		shown = "https://" + shown
	}
	claimed, err1 := url.Parse(shown)
	real, err2 := url.Parse(target)
	if err2 != nil || real.Host == "" || err1 == nil && bareHost(claimed.Host) == bareHost(real.Host) {
		return ""
	}
	return text.Line(real.Host)
}

// bareHost returns the host without case and without "www.".
func bareHost(h string) string { return strings.TrimPrefix(strings.ToLower(h), "www.") }

// linked returns st as the text of a link looks.
func linked(st style) style {
	if st.self != Code && st.self != Picture {
		st.self = LinkText
	} else {
		st.attrs |= underline
	}
	return st
}

// link adds the text of a link and its number.
func (l *typesetter) link(p *para, n *ast.Link, st style, outer uint32) {
	number := l.addLink(decode(string(n.Destination)))
	if number == 0 {
		l.inlines(p, n, st, outer)
		return
	}
	start := len(p.text)
	l.inlines(p, n, linked(st), number)
	if strings.TrimSpace(string(p.text[start:])) == "" {
		p.add(text.Line(string(n.Destination)), linked(st), number, false)
	}
	l.nameLink(p, number, start, st)
}

// autoLink adds an address that is its own text.
func (l *typesetter) autoLink(p *para, n *ast.AutoLink, st style, outer uint32) {
	label := text.Line(string(n.Label(l.source.bytes)))
	address := string(n.URL(l.source.bytes))
	if n.AutoLinkType == ast.AutoLinkEmail && !strings.HasPrefix(strings.ToLower(address), "mailto:") {
		address = "mailto:" + address
	}
	number := l.addLink(address)
	if number == 0 {
		p.add(label, st, outer, false)
		return
	}
	start := len(p.text)
	p.add(label, linked(st), number, false)
	l.nameLink(p, number, start, st)
}

// image adds a picture that stands in running text: what it shows, in brackets.
func (l *typesetter) image(p *para, n *ast.Image, st style, link uint32) {
	l.picture(p, l.altText(n), string(n.Destination), st, link)
}

// picture adds the caption of a picture; one that has an address to look at is a link.
func (l *typesetter) picture(p *para, alt, address string, st style, link uint32) {
	if st.self == Text || st.self == Emphasis || st.self == Strong || st.self == LinkText {
		st.self = Picture
	}
	number := link
	if link == 0 {
		if _, remote := text.URL(address); remote {
			number = l.addLink(address)
		}
	}
	if !p.endsBlank() && p.text[len(p.text)-1] != '(' {
		p.apart = true
	}
	start := len(p.text)
	p.add("[Image: "+caption(alt, address)+"]", st, number, false)
	if number != link {
		l.nameLink(p, number, start, st)
	}
	p.apart = true
}

// onlyImage returns the image that is all there is in n, perhaps within a link.
func onlyImage(n ast.Node) *ast.Image {
	c := n.FirstChild()
	if c == nil || c.NextSibling() != nil {
		return nil
	}
	img, _ := c.(*ast.Image)
	return img
}

// figure adds a picture that stands by itself.
func (l *typesetter) figure(p *para, n *ast.Image) {
	if l.shape.plain {
		l.image(p, n, style{}, 0)
		return
	}
	number, address := uint32(0), decode(string(n.Destination))
	if _, remote := text.URL(address); remote {
		number = l.addLink(address)
	}
	l.show(address, caption(l.altText(n), address))
	st := style{self: Picture}
	start := len(p.text)
	p.add("Image: "+caption(l.altText(n), address), st, number, false)
	if title := text.Line(decode(string(n.Title))); title != "" && title != l.altText(n) {
		p.add(". "+title, st, number, false)
	}
	l.nameLink(p, number, start, st)
}

// altText returns the words of an image.
func (l *typesetter) altText(n ast.Node) string {
	var b strings.Builder
	_ = ast.Walk(n, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if !entering {
			return ast.WalkContinue, nil
		}
		switch n := n.(type) {
		case *ast.Text:
			b.WriteString(decode(l.value(n.Segment)))
			if n.SoftLineBreak() || n.HardLineBreak() {
				b.WriteByte(' ')
			}
		case *ast.String:
			b.Write(n.Value)
		case *ast.AutoLink:
			b.Write(n.Label(l.source.bytes))
		case *emojiNode:
			b.WriteString(":" + n.name + ":")
		case *mathNode:
			b.WriteString(n.source)
		}
		return ast.WalkContinue, nil
	})
	return text.Line(b.String())
}

// caption returns what can be said of a picture: its alternative text, or the name of its file.
func caption(alt, address string) string {
	if alt != "" {
		return alt
	}
	if strings.HasPrefix(address, "data:") {
		return "no description"
	}
	if u, err := url.Parse(address); err == nil && u.Path != "" {
		return text.Line(path.Base(u.Path))
	}
	return "no description"
}
