package sshd

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"io"
	"net"
	"net/netip"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/crypto/ssh"
)

// refusal is one way to be refused: a limit, who hits it, and what that client sees.
type refusal struct {
	why   Reason
	how   string
	limit func(*Limits)
	posts map[string]string
	hit   func(*testing.T, *house) (told string)
	mute  string // why there are no words, where there are none
	all   bool   // it holds for everybody while it lasts
}

// allRefusals returns all there are. Whoever adds a Reason adds a row.
func allRefusals() []refusal {
	soon := func(l *Limits) { l.Handshake, l.Login = time.Second, time.Second }
	little := func(l *Limits) { l.Unknown = 8000 }
	none := func(*Limits) {}
	long := map[string]string{"long.md": "---\ntitle: Long\n---\n" + strings.Repeat("Many words, and more of them.\n\n", 150000)}
	return []refusal{
		{why: Full, limit: func(l *Limits) { l.Connections = 3 }, hit: comeTooMany, all: true},
		{why: Memory, limit: none, hit: outOfMemory, all: true},
		{why: Crowd, limit: func(l *Limits) { l.PerAddress = 3 }, hit: crowdIn},
		{why: Rush, limit: func(l *Limits) { l.New = 2 }, hit: comeTooMany, all: true},
		{why: AddressRush, limit: func(l *Limits) { l.NewAddress = 3 }, hit: crowdIn},
		{why: Proxy, limit: func(l *Limits) { l.Proxies = []netip.Prefix{netip.MustParsePrefix("127.0.0.2/32")} }, hit: crowdIn},
		{why: Slow, how: "without a word", limit: soon, hit: saying("")},
		{why: Slow, how: "with a version", limit: soon, hit: saying(greeted(""))},
		{why: Slow, how: "while the keys are exchanged", limit: soon, hit: saying(greeted(keyExchange("curve25519-sha256")))},
		{why: Slow, how: "at its keys", limit: soon, hit: findNoKey},
		{why: Garbage, how: "for the web", limit: none, hit: saying("GET / HTTP/1.1\r\nHost: blog\r\n\r\n")},
		{why: Garbage, how: "of zeros", limit: none, hit: saying(strings.Repeat("\x00", 4096))},
		{why: Garbage, how: "after a version", limit: none, hit: saying(greeted(strings.Repeat("x", 300)))},
		{why: Garbage, how: "of yesterday", limit: none, hit: saying(greeted(keyExchange("diffie-hellman-group1-sha1")))},
		{why: Talkative, how: "before keys", limit: little, hit: saying(greeted(strings.Repeat(packet("\x02\x00\x00\x03\xf0"+strings.Repeat("x", 0x3f0)), 10)))}, // SSH_MSG_IGNORE
		{why: Talkative, how: "after keys", limit: func(l *Limits) { l.Unknown, l.AuthTries = 8000, 0 }, hit: offer(100)},
		{why: ManyTries, limit: func(l *Limits) { l.AuthTries = 3 }, hit: offer(9)},
		{why: ManySessions, limit: func(l *Limits) { l.Sessions = 2 }, hit: openMany},
		{why: ManyRequests, limit: none, hit: requestMuch},
		{why: ManyRequests, how: "when a command has just begun", limit: none, hit: requestMuchAndBegin},
		{why: Flood, limit: func(l *Limits) { l.Input = 4 << 10 }, hit: floodRequests, mute: "it is served, later"},
		{why: Empty, limit: func(l *Limits) { l.Empty = 300 * time.Millisecond }, hit: openNothing, mute: "there is no session to say it in"},
		{why: Dead, limit: func(l *Limits) { l.Dead = time.Second }, hit: playDead, mute: "nobody is there"},
		{why: Stalled, limit: func(l *Limits) { l.Stalled = time.Second }, posts: long, hit: readNothing, mute: "it takes no words"},
		{why: Idle, limit: func(l *Limits) { l.Idle = 400 * time.Millisecond }, hit: pressNothing, all: true},
		{why: Closing, limit: none, hit: comeAtTheEnd, all: true},
	}
}

