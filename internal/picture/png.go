package picture

import (
	"bytes"
	"image"
	"image/color"
	"image/png"
)

// PNG returns what is kept of p as a PNG file, for terminals that show pictures. It is made once and shared: nobody may
// change it.
func (p *Picture) PNG() []byte {
	p.once.Do(func() {
		g := p.points
		img := image.NewRGBA(image.Rect(0, 0, g.width, g.height))
		for n := range g.width * g.height {
			img.SetRGBA(n%g.width, n/g.width, color.RGBA{g.rgb[3*n], g.rgb[3*n+1], g.rgb[3*n+2], 255})
		}
		var b bytes.Buffer
		if err := png.Encode(&b, img); err == nil { // what could fail is writing
			p.png = b.Bytes()
		}
	})
	return p.png
}
