package sshd

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"net"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"

	"postern/internal/command"
	"postern/internal/index"
	"postern/internal/term"
	"postern/internal/text"
	"postern/internal/tui"
)

// farewell is a sentence to the reader that says why a session ends.
type farewell string

func (f farewell) Error() string { return string(f) }

// idleWarning is how long before its end an idle session is told.
const idleWarning = time.Minute

// route leads a session to the screens or to a command and returns its exit status. A terminal and no verb means the
// screens; so does "read" on a terminal, and a user name that is the address of a post.
func (s *Server) route(ctx context.Context, session *session) int {
	if transfer := s.transfer(session); transfer != nil {
		session.reveal()
		session.kind = cmp.Or(session.subsystem, strings.SplitN(session.command, " ", 2)[0])
		return transfer(ctx)
	}
	words, err := command.Split(session.command)
	if err != nil {
		session.kind = command.Unknown
		_, _ = fmt.Fprintln(session.errors(), err) // the exit status says it as well
		return command.Usage
	}
	posts, audience := s.Live.Snapshot(), session.audience()
	user, reader := session.conn.User(), session.author() == ""
	linear := user == index.Linear
	if _, ok := posts.Find(user, audience); ok && len(words) == 0 && reader && !linear {
		words = []string{"read", user}
	}
	var capability term.Capability
	if session.pty {
		environ := session.environ
		if user == "nocolor" {
			environ = append(environ, "NO_COLOR=1")
		}
		capability = term.Detect(session.term, environ)
	}
	if len(words) == 0 && reader && (linear || session.pty && capability.Dumb) {
		words = []string{"plain"}
	}
	if session.pty && !capability.Dumb {
		slug := ""
		if len(words) == 2 && (words[0] == "read" || words[0] == "cat") {
			slug = words[1]
		}
		if _, ok := posts.Find(slug, audience); ok || len(words) == 0 {
			return s.screens(ctx, session, capability, slug)
		}
	}
	return s.command(ctx, session, capability, words)
}

// audience says what the session may see.
func (s *session) audience() index.Audience {
	if s.author() != "" {
		return index.Authors
	}
	return index.Readers
}

// screens runs the session's own Bubble Tea program.
func (s *Server) screens(ctx context.Context, session *session, capability term.Capability, slug string) int {
	session.kind, session.first = "screens", s.Events.FirstFrame
	model := tui.New(tui.Settings{
		Context: ctx, Live: s.Live, Cache: s.Cache, Audience: session.audience(), Capability: capability,
		Language: session.language(), Host: s.host(session), HostKeys: s.terms.Load().names, Slug: slug, Width: session.width, Height: session.height,
	})
	program := term.New(model, term.Screen{
		Capability: capability, Width: session.width, Height: session.height, In: session.input(), Out: session, Log: session.log,
		Worked: func(work time.Duration) { session.spend(work - workOfKey) },
	})
	resize := program.Resize
	session.resize.Store(&resize)
	defer session.resize.Store(nil)
	stop := context.AfterFunc(s.closing, func() { program.Quit(Closing.words()) })
	defer stop()
	defer session.watchIdle(func() { program.Send(tui.Idle{}) }, func() { program.Quit(Idle.words()) })()
	err := program.Run(ctx)
	session.post = model.Last()
	switch {
	case errors.Is(err, term.ErrPanic), errors.Is(err, tea.ErrProgramPanic):
		session.apologise(err)
		return command.Refused
	case err != nil && !errors.Is(err, io.EOF):
		session.log.Debug("screen ended", "err", err)
		return command.Refused
	}
	return command.Done
}

// language returns the reader's language as the client sent it, "" where it did not (setlocale(3)).
func (s *session) language() string {
	for _, name := range []string{"LC_ALL=", "LC_MESSAGES=", "LANG="} {
		for _, entry := range s.environ {
			if value, ok := strings.CutPrefix(entry, name); ok && value != "" {
				return value
			}
		}
	}
	return ""
}

// watchIdle calls end when the client has sent nothing for too long, and warn a minute before. It counts what the client
// sends: a screen that changes by itself keeps nobody here. The returned function stops it.
func (s *session) watchIdle(warn, end func()) (stop func()) {
	limit := s.link.limits.Idle
	if limit == 0 {
		return func() {}
	}
	early := max(limit-idleWarning, limit/2)
	var timer *time.Timer
	timer = time.AfterFunc(math.MaxInt64, func() {
		quiet := s.heard.ago()
		switch {
		case quiet >= limit:
			s.refuse(Idle, "after", limit)
			end()
		case quiet >= early:
			warn()
			timer.Reset(limit - quiet)
		default:
			timer.Reset(early - quiet)
		}
	})
	timer.Reset(early)
	return func() { timer.Stop() }
}

// command answers a verb, or the lack of one, as text. Verbs that last end when the session or the server does.
func (s *Server) command(ctx context.Context, session *session, capability term.Capability, words []string) int {
	session.kind, session.post = command.NameOf(words), s.postIn(words, session.audience())
	ctx, end := context.WithCancelCause(ctx)
	defer end(nil)
	if session.kind != "publish" { // what is half here may come to its end
		defer context.AfterFunc(s.closing, func() { end(farewell(Closing.words())) })()
	}
	if session.kind != "follow" { // which is asked to wait
		defer session.watchIdle(func() {}, func() {
			end(farewell(Idle.words()))
			session.expect("more of what was begun")
		})()
	}
	caller := command.Caller{
		Author: session.author(), Claims: session.noted(noteClaim), Host: s.host(session), Profile: colorprofile.NoTTY,
		Key: session.key(), Remote: session.remote(), In: session.input(), Out: session, Err: session.errors(), Worked: session.rest,
	}
	if session.pty { // the client's terminal is raw: a new line needs its carriage return
		caller.Profile, caller.Width = capability.Profile, session.width
		caller.Out, caller.Err = raw(caller.Out), raw(caller.Err)
	}
	began := time.Now()
	status := s.commands.Run(ctx, words, caller)
	if session.kind != "follow" && session.kind != "plain" { // which mostly wait: the lines of a talk count one by one
		session.worked = time.Since(began) - session.waited
	}
	return status
}

// postIn returns the address of a post that a verb is about, "" where there is none.
func (s *Server) postIn(words []string, a index.Audience) string {
	if len(words) < 2 {
		return ""
	}
	e, _ := s.Live.Snapshot().Find(words[1], a)
	return e.Slug
}

// raw returns w behind a terminal's new line: "\n" becomes "\r\n".
func raw(w io.Writer) io.Writer {
	return writer(func(p []byte) (int, error) {
		if _, err := w.Write(bytes.ReplaceAll(p, []byte("\n"), []byte("\r\n"))); err != nil {
			return 0, err
		}
		return len(p), nil
	})
}

// host returns what a reader types after "ssh" to come here: the name that the site gives itself, or the address
// that this client found us at, with the port where it is not the usual one.
func (s *Server) host(session *session) string {
	host, port, err := net.SplitHostPort(session.conn.LocalAddr().String())
	if err != nil {
		return "localhost"
	}
	if ip := net.ParseIP(host); ip != nil && ip.IsLoopback() {
		host = "localhost"
	}
	if name := text.Line(s.Live.Snapshot().Site().Host); name != "" {
		return name
	}
	if port != "22" {
		return "-p " + port + " " + host
	}
	return host
}
