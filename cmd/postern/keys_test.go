package main

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

func TestInitMakesABlogThatServes(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "new")
	if r := said(t, "init", dir); r.status != 0 || !strings.Contains(r.out, "postern serve --posts "+dir) || !strings.Contains(r.out, "Host key: ssh-ed25519 SHA256:") {
		t.Fatalf("%+v", r)
	}
	posts, keys := filepath.Join(dir, "posts"), filepath.Join(dir, "keys")
	if r := said(t, "check", "--keys", keys, posts); r.status != 0 || !strings.HasPrefix(r.out, "0 errors, 0 warnings") {
		t.Errorf("check: %+v", r)
	}
	write(t, dir, "posts/hello.md", "---\ntitle: Mine\n---\n\nChanged.\n")
	if r := said(t, "init", dir); r.status != 0 || strings.Contains(r.out, "hello.md") {
		t.Errorf("again: %+v", r)
	}
	p := serving(t, posts, keys)
	if r := call(t, []string{"SSH_AUTH_SOCK="}, client(t, "ssh"), p.ssh("localhost", "list")...); !strings.Contains(r.out, "Mine") {
		t.Errorf("list: %+v", r)
	}
	if r := said(t, "init", "a", "b"); r.status != 2 {
		t.Errorf("two folders: %+v", r)
	}
}

func TestKeysAreShownAsOthersShowThem(t *testing.T) {
	keygen, dir := client(t, "ssh-keygen"), t.TempDir()
	host := filepath.Join(dir, "ssh_host_ed25519_key")
	if r := said(t, "keys", "--keys", dir); r.status != 1 || !strings.Contains(r.err, "no host key in") || strings.Count(r.err, "\n") != 1 {
		t.Errorf("no key: %+v", r)
	}
	for _, kind := range []string{"ed25519", "ecdsa", "rsa"} {
		must(t, os.RemoveAll(filepath.Join(dir, "x")))
		if r := call(t, nil, keygen, "-q", "-t", kind, "-N", "", "-f", filepath.Join(dir, "ssh_host_"+kind+"_key")); r.status != 0 {
			t.Fatal(r.err)
		}
	}
	authors := newKeys(t, 1)
	public, err := os.ReadFile(authors[0] + ".pub")
	must(t, err)
	write(t, dir, "authors/ada.pub", "# laptop\n"+string(public))
	write(t, dir, "authors/bob.pub", "")
	write(t, dir, "authors/cleo.pub", "nonsense\ncommand=\"ls\" "+string(public))
	r := said(t, "keys", "--keys", dir, "--host", "blog.example.com")
	if r.status != 0 {
		t.Fatalf("%+v", r)
	}
	for _, kind := range []string{"ed25519", "ecdsa", "rsa"} {
		file := filepath.Join(dir, "ssh_host_"+kind+"_key")
		fingerprint := strings.Fields(call(t, nil, keygen, "-lf", file).out)[1]
		if !strings.Contains(r.out, fingerprint) {
			t.Errorf("%s: no %s in %s", kind, fingerprint, r.out)
		}
		for record := range strings.Lines(call(t, nil, keygen, "-r", "blog.example.com.", "-f", file).out) {
			if fields := strings.Fields(record); fields[4] == "2" && !strings.Contains(r.out, strings.Join(fields, " ")) {
				t.Errorf("%s: no %q in %s", kind, record, r.out)
			}
		}
	}
	for _, want := range []string{"3 authors\n", "  ada  ssh-ed25519 " + strings.Fields(call(t, nil, keygen, "-lf", authors[0]).out)[1], "  bob  no key", "  cleo  line 1 is no key: ", ", which lets nobody in: option not supported: command", host[:0] + "known_hosts  blog.example.com ssh-ed25519 AAAA"} {
		if !strings.Contains(r.out, want) {
			t.Errorf("no %q in %s", want, r.out)
		}
	}
}

// known returns what keys prints for known_hosts, in a file.
func known(t *testing.T, p *process, dir string) string {
	t.Helper()
	var lines strings.Builder
	for line := range strings.Lines(said(t, "keys", "--keys", dir, "--host", "localhost", "--port", p.port).out) {
		if line, ok := strings.CutPrefix(strings.TrimSpace(line), "known_hosts  "); ok {
			lines.WriteString(line + "\n")
		}
	}
	file := filepath.Join(t.TempDir(), "known_hosts")
	must(t, os.WriteFile(file, []byte(lines.String()), 0o600))
	return file
}

