package main

import (
	"fmt"
	"strings"
	"testing"
)

// library returns a folder of posts that lead to each other.
func library(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	write(t, dir, "_index.md", "---\ntitle: The Library\nhost: library.example.com\n---\n\nAll about us.\n")
	var sections strings.Builder
	for n := range 12 {
		fmt.Fprintf(&sections, "\n## Section %d\n\nThe section called %d has words of its own, and some more of them to fill it up.\n", n, n)
	}
	write(t, dir, "gate.md", "---\ntitle: The gate\ndate: 2026-03-01\ntags: [stone, wood]\n---\n\nSee [the garden](garden.md#well) and [elsewhere](https://example.com).\n"+sections.String())
	write(t, dir, "garden.md", "---\ntitle: The garden\ndate: 2026-02-01\ntags: [wood]\n---\n\nPlants."+strings.Repeat("\n\nMore plants.", 40)+"\n\n## Well\n\nWater, and a nightingale.\n")
	return dir
}

func TestAWalkThroughTheReadingRoom(t *testing.T) {
	server := serving(t, library(t), t.TempDir())
	for _, term := range []string{"tmux-256color", "linux", "xterm-mono"} {
		t.Run(term, func(t *testing.T) {
			p := newPane(t, 80, 24)
			steps := []struct {
				keys []string
				see  string
			}{
				{nil, "The Library"},
				{[]string{"?"}, "draw again"},
				{[]string{"q"}, " of 2 "},
				{[]string{"Enter"}, "See the garden[1]"},
				{[]string{"o"}, "Contents"},
				{[]string{"Down", "Down", "Enter"}, "Section 2"},
				{[]string{"g", "]"}, "Section 0"},
				{[]string{"/", "c", "a", "l", "l", "e", "d"}, "1 of 12"},
				{[]string{"Enter", "n"}, "2 of 12"},
				{[]string{"Escape"}, "1 min left"},
				{[]string{"g", "Tab"}, "[1] The garden"},
				{[]string{"Enter"}, "Water, and a nightingale."},
				{[]string{"h"}, "See the garden[1]"},
				{[]string{"2", "Enter"}, "https://example.com"},
				{[]string{"J"}, "Plants."},
				{[]string{"K"}, "See the garden[1]"},
				{[]string{"r"}, "tags: [stone, wood]"},
				{[]string{"q"}, "See the garden[1]"},
				{[]string{"L"}, "Links"},
				{[]string{"q", "q"}, " of 2 "},
				{[]string{"/", "n", "i", "g", "h", "t"}, "1 post, 1 match"},
				{[]string{"Enter"}, "Water, and a nightingale."},
				{[]string{"q"}, "/ night"},
				{[]string{"Escape"}, " of 2 "},
				{[]string{"t"}, "#wood"},
				{[]string{"Down", "Enter"}, "#stone"},
				{[]string{"q", "q"}, " of 2 "},
				{[]string{"a"}, "All about us."},
				{[]string{"q", "T"}, "Theme: "},
				{[]string{"z"}, "The gate"},
				{[]string{"z", "C-l"}, " of 2 "},
				{[]string{"q"}, "Come back to it with: ssh -t library.example.com read garden"},
			}
			p.typeSSH(t, server, term)
			for _, step := range steps {
				if step.keys != nil {
					p.keys(t, step.keys...)
				}
				p.see(t, step.see)
			}
		})
	}
}
