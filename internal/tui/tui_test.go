package tui

import (
	"context"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"
	"github.com/charmbracelet/x/ansi"

	"postern/internal/index"
	"postern/internal/post"
	"postern/internal/render"
	"postern/internal/term"
	"postern/internal/text"
)

var update = flag.Bool("update", false, "write the golden files anew")

// now is when the tests take place.
var now = time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)

// shelf parses files and returns them in a snapshot.
func shelf(t testing.TB, files map[string]string) *index.Snapshot {
	t.Helper()
	site, _, err := post.ParseSite([]byte("---\ntitle: Field Notes\nhost: blog.example.com\nurl: https://notes.example.com\n---\n"))
	if err != nil {
		t.Fatal(err)
	}
	var posts []*post.Post
	for name, content := range files {
		p, err := post.Parse(name, []byte(content), post.Config{})
		if err != nil {
			t.Fatal(err)
		}
		posts = append(posts, p)
	}
	return index.Build(site, posts, nil, now)
}

// notes are posts with everything that a list may hold.
func notes() map[string]string {
	files := map[string]string{
		"ssh.md":        "---\ntitle: A blog you can ssh into\ndate: 2026-11-18\ntags: [ssh, go]\nsummary: Why I stopped serving HTML and started serving terminals\n---\n" + long,
		"typography.md": "---\ntitle: Notes on terminal typography\ndate: 2026-11-02\ntags: [typography]\nsummary: Measure, leading and rhythm when every glyph is one cell wide\n---\nShort.\n",
		"pager.md":      "---\ntitle: The case for a boring pager\ndate: 2026-09-21\nsummary: ''\n---\n\n```\nno text, so no summary\n```\n",
		"cjk.md":        "---\ntitle: 日本語と端末の組版\ndate: 2025-10-03\nsummary: Kinsoku, ruby and the width of a character\n---\n日本語。\n",
		"wide.md":       "---\ntitle: A title that is so long that it does not fit beside its date, however wide the measure may be\ndate: 2025-01-02\nsummary: And a summary that is too long for one line as well, so that it has to be cut somewhere\n---\nText.\n",
		"draft.md":      "---\ntitle: Not finished\ndate: 2026-11-19\ndraft: true\n---\nText.\n",
		"later.md":      "---\ntitle: In the new year\ndate: 2027-01-01\n---\nText.\n",
	}
	for n := range 5 {
		files[fmt.Sprintf("old-%d.md", n)] = fmt.Sprintf("---\ntitle: An old one, number %d\ndate: 2024-0%d-10\nsummary: From long ago\n---\nText.\n", n, n+1)
	}
	return files
}

const long = `
I have run a web site for twenty years and I have never once been proud of how it reads. Too wide on my desk, too narrow
on the train, and always three seconds late.[^late]

[^late]: Measured on a Tuesday, with a stopwatch that my grandfather left me.

So I deleted it. What you are looking at is the whole thing: one Go binary, one directory of Markdown, and the reader you
already have.

## Why ssh

- Every developer already owns a beautiful reading device, with a typeface, colours and a keyboard map they chose.
- A host key is a [promise](https://example.com) you can verify before reading a word.

` + "```sh\nssh blog.example.com\nssh blog.example.com read terminal-typography | less -R # and a comment that makes it wide\n```" + `

> The best interface is the one the reader already paid for.

## What it costs

### Bytes

One line of scrolling is about eighty bytes on the wire, a page is about a kilobyte, and an idle reader costs nothing.

### Minutes

Some words about minutes. Some words about minutes. Some words about minutes. Some words about minutes. Some words.

## The parts that hurt

Tables, and images. Tables, and images. Tables, and images. Tables, and images. Tables, and images. Tables, and images.
`

// reading returns a session on a terminal of the given size.
func reading(t testing.TB, posts *index.Snapshot, width, height int, a index.Audience) *Model {
	t.Helper()
	live := index.NewLive(posts)
	t.Cleanup(live.Close)
	<-posts.Indexed()
	return New(Settings{
		Context: context.Background(), Live: live, Cache: render.NewCache(1 << 20), Audience: a,
		Capability: term.Capability{Profile: colorprofile.ANSI256}, Host: "blog.example.com", Width: width, Height: height,
	})
}

