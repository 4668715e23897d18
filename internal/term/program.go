// Package term is one reader's terminal: it turns the bytes that a client sends into Bubble Tea messages and the
// model's view into few bytes, and puts the terminal back as it was on every way out.
//
// It runs a stock tea.Program without its renderer, input reader and signal handler: those paint by the clock, hold
// a copy of the screen as cells for each session and take the signals of the whole process.
package term

import (
	"context"
	"io"
	"log/slog"
	"sync"
	"time"

	tea "charm.land/bubbletea/v2"
)

// Frame is what a model shows. Of escape sequences only SGR and OSC 8 reach the terminal, and no control character.
type Frame struct {
	Rows   []string // from the top; those that are missing are blank. One that did not change is best the same string
	Cursor tea.Position
	Title  string // of the window
	Mouse  bool   // clicks and the wheel are reported
}

// Model is a tea.Model that shows rows, and says a last line, which stays in the scrollback when its screen is gone. No
// control character in it reaches the terminal. Its View is not called.
type Model interface {
	tea.Model
	Frame(rows []string) Frame               // may append its rows to these and keeps neither
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
