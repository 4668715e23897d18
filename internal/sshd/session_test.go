package sshd

import (
	"bytes"
	"context"
	"math"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"golang.org/x/crypto/ssh"

	"postern/internal/blog"
)

const leftScreen = "\x1b[?1049l"

func TestClosingDownRestoresEveryTerminal(t *testing.T) {
	h := serve(t, usual(), nil)
	var windows []*window
	for range 50 { // with ten sessions each
		client := h.dial(t, "reader")
		for range usual().Sessions {
			windows = append(windows, start(t, client, 80, 24, "", nil))
		}
	}
	for _, w := range windows {
		w.see(t, "The live one")
	}
	started := time.Now()
	if err := h.stop(); err != nil {
		t.Errorf("Serve: %v", err)
	}
	if took := time.Since(started); took > 5*time.Second {
		t.Errorf("took %s", took)
	}
	for _, w := range windows {
		w.see(t, leftScreen)
		w.see(t, Closing.words())
		if err := w.Wait(); err != nil {
			t.Errorf("exit: %v", err)
		}
	}
}

func TestIdleSessionIsToldAndEnded(t *testing.T) {
	limits := usual()
	limits.Idle = 600 * time.Millisecond
	h := serve(t, limits, nil)
	w := look(t, h.dial(t, "reader"), 80, 24, "")
	w.see(t, "Still there?")
	w.see(t, leftScreen)
	w.see(t, Idle.words())
	if err := w.Wait(); err != nil {
		t.Errorf("exit: %v", err)
	}
}

func TestConnectionKeepsTheIdleLimitItCameInWith(t *testing.T) {
	limits := usual()
	limits.Idle = 600 * time.Millisecond
	h := serve(t, limits, nil)
	client := h.dial(t, "reader")
	h.at.Change(usual(), h.at.Signers)
	w := look(t, client, 80, 24, "")
	w.see(t, Idle.words())
}

// fingers is a channel on which a key is pressed whenever it is read.
type fingers struct{ ssh.Channel }

func (fingers) Read(p []byte) (int, error) { return copy(p, "j"), nil }

func TestKeysKeepASessionOpen(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &session{channel: fingers{}, link: &link{limits: Limits{Idle: time.Hour}}, refuse: func(Reason, ...any) {}}
		var warned, ended atomic.Int32
		after := func(pause time.Duration, warnings, ends int32) {
			t.Helper()
			time.Sleep(pause)
			synctest.Wait()
			if w, e := warned.Load(), ended.Load(); w != warnings || e != ends {
				t.Errorf("warned %d times, ended %d times", w, e)
			}
		}
		s.heard.now()
		defer s.watchIdle(func() { warned.Add(1) }, func() { ended.Add(1) })()
		for range 5 {
			after(58*time.Minute, 0, 0)
			_, err := s.Read(make([]byte, 1))
			must(t, err)
		}
		after(58*time.Minute, 0, 0)
		after(90*time.Second, 1, 0)
		after(time.Minute, 1, 1)
	})
}

func TestEndOfInputEndsTheProgram(t *testing.T) {
	h := serve(t, usual(), nil)
	w := look(t, h.dial(t, "reader"), 80, 24, "")
	w.see(t, "The live one")
	must(t, w.in.Close())
	w.see(t, leftScreen)
	if err := w.Wait(); err != nil {
		t.Errorf("exit: %v", err)
	}
}

func TestOpenSessionsSeeWhatChanges(t *testing.T) {
	h := serve(t, usual(), nil)
	list := look(t, h.dial(t, "reader"), 80, 24, "")
	list.see(t, "The live one")
	reader := look(t, h.dial(t, "live"), 80, 24, "")
	reader.see(t, "Words that are there to be read.")
	eventually(t, func() bool { // until the watches stand
		h.put(t, "new.md", "---\ntitle: Fresh from the press\ndate: 2026-02-01\n---\n\nHot.\n")
		return list.shows("Fresh from the press")
	}, func() string { return "the new post does not show" })
	list.see(t, "1 new post")
	h.put(t, "live.md", strings.Replace(livePost, "Words that are", "Other words are", 1))
	reader.see(t, "Other words")
	must(t, os.Rename(filepath.Join(h.posts, "new.md"), filepath.Join(h.posts, "newer.md")))
	eventually(t, func() bool {
		_, _, status := said(t, h.dial(t, "r"), "read newer")
		return status == 0
	}, func() string { return "the renamed post is not found" })
	must(t, os.Remove(filepath.Join(h.posts, "live.md")))
	reader.see(t, "This post was taken away.")
	reader.press(t, "q")
	reader.see(t, "Fresh from the press")
}

