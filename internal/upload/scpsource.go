package upload

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
)

// send gives the client the files that it named.
func (c *scp) send() error {
	if ok, err := c.answered(); err != nil || !ok {
		return err
	}
	targets, err := distinct(c.options.targets)
	if err != nil {
		return errors.Join(c.refuseHere(fmt.Errorf("scp: %w", err)), err)
	}
	for _, target := range targets {
		c.begin()
		names := c.expand(c.ctx, local(target))
		for _, name := range names {
			if err := c.ctx.Err(); err != nil {
				return err
			}
			info, err := c.Blog.Stat(c.audience(), name)
			if err == nil {
				err = c.sendEntry(name, info, 0)
			} else {
				err = c.refuseHere(fmt.Errorf("scp: %s: no such file", name))
			}
			if err != nil {
				return err
			}
		}
	}
	return nil
}

// sendEntry sends a file, or a folder with all that is in it.
func (c *scp) sendEntry(name string, info fs.FileInfo, depth int) error {
	switch {
	case info.IsDir() && !c.options.recursive:
		return c.refuseHere(fmt.Errorf("scp: %s: not a regular file", name))
	case info.IsDir() && depth >= maxDepth:
		return c.refuseHere(fmt.Errorf("scp: %s: too deep", name))
	case c.ctx.Err() != nil:
		return c.ctx.Err()
	}
	var content string
	if !info.IsDir() {
		var err error
		if content, err = c.Blog.ReadFile(c.audience(), name); err != nil {
			return c.refuseHere(fmt.Errorf("scp: %s: no such file", name))
		}
	}
	if c.options.times {
		if ok, err := c.ask("T%d 0 %d 0\n", info.ModTime().Unix(), info.ModTime().Unix()); err != nil || !ok {
			return err
		}
	}
	if info.IsDir() {
		return c.sendFolder(name, depth)
	}
	if ok, err := c.ask("C0644 %d %s\n", len(content), path.Base(name)); err != nil || !ok {
		return err
	}
	if _, err := io.WriteString(c.Out, content); err != nil {
		return err
	}
	_, err := c.ask("\x00")
	return err
}

func (c *scp) sendFolder(name string, depth int) error {
	if ok, err := c.ask("D0755 0 %s\n", path.Base(name)); err != nil || !ok {
		return err
	}
	infos, err := c.Blog.List(c.audience(), name)
	if err != nil {
		infos = nil // gone meanwhile
	}
	for _, info := range infos {
		if err := c.sendEntry(path.Join(name, info.Name()), info, depth+1); err != nil {
			return err
		}
	}
	_, err = c.ask("E\n")
	return err
}

// ask sends a line and waits for the answer to it.
func (c *scp) ask(format string, values ...any) (ok bool, err error) {
	if _, err := fmt.Fprintf(c.Out, format, values...); err != nil {
		return false, err
	}
	return c.answered()
}
