package store

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
)

const (
	resumeFor  = time.Hour // after a longer silence all is read anew
	maxStrange = 10        // lines of the log on what is not understood
)

// errStalled is returned where the news have a gap, or were told to begin anew.
var errStalled = errors.New("the news of the bucket stopped")

// follow takes over what is in the bucket, and then all that changes, until the bucket is closed. It closes known when
// all that was there at the start has arrived.
func (b *Bucket) follow(known chan<- struct{}) {
	var last time.Time // that news were heard
	for b.open.Err() == nil {
		n := &news{bucket: b, whole: time.Since(last) > resumeFor, known: func() {
			if known != nil {
				close(known)
				known = nil
			}
		}}
		_ = n.read(b.open) // what ended it does not matter: it begins anew, and watchOver tells when that is no use
		if n.arrived {
			last = time.Now()
		}
		rest(b.open, retryPause)
	}
}

// news is one reading of the bucket, from its beginning or from where the last one ended, until something breaks.
type news struct {
	bucket  *Bucket
	whole   bool   // from the beginning: what does not come is no more
	known   func() // called when all has come
	arrived bool
	came    map[string]bool // the keys, of a whole reading
}

// read takes over messages until ctx ends, the connection breaks or something is missing.
func (n *news) read(ctx context.Context) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	b := n.bucket
	select {
	case <-b.again: // said of what was before
	default:
	}
	r, last, err := n.begin(ctx)
	if err != nil {
		return err
	}
	defer r.close()
	go func() { // ends with ctx
		select {
		case <-b.again:
			cancel()
		case <-ctx.Done():
		}
	}()
	return n.takeAll(ctx, r, last)
}

// takeAll takes over the messages that come. After those that were there at the start all is there up to the number last.
func (n *news) takeAll(ctx context.Context, r *reader, last uint64) error {
	left := r.left
	if left == 0 {
		n.complete(last)
	}
	for {
		m, key, about, err := r.take(ctx)
		if err != nil {
			return err
		}
		n.take(m, key, about)
		if left == 0 {
			continue
		}
		if left--; left == 0 || about.NumPending == 0 { // what was replaced meanwhile does not come any more
			left = 0
			n.complete(last)
		}
	}
}

// begin makes a reader of the bucket, and returns with it the last number that was in the bucket before.
func (n *news) begin(ctx context.Context) (r *reader, last uint64, err error) {
	ctx, cancel := context.WithTimeout(ctx, tryFor)
	defer cancel()
	b := n.bucket
	info, err := b.stream.Info(ctx)
	if err != nil {
		return nil, 0, err
	}
	seen, err := b.sameAs(info)
	if err != nil {
		return nil, 0, err
	}
	config := jetstream.ConsumerConfig{FilterSubject: b.subject(">"), DeliverPolicy: jetstream.DeliverByStartSequencePolicy, OptStartSeq: seen + 1}
	if n.whole = n.whole || seen == 0; n.whole {
		config.DeliverPolicy, config.OptStartSeq = jetstream.DeliverLastPerSubjectPolicy, 0
		n.came = make(map[string]bool)
	}
	r, err = b.read(ctx, config)
	return r, info.State.LastSeq, err
}

// sameAs returns the last number that came. It is 0, and nothing is known any more, where info tells of another bucket
// of the same name: its numbers begin anew, so that they say nothing about what is known. A leader that has just been
// chosen may not yet know its last messages, which is errStalled at first.
func (b *Bucket) sameAs(info *jetstream.StreamInfo) (seen uint64, err error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	another := !b.made.IsZero() && !info.Created.Equal(b.made)
	if b.made = info.Created; info.State.LastSeq >= b.seen {
		b.short = time.Time{}
	} else if b.short.IsZero() {
		b.short = time.Now()
	}
	switch older := !b.short.IsZero(); {
	case older && !another && time.Since(b.short) < retryFor:
		return b.seen, errStalled
	case older || another:
		b.log.Warn("the bucket of posts was made anew: reading it", "bucket", b.cluster.Bucket)
		b.seen, b.anew, b.short = 0, true, time.Time{}
		b.files, b.folders, b.tree, b.held = make(map[string]revision), make(map[string]revision), make(tree), make(map[string]bool)
	}
	return b.seen, nil
}