func TestEachRefusalIsToldCountedAndLoggedOnceAndLeavesOthersAlone(t *testing.T) {
	for _, test := range allRefusals() {
		t.Run(strings.TrimSpace(string(test.why)+" "+test.how), func(t *testing.T) {
			limits := usual()
			test.limit(&limits)
			h := serve(t, limits, test.posts)
			beside := look(t, h.dial(t, "well-behaved"), 80, 24, "")
			beside.see(t, "The live one")
			if told := test.hit(t, h); !strings.Contains(told, test.why.words()) {
				t.Errorf("told %q", told)
			}
			if (test.mute == "") != (test.why.words() != "") {
				t.Errorf("says %q; to be mute: %q", test.why.words(), test.mute)
			}
			eventually(t, func() bool { return h.told.refusals(test.why) > 0 }, func() string { return "not counted; log: " + h.log.String() })
			lines := func() int { return strings.Count(h.log.String(), "reason="+string(test.why)+" ") }
			eventually(t, func() bool { return lines() > 0 }, func() string { return "nothing in the log" })
			if lines() != 1 {
				t.Errorf("%d lines in the log: %s", lines(), h.log.String())
			}
			if test.why == Idle || test.why == Closing {
				return // the others go as well
			}
			if !test.all {
				said(t, h.dial(t, "newcomer"), "list")
			}
			beside.press(t, "?")
			beside.see(t, "draw again")
		})
	}
}

func TestEachReasonHasARow(t *testing.T) {
	rows := make(map[Reason]bool)
	for _, row := range allRefusals() {
		rows[row.why] = true
	}
	for _, why := range Reasons() {
		if !rows[why] {
			t.Errorf("nobody tries to be refused for %q", why)
		}
		delete(rows, why)
	}
	if len(rows) > 0 {
		t.Errorf("reasons that are not among Reasons: %v", rows)
	}
}

// refused comes in by dial until it is told why not.
func refused(t *testing.T, dial func() (*ssh.Client, error)) (told string, in []*ssh.Client) {
	t.Helper()
	for range 20 {
		client, err := dial()
		if err != nil {
			return err.Error(), in
		}
		t.Cleanup(func() { _ = client.Close() })
		in = append(in, client)
	}
	t.Error("all were let in")
	return "", in
}

// comeTooMany comes until it is refused, and leaves.
func comeTooMany(t *testing.T, h *house) string {
	told, in := refused(t, func() (*ssh.Client, error) { return ssh.Dial("tcp", h.addr, anyHost("r")) })
	for _, client := range in {
		_ = client.Close()
	}
	return told
}

// crowdIn comes from an address of its own until it is refused, and stays.
func crowdIn(t *testing.T, h *house) string {
	told, _ := refused(t, func() (*ssh.Client, error) { return elsewhere(h.addr, anyHost("r")) })
	return told
}

func outOfMemory(t *testing.T, h *house) string {
	client := h.dial(t, "early")
	h.full.Store(true)
	defer h.full.Store(false)
	told := comeTooMany(t, h)
	if _, err := client.NewSession(); err == nil || !strings.Contains(err.Error(), Memory.words()) {
		t.Errorf("a session all the same: %v", err)
	}
	return told
}

// saying returns what hears all that the server has to say to a client that begins so.
func saying(first string) func(*testing.T, *house) string {
	return func(t *testing.T, h *house) string {
		conn, err := net.Dial("tcp", h.addr)
		must(t, err)
		defer func() { _ = conn.Close() }()
		must(t, conn.SetDeadline(time.Now().Add(20*time.Second)))
		_, err = io.WriteString(conn, first)
		must(t, err)
		told, err := io.ReadAll(conn)
		must(t, err)
		return plainly(t, told)
	}
}

