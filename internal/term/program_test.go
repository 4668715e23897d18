package term

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
)

// echo is a model that shows the keys it got, panics on "!" and while it shows "?", and leaves on "q".
type echo struct {
	keys, farewell string
	width          int
	updates        int
}

func (e *echo) Init() tea.Cmd { return nil }

func (e *echo) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	e.updates++
	switch msg := msg.(type) {
	case probe:
		msg()
	case tea.WindowSizeMsg:
		e.width = msg.Width
	case tea.KeyPressMsg:
		e.keys += msg.String()
		switch msg.String() {
		case "!":
			panic("in update")
		case "c":
			return e, func() tea.Msg { return Copy("kept") }
		case "q":
			return e, tea.Quit
		}
	}
	return e, nil
}

func (e *echo) View() tea.View { return tea.View{} }

func (e *echo) Frame(rows []string) Frame {
	if strings.HasSuffix(e.keys, "?") {
		panic("in view")
	}
	return Frame{Rows: append(rows, "keys "+e.keys)}
}

func (e *echo) Follow(func(tea.Msg)) (stop func()) { return func() {} }

func (e *echo) Farewell() string { return e.farewell }

// writes keeps what was written, one string a write.
type writes struct {
	mu  sync.Mutex
	all []string
	err error
}

func (w *writes) Write(p []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.all = append(w.all, string(p))
	return len(p), w.err
}

func (w *writes) String() string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return strings.Join(w.all, "")
}

// run starts model on a terminal and returns what to type into, what was written, and the outcome.
func run(t *testing.T, ctx context.Context, model Model, log io.Writer) (in *io.PipeWriter, out *writes, p *Program, ended chan error) {
	t.Helper()
	r, in := io.Pipe()
	out, ended = &writes{}, make(chan error, 1)
	p = New(model, Screen{Capability: Capability{asks: true}, Width: 80, Height: 24, In: r, Out: out, Log: slog.New(slog.NewTextHandler(log, nil))})
	go func() { ended <- p.Run(ctx); _ = r.Close() }()
	t.Cleanup(func() { _ = in.Close() })
	return in, out, p, ended
}

func typeIn(t *testing.T, in io.Writer, keys string) {
	t.Helper()
	if _, err := io.WriteString(in, keys); err != nil && !errors.Is(err, io.ErrClosedPipe) {
		t.Fatal(err)
	}
}

func end(t *testing.T, ended chan error) error {
	t.Helper()
	select {
	case err := <-ended:
		return err
	case <-time.After(10 * time.Second):
		t.Fatal("it does not end")
		return nil
	}
}

// restored fails unless out ends as a terminal wants it.
func restored(t *testing.T, out string) {
	t.Helper()
	_, after, ok := strings.Cut(out, "\x1b[?1049l")
	if !ok || strings.Contains(after, "\x1b") || !strings.Contains(out, "\x1b[?25h") || !strings.Contains(out, "\x1b[?7h") {
		t.Errorf("the terminal is left at %q", out)
	}
}

func TestWorkOfKeysIsTold(t *testing.T) {
	r, in := io.Pipe()
	told := make(chan time.Duration, 1)
	p := New(&slow{}, Screen{Width: 80, Height: 24, In: r, Out: io.Discard, Log: slog.New(slog.DiscardHandler), Worked: func(d time.Duration) { told <- d }})
	ended := make(chan error, 1)
	go func() { ended <- p.Run(context.Background()) }()
	typeIn(t, in, "a")
	if work := <-told; work < lazy {
		t.Errorf("%s of work", work)
	}
	_ = in.Close()
	if err := end(t, ended); err != nil {
		t.Error(err)
	}
}

// slow is a model that works on each message for as long as lazy says.
type slow struct{ echo }

const lazy = 20 * time.Millisecond

func (s *slow) Update(tea.Msg) (tea.Model, tea.Cmd) {
	for began := time.Now(); time.Since(began) < lazy; {
	}
	return s, nil
}

func TestKeysThatComeTogetherArePaintedOnce(t *testing.T) {
	model := &echo{farewell: "bye\x1b[31m"}
	in, out, _, ended := run(t, context.Background(), model, io.Discard)
	typeIn(t, in, "abcdefghijkl")
	for deadline := time.Now().Add(10 * time.Second); !strings.Contains(out.String(), "\x1b]52;c;a2VwdA=="); {
		if time.Now().After(deadline) {
			t.Fatal("nothing was copied")
		}
	}
	typeIn(t, in, "q")
	if err := end(t, ended); err != nil {
		t.Fatal(err)
	}
	frames := 0
	for _, w := range out.all {
		if strings.Contains(w, "fghij") {
			frames++
		}
	}
	if frames != 1 || model.keys != "abcdefghijklq" {
		t.Errorf("%d frames, keys %q, %q", frames, model.keys, out.all)
	}
	restored(t, out.String())
	if !strings.HasSuffix(out.String(), "bye[31m\r\n") {
		t.Errorf("the last words are %q", out.String())
	}
}

func TestFirstFrameIsOneWriteThatWaitsForNothing(t *testing.T) {
	_, out, p, ended := run(t, context.Background(), &echo{}, io.Discard)
	for deadline := time.Now().Add(10 * time.Second); !strings.Contains(out.String(), "keys"); {
		if time.Now().After(deadline) {
			t.Fatal("no frame")
		}
	}
	out.mu.Lock()
	first := out.all[0]
	out.mu.Unlock()
	if !strings.HasPrefix(first, "\x1b[?1049h") || !strings.Contains(first, "keys") {
		t.Errorf("the first write is %q", first)
	}
	p.Quit("the reason")
	if err := end(t, ended); err != nil {
		t.Fatal(err)
	}
	if !strings.HasSuffix(out.String(), "\x1b[?1049lthe reason\r\n") {
		t.Errorf("the end is %q", out.String())
	}
}

