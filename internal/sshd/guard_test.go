package sshd

import (
	"errors"
	"io"
	"net"
	"net/netip"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/crypto/ssh"

	"postern/internal/blog"
)

// The attacks of design.md §6, each over a real connection. Memory and processor time are those of the whole process,
// the attacker's included, so the bounds are generous; what they stop is hundreds of times more.

// heap returns the bytes of live objects.
func heap() uint64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

// processorTime returns the time that this process has spent.
func processorTime(t *testing.T) time.Duration {
	t.Helper()
	var u syscall.Rusage
	must(t, syscall.Getrusage(syscall.RUSAGE_SELF, &u))
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// grown fails where more than limit bytes live than before.
func grown(t *testing.T, before uint64, limit int) {
	t.Helper()
	if after := heap(); after > before+uint64(limit) {
		t.Errorf("memory grew by %d KiB", (after-before)>>10)
	}
}

func TestWindowOfAnySizeIsCutDown(t *testing.T) {
	h := serve(t, usual(), nil)
	client := h.dial(t, "reader")
	before := heap()
	for _, size := range [][2]int{{5000, 5000}, {1<<32 - 1, 1<<32 - 1}, {0, 0}, {1, 1 << 31}} {
		w := start(t, client, size[0], size[1], "", nil)
		w.see(t, "\x1b[")
		must(t, w.WindowChange(1<<30, 1<<30))
		must(t, w.WindowChange(5000, 5000))
		must(t, w.WindowChange(24, 80))
		w.press(t, "G")
		w.see(t, "The live one")
		w.press(t, "q")
		must(t, w.Wait())
		if n := len(w.out.String()); n > 200<<10 {
			t.Errorf("%v: %d bytes were sent", size, n)
		}
	}
	grown(t, before, 8<<20)
}

func TestClosedSessionLeavesNothingRunning(t *testing.T) {
	h := serve(t, usual(), nil)
	client := h.dial(t, "reader")
	w := look(t, client, 80, 24, "")
	w.see(t, "The live one")
	must(t, w.Close())
	eventually(t, func() bool { return goroutinesIn("postern/internal/term") == 0 }, func() string { return "a program outlived its channel" })
	for range 9 {
		w := look(t, client, 80, 24, "")
		w.see(t, "The live one")
		must(t, w.Close())
	}
	eventually(t, func() bool { return goroutinesIn("postern/internal/term") == 0 }, func() string { return "programs outlived their channels" })
	runtime.GC() // of what earlier tests have left
	least := time.Hour
	for range 5 {
		spent := processorTime(t)
		time.Sleep(300 * time.Millisecond) // the attack is to wait: the connection stands, the channels are gone
		if least = min(least, processorTime(t)-spent); least <= 100*time.Millisecond {
			return
		}
	}
	t.Errorf("%s of processor time in 300 ms of silence", least)
}

// goroutinesIn returns how many goroutines have a function of the package on their stack.
func goroutinesIn(pkg string) int {
	buf := make([]byte, 8<<20)
	n := 0
	for _, stack := range strings.Split(string(buf[:runtime.Stack(buf, true)]), "\n\n") {
		if strings.Contains(stack, pkg) {
			n++
		}
	}
	return n
}

func TestEnvironmentIsBounded(t *testing.T) {
	h := serve(t, usual(), nil)
	client := h.dial(t, "reader")
	session, err := client.NewSession()
	must(t, err)
	before := heap()
	value := strings.Repeat("x", 30000)
	for n := range 20000 {
		if _, err := session.SendRequest("env", false, ssh.Marshal(struct{ Name, Value string }{"LC_ALL", value})); err != nil {
			if n < maxRequests {
				t.Fatalf("cut off after %d", n)
			}
			grown(t, before, 16<<20)
			return // the connection was closed: enough is enough
		}
	}
	t.Error("all of them were taken")
}

func TestOnlyKnownVariablesAreKept(t *testing.T) {
	s := &session{}
	for _, e := range [][2]string{{"LANG", "de_DE.UTF-8"}, {"LC_CTYPE", "C"}, {"LD_PRELOAD", "/x"}, {"LC_\x1b[31m", "x"}, {"LC_ALL", "\x1b[31m"}, {"TERM", "vt100"}} {
		s.request(&ssh.Request{Type: "env", Payload: ssh.Marshal(struct{ Name, Value string }{e[0], e[1]})}, false)
	}
	if got := strings.Join(s.environ, " "); got != "LANG=de_DE.UTF-8 LC_CTYPE=C" {
		t.Errorf("kept %q", got)
	}
	for range 100 {
		s.request(&ssh.Request{Type: "env", Payload: ssh.Marshal(struct{ Name, Value string }{"LC_ALL", "C"})}, false)
	}
	if len(s.environ) != maxEnviron {
		t.Errorf("%d variables kept", len(s.environ))
	}
}

func TestAConnectionHasAHandfulOfSessions(t *testing.T) {
	h := serve(t, usual(), nil)
	client := h.dial(t, "reader")
	before := heap()
	opened := 0
	for range maxRejects { // with one more the connection would be closed, and our library may wait for ever for an answer then
		channel, requests, err := client.OpenChannel("session", nil)
		var refused *ssh.OpenChannelError
		if errors.As(err, &refused) {
			continue
		}
		if err != nil {
			break // the server has had enough; a library that is asked for more while it notices may wait for ever
		}
		opened++
		go ssh.DiscardRequests(requests)
		pty := ptyRequest{Term: "xterm", Columns: 80, Rows: 24}
		if _, err := channel.SendRequest("pty-req", true, ssh.Marshal(pty)); err != nil {
			t.Fatal(err)
		}
		if _, err := channel.SendRequest("shell", true, nil); err != nil {
			t.Fatal(err)
		}
	}
	if opened != usual().Sessions {
		t.Errorf("%d sessions opened", opened)
	}
	grown(t, before, 8<<20)
	if out, _, _ := said(t, h.dial(t, "other"), "list"); !strings.Contains(out, "The live one") {
		t.Errorf("another reader gets %q", out)
	}
}

func TestCrowdsAreKeptOut(t *testing.T) {
	limits := usual()
	limits.PerAddress = 3
	h := serve(t, limits, nil)
	var held []net.Conn
	for range 50 {
		conn, err := net.Dial("tcp", h.addr)
		must(t, err)
		defer func() { _ = conn.Close() }()
		held = append(held, conn)
	}
	open, told := 0, 0
	for _, conn := range held {
		must(t, conn.SetReadDeadline(time.Now().Add(5*time.Second)))
		line := make([]byte, 200)
		n, err := io.ReadAtLeast(conn, line, len(serverVersion)+2)
		switch {
		case strings.Contains(string(line[:n]), "too many connections from your address"):
			told++
		case err == nil:
			open++
		}
	}
	if told == 0 || told+open > 50 {
		t.Errorf("%d were told why", told)
	}
	if n := h.told.refusals(Crowd); n != 50-limits.PerAddress {
		t.Errorf("%d refusals counted", n)
	}
	if open != limits.PerAddress {
		t.Errorf("%d connections stay open", open)
	}
	if n := strings.Count(h.log.String(), "reason=address"); n != 1 {
		t.Errorf("%d lines in the log", n)
	}
	_ = held[0].Close()
	eventually(t, func() bool {
		client, err := ssh.Dial("tcp", h.addr, &ssh.ClientConfig{User: "r", HostKeyCallback: ssh.InsecureIgnoreHostKey()})
		if err == nil {
			_ = client.Close()
		}
		return err == nil
	}, func() string { return "no room after one left" })
}

func TestSitesOfIPv6CountAsOneAddress(t *testing.T) {
	for addr, want := range map[string]string{"[2001:db8:1:2:3:4:5:6]:99": "2001:db8:1:2::/64", "192.0.2.7:1": "192.0.2.7/32", "[::ffff:192.0.2.7]:1": "192.0.2.7/32"} {
		if got := originOf(net.TCPAddrFromAddrPort(netip.MustParseAddrPort(addr))).String(); got != want {
			t.Errorf("%s: got %s, want %s", addr, got, want)
		}
	}
}

func TestNestedQuotesCostNothing(t *testing.T) {
	h := serve(t, usual(), map[string]string{"bomb.md": "# Bomb\n\n" + strings.Repeat(">", 88) + " x\n"})
	w := look(t, h.dial(t, "bomb"), 40, 20, "")
	w.see(t, "Bomb")
	spent := processorTime(t)
	if _, _, status := said(t, h.dial(t, "reader"), "read bomb --width 40"); status != 0 {
		t.Errorf("status %d", status)
	}
	if spent = processorTime(t) - spent; spent > 2*time.Second {
		t.Errorf("%s of processor time", spent)
	}
}

func TestPanicEndsItsSessionOnly(t *testing.T) {
	h := furnish(t, usual(), blog.Limits{}, nil)
	h.at.lead = h.fallible
	h.open(t)
	client := h.dial(t, falls)
	for range 2 { // the first leaves all as it was
		if _, stderr, status := said(t, client, "fall"); status != 1 || !strings.Contains(stderr, "Something went wrong") {
			t.Errorf("status %d, %q", status, stderr)
		}
	}
	if log := h.log.String(); !strings.Contains(log, "on purpose") || !strings.Contains(log, "crowd_test.go") {
		t.Errorf("log: %s", log)
	}
}