// press sends keys by name.
func press(m *Model, keys ...string) {
	for _, k := range keys {
		msg := tea.KeyPressMsg{Text: k, Code: []rune(k)[0]}
		switch k {
		case "enter":
			msg = tea.KeyPressMsg{Code: tea.KeyEnter}
		case "esc":
			msg = tea.KeyPressMsg{Code: tea.KeyEscape}
		case "space":
			msg = tea.KeyPressMsg{Code: tea.KeySpace, Text: " "}
		case "down":
			msg = tea.KeyPressMsg{Code: tea.KeyDown}
		case "tab":
			msg = tea.KeyPressMsg{Code: tea.KeyTab}
		case "backspace":
			msg = tea.KeyPressMsg{Code: tea.KeyBackspace}
		case "left":
			msg = tea.KeyPressMsg{Code: tea.KeyLeft}
		}
		m.Update(msg)
	}
}

// screenOf returns what a reader sees, without styles, with the cursor's place below.
func screenOf(m *Model) string {
	v := m.View()
	lines := strings.Split(ansi.Strip(v.Content), "\n")
	for n, line := range lines {
		lines[n] = strings.TrimRight(line, " ")
	}
	return fmt.Sprintf("%s\n(cursor %d,%d)\n", strings.Join(lines, "\n"), v.Cursor.X, v.Cursor.Y)
}

// golden compares got with the file name in testdata.
func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", filepath.FromSlash(name)+".golden")
	if *update {
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s: the screen is\n%s\nwant\n%s", path, got, want)
	}
}

// sizes are the windows that every screen is tried in.
var sizes = [][2]int{{80, 24}, {40, 20}, {200, 50}, {24, 6}, {20, 5}}

func TestScreens(t *testing.T) {
	posts := shelf(t, notes())
	tests := []struct {
		name string
		keys []string
		who  index.Audience
	}{
		{"list", nil, index.Readers},
		{"list-down", []string{"j", "j", "j"}, index.Readers},
		{"list-end", []string{"G"}, index.Readers},
		{"list-author", nil, index.Authors},
		{"list-esc", []string{"esc"}, index.Readers},
		{"reader", []string{"enter"}, index.Readers},
		{"reader-page", []string{"enter", "space"}, index.Readers},
		{"reader-end", []string{"enter", "G"}, index.Readers},
		{"reader-sideways", []string{"enter", "space", "l"}, index.Readers},
		{"help", []string{"?"}, index.Readers},
		{"reader-help", []string{"enter", "?"}, index.Readers},
		{"reader-link", []string{"enter", "tab"}, index.Readers},
		{"reader-find", []string{"enter", "/", "i", "n", "t", "e", "r", "f", "a"}, index.Readers},
		{"reader-found", []string{"enter", "/", "a", "b", "o", "u", "t", "enter", "n"}, index.Readers},
		{"reader-raw", []string{"enter", "r"}, index.Readers},
		{"outline", []string{"enter", "space", "o", "down"}, index.Readers},
		{"outline-filter", []string{"enter", "o", "m", "i", "n"}, index.Readers},
		{"tags", []string{"t"}, index.Readers},
		{"tags-down", []string{"t", "j"}, index.Readers},
		{"tag-list", []string{"t", "j", "enter"}, index.Readers},
		{"about", []string{"a"}, index.Readers},
		{"links", []string{"enter", "L"}, index.Readers},
		{"reader-peek", []string{"enter", "F"}, index.Readers},
		{"search", []string{"/"}, index.Readers},
		{"search-found", []string{"/", "t", "e", "r", "m", "i", "n", "a"}, index.Readers},
		{"search-opened", []string{"/", "k", "i", "l", "o", "b", "y", "t", "e", "enter"}, index.Readers},
		{"zen", []string{"enter", "z"}, index.Readers},
		{"end", []string{"enter", "G", "space"}, index.Readers},
	}
	for _, test := range tests {
		for _, size := range sizes {
			name := fmt.Sprintf("%s/%dx%d", test.name, size[0], size[1])
			t.Run(name, func(t *testing.T) {
				m := reading(t, posts, size[0], size[1], test.who)
				press(m, test.keys...)
				golden(t, name, screenOf(m))
			})
		}
	}
}

