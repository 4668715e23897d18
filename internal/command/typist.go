package command

import (
	"bufio"
	"io"
	"strings"
	"unicode/utf8"

	"postern/internal/text"
)

// plainLine is how many bytes may be typed on a line.
const plainLine = 200

// typist reads what is typed, a line at a time.
type typist struct {
	in   *bufio.Reader
	out  io.Writer
	echo bool // the terminal is raw: it shows nothing by itself
	last rune // that was read
	lead rune // of the escape sequence that it is in; 0: none
}

// line returns the next line without its end. On a raw terminal it does what the terminal would do by itself: it shows
// what is typed, and takes back what is deleted. Keys that move do nothing. The error is io.EOF when the caller leaves.
func (t *typist) line() (string, error) {
	var line []rune
	for {
		before := t.last
		r, _, err := t.in.ReadRune()
		t.last = r
		switch {
		case err != nil && len(line) > 0 && !t.echo:
			return string(line), nil
		case err != nil, t.echo && (r == 3 || r == 4 && len(line) == 0): // ctrl+c, ctrl+d
			return "", io.EOF
		case t.steers(r):
		case r == '\n' && before == '\r': // its line has ended
		case r == '\n' || r == '\r':
			return string(line), t.show("\n")
		case r == 0x7F || r == '\b':
			line, err = t.rub(line, len(line)-1)
		case r == 0x17: // ctrl+w
			word := strings.TrimRight(string(line), " ")
			line, err = t.rub(line, utf8.RuneCountInString(word[:strings.LastIndex(word, " ")+1]))
		case r == 0x15: // ctrl+u
			line, err = t.rub(line, 0)
		case r >= 0x20 && r != utf8.RuneError && len(string(line)) < plainLine:
			if clean := text.Clean(string(r)); clean != "" {
				line = append(line, r)
				err = t.show(clean)
			}
		}
		if err != nil {
			return "", err
		}
	}
}

// steers reports whether r is part of an escape sequence, as keys that move send it: ESC [ up to its last byte, or ESC O
// and one more.
func (t *typist) steers(r rune) bool {
	lead := t.lead
	switch {
	case r == '\x1b', lead == '\x1b' && (r == '[' || r == 'O'):
		t.lead = r
		return true
	case lead == '[' && r >= 0x20 && r < 0x40: // its parameters
		return true
	}
	t.lead = 0
	return (lead == '[' || lead == 'O') && r >= 0x40 && r < 0x7F
}

// rub takes back what is on the line behind the first runes that are kept.
func (t *typist) rub(line []rune, kept int) ([]rune, error) {
	kept = max(kept, 0)
	return line[:kept], t.show(strings.Repeat("\b \b", text.Width(string(line[kept:]))))
}

func (t *typist) show(s string) error {
	if !t.echo {
		return nil
	}
	_, err := io.WriteString(t.out, s)
	return err
}
