package store

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
)

const (
	lookEvery = 5 * time.Second // beside the news, which may dry up without a word
	lookSoon  = time.Second     // where something is wrong
	lostAfter = 3 * time.Second // a new leader, or another server, is often found sooner
)

// health is how the cluster was when it was last asked.
type health struct {
	answered time.Time // last
	lost     bool      // and said so in the log
}

// Health returns nil, or since when the cluster does not answer.
func (b *Bucket) Health() error {
	b.mu.Lock()
	defer b.mu.Unlock()
	if !b.health.lost {
		return nil
	}
	return fmt.Errorf("%w since %s", ErrUnreachable, b.health.answered.UTC().Format(time.RFC3339))
}

// complaint logs what the cluster has against this client, a line a minute: it may say it with each try.
func (b *Bucket) complaint(_ *nats.Conn, _ *nats.Subscription, err error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if now := time.Now(); now.Sub(b.complained) > time.Minute {
		b.complained = now
		b.log.Warn("the cluster of the posts complains", "cluster", b.cluster.String(), "err", err)
	}
}

// watchOver looks how the cluster is, and whether the news still come, until the bucket is closed.
func (b *Bucket) watchOver() {
	b.healthy(nil)
	var behind uint64 // where the news stood when they were last found to lack something
	next := time.NewTimer(lookEvery)
	defer next.Stop()
	for {
		select {
		case <-b.open.Done():
			return
		case <-b.look:
		case <-next.C:
		}
		last, err := b.lastNumber()
		if b.open.Err() != nil {
			return
		}
		b.healthy(err)
		b.mu.Lock()
		seen := b.seen
		b.mu.Unlock()
		wait := lookEvery
		switch {
		case err != nil:
			wait = lookSoon
		case last <= seen:
			behind = 0
		case behind == seen+1: // not one has come since
			poke(b.again)
			behind, wait = 0, lookSoon
		default:
			behind, wait = seen+1, lookSoon
		}
		next.Reset(wait)
	}
}

// lastNumber returns the number of the last message in the bucket.
func (b *Bucket) lastNumber() (uint64, error) {
	ctx, cancel := context.WithTimeout(b.open, tryFor)
	defer cancel()
	info, err := b.stream.Info(ctx)
	if err != nil {
		return 0, err
	}
	return info.State.LastSeq, quorum(info.Cluster)
}

// quorum returns an error where so few servers are left that no change can be made. They answer all the same.
func quorum(c *jetstream.ClusterInfo) error {
	if c == nil || c.Leader == "" && len(c.Replicas) == 0 {
		return nil // a server that stands alone
	}
	here := 1
	for _, peer := range c.Replicas {
		if !peer.Offline {
			here++
		}
	}
	if c.Leader == "" {
		return errors.New("its servers have no leader")
	}
	if all := len(c.Replicas) + 1; here <= all/2 {
		return fmt.Errorf("%d of its %d servers are left", here, all)
	}
	return nil
}

// healthy takes over what came of asking the cluster, and logs once that it is lost, and once that it is back.
func (b *Bucket) healthy(err error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	h, now := &b.health, time.Now()
	if err != nil {
		if !h.lost && now.Sub(h.answered) > lostAfter+lookEvery {
			h.lost = true
			b.log.Warn("the cluster of the posts does not answer: serving what there is", "cluster", b.cluster.String(), "since", h.answered.UTC().Format(time.RFC3339), "err", err)
		}
		return
	}
	if h.lost {
		b.log.Info("the cluster of the posts answers again", "cluster", b.cluster.String(), "after", now.Sub(h.answered).Round(time.Second))
	}
	*h = health{answered: now}
}

// Ports returns the ports of all servers of the cluster that are known, and where there is a name to look up, that of
// the servers which know names.
func (b *Bucket) Ports() []uint16 {
	ports := []uint16{53}
	for _, server := range append(b.conn.Servers(), b.conn.DiscoveredServers()...) {
		if u, err := url.Parse(server); err == nil {
			if port, err := strconv.ParseUint(u.Port(), 10, 16); err == nil && !slices.Contains(ports, uint16(port)) {
				ports = append(ports, uint16(port))
			}
		}
	}
	return ports
}

// Files returns the files that are read again whenever another connection is made.
func (b *Bucket) Files() []string {
	return slices.DeleteFunc([]string{b.cluster.Creds, b.cluster.CA, b.cluster.Cert, b.cluster.Key}, func(file string) bool { return file == "" })
}