// TestREADMEShowsTheRealScreens holds that the pictures in the README are what a reader of this checkout sees.
func TestREADMEShowsTheRealScreens(t *testing.T) {
	page, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	words, err := os.ReadFile("../../posts/_index.md")
	if err != nil {
		t.Fatal(err)
	}
	site, _, err := post.ParseSite(words)
	if err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob("../../posts/[a-z]*.md")
	if err != nil {
		t.Fatal(err)
	}
	var posts []*post.Post
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		p, err := post.Parse(filepath.Base(file), data, post.Config{Zone: site.Zone})
		if err != nil {
			t.Fatal(err)
		}
		posts = append(posts, p)
	}
	m := reading(t, index.Build(site, posts, nil, now), 80, 24, index.Readers)
	for _, keys := range [][]string{nil, {"enter"}} {
		press(m, keys...)
		var picture strings.Builder
		for _, line := range strings.Split(ansi.Strip(m.View().Content), "\n") {
			picture.WriteString(strings.TrimRight("    "+line, " ") + "\n")
		}
		if !strings.Contains(string(page), picture.String()) {
			t.Errorf("README.md does not show\n%s", picture.String())
		}
	}
}

func TestEveryScreenFillsItsWindowExactly(t *testing.T) {
	posts := shelf(t, notes())
	for _, keys := range [][]string{nil, {"G"}, {"enter"}, {"enter", "G"}, {"?"}} {
		for width := 1; width < 130; width += 3 {
			for _, height := range []int{1, 4, 5, 6, 19, 20, 21, 60} {
				m := reading(t, posts, width, height, index.Authors)
				press(m, keys...)
				lines := strings.Split(m.View().Content, "\n")
				if len(lines) > height {
					t.Fatalf("%v at %d×%d: %d lines", keys, width, height, len(lines))
				}
				for _, line := range lines {
					if w := text.Width(line); w > width && !m.tooSmall() {
						t.Fatalf("%v at %d×%d: %d columns: %q", keys, width, height, w, line)
					}
				}
			}
		}
	}
}

func TestNarrowestWindowIsPolite(t *testing.T) {
	m := reading(t, shelf(t, notes()), 10, 3, index.Readers)
	if got := m.View().Content; !strings.Contains(got, "bigger window") {
		t.Errorf("got %q", got)
	}
	m.Update(tea.WindowSizeMsg{Width: 80, Height: 24})
	if got := m.View().Content; !strings.Contains(got, "Field Notes") {
		t.Errorf("then %q", got)
	}
}

func TestResizeStormKeepsTheTopSentence(t *testing.T) {
	m := reading(t, shelf(t, notes()), 80, 24, index.Readers)
	press(m, "enter", "space", "j", "j")
	top := func() string { return strings.TrimSpace(strings.Split(ansi.Strip(m.View().Content), "\n")[2]) }
	before := top()
	for n := range 200 {
		m.Update(tea.WindowSizeMsg{Width: 20 + n*7%160, Height: 20 + n*3%40})
	}
	m.Update(tea.WindowSizeMsg{Width: 80, Height: 24})
	if after := top(); after != before || before == "" {
		t.Errorf("%q stands at the top, it was %q", after, before)
	}
}

func TestNewPostsDoNotMoveWhatIsSelected(t *testing.T) {
	files := notes()
	m := reading(t, shelf(t, files), 80, 24, index.Readers)
	press(m, "G", "k")
	selected := func() string {
		for _, line := range strings.Split(ansi.Strip(m.View().Content), "\n") {
			if title, ok := strings.CutPrefix(line, "    ▌ "); ok {
				return strings.TrimSpace(title)
			}
		}
		return ""
	}
	before, cursor := selected(), m.View().Cursor.Y
	files["new.md"] = "---\ntitle: New\ndate: 2026-11-20\n---\nText.\n"
	m.Update(changed{shelf(t, files)})
	if after := selected(); after != before || m.View().Cursor.Y != cursor {
		t.Errorf("%q is selected in row %d, it was %q in row %d", after, m.View().Cursor.Y, before, cursor)
	}
	if !strings.Contains(m.View().Content, "1 new post") {
		t.Error("nothing tells of the new post")
	}
}

