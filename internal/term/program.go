// Package term is one reader's terminal: it turns the bytes that a client sends into Bubble Tea messages and the
// model's view into few bytes, and puts the terminal back as it was on every way out.
//
// It runs a stock tea.Program without its renderer, input reader and signal handler: those paint by the clock, hold
// a copy of the screen as cells for each session and take the signals of the whole process.
package term

import (
	"context"
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

// Model is a tea.Model that says a last line, which stays in the scrollback when its screen is gone. No control
// character in it reaches the terminal.
type Model interface {
	tea.Model
	Follow(send func(tea.Msg)) (stop func()) // sends what happens elsewhere; it must not wait for that itself
	Farewell() string
}

// Copy asks the terminal to put its text into the reader's clipboard (OSC 52).
type Copy string

// Screen is the terminal that a program runs on.
type Screen struct {
	Capability    Capability
	Width, Height int       // cells, at least 1 each
	In            io.Reader // what the client sends; its end ends the program
	Out           io.Writer // gets one Write a frame; it must not block for ever
	Log           *slog.Logger
	Worked        func(time.Duration) // told of the work that each piece of input made; nil: nobody asks
}

// Program runs one model on one terminal.
type Program struct {
	screen  Screen
	tea     *tea.Program
	display *display
	mu      sync.Mutex // held while input is decoded and handed on, so that it stays in order
	decoder decoder
	timer   *time.Timer
	resting *time.Timer // until the clock is stopped; used by Run and what it calls
	told    struct {    // what came from outside and is not yet the model's
		sync.Mutex
		width, height int
		resized       bool
		quit          bool
		reason        string
	}
}

// New prepares a program for model on screen. Nothing is sent before Run.
func New(model Model, screen Screen) *Program {
	p := &Program{screen: screen}
	p.display = &display{
		model:   model,
		out:     screen.Out,
		painter: painter{capability: screen.Capability},
		log:     screen.Log,
		size:    p.latestSize,
		quit:    func() { p.Quit("") },
	}
	p.display.painter.resize(screen.Width, screen.Height)
	p.tea = tea.NewProgram(p.display,
		tea.WithoutRenderer(), tea.WithInput(nil), tea.WithOutput(io.Discard), tea.WithoutSignalHandler(),
		tea.WithEnvironment([]string{}), tea.WithColorProfile(screen.Capability.Profile),
		tea.WithFPS(1), // nothing is painted by it; it is the slowest that the library takes
		tea.WithFilter(onlyOurs))
	return p
}

// onlyOurs drops what tea.Program tells every model at its start: ours knows it from the beginning.
func onlyOurs(_ tea.Model, msg tea.Msg) tea.Msg {
	switch msg.(type) {
	case tea.EnvMsg, tea.ColorProfileMsg, tea.WindowSizeMsg:
		return nil
	}
	return msg
}

// Run shows the model until it quits, the input ends, or ctx does, and leaves the terminal as it was. The error is
// nil but where the model panicked or the terminal could not be written to.
func (p *Program) Run(ctx context.Context) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	stop := context.AfterFunc(ctx, func() { p.Quit("") })
	defer stop()
	p.display.started = func() {
		p.resting = time.AfterFunc(clockless, p.stopClock)
		go p.read(ctx)
	}
	defer p.display.model.Follow(p.tea.Send)()
	_, err := p.tea.Run()
	if p.resting != nil {
		p.resting.Stop()
	}
	p.told.Lock()
	reason := p.told.reason
	p.told.Unlock()
	p.display.restore(reason)
	p.mu.Lock()
	if p.timer != nil {
		p.timer.Stop()
	}
	p.mu.Unlock()
	if p.display.err != nil {
		return p.display.err
	}
	return err
}

// clockless is how long after its start a program does without its clock: those who only look in need not be rid of it.
const clockless = time.Second

// stopClock ends the goroutine that wakes each second to have nothing painted. Those who leave a blog open for a day
// would wake the machine for nothing.
func (p *Program) stopClock() {
	if err := p.tea.ReleaseTerminal(); err != nil {
		p.screen.Log.Debug("clock not stopped", "err", err)
	}
}

// Quit ends the program; reason, if any, is the last thing the reader sees. It returns at once and may be called at
// any time and more than once; the first reason counts.
func (p *Program) Quit(reason string) {
	p.told.Lock()
	defer p.told.Unlock()
	if !p.told.quit {
		p.told.quit, p.told.reason = true, reason
		go p.tea.Quit()
	}
}

// Send hands msg to the model. It blocks until the model takes it or the program ends.
func (p *Program) Send(msg tea.Msg) { p.tea.Send(msg) }

// Resize says that the terminal now has width columns and height rows. It never blocks; of many sizes in a row the
// model sees the last.
func (p *Program) Resize(width, height int) {
	p.told.Lock()
	defer p.told.Unlock()
	p.told.width, p.told.height = width, height
	if !p.told.resized {
		p.told.resized = true
		go p.tea.Send(resized{})
	}
}

func (p *Program) latestSize() (width, height int) {
	p.told.Lock()
	defer p.told.Unlock()
	p.told.resized = false
	return p.told.width, p.told.height
}

// read paints the first frame, and decodes the client's bytes until they end, which ends the program, or ctx does. Where
// they make more work than anybody does who types, the next are read later. Painting takes a larger stack than the event
// loop has: one of a session's goroutines is enough to have it.
func (p *Program) read(ctx context.Context) {
	p.display.begin()
	var buf [128]byte // what comes at once is painted once, but is also not to be stopped
	var pace pace
	for ctx.Err() == nil {
		n, err := p.screen.In.Read(buf[:])
		if n > 0 {
			work := p.input(func(now time.Time) []tea.Msg { return p.decoder.feed(buf[:n], now) })
			if p.screen.Worked != nil {
				p.screen.Worked(work)
			}
			rest(ctx, pace.after(work, time.Now()))
		}
		if err != nil {
			p.Quit("")
			return
		}
	}
}

// input has the model take what decode returns, and sees to it that what is unfinished ends in time. It does so at once
// and not through the event loop: waking that takes longer than most keys. What the model wants done is the loop's. It
// returns how long it worked; waiting for others, and for the client to take what it is sent, does not count.
func (p *Program) input(decode func(time.Time) []tea.Msg) (work time.Duration) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if msgs := decode(time.Now()); len(msgs) > 0 {
		var cmd tea.Cmd
		if cmd, work = p.display.handle(typed(msgs)); cmd != nil {
			p.tea.Send(wanted{cmd})
		}
	}
	wait := p.decoder.wait()
	switch {
	case wait == 0:
	case p.timer == nil:
		p.timer = time.AfterFunc(wait, func() { p.input(p.decoder.expire) })
	default:
		p.timer.Reset(wait)
	}
	return work
}

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
	view := d.model.View()
	var pictures []Picture
	if m, ok := d.model.(Illustrator); ok && d.painter.graphics.on {
		pictures = m.Pictures()
	}
	d.painter.paint(view, pictures, clip, d.write)
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
