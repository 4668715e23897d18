package sshd

import (
	"fmt"
	"io"
	"net"
	"runtime"
	"strings"
	"testing"

	"golang.org/x/crypto/ssh"
)

// What a session costs is told beside what the protocol costs: a server of nothing but x/crypto/ssh that sends 4 KB at
// first and 256 bytes for each key. Client and server share the process, so the ratio says less than it is.

// bare serves the protocol alone and returns where.
func bare(b *testing.B) string {
	b.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	must(b, err)
	b.Cleanup(func() { _ = ln.Close() })
	config := &ssh.ServerConfig{NoClientAuth: true}
	config.AddHostKey(newSigner(b))
	go func() {
		for {
			conn, err := ln.Accept()
			if err != nil {
				return
			}
			go bareConnection(conn, config)
		}
	}()
	return ln.Addr().String()
}

func bareConnection(conn net.Conn, config *ssh.ServerConfig) {
	defer func() { _ = conn.Close() }()
	_, channels, requests, err := ssh.NewServerConn(conn, config)
	if err != nil {
		return
	}
	go ssh.DiscardRequests(requests)
	for channel := range channels {
		accepted, requests, err := channel.Accept()
		if err != nil {
			return
		}
		go func() {
			for r := range requests {
				if r.WantReply {
					_ = r.Reply(true, nil)
				}
				switch r.Type {
				case "shell":
					go bareScreen(accepted)
				case "exec":
					_, _ = accepted.Write(make([]byte, 4096)) // a client that is gone hears nothing
					_, _ = accepted.SendRequest("exit-status", false, make([]byte, 4))
					_ = accepted.Close()
				}
			}
		}()
	}
}

func bareScreen(channel ssh.Channel) {
	var key [256]byte
	for answer := make([]byte, 4096); ; answer = answer[:256] {
		if _, err := channel.Write(answer); err != nil {
			return
		}
		if _, err := channel.Read(key[:]); err != nil {
			return
		}
	}
}

// both runs f for the bare protocol and for the house, with posts to read.
func both(b *testing.B, f func(b *testing.B, addr string)) {
	b.Run("bare", func(b *testing.B) { f(b, bare(b)) })
	b.Run("postern", func(b *testing.B) {
		files := make(map[string]string)
		for n := range 100 {
			files[fmt.Sprintf("p%03d.md", n)] = fmt.Sprintf("---\ntitle: Number %d\ndate: 2025-01-%02d\nsummary: What it is about\n---\n", n, 1+n%28) +
				strings.Repeat("Some words that *fill* a line or two of `text`.\n", 60)
		}
		limits := usual()
		limits.PerAddress, limits.Input = 0, 0
		f(b, serve(b, limits, files).addr)
	})
}

// caller is a reader whose terminal throws away what it is sent.
type caller struct {
	client *ssh.Client
	in     io.Writer
	out    io.Reader
	buf    []byte
}

// call connects and waits for the first frame.
func call(b *testing.B, addr string) *caller {
	b.Helper()
	client, err := ssh.Dial("tcp", addr, &ssh.ClientConfig{User: "reader", HostKeyCallback: ssh.InsecureIgnoreHostKey()})
	must(b, err)
	session, err := client.NewSession()
	must(b, err)
	c := &caller{client: client, buf: make([]byte, 32<<10)}
	c.in, err = session.StdinPipe()
	must(b, err)
	c.out, err = session.StdoutPipe()
	must(b, err)
	must(b, session.RequestPty("xterm-256color", 24, 80, ssh.TerminalModes{}))
	must(b, session.Shell())
	c.hear(b)
	return c
}

// hear waits for what the server sends and returns how much it is.
func (c *caller) hear(b *testing.B) int {
	b.Helper()
	n, err := c.out.Read(c.buf)
	must(b, err)
	return n
}

func BenchmarkOpen(b *testing.B) {
	both(b, func(b *testing.B, addr string) {
		for b.Loop() {
			_ = call(b, addr).client.Close()
		}
	})
}

func BenchmarkKey(b *testing.B) {
	keys(b, "j", "k")
}

func BenchmarkOpenPost(b *testing.B) {
	keys(b, "\r", "q")
}

// keys presses one and the other by turns.
func keys(b *testing.B, one, other string) {
	both(b, func(b *testing.B, addr string) {
		c := call(b, addr)
		defer func() { _ = c.client.Close() }()
		bytes, n := 0, 0
		for b.Loop() {
			key := one
			if n++; n%2 == 0 {
				key = other
			}
			_, err := io.WriteString(c.in, key)
			must(b, err)
			bytes += c.hear(b)
		}
		b.ReportMetric(float64(bytes)/float64(n), "sent/op")
	})
}

// BenchmarkSession tells the memory of an open session, with the client's half of it.
func BenchmarkSession(b *testing.B) {
	both(b, func(b *testing.B, addr string) {
		const sessions = 200
		for b.Loop() {
			before, callers := memory(), make([]*caller, sessions)
			for n := range callers {
				callers[n] = call(b, addr)
			}
			b.ReportMetric(float64(memory()-before)/sessions/1024, "KiB/session")
			for _, c := range callers {
				_ = c.client.Close()
			}
		}
	})
}

// memory returns what is in use on the heap and for stacks.
func memory() int {
	runtime.GC()
	runtime.GC() // stacks shrink by half each time
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int(m.HeapAlloc + m.StackInuse)
}

// BenchmarkList runs the command that scripts run most, over one connection: the bare protocol answers with 4 KB.
func BenchmarkList(b *testing.B) {
	both(b, func(b *testing.B, addr string) {
		client, err := ssh.Dial("tcp", addr, &ssh.ClientConfig{User: "reader", HostKeyCallback: ssh.InsecureIgnoreHostKey()})
		must(b, err)
		defer func() { _ = client.Close() }()
		for b.Loop() {
			session, err := client.NewSession()
			must(b, err)
			_, err = session.Output("list")
			must(b, err)
		}
	})
}
