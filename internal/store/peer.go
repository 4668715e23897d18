package store

import (
	"context"
	"encoding/json"
	"errors"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
)

// Replicas tell each other which host keys they show: readers must not meet another key behind the same name.
const (
	AnnounceEvery = 2 * time.Minute
	peerStays     = 3 * AnnounceEvery // without a word from it
	maxPeers      = 1000
	maxPeerBytes  = 4 << 10
)

// Peer is a replica that serves the bucket.
type Peer struct {
	ID   string    `json:"-"`    // its own choice
	Host string    `json:"host"` // the name of its machine
	Keys []string  `json:"keys"` // the fingerprints of its host keys
	Seen time.Time `json:"-"`

	seq  uint64
	gone bool
}

// Announce tells the other replicas of p, for as long as a few times AnnounceEvery. It tries once, for two seconds.
func (b *Bucket) Announce(ctx context.Context, p Peer) error {
	slices.Sort(p.Keys)
	words, err := json.Marshal(p)
	if err != nil {
		return err
	}
	return b.tellPeers(ctx, p.ID, nil, words)
}

// Withdraw takes back what was announced of the replica called id, if the cluster answers at once.
func (b *Bucket) Withdraw(ctx context.Context, id string) error {
	if err := b.Health(); err != nil {
		return err
	}
	return b.tellPeers(ctx, id, nats.Header{operationHeader: {"PURGE"}}, nil)
}

// tellPeers makes words all that there is under the key of the replica called id.
func (b *Bucket) tellPeers(ctx context.Context, id string, header nats.Header, words []byte) error {
	key, err := encodeKey(replicaKey, id)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, tryFor)
	defer cancel()
	m := &nats.Msg{Subject: b.subject(key), Header: nats.Header{jetstream.MsgRollup: {jetstream.MsgRollupSubject}}, Data: words}
	maps.Copy(m.Header, header)
	_, err = b.js.PublishMsg(ctx, m)
	return err
}

// Peers returns the replicas that announced themselves of late, in the order of their machines' names.
func (b *Bucket) Peers() []Peer {
	b.mu.Lock()
	defer b.mu.Unlock()
	var peers []Peer
	for _, p := range b.peers {
		if !p.gone && time.Since(p.Seen) < peerStays {
			peers = append(peers, p)
		}
	}
	slices.SortFunc(peers, func(a, b Peer) int { return strings.Compare(a.Host+" "+a.ID, b.Host+" "+b.ID) })
	return peers
}

// sawPeerLocked takes over what the replica called id says of itself.
func (b *Bucket) sawPeerLocked(id string, words []byte, r revision) error {
	var p Peer
	if r.removed {
		words = []byte("{}")
	}
	if _, known := b.peers[id]; len(words) > maxPeerBytes || !known && len(b.peers) >= maxPeers {
		return errors.New("too many replicas, or too long words of one")
	}
	if err := json.Unmarshal(words, &p); err != nil {
		return err
	}
	p.ID, p.Seen, p.seq, p.gone = id, r.at, r.seq, r.removed
	b.peers[id] = p
	return nil
}

// expirePeers removes what replicas said that have been gone for a day.
func (b *Bucket) expirePeers() error {
	b.mu.Lock()
	old := make(map[string]uint64)
	for id, p := range b.peers {
		if !p.Seen.IsZero() && time.Since(p.Seen) > 24*time.Hour {
			old[id] = p.seq
			delete(b.peers, id)
		}
	}
	b.mu.Unlock()
	for id, seq := range old {
		if err := b.purge(replicaKey, id, seq); err != nil {
			return err
		}
	}
	return nil
}
