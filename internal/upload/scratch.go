package upload

import (
	"fmt"
	"io/fs"
	"path"
	"regexp"
	"time"
)

// scratch is files that exist for one client only, by their names: those that editors and transfers make before they
// rename them into place, most of them hidden, and posts that were emptied to be written anew. They never reach the folder of
// posts under these names.
type scratch map[string]*scratchFile

// scratchFile is one of them.
type scratchFile struct {
	data      []byte // all of its capacity is held
	modified  time.Time
	truncated bool // a post that was emptied
}

func (f *scratchFile) info(name string) fileInfo {
	return fileInfo{path.Base(name), int64(len(f.data)), f.modified}
}

// passing are the names of files that their makers rename or remove again: those of WinSCP, rclone, rsync, editors,
// desktops and file systems in user space.
var passing = regexp.MustCompile(`\.(filepart|partial)$|^\.(fuse_hidden|giosave|goutputstream-|nfs|~lock\.|#|in\.|.+\.(sw[a-z]|swpx|tmp|part|partial|filepart|[A-Za-z0-9]{6})$)`)

// isPassing reports whether name is that of a file that will not stay.
func isPassing(name string) bool { return passing.MatchString(path.Base(name)) }

// scratchFile returns a copy of the scratch file called name.
func (d *desk) scratchFile(name string) (scratchFile, bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	f, ok := d.scratch[name]
	if !ok {
		return scratchFile{}, false
	}
	return *f, true
}

// scratchIn returns what is known of the hidden scratch files in a folder.
func (d *desk) scratchIn(folder string) []fs.FileInfo {
	d.mu.Lock()
	defer d.mu.Unlock()
	var infos []fs.FileInfo
	for name, f := range d.scratch {
		if path.Dir(name) == folder && !f.truncated {
			infos = append(infos, f.info(name))
		}
	}
	return infos
}

// keepScratch puts f in the place of what was called name.
func (d *desk) keepScratch(name string, f *scratchFile) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if _, ok := d.scratch[name]; !ok && len(d.scratch) >= maxScratch {
		return fmt.Errorf("%s: error: more than %d hidden files", name, maxScratch)
	}
	more := cap(f.data)
	if old, ok := d.scratch[name]; ok {
		more -= cap(old.data)
	}
	if err := d.holdLocked(more); err != nil {
		return fmt.Errorf("%s: error: %w", name, err)
	}
	d.scratch[name] = f
	return nil
}

// dropScratch forgets the scratch file called name, if there is one.
func (d *desk) dropScratch(name string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if f, ok := d.scratch[name]; ok {
		d.held -= int64(cap(f.data))
		delete(d.scratch, name)
	}
}
