package tui

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"postern/internal/index"
	"postern/internal/post"
)

// library is what the plainer screens are not tried with: a series, several authors, a post to mend, old and new ones.
func library() map[string]string {
	files := family()
	files["essay.md"] = "---\ntitle: An essay\ndate: 2026-09-09\nauthors: [Ann Lee, Bo]\ntags: [essays]\nseries: Saga\n---\nIt is about [home](2026/home.md#here).\n"
	files["mend.md"] = "---\ntitle: To be mended\ndate: 2026-08-08\nauthor: Bo\n---\n```go\nnever closed\n"
	files["draft.md"] = "---\ntitle: Not finished\ndate: 2026-11-19\ndraft: true\n---\nText.\n"
	files["later.md"] = "---\ntitle: In the new year\ndate: 2027-01-01\n---\nText.\n"
	return files
}

// TestScreensThatKeysAloneDoNotShow has those of an author, of other posts, and of what happens by itself.
func TestScreensThatKeysAloneDoNotShow(t *testing.T) {
	files := library()
	posts := shelf(t, files)
	files["new.md"] = "---\ntitle: Just published\ndate: 2026-11-20\n---\nText.\n"
	more := shelf(t, files)
	author := func(m *Model) *Model {
		s := m.env.Settings
		s.Audience = index.Authors
		return New(s)
	}
	keys := func(all ...string) func(*Model) *Model {
		return func(m *Model) *Model { press(m, all...); return m }
	}
	tests := []struct {
		name string
		do   func(*Model) *Model
	}{
		{"author-list", author},
		{"author-draft", func(m *Model) *Model { return keys("j", "enter")(author(m)) }},
		{"author-scheduled", func(m *Model) *Model { return keys("enter")(author(m)) }},
		{"new-post", func(m *Model) *Model { m.Update(changed{more}); return m }},
		{"new-post-while-reading", func(m *Model) *Model { press(m, "enter"); m.Update(changed{more}); return m }},
		{"idle", func(m *Model) *Model { m.Update(Idle{}); return m }},
		{"groups", keys("t")},
		{"series", keys("t", "j", "enter")},
		{"series-part", func(m *Model) *Model { m.obey(openPost{slug: "one"}); return m }},
		{"authors", keys("t", "G", "enter")},
		{"link-to-a-post", keys("enter", "tab")},
		{"link-number", keys("enter", "1", "2")},
		{"links-to-posts", keys("j", "j", "enter", "L")},
		{"no-such-post", func(m *Model) *Model { m.obey(openPost{slug: "nowhere"}); return m }},
		{"taken-away", func(m *Model) *Model {
			press(m, "enter")
			m.Update(changed{shelf(t, family())})
			return m
		}},
		{"search-in-text", keys("/", "m", "e", "n", "d", "e", "d")},
		{"search-choose", keys("/", "t", "e", "x", "down", "down")},
		{"search-nothing", keys("/", "q", "x", "q", "x", "q", "x")},
		{"theme", keys("T")},
		{"mouse", keys("m")},
		{"empty", func(m *Model) *Model { m.Update(changed{shelf(t, nil)}); return m }},
	}
	for _, test := range tests {
		for _, size := range sizes {
			name := fmt.Sprintf("%s/%dx%d", test.name, size[0], size[1])
			t.Run(name, func(t *testing.T) {
				golden(t, name, screenOf(test.do(reading(t, posts, size[0], size[1], index.Readers))))
			})
		}
	}
	for _, size := range [][2]int{{19, 24}, {80, 4}, {1, 1}} {
		name := fmt.Sprintf("too-small/%dx%d", size[0], size[1])
		golden(t, name, screenOf(reading(t, posts, size[0], size[1], index.Readers)))
	}
}

// TestAFileFullOfBackticksIsShownAtOnce wants its fence found in one look; a look for each length takes a minute.
func TestAFileFullOfBackticksIsShownAtOnce(t *testing.T) {
	const many = 1 << 20
	start := time.Now()
	s := newRaw(&env{}, &post.Post{File: "a.md", Source: strings.Repeat("`", many)})
	if took := time.Since(start); took > 5*time.Second {
		t.Errorf("it took %v", took)
	}
	if want := strings.Repeat("`", many+1) + "markdown\n"; !strings.HasPrefix(s.text.Markdown, want) {
		t.Error("what is in the file ends the fence")
	}
}
