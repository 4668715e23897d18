package sshd

import (
	"io"
	"net"
	"testing"
	"time"

	"go.uber.org/goleak"
	"golang.org/x/crypto/ssh"
)

func TestServerLeavesNothingRunning(t *testing.T) {
	ln, err := net.Listen("tcp", "127.0.0.1:0") // what the first use of the network starts
	must(t, err)
	must(t, ln.Close())
	warm := serve(t, usual(), nil) // and the first use of everything else
	look := start(t, warm.dial(t, "reader"), 80, 24, "", nil)
	look.see(t, "The live one")
	must(t, warm.stop())
	before := goleak.IgnoreCurrent()

	h := serve(t, usual(), nil)
	h.at.Grace = 500 * time.Millisecond // nobody here leaves when asked to
	silent, err := net.Dial("tcp", h.addr)
	must(t, err)
	defer func() { _ = silent.Close() }()
	var clients []*ssh.Client
	for range 5 {
		client := h.dial(t, "reader")
		clients = append(clients, client)
		w := start(t, client, 80, 24, "", nil)
		w.see(t, "The live one")
		said(t, client, "list")
		_, _, err := client.OpenChannel("session", nil) // in which nothing is asked for
		must(t, err)
	}
	broken := h.dial(t, "reader")
	w := start(t, broken, 80, 24, "", nil)
	w.see(t, "The live one")
	_ = broken.Close()
	must(t, h.stop())
	for _, client := range clients {
		_ = client.Close()
	}
	must(t, silent.SetReadDeadline(time.Now().Add(10*time.Second)))
	_, _ = io.Copy(io.Discard, silent)
	h.close()
	goleak.VerifyNone(t, before, goleak.IgnoreAnyFunction("github.com/dlclark/regexp2/v2.runClock"))
}
