package render

import (
	"sort"
	"strconv"

	"github.com/charmbracelet/colorprofile"
	"github.com/yuin/goldmark/ast"

	"postern/internal/picture"
)

// Figure is a picture that is shown in a post, above its caption. Its lines have no words.
type Figure struct {
	Picture *picture.Picture
	Caption string
	Line    int // the first of its lines
	Rows    int
}

// A figure is a Figure in a chunk, as points for half blocks: two rows of them for each row of text.
type figure struct {
	Figure
	first, last   uint32 // rows; last is the one after
	left          int    // column
	width, height int    // points
	points        []picture.RGB
}

// Figures returns the pictures that the post shows, in order. It sets all of it.
func (d *Document) Figures() []Figure { return d.layout.contents().figures }

// show sets the rows of the picture at address, where there is one to be shown.
func (l *typesetter) show(address, caption string) {
	p := l.album.Find(address)
	if p == nil || l.shape.rows == 0 || l.shown == maxFigures {
		return
	}
	l.shown++
	f := figure{Figure: Figure{Picture: p, Caption: caption}, left: l.measure - l.room()}
	f.width, f.height = p.Fit(l.room(), 2*l.shape.rows)
	f.points = p.Scale(f.width, f.height)
	for n, c := range f.points {
		f.points[n] = picture.RGB{R: coarse(c.R), G: coarse(c.G), B: coarse(c.B)}
	}
	f.Rows = (f.height + 1) / 2
	l.flushGap()
	f.first = uint32(len(l.rows))
	for range f.Rows {
		l.begin()
		l.end(0)
	}
	f.last = uint32(len(l.rows))
	l.chunk.figures = append(l.chunk.figures, f)
}

// coarse returns one of 32 shades: neighbours that hardly differ become one colour, which is sent once.
func coarse(v uint8) uint8 { return v&0xF8 | v>>5 }

// showAll sets the pictures of a paragraph that has nothing else.
func (l *typesetter) showAll(n ast.Node) {
	if l.album == nil || l.shape.rows == 0 {
		return
	}
	images := imagesOf(n)
	for k, img := range images {
		if k > 0 {
			l.space(1)
		}
		l.show(decode(string(img.Destination)), l.altText(img))
	}
}

// imagesOf returns the images of a paragraph that has nothing else, each perhaps within a link; nil for any other.
func imagesOf(n ast.Node) []*ast.Image {
	var images []*ast.Image
	for c := n.FirstChild(); c != nil; c = c.NextSibling() {
		switch c := c.(type) {
		case *ast.Image:
			images = append(images, c)
		case *ast.Link:
			img := onlyImage(c)
			if img == nil {
				return nil
			}
			images = append(images, img)
		case *ast.Text:
			if c.Segment.Len() > 0 {
				return nil
			}
		default:
			return nil
		}
	}
	return images
}

// figureOf returns the figure that a row is of, nil for none.
func (c *chunk) figureOf(row uint32) *figure {
	i := sort.Search(len(c.figures), func(i int) bool { return c.figures[i].last > row })
	if i < len(c.figures) && c.figures[i].first <= row {
		return &c.figures[i]
	}
	return nil
}

// Picture reports whether the line shows a part of a picture.
func (l Line) Picture() bool { return l.figure() != nil }

// figure returns the figure that the line is of, nil for none.
func (l Line) figure() *figure {
	if l.chunk == nil || len(l.chunk.figures) == 0 {
		return nil
	}
	return l.chunk.figureOf(uint32(l.row))
}

// appendPicture appends the line's part of f, which begins at column at.
func (l Line) appendPicture(b []byte, f *figure, at int) []byte {
	theme := l.theme()
	if theme.profile < colorprofile.ANSI256 {
		return b
	}
	b = append(b, blanks(f.left-at)...)
	y := 2 * (int(l.row) - int(f.first))
	upper := f.points[y*f.width : (y+1)*f.width]
	var lower []picture.RGB
	if y+1 < f.height {
		lower = f.points[(y+1)*f.width : (y+2)*f.width]
	}
	return append(halfBlocks(b, upper, lower, theme.profile), reset...)
}

// Drawing is a picture as lines of text, Width columns wide.
type Drawing struct {
	Lines []string
	Width int
}

// Draw returns p as large as it gets within a number of columns and rows, without being made larger than its file; no line
// where theme has no colours for it.
func Draw(p *picture.Picture, columns, rows int, theme *Theme) Drawing {
	if theme.profile < colorprofile.ANSI256 {
		return Drawing{}
	}
	width, height := p.Fit(columns, 2*rows)
	points := p.Scale(width, height)
	d := Drawing{Width: width}
	for y := 0; y < height; y += 2 {
		var lower []picture.RGB
		if y+1 < height {
			lower = points[(y+1)*width : (y+2)*width]
		}
		line := halfBlocks(nil, points[y*width:(y+1)*width], lower, theme.profile)
		d.Lines = append(d.Lines, string(append(line, reset...)))
	}
	return d
}

// halfBlocks appends a row of text to b that shows two rows of points, the second of which may be nil. It ends with
// colours switched on.
func halfBlocks(b []byte, upper, lower []picture.RGB, profile colorprofile.Profile) []byte {
	for x, u := range upper {
		switch {
		case lower == nil && (x == 0 || u != upper[x-1]):
			b = append(appendColour(append(b, "\x1b["...), "38", u, profile), 'm')
		case lower != nil && (x == 0 || u != upper[x-1] || lower[x] != lower[x-1]):
			b = append(appendColour(append(b, "\x1b["...), "38", u, profile), ';')
			b = append(appendColour(b, "48", lower[x], profile), 'm')
		}
		if lower != nil && u == lower[x] {
			b = append(b, ' ') // shows what is behind it, in a third of the bytes
		} else {
			b = append(b, "▀"...)
		}
	}
	return b
}

// appendColour appends the SGR parameters of a colour: where is 38 for letters and 48 for what is behind them.
func appendColour(b []byte, where string, c picture.RGB, profile colorprofile.Profile) []byte {
	b = append(b, where...)
	if profile < colorprofile.TrueColor {
		return strconv.AppendInt(append(b, ";5;"...), int64(indexed(c)), 10)
	}
	b = strconv.AppendInt(append(b, ";2;"...), int64(c.R), 10)
	b = strconv.AppendInt(append(b, ';'), int64(c.G), 10)
	return strconv.AppendInt(append(b, ';'), int64(c.B), 10)
}

// indexed returns which of xterm's 256 colours is nearest to c: of its cube of six shades each, or of its greys.
func indexed(c picture.RGB) int {
	cube := func(v uint8) (step, shade int) {
		switch {
		case v < 48:
			return 0, 0
		case v < 115:
			return 1, 95
		}
		step = (int(v) - 35) / 40
		return step, 55 + 40*step
	}
	r, red := cube(c.R)
	g, green := cube(c.G)
	b, blue := cube(c.B)
	mean := (int(c.R) + int(c.G) + int(c.B)) / 3
	grey := min(max((mean-3)/10, 0), 23)
	square := func(a, b int) int { return (a - b) * (a - b) }
	far := func(red, green, blue int) int {
		return square(int(c.R), red) + square(int(c.G), green) + square(int(c.B), blue)
	}
	if shade := 8 + 10*grey; far(shade, shade, shade) < far(red, green, blue) {
		return 232 + grey
	}
	return 16 + 36*r + 6*g + b
}
