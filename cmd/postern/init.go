package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"postern/internal/sshd"
)

func newInit() *cobra.Command {
	return &cobra.Command{
		Use:     "init [DIR]",
		Short:   "Make the folders of a new blog",
		Long:    "Make a folder posts with a first post, and a folder keys with a host key, in DIR or here. What is there stays.",
		Example: "postern init\npostern init /srv/blog",
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) > 1 {
				return fmt.Errorf("%w: init takes one DIR", errUsage)
			}
			return nil
		},
		RunE: func(c *cobra.Command, args []string) error {
			return makeBlog(c.OutOrStdout(), append(args, ".")[0])
		},
	}
}

// firstFiles returns what a new blog starts with, by name.
func firstFiles(now time.Time) [][2]string {
	return [][2]string{
		{"posts/_index.md", "---\ntitle: My blog\ndescription: Words about things\n# author: Your Name\n# host: blog.example.com\n---\n\nWrite here who you are. Readers see it when they press a.\n"},
		{"posts/hello.md", "---\ntitle: Hello\ndate: " + now.Format(time.RFC3339) + "\ntags: [first]\nsummary: The first post of this blog\n---\n\nThis is the first post. Change it, and everybody who has it open sees the change.\n"},
		{"keys/README.md", keysPage},
		{"keys/.gitignore", "*\n!.gitignore\n!README.md\n"},
	}
}

const keysPage = `# Keys

ssh_host_ed25519_key is how readers know this host: keep a copy, and show it to nobody.

Authors live in authors/, a file each: authors/ada.pub lets its keys in as ada. Each line is a public key as in
~/.ssh/authorized_keys.
`

// makeBlog makes the folders in dir and says what to do next.
func makeBlog(w io.Writer, dir string) error {
	for _, folder := range []string{"posts", "keys", "keys/authors"} {
		mode := fs.FileMode(0o755)
		if folder != "posts" {
			mode = 0o700
		}
		if err := os.MkdirAll(filepath.Join(dir, folder), mode); err != nil {
			return err
		}
	}
	for _, file := range firstFiles(time.Now()) {
		path := filepath.Join(dir, filepath.FromSlash(file[0]))
		err := writeNew(path, file[1])
		if errors.Is(err, fs.ErrExist) {
			continue
		}
		if err != nil {
			return err
		}
		if _, err := fmt.Fprintln(w, "made "+path); err != nil {
			return err
		}
	}
	keys := filepath.Join(dir, "keys")
	signers, err := sshd.HostKeys(keys)
	if err != nil {
		return err
	}
	if err := nameHostKeys(w, signers); err != nil {
		return err
	}
	_, err = fmt.Fprintf(w, "Serve it with:  postern serve --posts %s --keys %s\nPublish as ada: cp ~/.ssh/id_ed25519.pub %s\n",
		filepath.Join(dir, "posts"), keys, filepath.Join(keys, "authors", "ada.pub"))
	return err
}

// writeNew writes a file that is not there yet.
func writeNew(path, content string) error {
	file, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if err != nil {
		return err
	}
	_, err = io.WriteString(file, content)
	return errors.Join(err, file.Close())
}