func TestDraftsAreForAuthorsOnly(t *testing.T) {
	posts := shelf(t, notes())
	for _, who := range []index.Audience{index.Readers, index.Authors} {
		got := reading(t, posts, 80, 60, who).View().Content
		for _, title := range []string{"Not finished", "In the new year"} {
			if strings.Contains(got, title) != (who == index.Authors) {
				t.Errorf("audience %d: %q: %s", who, title, got)
			}
		}
	}
}

// family are posts that lead to each other in every way that authors write.
func family() map[string]string {
	return map[string]string{
		"2026/home.md":        "---\ntitle: Home\ndate: 2026-05-05\naliases: [/old/home/]\n---\n[a](../2025/away.md) [b](/posts/away/) [c](away) [d](#here) [e](https://notes.example.com/away/#there) [f](ssh://away@blog.example.com) [g]({% post_url 2025-05-05-dated %}) [h](https://elsewhere.example.com/away) [i](nowhere.md)\n\n## Here\n\nYes.\n",
		"2025/away.md":        "---\ntitle: Away\ndate: 2025-05-05\n---\nText.\n\n## There\n\nYes. [back](/old/home/)\n",
		"2025-05-05-dated.md": "---\ntitle: Dated\n---\nText.\n",
		"one.md":              "---\ntitle: Part one\ndate: 2024-01-01\nseries: Saga\n---\nText.\n",
		"two.md":              "---\ntitle: Part two\ndate: 2024-01-02\nseries: Saga\n---\nText.\n",
		"word.md":             "---\ntitle: Word\ndate: 2023-01-01\n---\nText.\n",
		"word.de.md":          "---\ntitle: Wort\ndate: 2023-01-01\n---\nText.\n",
	}
}

// titleOf returns the title of the window.
func titleOf(m *Model) string {
	title, _, _ := strings.Cut(m.View().WindowTitle, " - ")
	return title
}

func TestLinksLeadToPosts(t *testing.T) {
	for n, want := range []string{"Away", "Away", "Away", "Home", "Away", "Away", "Dated", "Home", "Home"} {
		m := reading(t, shelf(t, family()), 80, 24, index.Readers)
		press(m, "enter", fmt.Sprint(n+1), "enter")
		if got := titleOf(m); got != want {
			t.Errorf("link %d leads to %q, want %q: %s", n+1, got, want, ansi.Strip(m.View().Content))
		}
	}
	m := reading(t, shelf(t, family()), 80, 24, index.Readers)
	press(m, "enter", "1", "enter", "tab", "enter")
	if got := titleOf(m); got != "Home" {
		t.Errorf("an old address leads to %q", got)
	}
	press(m, "left")
	if got := titleOf(m); got != "Away" {
		t.Errorf("back is %q", got)
	}
	press(m, "left", "l")
	if got := titleOf(m); got != "Away" {
		t.Errorf("forward is %q", got)
	}
}

func TestLinksElsewhereAndNowhereStayHere(t *testing.T) {
	for _, test := range []struct{ link, want string }{
		{"ssh://away@other.example.com", "Elsewhere: y copies ssh://away@other.example.com"},
		{"https://elsewhere.example.com/away", "Elsewhere"},
		{"nowhere.md", "There is nothing here called nowhere.md."},
	} {
		files := family()
		files["here.md"] = "---\ntitle: Here\ndate: 2026-06-06\n---\n[x](" + test.link + ")\n"
		m := reading(t, shelf(t, files), 80, 24, index.Readers)
		press(m, "enter", "tab", "enter")
		if got := ansi.Strip(m.View().Content); titleOf(m) != "Here" || !strings.Contains(got, test.want) {
			t.Errorf("%s: %s", test.link, got)
		}
	}
}

func TestBackFromALinkWithinThePost(t *testing.T) {
	files := family()
	files["here.md"] = "---\ntitle: Here\ndate: 2026-06-06\n---\n[x](#down)\n" + strings.Repeat("\nText.\n", 60) + "\n## Down\n\nBelow.\n"
	m := reading(t, shelf(t, files), 80, 24, index.Readers)
	press(m, "enter", "tab") // the link stays chosen
	before := m.View().Content
	press(m, "enter")
	if got := ansi.Strip(m.View().Content); !strings.Contains(got, "Below.") {
		t.Errorf("the link leads to %s", got)
	}
	press(m, "left")
	if got := m.View().Content; ansi.Strip(got) != ansi.Strip(before) || titleOf(m) != "Here" {
		t.Errorf("back is %s", ansi.Strip(got))
	}
}

