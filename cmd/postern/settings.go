package main

import (
	"fmt"
	"net/netip"
	"time"

	"github.com/spf13/pflag"

	"postern/internal/blog"
	"postern/internal/sshd"
	"postern/internal/store"
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
	input               int // KiB
	grace               time.Duration
	cluster             clusterSettings

	fixed   *pflag.FlagSet           // what holds from the start to the end, whatever is read anew
	strange []string                 // variables of the environment that look like settings and are none
	again   func() (settings, error) // reads them anew
}

// pushLimits bound what authors push.
type pushLimits struct {
	file, folder     int // MiB
	history          int // MiB
	files, perMinute int
}

// limits returns them as the blog keeps them.
func (p pushLimits) limits() blog.Limits {
	return blog.Limits{File: int64(p.file) << 20, Folder: int64(p.folder) << 20, Files: p.files, PerMinute: p.perMinute}
}

// kept returns how many bytes the history may take.
func (p pushLimits) kept() int64 { return int64(p.history) << 20 }

// addFlags has f set s.
func addFlags(f *pflag.FlagSet, s *settings) {
	s.fixed = pflag.NewFlagSet("fixed", pflag.ContinueOnError)
	s.addFixed(s.fixed)
	f.AddFlagSet(s.fixed)
	s.addBounds(f)
}

// addFixed has f set what holds from the start to the end, whatever is read anew.
func (s *settings) addFixed(f *pflag.FlagSet) {
	f.StringVar(&s.listen, "listen", ":2222", "address to listen on")
	f.StringVar(&s.posts, "posts", "posts", "folder of the posts, or nats://HOST,HOST/BUCKET for replicas that share them")
	f.StringVar(&s.keys, "keys", "keys", "folder of the host keys and of authors/NAME.pub; made where there is none")
	f.StringVar(&s.config, "config", "", "file in YAML with flags as keys")
	f.StringVar(&s.logFormat, "log-format", "auto", "text, json, or auto: text on a terminal")
	f.BoolVar(&s.privacy, "privacy", true, "log only the network of an address: 24 bits of IPv4, 48 of IPv6")
	f.IntVar(&s.cache, "render-cache", 0, "memory for rendered posts, in MiB; 0: an eighth of --memory, 64 at most")
	f.DurationVar(&s.grace, "grace", 4*time.Second, "time for sessions to end on SIGTERM")
	f.StringVar(&s.admin, "admin", "", "address of this machine alone for metrics, health and profiles, as 127.0.0.1:9222; none: off")
	f.IntVar(&s.memory, "memory", 0, "memory that may be used, in MiB; 0: what the control group has, or half of the machine's")
	f.BoolVar(&s.sandbox, "sandbox", true, "give up all files but the two folders, programs, and connections to others than the cluster of the posts, where the kernel can (landlock)")
	s.cluster.addFlags(f)
}

// addBounds has f set what a reload may change.
func (s *settings) addBounds(f *pflag.FlagSet) {
	f.IntVar(&s.limits.Connections, "max-connections", 10000, "connections open at once; 0: no limit")
	f.IntVar(&s.limits.PerAddress, "max-per-address", 100, "connections open at once from one IPv4 address or IPv6 /64; 0: no limit")
	f.IntVar(&s.limits.New, "max-new", 200, "new connections in a second, after twice as many at once; 0: no limit")
	f.IntVar(&s.limits.NewAddress, "max-new-per-address", 20, "of these from one IPv4 address or IPv6 /64; 0: no limit")
	f.StringSliceVar(&s.proxies, "proxies", nil, "networks of proxies that say with the PROXY protocol whom they bring, as in 10.0.0.0/8,fd00::/8")
	f.IntVar(&s.input, "max-input", 1024, "how many KiB the readers of one address may send in a second, after four times as many at once; more is read later; 0: no limit")
	f.IntVar(&s.limits.Sessions, "max-sessions", 10, "sessions open at once in one connection; 0: no limit")
	f.DurationVar(&s.limits.Handshake, "handshake-timeout", 10*time.Second, "time for a client to exchange keys; 0: no limit")
	f.DurationVar(&s.limits.Login, "login-timeout", 2*time.Minute, "time for a client to come in then, while somebody may compare the host key's fingerprint; 0: no limit")
	f.IntVar(&s.limits.Unknown, "max-handshake-bytes", 128<<10, "bytes that a client may send before it is in; 0: no limit")
	f.IntVar(&s.limits.AuthTries, "max-auth-tries", 30, "keys that a client may offer before it is in; 0: no limit")
	f.DurationVar(&s.limits.Idle, "idle-timeout", time.Hour, "time without a key pressed before a session is ended; 0: never")
	f.DurationVar(&s.limits.Empty, "empty-timeout", 15*time.Minute, "time for a connection to stay without a session; 0: for ever")
	f.DurationVar(&s.limits.Dead, "dead-timeout", 100*time.Second, "time for a client's machine to answer before its connection is closed; 0: for ever")
	f.DurationVar(&s.limits.Stalled, "write-timeout", 30*time.Second, "time for a client to take what it is sent; 0: no limit")
	f.IntVar(&s.push.file, "max-file-size", 8, "largest file that may be pushed, in MiB; at most 8")
	f.IntVar(&s.push.folder, "max-folder-size", 1024, "all files together, in MiB, without the history; 0: no limit")
	f.IntVar(&s.push.history, "max-history", 2048, "what was replaced or removed in a folder of posts, in MiB, for as long as there is room; 0: no limit")
	f.IntVar(&s.push.files, "max-files", 50000, "files among the posts; 0: no limit")
	f.IntVar(&s.push.perMinute, "max-pushes", 10000, "files that one author may push within a minute; 0: no limit")
}

// allLimits returns the limits of who comes in, with the networks that they do not hold for, or not as they are. It
// looks at those of pushes as well.
func (s settings) allLimits() (sshd.Limits, error) {
	limits := s.limits
	limits.Input = s.input << 10
	if most := store.MaxFile >> 20; s.push.file < 1 || s.push.file > most {
		return limits, fmt.Errorf("--max-file-size: %d is not from 1 to %d", s.push.file, most)
	}
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
