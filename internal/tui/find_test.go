package tui

import (
	"fmt"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"postern/internal/index"
	"postern/internal/post"
	"postern/internal/render"
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

// typed sends the letters of s, one key each.
func typed(m *Model, s string) { press(m, strings.Split(s, "")...) }

func TestMatchesGoOnFromWhatIsRead(t *testing.T) {
	at := func(m *Model) int { return m.top().(*reader).find.current + 1 }
	m := reading(t, shelf(t, scattered()), 80, 24, index.Readers)
	press(m, "enter")
	typed(m, "/lazy")
	press(m, "enter", "G", "N")
	if got := at(m); got != 9 {
		t.Errorf("before the end is match %d", got)
	}
	for _, step := range []struct {
		keys string
		want int
	}{{"n", 10}, {"gn", 1}, {"n", 2}, {"N", 1}, {"N", 10}, {"gG", 10}, {"n", 1}, {"GN", 9}, {"gddddddn", 4}, {"k", 4}, {"n", 5}} {
		typed(m, step.keys)
		if got := at(m); got != step.want {
			t.Errorf("%s leads to match %d, want %d", step.keys, got, step.want)
		}
	}
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

func TestFindInAPostLeavesOutAccentsAsSearchDoes(t *testing.T) {
	files := map[string]string{"menu.md": "---\ntitle: Menu\ndate: 2026-01-01\n---\nA naïve Café, ｗｉｄｅ, Ærø, Йод, が and 각.\n"}
	for query, want := range map[string]string{
		"cafe": "Café", "café": "Café", "Café": "Café", "Cafe": "", "naive": "naïve", "ive ca": "ïve Ca", "wide": "ｗｉｄｅ", "ærø": "Ærø", "æro": "Ærø",
		"йод": "Йод", "иод": "", "が": "が", "か": "", "각": "각", "ᄀ": "",
	} {
		m := reading(t, shelf(t, files), 80, 24, index.Readers)
		press(m, "enter", "/")
		typed(m, query)
		press(m, "enter")
		p, got := &m.top().(*reader).page, ""
		if h, ok := p.find.here(); ok {
			line := p.document.Lines(h.parts[0].line, 1)[0].Plain()
			got = ansi.Cut(line, h.parts[0].from, h.parts[0].to)
		}
		if got != want {
			t.Errorf("%s finds %q, want %q", query, got, want)
		}
	}
}

// TestFindTakesNoSquareOfALongBlock finds a letter in a block of code, and in one of four times as many lines, which may
// take ten times as long.
func TestFindTakesNoSquareOfALongBlock(t *testing.T) {
	took := func(lines int) time.Duration {
		p := &post.Post{Markdown: "```\n" + strings.Repeat("e\n", lines) + "```\n"}
		d := render.New(p, render.Options{Measure: 60})
		all := d.Lines(0, d.Len())
		start := time.Now()
		if n := len(findIn(all, 0, "e")); n < lines {
			t.Fatalf("%d found of %d", n, lines)
		}
		return time.Since(start)
	}
	const lines, moment = 10000, 20 * time.Millisecond // which is nothing, whatever the ratio
	short, long := time.Hour, time.Hour
	for n := 0; n == 0 || n < 5 && long > moment && long > 10*short; n++ {
		short, long = min(short, took(lines)), min(long, took(4*lines))
	}
	if long > moment && long > 10*short {
		t.Errorf("%v for %d lines, %v for four times as many", short, lines, long)
	}
}
