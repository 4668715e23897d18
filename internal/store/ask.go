package store

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
)

// A question that comes before the cluster has a leader is never answered, so each try has its own deadline. Choosing
// a leader takes five to eight seconds.
const (
	tryFor     = 2 * time.Second
	retryFor   = 15 * time.Second
	retryPause = 150 * time.Millisecond

	longLost = 30 * time.Second // after that only a few tries are made: a thousand files may be waiting
)

// ErrUnreachable is wrapped by errors for what the cluster was never asked, or refused: nothing was changed.
var ErrUnreachable = errors.New("the cluster of the posts does not answer")

// ErrUnsure is wrapped by errors for changes that the cluster was sent and did not confirm: they may have been made.
var ErrUnsure = errors.New("the cluster of the posts did not confirm it")

// persist calls try, each time with a deadline of its own, until it succeeds, its error is final, or ctx ends.
func persist(ctx context.Context, try func(context.Context) error) error {
	return persistFor(ctx, tryFor, try)
}

// persistFor is persist with another deadline for each try.
func persistFor(ctx context.Context, each time.Duration, try func(context.Context) error) error {
	for {
		attempt, cancel := context.WithTimeout(ctx, each)
		err := try(attempt)
		cancel()
		if err == nil || final(err) || !rest(ctx, retryPause) {
			return err
		}
	}
}

// rest waits, and reports whether ctx has not ended.
func rest(ctx context.Context, pause time.Duration) bool {
	timer := time.NewTimer(pause)
	defer timer.Stop()
	select {
	case <-ctx.Done():
	case <-timer.C:
	}
	return ctx.Err() == nil
}

// final reports whether another try would have the same answer as the one that was err.
func final(err error) bool {
	var api *jetstream.APIError
	switch {
	case errors.Is(err, jetstream.ErrMsgNotFound), errors.Is(err, jetstream.ErrBucketNotFound), errors.Is(err, nats.ErrConnectionClosed), errors.Is(err, nats.ErrMaxPayload):
		return true
	case errors.As(err, &api):
		const underway = 10158 // the message is there, and not yet confirmed
		return api.Code < 500 && api.ErrorCode != noSuitablePeers && api.ErrorCode != underway || api.ErrorCode == copiesWithoutCluster
	}
	return false
}

// neverSent reports whether err tells that a message did not leave this process, or that nobody took it.
func neverSent(err error) bool {
	return errors.Is(err, nats.ErrNoResponders) || errors.Is(err, jetstream.ErrNoStreamResponse) || errors.Is(err, nats.ErrReconnectBufExceeded) ||
		errors.Is(err, nats.ErrConnectionClosed) || errors.Is(err, nats.ErrDisconnected) || errors.Is(err, nats.ErrMaxPayload)
}

// patience returns for how long it makes sense to try.
func (b *Bucket) patience() time.Duration {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.health.lost && time.Since(b.health.answered) > longLost {
		return tryFor
	}
	return retryFor
}

// reach is persist for as long as somebody may be kept waiting, or until the bucket is closed.
func (b *Bucket) reach(try func(context.Context) error) error {
	ctx, cancel := context.WithTimeout(b.open, b.patience())
	defer cancel()
	err := persist(ctx, try)
	if err != nil && !final(err) {
		err = fmt.Errorf("%w: %w", ErrUnreachable, err)
	}
	return err
}

// message is a revision as the leader of the bucket has it.
type message struct {
	Subject string    `json:"subject"`
	Seq     uint64    `json:"seq"`
	Header  []byte    `json:"hdrs"`
	Data    []byte    `json:"data"`
	At      time.Time `json:"time"`
}

// question asks for a message by its number, or for the last one of a subject.
type question struct {
	Seq  uint64 `json:"seq,omitempty"`
	Last string `json:"last_by_subj,omitempty"`
}

// ask asks the leader: anybody else, whom the library would ask too, may not yet have what was confirmed a moment ago.
// The error is jetstream.ErrMsgNotFound where there is no such message, for sure.
func (b *Bucket) ask(q question) (message, error) {
	var answer struct {
		Error   *jetstream.APIError `json:"error"`
		Message message             `json:"message"`
	}
	asked, err := json.Marshal(q)
	if err != nil {
		return message{}, err
	}
	err = b.reach(func(ctx context.Context) error {
		reply, err := b.conn.RequestWithContext(ctx, "$JS.API.STREAM.MSG.GET.KV_"+b.cluster.Bucket, asked)
		if err != nil {
			return err
		}
		answer.Error = nil
		if err := json.Unmarshal(reply.Data, &answer); err != nil {
			return err
		}
		switch {
		case answer.Error == nil:
			return nil
		case answer.Error.ErrorCode == jetstream.JSErrCodeMessageNotFound:
			return jetstream.ErrMsgNotFound
		}
		return answer.Error
	})
	return answer.Message, err
}

// header returns the message's header lines.
func (m message) header() (nats.Header, error) {
	if len(m.Header) == 0 {
		return nil, nil
	}
	return nats.DecodeHeadersMsg(m.Header)
}
