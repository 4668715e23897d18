package tui

import (
	"fmt"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"

	"postern/internal/index"
)

// scattered is a post with a word on every tenth line.
func scattered() map[string]string {
	var b strings.Builder
	b.WriteString("---\ntitle: Scattered\ndate: 2026-01-01\n---\n")
	for n := range 100 {
		if n%10 == 5 {
			fmt.Fprintf(&b, "A lazy line, %d.\n\n", n)
		} else {
			fmt.Fprintf(&b, "A line, %d.\n\n", n)
		}
	}
	return map[string]string{"scattered.md": b.String()}
}

func TestWhatIsPastedKeepsItsWordsApart(t *testing.T) {
	for _, keys := range []string{"/", "//"} { // over all posts, and in a post
		m := reading(t, shelf(t, scattered()), 80, 24, index.Readers)
		if keys == "//" {
			press(m, "enter")
		}
		press(m, "/")
		m.Update(tea.PasteMsg{Content: "hello\rworld\tx\r\ny\nz"})
		if got := screenOf(m); !strings.Contains(got, "hello world x y z") {
			t.Errorf("%s: pasted\n%s", keys, got)
		}
	}
}
