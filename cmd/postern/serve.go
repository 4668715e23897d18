package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"net"
	"net/netip"
	"os"
	"time"

	"charm.land/log/v2"
	"github.com/charmbracelet/x/term"
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
	"golang.org/x/crypto/ssh"

	"postern/internal/author"
	"postern/internal/blog"
	"postern/internal/index"
	"postern/internal/post"
	"postern/internal/render"
	"postern/internal/sshd"
	"postern/internal/store"
	"postern/internal/telemetry"
)

// settings are the flags of serve.
type settings struct {
	listen, posts, keys string
	config              string
	logFormat           string
	cache               int // MiB
	admin               string
	memory              int // MiB
	privacy, sandbox    bool
	limits              sshd.Limits
	push                pushLimits
	proxies             []string
	grace               time.Duration

	again func() (settings, error) // reads them anew
}

// pushLimits bound what authors push.
type pushLimits struct {
	file, folder     int // MiB
	files, perMinute int
}

// limits returns them as the blog keeps them.
func (p pushLimits) limits() blog.Limits {
	return blog.Limits{File: int64(p.file) << 20, Folder: int64(p.folder) << 20, Files: p.files, PerMinute: p.perMinute}
}

func newServe() *cobra.Command {
	var s settings
	var printUnit bool
	c := &cobra.Command{
		Use:   "serve",
		Short: "Serve a folder of posts",
		Long: "Serve a folder of posts over SSH until SIGINT or SIGTERM. SIGHUP reads keys, limits and posts anew.\n\n" +
			"Each flag may also be given as an environment variable (POSTERN_LISTEN for --listen)\n" +
			"or as a key of the YAML file that --config names (listen: \":2222\"). A flag wins over\n" +
			"the environment, the environment over the file.",
		Example: "postern serve\npostern serve --listen :22 --posts /srv/blog/posts --keys /srv/blog/keys",
		Args:    noArguments,
		RunE: func(c *cobra.Command, _ []string) error {
			if printUnit {
				_, err := io.WriteString(c.OutOrStdout(), unit)
				return err
			}
			given := onCommandLine(c.Flags())
			if err := configure(c.Flags()); err != nil {
				return err
			}
			s.again = func() (settings, error) { return settingsFrom(given) }
			return serve(c.Context(), s, c.OutOrStdout(), c.ErrOrStderr())
		},
	}
	addFlags(c.Flags(), &s)
	c.Flags().BoolVar(&printUnit, "print-systemd-unit", false, "print a service and its socket for systemd, and end")
	return c
}

