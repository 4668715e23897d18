package tui

import (
	"strings"
	"testing"

	"postern/internal/index"
)

func TestJumpsOfTheOutlineCanBeTakenBack(t *testing.T) {
	for _, width := range []int{80, 200} {
		for _, closing := range []string{"enter", "esc"} {
			m := reading(t, shelf(t, notes()), width, 20, index.Readers)
			press(m, "enter", "j", "j")
			before := screenOf(m)
			press(m, "o", "G", "k", closing)
			if got := screenOf(m); got == before && (closing == "enter" || width == 200) {
				t.Errorf("%d columns, %s: no jump: %s", width, closing, got)
			}
			if closing == "enter" || width == 200 {
				press(m, "left")
			}
			if got := screenOf(m); got != before {
				t.Errorf("%d columns, %s: back is %s", width, closing, got)
			}
			press(m, "left")
			if got := titleOf(m); got != "Field Notes" {
				t.Errorf("%d columns, %s: back once more is %s", width, closing, got)
			}
		}
	}
}

func TestLettersAreKeysOfTheOutlineUntilItFilters(t *testing.T) {
	for _, test := range []struct {
		keys, want string
	}{
		{"o", "1 of 6"}, {"ojj", "3 of 6"}, {"ojjk", "2 of 6"}, {"oG", "6 of 6"}, {"oGg", "1 of 6"},
		{"o/why", "1 of 1"}, {"o/G", "0 of 0"}, {"om", "1 of 1"}, {"omj", "0 of 0"}, {"o/qq", `no heading with "qq"`}, {"oq", "tab links"},
	} {
		m := reading(t, shelf(t, notes()), 80, 24, index.Readers)
		press(m, "enter")
		typed(m, test.keys)
		if got := screenOf(m); !strings.Contains(strings.ToLower(got), test.want) {
			t.Errorf("%s shows no %s: %s", test.keys, test.want, got)
		}
	}
	m := reading(t, shelf(t, notes()), 80, 24, index.Readers)
	press(m, "enter", "o", "/", "m", "esc", "j")
	if got := screenOf(m); !strings.Contains(got, "2 of 6") {
		t.Errorf("esc does not end the filter: %s", got)
	}
	press(m, "/", "x", "backspace", "backspace", "backspace")
	if got := screenOf(m); strings.Contains(got, "Contents") {
		t.Errorf("what closes the filter and then the outline leaves %s", got)
	}
}

func TestOutlineIsSeenWhereTheMarginHasNoRoomForIt(t *testing.T) {
	for _, width := range []int{139, 140, 147, 148} {
		m := reading(t, shelf(t, notes()), width, 24, index.Readers)
		press(m, "enter", "o")
		if got := screenOf(m); !strings.Contains(got, "Contents") {
			t.Errorf("%d columns: %s", width, got)
		}
	}
	m := reading(t, shelf(t, notes()), 200, 24, index.Readers)
	press(m, "enter", "z", "o")
	if got := screenOf(m); !strings.Contains(got, "Minutes\n") {
		t.Errorf("without margins: %s", got)
	}
}
