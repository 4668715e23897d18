package store

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"log/slog"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/nats-io/jwt/v2"
	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nkeys"
)

// certificate returns a certificate for this machine that is signed by itself, and the file that it lies in, with its key
// beside it in FILE.key.
func certificate(t *testing.T) (tls.Certificate, string) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	about := &x509.Certificate{SerialNumber: big.NewInt(1), NotAfter: time.Now().Add(time.Hour), IsCA: true, BasicConstraintsValid: true,
		KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign, IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}}
	signed, err := x509.CreateCertificate(rand.Reader, about, about, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	secret, err := x509.MarshalPKCS8PrivateKey(key)
	file := filepath.Join(t.TempDir(), "ca.pem")
	if err := errors.Join(err, os.WriteFile(file, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: signed}), 0o600),
		os.WriteFile(file+".key", pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: secret}), 0o600)); err != nil {
		t.Fatal(err)
	}
	return tls.Certificate{Certificate: [][]byte{signed}, PrivateKey: key}, file
}

func TestClusterWithTLSAndAPassword(t *testing.T) {
	cert, file := certificate(t)
	s, address := startServer(t, &server.Options{Username: "ada", Password: "secret", TLS: true, TLSConfig: &tls.Config{Certificates: []tls.Certificate{cert}}})
	defer s.Shutdown()
	host := strings.TrimPrefix(strings.TrimPrefix(address, "nats://"), "tls://")
	for _, test := range []struct{ address, ca, want string }{
		{"tls://ada:secret@" + host, file, ""},
		{"nats://ada:secret@" + host, file, ""},
		{"tls://ada:secret@" + host, "", "--nats-ca names the file"},
		{"tls://ada:wrong@" + host, file, "--nats-creds names the file"},
		{"tls://ada:secret@" + host, "none.pem", "none.pem"},
	} {
		c, err := ParseCluster(test.address + "/posts")
		if err != nil {
			t.Fatal(err)
		}
		c.Copies, c.CA = 1, test.ca
		b, err := OpenBucket(t.Context(), c, slog.New(slog.DiscardHandler), nil)
		if err == nil {
			_, err = b.Put("a.md", []byte("text"), time.Time{})
			_ = b.Close()
		}
		if (err == nil) != (test.want == "") || err != nil && (!strings.Contains(err.Error(), test.want) || strings.Contains(err.Error(), "secret")) {
			t.Errorf("%s, %q: %v", test.address, test.ca, err)
		}
	}
}

// credentials returns options of a server that lets in who has the credentials in the file.
func credentials(t *testing.T) (o *server.Options, file string) {
	t.Helper()
	pair := func(kp nkeys.KeyPair, err error) (nkeys.KeyPair, string) {
		t.Helper()
		public, publicErr := kp.PublicKey()
		if err := errors.Join(err, publicErr); err != nil {
			t.Fatal(err)
		}
		return kp, public
	}
	operator, operatorKey := pair(nkeys.CreateOperator())
	resolver := &server.MemAccResolver{}
	account := func(storage int64) (nkeys.KeyPair, string) {
		kp, public := pair(nkeys.CreateAccount())
		claims := jwt.NewAccountClaims(public)
		claims.Limits.DiskStorage = storage
		token, err := claims.Encode(operator)
		if err = errors.Join(err, resolver.Store(public, token)); err != nil {
			t.Fatal(err)
		}
		return kp, public
	}
	_, system := account(0)
	blog, _ := account(-1)
	user, userKey := pair(nkeys.CreateUser())
	token, err := jwt.NewUserClaims(userKey).Encode(blog)
	seed, seedErr := user.Seed()
	words, formatErr := jwt.FormatUserConfig(token, seed)
	file = filepath.Join(t.TempDir(), "blog.creds")
	if err := errors.Join(err, seedErr, formatErr, os.WriteFile(file, words, 0o600)); err != nil {
		t.Fatal(err)
	}
	return &server.Options{TrustedKeys: []string{operatorKey}, AccountResolver: resolver, SystemAccount: system}, file
}

func TestClusterThatAsksForACertificate(t *testing.T) {
	cert, file := certificate(t)
	known := x509.NewCertPool()
	pem, err := os.ReadFile(file)
	if err != nil || !known.AppendCertsFromPEM(pem) {
		t.Fatal(err)
	}
	s, address := startServer(t, &server.Options{TLS: true, TLSVerify: true,
		TLSConfig: &tls.Config{Certificates: []tls.Certificate{cert}, ClientAuth: tls.RequireAndVerifyClientCert, ClientCAs: known}})
	defer s.Shutdown()
	c, err := ParseCluster(address + "/posts")
	if err != nil {
		t.Fatal(err)
	}
	c.Copies, c.CA, c.Cert, c.Key = 1, file, file, file+".key"
	b := newBucket(t, c)
	mustPut(t, b, "a.md", "text")
}

func TestClusterWithCredentials(t *testing.T) {
	o, file := credentials(t)
	s, address := startServer(t, o)
	defer s.Shutdown()
	for _, test := range []struct{ file, want string }{{file, ""}, {"", "--nats-creds names the file"}, {"none.creds", "none.creds"}} {
		c, err := ParseCluster(address + "/posts")
		if err != nil {
			t.Fatal(err)
		}
		c.Copies, c.Creds = 1, test.file
		b, err := OpenBucket(t.Context(), c, slog.New(slog.DiscardHandler), nil)
		if err == nil {
			_, err = b.Put("a.md", []byte("text"), time.Time{})
			_ = b.Close()
		}
		if (err == nil) != (test.want == "") || err != nil && !strings.Contains(err.Error(), test.want) {
			t.Errorf("%q: %v", test.file, err)
		}
	}
}
