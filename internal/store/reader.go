package store

import (
	"cmp"
	"context"
	"strconv"
	"strings"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
)

// heartbeat is how often the server that sends messages says that it lives, where there are none.
const heartbeat = 2 * time.Second

// reader is sent messages of the bucket, in their order and without a gap. The server pushes them: one that is asked for
// messages through another server may not be heard in its first moments, and then nobody answers for seconds.
type reader struct {
	bucket *Bucket
	sub    *nats.Subscription
	name   string // of the consumer
	left   uint64 // messages that were there at the start
	next   uint64 // the number that it gives to the next message
}

// read has the messages sent that config asks for, which says nothing about how.
func (b *Bucket) read(ctx context.Context, config jetstream.ConsumerConfig) (*reader, error) {
	sub, err := b.conn.SubscribeSync(b.conn.NewInbox())
	if err != nil {
		return nil, err
	}
	config.DeliverSubject, config.FlowControl, config.IdleHeartbeat = sub.Subject, true, heartbeat
	config.AckPolicy, config.MemoryStorage, config.Replicas, config.InactiveThreshold = jetstream.AckNonePolicy, true, 1, time.Minute
	consumer, err := b.stream.CreatePushConsumer(ctx, config)
	if err != nil {
		_ = sub.Unsubscribe() // nothing was sent to it
		return nil, err
	}
	info := consumer.CachedInfo()
	return &reader{bucket: b, sub: sub, name: info.Name, left: info.NumPending, next: 1}, nil
}

// close ends it, and waits for no answer: where nobody listens, the consumer goes by itself in a minute.
func (r *reader) close() {
	_ = r.sub.Unsubscribe() // what comes now is for nobody
	conn := r.bucket.conn
	_ = conn.PublishRequest("$JS.API.CONSUMER.DELETE.KV_"+r.bucket.cluster.Bucket+"."+r.name, conn.NewInbox(), nil)
}

// take returns the next message, the key that it is about, and what the server tells of it. The error is errStalled where
// there was no sign of life, or one is missing.
func (r *reader) take(ctx context.Context) (m *nats.Msg, key string, about *nats.MsgMetadata, err error) {
	for {
		m, err := r.waitFor(ctx)
		if err != nil {
			return nil, "", nil, err
		}
		if m.Header.Get("Status") != "" {
			if err := r.heed(m); err != nil {
				return nil, "", nil, err
			}
			continue
		}
		about, err := m.Metadata()
		if err != nil {
			return nil, "", nil, err
		}
		if about.Sequence.Consumer != r.next {
			return nil, "", nil, errStalled
		}
		r.next++
		return m, strings.TrimPrefix(m.Subject, r.bucket.subject("")), about, nil
	}
}

func (r *reader) waitFor(ctx context.Context) (*nats.Msg, error) {
	short, cancel := context.WithTimeout(ctx, 2*heartbeat)
	defer cancel()
	m, err := r.sub.NextMsgWithContext(short)
	if err != nil && ctx.Err() == nil {
		return nil, errStalled
	}
	return m, err
}

// heed does what a message of the server about the sending asks for, and returns errStalled where it tells of more
// messages than came.
func (r *reader) heed(m *nats.Msg) error {
	if last := m.Header.Get("Nats-Last-Consumer"); last != "" && last != strconv.FormatUint(r.next-1, 10) {
		return errStalled
	}
	ahead := cmp.Or(m.Reply, m.Header.Get("Nats-Consumer-Stalled"))
	if ahead == "" {
		return nil
	}
	return r.bucket.conn.Publish(ahead, nil)
}
