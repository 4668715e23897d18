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

func TestWideCodeAloneMovesSideways(t *testing.T) {
	files := map[string]string{"code.md": "---\ntitle: Code\ndate: 2026-01-01\n---\n```go\nnarrow()\n```\n\n```go\nfirst()\n" +
		strings.Repeat("wide ", 20) + "\n```\n\n" + strings.Repeat("Text.\n\n", 40)}
	m := reading(t, shelf(t, files), 80, 24, index.Readers)
	press(m, "enter")
	before := strings.Split(screenOf(m), "\n")
	press(m, "l")
	for n, line := range strings.Split(screenOf(m), "\n") {
		moved := strings.Contains(before[n], "first()") || strings.Contains(before[n], "wide")
		if moved == (line == before[n]) {
			t.Errorf("%q becomes %q", before[n], line)
		}
		if strings.Contains(before[n], "go  y copy") && !strings.HasSuffix(line, before[n][strings.Index(before[n], "  go"):]) {
			t.Errorf("the label of %q moves: %q", before[n], line)
		}
	}
	press(m, "space", "h")
	if got := titleOf(m); got != "Field Notes" {
		t.Errorf("h does not lead back where no wide code is: %s", screenOf(m))
	}
}
