package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"time"

	"github.com/charmbracelet/colorprofile"
	xterm "github.com/charmbracelet/x/term"
	"github.com/spf13/cobra"

	"postern/internal/blog"
	"postern/internal/command"
	"postern/internal/index"
	"postern/internal/picture"
	"postern/internal/post"
	"postern/internal/render"
	"postern/internal/store"
	"postern/internal/term"
	"postern/internal/text"
	"postern/internal/tui"
)

// look says how a preview is to look.
type look struct {
	width        int
	theme, color string
	plain        bool
}

func newPreview() *cobra.Command {
	var l look
	c := &cobra.Command{
		Use:   "preview FILE|DIR",
		Short: "See posts as readers will",
		Long: "See a post, or a folder of posts, on the very screens that readers get, drafts included; as plain text where " +
			"the output is no terminal. A folder is watched: what you save shows at once.",
		Example: "postern preview draft.md\npostern preview posts\npostern preview --plain --width 40 draft.md | less",
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) != 1 {
				return fmt.Errorf("%w: preview takes one FILE or DIR", errUsage)
			}
			return nil
		},
		RunE: func(c *cobra.Command, args []string) error {
			return preview(c.Context(), args[0], l, c.InOrStdin(), c.OutOrStdout(), c.ErrOrStderr())
		},
	}
	f := c.Flags()
	f.IntVar(&l.width, "width", 0, "columns of plain text; 0: lines as long as they are")
	f.StringVar(&l.theme, "theme", "auto", "auto, dark, light, high-contrast, terminal, mono, or the file of a Glamour style")
	f.StringVar(&l.color, "color", "auto", "colours in plain output: always, auto or never")
	f.BoolVar(&l.plain, "plain", false, "plain text on a terminal too")
	return c
}

// preview shows what is at path.
func preview(ctx context.Context, path string, l look, in io.Reader, out, errs io.Writer) (err error) {
	style, err := l.style()
	if err != nil {
		return err
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	live, slug, err := open(ctx, path, errs)
	if err != nil {
		return err
	}
	defer live.Close()
	defer func() { err = errors.Join(err, tellErrors(errs, path, live)) }() // where the screens have left it to be seen
	input, isFile := in.(*os.File)
	output, toFile := out.(*os.File)
	if l.plain || l.color == "always" || !isFile || !toFile || !xterm.IsTerminal(input.Fd()) || !xterm.IsTerminal(output.Fd()) {
		return printPlain(ctx, live, slug, l, style, out, errs)
	}
	return showScreens(ctx, tui.Settings{Context: ctx, Live: live, Audience: index.Authors, Slug: slug, Style: style}, input, output)
}

// style returns what makes the theme that l names.
func (l look) style() (tui.Style, error) {
	if data, err := os.ReadFile(l.theme); err == nil {
		style := func(dark bool, p colorprofile.Profile, accent string) (*render.Theme, error) {
			return render.ParseTheme(l.theme, data, dark, p, accent)
		}
		_, err := style(true, colorprofile.TrueColor, "")
		return style, err
	} else if !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	style := tui.Named(l.theme)
	_, err := style(true, colorprofile.TrueColor, "")
	return style, err
}

// open returns what is at path as a blog: a folder is watched until ctx ends, a file stands alone and is named by slug.
func open(ctx context.Context, path string, errs io.Writer) (live *index.Live, slug string, err error) {
	if err := notInCluster(path); err != nil {
		return nil, "", err
	}
	info, err := os.Stat(path)
	if err != nil {
		return nil, "", err
	}
	if info.IsDir() {
		folder, err := store.Open(path)
		if err != nil {
			return nil, "", err
		}
		b, err := blog.Open(ctx, folder, blog.Config{}, quietLog(), nil)
		if err != nil {
			return nil, "", err
		}
		go func() {
			b.Watch(ctx)
			_ = folder.Close() // read only: nothing to lose
		}()
		return b.Live(), "", nil
	}
	p, err := readPost(path, errs)
	if err != nil {
		return nil, "", err
	}
	album, problems := blog.Illustrate(os.DirFS(filepath.Dir(path)), p)
	if err := tell(errs, filepath.Dir(path), problems); err != nil {
		return nil, "", err
	}
	shelf := index.Shelf{Posts: []*post.Post{p}, Albums: map[string]*picture.Album{p.File: album}}
	live = index.NewLive(shelf.Build(time.Now()))
	return live, live.Snapshot().List(index.Authors)[0].Slug, nil
}

// readPost returns the post in the file at path, and says on errs what is wrong with it.
func readPost(path string, errs io.Writer) (*post.Post, error) {
	data, err := readFile(path)
	if err != nil {
		return nil, err
	}
	p, err := post.Parse(filepath.Base(path), data, post.Config{})
	if problems := post.Errors(err); len(problems) > 0 {
		return nil, errors.Join(errProblems, tell(errs, filepath.Dir(path), problems))
	}
	if err != nil {
		return nil, err
	}
	return p, tell(errs, filepath.Dir(path), p.Warnings)
}

// tellErrors says why files of the folder at path are not shown.
func tellErrors(errs io.Writer, path string, live *index.Live) error {
	wrong := slices.Clone(live.Snapshot().Problems())
	return tell(errs, path, slices.DeleteFunc(wrong, func(p post.Problem) bool { return !p.Error }))
}

// tell prints the problems of files in a folder, as check does.
func tell(errs io.Writer, folder string, problems []post.Problem) error {
	for _, p := range problems {
		p.File = filepath.Join(folder, p.File)
		if _, err := fmt.Fprintln(errs, text.Line(p.String())); err != nil {
			return err
		}
	}
	return nil
}

// printPlain prints the post slug, or the list of posts, as the command line of a reader would.
func printPlain(ctx context.Context, live *index.Live, slug string, l look, style tui.Style, out, errs io.Writer) error {
	words := []string{"list"}
	if slug != "" {
		words = []string{"read", slug, "--width", strconv.Itoa(l.width), "--color", l.color}
	}
	caller := command.Caller{Author: "preview", Host: "HOST", Profile: colorprofile.Detect(os.Stdout, os.Environ()), Style: style, Out: out, Err: errs}
	commands := command.Commands{Live: live}
	if status := commands.Run(ctx, words, caller); status != command.Done {
		return errProblems // what is wrong was said
	}
	return nil
}

// showScreens runs the screens on the terminal that this program has.
func showScreens(ctx context.Context, s tui.Settings, in, out *os.File) error {
	width, height, err := xterm.GetSize(out.Fd())
	if err != nil {
		return err
	}
	before, err := xterm.MakeRaw(in.Fd())
	if err != nil {
		return err
	}
	defer func() { _ = xterm.Restore(in.Fd(), before) }() // nothing more can be done
	s.Capability = term.Detect(os.Getenv("TERM"), os.Environ())
	s.Cache, s.Width, s.Height = render.NewCache(16<<20), width, height
	program := term.New(tui.New(s), term.Screen{Capability: s.Capability, Width: width, Height: height, In: in, Out: out, Log: quietLog()})
	defer onResize(func() {
		if w, h, err := xterm.GetSize(out.Fd()); err == nil {
			program.Resize(w, h)
		}
	})()
	return program.Run(ctx)
}
