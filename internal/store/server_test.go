package store

import (
	"log/slog"
	"testing"
	"time"

	"github.com/nats-io/nats-server/v2/server"
)

// startServer starts a server of NATS, and returns its address.
func startServer(t testing.TB, o *server.Options) (*server.Server, string) {
	t.Helper()
	o.Host, o.Port, o.JetStream, o.StoreDir, o.NoLog, o.NoSigs = "127.0.0.1", -1, true, t.TempDir(), true, true
	s, err := server.NewServer(o)
	if err != nil {
		t.Fatal(err)
	}
	go s.Start()
	if !s.ReadyForConnections(20 * time.Second) {
		t.Fatal("the server does not start")
	}
	t.Cleanup(func() { s.Shutdown(); s.WaitForShutdown() })
	return s, s.ClientURL()
}

// newServer starts a server of NATS and returns the address of a bucket there.
func newServer(t testing.TB) (*server.Server, Cluster) {
	t.Helper()
	s, address := startServer(t, &server.Options{})
	c, err := ParseCluster(address + "/posts")
	if err != nil {
		t.Fatal(err)
	}
	c.Copies = 1
	return s, c
}

// newBucket opens a bucket, with the bytes of all files held until somebody reads them.
func newBucket(t testing.TB, c Cluster) *Bucket {
	t.Helper()
	b, err := OpenBucket(t.Context(), c, slog.New(slog.DiscardHandler), func(string) bool { return true })
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = b.Close() })
	return b
}
