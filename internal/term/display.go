package term

import (
	"errors"
	"fmt"
	"io"
	"log/slog"
	"runtime/debug"
	"strings"
	"sync"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"postern/internal/text"
)

// typed is what came in one piece. It is painted once.
type typed []tea.Msg

// wanted is what the model answered to what was typed.
type wanted struct{ cmd tea.Cmd }

// resized says that there is a new size to ask for.
type resized struct{}

// display is the tea.Model between tea.Program and the real one: it paints after each update. Keys come from one goroutine
// and all other messages from another.
type display struct {
	mu      sync.Mutex
	over    bool // the terminal is as it was before
	model   Model
	painter painter
	out     io.Writer
	log     *slog.Logger
	size    func() (width, height int)
	quit    func()
	started func() // called once the program has its clock
	clip    Copy
	changed bool
	err     error
	waited  time.Duration // for the client to take what it was sent, of late
}

// Init starts the model.
func (d *display) Init() tea.Cmd {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.started()
	return d.model.Init()
}

// begin paints the first frame.
func (d *display) begin() {
	d.mu.Lock()
	defer d.mu.Unlock()
	if !d.over {
		d.changed = true
		d.show()
	}
}

// Update passes msg to the model and paints what changed, before Bubble Tea hands the command on.
func (d *display) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	if msg, ok := msg.(wanted); ok {
		return d, msg.cmd
	}
	cmd, _ := d.handle(msg)
	return d, cmd
}

// handle has the model take msg and paints what changed. A panic in it ends this program and no other. It also returns how
// long that was work.
func (d *display) handle(msg tea.Msg) (cmd tea.Cmd, work time.Duration) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.over {
		return nil, 0
	}
	began := time.Now()
	d.waited = 0
	cmd = d.take(msg)
	d.show()
	return cmd, time.Since(began) - d.waited
}

func (d *display) take(msg tea.Msg) (cmd tea.Cmd) {
	defer func() {
		if r := recover(); r != nil {
			d.fail("update", r)
		}
	}()
	switch msg := msg.(type) {
	case typed:
		cmds := make([]tea.Cmd, 0, len(msg))
		for _, m := range msg {
			if m = d.hear(m); m == nil {
				continue
			}
			if cmd := d.update(m); cmd != nil {
				cmds = append(cmds, cmd)
			}
		}
		return tea.Batch(cmds...)
	case resized:
		width, height := d.size()
		d.painter.resize(width, height)
		return d.update(tea.WindowSizeMsg{Width: width, Height: height})
	case Copy:
		d.clip = msg
		d.changed = true
		return nil
	}
	if msg == tea.ClearScreen() {
		d.painter.forget()
		d.changed = true
		return nil
	}
	return d.update(msg)
}

// hear takes what the terminal says of pictures for itself, and returns what the model is to know of msg; nil for nothing.
func (d *display) hear(msg tea.Msg) tea.Msg {
	g := &d.painter.graphics
	switch msg := msg.(type) {
	case named:
		if msg.showsPlaceholders() && !g.asked {
			g.asked = true
			d.write([]byte(askGraphics))
		}
		return nil
	case takesPictures:
		if !g.asked || g.on {
			return nil
		}
		g.on = true
		return Graphics{}
	}
	return msg
}

func (d *display) update(msg tea.Msg) tea.Cmd {
	d.changed = true
	model, cmd := d.model.Update(msg)
	if m, ok := model.(Model); ok {
		d.model = m
	}
	return cmd
}

// View is called by Bubble Tea after each update. There is nothing for it to show.
func (d *display) View() tea.View { return tea.View{} }

// show paints what changed since the last frame.
func (d *display) show() {
	if d.changed && d.err == nil {
		d.changed = false
		d.paint()
	}
}

func (d *display) paint() {
	defer func() {
		if r := recover(); r != nil {
			d.fail("view", r)
		}
	}()
	clip := ""
	if d.clip != "" {
		clip, d.clip = ansi.SetSystemClipboard(string(d.clip)), ""
	}
	d.painter.paint(d.compose, clip, d.write)
}

// compose has the model make the next frame, and the pictures that it needs.
func (d *display) compose(rows []string) (Frame, []Picture) {
	f := d.model.Frame(rows)
	if m, ok := d.model.(Illustrator); ok && d.painter.graphics.on {
		return f, m.Pictures()
	}
	return f, nil
}

// ErrPanic is wrapped by the error of a program whose model panicked; the log has more.
var ErrPanic = errors.New("panic")

// fail ends the program after a panic.
func (d *display) fail(where string, cause any) {
	d.log.Error("panic in a session", "where", where, "cause", cause, "stack", string(debug.Stack()))
	d.end(fmt.Errorf("%w in %s: %v", ErrPanic, where, cause))
}

func (d *display) write(b []byte) {
	if len(b) == 0 {
		return
	}
	began := time.Now()
	if _, err := d.out.Write(b); err != nil {
		d.end(err)
	}
	d.waited += time.Since(began)
}

// end keeps the first error and ends the program.
func (d *display) end(err error) {
	if d.err == nil {
		d.err = err
		d.quit()
	}
}

// restore puts the terminal back and prints what stays in the scrollback.
func (d *display) restore(reason string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.over = true
	s := d.painter.leave()
	for _, line := range []string{d.farewell(), reason} {
		if line = text.Clean(line); line != "" {
			s += strings.ReplaceAll(line, "\n", "\r\n") + "\r\n"
		}
	}
	d.write([]byte(s))
}

func (d *display) farewell() (line string) {
	defer func() {
		if recover() != nil {
			line = ""
		}
	}()
	return d.model.Farewell()
}
