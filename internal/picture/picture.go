// Package picture makes of the image files beside posts what a terminal can show of them: a few thousand points of colour.
//
// The files are hostile: Decode bounds what one may cost before it looks at more than a header. A Picture never changes
// and is safe for concurrent use.
package picture

import "sync"

// The most that is kept of a picture, in points. No window shows more of one.
const (
	maxWidth  = 320
	maxHeight = 320
)

// Picture is a picture, small enough to be kept in memory.
type Picture struct {
	Width, Height int // of the file, as it is to be looked at

	points grid // at most maxWidth × maxHeight

	once sync.Once
	png  []byte
}

// grid is points of colour, row by row, three bytes each: red, green, blue.
type grid struct {
	width, height int
	rgb           []byte
}

// RGB is the colour of a point.
type RGB struct{ R, G, B uint8 }

// Bytes returns how much memory p takes, roughly.
func (p *Picture) Bytes() int { return len(p.points.rgb) + 64 }

// Fit returns the size at which p fills a room of width × height points without being cut, bent or made larger than its
// file; at least one point each way.
func (p *Picture) Fit(width, height int) (int, int) {
	width, height = max(1, width), max(1, height)
	w, h := min(p.Width, width), min(p.Height, height)
	if p.Width*h > p.Height*w { // too wide for that height
		return w, max(1, min(h, (p.Height*w+p.Width/2)/p.Width))
	}
	return max(1, min(w, (p.Width*h+p.Height/2)/p.Height)), h
}

// Scale returns p as width × height points, row by row, each the mean of what it stands for.
func (p *Picture) Scale(width, height int) []RGB {
	g := p.points.scale(width, height)
	points := make([]RGB, width*height)
	for n := range points {
		points[n] = RGB{g.rgb[3*n], g.rgb[3*n+1], g.rgb[3*n+2]}
	}
	return points
}

// scale returns g at another size: the mean of the points that a new one covers, or the nearest where it covers none.
func (g grid) scale(width, height int) grid {
	if width == g.width && height == g.height {
		return g
	}
	to := grid{width, height, make([]byte, 0, 3*width*height)}
	for y := range height {
		top, bottom := span(y, height, g.height)
		for x := range width {
			left, right := span(x, width, g.width)
			r, gr, b := g.mean(left, right, top, bottom)
			to.rgb = append(to.rgb, r, gr, b)
		}
	}
	return to
}

// span returns which of from places the place n of to covers: at least one.
func span(n, to, from int) (first, end int) {
	first = n * from / to
	return first, max(first+1, (n+1)*from/to)
}

// mean returns the mean colour of a part of g.
func (g grid) mean(left, right, top, bottom int) (r, gr, b byte) {
	var sum [3]int
	for y := top; y < bottom; y++ {
		row := g.rgb[3*(y*g.width+left) : 3*(y*g.width+right)]
		for i := 0; i < len(row); i += 3 {
			sum[0] += int(row[i])
			sum[1] += int(row[i+1])
			sum[2] += int(row[i+2])
		}
	}
	n := (right - left) * (bottom - top)
	return byte(sum[0] / n), byte(sum[1] / n), byte(sum[2] / n)
}
