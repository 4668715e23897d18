package term

import (
	"io"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"
)

// gallery is a model that shows one picture, once the terminal can.
type gallery struct {
	echo
	on, sent bool
	picture  Picture
}

func (g *gallery) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	if _, ok := msg.(Graphics); ok {
		g.on = true
	}
	_, cmd := g.echo.Update(msg)
	return g, cmd
}

func (g *gallery) Frame([]string) Frame {
	if g.on {
		return Frame{Rows: []string{"\x1b[38;2;1;2;3m\U0010EEEE\u0305\u0305\U0010EEEE\u0305\u030D\x1b[m"}}
	}
	return Frame{Rows: []string{"half blocks"}}
}

func (g *gallery) Pictures() []Picture {
	if g.sent {
		return nil
	}
	g.sent = true
	return []Picture{g.picture}
}

const (
	kittySays = "\x1bP>|kitty(0.41.1)\x1b\\"
	kittyOK   = "\x1b_Gi=31;OK\x1b\\"
)

// shown runs a gallery on a terminal that says answers one after the other and then leaves; it returns what was written.
func shown(t *testing.T, answers ...string) string {
	t.Helper()
	model := &gallery{picture: Picture{ID: 0x010203, PNG: []byte(strings.Repeat("x", 5000)), Columns: 2, Rows: 1}}
	in, out, _, ended := run(t, t.Context(), model, io.Discard)
	for _, answer := range answers {
		if _, err := in.Write([]byte(answer)); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := in.Write([]byte("q")); err != nil {
		t.Fatal(err)
	}
	if err := end(t, ended); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

func TestPicturesGoToTerminalsThatSayTwiceThatTheyShowThem(t *testing.T) {
	got := shown(t, kittySays, kittyOK)
	for _, want := range []string{
		askName, askGraphics, "\x1b_Ga=T,U=1,i=66051,f=100,t=d,c=2,r=1,q=2,m=1;eHh4", "\x1b_Gm=0;eHh4",
		"\x1b[38;2;1;2;3m\U0010EEEE\u0305\u0305\U0010EEEE\u0305\u030D", "\x1b_Ga=d,d=I,i=66051,q=2\x1b\\",
	} {
		n := strings.Index(got, want)
		if n < 0 {
			t.Fatalf("%q is missing in %q", want, got)
		}
		got = got[n+len(want):]
	}
	if !strings.Contains(got, "\x1b[?1049l") {
		t.Error("the pictures are forgotten after their screen has gone")
	}
}

func TestPicturesGoToNobodyElse(t *testing.T) {
	for name, answers := range map[string][]string{
		"silent": nil, "a name alone": {kittySays}, "a yes alone": {kittyOK}, "a yes before the name": {kittyOK, kittySays},
		"WezTerm": {"\x1bP>|WezTerm 20240203\x1b\\", kittyOK}, "tmux": {"\x1bP>|tmux 3.4\x1b\\", kittyOK},
		"a no": {kittySays, "\x1b_Gi=31;ENOTSUPPORTED:no\x1b\\"}, "another picture": {kittySays, "\x1b_Gi=32;OK\x1b\\"},
		"garbled": {kittySays, "\x1b_Gi=31;OK", "\x1b[A"},
	} {
		got := shown(t, answers...)
		if strings.Contains(got, "a=T") || strings.Contains(got, "U0010EEEE") {
			t.Errorf("%s: %q", name, got)
		}
		if asked := strings.Count(got, askGraphics); asked != strings.Count(strings.Join(answers, ""), kittySays) {
			t.Errorf("%s: asked %d times", name, asked)
		}
	}
	if got := shown(t, kittySays, kittySays, kittySays); strings.Count(got, askGraphics) != 1 {
		t.Errorf("asked more than once: %q", got)
	}
}

func TestTransmissionsAreBounded(t *testing.T) {
	g := graphics{on: true}
	if got := g.transmit(Picture{ID: 1, PNG: make([]byte, maxPicture+1)}); got != "" {
		t.Errorf("%d bytes of a picture that is too large", len(got))
	}
	sent := 0
	for n := range uint32(100) {
		sent += len(g.transmit(Picture{ID: n, PNG: make([]byte, maxPicture)}))
	}
	if sent > 2*maxPictures || sent < maxPictures {
		t.Errorf("%d bytes were sent", sent)
	}
	off := graphics{}
	if got := off.transmit(Picture{ID: 1, PNG: []byte("x")}); got != "" {
		t.Errorf("sent %q to a terminal that shows none", got)
	}
}

func TestPlaceholdersCostFewBytes(t *testing.T) {
	p := painter{capability: Capability{Profile: colorprofile.TrueColor}}
	p.resize(80, 2)
	cell := "\U0010EEEE\u0305\u0305"
	sent := p.bytes(Frame{Rows: []string{"\x1b[38;2;1;2;3m" + strings.Repeat(cell, 40) + "\x1b[m"}})
	if len(sent) > 40*len(cell)+100 {
		t.Errorf("%d bytes for 40 cells of %d: %q", len(sent), len(cell), sent)
	}
}
