package sshd

import (
	"strings"
	"testing"
	"unicode/utf8"

	"golang.org/x/crypto/ssh"
)

// FuzzRequests holds that no request of a client makes the guard panic, keep more than it may, or keep what is not text.
func FuzzRequests(f *testing.F) {
	f.Add("pty-req", ssh.Marshal(ptyRequest{Term: "xterm", Columns: 1 << 31, Rows: 3}), false)
	f.Add("window-change", ssh.Marshal(windowChange{Columns: 80, Rows: 24}), true)
	f.Add("env", ssh.Marshal(struct{ Name, Value string }{"LC_ALL", "de"}), false)
	f.Add("exec", ssh.Marshal(struct{ Command string }{"read x"}), false)
	f.Add("subsystem", ssh.Marshal(struct{ Name string }{"sftp"}), false)
	f.Add("env", []byte{0xff, 0xff, 0xff, 0xff}, false)
	f.Fuzz(func(t *testing.T, kind string, payload []byte, started bool) {
		s := &session{}
		for range 2 * maxEnviron {
			s.request(&ssh.Request{Type: kind, Payload: payload}, started)
		}
		s.request(&ssh.Request{Type: "pty-req", Payload: ssh.Marshal(ptyRequest{Term: "xterm"})}, false)
		s.request(&ssh.Request{Type: "window-change", Payload: payload}, started)
		if s.width < 1 || s.width > maxColumns || s.height < 1 || s.height > maxRows {
			t.Errorf("%d×%d", s.width, s.height)
		}
		if len(s.environ) > maxEnviron || len(s.command) > maxCommand || len(s.term) > maxTerm || s.subsystem != "" && s.subsystem != "sftp" {
			t.Errorf("kept too much: %+v", s)
		}
		for _, kept := range append(s.environ, s.term) {
			if !utf8.ValidString(kept) || strings.ContainsAny(kept, "\x00\x1b\n\u009b") || len(kept) > maxVariable {
				t.Errorf("kept %q", kept)
			}
		}
	})
}

// FuzzLogged holds that the log gets one line of safe text, and not too much of it.
func FuzzLogged(f *testing.F) {
	f.Add("ada")
	f.Add("\x1b]0;title\x07\u202e\n" + strings.Repeat("e\u0301", 200))
	f.Fuzz(func(t *testing.T, word string) {
		got := logged(word)
		if utf8.RuneCountInString(got) > maxLogged+1 || strings.ContainsAny(got, "\x00\x07\x1b\r\n\u009b\u202e") || !utf8.ValidString(got) {
			t.Errorf("%q became %q", word, got)
		}
	})
}

// FuzzProofs holds that what a client says about host keys is answered for keys of ours only.
func FuzzProofs(f *testing.F) {
	signer := newSigner(f)
	blob := ssh.Marshal(struct{ Blob []byte }{signer.PublicKey().Marshal()})
	f.Add(blob[:8])
	f.Add([]byte{0, 0, 0, 0})
	f.Add(append(append([]byte{}, blob...), 1))
	f.Add(blob)
	f.Fuzz(func(t *testing.T, payload []byte) {
		if string(payload) == string(blob) && len(asked(payload, []ssh.Signer{signer})) != 1 {
			t.Error("our own key is not answered for")
		}
		if string(payload) != string(blob) && asked(payload, []ssh.Signer{signer}) != nil {
			t.Errorf("%x was answered", payload)
		}
	})
}
