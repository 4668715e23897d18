package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"os"
	"sync"
	"sync/atomic"

	"github.com/spf13/pflag"
	"golang.org/x/crypto/ssh"

	"postern/internal/blog"
	"postern/internal/index"
	"postern/internal/sshd"
	"postern/internal/store"
)

// daemon is a blog being served, and what runs beside it.
type daemon struct {
	settings settings
	log      *slog.Logger
	blog     *blog.Blog
	folder   *store.Folder    // nil: the posts lie in a bucket
	bucket   *store.Bucket    // nil: they lie in a folder
	hangup   <-chan os.Signal // SIGHUP, from the start on
	signers  atomic.Pointer[[]ssh.Signer]
	server   *sshd.Server
	systemd  notifier
	observed *observed
}

// run serves readers on ln, and operators on admin if that is not nil, until ctx ends.
func (d *daemon) run(ctx context.Context, ln, admin net.Listener) error {
	ctx, stop := context.WithCancel(ctx)
	asked, silence := context.WithCancel(context.WithoutCancel(ctx)) // operators may watch the end
	var beside sync.WaitGroup
	defer beside.Wait()
	defer silence()
	defer stop()
	beside.Go(func() { d.blog.Watch(ctx) })
	beside.Go(func() { d.obey(ctx) })
	if d.bucket != nil {
		defer d.amongReplicas(ctx, stop, ln.Addr())()
	}
	if admin != nil {
		d.log.Info("admin listener open", "address", admin.Addr().String())
		beside.Go(func() { d.observed.answer(asked, admin, d.log) })
	}
	defer context.AfterFunc(ctx, func() {
		d.observed.serving.Store(false)
		d.systemd.tell("STOPPING=1")
	})()
	d.observed.serving.Store(true)
	d.systemd.tell("READY=1", fmt.Sprintf("STATUS=serving on %s", ln.Addr()))
	return d.server.Serve(ctx, ln)
}

// obey reads everything anew for each SIGHUP, until ctx ends.
func (d *daemon) obey(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-d.hangup:
		}
		d.systemd.tell("RELOADING=1", fmt.Sprintf("MONOTONIC_USEC=%d", monotonic()/1000))
		err := d.reload(ctx)
		d.systemd.tell("READY=1")
		d.observed.Reloaded(err)
		if err != nil {
			d.log.Error("not reloaded: what was there stays", "err", err)
			continue
		}
		d.server.Authors.Review()
		posts := d.blog.Live().Snapshot()
		d.log.Info("reloaded", "posts", len(posts.List(index.Readers)), "problems", len(posts.Problems()), "authors", len(d.server.Authors.Names()))
	}
}

// reload reads limits, host keys and posts anew. What is wrong with one leaves all of it as it was, but for posts, which
// stand each for itself.
func (d *daemon) reload(ctx context.Context) error {
	next, err := d.settings.again()
	if err != nil {
		return err
	}
	limits, limitsErr := next.allLimits()
	signers, keysErr := sshd.ReadHostKeys(d.settings.keys)
	if keysErr == nil && len(signers) == 0 {
		keysErr = fmt.Errorf("no host key in %s", d.settings.keys)
	}
	if err := errors.Join(limitsErr, keysErr); err != nil {
		return err
	}
	d.settings.fixed.VisitAll(func(f *pflag.Flag) {
		if value := next.fixed.Lookup(f.Name).Value; value.String() != f.Value.String() {
			d.log.Warn("a setting that holds from the next start on", "setting", f.Name, "value", value)
		}
	})
	d.server.Change(limits, signers)
	d.signers.Store(&signers)
	d.blog.Bound(next.push.limits())
	if d.folder != nil {
		d.folder.BoundHistory(next.push.kept())
	}
	return d.blog.Reload(ctx)
}
