package main

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"postern/internal/post"
)

// said runs the command line args and returns what it printed and its exit status.
func said(t *testing.T, args ...string) result {
	t.Helper()
	var out, errs bytes.Buffer
	err := run(context.Background(), args, &out, &errs)
	return result{out.String(), errs.String(), exitStatus(err)}
}

func TestCheckNamesThePlaceAndTheWayOut(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, "good.md", "---\ntitle: Good\ndate: 2026-01-02\n---\nText.\n")
	write(t, dir, "bad.md", "---\ntitle: Bad\ndate: 02/03/2020\n---\nText.\n")
	write(t, dir, "sub/twice.md", "---\ntitle: Twice\nslug: good\ndate: 2026-01-03\n---\nText.\n")
	write(t, dir, "sub/again.md", "---\ntitle: Again\nslug: good\ndate: 2026-01-04\n---\nText.\n")
	write(t, dir, "_index.md", "---\ntimezone: Atlantis/Capital\n---\n")
	r := said(t, "check", "--keys", dir, dir)
	if r.status != 1 || r.err != "" {
		t.Errorf("status %d, %q", r.status, r.err)
	}
	lines := strings.Split(strings.TrimSpace(r.out), "\n")
	for n, want := range []string{"/_index.md:2:11: warning: timezone: ", `/bad.md:3:7: error: date: cannot read "02/03/2020" (write `, "/good.md: warning: slug: sub/twice.md has the slug"} {
		if !strings.HasPrefix(lines[n], dir+want) {
			t.Errorf("line %d: %q, want %q", n, lines[n], want)
		}
	}
	if last := lines[len(lines)-1]; !strings.HasPrefix(last, "1 error, ") || !strings.HasSuffix(last, "in 4 files") {
		t.Errorf("last line: %q", last)
	}
	if r := said(t, "check", "--keys", dir, filepath.Join(dir, "good.md")); r.status != 0 || r.out != "0 errors, 0 warnings in 1 file\n" {
		t.Errorf("a good file: %+v", r)
	}
	if r := said(t, "check", filepath.Join(dir, "none.md")); r.status != 1 || !strings.Contains(r.err, "no such file") {
		t.Errorf("no file: %+v", r)
	}
}

func TestCheckTellsOfPicturesThatCannotBeShown(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, "a.md", "---\ntitle: A\ndate: 2026-01-02\n---\n![a](a.png) ![b](b.png) ![c](c.png)\n")
	for _, name := range []string{"a.png", "b.png"} {
		write(t, dir, name, "no picture")
	}
	r := said(t, "check", "--keys", dir, dir)
	if strings.Count(r.out, "no PNG, JPEG, GIF or WebP") != 2 || !strings.Contains(r.out, "0 errors, 3 warnings") || r.status != 0 {
		t.Errorf("%+v", r)
	}
}

func TestCheckLeavesOutNamedFilesThatAreNoPosts(t *testing.T) {
	dir := t.TempDir()
	named := []string{"check", "--json"}
	for _, name := range []string{"README.md", "_under.md", "notes.txt", "index.md", "_index.md", "trip/index.md"} {
		write(t, dir, name, "---\ntitle: [\n---\n")
		named = append(named, filepath.Join(dir, name))
	}
	var problems []post.Problem
	r := said(t, named...)
	if err := json.Unmarshal([]byte(r.out), &problems); err != nil || r.status != 1 || len(problems) != 2 || problems[0].File != filepath.Join(dir, "_index.md") || problems[1].File != filepath.Join(dir, "trip/index.md") {
		t.Errorf("%+v, %v, %v", r, problems, err)
	}
	want := dir + "/README.md: not checked: README is no post\n" + dir + "/_under.md: not checked: names that begin with _ are no posts\n" +
		dir + "/notes.txt: not checked: the name of a post ends in .md\n" + dir + "/index.md: not checked: index.md is a post only in a folder of its own\n"
	if r.err != want {
		t.Errorf("got %swant %s", r.err, want)
	}
}

func TestPipesAndDevicesAreNotRead(t *testing.T) {
	device, pipe := filepath.Join(t.TempDir(), "zero.md"), filepath.Join(t.TempDir(), "pipe.md")
	must(t, os.Symlink("/dev/zero", device))
	must(t, syscall.Mkfifo(pipe, 0o600))
	for _, file := range []string{device, pipe} {
		for _, verb := range []string{"check", "preview"} {
			if r := said(t, verb, file); r.status != 1 || !strings.HasSuffix(r.err, file+": not a regular file\n") {
				t.Fatalf("%s: %+v", verb, r)
			}
		}
	}
}

