package command

import (
	"bufio"
	"strings"
	"testing"
)

func TestKeysOfATerminalEditTheLine(t *testing.T) {
	for typed, want := range map[string][2]string{ // the line, and what is shown
		"abc\x1b[Dx\r":              {"abcx", "abcx\n"},
		"\x1bOA\x1b[1;5C\x1b[3~7\r": {"7", "7\n"},
		"\x1bq\r":                   {"q", "q\n"},
		"a\x1b[\r":                  {"a", "a\n"},
		"one two  \x17x\r":          {"one x", "one two  " + strings.Repeat("\b \b", 5) + "x\n"},
		"雨\x17q\r":                  {"q", "雨\b \b\b \bq\n"},
		"a b\x15\x15\x17\x7fq\r":    {"q", "a b\b \b\b \b\b \bq\n"},
	} {
		var shown strings.Builder
		at := typist{in: bufio.NewReader(strings.NewReader(typed)), out: &shown, echo: true}
		if line, err := at.line(); err != nil || line != want[0] || shown.String() != want[1] {
			t.Errorf("%q: %q, %q, %v", typed, line, shown.String(), err)
		}
	}
}
