package store

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"sync"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
)

// maxInline is the size of the largest file that comes with the news of it, in bytes. Larger ones lie among the objects.
const maxInline = 128 << 10

// openFor is how long a bucket may take to open.
const openFor = 30 * time.Second

// Bucket is a folder that lies in a NATS cluster, for any number of replicas: what one of them writes the others see at
// once. What it holds is known here without asking anybody, but for the bytes of files. Changes go to the cluster, and
// are refused where somebody else made one that had not arrived here. It is safe for concurrent use.
type Bucket struct {
	cluster Cluster
	log     *slog.Logger
	conn    *nats.Conn
	js      jetstream.JetStream
	stream  jetstream.Stream
	objects jetstream.ObjectStore
	wants   func(name string) bool
	inline  int // the size of the largest file whose bytes are in its message

	open    context.Context // ends with Close
	shut    context.CancelFunc
	running sync.WaitGroup

	news  chan struct{} // something changed that nobody here did
	look  chan struct{} // something about the connection changed: see now how it is
	again chan struct{} // the news have dried up: begin anew

	mu      sync.Mutex
	files   map[string]revision // by name; removed ones too, whose number the next revision has to know
	folders map[string]revision
	tree    tree
	held    map[string]bool // files whose bytes came and were not read yet
	peers   map[string]Peer
	writing map[string]bool // the messages that are being written from here
	strange int             // keys and messages that were not understood
	made    time.Time       // when somebody made the bucket
	seen    uint64          // the last number that came
	short   time.Time       // since when the bucket has no message of that number; zero: it has
	asked   asked
	anew    bool // the bucket is another one, of which not all has come
	health  health

	complained time.Time // last
}

// OpenBucket opens the bucket that c names, which is made where there is none, and returns when all that it holds is
// known, or an error after half a minute. wants, if any, says of which files the bytes will be read soon.
func OpenBucket(ctx context.Context, c Cluster, log *slog.Logger, wants func(name string) bool) (*Bucket, error) {
	ctx, cancel := context.WithTimeout(ctx, openFor)
	defer cancel()
	if wants == nil {
		wants = func(string) bool { return false }
	}
	b := &Bucket{
		cluster: c, log: log, wants: wants, news: make(chan struct{}, 1), look: make(chan struct{}, 1), again: make(chan struct{}, 1),
		files: make(map[string]revision), folders: make(map[string]revision), tree: make(tree), held: make(map[string]bool), peers: make(map[string]Peer), writing: make(map[string]bool),
	}
	b.open, b.shut = context.WithCancel(context.WithoutCancel(ctx))
	if err := b.start(ctx); err != nil {
		b.end()
		return nil, c.explain(err)
	}
	return b, nil
}

// start connects, and waits for what the bucket holds.
func (b *Bucket) start(ctx context.Context) (err error) {
	look := func(*nats.Conn, error) { poke(b.look) }
	b.conn, err = b.cluster.connect(ctx, nats.DisconnectErrHandler(look), nats.ReconnectHandler(func(*nats.Conn) { poke(b.again) }), nats.ErrorHandler(b.complaint))
	if err != nil {
		return err
	}
	if b.js, err = jetstream.New(b.conn, jetstream.WithDefaultTimeout(tryFor)); err != nil {
		return err
	}
	if b.stream, b.objects, err = b.cluster.open(ctx, b.js); err != nil {
		return err
	}
	if b.inline = maxInline; b.conn.MaxPayload() < 2*maxInline { // a server that takes smaller messages than they all do
		b.inline = int(b.conn.MaxPayload() / 2)
	}
	b.cluster.warnOf(b.stream.CachedInfo().Config, b.log)
	known := make(chan struct{})
	b.running.Go(func() { b.follow(known) })
	select {
	case <-known:
	case <-ctx.Done():
		return fmt.Errorf("its posts do not arrive: %w", ctx.Err())
	}
	b.running.Go(b.watchOver)
	return nil
}

// Close gives the bucket up: whoever waits for it gets an error, and so do all who write from then on.
func (b *Bucket) Close() error {
	b.end()
	return nil
}

func (b *Bucket) end() {
	b.shut()
	b.running.Wait()
	if b.conn != nil {
		b.conn.Close()
	}
}

// poke leaves word in c, where there is none yet.
func poke(c chan<- struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}

func (b *Bucket) subject(key string) string { return "$KV." + b.cluster.Bucket + "." + key }

// List returns the stamps of all files by their names. It asks nobody. While the files of a bucket that was made anew
// arrive it returns an error.
func (b *Bucket) List(ctx context.Context) (map[string]Stamp, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.anew {
		return nil, errors.New("list posts: the bucket was made anew, and not all has arrived")
	}
	files := make(map[string]Stamp, len(b.files))
	for name, r := range b.files {
		if !r.removed {
			files[name] = r.stamp()
		}
	}
	return files, ctx.Err()
}

// Read returns what the file called name holds, with the stamp of what was read. The error wraps fs.ErrNotExist where
// there is none, ErrTooLarge where there is too much, and ErrUnreachable where the bytes could not be had.
func (b *Bucket) Read(name string) ([]byte, Stamp, error) {
	for {
		r, data := b.take(name)
		switch {
		case r.seq == 0 || r.removed:
			return nil, Stamp{}, &fs.PathError{Op: "read", Path: name, Err: fs.ErrNotExist}
		case r.size > MaxFile:
			return nil, Stamp{}, &fs.PathError{Op: "read", Path: name, Err: ErrTooLarge}
		case data != nil:
			return data, r.stamp(), nil
		}
		data, err := b.bytesOf(r)
		if err == nil {
			return data, r.stamp(), nil
		}
		if now := b.known(name); now.seq == r.seq { // otherwise what was asked for is no more, and not what was wanted
			return nil, Stamp{}, fmt.Errorf("read %s: %w", name, err)
		}
	}
}

// take returns what is known of the file called name, and its bytes if they are held, which are not from then on.
func (b *Bucket) take(name string) (revision, []byte) {
	b.mu.Lock()
	defer b.mu.Unlock()
	r := b.files[name]
	data := r.data
	b.releaseLocked(name)
	return r, data
}

// releaseLocked gives up the bytes of the file called name that came with the news of it.
func (b *Bucket) releaseLocked(name string) {
	if b.held[name] {
		r := b.files[name]
		r.data = nil
		b.files[name] = r
		delete(b.held, name)
	}
}

// known returns what is known of the file called name; its number is 0 where that is nothing.
func (b *Bucket) known(name string) revision {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.files[name]
}

// bytesOf returns the bytes of the revision r.
func (b *Bucket) bytesOf(r revision) ([]byte, error) {
	if r.object {
		return b.readObject(r.digest, r.size)
	}
	m, err := b.ask(question{Seq: r.seq})
	return m.Data, err
}

// saw takes over that name is r now, unless something newer is known, and reports whether that is news.
func (b *Bucket) saw(name string, r revision) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.sawLocked(name, r)
}

func (b *Bucket) sawLocked(name string, r revision) bool {
	old := b.files[name]
	if r.seq <= old.seq {
		return false
	}
	b.tree.change(name, old.seq > 0 && !old.removed, !r.removed)
	b.files[name] = r
	if delete(b.held, name); r.data != nil {
		b.held[name] = true
	}
	return true
}

func (b *Bucket) sawFolderLocked(name string, r revision) bool {
	old := b.folders[name]
	if r.seq <= old.seq {
		return false
	}
	b.tree.change(name, old.seq > 0 && !old.removed, !r.removed)
	b.folders[name] = r
	return true
}
