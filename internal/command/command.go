// Package command answers "ssh host VERB …" and every session without a terminal: text on standard output, errors on
// standard error, and an exit status that scripts can trust.
package command

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/anmitsu/go-shlex"
	"github.com/charmbracelet/colorprofile"
	"github.com/spf13/pflag"

	"postern/internal/blog"
	"postern/internal/feed"
	"postern/internal/index"
	"postern/internal/render"
	"postern/internal/text"
)

// Exit statuses.
const (
	Done    = 0
	Refused = 1 // or not found
	Usage   = 2
)

// Caller is who asks, and how the answer reaches them.
type Caller struct {
	Author   string // the author's name; "" for a reader
	Claims   string // the name of an author whom a reader said to be, without a key of theirs; "" mostly
	Host     string // what the caller types after "ssh", as in "-p 2222 localhost"
	Width    int    // columns of the caller's terminal; 0 without one
	Profile  colorprofile.Profile
	Key      string                                                                        // fingerprint of the key that the author came in with
	Remote   string                                                                        // where the caller's connection comes from
	Style    func(dark bool, p colorprofile.Profile, accent string) (*render.Theme, error) // of colours; nil: the usual one
	In       io.Reader                                                                     // nil where nothing will come; it may be read until the caller's session ends
	Out, Err io.Writer
	Worked   func(time.Duration) // told how long each line of a talk took, before the next is read; nil: nobody asks
}

// login returns what the caller types after "ssh" to come back as the author that they are.
func (c Caller) login() string { return blog.Login(c.Author, c.Host) }

// audience says what the caller may see.
func (c Caller) audience() index.Audience {
	if c.Author != "" {
		return index.Authors
	}
	return index.Readers
}

// Commands answers verbs from one blog. It is safe for concurrent use.
type Commands struct {
	Live    *index.Live
	Blog    *blog.Blog // nil where nobody publishes
	Version string

	feeds   feed.Cache
	listing listing
}

// call is one verb being answered.
type call struct {
	Caller
	ctx     context.Context // for verbs that last
	blog    *blog.Blog
	posts   *index.Snapshot
	live    *index.Live
	feeds   *feed.Cache
	listing *listing
	version string
	flags   *pflag.FlagSet
	out     *bufio.Writer // what is wrong with a write is kept until Flush
}

// Split cuts a command line into words as a POSIX shell does, without expanding anything.
func Split(line string) ([]string, error) {
	if strings.IndexFunc(line, func(r rune) bool { return r != ' ' && !isPlain(r) }) < 0 {
		return strings.Fields(line), nil // as nearly all are
	}
	words, err := shlex.Split(line, true)
	if err != nil {
		return nil, fmt.Errorf("cannot read the command: %w", err)
	}
	return words, nil
}

// isPlain reports whether r is itself to a shell, wherever it stands.
func isPlain(r rune) bool {
	return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune("-_./:@=+,%", r)
}

// Run answers the command in words and returns the exit status. Without words it lists the posts and says how to
// read one. The end of ctx ends verbs that last; where its cause is more than that it was canceled, the caller is told.
func (c *Commands) Run(ctx context.Context, words []string, caller Caller) int {
	if len(words) == 0 {
		words = []string{"list"}
		defer func() {
			_, _ = fmt.Fprintf(caller.Err, "\nRead one with: ssh %s read SLUG\n", caller.Host) // only a hint
		}()
	}
	posts := c.Live.Snapshot()
	v, ok := find(words[0])
	if !ok {
		return fail(caller, fmt.Errorf("%w: no such command: %s (%s)", errUsage, text.Line(words[0]), meant(words[0], posts, caller)))
	}
	call := &call{Caller: caller, ctx: ctx, blog: c.Blog, posts: posts, live: c.Live, feeds: &c.feeds, listing: &c.listing, version: c.Version, out: newAnswer(caller.Out)}
	defer recycle(call.out)
	err := call.parse(v, words[1:])
	switch {
	case errors.Is(err, pflag.ErrHelp):
		call.explain(v)
		err = nil
	case err == nil:
		err = v.run(call)
	}
	if call.out.Flush() != nil {
		return Refused // a reader who hung up has had enough: nobody is there to tell
	}
	if errors.Is(err, errUsage) {
		err = fmt.Errorf("%w (ssh %s %s)", err, v.host(caller), v.usage)
	}
	return fail(caller, err)
}

// fail tells the caller what is wrong, a line for each thing, and returns the exit status.
func fail(c Caller, err error) int {
	if err == nil {
		return Done
	}
	for line := range strings.SplitSeq(strings.TrimPrefix(err.Error(), "usage: "), "\n") {
		_, _ = fmt.Fprintf(c.Err, "%s\n", text.Line(line)) // nowhere else to say it
	}
	if errors.Is(err, errUsage) {
		return Usage
	}
	return Refused
}

func version(c *call) error {
	_, err := c.out.WriteString(c.version + "\n")
	return err
}
