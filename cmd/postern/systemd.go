package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"strconv"
	"strings"
)

// firstPassed is the first file that systemd passes to a service (sd_listen_fds(3)).
const firstPassed = 3

// listen returns the listener that systemd passed, or opens one at address. A passed one is never closed outside this
// process: connections that come while the program is started anew wait there.
func listen(ctx context.Context, address string) (net.Listener, error) {
	if os.Getenv("LISTEN_PID") != strconv.Itoa(os.Getpid()) {
		return (&net.ListenConfig{}).Listen(ctx, "tcp", address)
	}
	if n := os.Getenv("LISTEN_FDS"); n != "1" {
		return nil, fmt.Errorf("%s sockets were passed; there is use for one", n)
	}
	for _, name := range []string{"LISTEN_PID", "LISTEN_FDS", "LISTEN_FDNAMES"} {
		if err := os.Unsetenv(name); err != nil {
			return nil, err
		}
	}
	file := os.NewFile(firstPassed, "socket")
	ln, err := net.FileListener(file)
	return ln, errors.Join(err, file.Close())
}

// notifier tells systemd how the program is (sd_notify(3)). The zero notifier tells nobody.
type notifier struct{ conn net.Conn }

// newNotifier opens the way to systemd, if it wants to be told.
func newNotifier() (notifier, error) {
	path := os.Getenv("NOTIFY_SOCKET")
	if path == "" {
		return notifier{}, nil
	}
	if name, ok := strings.CutPrefix(path, "@"); ok {
		path = "\x00" + name
	}
	conn, err := net.DialUnix("unixgram", nil, &net.UnixAddr{Name: path, Net: "unixgram"})
	if err != nil {
		return notifier{}, err
	}
	return notifier{conn}, nil
}

// tell sends lines like READY=1. Where systemd cannot be told, the program goes on.
func (n notifier) tell(lines ...string) {
	if n.conn != nil {
		_, _ = n.conn.Write([]byte(strings.Join(lines, "\n")))
	}
}

func (n notifier) close() {
	if n.conn != nil {
		_ = n.conn.Close() // nothing was kept back
	}
}
