package upload

import (
	"errors"
	"fmt"
	"sync"
)

const (
	window  = 64                    // files asked for and not yet here
	writers = 16                    // files being published at once: readers are shown these together
	share   = maxHeld / 2 / writers // bytes of one of them; a larger one takes the place of several
)

// intake asks for files, a few ahead, and publishes them as they come.
type intake struct {
	*rsync
	list  []rsyncEntry
	names []string // of list, here

	next       int            // in list
	asked      map[int32]bool // places in list
	free       chan struct{}
	publishing sync.WaitGroup
}

// takeIn takes the files that are not here as they are there.
func (r *rsync) takeIn(list []rsyncEntry, names []string) error {
	in := &intake{rsync: r, list: list, names: names, asked: make(map[int32]bool), free: make(chan struct{}, writers)}
	defer in.publishing.Wait()
	for phase := 0; phase < 2; { // the first end is that of all files, the second that of those that went wrong
		if err := in.askAhead(); err != nil {
			return err
		}
		step := in.takeNext
		if len(in.asked) == 0 {
			step = in.end
			phase++
		}
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}

// askAhead asks for files until enough of them are on their way.
func (in *intake) askAhead() error {
	for ; in.next < len(in.list) && len(in.asked) < window; in.next++ {
		if err := in.ctx.Err(); err != nil {
			return err
		}
		if !in.wants(in.list[in.next], in.names[in.next]) {
			continue
		}
		place := int32(in.next)
		in.asked[place] = true
		numbers := []int32{place, 0, 0, 0, 0} // all of it: there are no blocks of it here
		if in.options.dryRun {
			numbers = numbers[:1]
		}
		if err := in.wire.send(numbers...); err != nil {
			return err
		}
	}
	return in.wire.flush()
}

// end tells the client that nothing more is asked for, and waits until it says the same.
func (in *intake) end() error {
	if err := errors.Join(in.wire.send(-1), in.wire.flush()); err != nil {
		return err
	}
	place, err := in.wire.int()
	if err == nil && place != -1 {
		err = fmt.Errorf("rsync: file %d comes after the end", place)
	}
	return err
}

// takeNext takes the file that comes next.
func (in *intake) takeNext() error {
	place, err := in.wire.int()
	if err != nil {
		return err
	}
	if !in.asked[place] {
		return fmt.Errorf("rsync: nobody asked for file %d", place)
	}
	delete(in.asked, place)
	if in.options.dryRun {
		return nil
	}
	content, err := in.receiveFile(in.list[place])
	if err != nil {
		return err
	}
	places := 1 + len(content)/share
	for range places {
		in.free <- struct{}{}
	}
	in.publishing.Go(func() {
		defer func() {
			for range places {
				<-in.free
			}
		}()
		if err := in.take(in.list[place], in.names[place], content); err != nil {
			in.fault(err)
		}
	})
	return nil
}

// take publishes a file.
func (r *rsync) take(e rsyncEntry, name string, content []byte) (err error) {
	defer r.contain(&err)
	modified := e.modified
	if !r.options.times {
		modified = seconds(0)
	}
	o, err := r.Blog.PublishAs(r.ctx, r.By, name, content, modified)
	if err == nil {
		r.published(o)
	}
	return err
}
