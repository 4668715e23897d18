package tui

import (
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"

	"postern/internal/index"
	"postern/internal/term"
	"postern/internal/text"
)

func TestTheWheelMovesEveryScreen(t *testing.T) {
	files := notes()
	files["mend.md"], files["mend-too.md"] = library()["mend.md"], library()["mend.md"]
	for name, keys := range map[string]string{
		"list": "", "post": "E", "tags": "t", "search": "/t", "help": "E?", "outline": "Eo", "raw": "Er", "problems": "p",
	} {
		m := reading(t, shelf(t, files), 40, 20, index.Authors)
		press(m, "j", "j") // from what is not published yet to a long post
		for _, key := range keys {
			press(m, strings.ReplaceAll(string(key), "E", "enter"))
		}
		shown := func() string { rows, _, _ := strings.Cut(screenOf(m), "(cursor"); return rows }
		before := shown()
		m.Update(tea.MouseWheelMsg{Button: tea.MouseWheelDown})
		if got := shown(); got == before {
			t.Errorf("%s: the wheel does not move %s", name, got)
		}
		m.Update(tea.MouseWheelMsg{Button: tea.MouseWheelRight})
		m.Update(tea.MouseWheelMsg{Button: tea.MouseWheelUp})
		if got := shown(); got != before {
			t.Errorf("%s: the wheel leads back to %s, not %s", name, got, before)
		}
	}
}

// click clicks on the first place of words on the screen, and reports whether they are there.
func click(m *Model, words string) bool {
	for y, row := range strings.Split(screenOf(m), "\n") {
		if before, _, ok := strings.Cut(row, words); ok {
			m.Update(tea.MouseClickMsg{X: text.Width(before), Y: y, Button: tea.MouseLeft})
			return true
		}
	}
	return false
}

func TestAClickOpensWhatItIsOn(t *testing.T) {
	files := notes()
	files["here.md"] = "---\ntitle: Here\ndate: 2026-11-21\ntags: [go]\n---\nGo to [the very old](old-3.md) or [below](#down), or [away](https://example.com).\n\n" +
		"## Middle\n\n" + strings.Repeat("Text.\n\n", 60) + "## Further\n\nHere.\n\n## Down\n\nBelow.\n" + strings.Repeat("\nText.\n", 60)
	posts := shelf(t, files)
	for _, size := range [][2]int{{80, 24}, {200, 50}, {40, 20}, {40, 12}} {
		for _, test := range []struct{ keys, on, want string }{
			{"", "Notes on terminal", "Short."},
			{"jj", "The case for", "no text, so no summary"},
			{"E", "very old", "An old one, number 3"},
			{"E", "below", "Below."},
			{"E", "away", "Elsewhere: y copies"},
			{"Eo", "Down", "Below."},
			{"EL", "the very old", "An old one, number 3"},
			{"t", "#go", "A blog you can ssh into"},
			{"tj", "#ssh", "A blog you can ssh into"},
			{"/typo", "Measure, leading", "Short."},
			{"/number", "An old one, number 3", "An old one, number 3"},
		} {
			m := reading(t, posts, size[0], size[1], index.Readers)
			for _, key := range test.keys {
				press(m, strings.ReplaceAll(string(key), "E", "enter"))
			}
			before := screenOf(m)
			if !click(m, test.on) {
				if size[1] == 12 {
					continue // further down
				}
				t.Errorf("%v, %s: no %q on %s", size, test.keys, test.on, before)
			}
			if got := screenOf(m); got == before || !strings.Contains(got, test.want) {
				t.Errorf("%v, %s, a click on %q leads to %s", size, test.keys, test.on, got)
			}
		}
	}
}

func TestAClickOpensAPostBesideTheTags(t *testing.T) {
	m := reading(t, shelf(t, notes()), 80, 24, index.Readers)
	press(m, "t")
	click(m, "A blog you can ssh into")
	if got := titleOf(m); got != "A blog you can ssh into" {
		t.Errorf("leads to %s", screenOf(m))
	}
}