func TestCheckSaysItInJSON(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, "bad.md", "---\ntitle: [\n---\n")
	var problems []post.Problem
	r := said(t, "check", "--json", dir)
	if err := json.Unmarshal([]byte(r.out), &problems); err != nil || r.status != 1 || len(problems) != 1 || problems[0].Line == 0 || !problems[0].Error {
		t.Errorf("%+v, %v, %v", r, problems, err)
	}
	must(t, os.Remove(filepath.Join(dir, "bad.md")))
	if r := said(t, "check", "--json", dir); r.out != "[]\n" || r.status != 0 {
		t.Errorf("nothing wrong: %+v", r)
	}
}

func TestCheckWarnsOfAddressesThatAreAuthors(t *testing.T) {
	posts, keys := t.TempDir(), t.TempDir()
	write(t, posts, "ada.md", "---\ntitle: Ada\ndate: 2026-01-02\n---\nText.\n")
	write(t, keys, "authors/ada.pub", "")
	if r := said(t, "check", "--keys", keys, posts); r.status != 0 || !strings.Contains(r.out, "ada.md: warning: the address ada is an author's name") {
		t.Errorf("%+v", r)
	}
}

func TestPreviewPrintsWhereThereIsNoTerminal(t *testing.T) {
	dir := smallBlog(t)
	file := filepath.Join(dir, "secret.md")
	if r := said(t, "preview", file); r.status != 0 || !strings.Contains(r.out, "Not to be seen\n") || !strings.Contains(r.out, "Quiet.") || strings.Contains(r.out, "\x1b") {
		t.Errorf("plain: %+v", r)
	}
	if r := said(t, "preview", "--color", "always", "--theme", "mono", file); r.status != 0 || !strings.Contains(r.out, "\x1b[1mNot to be seen\x1b[m") {
		t.Errorf("coloured: %+v", r)
	}
	if r := said(t, "preview", dir); r.status != 0 || !strings.Contains(r.out, "Not to be seen  (draft)") {
		t.Errorf("folder: %+v", r)
	}
	write(t, dir, "style.json", `{"document": {"color": "#ff0000"}}`)
	if r := said(t, "preview", "--theme", filepath.Join(dir, "style.json"), "--color", "always", file); r.status != 0 {
		t.Errorf("a theme from a file: %+v", r)
	}
	if r := said(t, "preview", "--theme", "none", file); r.status != 1 || !strings.Contains(r.err, "choose one of auto, dark") {
		t.Errorf("unknown theme: %+v", r)
	}
	if r := said(t, "preview"); r.status != 2 {
		t.Errorf("no file: %+v", r)
	}
	write(t, dir, "bad.md", "---\ntitle: [\n---\n")
	if r := said(t, "preview", filepath.Join(dir, "bad.md")); r.status != 1 || !strings.Contains(r.err, "bad.md:3:1") {
		t.Errorf("bad file: %+v", r)
	}
	if r := said(t, "preview", dir); r.status != 0 || !strings.Contains(r.out, "Not to be seen") || !strings.HasPrefix(r.err, filepath.Join(dir, "bad.md")+":3:1: error: ") || strings.Count(r.err, "\n") != 1 {
		t.Errorf("a bad file among good ones: %+v", r)
	}
	write(t, dir, "large.md", strings.Repeat("Words.\n", 8<<20/7+1))
	for _, args := range [][]string{{"preview", filepath.Join(dir, "large.md")}, {"preview", dir}, {"check", filepath.Join(dir, "large.md"), dir}} {
		if r := said(t, args...); !strings.Contains(r.err+r.out, "large.md: ") || !strings.Contains(r.err+r.out, "file too large") {
			t.Errorf("%q: %+v", args, r)
		}
	}
}

func TestPreviewShowsTheScreens(t *testing.T) {
	dir := smallBlog(t)
	p := newPane(t, 80, 24)
	p.keys(t, "clear; "+beMain+"=1 "+os.Args[0]+" preview "+dir, "Enter")
	p.see(t, "1 of 2")
	p.see(t, "draft · 04 Feb")
	write(t, dir, "bad.md", "---\ntitle: [\n---\n")
	write(t, dir, "saved.md", "---\ntitle: Just saved\ndate: 2026-02-05\n---\nText.\n")
	p.see(t, "Just saved")
	p.do(t, "resize-window", "-x", "40", "-y", "20")
	p.see(t, "05 Feb 2026 · 1 min")
	p.do(t, "resize-window", "-x", "200", "-y", "20")
	p.keys(t, "q")
	p.see(t, "bad.md:3:1: error: ")
	p.see(t, "ready") // until the shell has the terminal back, keys are the preview's
	p.keys(t, "echo still $((40+2))", "Enter")
	p.see(t, "still 42")
}
