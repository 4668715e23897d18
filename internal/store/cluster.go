package store

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"os"
	"regexp"
	"strings"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
)

// Cluster says where a bucket is, and how to get there.
type Cluster struct {
	Servers []*url.URL
	Bucket  string

	Creds     string // file with the credentials; "": none
	CA        string // file with the certificates that the servers' are signed by; "": the system's
	Cert, Key string // files with the certificate to show; "": none
	Copies    int    // of all that is in the bucket, where it has to be made; 0: it is not to be made
}

var validBucket = regexp.MustCompile(`^[a-zA-Z0-9_-]{1,128}$`)

// IsCluster reports whether the posts called path are in a cluster, and not in a folder.
func IsCluster(path string) bool {
	return strings.HasPrefix(path, "nats://") || strings.HasPrefix(path, "tls://")
}

// ParseCluster reads an address of the form nats://HOST,HOST/BUCKET, or tls://. A host may have a port. A name and a
// password before the first host hold for all that have none. No error shows a password.
func ParseCluster(address string) (Cluster, error) {
	scheme, rest, _ := strings.Cut(address, "://")
	hosts, bucket, _ := strings.Cut(rest, "/")
	if !IsCluster(address) || !validBucket.MatchString(bucket) {
		return Cluster{}, errors.New("not of the form nats://HOST,HOST/BUCKET, where BUCKET has letters, digits, - and _")
	}
	c := Cluster{Bucket: bucket, Copies: 3}
	for n, host := range strings.Split(hosts, ",") {
		server, err := url.Parse(scheme + "://" + host)
		if err != nil || server.Hostname() == "" || server.Path != "" || server.RawQuery != "" || server.Fragment != "" {
			return Cluster{}, fmt.Errorf("host %d of the cluster is not of the form HOST or HOST:PORT", n+1)
		}
		if server.Port() == "" {
			server.Host += ":4222"
		}
		if n > 0 && server.User == nil {
			server.User = c.Servers[0].User
		}
		c.Servers = append(c.Servers, server)
	}
	return c, nil
}

// String returns the address without name and password.
func (c Cluster) String() string {
	return c.Servers[0].Scheme + "://" + c.hosts() + "/" + c.Bucket
}

func (c Cluster) hosts() string {
	var hosts []string
	for _, server := range c.Servers {
		hosts = append(hosts, server.Host)
	}
	return strings.Join(hosts, ",")
}

// options returns how to connect. What is published while there is no connection is not kept for later: whoever waits
// for it would have been told long since that it failed.
func (c Cluster) options() []nats.Option {
	host, _ := os.Hostname() // only for those who look at the cluster
	o := []nats.Option{
		nats.Name("postern " + host), nats.Timeout(tryFor), nats.PingInterval(2 * time.Second), nats.MaxPingsOutstanding(2),
		nats.MaxReconnects(-1), nats.ReconnectWait(250 * time.Millisecond), nats.ReconnectJitter(250*time.Millisecond, time.Second),
		nats.ReconnectBufSize(-1), nats.IgnoreAuthErrorAbort(), nats.NoCallbacksAfterClientClose(),
	}
	if c.Creds != "" {
		o = append(o, nats.UserCredentials(c.Creds))
	}
	if c.CA != "" {
		o = append(o, nats.RootCAs(c.CA))
	}
	if c.Cert != "" {
		o = append(o, nats.ClientCert(c.Cert, c.Key))
	}
	return o
}

// connect connects to one of the servers, and tries until ctx ends.
func (c Cluster) connect(ctx context.Context, more ...nats.Option) (*nats.Conn, error) {
	var servers []string
	for _, server := range c.Servers {
		servers = append(servers, server.String())
	}
	for {
		conn, err := nats.Connect(strings.Join(servers, ","), append(c.options(), more...)...)
		if err == nil {
			return conn, nil
		}
		if isOurs(err) || !rest(ctx, retryPause) {
			return nil, err
		}
	}
}

// isOurs reports whether err comes of what we were told, so that it does not change.
func isOurs(err error) bool {
	var unknown *tls.CertificateVerificationError
	return errors.As(err, &unknown) || errors.Is(err, nats.ErrAuthorization) || errors.Is(err, os.ErrNotExist) || errors.Is(err, os.ErrPermission)
}

// open returns the bucket's files and objects, which are made where there are none, if they are to be.
func (c Cluster) open(ctx context.Context, js jetstream.JetStream) (stream jetstream.Stream, objects jetstream.ObjectStore, err error) {
	err = persist(ctx, func(ctx context.Context) error {
		if _, err := js.KeyValue(ctx, c.Bucket); errors.Is(err, jetstream.ErrBucketNotFound) && c.Copies > 0 {
			_, err = js.CreateKeyValue(ctx, jetstream.KeyValueConfig{
				Bucket: c.Bucket, Description: "posts of a postern", History: jetstream.KeyValueMaxHistory, Replicas: c.Copies,
			})
			if err != nil && !errors.Is(err, jetstream.ErrBucketExists) {
				return err
			}
		} else if err != nil {
			return err
		}
		if stream, err = js.Stream(ctx, "KV_"+c.Bucket); err != nil {
			return err
		}
		objects, err = js.ObjectStore(ctx, c.Bucket)
		if errors.Is(err, jetstream.ErrBucketNotFound) {
			objects, err = js.CreateObjectStore(ctx, jetstream.ObjectStoreConfig{
				Bucket: c.Bucket, Description: "large files of a postern", Replicas: stream.CachedInfo().Config.Replicas,
			})
		}
		return err
	})
	return stream, objects, err
}

// explain returns err, which came of opening the bucket, with what to do about it.
func (c Cluster) explain(err error) error {
	var api *jetstream.APIError
	hint := "is it running, and reachable from here?"
	switch {
	case errors.Is(err, jetstream.ErrBucketNotFound):
		hint = "postern import makes one"
	case errors.Is(err, nats.ErrAuthorization):
		hint = "--nats-creds names the file that lets you in"
	case errors.Is(err, jetstream.ErrJetStreamNotEnabled), errors.Is(err, jetstream.ErrJetStreamNotEnabledForAccount):
		hint = "its servers need JetStream: jetstream { store_dir: … }"
	case errors.As(err, &api) && (api.ErrorCode == copiesWithoutCluster || api.ErrorCode == noSuitablePeers):
		hint = fmt.Sprintf("there are not %d servers to keep as many copies; for one server write --nats-replicas 1", c.Copies)
	case strings.Contains(err.Error(), "x509") || strings.Contains(err.Error(), "tls"):
		hint = "--nats-ca names the file of the certificates that its servers' are signed by"
	}
	return fmt.Errorf("posts at %s: %w (%s)", c, err, hint)
}

// What JetStream says where it cannot keep so many copies, for now or at all.
const (
	copiesWithoutCluster jetstream.ErrorCode = 10074
	noSuitablePeers      jetstream.ErrorCode = 10005
)

// warnOf tells what an operator should know of a bucket that somebody else has made.
func (c Cluster) warnOf(config jetstream.StreamConfig, log *slog.Logger) {
	if config.MaxMsgsPerSubject < 2 {
		log.Warn("the bucket of posts keeps no history: nats kv edit --history 64", "bucket", c.Bucket)
	}
	if config.MaxAge > 0 {
		log.Warn("the bucket of posts forgets posts by their age", "bucket", c.Bucket, "after", config.MaxAge)
	}
}
