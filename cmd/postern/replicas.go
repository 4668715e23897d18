package main

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net"
	"os"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/nats-io/nuid"
	"golang.org/x/crypto/ssh"

	"postern/internal/store"
	"postern/internal/text"
)

// fingerprints returns those of host keys, sorted.
func fingerprints(signers []ssh.Signer) []string {
	var all []string
	for _, signer := range signers {
		if key := signer.PublicKey(); !strings.Contains(key.Type(), "-cert-") {
			all = append(all, ssh.FingerprintSHA256(key))
		}
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// amongReplicas does what a replica has to do beside serving, until ctx ends. What it returns ends that, and closes the
// bucket, so that nobody waits for it any more.
func (d *daemon) amongReplicas(ctx context.Context, stop func(), address net.Addr) (leave func()) {
	var telling, sweeping sync.WaitGroup
	telling.Go(func() { d.announce(ctx, address) })
	sweeping.Go(func() { d.sweep(ctx) })
	return func() {
		stop()
		telling.Wait()
		_ = d.bucket.Close() // what was written was confirmed
		sweeping.Wait()
	}
}

// announce tells the other replicas which host keys are shown here, and the log which others show other ones, until
// ctx ends. Readers are warned off by their clients when they meet two.
func (d *daemon) announce(ctx context.Context, address net.Addr) {
	host, _ := os.Hostname() // it is only for people
	self := store.Peer{ID: nuid.Next(), Host: host + " " + address.String()}
	again := time.NewTicker(store.AnnounceEvery)
	defer again.Stop()
	told := make(map[string]bool)
	for {
		self.Keys = fingerprints(*d.signers.Load())
		if err := d.bucket.Announce(ctx, self); err != nil && ctx.Err() == nil && d.bucket.Health() == nil { // that it is lost was said
			d.log.Warn("host keys not announced to other replicas", "err", err)
		}
		for _, p := range d.bucket.Peers() {
			if !told[p.ID] && !slices.Equal(p.Keys, self.Keys) {
				told[p.ID] = true
				d.log.Warn("another replica shows other host keys: share one keys folder", "replica", text.Line(p.Host), "its", text.Line(strings.Join(p.Keys, " ")))
			}
		}
		select {
		case <-ctx.Done():
			ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 500*time.Millisecond)
			_ = d.bucket.Withdraw(ctx, self.ID) // it is forgotten by itself
			cancel()
			return
		case <-again.C:
		}
	}
}

// sweep lets the history of the bucket expire once, as the start of a server does it in a folder. Blog does it each day.
func (d *daemon) sweep(ctx context.Context) {
	n, err := d.bucket.Expire()
	switch {
	case err != nil && ctx.Err() == nil:
		d.log.Warn("bucket of posts not swept", "err", err)
	case n > 0:
		d.log.Info("bucket of posts swept: old versions are gone", "files", n)
	}
}

// showReplicas prints which replicas serve the bucket, and returns an error where one of them shows other
// host keys than these.
func showReplicas(w io.Writer, bucket *store.Bucket, keys []string) error {
	peers := bucket.Peers()
	var lines strings.Builder
	fmt.Fprintf(&lines, "%s\n", text.Count(len(peers), "replica"))
	different := 0
	for _, p := range peers {
		what := "the same host keys"
		if !slices.Equal(p.Keys, keys) {
			what = "OTHER host keys: " + strings.Join(p.Keys, " ")
			different++
		}
		fmt.Fprintf(&lines, "  %s  %s\n", text.Line(p.Host), text.Line(what))
	}
	if _, err := io.WriteString(w, lines.String()); err != nil {
		return err
	}
	if different > 0 {
		return fmt.Errorf("%s with other host keys than these: give all replicas the same keys folder", text.Count(different, "replica"))
	}
	return nil
}

// quietLog is for commands that say themselves what happens.
func quietLog() *slog.Logger { return slog.New(slog.DiscardHandler) }
