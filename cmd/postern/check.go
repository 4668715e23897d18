package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"postern/internal/author"
	"postern/internal/blog"
	"postern/internal/post"
	"postern/internal/store"
	"postern/internal/text"
)

// errProblems says that check found errors, which stand in its output.
var errProblems = errors.New("errors found")

func newCheck() *cobra.Command {
	var asJSON bool
	var keys string
	c := &cobra.Command{
		Use:   "check [FILE|DIR ...]",
		Short: "Say what is wrong with posts",
		Long: "Check files and folders of posts, the folder posts where none is named. Prints a line for each problem, " +
			"path:line:col: error|warning: what (hint), and exits with status 1 where there are errors.",
		Example: "postern check\npostern check draft.md\npostern check --json posts | jq .",
		RunE: func(c *cobra.Command, paths []string) error {
			if len(paths) == 0 {
				paths = []string{"posts"}
			}
			found := findings{authors: func() []string { return authorNames(keys) }}
			for _, path := range paths {
				if err := found.add(c.Context(), path, c.ErrOrStderr()); err != nil {
					return err
				}
			}
			return found.print(c.OutOrStdout(), asJSON)
		},
	}
	c.Flags().BoolVar(&asJSON, "json", false, "as a JSON array")
	c.Flags().StringVar(&keys, "keys", "keys", "folder of the keys, for posts whose address is an author's name")
	return c
}

// authorNames returns the names of the authors in the keys folder at path, none where there is no such folder.
func authorNames(path string) []string {
	keys, err := author.Open(path, quietLog())
	if err != nil {
		return nil
	}
	defer func() { _ = keys.Close() }() // read only: nothing to lose
	return keys.Names()
}

// findings are the problems of all that was checked.
type findings struct {
	authors  func() []string // their names
	problems []post.Problem
	files    int
}

// add checks the file or folder at path.
func (f *findings) add(ctx context.Context, path string, errs io.Writer) error {
	if err := notInCluster(path); err != nil {
		return err
	}
	info, err := os.Stat(path)
	if err != nil {
		return err
	}
	if info.IsDir() {
		return f.addFolder(ctx, path, errs)
	}
	site := filepath.Base(path) == post.SiteFile
	if why := whyNoPost(path); why != "" && !site {
		_, err := fmt.Fprintf(errs, "%s: not checked: %s\n", text.Line(path), text.Line(why))
		return err
	}
	data, err := readFile(path)
	f.files++
	if errors.Is(err, store.ErrTooLarge) {
		f.problems = append(f.problems, post.Problem{File: path, Error: true, What: store.ErrTooLarge.Error(), Hint: "a post may have 8 MiB"})
		return nil
	}
	if err != nil {
		return err
	}
	if site {
		_, problems, err := post.ParseSite(data)
		for _, p := range append(problems, post.Errors(err)...) {
			p.File = path
			f.problems = append(f.problems, p)
		}
		return nil
	}
	f.problems = append(f.problems, post.Check(path, data, post.Config{})...)
	return nil
}

// whyNoPost returns what in the name of the file at path makes it no post; "" where it is one. The folder with the words
// of the blog is the top.
func whyNoPost(path string) string {
	folder, name := filepath.Split(path)
	if _, err := os.Stat(filepath.Join(folder, post.SiteFile)); err == nil {
		return post.WhyNoPost(name)
	}
	return post.WhyNoPost("folder/" + name)
}

// errIrregular is why a pipe or a device is not read, which may have no end.
var errIrregular = errors.New("not a regular file")

// readFile returns the file at path, which may be as large as one in a folder of posts.
func readFile(path string) ([]byte, error) {
	if info, err := os.Stat(path); err == nil && !info.Mode().IsRegular() {
		return nil, &os.PathError{Op: "read", Path: path, Err: errIrregular}
	}
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer func() { _ = file.Close() }() // read only: nothing to lose
	data, err := io.ReadAll(io.LimitReader(file, store.MaxFile+1))
	if err == nil && len(data) > store.MaxFile {
		err = &os.PathError{Op: "read", Path: path, Err: store.ErrTooLarge}
	}
	return data, err
}

// addFolder checks a folder as a blog, so that what is wrong between posts is found as well.
func (f *findings) addFolder(ctx context.Context, path string, progressOut io.Writer) error {
	folder, err := store.Open(path)
	if err != nil {
		return err
	}
	defer func() { _ = folder.Close() }() // read only: nothing to lose
	show, done := progress(progressOut)
	b, err := blog.Open(ctx, folder, blog.Config{Authors: f.authors}, quietLog(), show)
	done()
	if err != nil {
		return err
	}
	defer b.Close()
	b.Settle(ctx) // what is wrong with pictures is known then
	for _, p := range b.Live().Snapshot().Problems() {
		p.File = filepath.Join(path, p.File)
		f.problems = append(f.problems, p)
	}
	f.files += b.Files()
	return nil
}

// print writes the problems, sorted, and how many there are.
func (f *findings) print(w io.Writer, asJSON bool) error {
	slices.SortStableFunc(f.problems, post.Problem.Compare)
	wrong := 0
	for _, p := range f.problems {
		if p.Error {
			wrong++
		}
	}
	if err := f.write(w, asJSON, wrong); err != nil {
		return err
	}
	if wrong > 0 {
		return errProblems
	}
	return nil
}

func (f *findings) write(w io.Writer, asJSON bool, wrong int) error {
	if asJSON {
		e := json.NewEncoder(w)
		e.SetEscapeHTML(false)
		e.SetIndent("", "  ")
		return e.Encode(append([]post.Problem{}, f.problems...))
	}
	var lines strings.Builder
	for _, p := range f.problems {
		lines.WriteString(text.Line(p.String()) + "\n")
	}
	fmt.Fprintf(&lines, "%s, %s in %s\n", text.Count(wrong, "error"), text.Count(len(f.problems)-wrong, "warning"), text.Count(f.files, "file"))
	_, err := io.WriteString(w, lines.String())
	return err
}

// progress returns what shows on a terminal how far reading the posts is, and what wipes it away again; on anything
// else both do nothing.
func progress(w io.Writer) (show func(done, all int), done func()) {
	if !isTerminal(w) {
		return nil, func() {}
	}
	started := time.Now()
	return func(done, all int) {
			if time.Since(started) > 200*time.Millisecond { // what is faster needs no excuse
				_, _ = fmt.Fprintf(w, "\r%d of %d files read", done, all)
			}
		}, func() {
			_, _ = io.WriteString(w, "\r\x1b[K") // a terminal, and only decoration
		}
}
