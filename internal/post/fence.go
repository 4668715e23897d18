package post

import "strings"

// Fence returns what code is fenced with: three backticks, and more than it has in a row.
func Fence(code string) string {
	longest, run := 2, 0
	for i := range len(code) {
		if code[i] != '`' {
			run = 0
			continue
		}
		run++
		longest = max(longest, run)
	}
	return strings.Repeat("`", longest+1)
}

// fence follows fenced code through the lines of a body.
type fence struct {
	mark   byte // ` or ~ while inside, else 0
	length int
}

// takes reports whether line belongs to fenced code, fences included. It is to be called with every line in turn.
func (f *fence) takes(line string) bool {
	bare := strings.TrimLeft(line, " \t>")
	if f.mark == 0 && (bare == "" || bare[0] != '`' && bare[0] != '~') {
		return false
	}
	if f.mark != 0 && (bare == "" || bare[0] != f.mark) {
		return true
	}
	mark := bare[0]
	length := len(bare) - len(strings.TrimLeft(bare, string(mark)))
	rest := bare[length:]
	if f.mark == 0 {
		if length < 3 || mark == '`' && strings.IndexByte(rest, '`') >= 0 {
			return false
		}
		f.mark, f.length = mark, length
		return true
	}
	if length >= f.length && strings.TrimSpace(rest) == "" {
		f.mark = 0
	}
	return true
}
