package tui

import (
	"fmt"
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"

	"postern/internal/index"
	"postern/internal/post"
)

// unmended are posts with warnings, and problems of files that could not be read.
func unmended(t *testing.T) *index.Snapshot {
	t.Helper()
	var posts []*post.Post
	var problems []post.Problem
	for name, source := range map[string]string{
		"ssh.md": notes()["ssh.md"], "undated.md": "---\ntitle: Undated\n---\nText.\n", "twice.md": "---\ntitle: Twice\ndate: 2026-01-02\ntags: [a]\ntags: [b]\n---\nText.\n",
		"2026/broken.md": "---\ntitle: \"\n---\n", "bad-date.md": "---\ntitle: A date\ndate: 02/03/2020\n---\nText.\n", "red\x1b[31m.md": "PK\x03\x04" + strings.Repeat("\x00", 100),
	} {
		p, err := post.Parse(name, []byte(source), post.Config{})
		if err != nil {
			problems = append(problems, post.Errors(err)...)
			continue
		}
		posts = append(posts, p)
	}
	return index.Build(&post.Site{Title: "Field Notes"}, posts, problems, now)
}

func TestProblemsOnAScreen(t *testing.T) {
	posts := unmended(t)
	for name, keys := range map[string][]string{"problems-list": nil, "problems": {"p"}, "problems-down": {"p", "j", "j"}, "problems-end": {"p", "G"}, "problems-help": {"?"}} {
		for _, size := range sizes {
			name := fmt.Sprintf("%s/%dx%d", name, size[0], size[1])
			t.Run(name, func(t *testing.T) {
				m := reading(t, posts, size[0], size[1], index.Authors)
				press(m, keys...)
				golden(t, name, screenOf(m))
			})
		}
	}
}

func TestEveryLineOfAProblemCanBeReached(t *testing.T) {
	m := reading(t, unmended(t), 20, 5, index.Authors)
	press(m, "p")
	var down, up string
	for range 100 {
		down += strings.Join(strings.Fields(ansi.Strip(m.View().Content)), " ")
		press(m, "j")
	}
	for range 100 {
		up += strings.Join(strings.Fields(ansi.Strip(m.View().Content)), " ")
		press(m, "k")
	}
	for _, want := range []string{"is not text", "save the file as", "is written twice"} {
		for _, word := range strings.Fields(want) {
			if !strings.Contains(down, word) || !strings.Contains(up, word) {
				t.Errorf("%q is not to be seen", word)
			}
		}
	}
}

func TestProblemsLeadToTheirPosts(t *testing.T) {
	m := reading(t, unmended(t), 80, 24, index.Authors)
	press(m, "p", "G", "enter")
	if s := screenOf(m); !strings.Contains(s, "Undated") {
		t.Errorf("it leads to\n%s", s)
	}
	press(m, "q", "g", "enter")
	if s := screenOf(m); !strings.Contains(s, "There is no post to show of this file.") {
		t.Errorf("a file that is no post leads to\n%s", s)
	}
	press(m, "p")
	if s := screenOf(m); !strings.Contains(s, "ssh into") {
		t.Errorf("p leads back to\n%s", s)
	}
}

func TestMendedProblemsLeaveTheScreen(t *testing.T) {
	m := reading(t, unmended(t), 80, 24, index.Authors)
	press(m, "p", "j", "j")
	m.Update(changed{shelf(t, notes())})
	if s := screenOf(m); !strings.Contains(s, "later.md") && !strings.Contains(s, "Nothing to mend.") {
		t.Errorf("left:\n%s", s)
	}
	press(m, "space", "b", "G", "g", "k", "j", "enter", "q")
	if s := screenOf(m); strings.Contains(s, "problem") {
		t.Errorf("the list says\n%s", s)
	}
}

func TestReadersHaveNoProblems(t *testing.T) {
	m := reading(t, unmended(t), 80, 24, index.Readers)
	press(m, "p")
	if s := screenOf(m); strings.Contains(s, "roblem") || !strings.Contains(s, "A blog you can ssh into") {
		t.Errorf("a reader sees\n%s", s)
	}
	press(m, "?")
	if s := screenOf(m); strings.Contains(s, "problems") {
		t.Errorf("the help names them\n%s", s)
	}
}
