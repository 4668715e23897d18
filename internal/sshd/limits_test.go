package sshd

import (
	"io"
	"net"
	"net/netip"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/crypto/ssh"

	"postern/internal/blog"
)

// anyHost is a client's configuration that lets every server be the right one.
func anyHost(user string) *ssh.ClientConfig {
	return &ssh.ClientConfig{User: user, HostKeyCallback: ssh.InsecureIgnoreHostKey(), Timeout: 10 * time.Second}
}

// cutOff is a connection whose other end seems to be gone once it is cut: nothing arrives any more.
type cutOff struct {
	net.Conn
	cut  atomic.Bool
	gone chan struct{}
}

func (c *cutOff) Read(p []byte) (int, error) {
	n, err := c.Conn.Read(p)
	if c.cut.Load() {
		<-c.gone
		return 0, net.ErrClosed
	}
	return n, err
}

func TestFloodOfChannelsEndsTheConnection(t *testing.T) {
	h := serve(t, usual(), nil)
	conn, err := net.Dial("tcp", h.addr)
	must(t, err)
	cut := &cutOff{Conn: conn, gone: make(chan struct{})}
	defer close(cut.gone)
	link, channels, requests, err := ssh.NewClientConn(cut, h.addr, anyHost("flood"))
	must(t, err)
	client := ssh.NewClient(link, channels, requests)
	defer func() { _ = client.Close() }()
	eventually(t, func() bool { return h.at.Connections() == 1 }, func() string { return "it is not in" })
	cut.cut.Store(true) // it reads no answers
	before := heap()
	for range 5000 {
		go func() { _, _, _ = client.OpenChannel("session", nil) }() // nobody waits for it
	}
	eventually(t, func() bool { return h.at.Connections() == 0 }, func() string { return "it is still in" })
	grown(t, before, 64<<20) // most of it the attacker's
}

func TestChannelWithoutARequestEndsTheConnection(t *testing.T) {
	limits := usual()
	limits.Stalled = 500 * time.Millisecond
	h := serve(t, limits, nil)
	client := h.dial(t, "mute")
	channel, requests, err := client.OpenChannel("session", nil)
	must(t, err)
	go ssh.DiscardRequests(requests)
	_, err = channel.SendRequest("pty-req", true, ssh.Marshal(ptyRequest{Term: "xterm", Columns: 80, Rows: 24}))
	must(t, err)
	eventually(t, func() bool { return h.at.Connections() == 0 }, func() string { return "it is still in" })
	if h.told.refusals(Stalled) == 0 {
		t.Error("it was not counted")
	}
}

func TestWithoutALimitOfWritesNobodyIsCutOff(t *testing.T) {
	limits := usual()
	limits.Stalled = 0
	h := serve(t, limits, nil)
	if out := talk(t, h.dial(t, "plain"), "1\n"); !strings.Contains(out, "Goodbye.") {
		t.Errorf("got %q", out)
	}
	if n := h.told.refusals(Stalled); n > 0 {
		t.Errorf("%d were refused", n)
	}
}

func TestWhatChangedBeforeServeHolds(t *testing.T) {
	h := furnish(t, usual(), blog.Limits{}, nil)
	few := usual()
	few.Sessions = 1
	h.at.Change(few, h.at.Signers)
	h.open(t)
	client := h.dial(t, "reader")
	_, err := client.NewSession()
	must(t, err)
	if _, err := client.NewSession(); err == nil {
		t.Error("the limits of before hold")
	}
}

func TestWhoIsLetInTooLateCountsAsSlow(t *testing.T) {
	ours, theirs := net.Pipe()
	defer func() { _ = theirs.Close() }()
	l := newLink(ours, usual(), nil)
	l.fail(Slow)
	l.enter(false)
	if why := l.turnedOut(); why != Slow {
		t.Errorf("counts as %q", why)
	}
}

func TestSignsOfLifeInASessionAreNoNuisance(t *testing.T) {
	h := serve(t, usual(), nil)
	w := look(t, h.dial(t, "dropbear"), 80, 24, "")
	w.see(t, "The live one")
	for range 2 * maxRequests {
		_, err := w.SendRequest(keepalive, false, nil)
		must(t, err)
	}
	w.press(t, "?")
	w.see(t, "draw again")
}

func TestSecondCommandDoesNotReplaceTheFirst(t *testing.T) {
	s := &session{}
	exec := func(command string) (ok, start bool) {
		return s.request(&ssh.Request{Type: "exec", Payload: ssh.Marshal(struct{ Command string }{command})}, s.command != "")
	}
	if ok, start := exec("list"); !ok || !start {
		t.Error("the first is refused")
	}
	if ok, start := exec("read x"); ok || start || s.command != "list" {
		t.Errorf("the second is taken: %q", s.command)
	}
}

func TestLivingPeersAnswer(t *testing.T) {
	limits := usual()
	limits.Dead = 1500 * time.Millisecond // half of it is enough for an answer on a busy machine
	h := serve(t, limits, nil)
	w := look(t, h.dial(t, "quiet"), 80, 24, "")
	w.see(t, "The live one")
	if wait(t.Context(), 2*limits.Dead); h.told.refusals(Dead) > 0 { // the client's answers are what is waited for
		t.Error("a client that answers counts as dead")
	}
	w.press(t, "?")
	w.see(t, "draw again")
}

