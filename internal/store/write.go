package store

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
	"github.com/nats-io/nuid"
)

// Conflict is the error for a change of the file called Name, where somebody else made one that had not arrived here:
// theirs holds.
type Conflict struct {
	Name    string
	Version string // what was to be written, in the history; "" where that was nothing
}

func (c *Conflict) Error() string { return "somebody else changed " + c.Name + " at the same moment" }

// errOvertaken is returned by write where the last revision of a key is another one than was expected.
var errOvertaken = errors.New("overtaken")

// write makes a revision of key that replaces the one with the number after; 0: there is none. It returns its number,
// and wraps errOvertaken where that is not the last one. It tries for long enough that the cluster can choose another
// leader; that no try is done twice is the cluster's business, which remembers the names of messages for two minutes.
func (b *Bucket) write(key string, header nats.Header, data []byte, after uint64) (seq uint64, err error) {
	id := nuid.Next()
	b.mu.Lock()
	b.writing[id] = true
	b.mu.Unlock()
	defer func() {
		b.mu.Lock()
		defer b.mu.Unlock()
		if delete(b.writing, id); err != nil { // it may arrive all the same, or has, and nobody was told
			poke(b.news)
		}
	}()
	sent := false
	err = b.reach(func(ctx context.Context) error {
		m := &nats.Msg{Subject: b.subject(key), Header: nats.Header{}, Data: data}
		maps.Copy(m.Header, header)
		ack, err := b.js.PublishMsg(ctx, m, jetstream.WithMsgID(id), jetstream.WithRetryAttempts(0), jetstream.WithExpectLastSequencePerSubject(after))
		if err == nil {
			seq = ack.Sequence
			return nil
		}
		var api *jetstream.APIError
		sent = sent || !neverSent(err) && !errors.As(err, &api)
		return err
	})
	if isOvertaken(err) {
		seq, err = b.overtaken(key, id)
	}
	if errors.Is(err, ErrUnreachable) && sent {
		err = fmt.Errorf("%w: %w", ErrUnsure, err)
	}
	return seq, err
}

func isOvertaken(err error) bool {
	var api *jetstream.APIError
	const constantly = 10164 // what servers say where a bucket has copies
	return errors.As(err, &api) && (api.ErrorCode == jetstream.JSErrCodeStreamWrongLastSequence || api.ErrorCode == constantly)
}

// overtaken returns the number of the last revision of key where that is the message called id, which arrived in a
// try that was given up.
func (b *Bucket) overtaken(key, id string) (uint64, error) {
	last, err := b.ask(question{Last: b.subject(key)})
	if errors.Is(err, jetstream.ErrMsgNotFound) {
		return 0, errOvertaken
	}
	if err != nil {
		return 0, err
	}
	if h, err := last.header(); err == nil && h.Get(jetstream.MsgIDHeader) == id {
		return last.Seq, nil
	}
	return 0, errOvertaken
}

// replace makes r the revision of the file called name that replaces old, and takes it over.
func (b *Bucket) replace(name string, old, r revision, data []byte) (revision, error) {
	key, err := encodeKey(fileKey, name)
	if err != nil {
		return r, &fs.PathError{Op: "write", Path: name, Err: err}
	}
	if r.object {
		data = nil
	}
	r.at = time.Now()
	r.seq, err = b.write(key, r.header(), data, old.seq)
	if errors.Is(err, errOvertaken) && (old.seq == 0 || old.removed) {
		r.seq, err = b.writeAnew(key, r, data, old)
	}
	if err == nil {
		b.saw(name, r)
	}
	return r, err
}

// writeAnew is write where a file was not there as far as is known, but was overtaken: what the cluster knew of a file
// that was removed long ago is swept away at some time, and it does not tell.
func (b *Bucket) writeAnew(key string, r revision, data []byte, old revision) (uint64, error) {
	last, err := b.ask(question{Last: b.subject(key)})
	switch {
	case errors.Is(err, jetstream.ErrMsgNotFound) && old.seq > 0:
		return b.write(key, r.header(), data, 0)
	case errors.Is(err, jetstream.ErrMsgNotFound):
		return 0, errOvertaken
	case err != nil:
		return 0, err
	}
	h, err := last.header()
	if err != nil {
		return 0, errOvertaken
	}
	if was, err := parseRevision(h, len(last.Data), last.At); err == nil && was.removed && last.Seq > old.seq {
		return b.write(key, r.header(), data, last.Seq)
	}
	return 0, errOvertaken
}
