package term

import (
	"strings"
	"testing"

	"postern/internal/text"
)

func TestSignsThatDoNotStandAloneAreSentWithTheirLine(t *testing.T) {
	for name, lines := range map[string][2]string{
		"a wide sign at the edge":           {"abcdewxyz世aQ", "abcdewxyZQ"},
		"a mark after what stays":           {"abcdef here", "abcde\u0301 here"},
		"a sign that goes before a letter":  {"in 5 places", "in \u06005 places"},
		"another colour with the same end":  {"\x1b[38;5;117mname\x1b[m is", "\x1b[38;5;247mname\x1b[m is"},
		"a link with the same end":          {"\x1b]8;;https://a.example\x1b\\name\x1b]8;;\x1b\\ is", "\x1b]8;;https://b.example\x1b\\name\x1b]8;;\x1b\\ is"},
		"fewer letters":                     {"one two", "on two"},
		"a blank that is seen, then not":    {"a \x1b[7m \x1b[m b", "a   b"},
		"a letter where a sign had two":     {"日 is", "ab is"},
		"the same, but for what is between": {"1 of 20 \x1b[1mposts\x1b[m", "2 of 20 \x1b[1mposts\x1b[m"},
	} {
		s := newTerminal(t, 10, 2)
		for _, line := range lines {
			s.show(t, []string{line})
			other := newTerminal(t, 10, 2)
			other.show(t, []string{line})
			if got, want := s.screen(), other.screen(); got != want {
				t.Errorf("%s: %q is shown as\n%.300s\nnot\n%.300s", name, line, got, want)
			}
		}
	}
}

func TestGapsAreGonePastAndNotWritten(t *testing.T) {
	for name, lines := range map[string][]string{
		"where nothing was":      {"", "a            b"},
		"behind what is seen":    {"", "\x1b[7ma\x1b[m            \x1b[7mb\x1b[m"},
		"one, behind a link":     {"", "\x1b[4ma\x1b[m b"},
		"few, behind what is":    {"", "\x1b[7ma\x1b[m   \x1b[7mb\x1b[m"},
		"that are seen":          {"", "a \x1b[7m            \x1b[m b"},
		"behind other signs":     {"", "日é            b"},
		"at the end":             {"", "\x1b[1ma\x1b[m            "},
		"where something was":    {strings.Repeat("words ", 10), "a            b          \x1b[1mc\x1b[m" + strings.Repeat(" ", 20) + "and some more words"},
		"in nothing but nothing": {"", "             "},
	} {
		s := newTerminal(t, 70, 2)
		for _, line := range lines {
			sent := s.show(t, []string{line})
			if got, want := s.screen(), s.fresh(t, []string{line}); got != want {
				t.Errorf("%s: %q is shown as\n%.900s\nnot\n%.900s", name, line, got, want)
			}
			if strings.Contains(string(sent), "\x1b[C") {
				t.Errorf("%s: %q is sent as %q", name, line, sent)
			}
			if unseen := !strings.Contains(line, "\x1b[7m     "); unseen && strings.Contains(string(sent), "      ") {
				t.Errorf("%s: %q is sent as %q", name, line, sent)
			}
		}
	}
}

func TestWhatComesBehindSignsOfDisputedWidthStandsInItsColumn(t *testing.T) {
	term := newTerminal(t, 40, 2) // which takes each of these clusters to be narrower than they are counted
	for _, word := range []string{"हिन्दी", "தமிழ்", "กำ", "ខ្មែរ"} {
		for _, line := range []string{word + "   x", "ab " + word + " " + word + "  x", "\x1b[1m" + word + "\x1b[m" + strings.Repeat(" ", 8) + "x"} {
			for _, before := range []string{"", "ab " + word + "  y", "some other words"} {
				term.show(t, []string{before, ""})
				term.show(t, []string{line, ""})
				if at := text.Width(line) - 1; term.CellAt(at, 0).Content != "x" {
					t.Errorf("%q after %q: %q stands in column %d", line, before, term.CellAt(at, 0).Content, at)
				}
			}
		}
	}
}

func TestClustersOfSeveralLettersAreSpelledInASCII(t *testing.T) {
	if got := spell("न्दी", 3); got != "???" {
		t.Errorf("got %q", got)
	}
}
