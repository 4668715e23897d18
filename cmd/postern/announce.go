package main

import (
	"fmt"
	"io"
	"net"
	"net/netip"

	"golang.org/x/crypto/ssh"

	"postern/internal/blog"
	"postern/internal/index"
	"postern/internal/post"
	"postern/internal/text"
)

// announce says what is served and what to type next.
func announce(w io.Writer, b *blog.Blog, addr net.Addr, signers []ssh.Signer) error {
	posts := b.Live().Snapshot()
	problems := post.ErrorsFirst(posts.Problems())
	host, port, err := net.SplitHostPort(addr.String())
	if err != nil {
		return err
	}
	if ip, err := netip.ParseAddr(host); err == nil && (ip.IsUnspecified() || ip.IsLoopback()) {
		host = "localhost"
	}
	_, err = fmt.Fprintf(w, "%s, %s\n", text.Count(len(posts.List(index.Readers)), "post"), text.Count(len(problems), "problem"))
	for n, p := range problems {
		if n == 10 {
			_, err = fmt.Fprintf(w, "  … and %d more\n", len(problems)-n)
			break
		}
		_, err = fmt.Fprintf(w, "  %s\n", p)
	}
	if err != nil {
		return err
	}
	if err := nameHostKeys(w, signers); err != nil {
		return err
	}
	_, err = fmt.Fprintf(w, "Read it with: ssh -p %s %s\n", port, host)
	return err
}

// nameHostKeys says what clients show of the host keys.
func nameHostKeys(w io.Writer, signers []ssh.Signer) error {
	for _, signer := range signers {
		key := signer.PublicKey()
		if _, err := fmt.Fprintf(w, "Host key: %s %s\n", key.Type(), ssh.FingerprintSHA256(key)); err != nil {
			return err
		}
	}
	return nil
}