// plainly reads what the server says in plain text, packet by packet, and returns the words of its goodbye.
func plainly(t *testing.T, told []byte) string {
	t.Helper()
	version, rest, _ := bytes.Cut(told, []byte("\r\n"))
	if string(version) != serverVersion {
		t.Errorf("not our version: %q", version)
	}
	for len(rest) > 5 {
		size, padding := 4+int(binary.BigEndian.Uint32(rest)), int(rest[4])
		if size > len(rest) || padding < 4 || size%8 != 0 {
			t.Fatalf("no packet: %q", rest)
		}
		var goodbye struct {
			Reason          uint32 `sshtype:"1"`
			Words, Language string
		}
		if ssh.Unmarshal(rest[5:size-padding], &goodbye) == nil && size == len(rest) {
			return goodbye.Words
		}
		rest = rest[size:]
	}
	return "nothing"
}

// greeted returns what a client says first, and then.
func greeted(then string) string { return "SSH-2.0-x\r\n" + then }

// packet returns payload as it stands before any keys are exchanged.
func packet(payload string) string {
	padding := 16 - (5+len(payload))%8
	head := binary.BigEndian.AppendUint32(nil, uint32(1+len(payload)+padding))
	return string(append(head, byte(padding))) + payload + strings.Repeat("x", padding)
}

// keyExchange returns how a client begins that knows no other way to exchange keys (RFC 4253 §7.1).
func keyExchange(kex string) string {
	offer := struct {
		Cookie                                                 [16]byte `sshtype:"20"`
		Kex, HostKeys, Ciphers, CiphersBack, MACs, MACsBack    []string
		Compression, CompressionBack, Languages, LanguagesBack []string
		Follows                                                bool
		Reserved                                               uint32
	}{Kex: []string{kex}, HostKeys: []string{"ssh-ed25519"}, Ciphers: []string{"aes128-ctr"}, CiphersBack: []string{"aes128-ctr"},
		MACs: []string{"hmac-sha2-256"}, MACsBack: []string{"hmac-sha2-256"}, Compression: []string{"none"}, CompressionBack: []string{"none"}}
	return packet(string(ssh.Marshal(offer)))
}

// hushed is a connection on which nothing is said any more once it is hushed.
type hushed struct {
	net.Conn
	silent atomic.Bool
}

func (h *hushed) Write(p []byte) (int, error) {
	if h.silent.Load() {
		return len(p), nil
	}
	return h.Conn.Write(p)
}

// turnedOut comes as user with keys over conn, and returns all that it is told until it is cut off.
func turnedOut(conn net.Conn, user string, keys func() ([]ssh.Signer, error)) (told string) {
	defer func() { _ = conn.Close() }()
	config := anyHost(user)
	config.Auth = []ssh.AuthMethod{ssh.PublicKeysCallback(keys)}
	config.BannerCallback = func(words string) error { told += words; return nil }
	_, _, _, err := ssh.NewClientConn(conn, conn.RemoteAddr().String(), config)
	return fmt.Sprint(told, err)
}

// findNoKey comes as the author ada, and shows no key.
func findNoKey(t *testing.T, h *house) string {
	conn, err := net.Dial("tcp", h.addr)
	must(t, err)
	quiet := &hushed{Conn: conn}
	return turnedOut(quiet, "ada", func() ([]ssh.Signer, error) {
		quiet.silent.Store(true)
		return []ssh.Signer{newSigner(t)}, nil
	})
}

// offer returns what offers so many wrong keys of the author ada, one after the other.
func offer(n int) func(*testing.T, *house) string {
	return func(t *testing.T, h *house) string {
		var keys []ssh.Signer
		for range n {
			keys = append(keys, newSigner(t))
		}
		conn, err := net.Dial("tcp", h.addr)
		must(t, err)
		return turnedOut(conn, "ada", func() ([]ssh.Signer, error) { return keys, nil })
	}
}

