package tui

import (
	"math/rand/v2"

	"postern/internal/picture"
	"postern/internal/render"
	"postern/internal/term"
)

// What one session has its terminal keep: pictures beyond that are shown in half blocks.
const (
	maxPlates     = 200
	maxPlateBytes = 8 << 20
)

// plates are the pictures that the terminal of a session keeps, once it has said that it does.
type plates struct {
	on      bool
	base    uint32 // of the ids, so that the pictures of another program are not taken for ours
	ids     map[plate]uint32
	bytes   int
	pending []term.Picture
}

// plate is a picture at one size.
type plate struct {
	picture       *picture.Picture
	columns, rows int
}

// start begins to use pictures.
func (p *plates) start() {
	p.on, p.ids = true, make(map[plate]uint32)
	p.base = rand.Uint32N(0xFFFE)<<8 + 0x100
}

// id returns the id under which the terminal keeps a picture, which it is sent with the next frame if it is new; false
// where it keeps no more.
func (p *plates) id(of plate) (uint32, bool) {
	if !p.on {
		return 0, false
	}
	if id, ok := p.ids[of]; ok {
		return id, true
	}
	png := of.picture.PNG()
	if len(p.ids) >= maxPlates || p.bytes+len(png) > maxPlateBytes || len(png) == 0 {
		return 0, false
	}
	id := p.base + uint32(len(p.ids)) + 1
	p.ids[of], p.bytes = id, p.bytes+len(png)
	p.pending = append(p.pending, term.Picture{ID: id, PNG: png, Columns: of.columns, Rows: of.rows})
	return id, true
}

// appendLine appends to b the cells of a line from the cell from on, at most width of them. Pictures are as good as the
// terminal has them.
func (e *env) appendLine(b []byte, line render.Line, from, width int, spans ...render.Span) []byte {
	if f, columns, ok := line.Figure(); ok {
		if id, ok := e.plates.id(plate{f.Picture, columns, f.Rows}); ok {
			return line.AppendPlaceholders(b, id)
		}
	}
	return line.AppendPart(b, from, width, spans...)
}

// Pictures returns what the terminal is to keep for the frame that was made last.
func (m *Model) Pictures() []term.Picture {
	pending := m.env.plates.pending
	m.env.plates.pending = nil
	return pending
}