func TestAClickOpensThePostOfAProblem(t *testing.T) {
	m := reading(t, unmended(t), 80, 12, index.Authors)
	press(m, "p", "G")                                               // so that the first are above the window
	for _, at := range [][2]int{{20, 2}, {1, 3}, {79, 3}, {20, 6}} { // between two problems, and beside one
		clickBeside(t, m, at[0], at[1])
	}
	if click(m, "is written twice"); titleOf(m) != "Twice" {
		t.Errorf("leads to %s", screenOf(m))
	}
	press(m, "q", "g")
	if click(m, "broken.md"); !strings.Contains(screenOf(m), "There is no post to show of this file.") {
		t.Errorf("a file that is no post leads to %s", screenOf(m))
	}
}

func TestAClickShowsAPictureLargeAndAnotherLeadsBack(t *testing.T) {
	m := watching(t, hung(t, shelf(t, gallery())), term.Capability{Profile: colorprofile.TrueColor}, 80, 24)
	press(m, "enter")
	for _, on := range []string{"▀", "Image: The hills"} {
		if click(m, on); titleOf(m) != "The hills" {
			t.Errorf("a click on %s leads to %s", on, screenOf(m))
		}
		if click(m, "▀"); titleOf(m) != "A trip" {
			t.Errorf("another leads to %s", screenOf(m))
		}
	}
}

func TestAClickBesideDoesNothing(t *testing.T) {
	posts := shelf(t, notes())
	for _, test := range []struct {
		keys string
		x, y int
	}{{"", 20, 2}, {"", 20, 3}, {"", 20, 6}, {"", 1, 4}, {"", 79, 4}, {"", 20, 23}, {"", 20, 0}, {"t", 20, 3}, {"/typo", 20, 2}, {"/typo", 20, 7}, {"E", 20, 5}, {"Eo", 20, 9}} {
		m := reading(t, posts, 80, 24, index.Readers)
		press(m, "j", "k")
		for _, key := range test.keys {
			press(m, strings.ReplaceAll(string(key), "E", "enter"))
		}
		clickBeside(t, m, test.x, test.y)
	}
	m := watching(t, hung(t, shelf(t, gallery())), term.Capability{Profile: colorprofile.TrueColor}, 80, 24)
	press(m, "enter")
	for _, x := range []int{5, 74} { // beside the column that has the picture
		clickBeside(t, m, x, 7)
	}
}

// clickBeside wants nothing of a click at x, y, nor of one with the right button.
func clickBeside(t *testing.T, m *Model, x, y int) {
	t.Helper()
	before := screenOf(m)
	m.Update(tea.MouseClickMsg{X: x, Y: y, Button: tea.MouseLeft})
	m.Update(tea.MouseClickMsg{X: 20, Y: 4, Button: tea.MouseRight})
	if got := screenOf(m); got != before {
		t.Errorf("a click at %d,%d of %s leads to %s", x, y, before, got)
	}
}

func TestAClickOpensNoPostThatThereIsNoRoomFor(t *testing.T) {
	for width := 60; width < 68; width++ {
		m := reading(t, shelf(t, notes()), width, 24, index.Readers)
		press(m, "t")
		for x := width - 4; x < width; x++ {
			clickBeside(t, m, x, 2)
		}
	}
}

func TestAClickInTheMarginJumpsAndCanBeTakenBack(t *testing.T) {
	m := reading(t, shelf(t, notes()), 200, 20, index.Readers)
	press(m, "enter")
	before := screenOf(m)
	click(m, "Bytes")
	if got := screenOf(m); !strings.Contains(got, "§ Bytes") {
		t.Errorf("leads to %s", got)
	}
	press(m, "left")
	if got := screenOf(m); got != before {
		t.Errorf("back is %s", got)
	}
}
