package sshd

import (
	"bytes"
	"image"
	"image/color"
	"image/png"
	"math"
	"strings"
	"testing"

	"golang.org/x/crypto/ssh"
)

// view is a PNG file of a sunset.
func view(t testing.TB) []byte {
	t.Helper()
	img := image.NewRGBA(image.Rect(0, 0, 600, 400))
	for y := range 400 {
		for x := range 600 {
			c := color.RGBA{uint8(250 - y/3), uint8(120 + y/6), uint8(200 - y/4), 255}
			if hill := 250 + 40*math.Sin(float64(x)/70); float64(y) > hill {
				c = color.RGBA{30, uint8(50 + x/10), 50, 255}
			}
			img.SetRGBA(x, y, c)
		}
	}
	var b bytes.Buffer
	must(t, png.Encode(&b, img))
	return b.Bytes()
}

// trip is a post with a picture between its words, and a draft with another one.
func trip() map[string]string {
	return map[string]string{
		"trip.md":   "---\ntitle: A trip\ndate: 2026-03-01\n---\n\nWe went up.\n\n![The hills](hill.png)\n\nWe came down.\n\n" + strings.Repeat("And we talked about it.\n\n", 40),
		"hidden.md": "---\ntitle: Hidden\ndraft: true\n---\n\n![The hills](other.png)\n",
	}
}

func TestPictureIsShownToWhoeverReadsWhenItIsPushed(t *testing.T) {
	key := newSigner(t)
	h := serve(t, usual(), trip(), key.PublicKey())
	w := look(t, h.dial(t, "trip"), 80, 24, "")
	w.see(t, "Image: The hills")
	if w.shows("▀") {
		t.Fatalf("a picture that is not there: %s", w.screen)
	}
	session, err := h.dial(t, "ada", ssh.PublicKeys(key)).NewSession()
	must(t, err)
	session.Stdin = bytes.NewReader(view(t))
	said, err := session.CombinedOutput("publish hill.png")
	if want := "hill.png: picture, 600×400, shown in 1 post"; err != nil || !strings.Contains(string(said), want) {
		t.Errorf("the author is told %q, %v; want %q", said, err, want)
	}
	w.see(t, "▀▀▀▀")
	w.see(t, "We went up.")
	plain := start(t, h.dial(t, "plain"), 80, 24, "", newScreen(80, 24))
	plain.press(t, "trip\r")
	plain.see(t, "[Image: The hills]")
	if plain.shows("▀") {
		t.Errorf("the linear reader shows a picture: %s", plain.out)
	}
}

func TestPictureComesInFewBytesForWhatItIs(t *testing.T) {
	files := trip()
	files["hill.png"] = string(view(t))
	h := serve(t, usual(), files)
	w := look(t, h.dial(t, "trip"), 80, 24, "")
	w.see(t, "▀▀▀▀")
	w.press(t, "q")
	w.see(t, "The live one")
	page := w.cost(t, "\r") // the post has 14 rows of its picture on its first screen
	line := w.cost(t, "j")
	back := w.cost(t, "k")
	t.Logf("the screen with a picture: %d bytes; a line down: %d, up: %d", page, line, back)
	if page > 12<<10 || line > 120 || back > 120 {
		t.Errorf("the screen with a picture: %d bytes; a line down: %d, up: %d", page, line, back)
	}
}

func TestCaptionsAloneWhereThereAreNoColoursForMore(t *testing.T) {
	files := trip()
	files["hill.png"] = string(view(t))
	h := serve(t, usual(), files)
	look(t, h.dial(t, "trip"), 80, 24, "").see(t, "▀▀▀▀") // it is decoded
	for _, test := range []struct{ name, env string }{{"linux", ""}, {"xterm", ""}, {"vt100", ""}, {"xterm-256color", "NO_COLOR"}, {"xterm-256color", "LC_ALL"}} {
		session, err := h.dial(t, "trip").NewSession()
		must(t, err)
		if test.env != "" {
			must(t, session.Setenv(test.env, "C"))
		}
		w := &window{Session: session, out: &syncBuffer{}}
		session.Stdout = w.out
		w.in, err = session.StdinPipe()
		must(t, err)
		must(t, session.RequestPty(test.name, 24, 80, nil))
		must(t, session.Shell())
		w.see(t, "Image: The hills")
		w.see(t, "We came down.")
		if w.shows("▀") {
			t.Errorf("%s %s: %q", test.name, test.env, w.out)
		}
	}
}

func TestKittyGetsThePictureItselfAndForgetsItAfterwards(t *testing.T) {
	files := trip()
	files["hill.png"] = string(view(t))
	h := serve(t, usual(), files)
	look(t, h.dial(t, "trip"), 80, 24, "").see(t, "▀▀▀▀") // it is decoded
	w := look(t, h.dial(t, "trip"), 80, 24, "")
	w.see(t, "\x1b[>0q")
	w.press(t, "\x1bP>|kitty(0.41.1)\x1b\\")
	w.see(t, "\x1b_Gi=31,s=1,v=1,a=q,t=d,f=24;AAAA\x1b\\")
	before := len(w.out.String())
	w.press(t, "\x1b_Gi=31;OK\x1b\\")
	w.see(t, "\x1b_Ga=T,U=1,i=")
	w.see(t, "\U0010EEEE")
	eventually(t, func() bool { return strings.Count(w.out.String(), "\U0010EEEE") >= 42*14 }, func() string { return w.out.String() })
	t.Logf("the screen with a picture for kitty: %d bytes", len(w.out.String())-before)
	w.press(t, "q\x03")
	w.see(t, "\x1b_Ga=d,d=I,i=")
	if err := w.Wait(); err != nil {
		t.Error(err)
	}
}
