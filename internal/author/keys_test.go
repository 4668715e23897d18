package author

import (
	"bytes"
	"crypto/ed25519"
	"crypto/rand"
	"errors"
	"log/slog"
	"net"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/crypto/ssh"
)

// connection is a client that says its name is the string.
type connection struct {
	ssh.ConnMetadata
	user string
	from string // 192.0.2.7:1 where empty
}

func (c connection) User() string { return c.user }

func (c connection) RemoteAddr() net.Addr {
	if c.from == "" {
		c.from = "192.0.2.7:1"
	}
	return net.TCPAddrFromAddrPort(netip.MustParseAddrPort(c.from))
}

func newKey(t *testing.T) ssh.Signer {
	t.Helper()
	_, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	signer, err := ssh.NewSignerFromKey(private)
	if err != nil {
		t.Fatal(err)
	}
	return signer
}

func line(key ssh.Signer) string { return string(ssh.MarshalAuthorizedKey(key.PublicKey())) }

func open(t *testing.T, files map[string]string) (*Keys, string) {
	t.Helper()
	dir := t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, "authors"), 0o700); err != nil {
		t.Fatal(err)
	}
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(dir, "authors", name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	keys, err := Open(dir, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = keys.Close() })
	return keys, dir
}

func TestKeysLetTheirAuthorIn(t *testing.T) {
	ada, spare, other := newKey(t), newKey(t), newKey(t)
	keys, _ := open(t, map[string]string{
		"ada.pub": "# home\n\nnot a key\n" + line(ada) + "no-pty,restrict " + line(spare),
		"bob.pub": line(other),
	})
	for _, test := range []struct {
		user string
		key  ssh.Signer
		in   bool
	}{{"ada", ada, true}, {"ada", spare, true}, {"ada", other, false}, {"bob", ada, false}, {"eve", ada, false}, {"../ada", ada, false}} {
		err := keys.Check(connection{user: test.user}, test.key.PublicKey())
		if (err == nil) != test.in || err != nil && !errors.Is(err, ErrUnknown) {
			t.Errorf("%s: got %v, want in: %t", test.user, err, test.in)
		}
	}
	if got := keys.Names(); !slices.Equal(got, []string{"ada", "bob"}) {
		t.Errorf("names: %q", got)
	}
}

func TestKeyWithAnOptionThatIsNotKeptIsRefused(t *testing.T) {
	for _, option := range []string{`command="ls"`, "cert-authority", "something-new", `environment="A=b"`, `tunnel="1"`, "from", "no-pty,principals=\"x\""} {
		ada := newKey(t)
		keys, _ := open(t, map[string]string{"ada.pub": option + " " + line(ada)})
		if err := keys.Check(connection{user: "ada"}, ada.PublicKey()); err == nil {
			t.Errorf("%s: let in", option)
		}
	}
}

func TestKeysMayCountFromSomePlacesOrForSomeTime(t *testing.T) {
	for _, test := range []struct {
		option, from string
		in           bool
	}{
		{`from="192.0.2.0/24"`, "192.0.2.7:1", true}, {`from="192.0.2.0/24"`, "192.0.3.7:1", false}, {`from="192.0.2.*"`, "192.0.2.7:1", true},
		{`from="192.0.2.7"`, "[::ffff:192.0.2.7]:1", true}, {`from="10.0.0.0/8,192.0.2.0/24"`, "192.0.2.7:1", true},
		{`from="192.0.2.0/24,!192.0.2.7"`, "192.0.2.7:1", false}, {`from="!192.0.2.7"`, "192.0.2.8:1", false}, {`from="2001:db8::/32"`, "[2001:db8::1]:1", true},
		{`from="*.example.com"`, "192.0.2.7:1", false}, {`from="example.com"`, "192.0.2.7:1", false}, {`from=""`, "192.0.2.7:1", false},
		{`from="192.0.2.0/24",restrict,no-pty`, "192.0.2.7:1", true}, {`from="192.0.2.0/24",command="x"`, "192.0.2.7:1", false},
		{`expiry-time="20200101"`, "", false}, {`expiry-time="29990101"`, "", true}, {`expiry-time="299901011200Z"`, "", true}, {`expiry-time="20200101120000Z"`, "", false},
		{`expiry-time="soon"`, "", false}, {`expiry-time="29991301"`, "", false}, {`EXPIRY-TIME="20200101"`, "", false},
	} {
		ada := newKey(t)
		keys, _ := open(t, map[string]string{"ada.pub": test.option + " " + line(ada)})
		if err := keys.Check(connection{user: "ada", from: test.from}, ada.PublicKey()); (err == nil) != test.in {
			t.Errorf("%s from %s: %v, want in: %t", test.option, test.from, err, test.in)
		}
	}
}

func TestRefusedKeyIsLogged(t *testing.T) {
	ada := newKey(t)
	_, dir := open(t, map[string]string{"ada.pub": "# first\n" + `from="10.0.0.0/8" ` + line(ada)})
	var log bytes.Buffer
	keys, err := Open(dir, slog.New(slog.NewTextHandler(&log, nil)))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = keys.Close() }()
	if keys.Check(connection{user: "ada"}, ada.PublicKey()) == nil {
		t.Error("let in")
	}
	for _, want := range []string{"key refused", "author=ada", "line=2", "not from there", "SHA256:"} {
		if !strings.Contains(log.String(), want) {
			t.Errorf("no %q in %s", want, log.String())
		}
	}
	if strings.Contains(log.String(), "192.0.2.7") {
		t.Errorf("the address is in the log: %s", log.String())
	}
}

