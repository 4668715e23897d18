package upload

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"time"
)

// What the first byte of an entry says: which of its facts are those of the entry before.
const (
	sameMode   = 1 << 1
	sameDevice = 1 << 2
	sameUser   = 1 << 3
	sameGroup  = 1 << 4
	sameName   = 1 << 5
	longName   = 1 << 6
	sameTime   = 1 << 7

	topFolder = 1 << 0
)

// Kinds of files in the mode of an entry, as Unix has them.
const (
	kindMask   = 0o170000
	kindFile   = 0o100000
	kindFolder = 0o040000
	kindLink   = 0o120000
)

const (
	maxEntries = 50000
	maxPath    = 4096
	sumLength  = 16 // of MD4
)

// rsyncEntry is one file or folder of a transfer.
type rsyncEntry struct {
	name     string // below the top of the transfer
	size     int64
	modified time.Time
	mode     int32
	sum      [sumLength]byte // where checksums are asked for
	source   string          // what is sent; unused where this end receives
}

func (e rsyncEntry) isFile() bool   { return e.mode&kindMask == kindFile }
func (e rsyncEntry) isFolder() bool { return e.mode&kindMask == kindFolder }

// receiveList reads the client's list of files and sorts it as the client does: entries go by their places in it.
// errored says that the client could not read all of its files.
func (w *rsyncWire) receiveList(o rsyncOptions) (list []rsyncEntry, errored bool, err error) {
	var last rsyncEntry
	for {
		flags, err := w.byte()
		if err != nil {
			return nil, false, err
		}
		if flags == 0 {
			break
		}
		if len(list) >= maxEntries {
			return nil, false, fmt.Errorf("rsync: more than %d files", maxEntries)
		}
		if last, err = w.receiveEntry(flags, last, o); err != nil {
			return nil, false, err
		}
		list = append(list, last)
	}
	slices.SortStableFunc(list, func(a, b rsyncEntry) int { return strings.Compare(a.name, b.name) })
	for _, wanted := range []bool{o.owner, o.group} {
		if wanted && !o.numericIDs {
			if err := w.skipIDs(); err != nil {
				return nil, false, err
			}
		}
	}
	trouble, err := w.int()
	return list, trouble != 0, err
}

// receiveEntry reads one entry behind its first byte.
func (w *rsyncWire) receiveEntry(flags byte, last rsyncEntry, o rsyncOptions) (rsyncEntry, error) {
	e := last
	name, err := w.receiveName(flags, last.name)
	if err != nil {
		return e, err
	}
	e.name = name
	if e.size, err = w.long(); err != nil {
		return e, err
	}
	if e.size < 0 {
		return e, fmt.Errorf("rsync: %q is said to have %d bytes", e.name, e.size)
	}
	if flags&sameTime == 0 {
		at, err := w.int()
		if err != nil {
			return e, err
		}
		e.modified = seconds(int64(at))
	}
	if flags&sameMode == 0 {
		if e.mode, err = w.int(); err != nil {
			return e, err
		}
	}
	if err := w.skipOwner(flags, o); err != nil {
		return e, err
	}
	return e, w.receiveRest(flags, &e, o)
}

// receiveName reads a name that may begin as the one before. It must lie below the top.
func (w *rsyncWire) receiveName(flags byte, last string) (string, error) {
	kept, length := 0, int32(0)
	if flags&sameName != 0 {
		n, err := w.byte()
		if err != nil {
			return "", err
		}
		kept = int(n)
	}
	if flags&longName != 0 {
		n, err := w.int()
		if err != nil {
			return "", err
		}
		length = n
	} else {
		n, err := w.byte()
		if err != nil {
			return "", err
		}
		length = int32(n)
	}
	if kept > len(last) {
		return "", errors.New("rsync: a name that begins like none")
	}
	rest, err := w.bytes(length, maxPath-kept)
	if err != nil {
		return "", err
	}
	name := strings.TrimPrefix(strings.TrimSuffix(last[:kept]+string(rest), "/"), "./")
	if name == "" || strings.HasPrefix(name, "/") || slices.Contains(strings.Split(name, "/"), "..") {
		return "", fmt.Errorf("rsync: the name %q leads out of the folder", name)
	}
	return name, nil
}

// skipOwner reads the numbers of a file's owner and group: here all files are ours.
func (w *rsyncWire) skipOwner(flags byte, o rsyncOptions) error {
	if o.owner && flags&sameUser == 0 {
		if _, err := w.int(); err != nil {
			return err
		}
	}
	if o.group && flags&sameGroup == 0 {
		if _, err := w.int(); err != nil {
			return err
		}
	}
	return nil
}

// receiveRest reads what only some entries have.
func (w *rsyncWire) receiveRest(flags byte, e *rsyncEntry, o rsyncOptions) error {
	kind := e.mode & kindMask
	if o.devices && kind != kindFile && kind != kindFolder && kind != kindLink && flags&sameDevice == 0 {
		if _, err := w.int(); err != nil {
			return err
		}
	}
	if o.links && kind == kindLink {
		n, err := w.int()
		if err != nil {
			return err
		}
		if _, err := w.bytes(n, maxPath); err != nil {
			return err
		}
	}
	if o.checksum {
		return w.full(e.sum[:])
	}
	return nil
}

// skipIDs reads which names the numbers of owners have.
func (w *rsyncWire) skipIDs() error {
	for range maxEntries {
		id, err := w.int()
		if err != nil || id == 0 {
			return err
		}
		n, err := w.byte()
		if err != nil {
			return err
		}
		if err := w.skip(int64(n)); err != nil {
			return err
		}
	}
	return errors.New("rsync: a list of owners that does not end")
}

// sendList sends a list of files, which is sorted and has no name twice.
func (w *rsyncWire) sendList(list []rsyncEntry, o rsyncOptions, errored bool) error {
	for _, e := range list {
		flags := byte(longName)
		if e.isFolder() {
			flags |= topFolder
		}
		b := append([]byte{flags}, binary.LittleEndian.AppendUint32(nil, uint32(len(e.name)))...)
		b = appendLong(append(b, e.name...), e.size)
		b = binary.LittleEndian.AppendUint32(b, uint32(e.modified.Unix()))
		b = binary.LittleEndian.AppendUint32(b, uint32(e.mode))
		if o.owner {
			b = append(b, 0, 0, 0, 0)
		}
		if o.group {
			b = append(b, 0, 0, 0, 0)
		}
		if o.checksum {
			b = append(b, e.sum[:]...)
		}
		if err := w.message(messageData, b); err != nil {
			return err
		}
	}
	end := []byte{0}
	for _, wanted := range []bool{o.owner, o.group} {
		if wanted && !o.numericIDs {
			end = append(end, 0, 0, 0, 0)
		}
	}
	trouble := byte(0)
	if errored {
		trouble = 1
	}
	return errors.Join(w.message(messageData, append(end, trouble, 0, 0, 0)), w.flush())
}

// entryOf returns the entry for a file or folder that this end sends.
func entryOf(name string, info fs.FileInfo) rsyncEntry {
	e := rsyncEntry{name: name, size: info.Size(), modified: info.ModTime(), mode: kindFile | 0o644}
	if info.IsDir() {
		e.size, e.mode = 4096, kindFolder|0o755
	}
	return e
}
