package tui

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"charm.land/bubbles/v2/key"
	"github.com/charmbracelet/x/ansi"

	"postern/internal/index"
)

func TestHelpTellsOfEveryKey(t *testing.T) {
	known := map[key.Help]bool{keyHelp.Help(): true, keyHelpClose.Help(): true}
	for _, topic := range topics() {
		for _, line := range topic.lines {
			for _, b := range line.keys {
				known[b.Help()] = true
			}
		}
	}
	for _, keys := range [][]string{nil, {"enter"}, {"t"}, {"t", "enter"}, {"a"}, {"enter", "L"}, {"enter", "r"}, {"?"}} {
		m := reading(t, shelf(t, notes()), 80, 24, index.Readers)
		press(m, keys...)
		for _, b := range append(m.top().keys(), everywhere()...) {
			if !known[b.Help()] {
				t.Errorf("%v: no help for %q (%s)", keys, b.Help().Key, b.Help().Desc)
			}
		}
	}
}

func TestNoKeyWorksThatHelpDoesNotTellOf(t *testing.T) {
	files := library()
	files["many.md"] = notes()["ssh.md"]
	posts := shelf(t, files)
	pressable := []string{"enter", "space", "tab", "left", "esc", "backspace"} // besides letters and signs
	for _, who := range []index.Audience{index.Readers, index.Authors} {
		for _, keys := range []string{"jj", "tj", "tE", "p", "a", "jjjE", "jjjEL", "jjjEr"} {
			at := func() *Model {
				m := reading(t, posts, 80, 24, who)
				for _, key := range keys {
					press(m, strings.ReplaceAll(string(key), "E", "enter"))
				}
				return m
			}
			m := at()
			before, told := screenOf(m), named(newHelp(m.env, m.top().keys()).bindings...)
			for _, topic := range topics() {
				for _, line := range topic.lines {
					names := named(line.keys...)
					for name := range names {
						if told[name] || names[keys[len(keys)-1:]] || len(name) > 1 && !slices.Contains(pressable, name) {
							continue // what opened a screen closes it
						}
						m := at()
						press(m, name)
						m.env.notice = "" // which is all that those have that find nothing
						if got := screenOf(m); got != before {
							t.Errorf("audience %d after %s: nothing tells that %s leads to %s", who, keys, name, got)
						}
					}
				}
			}
		}
	}
}

func TestFirstFrameNamesTheLinearReaderOnce(t *testing.T) {
	for host, want := range map[string]string{"blog.example.com": "ssh plain@blog.example.com", "-p 2222 localhost": "ssh -p 2222 plain@localhost"} {
		for _, size := range sizes[:3] {
			m := reading(t, shelf(t, notes()), size[0], size[1], index.Readers)
			m = New(func() Settings { s := m.env.Settings; s.Host = host; return s }())
			if got := ansi.Strip(m.View().Content); strings.Count(got, want) != 1 {
				t.Errorf("%v: the first frame does not say %q: %s", size, want, got)
			}
			press(m, "j")
			if got := ansi.Strip(m.View().Content); strings.Contains(got, want) {
				t.Errorf("%v: said again: %s", size, got)
			}
		}
	}
}

func TestHelpFitsAWindowOfEightyColumns(t *testing.T) {
	m := reading(t, shelf(t, notes()), 80, 24, index.Readers)
	press(m, "enter", "?")
	h := m.top().(*help)
	if len(h.lines) > h.height {
		t.Errorf("%d lines in %d rows", len(h.lines), h.height)
	}
	for _, line := range h.lines {
		if strings.Contains(line, "…") {
			t.Errorf("cut: %s", fmt.Sprintf("%q", ansi.Strip(line)))
		}
	}
}

func TestKeysArePlacesOnARussianKeyboard(t *testing.T) {
	m := reading(t, shelf(t, notes()), 80, 24, index.Readers)
	press(m, "о", "о")
	if got := ansi.Strip(m.View().Content); !strings.Contains(got, "3 of 10") {
		t.Errorf("j j leads to %s", got)
	}
	press(m, "П")
	if got := ansi.Strip(m.View().Content); !strings.Contains(got, "10 of 10") {
		t.Errorf("G leads to %s", got)
	}
	press(m, "/", "о")
	if got := ansi.Strip(m.View().Content); !strings.Contains(got, "/ о") {
		t.Errorf("what is typed becomes %s", got)
	}
}

func TestNumbersCanBeTakenBack(t *testing.T) {
	m := reading(t, shelf(t, notes()), 80, 24, index.Readers)
	press(m, "2", "esc", "enter")
	if got := titleOf(m); got != "A blog you can ssh into" {
		t.Errorf("opened %q", got)
	}
	press(m, "1", "2", "backspace", "enter")
	if got := ansi.Strip(m.View().Content); !strings.Contains(got, "Elsewhere: y copies https://example.com") {
		t.Errorf("12, one back, Enter leads to %s", got)
	}
	press(m, "9", "esc")
	if got := titleOf(m); got != "A blog you can ssh into" {
		t.Errorf("esc leads to %q", got)
	}
	press(m, "q", "3", "enter")
	if got := titleOf(m); got != "The case for a boring pager" {
		t.Errorf("3 Enter opens %q", got)
	}
}