// take takes over one message about key.
func (n *news) take(m *nats.Msg, key string, about *nats.MsgMetadata) {
	b := n.bucket
	if n.came != nil {
		n.came[key] = true
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.seen = max(b.seen, about.Sequence.Stream)
	changed, err := b.arriveLocked(key, m, about)
	switch {
	case err != nil:
		b.strangeLocked(key, err)
	case changed && !b.writing[m.Header.Get(nats.MsgIdHdr)]:
		poke(b.news)
	}
}

// arriveLocked takes over what a message says of its key, and reports whether that changes a file or folder.
func (b *Bucket) arriveLocked(key string, m *nats.Msg, about *nats.MsgMetadata) (changed bool, err error) {
	kind, name, err := decodeKey(key)
	if err != nil {
		return false, err
	}
	r, err := parseRevision(m.Header, len(m.Data), about.Timestamp)
	r.seq = about.Sequence.Stream
	if kind == replicaKey {
		return false, b.sawPeerLocked(name, m.Data, r)
	}
	if err == nil {
		err = Check(name)
	}
	switch {
	case err != nil:
		return false, err
	case kind == fileKey:
		if !r.object && !r.removed && r.size <= MaxFile && b.wants(name) {
			r.data = m.Data
		}
		return b.sawLocked(name, r), nil
	case kind == folderKey:
		return b.sawFolderLocked(name, r), nil
	case kind == lostKey:
		return false, nil // only the history asks for it
	}
	return false, errKey
}

// strangeLocked tells of what came and was not understood. Anybody who may write to the bucket could write much of it.
func (b *Bucket) strangeLocked(key string, err error) {
	if b.strange++; b.strange <= maxStrange {
		b.log.Warn("left out what is no file of a postern", "key", fmt.Sprintf("%.200q", key), "err", err)
	}
}

// complete is called when all has come that was there when the reading began, up to the number last.
func (n *news) complete(last uint64) {
	b := n.bucket
	for key, seq := range b.missing(n.came, last) {
		if err := b.forget(key, seq); err != nil {
			break // it is looked at again with the next reading of all
		}
	}
	b.mu.Lock()
	b.seen = max(b.seen, last) // the last ones may be no more
	if b.anew {
		b.anew = false
		poke(b.news)
	}
	b.mu.Unlock()
	n.came, n.arrived = nil, true
	n.known()
	poke(b.look)
}

// missing returns the keys that did not come although all did, and were known before, with their numbers up to last.
// came is nil after a reading that was not of all.
func (b *Bucket) missing(came map[string]bool, last uint64) map[string]uint64 {
	gone := make(map[string]uint64)
	if came == nil {
		return gone
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	for kind, all := range map[string]map[string]revision{fileKey: b.files, folderKey: b.folders} {
		for name, r := range all {
			if key, err := encodeKey(kind, name); err == nil && !came[key] && r.seq <= last {
				gone[key] = r.seq
			}
		}
	}
	return gone
}

// forget drops the revision seq of a key, where the cluster has none: the server that sends the news may only be late.
func (b *Bucket) forget(key string, seq uint64) error {
	if _, err := b.ask(question{Last: b.subject(key)}); !errors.Is(err, jetstream.ErrMsgNotFound) {
		return err
	}
	kind, name, err := decodeKey(key)
	if err != nil {
		return err
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	all := b.files
	if kind == folderKey {
		all = b.folders
	}
	if r := all[name]; r.seq == seq {
		b.tree.change(name, !r.removed, false)
		delete(all, name)
		delete(b.held, name)
		poke(b.news)
	}
	return nil
}