// addFlags has f set s.
func addFlags(f *pflag.FlagSet, s *settings) {
	f.StringVar(&s.listen, "listen", ":2222", "address to listen on")
	f.StringVar(&s.posts, "posts", "posts", "folder of the posts")
	f.StringVar(&s.keys, "keys", "keys", "folder of the host keys and of authors/NAME.pub; made where there is none")
	f.StringVar(&s.config, "config", "", "YAML file with flags as keys")
	f.StringVar(&s.logFormat, "log-format", "auto", "text, json, or auto: text on a terminal")
	f.BoolVar(&s.privacy, "privacy", true, "log only the network of an address: 24 bits of IPv4, 48 of IPv6")
	f.IntVar(&s.cache, "render-cache", 0, "memory for rendered posts, in MiB; 0: an eighth of --memory, or 64")
	f.IntVar(&s.limits.Connections, "max-connections", 10000, "connections open at once; 0: no limit")
	f.IntVar(&s.limits.PerAddress, "max-per-address", 100, "of these from one IPv4 address or IPv6 /64; 0: no limit")
	f.IntVar(&s.limits.New, "max-new", 200, "new connections in a second, after twice as many at once; 0: no limit")
	f.IntVar(&s.limits.NewAddress, "max-new-per-address", 20, "of these from one IPv4 address or IPv6 /64; 0: no limit")
	f.StringSliceVar(&s.proxies, "proxies", nil, "networks of proxies that say with the PROXY protocol whom they bring, as in 10.0.0.0/8,fd00::/8")
	f.IntVar(&s.limits.Sessions, "max-sessions", 10, "sessions open at once in one connection; 0: no limit")
	f.DurationVar(&s.limits.Handshake, "handshake-timeout", 10*time.Second, "time for a client to come in")
	f.IntVar(&s.limits.Unknown, "max-handshake-bytes", 256<<10, "bytes that a client may send before it is in; 0: no limit")
	f.IntVar(&s.limits.AuthTries, "max-auth-tries", 30, "keys that a client may offer before it is in; 0: no limit")
	f.DurationVar(&s.limits.Idle, "idle-timeout", time.Hour, "time without a key pressed before a session is ended; 0: never")
	f.DurationVar(&s.limits.Empty, "empty-timeout", 15*time.Minute, "time for a connection to stay without a session; 0: for ever")
	f.DurationVar(&s.limits.Dead, "dead-timeout", 100*time.Second, "time for a client's machine to answer before its connection is closed; 0: for ever")
	f.DurationVar(&s.limits.Stalled, "write-timeout", 30*time.Second, "time for a client to take what it is sent")
	f.IntVar(&s.push.file, "max-file-size", 8, "largest file that may be pushed, in MiB; at most 8")
	f.IntVar(&s.push.folder, "max-folder-size", 1024, "all files together, in MiB, without the history; 0: no limit")
	f.IntVar(&s.push.files, "max-files", 50000, "files among the posts; 0: no limit")
	f.IntVar(&s.push.perMinute, "max-pushes", 10000, "files that one author may push within a minute; 0: no limit")
	f.DurationVar(&s.grace, "grace", 4*time.Second, "time for sessions to end on SIGTERM")
	f.StringVar(&s.admin, "admin", "", "address of this machine alone for metrics, health and profiles, as 127.0.0.1:9222; none: off")
	f.IntVar(&s.memory, "memory", 0, "memory that may be used, in MiB; 0: what the control group has, if it has a limit")
	f.BoolVar(&s.sandbox, "sandbox", true, "give up all files but the two folders, programs, and connections to others, where the kernel can (landlock)")
}

// serve serves the blog that s describes until ctx ends.
func serve(ctx context.Context, s settings, stdout, stderr io.Writer) error {
	saveMemory()
	logger, err := newLogger(s.logFormat, stderr)
	if err != nil {
		return err
	}
	if limit := store.MaxFile >> 20; s.push.file < 1 || s.push.file > limit {
		return fmt.Errorf("--max-file-size: %d is not from 1 to %d", s.push.file, limit)
	}
	limits, err := s.allLimits()
	if err != nil {
		return err
	}
	systemd, err := newNotifier()
	if err != nil {
		return err
	}
	defer systemd.close()
	signers, authors, err := openKeys(s.keys, logger)
	if err != nil {
		return err
	}
	defer func() { _ = authors.Close() }() // read only: nothing to lose
	listener, err := listen(ctx, s.listen)
	if err != nil {
		return err
	}
	defer func() { _ = listener.Close() }() // closed already where serving came to its end
	admin, err := s.listenAdmin(ctx)
	if err != nil {
		return err
	}
	folder, err := openPosts(s.posts)
	if err != nil {
		return err
	}
	defer func() { _ = folder.Close() }() // read only: nothing to lose
	if n, err := folder.Sweep(); err != nil {
		logger.Warn("folder of posts not swept", "err", err) // it may be read only
	} else if n > 0 {
		logger.Info("folder of posts swept: half written or long kept files are gone", "files", n)
	}
	memory := newBudget(s.memory, os.DirFS("/"))
	show, done := progress(stderr)
	b, err := blog.Open(ctx, folder, post.Config{}, logger, show)
	done()
	if err != nil {
		return err
	}
	defer b.Close()
	b.Limits = s.push.limits()
	if err := announce(stdout, b, listener.Addr(), signers); err != nil {
		return err
	}
	if err := s.confine(); err != nil {
		logger.Warn("no sandbox", "err", err)
	}
	server := &sshd.Server{
		Live: b.Live(), Blog: b, Authors: authors, Signers: signers, Cache: render.NewCache(memory.cache(s.cache)), Full: newGauge(memory).isFull,
		Limits: limits, Grace: s.grace, Version: "postern " + version(), Log: logger, Privacy: s.privacy,
	}
	d := &daemon{settings: s, log: logger, blog: b, server: server, systemd: systemd, observed: observe(server, b)}
	return d.run(ctx, listener, admin)
}

