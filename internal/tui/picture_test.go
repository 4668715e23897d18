package tui

import (
	"bytes"
	"context"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"
	"github.com/charmbracelet/x/ansi"

	"postern/internal/index"
	"postern/internal/picture"
	"postern/internal/render"
	"postern/internal/term"
)

// striped is a picture of stripes, each point high another colour.
func striped(t testing.TB, width, height int) *picture.Picture {
	t.Helper()
	img := image.NewRGBA(image.Rect(0, 0, width, height))
	for y := range height {
		for x := range width {
			img.SetRGBA(x, y, color.RGBA{uint8(255 * y / height), uint8(255 * (y % 2)), 80, 255})
		}
	}
	var b bytes.Buffer
	if err := png.Encode(&b, img); err != nil {
		t.Fatal(err)
	}
	p, err := picture.Decode(b.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// hung returns posts with one picture, at a.png, in those of its posts that show it.
func hung(t testing.TB, posts *index.Snapshot) *index.Snapshot {
	t.Helper()
	shelf := index.Shelf{Site: posts.Site(), Albums: make(map[string]*picture.Album)}
	album := picture.NewAlbum(map[string]*picture.Picture{"a.png": striped(t, 300, 200)})
	for _, e := range posts.All(index.Authors) {
		shelf.Posts = append(shelf.Posts, e.Post)
		if len(e.Pictures) > 0 {
			shelf.Albums[e.File] = album
		}
	}
	return shelf.Build(now)
}

// gallery are posts with pictures.
func gallery() map[string]string {
	var talk strings.Builder
	for n := range 30 {
		fmt.Fprintf(&talk, "And on day %d we talked about it, all of us.\n\n", n)
	}
	return map[string]string{
		"trip.md": "---\ntitle: A trip\ndate: 2026-10-10\n---\nWe went [up](word.md).\n\n![The hills](a.png)\n\nWe came down.\n\n" +
			talk.String() + "![The hills again](a.png)\n\nThat was all.\n",
		"word.md":  "---\ntitle: Word\ndate: 2023-01-01\n---\nText.\n",
		"draft.md": "---\ntitle: Hidden\ndraft: true\n---\n![A secret](a.png)\n",
	}
}

// watching is reading on a terminal that shows as much as profile says.
func watching(t testing.TB, posts *index.Snapshot, c term.Capability, width, height int) *Model {
	t.Helper()
	live := index.NewLive(posts)
	t.Cleanup(live.Close)
	return New(Settings{Context: context.Background(), Live: live, Cache: render.NewCache(1 << 20), Capability: c,
		Host: "blog.example.com", Width: width, Height: height})
}

func TestPicturesOnScreens(t *testing.T) {
	posts := hung(t, shelf(t, gallery()))
	for name, keys := range map[string][]string{
		"picture": {"enter"}, "picture-off": {"enter", "i"}, "picture-on": {"enter", "i", "i"}, "picture-preview": nil, "picture-page": {"enter", "space"},
		"picture-chosen": {"enter", "tab", "tab"}, "lightbox": {"enter", "tab", "tab", "enter"}, "lightbox-back": {"enter", "tab", "tab", "enter", "t"},
	} {
		for _, size := range sizes {
			name := fmt.Sprintf("%s/%dx%d", name, size[0], size[1])
			t.Run(name, func(t *testing.T) {
				m := watching(t, posts, term.Capability{Profile: colorprofile.TrueColor}, size[0], size[1])
				press(m, keys...)
				golden(t, name, screenOf(m))
			})
		}
	}
}

func TestNoPictureTakesMoreThanItsShareOfTheWindow(t *testing.T) {
	posts := hung(t, shelf(t, gallery()))
	for width := 20; width < 200; width += 9 {
		for height := 5; height < 80; height += 4 {
			m := watching(t, posts, term.Capability{Profile: colorprofile.TrueColor}, width, height)
			press(m, "enter")
			d := m.top().(*reader).document
			for _, f := range d.Figures() {
				if 5*f.Rows > 3*height {
					t.Errorf("%d×%d: %d rows", width, height, f.Rows)
				}
			}
			if len(d.Figures()) != 2 && height > 5 {
				t.Errorf("%d×%d: %d figures", width, height, len(d.Figures()))
			}
		}
	}
}

func TestCaptionsAloneWithoutColoursOrSigns(t *testing.T) {
	posts := hung(t, shelf(t, gallery()))
	for _, c := range []term.Capability{
		{Profile: colorprofile.ANSI}, {Profile: colorprofile.ASCII}, {Profile: colorprofile.TrueColor, ASCII: true},
		{Profile: colorprofile.ANSI256, Console: true},
	} {
		m := watching(t, posts, c, 80, 24)
		press(m, "enter")
		if got := ansi.Strip(m.View().Content); strings.Contains(got, "▀") || !strings.Contains(got, "Image: The hills") {
			t.Errorf("%+v: %s", c, got)
		}
	}
	m := watching(t, posts, term.Capability{Profile: colorprofile.TrueColor}, 80, 24)
	m.env.Style = Named("mono")
	m.env.retheme()
	press(m, "enter")
	if got := ansi.Strip(m.View().Content); strings.Contains(got, "▀") {
		t.Errorf("in mono: %s", got)
	}
}

func TestPicturesThatComeLateMoveNothing(t *testing.T) {
	posts := shelf(t, gallery())
	m := watching(t, posts, term.Capability{Profile: colorprofile.ANSI256}, 80, 24)
	press(m, "enter", "space", "j", "j")
	top := func() string { return strings.TrimSpace(strings.Split(ansi.Strip(m.View().Content), "\n")[2]) }
	if top() == "" {
		press(m, "j")
	}
	before := top()
	m.Update(changed{hung(t, posts)})
	if after := top(); after != before || before == "" {
		t.Errorf("%q stands at the top, it was %q", after, before)
	}
	press(m, "g")
	if got := ansi.Strip(m.View().Content); !strings.Contains(got, "▀") {
		t.Errorf("no picture: %s", got)
	}
	for n := range 40 {
		m.Update(tea.WindowSizeMsg{Width: 20 + n*7%160, Height: 20 + n*3%40})
	}
}

func TestPictureOfADraftIsForAuthors(t *testing.T) {
	posts := hung(t, shelf(t, gallery()))
	m := watching(t, posts, term.Capability{Profile: colorprofile.TrueColor}, 80, 24)
	if m.obey(openPost{slug: "draft"}); titleOf(m) == "Hidden" {
		t.Error("a reader got into a draft")
	}
	m.env.Audience = index.Authors
	if m.obey(openPost{slug: "draft"}); !strings.Contains(m.View().Content, "▀") {
		t.Errorf("its author sees %s", m.View().Content)
	}
}

func TestTabStopsAtPicturesToo(t *testing.T) {
	m := watching(t, hung(t, shelf(t, gallery())), term.Capability{Profile: colorprofile.TrueColor}, 80, 24)
	press(m, "enter")
	status := func() string {
		rows := strings.Split(ansi.Strip(m.View().Content), "\n")
		return strings.TrimSpace(rows[len(rows)-1])
	}
	for n, want := range []string{"[1] Word", "⏎ shows it large: The hills ", "⏎ shows it large: The hills again", "[1] Word"} {
		press(m, "tab")
		if got := status(); !strings.HasPrefix(got, want) {
			t.Errorf("Tab %d: %q, want %q", n+1, got, want)
		}
		rows := strings.Split(ansi.Strip(m.View().Content), "\n")
		if at := rows[m.View().Cursor.Y]; n == 1 && !strings.Contains(at, "Image: The hills") {
			t.Errorf("the cursor stands on %q", at)
		}
	}
	press(m, "tab", "i")
	if got := status(); strings.Contains(got, "large") {
		t.Errorf("a picture that is not shown is chosen: %q", got)
	}
}

func TestLightboxFillsTheWindow(t *testing.T) {
	posts, hills := hung(t, shelf(t, gallery())), striped(t, 600, 400)
	for _, size := range [][2]int{{20, 5}, {80, 24}, {200, 50}, {60, 80}} {
		m := watching(t, posts, term.Capability{Profile: colorprofile.ANSI256}, size[0], size[1])
		press(m, "enter")
		m.obey(openPage{newLightbox(m.env, render.Figure{Picture: hills, Caption: "The hills"})})
		rows, most := 0, 0
		for _, line := range strings.Split(ansi.Strip(m.View().Content), "\n") {
			if n := strings.Count(line, "▀"); n > 0 {
				rows, most = rows+1, max(most, n)
			}
		}
		if most < size[0]-1 && rows < size[1]-2 || most > size[0] || rows > size[1]-1 {
			t.Errorf("%v: %d × %d", size, most, rows)
		}
		for _, key := range []string{"x", "t", "q", "enter", "esc", "?", "/", "7"} {
			press(m, key)
			if titleOf(m) != "A trip" {
				t.Errorf("%v: %s leads to %q", size, key, titleOf(m))
			}
			m.obey(goOn{})
		}
	}
}

func TestPicturesBecomePlaceholdersWhereTheTerminalShowsThem(t *testing.T) {
	m := watching(t, hung(t, shelf(t, gallery())), term.Capability{Profile: colorprofile.ANSI256}, 80, 24)
	press(m, "enter")
	before := ansi.Strip(m.View().Content)
	m.Update(term.Graphics{})
	got := m.View().Content
	sent := m.Pictures()
	if len(sent) != 1 || sent[0].Columns != 42 || sent[0].Rows != 14 || !bytes.HasPrefix(sent[0].PNG, []byte("\x89PNG")) {
		t.Fatalf("%d pictures are sent", len(sent))
	}
	colour := fmt.Sprintf("\x1b[38;2;%d;%d;%dm\U0010EEEE", sent[0].ID>>16, sent[0].ID>>8&0xFF, sent[0].ID&0xFF)
	if strings.Contains(got, "▀") || strings.Count(got, "\U0010EEEE") != 42*14 || !strings.Contains(got, colour) {
		t.Errorf("the screen is %q", got)
	}
	words := func(s string) string {
		return strings.Join(strings.FieldsFunc(s, func(r rune) bool { return r == ' ' || r == '\n' || r == '▀' }), " ")
	}
	var bare strings.Builder
	for _, line := range strings.Split(ansi.Strip(got), "\n") {
		if !strings.Contains(line, "\U0010EEEE") {
			bare.WriteString(line + "\n")
		}
	}
	if words(bare.String()) != words(before) {
		t.Errorf("other words: %s", bare.String())
	}
	m.View()
	if again := m.Pictures(); len(again) > 0 {
		t.Errorf("%d pictures are sent again", len(again))
	}
	press(m, "tab", "tab", "enter")
	if got := m.View().Content; strings.Contains(got, "▀") || len(m.Pictures()) != 1 {
		t.Errorf("the lightbox shows %q", got)
	}
	press(m, "q", "i")
	if got := m.View().Content; strings.Contains(got, "\U0010EEEE") || len(m.Pictures()) != 0 {
		t.Errorf("without pictures: %q", got)
	}
}

func TestPicturesThatTheTerminalHasNoRoomForAreHalfBlocks(t *testing.T) {
	var p plates
	p.start()
	picture, known := striped(t, 300, 200), 0
	for n := range maxPlates + 50 {
		if _, ok := p.id(plate{picture, n + 1, 1}); ok {
			known++
		}
	}
	if known != maxPlates || p.bytes > maxPlateBytes {
		t.Errorf("%d plates of %d bytes", known, p.bytes)
	}
}
