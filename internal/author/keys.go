// Package author says who may publish: it reads the keys folder, where authors/NAME.pub holds the public keys of the
// author NAME as OpenSSH authorized_keys lines (sshd(8)), and authors/ca.pub those that may sign certificates.
package author

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"net"
	"os"
	"path"
	"regexp"
	"slices"
	"strings"
	"time"

	"golang.org/x/crypto/ssh"
)

// ErrUnknown is returned where nobody of that name, or not with that key, may publish.
var ErrUnknown = errors.New("unknown author or key")

const (
	folder  = "authors"
	suffix  = ".pub"
	ca      = "ca"
	maxFile = 256 << 10 // bytes; an author has a handful of keys
)

// name is what an author may be called: a file name without surprises, and a user name of SSH.
var name = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$`)

// Keys is the keys folder. Files are read anew each time they are asked for, so that a changed one counts at once.
// It is safe for concurrent use.
type Keys struct {
	Shown func(net.Addr) string // where a client comes from, as the log may have it; nil: not at all

	root *os.Root
	log  *slog.Logger
}

// Open opens the keys folder at path, which must exist.
func Open(path string, log *slog.Logger) (*Keys, error) {
	root, err := os.OpenRoot(path)
	if err != nil {
		return nil, err
	}
	return &Keys{root: root, log: log}, nil
}

// Close gives the folder up.
func (k *Keys) Close() error { return k.root.Close() }

// Known reports whether there is an author called user. A file that cannot be read still keeps its name: its author
// cannot come in, and nobody becomes a reader under that name without being asked for a key.
func (k *Keys) Known(user string) bool {
	if !name.MatchString(user) || user == ca {
		return false
	}
	_, err := k.root.Lstat(path.Join(folder, user+suffix))
	return !errors.Is(err, fs.ErrNotExist)
}

// Names returns the names of all authors in order.
func (k *Keys) Names() []string {
	entries, err := fs.ReadDir(k.root.FS(), folder)
	if err != nil {
		return nil
	}
	var names []string
	for _, e := range entries {
		if n, ok := strings.CutSuffix(e.Name(), suffix); ok && k.Known(n) {
			names = append(names, n)
		}
	}
	slices.Sort(names)
	return names
}

// Check returns nil where key, or the certificate that it is, lets the author in whose name is the user name of conn,
// and an error that wraps ErrUnknown otherwise.
func (k *Keys) Check(conn ssh.ConnMetadata, key ssh.PublicKey) error {
	user := conn.User()
	if !k.Known(user) {
		return ErrUnknown
	}
	if cert, ok := key.(*ssh.Certificate); ok {
		return k.checkCertificate(conn, cert)
	}
	if !k.holds(conn, user, key) {
		return ErrUnknown
	}
	return nil
}

func (k *Keys) checkCertificate(conn ssh.ConnMetadata, cert *ssh.Certificate) error {
	if len(cert.ValidPrincipals) == 0 { // would be good for every name
		return fmt.Errorf("certificate for nobody: %w", ErrUnknown)
	}
	checker := ssh.CertChecker{IsUserAuthority: func(key ssh.PublicKey) bool { return k.holds(conn, ca, key) }}
	if _, err := checker.Authenticate(conn, cert); err != nil {
		return fmt.Errorf("%w: %w", ErrUnknown, err)
	}
	if list, ok := cert.CriticalOptions["source-address"]; ok {
		if err := permitsFrom(list, conn.RemoteAddr()); err != nil {
			return fmt.Errorf("%w: %w", ErrUnknown, err)
		}
	}
	return nil
}

// holds reports whether the key file of user has key on one of its lines, and the options of that line let conn in.
func (k *Keys) holds(conn ssh.ConnMetadata, user string, key ssh.PublicKey) bool {
	lines, err := k.Lines(user)
	if err != nil {
		k.log.Warn("keys of an author not read", "author", user, "err", err)
		return false
	}
	wanted := key.Marshal()
	for _, l := range lines {
		if l.Key == nil {
			k.log.Warn("not a public key", "author", user, "line", l.Number, "err", l.Err)
			continue
		}
		if !bytes.Equal(l.Key.Marshal(), wanted) {
			continue
		}
		if err := permitsAll(l.options, conn.RemoteAddr()); err != nil {
			remote := ""
			if k.Shown != nil {
				remote = k.Shown(conn.RemoteAddr())
			}
			k.log.Warn("key refused", "author", user, "line", l.Number, "key", ssh.FingerprintSHA256(l.Key), "why", err, "remote", remote)
			continue
		}
		return true
	}
	return false
}

// permitsAll returns nil where all options of a line let in a client that comes from remote now.
func permitsAll(options []string, remote net.Addr) error {
	for _, option := range options {
		if err := permits(option, remote, time.Now()); err != nil {
			return err
		}
	}
	return nil
}

func (k *Keys) read(user string) ([]byte, error) {
	file, err := k.root.Open(path.Join(folder, user+suffix))
	if err != nil {
		return nil, err
	}
	defer func() { _ = file.Close() }() // read only: nothing to lose
	data, err := io.ReadAll(io.LimitReader(file, maxFile+1))
	if err == nil && len(data) > maxFile {
		err = fmt.Errorf("%s: more than %d bytes", file.Name(), maxFile)
	}
	return data, err
}
