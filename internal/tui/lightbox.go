package tui

import (
	"fmt"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"postern/internal/picture"
	"postern/internal/render"
	"postern/internal/text"
)

// lightbox is the screen of one picture, as large as the window allows. Any key goes back, and a click.
type lightbox struct {
	env    *env
	figure render.Figure
	lines  []string
	height int
	column column
}

func newLightbox(e *env, f render.Figure) *lightbox { return &lightbox{env: e, figure: f} }

// typing keeps all keys here.
func (b *lightbox) typing() bool { return true }

var lightboxKeys = []key.Binding{keyBack}

func (b *lightbox) keys() []key.Binding { return lightboxKeys }

func (b *lightbox) layout(width, height int) tea.Cmd {
	b.height, b.column = height, b.env.column(width)
	rows := b.env.draw(b.figure.Picture, width, height)
	b.lines = make([]string, (height-len(rows.Lines))/2, height)
	for _, row := range rows.Lines {
		b.lines = append(b.lines, blanks((width-rows.Width)/2)+row)
	}
	return nil
}

// draw returns p as large as it gets within a number of columns and rows.
func (e *env) draw(p *picture.Picture, columns, rows int) render.Drawing {
	width, height := p.Fit(columns, 2*rows)
	height = (height + 1) / 2
	if id, ok := e.plates.id(plate{p, width, height}); ok {
		return render.Drawing{Lines: render.Placeholders(id, width, height), Width: width}
	}
	return render.Draw(p, columns, rows, e.theme)
}

func (b *lightbox) update(msg tea.Msg) (tea.Msg, tea.Cmd) {
	switch msg.(type) {
	case stroke, tea.MouseClickMsg:
		return goBack{}, nil
	}
	return nil, nil
}

func (b *lightbox) view(f *frame) {
	p := b.figure.Picture
	size := fmt.Sprintf(" · %d×%d", p.Width, p.Height)
	caption := text.Truncate(text.Line(b.figure.Caption), max(1, b.column.width-len(size)-len("? back")-3), "…")
	*f = frame{
		column: b.column, lines: b.lines, status: caption + size, title: text.Line(b.figure.Caption) + " - " + b.env.name,
		cursor: tea.Position{X: b.column.left, Y: b.height}, // on what can be heard of it
	}
}