func TestPanicRestoresTheTerminalAndIsLogged(t *testing.T) {
	for _, key := range []string{"!", "?"} {
		var log bytes.Buffer
		in, out, _, ended := run(t, context.Background(), &echo{}, &log)
		typeIn(t, in, key)
		if err := end(t, ended); err == nil || !strings.Contains(err.Error(), "panic") {
			t.Errorf("%s: error %v", key, err)
		}
		restored(t, out.String())
		if !strings.Contains(log.String(), "program_test.go") {
			t.Errorf("%s: no stack in %q", key, log.String())
		}
	}
}

func TestProgramEndsWithItsContextAndItsInput(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	_, out, _, ended := run(t, ctx, &echo{}, io.Discard)
	cancel()
	if err := end(t, ended); err != nil {
		t.Errorf("context: %v", err)
	}
	if out.String() != "" { // it may end before it began
		restored(t, out.String())
	}
	in, out, _, ended := run(t, context.Background(), &echo{}, io.Discard)
	typeIn(t, in, "a")
	if err := in.Close(); err != nil {
		t.Fatal(err)
	}
	if err := end(t, ended); err != nil {
		t.Errorf("input: %v", err)
	}
	restored(t, out.String())
}

func TestTerminalThatIsGoneEndsTheProgram(t *testing.T) {
	r, in := io.Pipe()
	defer func() { _ = in.Close() }()
	gone := errors.New("gone")
	p := New(&echo{}, Screen{Width: 80, Height: 24, In: r, Out: &writes{err: gone}, Log: slog.New(slog.DiscardHandler)})
	ended := make(chan error, 1)
	go func() { ended <- p.Run(context.Background()) }()
	if err := end(t, ended); !errors.Is(err, gone) {
		t.Errorf("error %v", err)
	}
}

func TestOfManySizesTheLastCounts(t *testing.T) {
	model := &echo{}
	in, _, p, ended := run(t, context.Background(), model, io.Discard)
	for width := range 2000 {
		p.Resize(20+width, 24)
	}
	p.Resize(123, 24)
	for deadline := time.Now().Add(10 * time.Second); ; {
		got := make(chan int, 1)
		p.Send(probe(func() { got <- model.width }))
		if <-got == 123 {
			break
		}
		if time.Now().After(deadline) {
			t.Fatal("the last size never came")
		}
	}
	typeIn(t, in, "q")
	if err := end(t, ended); err != nil {
		t.Fatal(err)
	}
	if model.updates > 1000 {
		t.Errorf("%d updates for 2001 sizes", model.updates)
	}
}

// probe is a message that looks at the model from within its program.
type probe func()

func TestLoneEscapeIsTheKey(t *testing.T) {
	model := &echo{}
	in, _, p, ended := run(t, context.Background(), model, io.Discard)
	typeIn(t, in, "\x1b")
	for deadline := time.Now().Add(10 * time.Second); ; {
		got := make(chan string, 1)
		p.Send(probe(func() { got <- model.keys }))
		if <-got == "esc" {
			break
		}
		if time.Now().After(deadline) {
			t.Fatal("the key never came")
		}
	}
	typeIn(t, in, "q")
	if err := end(t, ended); err != nil {
		t.Fatal(err)
	}
}

func TestCapabilities(t *testing.T) {
	tests := []struct {
		term    string
		environ []string
		want    string
	}{
		{"xterm-256color", nil, "ANSI256"},
		{"xterm-256color", []string{"COLORTERM=truecolor"}, "TrueColor"},
		{"xterm-256color", []string{"NO_COLOR=1"}, "ASCII"},
		{"xterm-256color", []string{"LANG=C"}, "ANSI256 ascii"},
		{"xterm-256color", []string{"LANG=de_DE.UTF-8", "LC_ALL=POSIX"}, "ANSI256 ascii"},
		{"xterm-256color", []string{"LANG=C", "LC_ALL=C.utf8"}, "ANSI256"},
		{"linux", nil, "ANSI"},
		{"vt100", nil, "ASCII"},
		{"xterm-mono", nil, "ASCII"},
		{"tmux-256color", nil, "ANSI256"},
		{"dumb", nil, "NoTTY dumb"},
		{"", nil, "NoTTY dumb"},
	}
	for _, test := range tests {
		c := Detect(test.term, test.environ)
		got := c.Profile.String()
		if c.ASCII {
			got += " ascii"
		}
		if c.Dumb {
			got += " dumb"
		}
		if !strings.EqualFold(got, test.want) {
			t.Errorf("%s %q: got %s, want %s", test.term, test.environ, got, test.want)
		}
	}
}

func BenchmarkFirstFrame(b *testing.B) {
	rows := slices.Repeat([]string{"      A line of text, \x1b[1mwith some of it bold\x1b[m, as posts have them."}, 24)
	for b.Loop() {
		p := painter{}
		p.resize(80, 24)
		p.paint(func(into []string) (Frame, []Picture) { return Frame{Rows: append(into, rows...)}, nil }, "", func([]byte) {})
	}
}

func BenchmarkScrolledLine(b *testing.B) {
	var lines []string
	for n := range 24 {
		lines = append(lines, fmt.Sprintf("      Line %d of a text, \x1b[1mwith some of it bold\x1b[m, as posts have them.", n), fmt.Sprintf("      And %d without.", n))
	}
	p := painter{}
	p.resize(80, 24)
	n := 0
	for b.Loop() {
		p.paint(func(into []string) (Frame, []Picture) { return Frame{Rows: append(into, lines[n%20:n%20+24]...)}, nil }, "", func([]byte) {})
		n++
	}
}
