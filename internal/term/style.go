package term

import (
	"strconv"
	"strings"
)

// style is what SGR has switched on. The zero style is a terminal's own.
type style struct {
	marks              uint16 // a bit for each of marks
	fore, back, stroke colour // stroke is that of underlines
	under              uint8  // the kind of underline: none, single, double, curly, dotted, dashed
}

// marks are the SGR parameters that switch something on, and off.
var marks = []struct{ on, off int }{{1, 22}, {2, 22}, {3, 23}, {5, 25}, {7, 27}, {8, 28}, {9, 29}, {53, 55}}

// seenOnBlanks are the marks that show where there is no letter: reverse, strike, overline.
const seenOnBlanks = 1<<4 | 1<<6 | 1<<7

// colour is none, one of a palette or one of all; the upper byte says which.
type colour uint32

const (
	ofPalette colour = (1 + iota) << 24
	ofAll
)

// marksBlanks reports whether s can be seen where there is no letter.
func (s style) marksBlanks() bool { return s.back != 0 || s.under != 0 || s.marks&seenOnBlanks != 0 }

// after returns the style after an SGR sequence with the given parameters. What is unknown changes nothing.
func (s style) after(params string) style {
	for rest, more := params, true; more; {
		var param string
		param, rest, more = strings.Cut(rest, ";")
		if param == "" {
			s = style{}
			continue
		}
		code, sub, _ := strings.Cut(param, ":")
		n, err := strconv.Atoi(code)
		switch {
		case err != nil:
			return s
		case n == 38 || n == 48 || n == 58:
			c := subColour(sub)
			if sub == "" {
				c, rest, more = takeColour(rest, ";")
			}
			s.paint(n, c)
		default:
			s.set(n, sub)
		}
	}
	return s
}

// set applies one parameter that stands for itself.
func (s *style) set(n int, sub string) {
	for bit, mark := range marks {
		if n == mark.on {
			s.marks |= 1 << bit
		}
		if n == mark.off {
			s.marks &^= 1 << bit
		}
	}
	switch {
	case n == 0:
		*s = style{}
	case n == 4:
		s.under = 1
		if len(sub) == 1 && sub[0] >= '0' && sub[0] <= '5' {
			s.under = sub[0] - '0'
		}
	case n == 21:
		s.under = 2
	case n == 24:
		s.under = 0
	case n >= 30 && n <= 37:
		s.fore = ofPalette | colour(n-30)
	case n >= 40 && n <= 47:
		s.back = ofPalette | colour(n-40)
	case n >= 90 && n <= 97:
		s.fore = ofPalette | colour(n-90+8)
	case n >= 100 && n <= 107:
		s.back = ofPalette | colour(n-100+8)
	case n == 39 || n == 49 || n == 59:
		s.paint(n-1, 0)
	}
}

// paint gives what the parameter 38, 48 or 58 stands for the colour c.
func (s *style) paint(n int, c colour) {
	switch n {
	case 38:
		s.fore = c
	case 48:
		s.back = c
	case 58:
		s.stroke = c
	}
}

// takeColour takes the parameters of a colour, 5;N or 2;R;G;B, off the front of params, where sep is between them.
func takeColour(params, sep string) (c colour, rest string, more bool) {
	kind, rest, more := strings.Cut(params, sep)
	count, of := 1, ofPalette
	switch kind {
	case "2":
		count, of = 3, ofAll
	case "5":
	default:
		return 0, rest, more
	}
	whole := true
	for range count {
		var part string
		part, rest, more = strings.Cut(rest, sep)
		n, err := strconv.ParseUint(part, 10, 8)
		whole = whole && err == nil
		c = c<<8 | colour(n)
	}
	if !whole {
		return 0, rest, more
	}
	return of | c, rest, more
}

// subColour returns the colour 5:N, 2:R:G:B or 2:SPACE:R:G:B.
func subColour(params string) colour {
	if kind, rest, _ := strings.Cut(params, ":"); kind == "2" && strings.Count(rest, ":") == 3 {
		_, rest, _ = strings.Cut(rest, ":")
		params = "2:" + rest
	}
	c, _, _ := takeColour(params, ":")
	return c
}

// appendSwitch appends the shortest sequence that makes style from the one that is on, nothing where they are equal. It
// takes nothing away one by one: terminals of before 1983 know only how to switch all off.
func (s style) appendSwitch(out []byte, from style) []byte {
	if s == from {
		return out
	}
	out = append(out, "\x1b["...)
	if from.marks&^s.marks != 0 || from.fore != 0 && s.fore == 0 || from.back != 0 && s.back == 0 ||
		from.stroke != 0 && s.stroke == 0 || from.under != 0 && s.under == 0 {
		from = style{}
		if s != from {
			out = append(out, "0;"...)
		}
	}
	for bit, mark := range marks {
		if s.marks&^from.marks&(1<<bit) != 0 {
			out = append(strconv.AppendInt(out, int64(mark.on), 10), ';')
		}
	}
	if s.under != from.under {
		out = append(out, '4')
		if s.under > 1 {
			out = append(out, ':', '0'+s.under)
		}
		out = append(out, ';')
	}
	out = s.fore.append(out, from.fore, 30)
	out = s.back.append(out, from.back, 40)
	out = s.stroke.append(out, from.stroke, 50)
	if out[len(out)-1] == ';' {
		out = out[:len(out)-1]
	}
	return append(out, 'm')
}

// append appends the parameters that set a colour that is from, where first is the parameter of the first of it; each
// ends in a semicolon.
func (c colour) append(out []byte, from colour, first int64) []byte {
	if c == from {
		return out
	}
	n := int64(c & 0xFFFFFF)
	number := func(n int64) { out = append(strconv.AppendInt(out, n, 10), ';') }
	switch {
	case c&ofPalette != 0 && n < 8 && first < 50:
		number(first + n)
	case c&ofPalette != 0 && n < 16 && first < 50:
		number(first + 60 + n - 8)
	case c&ofPalette != 0:
		number(first + 8)
		number(5)
		number(n)
	default:
		number(first + 8)
		number(2)
		number(n >> 16)
		number(n >> 8 & 0xFF)
		number(n & 0xFF)
	}
	return out
}
