// Package sshd is the door of the house: it listens, limits, lets in, and leads each session to the screens or to a
// command. What clients send is hostile until the guard has seen it.
package sshd

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"sync"
	"sync/atomic"
	"time"

	charm "charm.land/ssh"
	"charm.land/wish/v2"
	"golang.org/x/crypto/ssh"

	"postern/internal/author"
	"postern/internal/blog"
	"postern/internal/command"
	"postern/internal/index"
	"postern/internal/render"
	"postern/internal/tui"
)

// Server serves one blog. Its fields are set before Serve and not changed afterwards; Change is for what may.
type Server struct {
	Live    *index.Live
	Blog    *blog.Blog // nil: nobody can publish or take files home
	Authors *author.Keys
	Signers []ssh.Signer // as HostKeys returns them
	Cache   *render.Cache
	Limits  Limits
	Grace   time.Duration // for sessions to end when Serve has to
	Version string
	Log     *slog.Logger
	Privacy bool        // the log gets no complete address of anybody
	Events  Events      // for counting
	Full    func() bool // the memory is used up: nobody more may come in; nil: never

	lead     func(context.Context, *session) int // where a session is led to: route, but for tests
	terms    atomic.Pointer[terms]
	gate     *gate
	refusals *refusals
	commands *command.Commands
	closing  context.Context // of Serve: ended, all sessions have to
	mu       sync.Mutex      // of draining
	visitors atomic.Int64    // in sessions

	connections atomic.Int64
	draining    bool
}

// newcomers is how long those have who connected just before the end to say what they want.
const newcomers = 2 * time.Second

// linger is how long clients have to hang up after their sessions ended, before they are cut off.
const linger = 500 * time.Millisecond

// Serve lets clients in on ln until ctx ends. Then it stops accepting, ends every session so that its terminal is
// restored, waits for them for the grace time, and closes what is left. It returns nil where all of that went well.
func (s *Server) Serve(ctx context.Context, ln net.Listener) error {
	s.closing = ctx
	s.commands = &command.Commands{Live: s.Live, Blog: s.Blog, Version: s.Version}
	s.Events = s.Events.complete()
	if s.Full == nil {
		s.Full = func() bool { return false }
	}
	if s.lead == nil {
		s.lead = s.route
	}
	s.Authors.Shown = s.address
	s.refusals = newRefusals(s.Log, s.Events.Refused)
	s.terms.CompareAndSwap(nil, s.termsOf(s.Limits, s.Signers)) // not where Change was called before
	server, err := s.build()
	if err != nil {
		return err
	}
	s.gate = newGate(s)
	defer s.Live.Follow(nil, func(posts *index.Snapshot) { tui.Warm(ctx, s.Cache, posts, s.Log) })()
	failed := make(chan error, 1)
	go func() { failed <- s.gate.accept(ctx, ln, server.HandleConn) }()
	defer s.gate.close()
	select {
	case err := <-failed:
		return err
	case <-ctx.Done():
	}
	if err := ln.Close(); err != nil {
		return err
	}
	s.Log.Debug("no more connections", "err", <-failed)
	return s.drain(ctx, server)
}

// terms are what may change while the server serves.
type terms struct {
	limits  Limits
	signers []ssh.Signer
	names   []string // of the host keys: what readers know the host by
	keys    []byte   // all of them, as clients are told
	config  *ssh.ServerConfig
}

// Change has new connections served under new limits and with other host keys. It may be called before Serve, and at
// any time while it runs.
func (s *Server) Change(limits Limits, signers []ssh.Signer) {
	s.terms.Store(s.termsOf(limits, signers))
}

func (s *Server) termsOf(limits Limits, signers []ssh.Signer) *terms {
	return &terms{limits: limits, signers: signers, names: fingerprints(signers), keys: keysMessage(signers), config: door(s.Authors, limits, signers)}
}

func (s *Server) limits() Limits { return s.terms.Load().limits }

// build returns the wish server with our door and our sessions in it.
func (s *Server) build() (*charm.Server, error) {
	server, err := wish.NewServer(func(server *charm.Server) error {
		server.ConnCallback = func(at charm.Context, conn net.Conn) net.Conn {
			at.SetValue(contextKey{}, conn)
			return conn
		}
		server.ServerConfigCallback = func(at charm.Context) *ssh.ServerConfig { return s.welcome(at) }
		server.ChannelHandlers = map[string]charm.ChannelHandler{
			"session": func(_ *charm.Server, conn *ssh.ServerConn, channel ssh.NewChannel, at charm.Context) {
				s.open(conn, channel, linkOf(at))
			},
		}
		server.RequestHandlers = map[string]charm.RequestHandler{proveRequest: s.prove}
		server.ConnectionFailedCallback = func(conn net.Conn, err error) {
			s.Log.Debug("not in", "remote", s.address(conn.RemoteAddr()), "err", logged(err.Error()))
		}
		server.AddHostKey(s.Signers[0]) // or one would be made and written somewhere
		return nil
	})
	if err == nil {
		server.HostSigners = nil // the door has them
	}
	return server, err
}

// contextKey is where the link of a connection is kept in its context.
type contextKey struct{}

// linkOf returns the link of the connection with the context at.
func linkOf(at charm.Context) *link {
	l, _ := at.Value(contextKey{}).(*link)
	return l
}

