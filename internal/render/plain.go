package render

import (
	"bufio"
	"fmt"
	"io"
	"strconv"
	"strings"

	"postern/internal/post"
	"postern/internal/text"
)

// unwrapped is a measure that no line reaches.
const unwrapped = 1 << 40

// Plain writes the body of p as plain text, for pipes and screen readers: linear and complete, no escape sequence, no
// line drawn, its links as [n] and listed at the end, as WriteLinks does. Lines are wrapped at width cells, or not at all
// where it is 0.
func Plain(w io.Writer, p *post.Post, width int, where func(Link) string) error {
	s := shape{measure: unwrapped, plain: true}
	if width > 0 {
		s.measure = max(width, minMeasure)
	}
	out := bufio.NewWriter(w)
	l := newLayout(p, s, nil)
	links, at := []Link(nil), 0
	for {
		l.setLines(l.lengthLocked() + 1)
		for ; at < len(l.chunks); at++ {
			c := l.chunks[at]
			l.chunks[at] = &chunk{first: c.first, rows: c.rows, blocks: c.blocks, links: c.links, linked: c.linked, block: c.block}
			writePlain(out, c)
			links = append(links, c.links...)
		}
		if l.windows == nil {
			break
		}
		if err := out.Flush(); err != nil {
			return err // who hung up has no more set
		}
	}
	_ = WriteLinks(out, links, where) // errors come back from Flush
	return out.Flush()
}

// WriteLinks lists where links lead, each by its number. Where says what the list has for a link to another place of the
// site, "" for its address; it may be nil.
func WriteLinks(w io.Writer, links []Link, where func(Link) string) error {
	if len(links) == 0 {
		return nil
	}
	var b strings.Builder
	b.WriteString("\nLinks:\n\n")
	for i, link := range links {
		target := ""
		if where != nil {
			target = where(link)
		}
		if target == "" {
			target = link.URL
		}
		fmt.Fprintf(&b, "[%d] %s\n", i+1, text.Line(target))
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// writePlain writes the rows of c. Errors come back from Flush.
func writePlain(out *bufio.Writer, c *chunk) {
	for i := range c.rows {
		line := Line{chunk: c, row: int32(i)}
		_, _ = out.WriteString(line.Plain())
		_ = out.WriteByte('\n')
	}
}

// spokenListing sets code between two lines that say where it begins and ends.
func (l *typesetter) spokenListing(c listing) {
	lines := strings.Split(c.source, "\n")
	head := "Code, " + strconv.Itoa(len(lines)) + " lines:"
	if c.label != "" {
		head = "Code, " + c.label + ", " + strconv.Itoa(len(lines)) + " lines:"
	}
	if len(lines) == 1 {
		head = strings.Replace(head, "1 lines:", "1 line:", 1)
	}
	l.say(head, Text)
	for _, line := range lines {
		t := text.Code(line, 0)
		l.line(t, style{}, rowWide)
	}
	l.line("End of code", style{}, 0)
}

// spokenTable sets a table a row a line, every cell after the name of its column.
func (l *typesetter) spokenTable(g *grid) {
	names := make([]string, len(g.width))
	for i, p := range g.rows[0] {
		names[i] = p.words(0)
	}
	rows := g.rows
	if g.marked {
		p := &para{}
		p.add("Table, "+text.Count(len(g.rows)-1, "row")+": ", style{}, 0, false)
		for i, name := range g.rows[0] {
			if i > 0 {
				p.add(", ", style{}, 0, false)
			}
			appendPara(p, name)
		}
		l.set(p)
		rows = rows[1:]
	}
	for _, row := range rows {
		p := &para{}
		for i, cell := range row {
			if len(cell.text) == 0 {
				continue
			}
			if len(p.text) > 0 {
				p.add("; ", style{}, 0, false)
			}
			if g.marked && names[i] != "" {
				p.add(names[i]+": ", style{}, 0, false)
			}
			appendPara(p, cell)
		}
		l.open(piece{first: "- ", rest: "  ", width: 2})
		l.setPara(p)
		l.close()
	}
}
