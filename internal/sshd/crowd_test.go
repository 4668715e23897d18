package sshd

import (
	"bytes"
	"context"
	"io"
	"math/rand/v2"
	"net"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"golang.org/x/crypto/ssh"
)

// wellBehaved is how many readers come while somebody attacks.
const wellBehaved = 50

// firstFrame connects, opens a terminal, and returns the time until the first screen is there. The session stays open.
func firstFrame(t *testing.T, h *house) time.Duration {
	t.Helper()
	began := time.Now()
	client := h.dial(t, "reader")
	session, err := client.NewSession()
	must(t, err)
	out, err := session.StdoutPipe()
	must(t, err)
	must(t, session.RequestPty("xterm-256color", 24, 80, ssh.TerminalModes{}))
	must(t, session.Shell())
	var seen []byte
	buf := make([]byte, 8<<10)
	for !bytes.Contains(seen, []byte("The live one")) {
		n, err := out.Read(buf)
		must(t, err)
		seen = append(seen, buf[:n]...)
	}
	took := time.Since(began)
	go func() { _, _ = io.Copy(io.Discard, out) }() // ends with the client
	return took
}

// median returns the middle of the first-frame times of all well-behaved readers, who come one after the other.
func median(t *testing.T, h *house) time.Duration {
	t.Helper()
	var all []time.Duration
	for range wellBehaved {
		all = append(all, firstFrame(t, h))
	}
	slices.Sort(all)
	return all[len(all)/2]
}

// attacker is the address that attacks come from.
var attacker = &net.Dialer{LocalAddr: &net.TCPAddr{IP: net.IPv4(127, 0, 0, 2)}}

// elsewhere connects from another address than the readers do.
func elsewhere(addr string, config *ssh.ClientConfig) (*ssh.Client, error) {
	conn, err := attacker.Dial("tcp", addr)
	if err != nil {
		return nil, err
	}
	link, channels, requests, err := ssh.NewClientConn(conn, addr, config)
	if err != nil {
		_ = conn.Close()
		return nil, err
	}
	return ssh.NewClient(link, channels, requests), nil
}

// attacks are the rows of design.md §6 that somebody can do over and over. Each call is one attack, from a connection
// of its own; its errors are the server's answer.
func attacks() map[string]func(addr string) {
	inside := func(do func(*ssh.Client)) func(string) {
		return func(addr string) {
			client, err := elsewhere(addr, anyHost("attacker"))
			if err == nil {
				do(client)
				_ = client.Close()
			}
		}
	}
	screen := func(c *ssh.Client, columns, rows int) *ssh.Session {
		session, err := c.NewSession()
		if err != nil || session.RequestPty("xterm", rows, columns, nil) != nil || session.Shell() != nil {
			return nil
		}
		return session
	}
	return map[string]func(string){
		"windows of any size": inside(func(c *ssh.Client) {
			if s := screen(c, 5000, 5000); s != nil {
				for range 20 {
					_ = s.WindowChange(1<<31, 1<<31)
				}
			}
		}),
		"channels closed, the connection kept": inside(func(c *ssh.Client) {
			for range 5 {
				if s := screen(c, 80, 24); s != nil {
					_ = s.Close()
				}
			}
		}),
		"a huge environment": inside(func(c *ssh.Client) {
			if s, err := c.NewSession(); err == nil {
				for range 20 {
					_, _ = s.SendRequest("env", false, ssh.Marshal(struct{ Name, Value string }{"LC_ALL", strings.Repeat("x", 30000)}))
				}
			}
		}),
		"many sessions in one connection": inside(func(c *ssh.Client) {
			for range 50 {
				_, _, _ = c.OpenChannel("session", nil)
			}
		}),
		"connections that never speak": func(addr string) { hold(addr, "") },
		"garbage":                      func(addr string) { hold(addr, strings.Repeat("\x00\xff", 4096)) },
		"a client that reads nothing": inside(func(c *ssh.Client) {
			if channel, _, err := c.OpenChannel("session", nil); err == nil {
				_, _ = channel.SendRequest("exec", true, ssh.Marshal(struct{ Command string }{"read long --source"}))
			}
		}),
		"a bomb of quotes": inside(func(c *ssh.Client) { ask(c, "read bomb --width 40") }),
		"sessions that are idle": inside(func(c *ssh.Client) {
			if s := screen(c, 80, 24); s != nil {
				wait(context.Background(), 50*time.Millisecond)
			}
		}),
		"a list without end at each width": inside(func(c *ssh.Client) { ask(c, "read items --color always --width "+strconv.Itoa(20+rand.IntN(100))) }),
		"commands without end": inside(func(c *ssh.Client) {
			for range 50 {
				ask(c, "list --json")
			}
		}),
		"requests without end": inside(func(c *ssh.Client) {
			for range 1000 {
				_, _, _ = c.SendRequest("nothing", false, nil)
			}
		}),
		"new keys without end": func(addr string) {
			config := anyHost("attacker")
			config.RekeyThreshold = 256
			if c, err := elsewhere(addr, config); err == nil {
				for range 20 {
					_, _, _ = c.SendRequest("nothing", true, make([]byte, 300))
				}
				_ = c.Close()
			}
		},
	}
}

// ask runs a command, whatever comes of it.
func ask(c *ssh.Client, command string) {
	if s, err := c.NewSession(); err == nil {
		_ = s.Run(command)
	}
}

// hold says something and keeps the connection for a while.
func hold(addr, say string) {
	conn, err := attacker.Dial("tcp", addr)
	if err != nil {
		return
	}
	_, _ = io.WriteString(conn, say)
	_ = conn.SetReadDeadline(time.Now().Add(50 * time.Millisecond))
	_, _ = io.Copy(io.Discard, conn)
	_ = conn.Close()
}

func TestReadersBesideAnAttackNoticeNothing(t *testing.T) {
	limits := usual()
	limits.Input = 256 << 10
	for name, attack := range attacks() {
		t.Run(name, func(t *testing.T) {
			h := serve(t, limits, map[string]string{
				"bomb.md":  "# Bomb\n\n" + strings.Repeat(">", 88) + " x\n",
				"long.md":  "---\ntitle: Long\ndate: 2020-01-01\n---\n" + strings.Repeat("Many words.\n\n", 100000),
				"items.md": "---\ntitle: Items\ndate: 2020-01-01\n---\n" + strings.Repeat("- x\n", 50000),
			})
			before := median(t, h)
			stop := make(chan struct{})
			for range 2 {
				go func() { // it ends with the server's connections
					for {
						select {
						case <-stop:
							return
						case <-time.After(4 * before): // its own work is done on the same processors
							attack(h.addr)
						}
					}
				}()
			}
			beside := median(t, h) // of fifty more, all of whom come in
			close(stop)
			t.Logf("first frame after %s, beside the attack %s: %.1f times", before, beside, float64(beside)/float64(before))
			if beside > 10*before+100*time.Millisecond { // twice is what we want; a shared machine does the rest by itself
				t.Errorf("first frame after %s, undisturbed %s", beside, before)
			}
		})
	}
}