// welcome returns the rules for one connection, which notes when its client is in.
func (s *Server) welcome(at charm.Context) *ssh.ServerConfig {
	config, l := *s.terms.Load().config, linkOf(at)
	config.PreAuthConnCallback = func(conn ssh.ServerPreAuthConn) { l.entering.Store(&conn) }
	config.AuthLogCallback = func(conn ssh.ConnMetadata, method string, err error) {
		if err != nil {
			l.tried(method)
			return
		}
		s.Events.Entered(l.enter(method == "publickey" && s.Authors.Known(conn.User())))
		l.watch(func() ssh.Conn {
			conn, ok := at.Value(charm.ContextKeyConn).(*ssh.ServerConn)
			if !ok {
				return nil // about to be
			}
			return conn
		})
	}
	return &config
}

// Connections returns how many connections are open.
func (s *Server) Connections() int { return int(s.connections.Load()) }

// drain ends everything, politely as far as time allows.
func (s *Server) drain(ctx context.Context, server *charm.Server) error {
	s.mu.Lock()
	s.draining = true
	s.mu.Unlock()
	began := time.Now()
	s.Log.Info("closing down", "sessions", s.Sessions(), "connections", s.Connections(), "grace", s.Grace)
	defer func() { s.Log.Info("closed", "took", time.Since(began).Round(time.Millisecond)) }()
	grace, cancel := context.WithTimeout(context.WithoutCancel(ctx), s.Grace)
	defer cancel()
	until := time.Now().Add(min(s.Grace, newcomers))
	s.until(grace, func() bool { return s.Sessions() == 0 && (time.Now().After(until) || !s.gate.expects()) })
	if n := s.Sessions(); n > 0 {
		s.Log.Warn("sessions cut off: they did not end in time", "sessions", n, "after", s.Grace)
	}
	polite, cancel := context.WithTimeout(grace, linger)
	defer cancel()
	s.until(polite, func() bool { return s.Connections() == 0 })
	if err := server.Close(); err != nil && !errors.Is(err, net.ErrClosed) {
		return err
	}
	return nil
}

// until returns when done does so, or ctx ends.
func (s *Server) until(ctx context.Context, done func() bool) {
	for !done() && wait(ctx, 5*time.Millisecond) {
	}
}

// maxRejects is how many sessions one connection is refused before it is closed: a client that does not read the answers
// would have them kept for it.
const maxRejects = 1000

// open takes a new session channel in and stays until it is closed. What it takes to accept it is over by then, so that
// the stack that a session waits on stays small.
func (s *Server) open(conn *ssh.ServerConn, channel ssh.NewChannel, l *link) {
	if !s.enter(l) {
		s.refusals.note(Closing, "remote", l.address)
		_ = channel.Reject(ssh.Prohibited, Closing.words())
		return
	}
	defer s.visitors.Add(-1)
	l.open.Add(1)
	defer func() { l.used.now(); l.open.Add(-1) }()
	_ = l.spend(paceSession) // the next bytes wait for it
	l.greeted.Do(func() { s.announceHostKeys(conn, l) })
	if visit := s.accept(conn, channel, l); visit != nil {
		defer visit.release()
		s.attend(visit)
	}
}

// accept returns the session of a channel, nil where there can be no more.
func (s *Server) accept(conn *ssh.ServerConn, channel ssh.NewChannel, l *link) *session {
	running := l.running.Add(1)
	release := sync.OnceFunc(func() { l.running.Add(-1) })
	if why := s.crowded(int(running), l); why != "" {
		defer release()
		s.refusals.note(why, "remote", l.address)
		if why == ManySessions && l.rejected.Add(1) > maxRejects {
			_ = conn.Close()
			return nil
		}
		_ = channel.Reject(ssh.ResourceShortage, why.words())
		return nil
	}
	accepted, requests, err := channel.Accept()
	if err != nil {
		release()
		return nil // the connection is gone
	}
	address, id := l.address, newID()
	visit := &session{release: release, id: id, channel: accepted, requests: requests, conn: conn, link: l, stalled: l.limits.Stalled, address: address, began: time.Now(),
		refuse: func(why Reason, attributes ...any) {
			s.refusals.note(why, append([]any{"remote", address}, attributes...)...)
		},
		spend: func(work time.Duration) { _ = l.spend(bytesFor(work)) },
		log:   s.Log.With("id", id, "remote", address, "user", logged(conn.User()))}
	visit.heard.now()
	return visit
}

// crowded returns why there can be no more sessions than those that are running, "" where there can.
func (s *Server) crowded(running int, l *link) Reason {
	switch {
	case l.limits.Sessions > 0 && running > l.limits.Sessions:
		return ManySessions
	case s.Full():
		return Memory
	}
	return ""
}

// attend stays with a session until it is over.
func (s *Server) attend(visit *session) {
	visit.run(context.WithoutCancel(s.closing), func(ctx context.Context, session *session) int {
		defer func() { session.link.proven(s.isRotating()) }()
		return s.lead(ctx, session)
	})
	visit.spend(visit.worked - workOfSession)
	s.ended(visit)
}

// ended takes down what became of a session.
func (s *Server) ended(session *session) {
	if session.kind == "" {
		session.log.Debug("session without a request")
		return
	}
	v := Visit{Kind: session.kind, Post: session.post, Status: session.status, Took: time.Since(session.began),
		Sent: session.sent.Load(), Received: session.received.Load()}
	s.Events.Ended(v)
	session.log.Info("session", "author", session.author() != "", "verb", v.Kind, "post", logged(v.Post), "status", v.Status,
		"took", v.Took.Round(time.Millisecond), "sent", v.Sent, "received", v.Received)
}

// enter counts a new session. While the server is ending, that is only for who came before and had none yet: a command
// is still carried out, and a screen tells why it goes at once.
func (s *Server) enter(l *link) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.draining && !l.isNew() {
		return false
	}
	l.settled.Store(true)
	s.visitors.Add(1)
	return true
}

// Sessions returns how many sessions are open.
func (s *Server) Sessions() int { return int(s.visitors.Load()) }
