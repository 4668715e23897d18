package upload

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/pkg/sftp"

	"postern/internal/store"
)

// fill does something that holds a whole file until it is refused, and returns how often it was not.
func fill(t *testing.T, hold func(n int) error) int {
	t.Helper()
	for n := range 2 * maxOpen {
		if err := hold(n); err != nil {
			if !strings.Contains(err.Error(), "more than 64 MiB together") {
				t.Errorf("refused with %v", err)
			}
			return n
		}
	}
	return 2 * maxOpen
}

func TestNoWayOfHoldingFilesPassesTheBoundOfASession(t *testing.T) {
	const most = maxHeld / store.MaxFile
	open := func(flags int, then func(*sftp.File) error) func(*sftp.Client, int) error {
		return func(c *sftp.Client, n int) error {
			name := "big.png"
			if flags&os.O_EXCL != 0 {
				name = fmt.Sprintf("new%d.png", n)
			}
			file, err := c.OpenFile(name, flags)
			if err == nil && then != nil {
				err = then(file)
			}
			return err
		}
	}
	last := func(file *sftp.File) error {
		_, err := file.WriteAt([]byte{1}, store.MaxFile-1)
		return err
	}
	for way, hold := range map[string]func(*sftp.Client, int) error{
		"open to read":  open(os.O_RDONLY, nil),
		"open to write": open(os.O_WRONLY, nil),
		"open for both": open(os.O_RDWR, nil),
		"write far out": open(os.O_WRONLY|os.O_CREATE|os.O_EXCL, last),
		"set the size":  open(os.O_WRONLY|os.O_CREATE|os.O_EXCL, func(file *sftp.File) error { return file.Truncate(store.MaxFile) }),
		"write, and cut it away": open(os.O_WRONLY|os.O_CREATE|os.O_EXCL, func(file *sftp.File) error {
			if err := last(file); err != nil {
				return err
			}
			return file.Truncate(0)
		}),
		"set the size of a hidden file": func(c *sftp.Client, n int) error {
			name := fmt.Sprintf(".a%d.tmp", n)
			file, err := c.Create(name)
			if err != nil {
				return err
			}
			if err := file.Close(); err != nil {
				return err
			}
			return c.Truncate(name, store.MaxFile)
		},
		"close a hidden file": func(c *sftp.Client, n int) error {
			file, err := c.Create(fmt.Sprintf(".a%d.tmp", n))
			if err == nil {
				err = last(file)
			}
			if err == nil {
				err = file.Close()
			}
			return err
		},
	} {
		s, dir := sessionOf(t, nil, "ada")
		if err := os.WriteFile(filepath.Join(dir, "big.png"), make([]byte, store.MaxFile), 0o644); err != nil {
			t.Fatal(err)
		}
		c, hangUp := clientOf(t, s, func() { s.SFTP(t.Context()) })
		if n := fill(t, func(n int) error { return hold(c, n) }); n > most || n < most-1 {
			t.Errorf("%s: %d files of %d MiB are held", way, n, store.MaxFile>>20)
		}
		hangUp()
	}
}

func TestWhatIsClosedIsHeldNoMore(t *testing.T) {
	s, dir := sessionOf(t, nil, "ada")
	if err := os.WriteFile(filepath.Join(dir, "big.png"), make([]byte, store.MaxFile), 0o644); err != nil {
		t.Fatal(err)
	}
	c, hangUp := clientOf(t, s, func() { s.SFTP(t.Context()) })
	defer hangUp()
	for range maxHeld/store.MaxFile + 1 {
		for _, flags := range []int{os.O_RDONLY, os.O_RDWR} {
			file, err := c.OpenFile("big.png", flags)
			if err != nil {
				t.Fatal(err)
			}
			if err := file.Close(); err != nil {
				t.Fatal(err)
			}
		}
		file, err := c.Create(".big.tmp")
		if err == nil {
			_, err = file.WriteAt([]byte{1}, store.MaxFile-1)
		}
		if err == nil {
			err = file.Close()
		}
		if err == nil {
			err = c.PosixRename(".big.tmp", "other.png")
		}
		if err != nil {
			t.Fatal(err)
		}
		if _, err := c.ReadDir("."); err != nil {
			t.Fatal(err)
		}
	}
}
