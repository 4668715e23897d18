// Package command answers "ssh host VERB …" and every session without a terminal: text on standard output, errors on
// standard error, and an exit status that scripts can trust.
package command

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/anmitsu/go-shlex"
	"github.com/charmbracelet/colorprofile"
	"github.com/spf13/pflag"

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
	Host     string // what the caller types after "ssh", as in "-p 2222 localhost"
	Width    int    // columns of the caller's terminal; 0 without one
	Profile  colorprofile.Profile
	Style    func(dark bool, p colorprofile.Profile, accent string) (*render.Theme, error) // of colours; nil: the usual one
	Out, Err io.Writer
}

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
	Version string
}

// call is one verb being answered. What it prints is sent in one piece when it is done.
type call struct {
	Caller
	posts   *index.Snapshot
	version string
	flags   *pflag.FlagSet
	out     bytes.Buffer
}

// verb is one thing that can be said.
type verb struct {
	name, other string // other: a second name; "" for none
	usage       string
	about       string
	run         func(*call) error
	options     func(*pflag.FlagSet)
}

// verbs returns all verbs in the order of help.
func verbs() []verb {
	return []verb{
		{"list", "ls", "list [--tag T] [--author A] [--year Y] [--limit N] [--json]", "the posts, newest first", list, listOptions},
		{"read", "cat", "read SLUG [--source] [--json] [--width N] [--color WHEN]", "one post as text", read, readOptions},
		{"help", "", "help [VERB]", "this page, or one verb", help, nil},
		{"version", "", "version", "what runs here", version, nil},
	}
}

// errUsage is wrapped by errors that show how to say it right.
var errUsage = errors.New("usage")

// Verb reports whether word is the name of a verb.
func Verb(word string) bool {
	_, ok := find(word)
	return ok
}

func find(word string) (verb, bool) {
	all := verbs()
	n := slices.IndexFunc(all, func(v verb) bool { return word != "" && (v.name == word || v.other == word) })
	if n < 0 {
		return verb{}, false
	}
	return all[n], true
}

// Split cuts a command line into words as a POSIX shell does, without expanding anything.
func Split(line string) ([]string, error) {
	words, err := shlex.Split(line, true)
	if err != nil {
		return nil, fmt.Errorf("cannot read the command: %w", err)
	}
	return words, nil
}

// Run answers the command in words and returns the exit status. Without words it lists the posts and says how to
// read one.
func (c *Commands) Run(ctx context.Context, words []string, caller Caller) int {
	if len(words) == 0 {
		words = []string{"list"}
		defer func() {
			_, _ = fmt.Fprintf(caller.Err, "\nRead one with: ssh %s read SLUG\n", caller.Host) // only a hint
		}()
	}
	v, ok := find(words[0])
	if !ok {
		return fail(caller, fmt.Errorf("%w: no such command: %s (%s)", errUsage, text.Line(words[0]), near(words[0], caller.Host)))
	}
	call := &call{Caller: caller, posts: c.Live.Snapshot(), version: c.Version, flags: pflag.NewFlagSet(v.name, pflag.ContinueOnError)}
	call.flags.SetOutput(io.Discard)
	if v.options != nil {
		v.options(call.flags)
	}
	if err := call.flags.Parse(words[1:]); err != nil {
		if errors.Is(err, pflag.ErrHelp) {
			_, err = fmt.Fprintf(caller.Out, "ssh %s %s\n", caller.Host, v.usage)
			return status(err)
		}
		return fail(caller, fmt.Errorf("%w: %w (ssh %s %s)", errUsage, err, caller.Host, v.usage))
	}
	if err := v.run(call); err != nil {
		if errors.Is(err, errUsage) {
			err = fmt.Errorf("%w (ssh %s %s)", err, caller.Host, v.usage)
		}
		return fail(caller, err)
	}
	if ctx.Err() != nil {
		return Refused
	}
	_, err := caller.Out.Write(call.out.Bytes())
	return status(err)
}

// status returns the exit status after writing the answer. A reader who hung up has had enough: that is no error of
// theirs, and nobody is there to tell.
func status(err error) int {
	if err != nil {
		return Refused
	}
	return Done
}

// fail tells the caller what is wrong.
func fail(c Caller, err error) int {
	_, _ = fmt.Fprintf(c.Err, "%s\n", text.Line(strings.TrimPrefix(err.Error(), "usage: "))) // nowhere else to say it
	if errors.Is(err, errUsage) {
		return Usage
	}
	return Refused
}

// near names the verb that word is most like, or the way to all of them.
func near(word, host string) string {
	for _, v := range verbs() {
		if distance(word, v.name) <= 2 {
			return fmt.Sprintf("did you mean: ssh %s %s", host, v.name)
		}
	}
	return fmt.Sprintf("all of them: ssh %s help", host)
}

// distance is the Levenshtein distance of two short words, in bytes.
func distance(a, b string) int {
	if len(a) > 64 {
		return len(a)
	}
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := diagonal
			if a[i] != b[j] {
				cost++
			}
			diagonal = row[j+1]
			row[j+1] = min(cost, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}

func version(c *call) error {
	c.out.WriteString(c.version + "\n")
	return nil
}
