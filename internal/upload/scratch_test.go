package upload

import (
	"bytes"
	"io"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/pkg/sftp"
)

// TestFilesOnTheirWayAreSeenByTheirClientAlone has names that clients give to what they have not sent to its end.
func TestFilesOnTheirWayAreSeenByTheirClientAlone(t *testing.T) {
	const good, bad = "---\ntitle: Rain\n---\n\nText.\n", "---\ntitle: Rain\ndate: 02/03/2020\n---\n\nText.\n"
	for _, name := range []string{"rain.md.filepart", "rain.md.1a2b3c4d.partial", ".rain.md.Ab12Cd", ".in.rain.md", ".goutputstream-XYZ", ".rain.md.swp", "sub/.rain.md.tmp"} {
		s, dir := sessionOf(t, nil, "ada")
		var said bytes.Buffer
		s.Err = &said
		status := 0
		c, hangUp := clientOf(t, s, func() { status = s.SFTP(t.Context()) })
		write(t, c, name, bad)
		if file, err := c.Open(name); err != nil || !holds(t, file, bad) {
			t.Errorf("%s: its client cannot read it: %v", name, err)
		}
		if err := c.PosixRename(name, "live.md"); err == nil || !strings.Contains(err.Error(), "live.md:3:7: error: date") {
			t.Errorf("%s: a bad post became live: %v", name, err)
		}
		if entries, err := os.ReadDir(dir); err != nil || len(entries) != 1 {
			t.Errorf("%s: %v, %v", name, entries, err)
		}
		write(t, c, name, good)
		if err := c.PosixRename(name, "rain.md"); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if data, err := os.ReadFile(dir + "/rain.md"); err != nil || string(data) != good {
			t.Errorf("%s: %q, %v", name, data, err)
		}
		write(t, c, name, good)
		hangUp()
		if entries, err := os.ReadDir(dir); err != nil || len(entries) != 2 || status == 0 || !strings.Contains(said.String(), name+": error: it was not given another name") {
			t.Errorf("%s: %v, %v; status %d, %s", name, entries, err, status, said.String())
		}
	}
}

func TestFileOnItsWayKeepsItsTimeWhenItGetsAMode(t *testing.T) {
	s, dir := sessionOf(t, nil, "ada")
	c, hangUp := clientOf(t, s, func() { s.SFTP(t.Context()) })
	defer hangUp()
	const name = ".rain.md.Ab12Cd"
	write(t, c, name, "---\ntitle: Rain\n---\n\nText.\n")
	when := time.Date(2020, 1, 2, 3, 4, 5, 0, time.UTC)
	for _, err := range []error{c.Chtimes(name, when, when), c.Chmod(name, 0o644), c.PosixRename(name, "rain.md")} {
		if err != nil {
			t.Fatal(err)
		}
	}
	if info, err := os.Stat(dir + "/rain.md"); err != nil || !info.ModTime().Equal(when) {
		t.Errorf("%v, %v", info, err)
	}
}

func write(t *testing.T, c *sftp.Client, name, content string) {
	t.Helper()
	file, err := c.Create(name)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.WriteString(file, content); err != nil {
		t.Error(err)
	}
	if err := file.Close(); err != nil {
		t.Error(err)
	}
}

func holds(t *testing.T, file *sftp.File, want string) bool {
	t.Helper()
	data, err := io.ReadAll(file)
	if err != nil {
		t.Error(err)
	}
	if err := file.Close(); err != nil {
		t.Error(err)
	}
	return string(data) == want
}
