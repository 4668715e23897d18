package sshd

import (
	"strings"
	"testing"

	"golang.org/x/crypto/ssh"
)

func TestReaderComesInWithNoKeySeen(t *testing.T) {
	h := serve(t, usual(), nil)
	asked := false
	client := h.dial(t, "anybody", ssh.PublicKeysCallback(func() ([]ssh.Signer, error) {
		asked = true
		return []ssh.Signer{newSigner(t)}, nil
	}))
	if out, _, status := said(t, client, "list"); status != 0 || !strings.Contains(out, "The live one") || strings.Contains(out, "secret") {
		t.Errorf("status %d, %q", status, out)
	}
	if asked {
		t.Error("a reader was asked for a key")
	}
}

func TestAuthorNeedsTheKey(t *testing.T) {
	ada, other := newSigner(t), newSigner(t)
	h := serve(t, usual(), nil, ada.PublicKey())
	noQuestion := ssh.KeyboardInteractive(func(_, _ string, questions []string, _ []bool) ([]string, error) {
		if len(questions) > 0 {
			t.Errorf("asked %q", questions)
		}
		return nil, nil
	})
	ten := make([]ssh.Signer, 10)
	for n := range ten {
		ten[n] = newSigner(t)
	}
	tests := []struct {
		name    string
		methods []ssh.AuthMethod
		author  bool
	}{
		{"with the key", []ssh.AuthMethod{ssh.PublicKeys(ada)}, true},
		{"the key is the eleventh", []ssh.AuthMethod{ssh.PublicKeys(append(ten, ada)...)}, true},
		{"with another key", []ssh.AuthMethod{ssh.PublicKeys(other), noQuestion}, false},
		{"with ten others", []ssh.AuthMethod{ssh.PublicKeys(ten...), noQuestion}, false},
		{"without a key", []ssh.AuthMethod{noQuestion}, false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			client := h.dial(t, "ada", test.methods...)
			out, _, _ := said(t, client, "list")
			if got := strings.Contains(out, "The secret one  (draft)"); got != test.author {
				t.Errorf("sees drafts: %t, %q", got, out)
			}
			_, stderr, status := said(t, client, "read secret")
			if (status == 0) != test.author || !test.author && !strings.Contains(stderr, "no such post") {
				t.Errorf("reads the draft: status %d, %q", status, stderr)
			}
		})
	}
}

func TestAuthorsNameAloneLetsNobodyIn(t *testing.T) {
	h := serve(t, usual(), nil, newSigner(t).PublicKey())
	client, err := ssh.Dial("tcp", h.addr, &ssh.ClientConfig{User: "ada", HostKeyCallback: ssh.InsecureIgnoreHostKey()})
	if err == nil {
		_ = client.Close()
		t.Fatal("let in by none")
	}
}

func TestOnlySessionsCanBeOpened(t *testing.T) {
	h := serve(t, usual(), nil)
	client := h.dial(t, "reader")
	for _, kind := range []string{"direct-tcpip", "direct-streamlocal@openssh.com", "x11", "auth-agent@openssh.com", "tun@openssh.com"} {
		if channel, _, err := client.OpenChannel(kind, nil); err == nil {
			_ = channel.Close()
			t.Errorf("%s was opened", kind)
		}
	}
	for _, request := range []string{"tcpip-forward", "streamlocal-forward@openssh.com"} {
		if ok, _, err := client.SendRequest(request, true, ssh.Marshal(struct {
			Addr string
			Port uint32
		}{"", 0})); err != nil || ok {
			t.Errorf("%s: %t, %v", request, ok, err)
		}
	}
	session, err := client.NewSession()
	must(t, err)
	for _, request := range []string{"x11-req", "auth-agent-req@openssh.com", "subsystem"} {
		if ok, err := session.SendRequest(request, true, ssh.Marshal(struct{ Name string }{"netconf"})); err != nil || ok {
			t.Errorf("%s: %t, %v", request, ok, err)
		}
	}
}

func TestOnlyModernAlgorithms(t *testing.T) {
	h := serve(t, usual(), nil)
	old := []ssh.Config{
		{KeyExchanges: []string{ssh.InsecureKeyExchangeDH14SHA1}},
		{KeyExchanges: []string{ssh.KeyExchangeECDHP256}},
		{Ciphers: []string{ssh.InsecureCipherAES128CBC}},
		{Ciphers: []string{ssh.CipherAES128CTR}, MACs: []string{ssh.HMACSHA1}},
	}
	for _, config := range old {
		client, err := ssh.Dial("tcp", h.addr, &ssh.ClientConfig{User: "r", Config: config, HostKeyCallback: ssh.InsecureIgnoreHostKey()})
		if err == nil {
			_ = client.Close()
			t.Errorf("agreed to %v", config)
		}
	}
}

func TestAddressOfAPostIsAUserName(t *testing.T) {
	h := serve(t, usual(), nil)
	client := h.dial(t, "live")
	w := look(t, client, 80, 24, "")
	w.see(t, "Words that are there to be read.")
	if out, _, status := said(t, client, ""); status != 0 || !strings.Contains(out, "Words that are there") {
		t.Errorf("without a terminal: status %d, %q", status, out)
	}
	secret := look(t, h.dial(t, "secret"), 80, 24, "")
	secret.see(t, "The live one")
	if strings.Contains(secret.out.String(), "Not yet.") {
		t.Error("a draft opened")
	}
}
