package term

import (
	"bytes"
	"fmt"
	"io"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	uv "github.com/charmbracelet/ultraviolet"
	"github.com/charmbracelet/x/vt"
)

// terminal is an emulated one that a painter paints on.
type terminal struct {
	*vt.Emulator
	painter painter
}

func newTerminal(t testing.TB, width, height int) *terminal {
	t.Helper()
	e := vt.NewEmulator(width, height)
	go func() { _, _ = io.Copy(io.Discard, e) }() // its answers to queries; Close would race with it, so it stays
	term := &terminal{Emulator: e}
	term.painter.capability = Capability{asks: true}
	term.painter.resize(width, height)
	return term
}

// bytes returns what is sent to show f.
func (p *painter) bytes(f Frame) (sent []byte) {
	p.paint(func([]string) (Frame, []Picture) { return f, nil }, "", func(b []byte) { sent = append(sent, b...) })
	return sent
}

// show paints lines and returns what it cost.
func (s *terminal) show(t testing.TB, lines []string) []byte {
	t.Helper()
	out := s.painter.bytes(Frame{Rows: slices.Clone(lines)})
	if _, err := s.Write(out); err != nil {
		t.Fatal(err)
	}
	return out
}

// screen returns all cells of the terminal, without what cannot be seen of a blank's style.
func (s *terminal) screen() string {
	var b strings.Builder
	for y := range s.Height() {
		for x := range s.Width() {
			c := s.CellAt(x, y)
			if c == nil {
				b.WriteString("nothing")
				continue
			}
			look := c.Style
			if c.Content == " " || c.Content == "" {
				look.Fg, look.Attrs = nil, look.Attrs&(uv.AttrReverse|uv.AttrStrikethrough)
				fmt.Fprintf(&b, "%v%v ", look, c.Link)
				continue
			}
			fmt.Fprintf(&b, "%v%v%s", look, c.Link, c.Content)
		}
		b.WriteByte('\n')
	}
	return b.String()
}

// fresh returns the screen of a new terminal of the same size after lines are painted from nothing: the judge.
func (s *terminal) fresh(t testing.TB, lines []string) string {
	t.Helper()
	other := newTerminal(t, s.Width(), s.Height())
	for y := range min(len(lines), s.Height()) {
		if _, err := fmt.Fprintf(other, "\x1b[%dH%s\x1b[m", y+1, lines[y]); err != nil {
			t.Fatal(err)
		}
	}
	return other.screen()
}

func TestPainterShowsEachFrameAsIfItWereTheFirst(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for range 30 {
		width, height := 20+random.IntN(60), 5+random.IntN(20)
		s := newTerminal(t, width, height)
		pool := make([]string, 60)
		for n := range pool {
			pool[n] = randomLine(random, width)
		}
		lines := make([]string, height)
		for range 40 {
			edit(random, lines, pool)
			s.show(t, lines)
			if got, want := s.screen(), s.fresh(t, lines); got != want {
				t.Fatalf("%d×%d: the screen is\n%q\nwant\n%q", width, height, got, want)
			}
		}
	}
}

// line is one that was parsed.
type line struct {
	stock
	cells []cell
}

func parsed(s string, width int, has alphabet) *line {
	l := &line{}
	l.empty(0)
	l.cells, _ = l.parse(nil, s, width, has)
	return l
}

// edit makes a next frame out of lines: scrolled, replaced in part, emptied, or edited within a line.
func edit(random *rand.Rand, lines, pool []string) {
	pick := func() string { return pool[random.IntN(len(pool))] }
	switch n := 1 + random.IntN(len(lines)-1); random.IntN(6) {
	case 0:
		copy(lines, lines[n:])
		for y := len(lines) - n; y < len(lines); y++ {
			lines[y] = pick()
		}
	case 1:
		copy(lines[n:], lines)
		for y := range n {
			lines[y] = pick()
		}
	case 2:
		for y := range lines {
			lines[y] = pick()
		}
	case 3:
		lines[n] = pick()
	case 4:
		lines[n] = strings.Replace(lines[n], "a", "bb", 1)
	case 5: // of the same width
		lines[n] = strings.NewReplacer("beta", "\x1b[1mBETA\x1b[22m", "38;5;39", "38;5;38", "日本", "abcd", "→", "x", "x", "\u0301x").Replace(lines[n])
	}
}