func TestLeavingTellsTheWayBack(t *testing.T) {
	h := serve(t, usual(), nil)
	w := look(t, h.dial(t, "reader"), 80, 24, "")
	w.press(t, "\r")
	w.see(t, "Words that are there to be read.")
	w.press(t, "qq")
	if err := w.Wait(); err != nil {
		t.Errorf("exit: %v", err)
	}
	_, scrollback, ok := strings.Cut(w.out.String(), leftScreen)
	if !ok || !strings.Contains(scrollback, "localhost read live") {
		t.Errorf("left in the scrollback: %q", scrollback)
	}
}

func TestReadOnATerminalOpensTheReader(t *testing.T) {
	h := serve(t, usual(), nil)
	w := look(t, h.dial(t, "reader"), 80, 24, "read live")
	w.see(t, "Words that are there to be read.")
	w.press(t, "q")
	w.see(t, "02 Jan")
	list := look(t, h.dial(t, "reader"), 80, 24, "list")
	list.see(t, "The live one\r\n")
	if err := list.Wait(); err != nil || strings.Contains(list.out.String(), "\x1b") {
		t.Errorf("list on a terminal: %v, %q", err, list.out.String())
	}
}

func TestSessionThatCannotEndHoldsUpNoOther(t *testing.T) {
	limits := usual()
	limits.Stalled = 10 * time.Second
	h := furnish(t, limits, blog.Limits{}, nil)
	ended := make(chan struct{})
	h.at.lead = func(ctx context.Context, s *session) int {
		if s.command != "stuck" {
			return h.at.route(ctx, s)
		}
		defer close(ended)
		go func() { _, _ = s.Write(make([]byte, 8<<20)) }() // more than is taken of what nobody reads
		eventually(t, func() bool {
			if s.writing.TryLock() {
				s.writing.Unlock()
				return false
			}
			return true
		}, func() string { return "nothing is written" })
		return 0
	}
	h.open(t)
	client := h.dial(t, "reader")
	askUnread(t, client, "stuck")
	<-ended
	if out, _, status := said(t, client, "list"); status != 0 || !strings.Contains(out, "The live one") {
		t.Errorf("status %d: %q", status, out)
	}
}

// counting is a listener that counts what is written to its connections, in calls.
type counting struct {
	net.Listener
	writes atomic.Int64
}

func (c *counting) Accept() (net.Conn, error) {
	conn, err := c.Listener.Accept()
	return &counted{conn, &c.writes}, err
}

type counted struct {
	net.Conn
	writes *atomic.Int64
}

func (c *counted) Write(p []byte) (int, error) {
	c.writes.Add(1)
	return c.Conn.Write(p)
}

func TestShortAnswerIsSentInOnePiece(t *testing.T) {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	line := &counting{Listener: ln}
	h := furnish(t, usual(), blog.Limits{}, nil)
	h.openOn(t, line)
	client := h.dial(t, "reader")
	said(t, client, "list") // with the first session the client hears of the host keys
	least := int64(math.MaxInt64)
	for range 50 { // a slow machine takes longer than there is time to gather
		session, err := client.NewSession()
		must(t, err)
		before := line.writes.Load()
		if out, err := session.Output("list"); err != nil || !strings.Contains(string(out), "The live one") {
			t.Fatalf("%q: %v", out, err)
		}
		if least = min(least, line.writes.Load()-before); least == 1 {
			return
		}
	}
	t.Errorf("an answer takes %d writes", least)
}

func TestReplyDoesNotWaitForAnAnswerThatTakesLong(t *testing.T) {
	h := furnish(t, usual(), blog.Limits{}, nil)
	heard := make(chan struct{})
	h.at.lead = func(context.Context, *session) int {
		select {
		case <-heard:
			return 0
		case <-time.After(20 * time.Second):
			return 1
		}
	}
	h.open(t)
	channel, requests, err := h.dial(t, "reader").OpenChannel("session", nil)
	must(t, err)
	ok, err := channel.SendRequest("exec", true, ssh.Marshal(struct{ Command string }{"slow"}))
	if !ok || err != nil {
		t.Fatalf("%v, %v", ok, err)
	}
	close(heard)
	for r := range requests {
		if r.Type == "exit-status" && !bytes.Equal(r.Payload, make([]byte, 4)) {
			t.Errorf("exit status %v: the reply came with the answer", r.Payload)
		}
	}
}
