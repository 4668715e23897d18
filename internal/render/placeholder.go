package render

import (
	"strconv"

	"github.com/charmbracelet/x/ansi/kitty"
)

// maxPlaceholders is how many rows or columns placeholders can count.
const maxPlaceholders = 297

// Figure returns the figure that the line is of, how many columns it takes, and whether it is of one.
func (l Line) Figure() (f Figure, columns int, ok bool) {
	of := l.figure()
	if of == nil {
		return Figure{}, 0, false
	}
	return of.Figure, of.width, true
}

// AppendPlaceholders appends to b the line of a figure with placeholders in the place of its points: there a terminal of
// the kitty family shows the picture that it keeps under id. Other lines are as String returns them.
func (l Line) AppendPlaceholders(b []byte, id uint32) []byte {
	f, theme := l.figure(), l.theme()
	if f == nil || theme == nil {
		return l.appendTo(b)
	}
	b = l.appendStyled(b, theme, l.raw())
	b = append(b, blanks(f.left-l.Width())...)
	return appendPlaceholders(b, id, int(l.row)-int(f.first), f.width)
}

// Placeholders returns rows lines of placeholders for the picture that a terminal keeps under id.
func Placeholders(id uint32, columns, rows int) []string {
	lines := make([]string, rows)
	for row := range lines {
		lines[row] = string(appendPlaceholders(nil, id, row, columns))
	}
	return lines
}

// appendPlaceholders appends a row of placeholders: the id is their colour, row and column are signs above each.
func appendPlaceholders(b []byte, id uint32, row, columns int) []byte {
	b = append(b, "\x1b[38;2;"...)
	b = strconv.AppendUint(b, uint64(id>>16&0xFF), 10)
	b = strconv.AppendUint(append(b, ';'), uint64(id>>8&0xFF), 10)
	b = strconv.AppendUint(append(b, ';'), uint64(id&0xFF), 10)
	b = append(b, 'm')
	for column := range min(columns, maxPlaceholders) {
		b = append(b, string([]rune{kitty.Placeholder, kitty.Diacritic(row), kitty.Diacritic(column)})...)
	}
	return append(b, reset...)
}
