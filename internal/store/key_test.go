package store

import (
	"errors"
	"regexp"
	"strings"
	"syscall"
	"testing"

	"github.com/nats-io/nats.go"
)

func TestKeysAreThoseOfNames(t *testing.T) {
	for name, want := range map[string]string{"a.md": "p.a=2Emd", "2026/b_c-d": "p.2026/b_c-d", "a=b": "p.a=3Db", "雨": "p.=E9=9B=A8"} {
		if key, err := encodeKey(fileKey, name); key != want || err != nil {
			t.Errorf("%s: %s, %v", name, key, err)
		}
	}
	for _, name := range []string{strings.Repeat("x", 256), strings.Repeat("long/", 500)} {
		if _, err := encodeKey(fileKey, name); !errors.Is(err, syscall.ENAMETOOLONG) {
			t.Errorf("%.20s…: %v", name, err)
		}
	}
}

func FuzzKey(f *testing.F) {
	for _, s := range []string{"a.md", "p.a=2Emd", "p.=2e", "=", "雨/☂️ %41", "d.x/y", "p.", "p.a=4", "..", "\xff"} {
		f.Add(s)
	}
	valid := regexp.MustCompile(`^[-/_=\.a-zA-Z0-9]+$`) // what the library takes
	f.Fuzz(func(t *testing.T, s string) {
		if key, err := encodeKey(folderKey, s); err == nil && s != "" {
			kind, name, err := decodeKey(key)
			if err != nil || kind != folderKey || name != s || !valid.MatchString(key) {
				t.Errorf("%q became %q and %q, %v", s, key, name, err)
			}
		}
		if kind, name, err := decodeKey(s); err == nil {
			if key, err := encodeKey(kind, name); err == nil && key != s {
				t.Errorf("%q and %q are keys of %q", s, key, name)
			}
		}
	})
}

func FuzzRevision(f *testing.F) {
	whole := newRevision([]byte("text"), when, maxInline)
	for _, r := range []revision{whole, {removed: true}, newRevision(make([]byte, maxInline+1), when, maxInline)} {
		h := r.header()
		f.Add(h.Get(modifiedHeader), h.Get(digestHeader), h.Get(objectHeader), h.Get(operationHeader), 4)
	}
	f.Add("yesterday", "ABC", "-1", "MOVE", 0)
	f.Add("", "", "99999999999", "", 0)
	f.Fuzz(func(t *testing.T, modified, digest, object, operation string, size int) {
		h := nats.Header{}
		for name, value := range map[string]string{modifiedHeader: modified, digestHeader: digest, objectHeader: object, operationHeader: operation} {
			if value != "" {
				h[name] = []string{value}
			}
		}
		if size < 0 {
			return
		}
		r, err := parseRevision(h, size, when)
		if err != nil || r.removed || r.digest == "" {
			return
		}
		if r.object && (r.size > MaxFile || size > 0) || !r.object && r.size != int64(size) {
			t.Errorf("%+v of %v", r, h)
		}
		again, err := parseRevision(r.header(), size, when)
		if again.at = r.at; err != nil || again.stamp() != r.stamp() || again.digest != r.digest || again.object != r.object {
			t.Errorf("%+v became %+v, %v", r, again, err)
		}
	})
}

func TestAddressesOfClusters(t *testing.T) {
	for address, want := range map[string]string{
		"nats://a/posts": "nats://a:4222/posts", "nats://ada:secret@a:1,b/posts_2-x": "nats://a:1,b:4222/posts_2-x",
		"tls://[::1]:4222/p": "tls://[::1]:4222/p",
	} {
		c, err := ParseCluster(address)
		if err != nil || c.String() != want {
			t.Errorf("%s: %s, %v", address, c, err)
		}
		for _, server := range c.Servers {
			if password, _ := server.User.Password(); strings.Contains(address, "secret") && password != "secret" {
				t.Errorf("%s: no password for %s", address, server.Host)
			}
		}
	}
	for _, address := range []string{"", "posts", "nats://", "nats://a", "nats://a/", "nats:///posts", "nats://a,/posts", "nats://a/b/c", "nats://a/p.q",
		"http://a/posts", "nats://ada:secret@a:port/posts", "nats://a/posts?x=secret", "nats://:secret@/posts", "nats://a/" + strings.Repeat("x", 200)} {
		if c, err := ParseCluster(address); err == nil || strings.Contains(err.Error(), "secret") {
			t.Errorf("%s: %v, %v", address, c, err)
		}
	}
}

func FuzzParseCluster(f *testing.F) {
	f.Add("nats://ada:secret@a:1,b/posts")
	f.Fuzz(func(t *testing.T, address string) {
		c, err := ParseCluster(address)
		if err != nil {
			return
		}
		for _, server := range c.Servers {
			if server.Hostname() == "" || server.Port() == "" {
				t.Errorf("%q: %v", address, server)
			}
		}
		if again, err := ParseCluster(c.String()); err != nil || again.String() != c.String() {
			t.Errorf("%q: %s, %v", address, c, err)
		}
	})
}
