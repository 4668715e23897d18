package store

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"log/slog"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/nats-io/nats-server/v2/server"
)

// certificate returns a certificate for this machine that is signed by itself, and the file that it lies in.
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
	file := filepath.Join(t.TempDir(), "ca.pem")
	if err := os.WriteFile(file, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: signed}), 0o600); err != nil {
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
