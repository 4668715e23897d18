package author

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"path"
	"strings"
	"time"
)

// The options of an authorized_keys line that are kept (sshd(8)): from= and expiry-time= are looked at here, the others
// ask for what nobody gets anyway. A key with any other option is refused: letting it in would give more than its
// owner meant to.

// permits returns nil where option lets in a client that comes from remote at the time now.
func permits(option string, remote net.Addr, now time.Time) error {
	name, value, _ := strings.Cut(option, "=")
	value = strings.TrimSuffix(strings.TrimPrefix(value, `"`), `"`)
	switch strings.ToLower(name) {
	case "restrict", "no-agent-forwarding", "no-port-forwarding", "no-pty", "no-user-rc", "no-x11-forwarding":
		return nil
	case "from":
		return permitsFrom(value, remote)
	case "expiry-time":
		until, err := parseExpiry(value)
		if err != nil {
			return err
		}
		if !now.Before(until) {
			return fmt.Errorf("it expired at %s", until.Format(time.RFC3339))
		}
		return nil
	}
	return fmt.Errorf("option not supported: %s", name)
}

// errElsewhere says no address: whether the log may have it is not decided here.
var errElsewhere = errors.New("from: not from there")

// permitsFrom returns nil where remote is on the list: addresses with * and ?, networks, and either with a ! before it
// that keeps out. Names of hosts match nothing: nobody is looked up.
func permitsFrom(list string, remote net.Addr) error {
	address, ok := addressOf(remote)
	if !ok {
		return errors.New("from: address unknown")
	}
	found := false
	for pattern := range strings.SplitSeq(list, ",") {
		pattern, not := strings.CutPrefix(strings.TrimSpace(pattern), "!")
		if !matches(pattern, address) {
			continue
		}
		if not {
			return errElsewhere
		}
		found = true
	}
	if !found {
		return errElsewhere
	}
	return nil
}

// matches reports whether address is one that pattern means.
func matches(pattern string, address netip.Addr) bool {
	if network, err := netip.ParsePrefix(pattern); err == nil {
		return network.Contains(address)
	}
	if one, err := netip.ParseAddr(pattern); err == nil {
		return one.Unmap() == address
	}
	if strings.ContainsAny(pattern, `[\`) {
		return false
	}
	ok, err := path.Match(strings.ToLower(pattern), address.String())
	return ok && err == nil
}

// addressOf returns the address of a client without its port.
func addressOf(remote net.Addr) (netip.Addr, bool) {
	if remote == nil {
		return netip.Addr{}, false
	}
	at, err := netip.ParseAddrPort(remote.String())
	return at.Addr().Unmap().WithZone(""), err == nil
}

// parseExpiry reads YYYYMMDD, perhaps with HHMM or HHMMSS behind it, in the server's time zone or with a Z in UTC.
func parseExpiry(s string) (time.Time, error) {
	digits, utc := strings.CutSuffix(strings.ToUpper(s), "Z")
	zone := time.Local
	if utc {
		zone = time.UTC
	}
	for _, layout := range []string{"20060102", "200601021504", "20060102150405"} {
		if len(layout) != len(digits) {
			continue
		}
		if t, err := time.ParseInLocation(layout, digits, zone); err == nil {
			return t, nil
		}
	}
	return time.Time{}, fmt.Errorf("cannot read expiry-time %q", s)
}
