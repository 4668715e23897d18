package store

import (
	"path"
	"strings"
	"time"

	"io/fs"
)

// tree is what lies in which folder of a bucket, where folders are only parts of names: by folder and name in it, how
// many files and folders that exist by themselves there are at that name or below it.
type tree map[string]map[string]int

// change takes over that the file or folder called name was there or not, and is now.
func (t tree) change(name string, was, is bool) {
	step := 1
	switch {
	case was == is:
		return
	case was:
		step = -1
	}
	for name != "." {
		in, base := path.Dir(name), path.Base(name)
		if t[in] == nil {
			t[in] = make(map[string]int)
		}
		if t[in][base] += step; t[in][base] == 0 {
			delete(t[in], base)
		}
		if len(t[in]) == 0 {
			delete(t, in)
		}
		name = in
	}
}

// fileAbove returns the first part of name that is a file by what isFile says, "" where there is none.
func fileAbove(name string, isFile func(string) bool) string {
	for n := range len(name) {
		if name[n] == '/' && isFile(name[:n]) {
			return name[:n]
		}
	}
	return ""
}

// isBelow reports whether name lies in the folder, or in one in it.
func isBelow(name, folder string) bool { return strings.HasPrefix(name, folder+"/") }

// entry is what is known of a file or folder of a bucket.
type entry struct {
	name   string
	stamp  Stamp
	folder bool
}

func (e entry) Name() string       { return e.name }
func (e entry) Size() int64        { return e.stamp.Size }
func (e entry) ModTime() time.Time { return e.stamp.Modified }
func (e entry) IsDir() bool        { return e.folder }
func (e entry) Sys() any           { return nil }

func (e entry) Mode() fs.FileMode {
	if e.folder {
		return fs.ModeDir | 0o755
	}
	return 0o644
}
