package tui

import (
	"math/rand/v2"
	"slices"
	"testing"

	tea "charm.land/bubbletea/v2"

	"postern/internal/index"
	"postern/internal/term"
)

// anew returns the frame that the model would draw if it had kept nothing.
func (m *Model) anew() term.Frame {
	defer func(header, below edges, keys hints) { m.header, m.below, m.hints = header, below, keys }(m.header, m.below, m.hints)
	m.header, m.below, m.hints = edges{}, edges{}, hints{}
	switch s := m.top().(type) {
	case *list:
		defer func(cards []card) { s.cards = cards }(s.cards)
		s.cards = nil
	case *reader:
		defer func(rows kept) { s.kept = rows }(s.kept)
		s.kept = kept{}
	case *sheet:
		defer func(rows kept) { s.kept = rows }(s.kept)
		s.kept = kept{}
	}
	return m.Frame(nil)
}

// TestWhatIsKeptIsWhatWouldBeDrawn presses keys at random, with the mouse, other windows and other posts now and then, and
// wants no row to be an old one.
func TestWhatIsKeptIsWhatWouldBeDrawn(t *testing.T) {
	keys := []string{"j", "j", "j", "k", "k", "space", "b", "d", "u", "g", "G", "enter", "enter", "q", "backspace", "tab", "L", "o", "J", "K", "]", "[",
		"/", "a", "e", "n", "N", "esc", "T", "+", "-", "=", "z", "i", "r", "t", "F", "?", "1", "3", "left", "h", "l", "p", "Y"}
	more := notes()
	more["new.md"] = "---\ntitle: Brand new\ndate: 2026-11-20\ntags: [new]\n---\n" + long
	snapshots := []*index.Snapshot{shelf(t, notes()), shelf(t, more)}
	for seed := range uint64(6) {
		random := rand.New(rand.NewPCG(seed, 7))
		m := reading(t, snapshots[0], 80, 24, index.Audience(seed%2))
		for n := range 1200 {
			key := keys[random.IntN(len(keys))]
			switch random.IntN(60) {
			case 0:
				key = "(another window)"
				m.Update(tea.WindowSizeMsg{Width: 20 + random.IntN(180), Height: 5 + random.IntN(50)})
			case 1:
				key = "(other posts)"
				m.Update(changed{snapshots[random.IntN(2)]})
			case 2:
				key = "(a click)"
				m.Update(tea.MouseClickMsg{X: random.IntN(200), Y: random.IntN(55), Button: tea.MouseLeft})
			case 3:
				key = "(the wheel)"
				m.Update(tea.MouseWheelMsg{Button: tea.MouseWheelUp + tea.MouseButton(random.IntN(4))})
			default:
				press(m, key)
			}
			got := m.Frame(nil)
			if want := m.anew(); !slices.Equal(got.Rows, want.Rows) || got.Cursor != want.Cursor {
				t.Fatalf("seed %d, after key %d, %s: shows\n%q\nand would draw\n%q", seed, n, key, got.Rows, want.Rows)
			}
		}
	}
}
