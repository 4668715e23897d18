package sshd

import (
	"bytes"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"golang.org/x/crypto/ssh"
)

func TestPaceLetsSoMuchThrough(t *testing.T) {
	var p pace
	now := time.Unix(1000, 0)
	for n := range 4 {
		if rest := p.spend(100, 100, now); rest != 0 {
			t.Fatalf("rests %s after %d", rest, n)
		}
	}
	if rest := p.spend(50, 100, now); rest != 500*time.Millisecond {
		t.Errorf("rests %s", rest)
	}
	if rest := p.spend(0, 100, now.Add(500*time.Millisecond)); rest != 0 {
		t.Errorf("rests %s when the time is over", rest)
	}
	if rest := p.spend(1<<20, 100, now); rest != paceLongest {
		t.Errorf("rests %s at the longest", rest)
	}
	if rest := p.spend(400, 100, now.Add(24*time.Hour)); rest != 0 {
		t.Errorf("rests %s a day later", rest)
	}
}

func TestWhoSendsLittleWaitsForNobody(t *testing.T) {
	var common pace
	limits := Limits{Input: 100 << 10}
	flood, reader := newLink(nil, limits, nil), newLink(nil, limits, nil)
	for _, l := range []*link{flood, reader} {
		l.pace = &common
		l.isReader.Store(true)
	}
	if rest := flood.spend(10 << 20); rest != paceLongest {
		t.Errorf("the flood rests %s", rest)
	}
	if rest := reader.spend(1 << 10); rest != 0 {
		t.Errorf("a reader at the same address rests %s", rest)
	}
}

func TestCommandsCountAsTheirWork(t *testing.T) {
	limits := usual()
	limits.Input = 64 << 10 // 16 ms of work in a second
	h := serve(t, limits, map[string]string{"items.md": "# Items\n\n" + strings.Repeat("- x\n", 50000)})
	reader := h.dial(t, "reader")
	said(t, reader, "version")
	if h.told.refusals(Flood) > 0 {
		t.Error("a version counts as a flood")
	}
	for range 20 { // some hundred milliseconds each
		if said(t, reader, "read items --color always"); h.told.refusals(Flood) > 0 {
			return
		}
	}
	t.Error("work counts for nothing")
}

func TestLinesOfATalkWaitForTheWorkOfThoseBefore(t *testing.T) {
	limits := usual()
	limits.Input = 64 << 10 // 16 ms of work in a second
	h := serve(t, limits, map[string]string{"items.md": "# Items\n\n" + strings.Repeat("- x\n", 50000)})
	const lines = 200
	session, err := h.dial(t, "plain").NewSession()
	must(t, err)
	var out syncBuffer
	session.Stdout, session.Stdin = &out, strings.NewReader(strings.Repeat("items\n", lines))
	must(t, session.Shell())
	answered := func() int { return strings.Count(out.String(), "End of post.") }
	eventually(t, func() bool { return h.told.refusals(Flood) > 0 }, func() string { return fmt.Sprintf("%d lines wait for nothing", answered()) })
	if version, _, _ := said(t, h.dial(t, "reader"), "version"); version == "" || h.told.refusals(Flood) > 1 {
		t.Errorf("another reader waits as well: %q", version)
	}
	if n := answered(); n > lines/2 {
		t.Errorf("%d of %d lines are answered", n, lines)
	}
}

func TestRulesOfATransferCountAsTheirWork(t *testing.T) {
	limits := usual()
	limits.Input = 16 << 10 // 16 ms of work at once
	h := serve(t, limits, manyPosts(1000))
	session, err := h.dial(t, "reader").NewSession()
	must(t, err)
	sent := []byte{27, 0, 0, 0} // the version
	for range 100 {
		const rule = "- *a*b*c*d*e*f*g*h*i*j"
		sent = append(append(sent, byte(len(rule)), 0, 0, 0), rule...)
	}
	session.Stdin = bytes.NewReader(append(sent, 0, 0, 0, 0))
	must(t, session.Start("rsync --server --sender -r . ."))
	eventually(t, func() bool { return h.told.refusals(Flood) > 0 }, func() string { return "they count for nothing" })
}

func TestWorkCountsAsBytes(t *testing.T) {
	for work, want := range map[time.Duration]int{-time.Second: 0, 0: 0, time.Millisecond: paceWork, 10 * time.Millisecond: 10 * paceWork, time.Hour: 250 * paceWork} {
		if got := bytesFor(work); got != want {
			t.Errorf("%s counts as %d bytes, want %d", work, got, want)
		}
	}
}

func TestAuthorsSendFilesAsFastAsTheyCan(t *testing.T) {
	limits := usual()
	limits.Input = 1 << 10
	ada := newSigner(t)
	h := serve(t, limits, nil, ada.PublicKey())
	began := time.Now()
	file, err := sftpClient(t, h.dial(t, "ada", ssh.PublicKeys(ada))).Create("long.md")
	must(t, err)
	_, err = io.WriteString(file, goodPost+strings.Repeat("Words.\n", 100000))
	must(t, err)
	must(t, file.Close())
	if took := time.Since(began); took > 20*time.Second { // paced, it would be minutes
		t.Errorf("it took %s", took)
	}
	if h.told.refusals(Flood) > 0 {
		t.Error("it counts as a flood")
	}
}
