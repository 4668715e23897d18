package picture

import (
	"bytes"
	"errors"
	"fmt"
	"image"
	"image/color"
	_ "image/gif" // these are the formats that authors push
	_ "image/jpeg"
	_ "image/png"
	"time"

	_ "golang.org/x/image/webp"
)

// What decoding one file may cost. The largest phones make photographs of 12 million points; as JPEG they fit.
const (
	maxCost = 64 << 20 // bytes while it is decoded
	maxSide = 32767    // points
	maxTime = 5 * time.Second
	maxFile = 16 << 20 // bytes
)

// What is wrong with a file, for its author to read.
var (
	ErrFormat   = errors.New("no PNG, JPEG, GIF or WebP")
	ErrTooLarge = errors.New("too large to be shown")
	ErrBroken   = errors.New("cannot be read as a picture")
)

// Decode returns the picture that data holds; of an animation the first frame. What is transparent becomes white. The
// error wraps one of the above.
func Decode(data []byte) (p *Picture, err error) {
	defer func() {
		if cause := recover(); cause != nil { // of a decoder
			p, err = nil, fmt.Errorf("%w: %v", ErrBroken, cause)
		}
	}()
	_, turn, err := look(data)
	if err != nil {
		return nil, err
	}
	img, _, err := image.Decode(&clocked{Reader: bytes.NewReader(data), until: time.Now().Add(maxTime)})
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrBroken, err)
	}
	return take(img, turn)
}

// Size returns how large the picture that data holds is, in points, by what its header says. It costs next to nothing; the
// error is as that of Decode, and nil also for files of which only the header is whole.
func Size(data []byte) (width, height int, err error) {
	defer func() {
		if cause := recover(); cause != nil { // of a decoder
			err = fmt.Errorf("%w: %v", ErrBroken, cause)
		}
	}()
	config, turn, err := look(data)
	if turn.sideways() {
		return config.Height, config.Width, err
	}
	return config.Width, config.Height, err
}

// look reads the header of data, and returns an error where the rest would cost too much.
func look(data []byte) (image.Config, turning, error) {
	if len(data) > maxFile {
		return image.Config{}, upright, fmt.Errorf("%w: more than %d MiB", ErrTooLarge, maxFile>>20)
	}
	config, format, err := image.DecodeConfig(bytes.NewReader(data))
	if errors.Is(err, image.ErrFormat) {
		return config, upright, ErrFormat
	}
	if err != nil {
		return config, upright, fmt.Errorf("%w: %w", ErrBroken, err)
	}
	turn := upright
	if format == "jpeg" {
		turn = orientation(data)
	}
	return config, turn, affordable(config, format, data)
}

// affordable returns an error where a picture with the header config would cost too much.
func affordable(config image.Config, format string, data []byte) error {
	w, h := config.Width, config.Height
	if w < 1 || h < 1 {
		return fmt.Errorf("%w: it has no points", ErrBroken)
	}
	if w > maxSide || h > maxSide || w*h*bytesOf(config.ColorModel, format, data) > maxCost {
		return fmt.Errorf("%w: %d×%d", ErrTooLarge, w, h)
	}
	return nil
}

// bytesOf returns how many bytes decoding takes for each point.
func bytesOf(model color.Model, format string, data []byte) int {
	if _, ok := model.(color.Palette); ok {
		return 1
	}
	switch format {
	case "jpeg":
		return bytesOfJPEG(model, isProgressive(data))
	case "webp":
		if model != color.YCbCrModel {
			return 8 // what is lossless, and what is see-through, is kept twice
		}
		return 4
	}
	seeThrough := bytes.Contains(data, []byte("tRNS")) // one shade of grey or more; the header does not tell
	switch {
	case model == color.RGBA64Model, model == color.NRGBA64Model, model == color.Gray16Model && seeThrough:
		return 8
	case model == color.GrayModel && !seeThrough:
		return 1
	case model == color.Gray16Model:
		return 2
	}
	return 4
}

// bytesOfJPEG is bytesOf for a JPEG file. One that is progressive is kept as coefficients until the end.
func bytesOfJPEG(model color.Model, progressive bool) int {
	colours, points := 3, 4
	switch model {
	case color.GrayModel:
		colours, points = 1, 1
	case color.RGBAModel: // is turned into that
		points = 3 + 4
	case color.CMYKModel:
		colours, points = 4, 4+4
	}
	if progressive {
		points += 4 * colours
	}
	return points
}

// clocked ends when the time is over: a file may ask for work without end.
type clocked struct {
	*bytes.Reader
	until time.Time
}

var errSlow = errors.New("it takes too long")

func (c *clocked) Read(p []byte) (int, error) {
	if time.Now().After(c.until) {
		return 0, errSlow
	}
	return c.Reader.Read(p)
}

// take returns what is kept of img, turned as it is to be looked at.
func take(img image.Image, turn turning) (*Picture, error) {
	b := img.Bounds()
	if b.Dx() < 1 || b.Dy() < 1 {
		return nil, fmt.Errorf("%w: it has no points", ErrBroken)
	}
	p := &Picture{Width: b.Dx(), Height: b.Dy()}
	width, height := p.Fit(maxWidth, maxHeight)
	p.points = turn.apply(reduce(img, width, height))
	if turn.sideways() {
		p.Width, p.Height = p.Height, p.Width
	}
	return p, nil
}

// reduce returns img at a size that is not larger, each point the mean of at most 8 × 8 of those that it stands for.
func reduce(img image.Image, width, height int) grid {
	const samples = 8
	at := pointsOf(img)
	b := img.Bounds()
	g := grid{width, height, make([]byte, 0, 3*width*height)}
	for y := range height {
		top, bottom := span(y, height, b.Dy())
		for x := range width {
			left, right := span(x, width, b.Dx())
			var sum [3]uint32
			n := uint32(0)
			for sy := top; sy < bottom; sy += 1 + (bottom-top)/samples {
				for sx := left; sx < right; sx += 1 + (right-left)/samples {
					r, gr, bl := onWhite(at(b.Min.X+sx, b.Min.Y+sy))
					sum[0], sum[1], sum[2] = sum[0]+r, sum[1]+gr, sum[2]+bl
					n++
				}
			}
			g.rgb = append(g.rgb, byte(sum[0]/n), byte(sum[1]/n), byte(sum[2]/n))
		}
	}
	return g
}

// pointsOf returns what tells the points of img, without making a value for each where it can.
func pointsOf(img image.Image) func(x, y int) color.RGBA64 {
	if img, ok := img.(image.RGBA64Image); ok {
		return img.RGBA64At
	}
	return func(x, y int) color.RGBA64 {
		r, g, b, a := img.At(x, y).RGBA()
		return color.RGBA64{R: uint16(r), G: uint16(g), B: uint16(b), A: uint16(a)}
	}
}

// onWhite returns c, from 0 to 255, as it looks on white paper.
func onWhite(c color.RGBA64) (r, g, b uint32) {
	white := 0xFFFF - uint32(c.A)
	return (uint32(c.R) + white) >> 8, (uint32(c.G) + white) >> 8, (uint32(c.B) + white) >> 8
}
