package store

import (
	"log/slog"
	"testing"
	"time"

	"github.com/nats-io/nats-server/v2/server"
)

// newServer starts a server of NATS and returns the address of a bucket there.
func newServer(t testing.TB) (*server.Server, Cluster) {
	t.Helper()
	s, err := server.NewServer(&server.Options{Host: "127.0.0.1", Port: -1, JetStream: true, StoreDir: t.TempDir(), NoLog: true, NoSigs: true})
	if err != nil {
		t.Fatal(err)
	}
	go s.Start()
	if !s.ReadyForConnections(20 * time.Second) {
		t.Fatal("the server does not start")
	}
	t.Cleanup(func() { s.Shutdown(); s.WaitForShutdown() })
	c, err := ParseCluster(s.ClientURL() + "/posts")
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
