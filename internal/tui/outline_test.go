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
			press(m, "o", "down", "down", closing)
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
