// Command postern serves a folder of Markdown posts as a blog over SSH.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"syscall"
	_ "time/tzdata" // a blog has a time zone, a container of one file has not

	"charm.land/fang/v2"
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"postern/internal/text"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	os.Exit(exitStatus(err))
}

// errUsage is wrapped by errors that the command line is to blame for.
var errUsage = errors.New("usage")

// exitStatus returns 0 where all went well, 2 after wrong usage, and 1 otherwise.
func exitStatus(err error) int {
	switch {
	case err == nil:
		return 0
	case errors.Is(err, errUsage), strings.HasPrefix(err.Error(), "unknown command"):
		return 2
	}
	return 1
}

// run carries out the command line args until it is done or ctx ends. What goes wrong is one line on stderr.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	root := &cobra.Command{
		Use:   "postern",
		Short: "A blog over SSH",
		Long:  "postern serves a folder of Markdown posts as a blog over SSH: readers type \"ssh host\" and read.",
	}
	root.SetArgs(args)
	root.SetOut(stdout)
	root.SetErr(stderr)
	root.SetFlagErrorFunc(func(_ *cobra.Command, err error) error {
		var value *pflag.InvalidValueError
		if errors.As(err, &value) { // as in the environment or the file
			return fmt.Errorf("--%s: cannot take %q (%s)", value.GetFlag().Name, value.GetValue(), wanted(value.GetFlag()))
		}
		return fmt.Errorf("%w: %w", errUsage, err)
	})
	root.AddCommand(newServe(), newInit(), newCheck(), newPreview(), newShowKeys(), newImport(), newExport(), newHealth(), newVersion())
	root.InitDefaultCompletionCmd(args...)
	for _, c := range append(root.Commands(), root) {
		readable(c)
	}
	return fang.Execute(ctx, root, fang.WithVersion(version()), fang.WithErrorHandler(printError), fang.WithoutManpage())
}

// printError says on one line what went wrong.
func printError(w io.Writer, _ fang.Styles, err error) {
	if errors.Is(err, errProblems) {
		return // they were printed
	}
	line := text.Line(strings.TrimPrefix(err.Error(), errUsage.Error()+": "))
	_, _ = fmt.Fprintln(w, "postern: "+line) // nowhere else to say it
}

// noArguments refuses words after a command that takes none.
func noArguments(_ *cobra.Command, args []string) error {
	if len(args) > 0 {
		return fmt.Errorf("%w: unexpected argument: %s", errUsage, args[0])
	}
	return nil
}