func openMany(t *testing.T, h *house) string {
	client := h.dial(t, "many")
	for range 2 {
		_, _, err := client.OpenChannel("session", nil)
		must(t, err)
	}
	_, _, err := client.OpenChannel("session", nil)
	if err == nil {
		return "come in"
	}
	return err.Error()
}

// hungUp returns "closed" once the server ends the connection.
func hungUp(t *testing.T, client *ssh.Client) string {
	t.Helper()
	ended := make(chan struct{})
	go func() { _ = client.Wait(); close(ended) }()
	select {
	case <-ended:
		return "closed"
	case <-time.After(20 * time.Second):
		return "open still"
	}
}

func requestMuch(t *testing.T, h *house) string {
	client := h.dial(t, "much")
	channel, _, err := client.OpenChannel("session", nil)
	must(t, err)
	go func() { // until the server has enough
		for sent := error(nil); sent == nil; {
			_, sent = channel.SendRequest("x11-req", false, nil)
		}
	}()
	told, _ := io.ReadAll(channel.Stderr()) // it ends with the connection
	return string(told) + hungUp(t, client)
}

func requestMuchAndBegin(t *testing.T, h *house) string {
	client := h.dial(t, "much")
	channel, _, err := client.OpenChannel("session", nil)
	must(t, err)
	for range maxRequests {
		_, err := channel.SendRequest("x11-req", false, nil)
		must(t, err)
	}
	_, err = channel.SendRequest("exec", false, ssh.Marshal(struct{ Command string }{"follow"}))
	must(t, err)
	_, err = channel.SendRequest("x11-req", false, nil)
	must(t, err)
	told, _ := io.ReadAll(channel.Stderr()) // it ends with the connection
	return string(told) + hungUp(t, client)
}

// floodRequests sends more than is read at once, of what else nobody would mind.
func floodRequests(t *testing.T, h *house) string {
	client := h.dial(t, "flood")
	began := time.Now()
	for time.Since(began) < 10*time.Second {
		if _, _, err := client.SendRequest(keepalive, true, make([]byte, 4<<10)); err != nil {
			return err.Error()
		}
		if h.told.refusals(Flood) > 0 {
			return "read later" // and answered then
		}
	}
	return "read at once"
}

// readNothing asks for more than it reads.
func readNothing(t *testing.T, h *house) string {
	client := h.dial(t, "mute")
	askUnread(t, client, "read long --source")
	return hungUp(t, client)
}

// comeAtTheEnd is not in yet when the server ends.
func comeAtTheEnd(t *testing.T, h *house) string {
	before, stopped := h.at.Connections(), make(chan error, 1)
	go func() {
		for h.at.Connections() == before && wait(t.Context(), time.Millisecond) {
		}
		stopped <- h.stop()
	}()
	told := saying(greeted(""))(t, h)
	must(t, <-stopped)
	return told
}

func pressNothing(t *testing.T, h *house) string {
	w := look(t, h.dial(t, "idle"), 80, 24, "")
	w.see(t, Idle.words())
	return w.out.String()
}

func openNothing(t *testing.T, h *house) string { return hungUp(t, h.dial(t, "empty")) }

func playDead(t *testing.T, h *house) string {
	conn, err := net.Dial("tcp", h.addr)
	must(t, err)
	cut := &cutOff{Conn: conn, gone: make(chan struct{})}
	defer close(cut.gone)
	link, channels, requests, err := ssh.NewClientConn(cut, h.addr, anyHost("dead"))
	must(t, err)
	client := ssh.NewClient(link, channels, requests)
	defer func() { _ = client.Close() }()
	w := look(t, client, 80, 24, "")
	w.see(t, "The live one")
	cut.cut.Store(true)
	before := h.at.Connections()
	eventually(t, func() bool { return h.at.Connections() < before }, func() string { return "the dead one is still in" })
	return "closed"
}
