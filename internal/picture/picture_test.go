package picture

import (
	"bytes"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"image"
	"image/color"
	"image/color/palette"
	"image/gif"
	"image/jpeg"
	"image/png"
	"runtime"
	"slices"
	"testing"
	"time"
)

// flag is a picture whose upper left quarter is red, upper right green, lower left blue, and lower right white.
func flag(width, height int) *image.NRGBA {
	img := image.NewNRGBA(image.Rect(0, 0, width, height))
	for y := range height {
		for x := range width {
			c := color.NRGBA{A: 255}
			switch {
			case y < height/2 && x < width/2:
				c.R = 255
			case y < height/2:
				c.G = 255
			case x < width/2:
				c.B = 255
			default:
				c = color.NRGBA{} // shows the paper
			}
			img.SetNRGBA(x, y, c)
		}
	}
	return img
}

func asPNG(t testing.TB, img image.Image) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, img); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func asJPEG(t testing.TB, img image.Image) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := jpeg.Encode(&b, img, &jpeg.Options{Quality: 100}); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func asGIF(t testing.TB, frames int) []byte {
	t.Helper()
	all := &gif.GIF{}
	for n := range frames {
		frame := image.NewPaletted(image.Rect(0, 0, 8, 8), palette.Plan9)
		for i := range frame.Pix {
			frame.Pix[i] = byte(n)
		}
		all.Image, all.Delay = append(all.Image, frame), append(all.Delay, 1)
	}
	var b bytes.Buffer
	if err := gif.EncodeAll(&b, all); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// near reports whether two colours are the same to the eye.
func near(a, b RGB) bool {
	d := func(a, b uint8) int { return max(int(a)-int(b), int(b)-int(a)) }
	return d(a.R, b.R)+d(a.G, b.G)+d(a.B, b.B) < 40
}

// corners returns the four corners of p, from the upper left on by rows.
func corners(p *Picture) [4]RGB {
	all := p.Scale(20, 20)
	return [4]RGB{all[0], all[19], all[380], all[399]}
}

var red, green, blue, white = RGB{255, 0, 0}, RGB{0, 255, 0}, RGB{0, 0, 255}, RGB{255, 255, 255}

func TestDecodeKeepsWhatIsSeen(t *testing.T) {
	for name, data := range map[string][]byte{
		"small PNG": asPNG(t, flag(20, 20)), "large PNG": asPNG(t, flag(1000, 700)), "odd PNG": asPNG(t, flag(333, 1001)),
	} {
		p, err := Decode(data)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if got, want := corners(p), [4]RGB{red, green, blue, white}; got != want {
			t.Errorf("%s: corners %v", name, got)
		}
		if p.Bytes() > 3*maxWidth*maxHeight+64 {
			t.Errorf("%s: keeps %d bytes", name, p.Bytes())
		}
	}
	p, err := Decode(asJPEG(t, flag(64, 64)))
	if err != nil {
		t.Fatal(err)
	}
	got := corners(p)
	for n, want := range []RGB{red, green, blue} { // JPEG has no paper
		if !near(got[n], want) {
			t.Errorf("JPEG: corner %d is %v", n, got[n])
		}
	}
}

// held returns a JPEG file that says how its camera was held.
func held(t testing.TB, order binary.ByteOrder, how uint16) []byte {
	t.Helper()
	tiff := []byte("MM\x00*")
	if order == binary.LittleEndian {
		tiff = []byte("II*\x00")
	}
	add := func(v ...any) {
		for _, v := range v {
			var err error
			if tiff, err = binary.Append(tiff, order, v); err != nil {
				t.Fatal(err)
			}
		}
	}
	add(uint32(8), uint16(1), uint16(0x0112), uint16(3), uint32(1), how, uint16(0), uint32(0))
	exif := append([]byte("Exif\x00\x00"), tiff...)
	file := asJPEG(t, flag(64, 32))
	head := append([]byte{0xFF, 0xD8, 0xFF, 0xE1}, binary.BigEndian.AppendUint16(nil, uint16(len(exif)+2))...)
	return append(append(head, exif...), file[2:]...)
}

func TestPhotographsAreUpright(t *testing.T) {
	black := RGB{}
	for how, want := range map[uint16][4]RGB{
		1: {red, green, blue, black}, 2: {green, red, black, blue}, 3: {black, blue, green, red}, 4: {blue, black, red, green},
		5: {red, blue, green, black}, 6: {blue, red, black, green}, 7: {black, green, blue, red}, 8: {green, black, red, blue},
		9: {red, green, blue, black},
	} {
		for _, order := range []binary.ByteOrder{binary.BigEndian, binary.LittleEndian} {
			p, err := Decode(held(t, order, how))
			if err != nil {
				t.Fatal(err)
			}
			got := corners(p)
			for n := range want {
				if !near(got[n], want[n]) {
					t.Errorf("held as %d: corner %d is %v, want %v", how, n, got[n], want[n])
				}
			}
			if sideways := how >= 5 && how <= 8; sideways != (p.Height > p.Width) {
				t.Errorf("held as %d: %d×%d", how, p.Width, p.Height)
			}
		}
	}
}

// lying returns a PNG file of a few bytes whose header promises many points.
func lying(t testing.TB, width, height uint32) []byte {
	t.Helper()
	data := asPNG(t, flag(2, 2))
	binary.BigEndian.PutUint32(data[16:], width)
	binary.BigEndian.PutUint32(data[20:], height)
	binary.BigEndian.PutUint32(data[29:], crc(data[12:29]))
	return data
}

func TestHostileFilesAreRefusedAtOnce(t *testing.T) {
	whole, photo := asPNG(t, flag(300, 300)), asJPEG(t, flag(300, 300))
	tests := []struct {
		name string
		data []byte
		want error
	}{
		{"nothing", nil, ErrFormat},
		{"text", []byte("# A post\n"), ErrFormat},
		{"SVG", []byte("<svg xmlns='http://www.w3.org/2000/svg'/>"), ErrFormat},
		{"a header alone", whole[:33], ErrBroken},
		{"a half PNG", whole[:len(whole)/2], ErrBroken},
		{"a half JPEG", photo[:len(photo)/2], ErrBroken},
		{"a lying header", lying(t, 4000, 4000), ErrBroken},
		{"a bomb", lying(t, 30000, 30000), ErrTooLarge},
		{"a line without end", lying(t, 1<<31-1, 1), ErrTooLarge},
		{"more than a file may be", make([]byte, maxFile+1), ErrTooLarge},
	}
	for _, test := range tests {
		began := time.Now()
		p, err := Decode(test.data)
		if !errors.Is(err, test.want) || p != nil {
			t.Errorf("%s: %v, %v", test.name, p, err)
		}
		if took := time.Since(began); took > 2*time.Second {
			t.Errorf("%s: took %v", test.name, took)
		}
	}
}

func TestOddPicturesAreShown(t *testing.T) {
	for name, data := range map[string][]byte{
		"one point": asPNG(t, flag(1, 1)), "a line": asPNG(t, flag(32767, 1)), "a column": asPNG(t, flag(1, 32767)),
		"many frames": asGIF(t, 10000),
	} {
		p, err := Decode(data)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		for _, room := range [][2]int{{1, 1}, {68, 24}, {400, 400}} {
			w, h := p.Fit(room[0], room[1])
			if w < 1 || h < 1 || w > room[0] || h > room[1] || w > p.Width || h > p.Height {
				t.Errorf("%s in %v: %d×%d", name, room, w, h)
			}
			if got := len(p.Scale(w, h)); got != w*h {
				t.Errorf("%s: %d points", name, got)
			}
		}
	}
	p, err := Decode(asGIF(t, 3))
	if err != nil {
		t.Fatal(err)
	}
	r, g, b, _ := palette.Plan9[0].RGBA()
	if first := (RGB{uint8(r >> 8), uint8(g >> 8), uint8(b >> 8)}); p.Scale(1, 1)[0] != first {
		t.Errorf("not the first frame: %v", p.Scale(1, 1)[0])
	}
}

func TestFitKeepsTheShape(t *testing.T) {
	p := &Picture{Width: 1200, Height: 800}
	for _, test := range []struct{ room, want [2]int }{
		{[2]int{60, 100}, [2]int{60, 40}}, {[2]int{60, 20}, [2]int{30, 20}}, {[2]int{5000, 5000}, [2]int{1200, 800}},
		{[2]int{0, 0}, [2]int{1, 1}},
	} {
		if w, h := p.Fit(test.room[0], test.room[1]); [2]int{w, h} != test.want {
			t.Errorf("in %v: %d×%d, want %v", test.room, w, h, test.want)
		}
	}
}

func FuzzDecode(f *testing.F) {
	for _, seed := range [][]byte{
		asPNG(f, flag(5, 3)), asJPEG(f, flag(9, 9)), asGIF(f, 2), held(f, binary.LittleEndian, 6), lying(f, 100, 100),
		[]byte("RIFF\x1a\x00\x00\x00WEBPVP8L\x0d\x00\x00\x00\x2f\x00\x00\x00\x10\x07\x10\x11\x11\x88\x88\xfe\x07\x00"),
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		p, err := Decode(data)
		if err != nil {
			return
		}
		if p.Width < 1 || p.Height < 1 || p.Bytes() > 3*maxWidth*maxHeight+64 {
			t.Errorf("%d×%d of %d bytes", p.Width, p.Height, p.Bytes())
		}
		w, h := p.Fit(68, 24)
		p.Scale(w, h)
	})
}

