package upload

import (
	"encoding/binary"
	"errors"
	"fmt"
)

// send gives the client the files that it named.
func (r *rsync) send() error {
	files, total, err := r.offer()
	if err != nil {
		return err
	}
	if len(files) == 0 { // the client says nothing more then
		r.finished = r.end()
		return nil
	}
	if err := r.sendFiles(files); err != nil {
		return err
	}
	stats := appendLong(appendLong(appendLong(nil, r.wire.read), r.wire.written), total)
	if err := errors.Join(r.wire.message(messageData, stats), r.wire.flush()); err != nil {
		return err
	}
	r.finished, r.over = r.end(), true
	_, err = r.wire.int() // goodbye
	return err
}

// offer sends the client the list of what it named, and returns what is needed of it from then on, while the client
// thinks: by their places in the list the names here of the files, "" of folders, and how many bytes all have.
func (r *rsync) offer() (files []string, total int64, err error) {
	rules, err := r.wire.rules()
	if err != nil {
		return nil, 0, err
	}
	list, errored, err := r.list(rules)
	if err != nil {
		return nil, 0, err
	}
	if err := r.wire.sendList(list, r.options, errored); err != nil {
		return nil, 0, err
	}
	files = make([]string, len(list))
	for n, e := range list {
		files[n] = e.source
		total += e.size
	}
	return files, total, nil
}

// sendFiles sends the files that the client asks for, by their places, until it has asked for all.
func (r *rsync) sendFiles(files []string) error {
	for phase := 0; ; {
		place, err := r.wire.int()
		switch {
		case r.ctx.Err() != nil:
			return r.ctx.Err()
		case err != nil:
			return err
		case place == -1 && phase == 1:
			return r.wire.send(-1)
		case place == -1:
			phase++
			err = r.wire.send(-1)
		case place < 0 || int(place) >= len(files) || files[place] == "":
			return fmt.Errorf("rsync: there is no file %d", place)
		case r.options.dryRun:
			err = r.wire.send(place)
		default:
			err = r.sendFile(place, files[place])
		}
		if err = errors.Join(err, r.wire.flush()); err != nil {
			return err
		}
	}
}

// sendFile sends the file called name here. What the client has of it already is not looked at.
func (r *rsync) sendFile(place int32, name string) error {
	head, err := r.wire.blocks()
	if err != nil {
		return err
	}
	content, err := r.Blog.ReadFile(r.audience(), name)
	if err != nil {
		return nil // gone meanwhile; the client sees that it did not come
	}
	if err := r.wire.send(place, head[0], head[1], head[2], head[3]); err != nil {
		return err
	}
	const chunk = 32 << 10
	sum := r.fileSum([]byte(content))
	for len(content) > 0 {
		n := min(len(content), chunk)
		token := binary.LittleEndian.AppendUint32(nil, uint32(n))
		if err := r.wire.message(messageData, append(token, content[:n]...)); err != nil {
			return err
		}
		content = content[n:]
	}
	return r.wire.message(messageData, append([]byte{0, 0, 0, 0}, sum...))
}

// maxBlocks bounds what a client may say of the blocks that it has.
const maxBlocks = 1 << 16

// blocks reads what the client has of a file, and returns only the numbers that describe it: how many blocks, how
// long these are, how long their sums, and how long the last block.
func (w *rsyncWire) blocks() (head [4]int32, err error) {
	for n := range head {
		if head[n], err = w.int(); err != nil {
			return head, err
		}
	}
	if head[0] < 0 || head[0] > maxBlocks || head[1] < 0 || head[2] < 0 || head[2] > sumLength || head[3] < 0 {
		return head, errors.New("rsync: blocks that cannot be")
	}
	return head, w.skip(int64(head[0]) * int64(4+head[2]))
}