// strictly runs OpenSSH's client with a file of known hosts.
func strictly(t *testing.T, p *process, file string, options ...string) result {
	t.Helper()
	args := append([]string{"-F", "none", "-p", p.port, "-o", "BatchMode=yes", "-o", "StrictHostKeyChecking=yes", "-o", "UpdateHostKeys=yes",
		"-o", "UserKnownHostsFile=" + file, "-o", "GlobalKnownHostsFile=/dev/null"}, options...)
	return call(t, []string{"SSH_AUTH_SOCK="}, client(t, "ssh"), append(args, "localhost", "list")...)
}

func TestHostKeyIsRotatedWithoutScaringAnybody(t *testing.T) {
	keygen, dir, posts := client(t, "ssh-keygen"), t.TempDir(), smallBlog(t)
	p := serving(t, posts, dir)
	file := known(t, p, dir)
	before, err := os.ReadFile(file)
	must(t, err)
	next := filepath.Join(dir, "ssh_host_ed25519_next_key")
	for kind, path := range map[string]string{"ed25519": next, "rsa": filepath.Join(dir, "ssh_host_rsa_key")} {
		if r := call(t, nil, keygen, "-q", "-t", kind, "-N", "", "-f", path); r.status != 0 {
			t.Fatal(r.err)
		}
	}
	write(t, dir, "authors/eve.pub", "nonsense\n")
	must(t, p.Process.Signal(syscall.SIGHUP))
	waitFor(t, "the reload", func() bool { return strings.Contains(p.said(), `"reloaded"`) })
	if log := p.said(); !strings.Contains(log, `"not a public key","author":"eve","line":1`) || !strings.Contains(log, `"authors":1`) {
		t.Errorf("the keys that let nobody in are not told: %s", log)
	}
	if r := strictly(t, p, file); r.status != 0 {
		t.Fatalf("%+v", r)
	}
	learned, err := os.ReadFile(file)
	must(t, err)
	if strings.Count(string(learned), "ssh-ed25519") != 2 || strings.Count(string(learned), "ssh-rsa") != 1 || !strings.Contains(string(learned), strings.Fields(string(before))[2]) {
		t.Fatalf("learned:\n%s", learned)
	}
	must(t, os.Rename(next, filepath.Join(dir, "ssh_host_ed25519_key")))
	must(t, p.Process.Signal(syscall.SIGHUP))
	waitFor(t, "the reload", func() bool { return strings.Count(p.said(), `"reloaded"`) == 2 })
	if r := strictly(t, p, file, "-o", "HostKeyAlgorithms=ssh-ed25519,rsa-sha2-512"); r.status != 0 || !strings.Contains(r.out, "The first of all posts") {
		t.Errorf("with the next key: %+v", r)
	}
	if r := strictly(t, p, file, "-o", "HostKeyAlgorithms=rsa-sha2-256,ssh-ed25519"); r.status != 0 {
		t.Errorf("with RSA: %+v", r)
	}
	must(t, os.WriteFile(file, before, 0o600))
	if r := strictly(t, p, file); r.status == 0 {
		t.Error("a client that learned nothing is not asked")
	}
}

func TestHostCertificatesAreShown(t *testing.T) {
	keygen, dir, authority := client(t, "ssh-keygen"), t.TempDir(), newKeys(t, 1)[0]
	host := filepath.Join(dir, "ssh_host_ed25519_key")
	for _, args := range [][]string{
		{"-q", "-t", "ed25519", "-N", "", "-f", host},
		{"-q", "-s", authority, "-h", "-I", "blog", "-n", "localhost", host + ".pub"},
	} {
		if r := call(t, nil, keygen, args...); r.status != 0 {
			t.Fatal(r.err)
		}
	}
	p := serving(t, smallBlog(t), dir)
	public, err := os.ReadFile(authority + ".pub")
	must(t, err)
	file := filepath.Join(t.TempDir(), "known_hosts")
	must(t, os.WriteFile(file, append([]byte("@cert-authority * "), public...), 0o600))
	if r := strictly(t, p, file); r.status != 0 || !strings.Contains(r.out, "The first of all posts") {
		t.Errorf("%+v", r)
	}
	if r := said(t, "keys", "--keys", dir); !strings.Contains(r.out, "certificate for localhost, signed by SHA256:") {
		t.Errorf("%+v", r)
	}
}
