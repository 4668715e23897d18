package upload

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"path"
	"strings"

	"postern/internal/blog"
)

// receive takes files from the client and publishes each as soon as it is whole.
func (r *rsync) receive() error {
	var rules rsyncRules
	var err error
	if r.options.remove && !r.options.removeExcluded {
		if rules, err = r.wire.rules(); err != nil {
			return err
		}
	}
	list, errored, err := r.wire.receiveList(r.options)
	if err != nil {
		return err
	}
	names := r.names(list)
	if err := r.takeIn(list, names); err != nil {
		return err
	}
	if r.options.remove && (!errored || r.options.removeDespiteErrors) {
		r.removeOthers(list, names, rules)
	}
	r.finished = r.end()
	r.over = true
	return errors.Join(r.wire.send(-1), r.wire.flush())
}

// names returns the names here of the entries of list, "" for what is not taken: links and devices, and hidden files,
// of which there are many in folders that people keep.
func (r *rsync) names(list []rsyncEntry) []string {
	names := make([]string, len(list))
	hidden, others := 0, 0
	base, single := r.base(list)
	for n, e := range list {
		name := path.Join(base, e.name)
		if single && e.isFile() {
			name = base
		}
		switch {
		case isHiddenPath(e.name):
			hidden++
		case !e.isFile() && !e.isFolder():
			others++
		case name != "." && e.isFile() && blog.CheckName(name) != nil:
			r.fault(fmt.Errorf("%s: error: %w", name, blog.CheckName(name)))
		default:
			names[n] = name
		}
	}
	if hidden > 0 {
		r.note(fmt.Sprintf("hidden files and folders left out: %d", hidden))
	}
	if others > 0 {
		r.note(fmt.Sprintf("links and devices left out: %d", others))
	}
	return names
}

// base returns the folder that the transfer goes to, or with single the file that its only entry becomes.
func (r *rsync) base(list []rsyncEntry) (base string, single bool) {
	base = local(r.options.targets[0])
	info, err := r.Blog.Stat(r.audience(), base)
	isFolder := err == nil && info.IsDir()
	return base, len(list) == 1 && list[0].isFile() && !isFolder && !r.options.targetIsFolder
}

// isHiddenPath reports whether any part of name begins with a dot.
func isHiddenPath(name string) bool {
	for part := range strings.SplitSeq(name, "/") {
		if strings.HasPrefix(part, ".") && part != "." {
			return true
		}
	}
	return false
}

// note tells the client's user something that is no fault.
func (r *rsync) note(line string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.say(line)
}

// fault tells the client, and through it its user, what was not done: it will not exit with 0.
func (r *rsync) fault(err error) {
	r.mu.Lock()
	tell := r.refusedLocked(err) && r.lines < maxLines
	r.lines++
	r.mu.Unlock()
	if !tell {
		return
	}
	for line := range strings.SplitSeq(err.Error(), "\n") {
		_ = r.wire.text(messageError, r.Clean(line)) // the exit status says it as well
	}
}

// receiveFile reads the file that the client sends.
func (r *rsync) receiveFile(e rsyncEntry) ([]byte, error) {
	if _, err := r.wire.blocks(); err != nil {
		return nil, err
	}
	limit := r.Blog.Limits().Largest()
	var content bytes.Buffer
	content.Grow(int(e.size) + bytes.MinRead) // as much as it should take, and not up to twice that
	for {
		n, err := r.wire.int()
		if err != nil {
			return nil, err
		}
		if n == 0 {
			break
		}
		if n < 0 || int64(content.Len())+int64(n) > limit {
			return nil, r.Blog.Limits().TooLarge(e.name)
		}
		r.wire.read += int64(n)
		if _, err := io.CopyN(&content, r.wire.in, int64(n)); err != nil {
			return nil, err
		}
	}
	sum, err := r.wire.bytes(sumLength, sumLength)
	if err == nil && !bytes.Equal(sum, r.fileSum(content.Bytes())) {
		err = fmt.Errorf("%s: error: it arrived other than it was sent", e.name)
	}
	return content.Bytes(), err
}

// wants reports whether a file of the client has to be sent.
func (r *rsync) wants(e rsyncEntry, name string) bool {
	if name == "" || !e.isFile() {
		return false
	}
	if e.size > r.Blog.Limits().Largest() {
		r.fault(r.Blog.Refuse(r.ctx, r.By, name, r.Blog.Limits().TooLarge(name)))
		return false
	}
	if r.closing() {
		r.fault(errClosing)
		return false
	}
	info, err := r.Blog.Stat(r.audience(), name)
	if err != nil || info.IsDir() {
		return !r.options.onlyExisting
	}
	sameTime := info.ModTime().Unix() == e.modified.Unix()
	switch {
	case r.options.onlyNew, r.options.update && info.ModTime().Unix() > e.modified.Unix():
		return false
	case r.options.ignoreTimes, info.Size() != e.size:
		return true
	case r.options.checksum:
		return !r.sameContent(e, name, sameTime)
	}
	return !r.options.sizeOnly && !sameTime
}

// sameContent reports whether the file called name is what the client has. It gets the client's time then.
func (r *rsync) sameContent(e rsyncEntry, name string, sameTime bool) bool {
	content, err := r.Blog.ReadFile(r.audience(), name)
	if err != nil || contentSum(content) != e.sum {
		return false
	}
	if r.options.times && !sameTime && !r.options.dryRun {
		if err := r.Blog.Touch(r.ctx, r.By, name, e.modified); err != nil {
			r.fault(err)
		}
	}
	return true
}
