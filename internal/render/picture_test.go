package render

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"strings"
	"testing"

	"github.com/charmbracelet/colorprofile"
	"github.com/charmbracelet/x/ansi"

	"postern/internal/picture"
	"postern/internal/post"
)

// shades is a picture that is red at the top and blue at the bottom.
func shades(t testing.TB, width, height int) *picture.Picture {
	t.Helper()
	img := image.NewRGBA(image.Rect(0, 0, width, height))
	for y := range height {
		for x := range width {
			blue := uint8(255 * y / (height - 1))
			img.SetRGBA(x, y, color.RGBA{255 - blue, 0, blue, 255})
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

// pictured is a post with a picture wherever one can stand.
const pictured = `Before.

![One](a.png "with a title")

> ![In a quote](a.png)

- ![In an item](a.png)
- [![In a link](a.png)](https://example.com)

![Two](a.png)
![Three](a.png)

<p><img src="a.png" alt="By HTML"></p>

| ![In a cell](a.png) |
|---|
| ![And another](a.png) |

Inline ![in text](a.png), and ![gone](b.png).

![Alone and gone](b.png)

## ![In a heading](a.png)
`

func setPictured(t testing.TB, theme *Theme, measure, rows int) *Document {
	t.Helper()
	album := picture.NewAlbum(map[string]*picture.Picture{"a.png": shades(t, 40, 10)})
	return New(&post.Post{Markdown: pictured}, Options{Measure: measure, Theme: theme, Album: album, Rows: rows})
}

func themed(t testing.TB, profile colorprofile.Profile) *Theme {
	t.Helper()
	theme, err := NewTheme("dark", true, profile, "")
	if err != nil {
		t.Fatal(err)
	}
	return theme
}

func TestPicturesStandAboveTheirCaptions(t *testing.T) {
	for _, measure := range []int{20, 40, 68} {
		d := setPictured(t, themed(t, colorprofile.ANSI256), measure, 4)
		var b strings.Builder
		for _, line := range d.Lines(0, d.Len()) {
			shown := ansi.Strip(line.String())
			b.WriteString(shown + "\n")
			if w := ansi.StringWidth(shown); w > measure {
				t.Errorf("at %d: %d cells: %q", measure, w, shown)
			}
			if line.Picture() != strings.Contains(shown, "▀") || line.Picture() && strings.Contains(line.Plain(), "▀") {
				t.Errorf("at %d: a picture in %q", measure, line.Plain())
			}
		}
		compareGolden(t, fmt.Sprintf("testdata/pictures-%d.golden", measure), []byte(b.String()))
		if got := len(d.Figures()); got != 7 {
			t.Errorf("at %d: %d figures", measure, got)
		}
	}
}

func TestOfVeryManyPicturesTheCaptionsAreShown(t *testing.T) {
	album := picture.NewAlbum(map[string]*picture.Picture{"a.png": shades(t, 40, 10)})
	const many = 3 * maxFigures
	d := New(&post.Post{Markdown: strings.Repeat("![One](a.png)\n\n", many)}, Options{Measure: 40, Album: album, Rows: 4})
	captions := 0
	for _, line := range d.Lines(0, d.Len()) {
		captions += strings.Count(line.Plain(), "Image: One")
	}
	if n := len(d.Figures()); n != maxFigures || captions != many {
		t.Errorf("%d pictures, %d captions", n, captions)
	}
}

func TestPicturesAreInTheirColours(t *testing.T) {
	for profile, want := range map[colorprofile.Profile]string{
		colorprofile.TrueColor: "\x1b[38;2;255;0;0;48;2;0;0;255m▀▀\x1b[m", colorprofile.ANSI256: "\x1b[38;5;196;48;5;21m▀▀\x1b[m",
	} {
		album := picture.NewAlbum(map[string]*picture.Picture{"a.png": shades(t, 2, 2)})
		d := New(&post.Post{Markdown: "![One](a.png)"}, Options{Measure: 40, Theme: themed(t, profile), Album: album, Rows: 4})
		if got := d.Lines(0, 1)[0].String(); got != want {
			t.Errorf("%v: %q, want %q", profile, got, want)
		}
		if caption := d.Lines(1, 1)[0].Plain(); caption != "Image: One" {
			t.Errorf("%v: the caption is %q", profile, caption)
		}
	}
}

func TestWordsOfAPostAreTheSameWithItsPictures(t *testing.T) {
	words := func(d *Document) string {
		var all []string
		for _, line := range d.Lines(0, d.Len()) {
			if !line.Picture() { // what stands before it is no word
				all = append(all, strings.Fields(line.Plain())...)
			}
		}
		return strings.NewReplacer("▎ ", "", "• ", "").Replace(strings.Join(all, " "))
	}
	with, without := setPictured(t, nil, 60, 8), New(&post.Post{Markdown: pictured}, Options{Measure: 60})
	if words(with) != words(without) {
		t.Errorf("with pictures:\n%s\nwithout:\n%s", words(with), words(without))
	}
	for line := range with.Len() { // what stood at the top is found again, with pictures and without
		place := with.Place(line)
		if got := with.Place(with.Find(place)); got != place {
			t.Errorf("line %d: %v becomes %v", line, place, got)
		}
	}
}

func TestCacheKnowsPicturesApart(t *testing.T) {
	cache, p, theme := NewCache(1<<20), &post.Post{Markdown: "![One](a.png)"}, themed(t, colorprofile.ANSI256)
	album := picture.NewAlbum(map[string]*picture.Picture{"a.png": shades(t, 20, 20)})
	bare := cache.Get(p, Options{Measure: 40, Theme: theme, Rows: 8})
	if again := cache.Get(p, Options{Measure: 40, Theme: theme, Rows: 12}); again != bare {
		t.Error("a post without pictures is set for each height")
	}
	shown := cache.Get(p, Options{Measure: 40, Theme: theme, Album: album, Rows: 8})
	if shown.Len() != bare.Len()+8 || cache.Get(p, Options{Measure: 40, Theme: theme, Album: album, Rows: 8}) != shown {
		t.Errorf("%d lines with a picture, %d without", shown.Len(), bare.Len())
	}
	if lower := cache.Get(p, Options{Measure: 40, Theme: theme, Album: album, Rows: 3}); lower.Len() != bare.Len()+3 {
		t.Errorf("%d lines in a low window", lower.Len())
	}
}

func TestIndexedColoursAreNear(t *testing.T) {
	for want, c := range map[int]picture.RGB{
		16: {}, 231: {R: 255, G: 255, B: 255}, 196: {R: 255}, 46: {G: 255}, 21: {B: 255}, 244: {R: 128, G: 128, B: 128}, 67: {R: 90, G: 140, B: 170},
	} {
		if got := indexed(c); got != want {
			t.Errorf("%v: %d, want %d", c, got, want)
		}
	}
}