func TestAListOfLinksLeadsToHeadingsToo(t *testing.T) {
	m := reading(t, shelf(t, family()), 80, 24, index.Readers)
	press(m, "enter", "L", "4", "enter")
	if got := screenOf(m); titleOf(m) != "Home" || strings.Contains(got, "no heading") {
		t.Errorf("the link to #here leads to %s", got)
	}
}

func TestEditedPostKeepsTheLineThatIsRead(t *testing.T) {
	files := family()
	write := func(first string) string {
		var b strings.Builder
		b.WriteString("---\ntitle: Edited\ndate: 2026-07-07\n---\n" + first)
		for n := range 60 {
			fmt.Fprintf(&b, "Paragraph %d of the post that is edited while it is read.\n\n", n)
		}
		return b.String()
	}
	files["edited.md"] = write("")
	m := reading(t, shelf(t, files), 80, 24, index.Readers)
	press(m, "enter", "space", "space", "j")
	top := func() string { return strings.TrimSpace(strings.Split(ansi.Strip(m.View().Content), "\n")[2]) }
	if top() == "" {
		press(m, "j")
	}
	before := top()
	files["edited.md"] = write("A new paragraph.\n\n## And a heading\n\nAnd another one.\n\n")
	m.Update(changed{shelf(t, files)})
	if after := top(); after != before || !strings.HasPrefix(before, "Paragraph") {
		t.Errorf("%q stands at the top, it was %q", after, before)
	}
}

func TestNumbersAndZZInTheList(t *testing.T) {
	m := reading(t, shelf(t, notes()), 80, 24, index.Readers)
	press(m, "7", "G")
	if got := ansi.Strip(m.View().Content); !strings.Contains(got, "7 of 10") {
		t.Errorf("7G goes to %s", got)
	}
	press(m, "Z", "j", "Z")
	if _, cmd := m.Update(tea.KeyPressMsg{Text: "Z", Code: 'z'}); cmd == nil {
		t.Error("ZZ does not leave")
	} else if _, ok := cmd().(tea.QuitMsg); !ok {
		t.Error("ZZ does something else")
	}
}

func TestPostThatIsNotThereOpensNone(t *testing.T) {
	m := reading(t, shelf(t, notes()), 80, 24, index.Readers)
	press(m, "j", "1", "1", "enter")
	if got := screenOf(m); titleOf(m) != "Field Notes" || !strings.Contains(got, "There is no post 11.") {
		t.Errorf("11 Enter leads to %s", got)
	}
	press(m, "j")
	if got := screenOf(m); !strings.Contains(got, "3 of 10") {
		t.Errorf("j goes on from %s", got)
	}
	press(m, "1", "1", "G")
	if got := screenOf(m); !strings.Contains(got, "10 of 10") {
		t.Errorf("11G goes to %s", got)
	}
	press(m, "1", "0", "enter")
	if titleOf(m) == "Field Notes" {
		t.Error("10 Enter opens nothing")
	}
}

func TestListShowsWhatWasReadLast(t *testing.T) {
	m := reading(t, shelf(t, notes()), 80, 24, index.Readers)
	press(m, "enter", "J", "J", "q")
	if got := ansi.Strip(m.View().Content); !strings.Contains(got, "3 of 10") {
		t.Errorf("the list shows %s", got)
	}
}

func TestSeriesAndLanguagesAreAKeyAway(t *testing.T) {
	m := reading(t, shelf(t, family()), 80, 24, index.Readers)
	m.Update(openPost{})
	for _, step := range []struct{ key, want string }{{")", "Part two"}, {")", "Part two"}, {"(", "Part one"}} {
		if step.key == ")" && titleOf(m) == "Field Notes" {
			m.obey(openPost{slug: "one"})
		}
		press(m, step.key)
		if got := titleOf(m); got != step.want {
			t.Errorf("%s leads to %q, want %q", step.key, got, step.want)
		}
	}
	m.obey(openPost{slug: "word"})
	press(m, "x")
	if got := titleOf(m); got != "Wort" {
		t.Errorf("the other language is %q", got)
	}
	m.env.Language = "de_DE.UTF-8"
	m.obey(openPost{slug: "word"})
	if got := titleOf(m); got != "Wort" {
		t.Errorf("a German reader gets %q", got)
	}
}