// randomLine returns a line of at most width columns with styles, links and wide characters.
func randomLine(random *rand.Rand, width int) string {
	words := []string{"alpha", "beta", "日本語", "é", "naïve", "👩‍👩‍👧", "a\u0301", "\x1b[1m", "\x1b[38;5;39m", "\x1b[m", "\x1b[7m",
		"\x1b[2;3m", "\x1b[31;44m", "\x1b[38;2;1;2;3;48;5;7m", "\x1b[22m", "\x1b[39;49m", "\x1b[4m", "\x1b[94;9m", "\x1b[0;1m", "\x1b[24;29m",
		"\x1b]8;id=1;https://example.com/a\x1b\\", "\x1b]8;;\x1b\\", "    ", "              ", "→", "▌", "x", "⏎", "soft\u00adhyphen"}
	var b strings.Builder
	for range random.IntN(12) {
		next := words[random.IntN(len(words))]
		used := 0
		for _, c := range parsed(b.String()+next+" ", 1000, everything).cells {
			used += int(c.glyph >> columns)
		}
		if used > width-2 {
			break
		}
		b.WriteString(next + " ")
	}
	return b.String() + "\x1b[m\x1b]8;;\x1b\\"
}

func TestMarksOnBlanksComeAndGoWithTheirLine(t *testing.T) {
	s := newTerminal(t, 80, 3)
	for _, line := range []string{
		"  \u0308" + strings.Repeat("abcdefghij", 6), "    " + strings.Repeat("ZYXWVUTSRQ", 6), "  \u0308" + strings.Repeat("jihgfedcba", 6),
	} {
		s.show(t, []string{line})
		if got, want := s.screen(), s.fresh(t, []string{line}); got != want {
			t.Errorf("%q is shown as %.100q", line, got)
		}
	}
}

func TestNothingIsSentWhenNothingChanged(t *testing.T) {
	s := newTerminal(t, 80, 24)
	lines := []string{"one", "\x1b[1mtwo\x1b[m", "", "日本語"}
	s.show(t, lines)
	if out := s.show(t, lines); len(out) != 0 {
		t.Errorf("sent %q", out)
	}
}

func TestScrolledLineIsCheap(t *testing.T) {
	s := newTerminal(t, 80, 24)
	text := make([]string, 60)
	for n := range text {
		text[n] = fmt.Sprintf("      This is line %d of a text that somebody reads.", n)
	}
	frame := func(top int) []string {
		return append(append([]string{"header", ""}, text[top:top+20]...), "", "footer")
	}
	s.show(t, frame(0))
	for top := 1; top < 20; top++ {
		if out := s.show(t, frame(top)); len(out) > 100 {
			t.Fatalf("%d bytes for one line: %q", len(out), out)
		}
	}
	for top := 18; top > 0; top-- {
		if out := s.show(t, frame(top)); len(out) > 100 {
			t.Fatalf("%d bytes for one line back: %q", len(out), out)
		}
	}
	if got, want := s.screen(), s.fresh(t, frame(1)); got != want {
		t.Errorf("the screen is\n%s\nwant\n%s", got, want)
	}
}

func TestRowsThatScrollStayTheSameFromLineToLine(t *testing.T) {
	s := newTerminal(t, 80, 24)
	text := make([]string, 60)
	for n := range text {
		if n%4 != 3 {
			text[n] = fmt.Sprintf("      This is line %d of a text in short paragraphs.", n)
		}
	}
	s.show(t, append([]string{"header", ""}, text[:20]...))
	confined := 0
	for top := 1; top < 30; top++ {
		lines := append([]string{"header", ""}, text[top:top+20]...)
		confined += bytes.Count(s.show(t, lines), []byte("r\x1b["))
		if got, want := s.screen(), s.fresh(t, lines); got != want {
			t.Fatalf("the screen is\n%s\nwant\n%s", got, want)
		}
	}
	if confined != 1 {
		t.Errorf("the rows that scroll were set %d times", confined)
	}
}

func TestOnlyStylesAndLinksReachTheTerminal(t *testing.T) {
	hostile := []string{
		"\x1b]52;c;aGFjaw==\x07", "\x1b]0;title\x07", "\x1bc", "\x1b[2J", "\x1b[31;1H", "\x1bP1$r\x1b\\", "\x1b_Gx\x1b\\", "\x9b31m",
		"\u009b31m", "\u009dtitle\u009c", "\r", "\b", "\x00", "\x7f", "\x1b[?25l", "\x1b]8;;http://x\u009d\x1b\\", "\x1b[5n", "\x1b(0",
		"\u202e", "\u200b", "\x1b]11;?",
	}
	for _, h := range hostile {
		s := newTerminal(t, 40, 5)
		s.show(t, []string{"calm"})
		out := string(s.show(t, []string{"A" + h + "B"}))
		rest := strings.TrimSuffix(out, "\r") // back to the cursor's place
		for _, allowed := range []string{"\x1b[H", "\x1b[C", "\x1b[K", "\x1b[m"} {
			rest = strings.ReplaceAll(rest, allowed, "")
		}
		if strings.ContainsFunc(rest, func(r rune) bool { return r < 0x20 || r >= 0x7F && r < 0xA0 || r == 0x202E || r == 0x200B }) {
			t.Errorf("%q: sent %q", h, out)
		}
	}
}

