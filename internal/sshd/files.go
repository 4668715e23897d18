package sshd

import (
	"context"
	"strings"
	"time"

	"postern/internal/blog"
	"postern/internal/command"
	"postern/internal/text"
	"postern/internal/upload"
)

// silent is how long a transfer may stand still. A mounted file system may be idle as long as a screen.
const silent = 2 * time.Minute

// transfer returns what brings or takes files, where the session asks for that: the sftp subsystem, or the commands
// that scp and rsync run at the other end. It is nil for any other session.
func (s *Server) transfer(session *session) func(context.Context) int {
	if s.Blog == nil {
		return nil
	}
	words := transferWords(session.command)
	if session.subsystem != "sftp" && len(words) == 0 {
		return nil
	}
	files, idle := s.files(session), session.link.limits.Idle
	limit := silent
	if idle > 0 {
		limit = min(limit, idle)
	}
	switch {
	case session.subsystem == "sftp":
		return s.moving(session, idle, files.SFTP)
	case words[0] == "scp":
		return s.moving(session, limit, func(ctx context.Context) int { return files.SCP(ctx, words[1:]) })
	}
	return s.moving(session, limit, func(ctx context.Context) int { return files.Rsync(ctx, words[1:]) })
}

// transferWords returns the words of a command that moves files, nothing for others. Names in them may be quoted for a
// shell or not at all.
func transferWords(line string) []string {
	program, _, _ := strings.Cut(line, " ")
	if program != "scp" && program != "rsync" {
		return nil
	}
	words, err := command.Split(line)
	if err != nil {
		words = strings.Fields(line)
	}
	return words
}

// files returns the desk of upload for the session.
func (s *Server) files(session *session) *upload.Session {
	return &upload.Session{
		Blog: s.Blog, By: blog.Author{Name: session.author(), Key: session.key(), Remote: session.remote()}, Host: s.host(session), Client: string(session.conn.ClientVersion()),
		In: session, Out: writer(session.send), Err: session.errors(), Clean: text.Line, Closing: s.closing, Worked: session.rest, Log: session.log,
	}
}

// send writes p to the client and counts it as a sign of life.
func (s *session) send(p []byte) (int, error) {
	n, err := s.Write(p)
	s.heard.now()
	return n, err
}

// moving runs a transfer, and closes the connection where nothing moves for the limit.
func (s *Server) moving(session *session, limit time.Duration, transfer func(context.Context) int) func(context.Context) int {
	if limit == 0 {
		return transfer
	}
	return func(ctx context.Context) int {
		ctx, cancel := context.WithCancel(ctx)
		defer cancel()
		go func() {
			check := time.NewTicker(max(limit/4, time.Millisecond))
			defer check.Stop()
			for {
				select {
				case <-ctx.Done():
					return
				case <-check.C:
				}
				if quiet := session.heard.ago(); quiet >= limit {
					session.refuse(Idle, "a transfer stands still for", limit)
					_ = session.conn.Close()
					return
				}
			}
		}()
		return transfer(ctx)
	}
}
