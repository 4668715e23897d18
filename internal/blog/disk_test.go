//go:build linux

package blog

import (
	"context"
	"fmt"
	"log/slog"
	"strings"
	"syscall"
	"testing"

	"postern/internal/store"
)

func TestFullAndReadOnlyDisk(t *testing.T) {
	dir := t.TempDir()
	if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, "size=64k"); err != nil {
		t.Skipf("this machine lets nobody mount a small disk: %v", err)
	}
	defer func() {
		if err := syscall.Unmount(dir, 0); err != nil {
			t.Error(err)
		}
	}()
	folder, err := store.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = folder.Close() }()
	b, err := Open(t.Context(), folder, Config{}, slog.New(slog.DiscardHandler), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer b.Close()
	push := func(name, text string) error {
		_, err := b.Publish(context.Background(), ada, name, strings.NewReader(text))
		return err
	}
	publish(t, b, "a.md", fmt.Sprintf(dated, "A", 1))
	long := fmt.Sprintf(dated, "B", 2) + strings.Repeat("word ", 20000)
	for _, name := range []string{"b.md", "a.md"} {
		if err := push(name, long); err == nil || !strings.Contains(err.Error(), name+": error: not published: the server's disk is full") {
			t.Errorf("%s: %v", name, err)
		}
	}
	if err := b.Ready(t.Context(), ada, "b.md", len(long)); err == nil || !strings.Contains(err.Error(), "b.md: error: not published: the server's disk is full") {
		t.Errorf("ready: %v", err)
	}
	if err := b.Ready(t.Context(), ada, "b.md", 100); err != nil {
		t.Errorf("ready: %v", err)
	}
	if n := inFolder(t, dir); n != 2 || titles(b) != "A" { // a.md, and what it was: its own second name
		t.Errorf("%d files, readers see %q", n, titles(b))
	}
	publish(t, b, "c.md", fmt.Sprintf(dated, "C", 3)) // there is room for a small one
	if err := syscall.Mount("tmpfs", dir, "tmpfs", syscall.MS_REMOUNT|syscall.MS_RDONLY, "size=64k"); err != nil {
		t.Fatal(err)
	}
	if err := push("d.md", "# D\n"); err == nil || !strings.Contains(err.Error(), "the server may not write into its folder of posts") {
		t.Errorf("read only: %v", err)
	}
	if err := b.Ready(t.Context(), ada, "d.md", 4); err == nil || !strings.Contains(err.Error(), "may not write") {
		t.Errorf("read only: ready: %v", err)
	}
	if err := b.Remove(context.Background(), ada, "a.md"); err == nil || titles(b) != "C, A" {
		t.Errorf("read only: %v, readers see %q", err, titles(b))
	}
}
