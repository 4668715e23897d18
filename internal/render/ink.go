package render

import (
	"fmt"
	"image/color"
	"math"
	"strconv"
	"strings"

	"charm.land/glamour/v2/ansi"
	"github.com/charmbracelet/colorprofile"
	xansi "github.com/charmbracelet/x/ansi"
)

// The contrast that text must have with its background, as WCAG measures it (AAA for text, AA for what is dim).
const (
	textContrast = 7.0
	dimContrast  = 4.5
)

// An ink turns the colours of a sheet into SGR parameters for one kind of terminal.
type ink struct {
	profile colorprofile.Profile
	dark    bool
}

// look resolves p.
func (k ink) look(p ansi.StylePrimitive) (look, error) {
	l := look{attrs: attributes(p)}
	if p.Color != nil {
		c, err := parseColor(*p.Color)
		if err != nil {
			return l, err
		}
		l.fg = k.params(c, false)
	}
	if p.BackgroundColor != nil {
		c, err := parseColor(*p.BackgroundColor)
		if err != nil {
			return l, err
		}
		l.bg = k.params(c, true)
	}
	return l, nil
}

// params returns the SGR parameters for c, "" where the terminal has no colours. Where there are 16, whose look is the
// reader's affair, a colour that would usually be hard to read is left out.
func (k ink) params(c color.Color, background bool) string {
	if _, basic := c.(xansi.BasicColor); !basic && k.profile == colorprofile.ANSI {
		converted, ok := k.profile.Convert(c).(xansi.BasicColor)
		if !ok || !background && contrast(converted, k.ground()) < dimContrast {
			return ""
		}
		c = converted
	}
	st := xansi.Style{}
	switch c = k.convert(c, background); {
	case c == nil:
		return ""
	case background:
		st = st.BackgroundColor(c)
	default:
		st = st.ForegroundColor(c)
	}
	return strings.TrimSuffix(strings.TrimPrefix(st.String(), "\x1b["), "m")
}

// convert returns the colour of the terminal that is nearest to c. Of 256 colours, one that keeps the contrast of c; where
// there are all, one that is among the 256 goes by its number, which takes half the bytes.
func (k ink) convert(c color.Color, background bool) color.Color {
	if numbered := colorprofile.ANSI256.Convert(c); k.profile == colorprofile.TrueColor && isSame(c, numbered) {
		return numbered
	}
	converted := k.profile.Convert(c)
	if _, indexed := converted.(xansi.IndexedColor); !indexed || background {
		return converted
	}
	least := min(contrast(c, k.ground()), textContrast)
	for part := 1; part <= 20 && contrast(converted, k.ground()) < least; part++ {
		converted = k.profile.Convert(blend(c, k.far(), float64(part)/20))
	}
	return converted
}

func isSame(a, b color.Color) bool {
	ar, ag, ab, _ := a.RGBA()
	br, bg, bb, _ := b.RGBA()
	return ar == br && ag == bg && ab == bb
}

// far returns the colour that stands out most.
func (k ink) far() color.Color {
	if k.dark {
		return color.White
	}
	return color.Black
}

// ground returns the background that the terminal is taken to have.
func (k ink) ground() color.Color {
	if k.dark {
		return color.RGBA{0x1e, 0x1e, 0x1e, 0xff}
	}
	return color.White
}

// accent returns the parameters for the site's own colour, moved towards white or black until text in it can be read.
func (k ink) accent(name string) (string, error) {
	c, err := parseColor(name)
	if err != nil {
		return "", fmt.Errorf("accent: %w", err)
	}
	best := c
	for part := 0; part <= 20 && contrast(best, k.ground()) < textContrast; part++ {
		best = blend(c, k.far(), float64(part)/20)
	}
	return k.params(best, false), nil
}

// parseColor reads a colour as Glamour's sheets write it: "#rgb", "#rrggbb", or the number of a palette entry, where
// those below 16 are the reader's own.
func parseColor(s string) (color.Color, error) {
	if hex, ok := strings.CutPrefix(s, "#"); ok {
		if len(hex) == 3 {
			hex = string([]byte{hex[0], hex[0], hex[1], hex[1], hex[2], hex[2]})
		}
		n, err := strconv.ParseUint(hex, 16, 32)
		if err != nil || len(hex) != 6 {
			return nil, fmt.Errorf("%q is no colour: write #rrggbb or a number up to 255", s)
		}
		return color.RGBA{uint8(n >> 16), uint8(n >> 8), uint8(n), 0xff}, nil
	}
	n, err := strconv.ParseUint(s, 10, 8)
	if err != nil {
		return nil, fmt.Errorf("%q is no colour: write #rrggbb or a number up to 255", s)
	}
	if n < 16 {
		return xansi.BasicColor(n), nil
	}
	return xansi.IndexedColor(n), nil
}

// blend returns the colour that lies the given part of the way from a to b.
func blend(a, b color.Color, part float64) color.Color {
	ar, ag, ab, _ := a.RGBA()
	br, bg, bb, _ := b.RGBA()
	mix := func(x, y uint32) uint8 {
		return uint8(math.Round((float64(x)*(1-part) + float64(y)*part) / 257))
	}
	return color.RGBA{mix(ar, br), mix(ag, bg), mix(ab, bb), 0xff}
}

// contrast returns the ratio of the luminances of two colours, from 1 to 21 (WCAG 2.2).
func contrast(a, b color.Color) float64 {
	la, lb := luminance(a), luminance(b)
	return (max(la, lb) + 0.05) / (min(la, lb) + 0.05)
}

// luminance returns the relative luminance of c, from 0 to 1.
func luminance(c color.Color) float64 {
	r, g, b, _ := c.RGBA()
	linear := func(v uint32) float64 {
		s := float64(v) / 0xffff
		if s <= 0.04045 {
			return s / 12.92
		}
		return math.Pow((s+0.055)/1.055, 2.4)
	}
	return 0.2126*linear(r) + 0.7152*linear(g) + 0.0722*linear(b)
}