func TestBackgroundDecidesTheTheme(t *testing.T) {
	m := reading(t, shelf(t, notes()), 80, 24, index.Readers)
	dark := m.View().Content
	m.Update(tea.BackgroundColorMsg{Color: ansi.RGBColor{R: 255, G: 255, B: 255}})
	if light := m.View().Content; light == dark || ansi.Strip(light) != ansi.Strip(dark) {
		t.Error("the light screen is not the dark one in other colours")
	}
}

func TestScreensBelowAnotherKeepNoOldPosts(t *testing.T) {
	for name, keys := range map[string][]string{
		"a list":            {"j", "enter"},
		"tags and a list":   {"t", "enter", "enter"},
		"a search":          {"/", "w", "o", "r", "d", "enter"},
		"a screen left":     {"t", "enter", "q", "q"},
		"help over a post":  {"enter", "?"},
		"about over a list": {"a"},
	} {
		t.Run(name, func(t *testing.T) {
			m := reading(t, shelf(t, notes()), 80, 24, index.Readers)
			defer runtime.KeepAlive(m)
			old := m.env.edition()
			press(m, keys...)
			m.Frame(nil)
			next := shelf(t, notes())
			m.env.Live.Swap(next)
			m.Update(changed{next})
			m.Frame(nil)
			for range 100 {
				if runtime.GC(); old.Value() == nil {
					return
				}
			}
			t.Error("the old posts are still there")
		})
	}
}

func TestFootnotesAreClosedByWhatClosesOthers(t *testing.T) {
	m := reading(t, shelf(t, notes()), 80, 24, index.Readers)
	press(m, "enter")
	before := m.Frame(nil)
	for _, closing := range []string{"q", "esc", "F"} {
		press(m, "F")
		if got := m.Frame(nil); slices.Equal(got.Rows, before.Rows) {
			t.Fatal("no footnotes")
		}
		press(m, closing)
		if got := m.Frame(nil); !slices.Equal(got.Rows, before.Rows) {
			t.Errorf("after %s: %q", closing, got.Rows)
		}
	}
}

func TestAFootnoteThatIsMentionedTwiceIsShownOnce(t *testing.T) {
	posts := shelf(t, map[string]string{"a.md": "---\ntitle: A\n---\nA claim.[^1] Another.[^long]\n\nSame again.[^1]\n\n[^1]: The source.\n[^long]: A second note.\n" + strings.Repeat("\nMore.\n", 100)})
	for _, test := range []struct {
		width, height int
		keys          []string
	}{{80, 24, []string{"enter", "F"}}, {200, 50, []string{"enter"}}} {
		m := reading(t, posts, test.width, test.height, index.Readers)
		press(m, test.keys...)
		for _, note := range []string{"The source.", "A second note."} {
			if n := strings.Count(ansi.Strip(m.View().Content), note); n != 1 {
				t.Errorf("%dx%d shows %q %d times:\n%s", test.width, test.height, note, n, ansi.Strip(m.View().Content))
			}
		}
	}
}

func TestLinkThatIsNotThereMovesNothing(t *testing.T) {
	m := reading(t, shelf(t, notes()), 80, 24, index.Readers)
	press(m, "enter")
	before := m.top().(*reader).top
	press(m, "9", "9", "enter")
	if got := m.top().(*reader).top; got != before || !strings.Contains(m.env.notice, "no link 99") {
		t.Errorf("from line %d to %d: %q", before, got, m.env.notice)
	}
	press(m, "tab", "9", "9", "enter")
	if !strings.Contains(m.env.notice, "no link 99") {
		t.Errorf("with another one chosen: %q", m.env.notice)
	}
}