func TestLinesAreCutAtTheEdge(t *testing.T) {
	s := newTerminal(t, 10, 3)
	out := string(s.show(t, []string{"0123456789abc", "123456789日本", "\x1b[1m日本語日本語\x1b[m"}))
	for _, want := range []string{"l0123456789\x1b", "H123456789\x1b", "m日本語日本\x1b"} {
		if !strings.Contains(out, want) {
			t.Errorf("sent %q, without %q", out, want)
		}
	}
}

func TestASCIITerminalGetsASCII(t *testing.T) {
	s := newTerminal(t, 40, 3)
	s.painter.capability.ASCII = true
	out := s.show(t, []string{"▌ “Café” … 日本 · naïve", "─── → ∎"})
	for _, b := range out {
		if b >= 0x80 {
			t.Fatalf("sent %q", out)
		}
	}
	if got, want := strings.TrimRight(s.String(), " \n"), "|  \"Cafe\" . ???? * naive\n--- > *"; strings.ReplaceAll(got, "|  ", "| ") != strings.ReplaceAll(want, "|  ", "| ") {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestConsoleGetsItsLettersAndNoSigns(t *testing.T) {
	s := newTerminal(t, 40, 2)
	s.painter.capability = Detect("linux", nil)
	out := string(s.show(t, []string{"▌ Café … Ωmega → 日本"}))
	for want, there := range map[string]bool{"Café": true, "Ωmega": true, "日本": true, "▌": false, "…": false, "→": false} {
		if strings.Contains(out, want) != there {
			t.Errorf("%q: sent %q", want, out)
		}
	}
}

func TestTerminalIsLeftAsItWas(t *testing.T) {
	s := newTerminal(t, 40, 5)
	if _, err := s.WriteString("$ ssh host\r\n"); err != nil {
		t.Fatal(err)
	}
	before := s.Render()
	s.show(t, []string{"\x1b[1mpost", "of many words"})
	if _, err := s.WriteString(s.painter.leave()); err != nil {
		t.Fatal(err)
	}
	if got := s.Render(); got != before {
		t.Errorf("left behind %q, want %q", got, before)
	}
	if s.IsAltScreen() {
		t.Error("still on the second screen")
	}
}

func TestTerminalThatWasNeverPaintedIsNotTouched(t *testing.T) {
	var p painter
	if got := p.leave(); got != "" {
		t.Errorf("sent %q", got)
	}
}

// FuzzPainter holds that whatever a line contains, what is sent is cursor addressing, erasing, scrolling, SGR, OSC 8
// and printable text, and that it never panics.
func FuzzPainter(f *testing.F) {
	f.Add("a\x1b[1mb", "\x1b]8;;http://x\x1b\\c", 20)
	f.Fuzz(func(t *testing.T, one, two string, width int) {
		p := painter{capability: Capability{}}
		p.resize(1+width&0x7f, 4)
		for _, content := range []string{one, two, one + "\n" + two, two} {
			seen := parsed(content, 200, alphabet(width&3)%3)
			for _, c := range seen.cells {
				text := string(seen.append(nil, c.glyph))
				if !printable(text) || !printable(seen.looks[c.look].link) || c.isFirm() && c.glyph>>columns != 1 {
					t.Fatalf("cell %q of %q", text, content)
				}
			}
			var put pen
			put.begin()
			put.put(content, 0, 200, alphabet(width&3)%3)
			cells, wide := trim(seen.cells), 0
			for _, c := range cells {
				wide += int(c.glyph >> columns)
			}
			if put.astray && firmUntil(cells) == len(cells) || put.column != wide {
				t.Fatalf("%q is %d columns wide, in doubt: %v, and has %d cells", content, put.column, put.astray, len(cells))
			}
			out := p.bytes(Frame{Rows: strings.Split(content, "\n"), Title: one})
			if rest := stripSequences(string(out)); !printable(rest) {
				t.Fatalf("sent %q", out)
			}
		}
	})
}

// stripSequences removes the sequences that a painter may send.
func stripSequences(s string) string {
	var b strings.Builder
	for len(s) > 0 {
		switch {
		case strings.HasPrefix(s, "\x1bM"):
			s = s[2:]
		case strings.HasPrefix(s, "\x1b]8;"), strings.HasPrefix(s, "\x1b["):
			n := sequenceLen(s)
			if seq := s[:n]; seq[1] == '[' && !strings.ContainsAny(seq[n-1:], "ABCDHKJmrhl") {
				b.WriteString(seq)
			}
			s = s[n:]
		case strings.ContainsAny(s[:1], "\n\r\b"):
			s = s[1:]
		default:
			b.WriteByte(s[0])
			s = s[1:]
		}
	}
	return b.String()
}
