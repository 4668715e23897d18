package blog

import (
	"io/fs"
	"path"
	"slices"
	"strconv"
	"time"

	"postern/internal/index"
	"postern/internal/post"
	"postern/internal/store"
	"postern/internal/text"
)

// Stat returns what the audience may know of the file or folder called name; "." is the top. Readers see the sources
// of posts that are live, and the folders that these are in; authors all that is not hidden. Names that are not safe,
// which came into the folder by other means, are nobody's: clients that list them print them.
func (b *Blog) Stat(a index.Audience, name string) (fs.FileInfo, error) {
	if a == index.Authors && text.SafeName(name) {
		return b.folder.Entry(name)
	}
	if e, ok := b.published().entries[name]; ok {
		return e, nil
	}
	return nil, &fs.PathError{Op: "stat", Path: name, Err: fs.ErrNotExist}
}

// List returns what the audience may know of the files and folders in the folder called name.
func (b *Blog) List(a index.Audience, name string) ([]fs.FileInfo, error) {
	if a == index.Authors && text.SafeName(name) {
		infos, err := b.folder.Entries(name)
		return slices.DeleteFunc(infos, func(info fs.FileInfo) bool { return !text.SafeName(info.Name()) }), err
	}
	if in, ok := b.published().folders[name]; ok {
		return in, nil
	}
	return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrNotExist}
}

// ReadFile returns what the file called name holds, where the audience may read it.
func (b *Blog) ReadFile(a index.Audience, name string) (string, error) {
	if a == index.Authors {
		if _, err := b.Stat(a, name); err != nil {
			return "", err
		}
		data, _, err := b.folder.Read(name)
		return string(data), err
	}
	if e, ok := b.published().entries[name]; ok && !e.IsDir() {
		return e.source, nil
	}
	return "", &fs.PathError{Op: "open", Path: name, Err: fs.ErrNotExist}
}

// tree is what readers may take home of one snapshot. It is made once and not changed.
type tree struct {
	of      *index.Snapshot
	entries map[string]source
	folders map[string][]fs.FileInfo
	newest  map[string]time.Time // of what is in a folder and below it
}

// published returns the tree of what readers see now.
func (b *Blog) published() *tree {
	now := b.live.Snapshot()
	if t := b.tree.Load(); t != nil && t.of == now {
		return t
	}
	t := &tree{of: now, entries: make(map[string]source), folders: make(map[string][]fs.FileInfo), newest: make(map[string]time.Time)}
	posts := slices.DeleteFunc(now.All(index.Readers), func(e index.Entry) bool { return !text.SafeName(e.File) })
	modified := make([]time.Time, len(posts))
	for n, e := range posts {
		stamp, _ := b.stamps.get(e.File) // a file that has just gone is still what readers see
		modified[n] = stamp.Modified
		t.date(path.Dir(e.File), stamp.Modified)
	}
	t.folder(".")
	for n, e := range posts {
		t.add(source{name: path.Base(e.File), source: e.Source, modified: modified[n]}, e.File)
	}
	b.tree.Store(t)
	return t
}

// date says that a file in the folder dir was modified at that time.
func (t *tree) date(dir string, modified time.Time) {
	for modified.After(t.newest[dir]) {
		t.newest[dir] = modified
		dir = path.Dir(dir)
	}
}

func (t *tree) add(s source, name string) {
	dir := path.Dir(name)
	t.folder(dir)
	t.entries[name] = s
	t.folders[dir] = append(t.folders[dir], s)
}

// folder makes sure that the folder called name is there, and all above it.
func (t *tree) folder(name string) {
	if _, ok := t.entries[name]; ok {
		return
	}
	s := source{name: path.Base(name), folder: true, modified: t.newest[name]}
	if s.modified.IsZero() {
		s.modified = time.Unix(0, 0) // which clients can count from
	}
	t.folders[name] = []fs.FileInfo{}
	if name == "." {
		t.entries[name] = s
		return
	}
	t.add(s, name)
}

// source is one file or folder of a tree.
type source struct {
	name     string
	folder   bool
	source   string
	modified time.Time
}

func (s source) Name() string       { return s.name }
func (s source) Size() int64        { return int64(len(s.source)) }
func (s source) ModTime() time.Time { return s.modified }
func (s source) IsDir() bool        { return s.folder }
func (s source) Sys() any           { return nil }

func (s source) Mode() fs.FileMode {
	if s.folder {
		return fs.ModeDir | 0o755
	}
	return 0o644
}

// misnamed returns what authors should know of the files that are kept from everybody for their names. Of a folder it
// is told once.
func misnamed(stamps map[string]store.Stamp) []post.Problem {
	var names []string
	for name := range stamps {
		if !text.SafeName(name) {
			names = append(names, misnamedPart(name))
		}
	}
	slices.Sort(names)
	var problems []post.Problem
	for _, name := range slices.Compact(names) {
		problems = append(problems, post.Problem{
			File: text.Line(strconv.Quote(name)), // without quotes it could look like another file
			What: "the name has characters that hide or reorder text, so sftp, scp and rsync leave it out", Hint: "rename it",
		})
	}
	return problems
}

// misnamedPart returns name up to the first part of it that is not safe.
func misnamedPart(name string) string {
	for n, c := range name {
		if c == '/' && !text.SafeName(name[:n]) {
			return name[:n]
		}
	}
	return name
}