func TestAListOfLinksAlwaysHasOneChosen(t *testing.T) {
	var b strings.Builder
	b.WriteString("---\ntitle: Many\ndate: 2026-01-01\n---\n")
	for n := range 40 {
		fmt.Fprintf(&b, "[to %d](https://example.com/%d)\n\n", n+1, n+1)
	}
	m := reading(t, shelf(t, map[string]string{"many.md": b.String()}), 80, 24, index.Readers)
	press(m, "enter", "L")
	for _, step := range []struct{ keys, want string }{
		{"j", "[2]"}, {"G", "[40]"}, {"j", "[40]"}, {"g", "[1]"}, {"k", "[1]"}, {"f", "[7]"}, {"d", "[11]"}, {"u", "[7]"}, {"b", "[1]"}, {"23G", "[23]"}, {"99G", "[40]"},
	} {
		typed(m, step.keys)
		if got := screenOf(m); !strings.Contains(got, "\n      "+step.want+" ") || m.View().Cursor.Y < 2 {
			t.Errorf("%s leads to %s", step.keys, got)
		}
	}
	m.Update(tea.MouseWheelMsg{Button: tea.MouseWheelUp})
	press(m, "enter")
	if got := screenOf(m); !strings.Contains(got, "Elsewhere: y copies https://example.com/39") {
		t.Errorf("the wheel and Enter lead to %s", got)
	}
}

func TestListOfAnotherMeasureIsDrawnAnew(t *testing.T) {
	m := reading(t, shelf(t, notes()), 120, 24, index.Readers)
	press(m, "j", "k")
	m.Frame(nil)
	press(m, "-", "-")
	if got, want := m.Frame(nil), m.anew(); !slices.Equal(got.Rows, want.Rows) {
		t.Errorf("shows\n%q\nand would draw\n%q", got.Rows, want.Rows)
	}
}

func TestPostThatLeavesItsSeriesOffersNoOtherPart(t *testing.T) {
	files := map[string]string{
		"one.md": "---\ntitle: One\ndate: 2026-01-01\nseries: S\n---\nText.\n",
		"two.md": "---\ntitle: Two\ndate: 2026-01-02\nseries: S\n---\nText.\n",
	}
	m := reading(t, shelf(t, files), 80, 24, index.Readers)
	press(m, "enter")
	parts := func() bool {
		return slices.ContainsFunc(m.top().keys(), func(b key.Binding) bool { return b.Help() == keyPart.Help() })
	}
	if !parts() {
		t.Fatal("a post of a series offers no other part")
	}
	delete(files, "one.md")
	m.Update(changed{shelf(t, files)})
	if parts() {
		t.Error("the only part left offers another one")
	}
}

func TestListCostsTheSameForTenThousandPosts(t *testing.T) {
	of := func(posts int) *Model {
		files := make(map[string]string)
		for n := range posts {
			files[fmt.Sprintf("p%05d.md", n)] = fmt.Sprintf("---\ntitle: Number %d\ndate: %d-01-02\n---\nText.\n", n, 1000+n%1000)
		}
		return reading(t, shelf(t, files), 80, 24, index.Readers)
	}
	few, many := of(100), of(10000)
	step := func(m *Model) float64 {
		return testing.AllocsPerRun(50, func() { press(m, "j"); m.View() })
	}
	if a, b := step(few), step(many); b > 2*a {
		t.Errorf("%.0f allocations a key, %.0f with few posts", b, a)
	}
	press(many, "G")
	if got := ansi.Strip(many.View().Content); !strings.Contains(got, "10000 of 10000") {
		t.Errorf("at the end: %s", got)
	}
}

func BenchmarkKeyInAListOf10000(b *testing.B) {
	files := make(map[string]string)
	for n := range 10000 {
		files[fmt.Sprintf("p%05d.md", n)] = fmt.Sprintf("---\ntitle: Number %d\ndate: %d-01-02\nsummary: Some words\n---\nText.\n", n, 1000+n%1000)
	}
	m := reading(b, shelf(b, files), 80, 24, index.Readers)
	for b.Loop() {
		press(m, "j")
		m.View()
	}
}

func BenchmarkPageInAPost(b *testing.B) {
	m := reading(b, shelf(b, notes()), 80, 24, index.Readers)
	press(m, "enter")
	for b.Loop() {
		press(m, "space", "b")
		m.View()
	}
}
