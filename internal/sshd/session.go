package sshd

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"math"
	"runtime/debug"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/crypto/ssh"
)

// keepalive asks for any answer; dropbear's client sends it in a session, others in the connection.
const keepalive = "keepalive@openssh.com"

// session is one channel of one connection, from its first request to its end.
type session struct {
	channel  ssh.Channel
	requests <-chan *ssh.Request
	conn     *ssh.ServerConn
	link     *link
	log      *slog.Logger
	id       string // that the log knows it by
	address  string // where the client comes from, as the log may have it
	began    time.Time
	stalled  time.Duration // how long a write may take before the connection is closed; 0: no limit
	release  func()        // called when it is over, before the client is told
	refuse   func(why Reason, attributes ...any)
	spend    func(work time.Duration) // takes note of work: more input waits for it

	environ       []string
	term          string // TERM of the pty
	pty           bool
	width, height int
	command       string
	subsystem     string

	resize  atomic.Pointer[func(width, height int)] // set while a screen runs
	heard   moment                                  // when input came
	watch   watchdog
	refused int

	writing        sync.Mutex    // held for one write, or the end of all
	waited         time.Duration // for the client to take what was written since the last rest, under writing
	worked         time.Duration // on a command
	kind           string        // of visit, once it is known
	post           string        // read last
	status         int
	sent, received atomic.Int64
	asked          time.Time           // for what was started
	first          func(time.Duration) // called at the first write, if not nil
	once           sync.Once           // of first
	scatter        func()              // ends what gather began; nil before
}

// run answers requests until the client closes the channel, and lets handle do what was asked for, once. The context
// of handle ends with the channel. What handle returns is the exit status.
func (s *session) run(ctx context.Context, handle func(context.Context, *session) int) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	done := make(chan struct{})
	started := false
	patience := s.expect("a request")
	defer func() { patience.Stop() }()
	for request := range s.requests {
		ok, start := s.request(request, started)
		if start {
			s.gather()
		}
		if request.WantReply {
			s.reply(request, ok)
		}
		if start {
			started = true
			patience.Stop()
			s.asked = time.Now()
			go func() {
				defer close(done)
				s.status = s.contain(ctx, handle)
				s.finish(s.status)
				patience = s.expect("the end of a session") // done tells that it is there
			}()
		}
		if !ok && request.Type != "window-change" && request.Type != keepalive {
			s.nuisance(request)
		}
	}
	cancel()
	_ = s.channel.Close() // ends reads and writes of handle
	if started {
		<-done
	}
	s.watch.stop()
}

// together is how long what begins an answer may wait for the rest of it.
const together = 2 * time.Millisecond

// gather has what is sent wait for what comes after it, for a moment: the reply to a request and a short answer go out in
// one piece, which is one call of the kernel here and one awakening there. It ends with scatter, or after a moment. Where
// several sessions run, none of them keeps what others send.
func (s *session) gather() {
	if s.link.running.Load() > 1 {
		s.scatter = func() {}
		return
	}
	s.link.hold()
	once := sync.OnceFunc(s.link.letGo)
	timer := time.AfterFunc(together, once)
	s.scatter = func() { once(); timer.Stop() }
}

// reveal sends what gather kept before somebody waits for the client.
func (s *session) reveal() {
	s.watch.begin(s.stalled, s.cutOff)
	defer s.watch.end()
	s.scatter()
}

// nuisance counts a request that was refused. After too many the client is told so, and loses its connection.
func (s *session) nuisance(request *ssh.Request) {
	if s.refused++; s.refused != maxRequests+1 {
		return
	}
	s.refuse(ManyRequests, "last", logged(request.Type))
	patience := s.expect("that the end is heard")
	defer patience.Stop()
	s.writing.Lock()                                                       // beside whatever runs
	_, _ = io.WriteString(s.channel.Stderr(), ManyRequests.words()+"\r\n") // it is over anyway
	s.writing.Unlock()
	if s.scatter != nil {
		s.scatter()
	}
	_ = s.conn.Close()
}

// expect closes the connection unless the timer that it returns is stopped before a write would take too long.
func (s *session) expect(what string) *time.Timer {
	return s.unless(func() {
		s.refuse(Stalled, "expected", what)
		_ = s.conn.Close()
	})
}

// unless calls f unless the timer that it returns is stopped before a write would take too long, which without a limit
// none does.
func (s *session) unless(f func()) *time.Timer {
	return time.AfterFunc(cmp.Or(s.stalled, math.MaxInt64), f)
}

// reply answers a request. A client that takes no answers loses its connection.
func (s *session) reply(request *ssh.Request, ok bool) {
	patience := s.expect("that a reply is taken")
	defer patience.Stop()
	_ = request.Reply(ok, nil) // where it fails the channel is gone, and so are the requests
}

// request takes one request in; start says that it is the one to act on.
func (s *session) request(r *ssh.Request, started bool) (ok, start bool) {
	switch r.Type {
	case "pty-req":
		if started || s.pty {
			return false, false
		}
		s.term, s.width, s.height, s.pty = readPty(r.Payload)
		return s.pty, false
	case "env":
		entry, ok := readEnv(r.Payload)
		if !ok || started || len(s.environ) >= maxEnviron {
			return false, false
		}
		s.environ = append(s.environ, entry)
		return true, false
	case "window-change":
		return s.windowChange(r.Payload, started), false
	case "shell":
		return !started, !started
	case "exec":
		command, ok := readString(r.Payload)
		if !ok || started {
			return false, false
		}
		s.command = command
		return true, true
	case "subsystem":
		name, _ := readString(r.Payload)
		if name != "sftp" || started {
			return false, false
		}
		s.subsystem = name
		return true, true
	}
	return false, false
}

