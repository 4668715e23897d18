package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"

	"github.com/spf13/pflag"

	"postern/internal/blog"
	"postern/internal/post"
	"postern/internal/store"
)

// clusterSettings say how to reach the cluster whose bucket has the posts.
type clusterSettings struct {
	creds, ca, cert, key string
	copies               int
	reads                bool // the bucket has to be there
}

// addFlags has f set c.
func (c *clusterSettings) addFlags(f *pflag.FlagSet) {
	f.StringVar(&c.creds, "nats-creds", "", "file with the credentials for the cluster of the posts")
	f.StringVar(&c.ca, "nats-ca", "", "file with the certificates that those of its servers are signed by; none: the system's")
	f.StringVar(&c.cert, "nats-cert", "", "file with the certificate to show it; needs --nats-key")
	f.StringVar(&c.key, "nats-key", "", "file with the key of that certificate")
	f.IntVar(&c.copies, "nats-replicas", 3, "servers that keep a copy of a bucket which has to be made; 1 for a server that stands alone")
}

// cluster returns the cluster at the address.
func (c clusterSettings) cluster(address string) (store.Cluster, error) {
	cluster, err := store.ParseCluster(address)
	switch {
	case err != nil:
		return cluster, err
	case (c.cert == "") != (c.key == ""):
		return cluster, errors.New("--nats-cert and --nats-key need each other")
	case c.copies < 1 || c.copies > 5:
		return cluster, fmt.Errorf("--nats-replicas: %d is not from 1 to 5", c.copies)
	}
	cluster.Creds, cluster.CA, cluster.Cert, cluster.Key, cluster.Copies = c.creds, c.ca, c.cert, c.key, c.copies
	if c.reads {
		cluster.Copies = 0
	}
	return cluster, nil
}

// posts is where posts lie until it is closed: a *store.Folder or a *store.Bucket.
type posts interface {
	blog.Store
	Close() error
}

// openPosts opens the folder or the bucket of the posts that s names.
func openPosts(ctx context.Context, s settings, log *slog.Logger) (posts, error) {
	if store.IsCluster(s.posts) {
		return openBucket(ctx, s.posts, s.cluster, log)
	}
	return openFolder(s, log)
}

// openBucket opens the bucket at the address. The bytes of posts are read soon, those of other files are not.
func openBucket(ctx context.Context, address string, c clusterSettings, log *slog.Logger) (*store.Bucket, error) {
	cluster, err := c.cluster(address)
	if err != nil {
		return nil, fmt.Errorf("--posts: %w", err)
	}
	return store.OpenBucket(ctx, cluster, log, func(name string) bool { return post.IsPost(name) || name == post.SiteFile })
}

// notInCluster refuses the address of a cluster where only files and folders will do.
func notInCluster(path string) error {
	if store.IsCluster(path) {
		return errors.New("only files and folders can be looked at here (postern export takes the posts of a cluster home)")
	}
	return nil
}
