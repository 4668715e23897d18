package sshd

import (
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/crypto/ssh"
)

// TestSoak is the load of .ci/soak, against a server that runs elsewhere: POSTERN_SOAK="ADDRESS MINUTES SESSIONS POSTS".
func TestSoak(t *testing.T) {
	var addr, posts string
	var minutes float64
	var sessions int
	if _, err := fmt.Sscan(os.Getenv("POSTERN_SOAK"), &addr, &minutes, &sessions, &posts); err != nil {
		t.Skip("by hand: .ci/soak")
	}
	until := time.Now().Add(time.Duration(minutes * float64(time.Minute)))
	var all sync.WaitGroup
	for range sessions {
		all.Go(func() {
			for time.Now().Before(until) {
				if err := roam(addr, until); err != nil {
					t.Error(err)
					return
				}
			}
		})
	}
	for n := 0; time.Now().Before(until); n++ {
		content := fmt.Sprintf("---\ntitle: Changing\ndate: 2026-01-01\n---\n\nVersion %d.\n\n%s", n, strings.Repeat("More words.\n\n", n%200))
		must(t, os.WriteFile(filepath.Join(posts, "changing.md"), []byte(content), 0o600))
		wait(t.Context(), time.Second)
	}
	all.Wait()
}

// roam is one visit: some keys and sizes, then a good or a bad end.
func roam(addr string, until time.Time) error {
	client, err := ssh.Dial("tcp", addr, anyHost("soak"))
	if err != nil {
		return err
	}
	defer func() { _ = client.Close() }()
	session, err := client.NewSession()
	if err != nil {
		return err
	}
	session.Stdout = io.Discard
	in, err := session.StdinPipe()
	if err != nil {
		return err
	}
	if err := session.RequestPty("xterm-256color", 24, 80, nil); err != nil {
		return err
	}
	if err := session.Shell(); err != nil {
		return err
	}
	keys := []string{"j", "k", "\r", " ", "G", "g", "t", "a", "?", "o", "]", "/", "\x1b", "h", "z", "\x1b[B", "\x1b[5~", "\x00", "é"}
	for range 20 + rand.IntN(60) {
		time.Sleep(time.Duration(200+rand.IntN(800)) * time.Millisecond) // as a reader does
		if time.Now().After(until) {
			break
		}
		if rand.IntN(10) == 0 {
			_ = session.WindowChange(1+rand.IntN(100), 1+rand.IntN(250))
		}
		if _, err := io.WriteString(in, keys[rand.IntN(len(keys))]); err != nil {
			return nil // it left by a key
		}
	}
	if rand.IntN(2) == 0 {
		_ = in.Close() // it may be gone
		_ = session.Wait()
	}
	return nil
}