func (s *session) windowChange(payload []byte, started bool) bool {
	width, height, ok := readWindow(payload)
	if !ok || !s.pty {
		return false
	}
	if resize := s.resize.Load(); resize != nil {
		(*resize)(width, height)
	} else if !started {
		s.width, s.height = width, height
	}
	return true
}

// contain runs handle; a panic in it is this session's end and nobody else's.
func (s *session) contain(ctx context.Context, handle func(context.Context, *session) int) (status int) {
	defer func() {
		if r := recover(); r != nil {
			s.log.Error("panic in a session", "cause", r, "stack", string(debug.Stack()))
			s.apologise(fmt.Errorf("panic: %v", r))
			status = 1
		}
	}()
	return handle(ctx, s)
}

// apologise tells the reader by which name the log knows a session that err ended.
func (s *session) apologise(err error) {
	s.log.Error("session broken off", "err", err)
	_, _ = io.WriteString(s.errors(), "Something went wrong here; it is noted as "+s.id+". Please come back.\r\n") // the session is over anyway
}

// finish tells the client the exit status and closes the channel, in one piece. The status comes first: dropbear's client
// closes the channel when it hears that there is no more to read, and listens to nothing from then on.
func (s *session) finish(status int) {
	s.release()
	s.watch.begin(s.stalled, s.cutOff)
	defer s.watch.end()
	payload := ssh.Marshal(struct{ Status uint32 }{uint32(status)})
	s.writing.Lock() // from here on nothing is written, whatever still wants to
	s.link.hold()    // not before: what is being written may wait for the client
	defer s.link.letGo()
	_, _ = s.channel.SendRequest("exit-status", false, payload)
	_ = s.channel.CloseWrite()
	s.writing.Unlock()
	_ = s.channel.Close()
	s.scatter()
}

// Read returns what the client typed.
func (s *session) Read(p []byte) (int, error) {
	n, err := s.channel.Read(p)
	if n > 0 {
		s.heard.now()
		s.received.Add(int64(n))
	}
	return n, err
}

// input returns what the client sends until it says that this is all. A connection that breaks is not the end of a file.
func (s *session) input() io.Reader {
	return reader(func(p []byte) (int, error) {
		n, err := s.Read(p)
		if errors.Is(err, io.EOF) && !s.answers() {
			err = io.ErrUnexpectedEOF
		}
		return n, err
	})
}

// answers reports whether the client is there: the library tells an end that it said from a broken connection by
// nothing else. Clients refuse a request that they do not know, which is an answer.
func (s *session) answers() bool {
	watchdog := s.unless(func() { _ = s.conn.Close() })
	defer watchdog.Stop()
	_, err := s.channel.SendRequest("keepalive@postern", true, nil)
	return err == nil
}

// reader makes an io.Reader of a function.
type reader func([]byte) (int, error)

func (r reader) Read(p []byte) (int, error) { return r(p) }

// Write sends p to the client. A client that takes nothing for too long loses its connection.
func (s *session) Write(p []byte) (int, error) { return s.write(s.channel, p) }

// errors returns the client's standard error, under the same rule as Write.
func (s *session) errors() io.Writer {
	return writer(func(p []byte) (int, error) { return s.write(s.channel.Stderr(), p) })
}

func (s *session) write(to io.Writer, p []byte) (int, error) {
	s.watch.begin(s.stalled, s.cutOff)
	defer s.watch.end()
	s.writing.Lock() // a library may write still when its work is done
	defer s.writing.Unlock()
	began := time.Now()
	n, err := to.Write(p)
	s.waited += time.Since(began)
	s.sent.Add(int64(n))
	if s.first != nil {
		s.once.Do(func() { s.first(time.Since(s.asked)); s.scatter() })
	}
	return n, err
}

// rest takes note of work that took so long, and waits where more of it comes than anybody needs who reads: what a client
// asks for in few bytes may be here already. That the client took its time with the answer is no work.
func (s *session) rest(work time.Duration) {
	s.writing.Lock()
	work, s.waited = work-s.waited, 0
	s.writing.Unlock()
	s.link.rest(s.link.spend(bytesFor(work)))
}

// cutOff closes the connection of a client that takes nothing.
func (s *session) cutOff() {
	s.refuse(Stalled, "after", s.stalled)
	_ = s.conn.Close()
}

// writer makes an io.Writer of a function.
type writer func([]byte) (int, error)

func (w writer) Write(p []byte) (int, error) { return w(p) }

// author returns the name of the author who came in with a key, "" for a reader.
func (s *session) author() string { return s.noted(noteAuthor) }

// key returns the fingerprint of the key that the author came in with, "" for a reader.
func (s *session) key() string { return s.noted(noteKey) }

// noted returns what the door noted about who came in.
func (s *session) noted(note string) string {
	if s.conn.Permissions == nil {
		return ""
	}
	return s.conn.Permissions.Extensions[note]
}

// remote returns where the connection comes from, as the log may have it.
func (s *session) remote() string { return s.address }
