package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
	"strings"
	"sync"

	"github.com/spf13/cobra"

	"postern/internal/store"
	"postern/internal/text"
)

func newImport() *cobra.Command {
	return newMove("import DIR URL", "Take a folder of posts into a cluster",
		"Put all files of the folder DIR that serve would see into the bucket at URL, as nats://HOST,HOST/BUCKET, which is made where there is none.", func(dir, address string) (string, string) { return dir, address })
}

func newExport() *cobra.Command {
	return newMove("export URL DIR", "Take the posts of a cluster into a folder",
		"Write all files of the bucket at URL, as nats://HOST,HOST/BUCKET, into the folder DIR, which is made where there is none.", func(address, dir string) (string, string) { return dir, address })
}

// newMove returns a command that moves files between a folder and a bucket. sort says which of its two words is which.
func newMove(use, short, long string, sort func(from, to string) (dir, address string)) *cobra.Command {
	var c clusterSettings
	var force bool
	command := &cobra.Command{
		Use: use, Short: short,
		Long: long + " Files keep their times; each one is " +
			"read back and compared. What is the same already is left alone, so that the command can be run again after an " +
			"interruption. What is different there and newer is left alone as well, and named, unless --force is given; what " +
			"is replaced stays in the history. Histories and empty folders are not moved. Exits with status 1 where a file " +
			"was not moved.",
		Example: "postern " + strings.NewReplacer("DIR", "posts", "URL", "nats://n1.example.com,n2.example.com/posts").Replace(use),
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) != 2 {
				return fmt.Errorf("%w: it takes two words: %s", errUsage, use)
			}
			dir, address := sort(args[0], args[1])
			if store.IsCluster(dir) || !store.IsCluster(address) {
				return fmt.Errorf("%w: it goes like this: %s (URL is nats://HOST,HOST/BUCKET)", errUsage, use)
			}
			return nil
		},
		RunE: func(command *cobra.Command, args []string) error {
			if err := fromEnvironment(command.Flags()); err != nil {
				return err
			}
			dir, address := sort(args[0], args[1])
			c.reads = dir == args[1]
			return moveBetween(command, dir, address, c, &mover{force: force, out: c.reads})
		},
	}
	c.addFlags(command.Flags())
	command.Flags().BoolVar(&force, "force", false, "replace what is newer there, too")
	return command
}

// moveBetween opens both sides and moves all files from one to the other.
func moveBetween(command *cobra.Command, dir, address string, c clusterSettings, m *mover) error {
	ctx := command.Context()
	bucket, err := openBucket(ctx, address, c, quietLog())
	if err != nil {
		return err
	}
	defer func() { _ = bucket.Close() }() // what was written was confirmed
	if m.out {
		if err := os.MkdirAll(dir, 0o755); err != nil {
			return err
		}
	}
	folder, err := store.Open(dir)
	if err != nil {
		return err
	}
	defer func() { _ = folder.Close() }() // what was written is on the disk
	m.from, m.to = folder, bucket
	if m.out {
		m.from, m.to = bucket, folder
	}
	show, done := progress(command.ErrOrStderr())
	err = m.moveAll(ctx, show)
	done()
	if err != nil {
		return err
	}
	return m.tell(command.OutOrStdout(), command.ErrOrStderr())
}

// movers are how many files are moved at once: the way to a cluster takes time, and little else.
const movers = 8

// mover moves files.
type mover struct {
	from, to posts
	out      bool // from the bucket
	force    bool

	mu          sync.Mutex
	moved, same int
	failed      []string // a line each
}

// moveAll moves all files, and notes what became of each.
func (m *mover) moveAll(ctx context.Context, show func(done, all int)) error {
	files, err := m.from.List(ctx)
	if err != nil {
		return err
	}
	there, err := m.to.List(ctx)
	if err != nil {
		return err
	}
	names := make(chan string)
	var working sync.WaitGroup
	for range movers {
		working.Go(func() {
			for name := range names {
				moved, err := m.move(name, there)
				m.note(name, moved, err)
				if show != nil {
					m.mu.Lock()
					show(m.moved+m.same+len(m.failed), len(files))
					m.mu.Unlock()
				}
			}
		})
	}
	for _, name := range slices.Sorted(maps.Keys(files)) {
		if ctx.Err() != nil {
			break
		}
		names <- name
	}
	close(names)
	working.Wait()
	return ctx.Err()
}

// move moves one file and reads it back. It reports whether anything had to be done.
func (m *mover) move(name string, there map[string]store.Stamp) (moved bool, err error) {
	data, stamp, err := m.from.Read(name)
	if err != nil {
		return false, err
	}
	if old, ok := there[name]; ok {
		now, _, err := m.to.Read(name)
		switch same := err == nil && bytes.Equal(now, data); {
		case same && old.Modified.Equal(stamp.Modified):
			return false, nil
		case !same && old.Modified.After(stamp.Modified) && !m.force:
			return false, errors.New("another one is there, and newer (--force replaces it)")
		}
	}
	if _, err := m.to.Put(name, data, stamp.Modified); err != nil {
		return false, err
	}
	back, _, err := m.to.Read(name)
	if err == nil && !bytes.Equal(back, data) {
		err = errors.New("read back, it is not the same")
	}
	return true, err
}

func (m *mover) note(name string, moved bool, err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	switch {
	case err != nil:
		m.failed = append(m.failed, text.Line(name+": "+err.Error()))
	case moved:
		m.moved++
	default:
		m.same++
	}
}

// tell says what was done, and returns an error where something was not.
func (m *mover) tell(stdout, stderr io.Writer) error {
	slices.Sort(m.failed)
	for _, line := range m.failed {
		if _, err := fmt.Fprintln(stderr, line); err != nil {
			return err
		}
	}
	if _, err := fmt.Fprintf(stdout, "%s moved, %d the same already\n", text.Count(m.moved, "file"), m.same); err != nil {
		return err
	}
	if len(m.failed) > 0 {
		return fmt.Errorf("%s not moved", text.Count(len(m.failed), "file"))
	}
	return nil
}
