package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"

	"github.com/spf13/cobra"

	"postern/internal/render"
	"postern/internal/sshd"
)

func newServe() *cobra.Command {
	var s settings
	var printUnit bool
	c := &cobra.Command{
		Use:   "serve",
		Short: "Serve a folder of posts",
		Long: "Serve a folder of posts over SSH until SIGINT or SIGTERM. SIGHUP reads keys, limits and posts anew.\n\n" +
			"Each flag may also be given as an environment variable (POSTERN_LISTEN for --listen) " +
			"or as a key of the YAML file that --config names (listen: \":2222\"). A flag wins over " +
			"the environment, the environment over the file.",
		Example: "postern serve\npostern serve --listen :22 --posts /srv/blog/posts --keys /srv/blog/keys",
		Args:    noArguments,
		RunE: func(c *cobra.Command, _ []string) error {
			if printUnit && c.Flags().NFlag() > 1 {
				return fmt.Errorf("%w: --print-systemd-unit takes no other flags: write them into what it prints", errUsage)
			}
			if printUnit {
				_, err := io.WriteString(c.OutOrStdout(), unit)
				return err
			}
			given := onCommandLine(c.Flags())
			if err := configure(c.Flags()); err != nil {
				return err
			}
			s.strange = strangers(c.Flags(), os.Environ())
			s.again = func() (settings, error) { return settingsFrom(given) }
			return serve(c.Context(), s, c.OutOrStdout(), c.ErrOrStderr())
		},
	}
	addFlags(c.Flags(), &s)
	c.Flags().BoolVar(&printUnit, "print-systemd-unit", false, "print a service and its socket for systemd, and end")
	return c
}

// serve serves the blog that s describes until ctx ends: open what it takes, say what is there, and give up everything
// else before anybody comes in.
func serve(ctx context.Context, s settings, stdout, stderr io.Writer) error {
	signal.Ignore(syscall.SIGPIPE) // where nobody takes the log any more, readers read on
	hangup := make(chan os.Signal, 1)
	signal.Notify(hangup, syscall.SIGHUP) // before the posts are read: it would be the end
	defer signal.Stop(hangup)
	saveMemory()
	logger, err := newLogger(s.logFormat, stderr)
	if err != nil {
		return err
	}
	limits, err := s.allLimits()
	if err != nil {
		return err
	}
	memory := newBudget(s.memory, os.DirFS("/"))
	var h house
	defer h.close()
	if err := h.open(ctx, s, logger, stderr); err != nil {
		return err
	}
	if err := announce(stdout, h.blog, h.readers.Addr(), h.signers); err != nil {
		return err
	}
	if len(s.strange) > 0 { // no error: who starts containers sets some for a service of our name
		logger.Warn("no such settings (postern serve --help lists them)", "environment", s.strange)
	}
	if err := s.confine(h.bucket); err != nil {
		logger.Warn("no sandbox", "err", err)
	}
	server := &sshd.Server{
		Live: h.blog.Live(), Blog: h.blog, Authors: h.authors, Signers: h.signers, Cache: render.NewCache(memory.cache(s.cache)), Full: (&gauge{budget: memory}).isFull,
		Limits: limits, Grace: s.grace, Version: "postern " + version(), Log: logger, Privacy: s.privacy,
	}
	d := &daemon{settings: s, log: logger, blog: h.blog, folder: h.folder, bucket: h.bucket, server: server, hangup: hangup, systemd: h.systemd, observed: observe(server, h.blog, h.bucket)}
	d.signers.Store(&h.signers)
	return d.run(ctx, h.readers, h.admin)
}
