package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"golang.org/x/crypto/ssh"
)

// sample returns the folder of two real posts, which are not part of the project.
func sample(t *testing.T) string {
	t.Helper()
	dir := filepath.Join("..", "..", "..", "shared", "corpus", "sample")
	if _, err := os.Stat(dir); err != nil {
		absent(t, "shared/corpus/sample")
	}
	return dir
}

func TestSamplePostsAreServedWhole(t *testing.T) {
	client(t, "ssh")
	keys, dir := newKeys(t, 1), t.TempDir()
	public, err := os.ReadFile(keys[0] + ".pub")
	must(t, err)
	write(t, dir, "authors/ada.pub", string(public))
	p := serving(t, sample(t), dir)
	reader := func(words ...string) result {
		return call(t, []string{"SSH_AUTH_SOCK="}, "ssh", p.ssh(append([]string{"reader@localhost"}, words...)...)...)
	}
	author := func(words ...string) result {
		return call(t, []string{"SSH_AUTH_SOCK="}, "ssh", p.ssh(append([]string{"-i", keys[0], "ada@localhost"}, words...)...)...)
	}

	var listed []struct{ Slug, Date, Title string }
	must(t, json.Unmarshal([]byte(reader("list", "--json").out), &listed))
	if len(listed) != 1 || listed[0].Date != "2020-10-02T06:10:47+07:00" || listed[0].Title != "4 rejections to an Amazon job offer" {
		t.Fatalf("listed: %+v", listed)
	}
	source := reader("read", listed[0].Slug, "--source").out
	_, body, _ := strings.Cut(strings.TrimPrefix(source, "---\n"), "\n---\n")
	inOrder(t, words(reader("read", listed[0].Slug).out), words(body))

	var all []struct {
		Slug  string
		Draft bool
	}
	must(t, json.Unmarshal([]byte(author("list", "--json").out), &all))
	var draft string
	for _, e := range all {
		if e.Draft {
			draft = e.Slug
		}
	}
	if len(all) != 2 || draft == "" {
		t.Fatalf("an author sees %+v", all)
	}
	if r := reader("read", draft); r.status != 1 || r.out != "" || strings.Contains(r.err, "FAANG") {
		t.Errorf("a reader reads the draft: %+v", r)
	}
	if r := author("read", draft); r.status != 0 || !strings.Contains(r.out, "Amazon Interview") {
		t.Errorf("an author does not: %+v", r)
	}
	if r := author("list"); !strings.Contains(r.out, "First FAANG Interview (Amazon)  (draft)") {
		t.Errorf("the draft is not marked: %q", r.out)
	}
}

// words returns the words of s without the signs of Markdown.
func words(s string) []string {
	return regexp.MustCompile(`[\pL\pN][\pL\pN'’]*`).FindAllString(s, -1)
}

// inOrder fails unless all of want stand in got in their order.
func inOrder(t *testing.T, got, want []string) {
	t.Helper()
	for n, word := range want {
		at := 0
		for at < len(got) && got[at] != word {
			at++
		}
		if at == len(got) {
			t.Fatalf("word %d of %d is missing: %q", n, len(want), word)
		}
		got = got[at+1:]
	}
}

func TestHostKeyOfAnyKindBesideIsServed(t *testing.T) {
	dir := t.TempDir()
	for _, kind := range []string{"rsa", "ecdsa"} {
		if r := call(t, nil, client(t, "ssh-keygen"), "-q", "-t", kind, "-N", "", "-f", filepath.Join(dir, "ssh_host_"+kind+"_key")); r.status != 0 {
			t.Fatal(r.err)
		}
	}
	p := serving(t, smallBlog(t), dir)
	for _, algorithm := range []string{ssh.KeyAlgoED25519, ssh.KeyAlgoECDSA256, ssh.KeyAlgoRSASHA512, ssh.KeyAlgoRSASHA256} {
		c, err := ssh.Dial("tcp", "127.0.0.1:"+p.port, &ssh.ClientConfig{User: "r", HostKeyAlgorithms: []string{algorithm}, HostKeyCallback: ssh.InsecureIgnoreHostKey()})
		if err != nil {
			t.Errorf("%s: %v", algorithm, err)
			continue
		}
		_ = c.Close()
	}
	if c, err := ssh.Dial("tcp", "127.0.0.1:"+p.port, &ssh.ClientConfig{User: "r", HostKeyAlgorithms: []string{ssh.KeyAlgoRSA}, HostKeyCallback: ssh.InsecureIgnoreHostKey()}); err == nil {
		_ = c.Close()
		t.Error("signed with SHA-1")
	}
}
