package main

import (
	"bytes"
	"image"
	"image/color"
	"image/png"
	"testing"
)

// striped returns a PNG file of stripes, one point high each.
func striped(t *testing.T, width, height int) string {
	t.Helper()
	img := image.NewRGBA(image.Rect(0, 0, width, height))
	for y := range height {
		for x := range width {
			img.SetRGBA(x, y, color.RGBA{uint8(255 * (y % 2)), uint8(8 * y), 90, 255})
		}
	}
	var b bytes.Buffer
	if err := png.Encode(&b, img); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestAPictureInARealTerminal(t *testing.T) {
	dir := library(t)
	write(t, dir, "view.md", "---\ntitle: The view\ndate: 2026-04-01\n---\n\nFrom the wall:\n\n![Hills and a river](img/view.png)\n")
	write(t, dir, "img/view.png", striped(t, 30, 24))
	server := serving(t, dir, t.TempDir())
	p := newPane(t, 80, 24)
	p.typeSSH(t, server, "tmux-256color")
	for _, step := range []struct {
		keys []string
		see  string
	}{
		{nil, "The view"},
		{[]string{"Enter"}, "▀▀▀▀"},
		{[]string{"Tab"}, "shows it large: Hills and a river"},
		{[]string{"Enter"}, "Hills and a river · 30×24"},
		{[]string{"x"}, "From the wall:"},
		{[]string{"i"}, "Pictures off."},
		{[]string{"i"}, "▀▀▀▀"},
		{[]string{"T", "T", "T", "T"}, "Theme: mono"},
		{[]string{"i"}, "Pictures off."},
		{[]string{"i"}, "no colours for pictures"},
		{[]string{"Q"}, "read view"},
	} {
		if step.keys != nil {
			p.keys(t, step.keys...)
		}
		p.see(t, step.see)
	}
}
