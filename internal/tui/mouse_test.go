package tui

import (
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"

	"postern/internal/index"
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