func TestProxiesSayWhomTheyBring(t *testing.T) {
	limits := usual()
	limits.Proxies = []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}
	limits.PerAddress = 2
	h := serve(t, limits, nil)
	come := func(header string) (*ssh.Client, error) {
		conn, err := net.Dial("tcp", h.addr)
		must(t, err)
		_, err = io.WriteString(conn, header)
		must(t, err)
		link, channels, requests, err := ssh.NewClientConn(conn, h.addr, anyHost("r"))
		if err != nil {
			_ = conn.Close()
			return nil, err
		}
		client := ssh.NewClient(link, channels, requests)
		t.Cleanup(func() { _ = client.Close() })
		return client, nil
	}
	for n := range 6 {
		header := "PROXY TCP4 203.0.113.77 192.0.2.1 5555 22\r\n"
		if n >= 3 {
			header = "PROXY TCP6 2001:db8:1:2:3::4 2001:db8::1 5555 22\r\n"
		}
		client, err := come(header)
		if (err == nil) != (n%3 < limits.PerAddress) {
			t.Fatalf("number %d: %v", n, err)
		}
		if err == nil {
			if _, _, status := said(t, client, "list"); status != 0 {
				t.Errorf("status %d", status)
			}
		}
	}
	eventually(t, func() bool {
		return strings.Contains(h.log.String(), "remote=203.0.113.0 ") && strings.Contains(h.log.String(), "remote=2001:db8:1:: ")
	}, func() string { return "not in the log: " + h.log.String() })
	if log := h.log.String(); strings.Contains(log, "203.0.113.77") || strings.Contains(log, ":3::4") {
		t.Errorf("complete addresses in the log: %s", log)
	}
	if _, err := come(""); err == nil {
		t.Error("let in without a header")
	}
	if h.told.refusals(Proxy) != 1 {
		t.Error("not counted")
	}
}

func TestStrangersCannotSayWhomTheyBring(t *testing.T) {
	h := serve(t, usual(), nil)
	conn, err := net.Dial("tcp", h.addr)
	must(t, err)
	defer func() { _ = conn.Close() }()
	_, err = io.WriteString(conn, "PROXY TCP4 203.0.113.77 192.0.2.1 5555 22\r\n")
	must(t, err)
	_, _, _, err = ssh.NewClientConn(conn, h.addr, anyHost("r"))
	if err == nil || !strings.Contains(err.Error(), Garbage.words()) {
		t.Errorf("told %v", err)
	}
	if strings.Contains(h.log.String(), "203.0.113") || !strings.Contains(h.log.String(), "remote=127.0.0.0") {
		t.Errorf("log: %s", h.log.String())
	}
}

func TestBucketsFillAgain(t *testing.T) {
	var b bucket
	now := time.Unix(1000, 0)
	taken := 0
	for b.take(now, 5) {
		taken++
	}
	if taken != 10 || b.take(now.Add(100*time.Millisecond), 5) || !b.take(now.Add(300*time.Millisecond), 5) {
		t.Errorf("%d at once", taken)
	}
	if b.full(now.Add(time.Second), 5) || !b.full(now.Add(3*time.Second), 5) {
		t.Error("not full when it should be")
	}
}

func TestLinesOfSessionsSayWhatWasDone(t *testing.T) {
	h := serve(t, usual(), nil)
	said(t, h.dial(t, "\x1b[31mred\u202e"+strings.Repeat("x", 1000)), "read live")
	said(t, h.dial(t, "r"), "nonsense \x1b]0;x\x07")
	w := look(t, h.dial(t, "live"), 80, 24, "")
	w.see(t, "Words that are there")
	w.press(t, "qq")
	must(t, w.Wait())
	wanted := []string{"verb=read post=live status=0", "verb=unknown post=\"\" status=2", "verb=screens post=live status=0"}
	for _, want := range wanted {
		eventually(t, func() bool { return strings.Contains(h.log.String(), want) }, func() string { return "no " + want + " in " + h.log.String() })
	}
	log := h.log.String()
	if strings.Count(log, "msg=session") != 3 || strings.ContainsAny(log, "\x1b\x07\u202e") || strings.Contains(log, strings.Repeat("x", 100)) {
		t.Errorf("log: %s", log)
	}
	h.told.mu.Lock()
	defer h.told.mu.Unlock()
	if len(h.told.visits) != 3 || h.told.visits[0].Sent == 0 || h.told.frames != 1 || h.told.entered != 3 {
		t.Errorf("told %+v", h.told)
	}
}

func TestReadersMayTakeTheirTimeToCompareFingerprints(t *testing.T) {
	limits := usual()
	limits.Handshake = 200 * time.Millisecond
	h := serve(t, limits, nil)
	config := anyHost("reader")
	config.HostKeyCallback = func(string, net.Addr, ssh.PublicKey) error {
		refused := h.told.refusals(Slow)
		silent, err := net.Dial("tcp", h.addr)
		if err != nil {
			return err
		}
		defer func() { _ = silent.Close() }()
		eventually(t, func() bool { return h.told.refusals(Slow) > refused }, func() string { return "the silent one stays" })
		return nil
	}
	client, err := ssh.Dial("tcp", h.addr, config)
	must(t, err)
	t.Cleanup(func() { _ = client.Close() })
	said(t, client, "list")
}

func TestNobodyComparesFingerprintsForEver(t *testing.T) {
	limits := usual()
	limits.Login = 200 * time.Millisecond
	h := serve(t, limits, nil)
	config := anyHost("reader")
	config.HostKeyCallback = func(string, net.Addr, ssh.PublicKey) error {
		eventually(t, func() bool { return h.told.refusals(Slow) > 0 }, func() string { return "it waits still" })
		return nil
	}
	if client, err := ssh.Dial("tcp", h.addr, config); err == nil {
		_ = client.Close()
		t.Error("let in")
	}
}
