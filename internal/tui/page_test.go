package tui

import (
	"strings"
	"testing"

	"postern/internal/index"
)

func TestHeaderNamesTheHeadingThatIsAtTheTop(t *testing.T) {
	files := map[string]string{"deep.md": "---\ntitle: Deep\ndate: 2026-01-01\n---\n" + strings.Repeat("Before.\n\n", 30) +
		"### Three\n\n#### Four\n\n##### Five\n\nA line.\n\n### Six\n\n" + strings.Repeat("After.\n\n", 30)}
	m := reading(t, shelf(t, files), 80, 24, index.Readers)
	press(m, "enter")
	for _, step := range []struct{ key, want string }{
		{"]", "§ Three"}, {"]", "§ Four"}, {"]", "§ Five"}, {"[", "§ Four"}, {"[", "§ Three"}, {"k", "§ Three"}, {"j", "§ Three"}, {"j", "§ Four"},
		{"]", "§ Four"}, {"]", "§ Five"}, {"j", "§ Five"}, {"j", "§ Five"}, {"j", "§ Six"},
	} {
		press(m, step.key)
		if got := strings.Fields(screenOf(m)); got[0]+" "+got[1] != step.want {
			t.Errorf("after %s the header names %s %s, want %s: %s", step.key, got[0], got[1], step.want, screenOf(m))
		}
	}
}