// allLimits returns the limits with the networks that they do not hold for, or not as they are.
func (s settings) allLimits() (sshd.Limits, error) {
	limits := s.limits
	limits.Exempt = []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8"), netip.MustParsePrefix("::1/128")} // a tunnel on this machine
	for _, network := range s.proxies {
		prefix, err := netip.ParsePrefix(network)
		if err != nil {
			return limits, fmt.Errorf("--proxies: %q is no network (write 192.0.2.1/32 for one address)", network)
		}
		limits.Proxies = append(limits.Proxies, prefix.Masked())
	}
	return limits, nil
}

// listenAdmin returns the listener for operators, nil where there is to be none.
func (s settings) listenAdmin(ctx context.Context) (net.Listener, error) {
	if s.admin == "" {
		return nil, nil
	}
	ln, err := telemetry.Listen(ctx, s.admin)
	if err != nil {
		return nil, fmt.Errorf("--admin: %w", err)
	}
	return ln, nil
}

func openKeys(path string, logger *slog.Logger) ([]ssh.Signer, *author.Keys, error) {
	if err := os.MkdirAll(path, 0o700); err != nil {
		return nil, nil, err
	}
	signers, err := sshd.HostKeys(path)
	if err != nil {
		return nil, nil, err
	}
	authors, err := author.Open(path, logger)
	return signers, authors, err
}

func openPosts(path string) (*store.Folder, error) {
	folder, err := store.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("no folder of posts: %s (postern init makes one, or name another with --posts)", path)
	}
	return folder, err
}

// announce says what is served and what to type next.
func announce(w io.Writer, b *blog.Blog, addr net.Addr, signers []ssh.Signer) error {
	posts := b.Live().Snapshot()
	problems := posts.Problems()
	host, port, err := net.SplitHostPort(addr.String())
	if err != nil {
		return err
	}
	if ip, err := netip.ParseAddr(host); err == nil && (ip.IsUnspecified() || ip.IsLoopback()) {
		host = "localhost"
	}
	_, err = fmt.Fprintf(w, "%s, %s\n", number(len(posts.List(index.Readers)), "post"), number(len(problems), "problem"))
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
	for _, signer := range signers {
		key := signer.PublicKey()
		if _, err := fmt.Fprintf(w, "Host key: %s %s\n", key.Type(), ssh.FingerprintSHA256(key)); err != nil {
			return err
		}
	}
	_, err = fmt.Fprintf(w, "Read it with: ssh -p %s %s\n", port, host)
	return err
}

// newLogger returns a logger in the given format: for people on a terminal, JSON lines elsewhere.
func newLogger(format string, w io.Writer) (*slog.Logger, error) {
	if format == "auto" {
		format = "json"
		if isTerminal(w) {
			format = "text"
		}
	}
	switch format {
	case "text":
		return slog.New(log.NewWithOptions(w, log.Options{ReportTimestamp: true})), nil
	case "json":
		return slog.New(slog.NewJSONHandler(w, nil)), nil
	}
	return nil, fmt.Errorf("--log-format: %q is none of auto, text, json", format)
}

func isTerminal(w io.Writer) bool {
	file, ok := w.(*os.File)
	return ok && term.IsTerminal(file.Fd())
}
