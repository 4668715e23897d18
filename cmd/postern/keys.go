package main

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"
	"golang.org/x/crypto/ssh"

	"postern/internal/author"
	"postern/internal/post"
	"postern/internal/sshd"
	"postern/internal/store"
	"postern/internal/text"
)

func newShowKeys() *cobra.Command {
	var keys, posts, host, port string
	var cluster clusterSettings
	c := &cobra.Command{
		Use:   "keys",
		Short: "Show the host keys and the authors",
		Long: "Show the host keys: fingerprints, lines for known_hosts, and SSHFP records for the DNS; and the authors with " +
			"the fingerprints of their keys. Where the posts are in a cluster, also the replicas that serve them now, with " +
			"exit status 1 where one of these shows other host keys. A host key with a name of its own, as ssh_host_ed25519_next_key, is not in use " +
			"yet: clients that come learn it (OpenSSH's UpdateHostKeys), and later it can take the usual name.",
		Example: "postern keys\npostern keys --host blog.example.com | grep SSHFP",
		Args:    noArguments,
		RunE: func(c *cobra.Command, _ []string) error {
			if err := fromEnvironment(c.Flags()); err != nil {
				return err
			}
			return showKeysOf(c, cluster, keyWords{keys, posts, host, port})
		},
	}
	c.Flags().StringVar(&keys, "keys", "keys", "folder of the keys")
	c.Flags().StringVar(&posts, "posts", "posts", "folder of the posts, whose _index.md may name the host, or nats://HOST,HOST/BUCKET")
	c.Flags().StringVar(&host, "host", "", "name of the host; default: host in _index.md, or this machine's name")
	c.Flags().StringVar(&port, "port", "22", "port that readers use")
	cluster.addFlags(c.Flags())
	return c
}

// keyWords are what keys is told.
type keyWords struct{ keys, posts, host, port string }

// showKeysOf prints the keys, and the replicas where the posts are in a cluster.
func showKeysOf(c *cobra.Command, cluster clusterSettings, k keyWords) error {
	read := func() ([]byte, error) { return os.ReadFile(filepath.Join(k.posts, post.SiteFile)) }
	var bucket *store.Bucket
	if store.IsCluster(k.posts) {
		cluster.reads = true
		var err error
		if bucket, err = openBucket(c.Context(), k.posts, cluster, quietLog()); err != nil {
			return err
		}
		defer func() { _ = bucket.Close() }() // read only: nothing to lose
		read = func() ([]byte, error) { data, _, err := bucket.Read(post.SiteFile); return data, err }
	}
	if k.host == "" {
		k.host = siteHost(read)
	}
	if err := showKeys(c.OutOrStdout(), k.keys, k.host, k.port); err != nil || bucket == nil {
		return err
	}
	signers, err := sshd.ReadHostKeys(k.keys)
	if err != nil {
		return err
	}
	return showReplicas(c.OutOrStdout(), bucket, fingerprints(signers))
}

// siteHost returns the name that the site whose _index.md is read gives itself, or that the machine has.
func siteHost(read func() ([]byte, error)) string {
	if data, err := read(); err == nil {
		if site, _, err := post.ParseSite(data); err == nil && site.Host != "" {
			return text.Line(site.Host)
		}
	}
	if name, err := os.Hostname(); err == nil {
		return name
	}
	return "localhost"
}

// showKeys prints the keys in the folder dir, as of host.
func showKeys(w io.Writer, dir, host, port string) error {
	signers, err := sshd.ReadHostKeys(dir)
	if err != nil {
		return err
	}
	if len(signers) == 0 {
		return fmt.Errorf("no host key in %s (postern serve makes one, and postern init all of the folder)", dir)
	}
	authors, err := author.Open(dir, quietLog())
	if err != nil {
		return err
	}
	defer func() { _ = authors.Close() }() // read only: nothing to lose
	var lines strings.Builder
	for _, signer := range signers {
		describe(&lines, signer.PublicKey(), host, port)
	}
	names := authors.Names()
	fmt.Fprintf(&lines, "%s\n", text.Count(len(names), "author"))
	for _, name := range names {
		describeAuthor(&lines, authors, name)
	}
	_, err = io.WriteString(w, lines.String())
	return err
}

// describe writes what is to be known of one host key.
func describe(w *strings.Builder, key ssh.PublicKey, host, port string) {
	if certificate, ok := key.(*ssh.Certificate); ok {
		fmt.Fprintf(w, "%s\n  certificate for %s, signed by %s\n\n", key.Type(),
			text.Line(strings.Join(certificate.ValidPrincipals, ", ")), ssh.FingerprintSHA256(certificate.SignatureKey))
		return
	}
	address := host
	if port != "22" {
		address = "[" + host + "]:" + port
	}
	fmt.Fprintf(w, "%s\n  fingerprint  %s\n  known_hosts  %s %s", key.Type(), ssh.FingerprintSHA256(key), address, ssh.MarshalAuthorizedKey(key))
	if n := sshfpAlgorithm(key.Type()); n > 0 && net.ParseIP(host) == nil {
		sum := sha256.Sum256(key.Marshal())
		fmt.Fprintf(w, "  DNS          %s. IN SSHFP %d 2 %s\n", strings.TrimSuffix(host, "."), n, hex.EncodeToString(sum[:]))
	}
	w.WriteString("\n")
}

// sshfpAlgorithm returns the number that a kind of key has in the DNS (RFC 4255, 6594, 7479), 0 for none.
func sshfpAlgorithm(kind string) int {
	switch kind {
	case ssh.KeyAlgoRSA:
		return 1
	case ssh.KeyAlgoECDSA256, ssh.KeyAlgoECDSA384, ssh.KeyAlgoECDSA521:
		return 3
	case ssh.KeyAlgoED25519:
		return 4
	}
	return 0
}

func describeAuthor(w *strings.Builder, authors *author.Keys, name string) {
	lines, err := authors.Lines(name)
	if err != nil {
		fmt.Fprintf(w, "  %s  cannot be read: %s\n", name, text.Line(err.Error()))
		return
	}
	if len(lines) == 0 {
		fmt.Fprintf(w, "  %s  no key\n", name)
	}
	for _, l := range lines {
		if l.Key == nil {
			fmt.Fprintf(w, "  %s  line %d is no key: %s\n", name, l.Number, text.Line(l.Err.Error()))
			continue
		}
		fmt.Fprintf(w, "  %s  %s %s", name, l.Key.Type(), ssh.FingerprintSHA256(l.Key))
		if l.Err != nil {
			fmt.Fprintf(w, ", which lets nobody in: %s", text.Line(l.Err.Error()))
		}
		w.WriteString("\n")
	}
}