// crc returns the sum of a PNG chunk.
func crc(chunk []byte) uint32 { return crc32.ChecksumIEEE(chunk) }

func BenchmarkDecode(b *testing.B) {
	photo := asJPEG(b, flag(4032, 3024))
	for b.Loop() {
		if _, err := Decode(photo); err != nil {
			b.Fatal(err)
		}
	}
}

// withChunk returns a PNG file with a chunk behind its header.
func withChunk(file []byte, kind string, holds []byte) []byte {
	const header = 8 + 25
	chunk := append(binary.BigEndian.AppendUint32(nil, uint32(len(holds))), kind...)
	chunk = append(chunk, holds...)
	chunk = binary.BigEndian.AppendUint32(chunk, crc32.ChecksumIEEE(chunk[4:]))
	return slices.Concat(file[:header], chunk, file[header:])
}

func TestDecodingTakesNoMoreThanWasReckoned(t *testing.T) {
	const side = 1000
	area := image.Rect(0, 0, side, side)
	asRGB := []byte("\xFF\xD8\xFF\xEE\x00\x0EAdobe\x00\x64\x00\x00\x00\x00\x00")
	for name, data := range map[string][]byte{
		"grey": asPNG(t, image.NewGray(area)), "see-through grey": withChunk(asPNG(t, image.NewGray(area)), "tRNS", []byte{0, 1}),
		"deep grey": asPNG(t, image.NewGray16(area)), "see-through deep grey": withChunk(asPNG(t, image.NewGray16(area)), "tRNS", []byte{0, 1}),
		"colours": asPNG(t, flag(side, side)), "deep colours": asPNG(t, image.NewNRGBA64(area)), "palette": asPNG(t, image.NewPaletted(area, palette.Plan9)),
		"photograph": asJPEG(t, flag(side, side)), "grey photograph": asJPEG(t, image.NewGray(area)),
		"photograph of red, green and blue": append(asRGB, asJPEG(t, flag(side, side))[2:]...),
	} {
		config, format, err := image.DecodeConfig(bytes.NewReader(data))
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		reckoned := uint64(side * side * bytesOf(config.ColorModel, format, data))
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		if _, _, err := image.Decode(bytes.NewReader(data)); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		runtime.ReadMemStats(&after)
		if took := after.TotalAlloc - before.TotalAlloc; took > reckoned+reckoned/8+200<<10 {
			t.Errorf("%s: took %d bytes, reckoned with %d", name, took, reckoned)
		}
	}
}

func TestProgressiveIsNotHiddenBehindWhatHoldsNothing(t *testing.T) {
	plain := asJPEG(t, flag(8, 8))
	if isProgressive(plain) {
		t.Error("a plain one passes for progressive")
	}
	// A decoder walks past the marker of a restart. Who takes the next bytes for its length sees a plain file in the comment.
	comment := make([]byte, 65533)
	copy(comment[65530:], "\xFF\xC0\x00")
	hidden := slices.Concat([]byte("\xFF\xD8\xFF\xD0\xFF\xFE\xFF\xFF"), comment, plain[2:])
	if _, err := jpeg.DecodeConfig(bytes.NewReader(hidden)); err != nil {
		t.Fatal(err)
	}
	if !isProgressive(hidden) {
		t.Error("what cannot be told passes for plain")
	}
}
