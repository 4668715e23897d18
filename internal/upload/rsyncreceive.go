package upload

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"path"
	"strings"
	"sync"

	"postern/internal/blog"
)

const (
	window  = 64 // files asked for and not yet here
	writers = 16 // files being published at once: readers are shown these together
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
	if err := r.receiveFiles(list, names); err != nil {
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
		r.note(fmt.Sprintf("%d hidden files and folders left out", hidden))
	}
	if others > 0 {
		r.note(fmt.Sprintf("%d links and devices left out", others))
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
	r.refused++
	tell := r.lines < maxLines
	r.lines++
	r.mu.Unlock()
	if !tell {
		return
	}
	for line := range strings.SplitSeq(err.Error(), "\n") {
		_ = r.wire.text(messageError, r.Clean(line)) // the exit status says it as well
	}
}

// receiveFiles asks for the files that are not here as they are there, a few ahead, and takes them.
func (r *rsync) receiveFiles(list []rsyncEntry, names []string) error {
	var publishing sync.WaitGroup
	defer publishing.Wait()
	free := make(chan struct{}, writers)
	next, asked := 0, make(map[int32]bool)
	for phase := 0; phase < 2; {
		for ; next < len(list) && len(asked) < window; next++ {
			if !r.wants(list[next], names[next]) {
				continue
			}
			if err := r.ask(int32(next)); err != nil {
				return err
			}
			asked[int32(next)] = true
		}
		if len(asked) == 0 { // the first end is that of all files, the second that of those that went wrong
			if err := errors.Join(r.wire.send(-1), r.wire.flush()); err != nil {
				return err
			}
			if place, err := r.wire.int(); err != nil || place != -1 {
				return errors.Join(err, endExpected(place))
			}
			phase++
			continue
		}
		if err := r.wire.flush(); err != nil {
			return err
		}
		place, err := r.wire.int()
		if err != nil {
			return err
		}
		if !asked[place] {
			return fmt.Errorf("rsync: nobody asked for file %d", place)
		}
		delete(asked, place)
		if r.options.dryRun {
			continue
		}
		content, err := r.receiveFile(list[place])
		if err != nil {
			return err
		}
		free <- struct{}{}
		publishing.Go(func() {
			defer func() { <-free }()
			r.take(list[place], names[place], content)
		})
	}
	return nil
}

// endExpected returns an error where place is no end.
func endExpected(place int32) error {
	if place == -1 {
		return nil
	}
	return fmt.Errorf("rsync: file %d comes after the end", place)
}

// ask asks for a file, all of it.
func (r *rsync) ask(place int32) error {
	if r.options.dryRun {
		return r.wire.send(place)
	}
	return r.wire.send(place, 0, 0, 0, 0)
}

// receiveFile reads the file that the client sends.
func (r *rsync) receiveFile(e rsyncEntry) ([]byte, error) {
	if _, err := r.wire.blocks(); err != nil {
		return nil, err
	}
	limit := r.Blog.Limits.Largest()
	var content bytes.Buffer
	for {
		n, err := r.wire.int()
		if err != nil {
			return nil, err
		}
		if n == 0 {
			break
		}
		if n < 0 || int64(content.Len())+int64(n) > limit {
			return nil, fmt.Errorf("%s: error: the file is larger than %d bytes", e.name, limit)
		}
		r.wire.read += int64(n)
		if _, err := io.CopyN(&content, r.wire.in, int64(n)); err != nil {
			return nil, err
		}
	}
	sum, err := r.wire.bytes(sumLength, sumLength)
	if err == nil && !bytes.Equal(sum, r.fileSum(content.String())) {
		err = fmt.Errorf("%s: error: it arrived other than it was sent", e.name)
	}
	return content.Bytes(), err
}

// take publishes a file.
func (r *rsync) take(e rsyncEntry, name string, content []byte) {
	modified := e.modified
	if !r.options.times {
		modified = seconds(0)
	}
	o, err := r.Blog.PublishAs(r.ctx, r.By, name, bytes.NewReader(content), modified)
	if err != nil {
		r.fault(err)
		return
	}
	r.published(o)
}

// wants reports whether a file of the client has to be sent.
func (r *rsync) wants(e rsyncEntry, name string) bool {
	if name == "" || !e.isFile() {
		return false
	}
	if limit := r.Blog.Limits.Largest(); e.size > limit {
		r.fault(fmt.Errorf("%s: error: the file is larger than %d bytes", name, limit))
		return false
	}
	if r.closing() {
		r.fault(errors.New("this blog is closing down for a moment; please come back"))
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