func TestReviewTellsOfKeysThatLetNobodyIn(t *testing.T) {
	ada := newKey(t)
	_, dir := open(t, map[string]string{
		"ada.pub": line(ada), "bob.pub": "# none yet\n", "cleo.pub": "ssh-ed25519 AAAA\n" + `from="10.0.0.0/8" ` + line(ada),
		"dora.pub": line(ada) + `expiry-time="20200101" ` + line(ada) + `command="ls" ` + line(ada),
	})
	var log bytes.Buffer
	keys, err := Open(dir, slog.New(slog.NewTextHandler(&log, nil)))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = keys.Close() }()
	keys.Review()
	for _, want := range []string{
		`msg="an author without a key" author=bob`, `msg="not a public key" author=cleo line=1`,
		`msg="a key that lets nobody in" author=dora line=2`, `msg="a key that lets nobody in" author=dora line=3`, "option not supported: command",
	} {
		if !strings.Contains(log.String(), want) {
			t.Errorf("no %q", want)
		}
	}
	if n := strings.Count(log.String(), "level=WARN"); n != 4 {
		t.Errorf("%d lines: %s", n, log.String())
	}
}

func TestChangedKeyFileCountsAtOnce(t *testing.T) {
	ada, next := newKey(t), newKey(t)
	keys, dir := open(t, map[string]string{"ada.pub": line(ada)})
	if err := os.WriteFile(filepath.Join(dir, "authors", "ada.pub"), []byte(line(next)), 0o600); err != nil {
		t.Fatal(err)
	}
	if keys.Check(connection{user: "ada"}, ada.PublicKey()) == nil {
		t.Error("the old key still lets in")
	}
	if err := keys.Check(connection{user: "ada"}, next.PublicKey()); err != nil {
		t.Errorf("the new key: %v", err)
	}
}

func TestNamesThatAreNone(t *testing.T) {
	keys, dir := open(t, map[string]string{"ca.pub": "", "ada.pub": "", "-x.pub": ""})
	for _, user := range []string{"", "ca", ".", "..", "../ada", "ada/../ada", "-x", "ada\x00", "ada.pub", "eve", strings.Repeat("a", 100)} {
		if keys.Known(user) {
			t.Errorf("%q is known", user)
		}
	}
	if err := os.Symlink("/etc/passwd", filepath.Join(dir, "authors", "eve.pub")); err != nil {
		t.Fatal(err)
	}
	if !keys.Known("eve") { // the name is taken, though nothing lets anybody in under it
		t.Error("a name with an unreadable file became a reader's")
	}
	if keys.Check(connection{user: "eve"}, newKey(t).PublicKey()) == nil {
		t.Error("let in by a file outside")
	}
}

func TestCertificates(t *testing.T) {
	ca, stranger, ada := newKey(t), newKey(t), newKey(t)
	keys, _ := open(t, map[string]string{"ca.pub": "cert-authority " + line(ca), "ada.pub": "", "bob.pub": ""})
	certificate := func(signer ssh.Signer, change func(*ssh.Certificate)) ssh.PublicKey {
		now := uint64(time.Now().Unix())
		c := &ssh.Certificate{Key: ada.PublicKey(), CertType: ssh.UserCert, ValidPrincipals: []string{"ada"}, ValidAfter: now - 60, ValidBefore: now + 60}
		change(c)
		if err := c.SignCert(rand.Reader, signer); err != nil {
			t.Fatal(err)
		}
		return c
	}
	same := func(*ssh.Certificate) {}
	for _, test := range []struct {
		name, user string
		key        ssh.PublicKey
		in         bool
	}{
		{"good", "ada", certificate(ca, same), true},
		{"for another", "bob", certificate(ca, same), false},
		{"by a stranger", "ada", certificate(stranger, same), false},
		{"over", "ada", certificate(ca, func(c *ssh.Certificate) { c.ValidBefore = c.ValidAfter + 1 }), false},
		{"for everybody", "ada", certificate(ca, func(c *ssh.Certificate) { c.ValidPrincipals = nil }), false},
		{"of a host", "ada", certificate(ca, func(c *ssh.Certificate) { c.CertType = ssh.HostCert }), false},
		{"with a command", "ada", certificate(ca, func(c *ssh.Certificate) { c.CriticalOptions = map[string]string{"force-command": "ls"} }), false},
		{"from here", "ada", certificate(ca, func(c *ssh.Certificate) { c.CriticalOptions = map[string]string{"source-address": "192.0.2.0/24"} }), true},
		{"from elsewhere", "ada", certificate(ca, func(c *ssh.Certificate) { c.CriticalOptions = map[string]string{"source-address": "10.0.0.0/8"} }), false},
		{"no author", "eve", certificate(ca, func(c *ssh.Certificate) { c.ValidPrincipals = []string{"eve"} }), false},
	} {
		if err := keys.Check(connection{user: test.user}, test.key); (err == nil) != test.in {
			t.Errorf("%s: got %v, want in: %t", test.name, err, test.in)
		}
	}
}
