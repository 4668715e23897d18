package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"net"
	"os"
	"slices"

	"golang.org/x/crypto/ssh"

	"postern/internal/author"
	"postern/internal/blog"
	"postern/internal/sshd"
	"postern/internal/store"
	"postern/internal/telemetry"
)

// house is what has to be open before anybody is served. The zero house is shut.
type house struct {
	signers []ssh.Signer
	authors *author.Keys
	systemd notifier
	readers net.Listener
	admin   net.Listener // nil: there is to be none
	blog    *blog.Blog
	folder  *store.Folder // nil: the posts lie in a bucket
	bucket  *store.Bucket // nil: they lie in a folder

	shut []func() // what close does, the last first
}

// open opens all that s names. After an error some of it is open, for close to shut.
func (h *house) open(ctx context.Context, s settings, log *slog.Logger, stderr io.Writer) error {
	if err := h.openKeys(s.keys, log); err != nil {
		return err
	}
	if err := h.openPorts(ctx, s); err != nil { // before the posts, whose reading may take a while
		return err
	}
	return h.openPosts(ctx, s, log, stderr)
}

// close shuts what is open.
func (h *house) close() {
	for _, shut := range slices.Backward(h.shut) {
		shut()
	}
}

// closing has close close it, too. What had to be kept is safe by then, so that an error would lose nothing.
func (h *house) closing(it io.Closer) { h.shut = append(h.shut, func() { _ = it.Close() }) }

// openKeys opens the folder of the keys, and makes it and the host key where there is none.
func (h *house) openKeys(path string, log *slog.Logger) (err error) {
	if err := os.MkdirAll(path, 0o700); err != nil {
		return err
	}
	if h.signers, err = sshd.HostKeys(path); err != nil {
		return err
	}
	if h.authors, err = author.Open(path, log); err != nil {
		return err
	}
	h.closing(h.authors)
	h.authors.Review()
	return nil
}

// openPorts opens the way to systemd, and the listeners for readers and for operators.
func (h *house) openPorts(ctx context.Context, s settings) (err error) {
	if h.systemd, err = newNotifier(); err != nil {
		return err
	}
	h.shut = append(h.shut, h.systemd.close)
	if h.readers, err = listen(ctx, s.listen); err != nil {
		return err
	}
	h.closing(h.readers)
	if s.admin == "" {
		return nil
	}
	if h.admin, err = telemetry.Listen(ctx, s.admin); err != nil {
		return fmt.Errorf("--admin: %w", err)
	}
	h.closing(h.admin)
	return nil
}

// openPosts reads all posts, and shows on stderr how far it is.
func (h *house) openPosts(ctx context.Context, s settings, log *slog.Logger, stderr io.Writer) error {
	posts, err := openPosts(ctx, s, log)
	if err != nil {
		return err
	}
	h.closing(posts)
	h.folder, _ = posts.(*store.Folder)
	h.bucket, _ = posts.(*store.Bucket)
	show, done := progress(stderr)
	h.blog, err = blog.Open(ctx, posts, blog.Config{Authors: h.authors.Names}, log, show)
	done()
	if err != nil {
		return err
	}
	h.shut = append(h.shut, h.blog.Close)
	h.blog.Bound(s.push.limits())
	return nil
}

// openFolder opens the folder of the posts, and takes away what a crash or a long time left in it. A bucket does that by
// itself.
func openFolder(s settings, log *slog.Logger) (*store.Folder, error) {
	folder, err := store.Open(s.posts)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("no folder of posts: %s (postern init makes one, or name another with --posts)", s.posts)
	}
	if err != nil {
		return nil, err
	}
	folder.BoundHistory(s.push.kept())
	if n, err := folder.Sweep(); err != nil {
		log.Warn("folder of posts not swept", "err", err) // it may be read only
	} else if n > 0 {
		log.Info("folder of posts swept: half written files, and old versions, are gone", "files", n)
	}
	return folder, nil
}
