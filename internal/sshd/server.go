// Package sshd is the door of the house: it listens, limits, lets in, and leads each session to the screens or to a
// command. What clients send is hostile until the guard has seen it.
package sshd

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"net/netip"
	"runtime/debug"
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
)

// Limits bound what clients may take. Zero means no limit.
type Limits struct {
	Connections int           // open at once
	PerAddress  int           // open at once from one IPv4 address or IPv6 /64
	Sessions    int           // open at once in one connection
	Handshake   time.Duration // until a client is in
	Idle        time.Duration // without a key pressed
	Stalled     time.Duration // for a client to take what it is sent
	Exempt      []netip.Prefix
}

// exempt reports whether any number of connections may come from origin.
func (l Limits) exempt(origin netip.Prefix) bool {
	for _, p := range l.Exempt {
		if p.Contains(origin.Addr()) {
			return true
		}
	}
	return false
}

// Server serves one blog. Its fields are set before Serve and not changed afterwards.
type Server struct {
	Live    *index.Live
	Blog    *blog.Blog // nil: nobody can publish or take files home
	Authors *author.Keys
	Signers []ssh.Signer
	Cache   *render.Cache
	Limits  Limits
	Grace   time.Duration // for sessions to end when Serve has to
	Version string
	Log     *slog.Logger

	commands *command.Commands
	closing  context.Context // of Serve: ended, all sessions have to
	mu       sync.Mutex      // sessions grows only while not draining
	sessions sync.WaitGroup
	draining bool
}

// linger is how long clients have to hang up after their sessions ended, before they are cut off.
const linger = 500 * time.Millisecond

// Serve lets clients in on ln until ctx ends. Then it stops accepting, ends every session so that its terminal is
// restored, waits for them for the grace time, and closes what is left. It returns nil where all of that went well.
func (s *Server) Serve(ctx context.Context, ln net.Listener) error {
	s.closing = ctx
	s.commands = &command.Commands{Live: s.Live, Blog: s.Blog, Version: s.Version}
	server, err := s.build()
	if err != nil {
		return err
	}
	failed := make(chan error, 1)
	go func() { failed <- server.Serve(newGate(ln, s.Limits, s.Log)) }()
	select {
	case err := <-failed:
		return err
	case <-ctx.Done():
	}
	return s.drain(ctx, server)
}

// build returns the wish server with our door and our sessions in it.
func (s *Server) build() (*charm.Server, error) {
	config := door(s.Authors)
	options := []charm.Option{
		func(server *charm.Server) error {
			server.HandshakeTimeout = s.Limits.Handshake
			server.ServerConfigCallback = func(charm.Context) *ssh.ServerConfig { c := *config; return &c }
			server.ChannelHandlers = map[string]charm.ChannelHandler{
				"session": func(_ *charm.Server, conn *ssh.ServerConn, channel ssh.NewChannel, at charm.Context) {
					s.open(conn, channel, at)
				},
			}
			server.ConnectionFailedCallback = func(conn net.Conn, err error) {
				s.Log.Debug("handshake failed", "remote", conn.RemoteAddr(), "err", err)
			}
			for _, signer := range s.Signers {
				server.AddHostKey(signer)
			}
			return nil
		},
	}
	return wish.NewServer(options...)
}

// drain ends everything, politely as far as time allows.
func (s *Server) drain(ctx context.Context, server *charm.Server) error {
	s.mu.Lock()
	s.draining = true
	s.mu.Unlock()
	grace, cancel := context.WithTimeout(context.WithoutCancel(ctx), s.Grace)
	defer cancel()
	closed := make(chan error, 1)
	go func() { closed <- server.Shutdown(grace) }() // no new connections from here on
	ended := make(chan struct{})
	go func() { s.sessions.Wait(); close(ended) }()
	select {
	case <-ended:
	case <-grace.Done():
		s.Log.Warn("sessions cut off: they did not end in time", "after", s.Grace)
	}
	select {
	case err := <-closed:
		if err != nil && grace.Err() == nil {
			return err
		}
	case <-time.After(linger):
	}
	if err := server.Close(); err != nil && !errors.Is(err, net.ErrClosed) {
		return err
	}
	return nil
}

// link counts the sessions of one connection.
type link struct{ open atomic.Int32 }

// contextKey is where the link of a connection is kept in its context.
type contextKey struct{}

// linkOf returns the link of the connection with the context at.
func linkOf(at charm.Context) *link {
	at.Lock()
	defer at.Unlock()
	l, ok := at.Value(contextKey{}).(*link)
	if !ok {
		l = &link{}
		at.SetValue(contextKey{}, l)
	}
	return l
}

// open takes a new session channel in and stays until it is closed.
func (s *Server) open(conn *ssh.ServerConn, channel ssh.NewChannel, at charm.Context) {
	if !s.enter() {
		_ = channel.Reject(ssh.Prohibited, "closing down; come back in a moment")
		return
	}
	defer s.sessions.Done()
	l := linkOf(at)
	defer l.open.Add(-1)
	if n := l.open.Add(1); s.Limits.Sessions > 0 && int(n) > s.Limits.Sessions {
		_ = channel.Reject(ssh.ResourceShortage, "too many sessions in this connection")
		return
	}
	accepted, requests, err := channel.Accept()
	if err != nil {
		return // the connection is gone
	}
	session := &session{channel: accepted, conn: conn, stalled: s.Limits.Stalled,
		log: s.Log.With("remote", conn.RemoteAddr().String(), "user", conn.User())}
	session.heard.Store(time.Now().UnixNano())
	session.run(context.WithoutCancel(s.closing), requests, s.route)
}

// enter counts a new session, unless there are to be no more.
func (s *Server) enter() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.draining {
		s.sessions.Add(1)
	}
	return !s.draining
}

func (s *session) logPanic(cause any) {
	s.log.Error("panic in a session", "cause", cause, "stack", string(debug.Stack()))
}
