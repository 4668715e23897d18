package blog

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"strings"
	"syscall"

	"postern/internal/post"
	"postern/internal/store"
)

// refusal is a reason that an author can do something about.
type refusal string

func (r refusal) Error() string { return string(r) }

// errGone is why nothing can be published into a folder that is not there.
var errGone = errors.New("the folder of posts is gone")

func refuse(reason string) error { return refusal(reason) }

// Refuse notes that a file called name was not even received from its author, because of err, and returns err.
func (b *Blog) Refuse(ctx context.Context, by Author, name string, err error) error {
	b.tell("refused")
	reason, _, _ := strings.Cut(err.Error(), "\n")
	b.log.InfoContext(ctx, "refused", by.attributes(name, "reason", reason)...)
	return err
}

// refused returns the error that tells the author what came of name because of err, as lines of the form
// "name:line:col: error: why". What is not the author's to know goes into the log, under an id that the author gets.
func (b *Blog) refused(ctx context.Context, by Author, name string, err error) error {
	if problems := post.Errors(err); len(problems) > 0 {
		b.tell("refused")
		b.log.InfoContext(ctx, "refused", by.attributes(name, "reason", problems[0].String())...)
		return err
	}
	what, ours := reason(err)
	if what == "" || ours {
		b.tell("failed")
	} else {
		b.tell("refused")
	}
	switch {
	case what == "":
		id := rand.Text()[:8]
		b.log.ErrorContext(ctx, "not published", by.attributes(name, "id", id, "err", err)...)
		what = "not published: internal error " + id
	case ours:
		b.log.ErrorContext(ctx, "not published", by.attributes(name, "err", err)...)
	default:
		b.log.InfoContext(ctx, "refused", by.attributes(name, "reason", what)...)
	}
	return &post.ParseError{Problems: []post.Problem{{File: name, Error: true, What: what}}}
}

// told says for an author what came of a change that somebody else was faster with.
func told(c *store.Conflict) string {
	if c.Version == "" {
		return c.Error() + ": what they made of it stays"
	}
	return fmt.Sprintf("%s: theirs is published; yours is in its history as %s (restore %s %s)", c.Error(), c.Version, Typed(c.Name), c.Version)
}

// reason says for an author what err means, "" where that is nobody's business; ours tells that the operator has
// something to mend.
func reason(err error) (what string, ours bool) {
	var own refusal
	var conflict *store.Conflict
	switch {
	case errors.As(err, &own):
		return own.Error(), false
	case errors.As(err, &conflict):
		return told(conflict), false
	case errors.Is(err, store.ErrUnsure):
		return "not known whether it was accepted: the cluster of the posts did not answer in time; try again, which does no harm", true
	case errors.Is(err, store.ErrUnreachable):
		return "not accepted: the cluster of the posts does not answer; nothing was changed; try again", true
	case errors.Is(err, errGone):
		return "not published: the server's folder of posts is gone", true
	case errors.Is(err, store.ErrName):
		return err.Error(), false
	case errors.Is(err, syscall.ENAMETOOLONG):
		return "the name is too long", false
	case errors.Is(err, syscall.EISDIR):
		return "a folder has this name", false
	case errors.Is(err, syscall.ENOTDIR):
		return "a file or a link stands where a folder should be", false
	case errors.Is(err, syscall.ENOTEMPTY), errors.Is(err, fs.ErrExist):
		return "that is there already, or is not empty", false
	case errors.Is(err, syscall.ENOSPC), errors.Is(err, syscall.EDQUOT), errors.Is(err, syscall.EFBIG):
		return "not published: the server's disk is full", true
	case errors.Is(err, syscall.EROFS), errors.Is(err, fs.ErrPermission):
		return "not published: the server may not write into its folder of posts", true
	case errors.Is(err, fs.ErrNotExist):
		return "no such file", false
	case errors.Is(err, io.ErrUnexpectedEOF):
		return "not published: it was cut short", false
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return "not published: the session ended", false
	}
	return "", true
}
