package blog

import (
	"errors"
	"fmt"
	"io/fs"
	"iter"
	"net/url"
	"path"
	"strings"
	"sync"

	"postern/internal/picture"
	"postern/internal/post"
	"postern/internal/store"
)

// errMissing is what is wrong with a picture that is not there.
var errMissing = errors.New("there is no such file (push it beside the post)")

// roots are the folders that other programs serve from the top of a site.
var roots = []string{"static", "public", "assets", "source", "content", "src"}

// ours returns address as a path that a file of the blog may be at, "" for one that is elsewhere. host is that of the
// blog's web site.
func ours(address, host string) string {
	u, err := url.Parse(strings.TrimSpace(address))
	if err != nil || u.Scheme == "data" || u.Host != "" && u.Host != host || u.Host == "" && u.Scheme != "" {
		return ""
	}
	return u.Path
}

// places tells the files that a path may stand for in the post in the file called from, the likeliest first.
func places(from, at string) iter.Seq[string] {
	return func(yield func(string) bool) {
		add := func(name string) bool {
			name = path.Clean(name)
			return name == "." || strings.HasPrefix(name, "../") || yield(strings.TrimPrefix(name, "/"))
		}
		dir, top, base := path.Dir(from), strings.TrimPrefix(path.Clean("/"+at), "/"), path.Base(at)
		if !strings.HasPrefix(at, "/") {
			beside := strings.TrimSuffix(from, path.Ext(from)) // a folder called like the post
			if !add(path.Join(dir, at)) || !add(path.Join(beside, at)) {
				return
			}
		}
		if !add("/" + at) {
			return
		}
		for _, root := range roots {
			rest, ok := strings.CutPrefix(top, root+"/")
			if !add(path.Join(root, top)) || ok && !add(rest) {
				return
			}
		}
		_ = add(path.Join(dir, base)) && add(base) // as scp puts it
	}
}

// finder returns what finds the files of pictures. It tells what is missing of those that belong beside a post; of those
// from the top of a site only where there is any picture: else they are all served by another program.
func (b *Blog) finder(site *post.Site) func(p *post.Post, address string) (want, error) {
	host := ""
	if u, err := url.Parse(site.URL); err == nil {
		host = u.Host
	}
	pictures := sync.OnceValue(b.stamps.pictures) // most blogs need not know
	return func(p *post.Post, address string) (want, error) {
		at := ours(address, host)
		if at == "" {
			return want{}, nil
		}
		there := pictures()
		if there[path.Base(at)] {
			for name := range places(p.File, at) {
				if stamp, ok := b.stamps.get(name); ok {
					return want{name, stamp}, nil
				}
			}
		}
		if len(there) > 0 || !strings.HasPrefix(address, "/") && !strings.Contains(address, "://") {
			return want{}, errMissing
		}
		return want{}, nil
	}
}

// lacking returns what is wrong with the pictures of p, which is not hung, as far as their names tell.
func (b *Blog) lacking(site *post.Site, p *post.Post) []post.Problem {
	find := b.finder(site)
	var problems []post.Problem
	for _, address := range p.Pictures {
		if _, err := find(p, address); err != nil && len(problems) < maxLacking {
			problems = append(problems, unshown(p, address, err))
		}
	}
	return problems
}

// pictured says what a file with the name of a picture is, "" for any other file, and whether it can be shown.
func pictured(name string, data []byte) (what string, shown bool) {
	if !post.IsPicture(name) {
		return "", false
	}
	w, h, err := picture.Size(data)
	if err != nil {
		return "kept beside the posts, but not to be shown as a picture: " + err.Error(), false
	}
	return fmt.Sprintf("picture, %d×%d", w, h), true
}

// redrawn returns the names of the pictures that came, went or changed between two lists of files.
func redrawn(before, now map[string]store.Stamp) []string {
	var names []string
	for name, stamp := range now {
		if post.IsPicture(name) && before[name] != stamp {
			names = append(names, name)
		}
	}
	for name := range before {
		if _, ok := now[name]; !ok && post.IsPicture(name) {
			names = append(names, name)
		}
	}
	return names
}

// Illustrate returns the pictures of a post that stands alone, from the files in dir, where p.File is one of them, and what
// its author should know of those that cannot be shown.
func Illustrate(dir fs.FS, p *post.Post) (*picture.Album, []post.Problem) {
	found := make(map[string]*picture.Picture)
	var problems []post.Problem
	for _, address := range p.Pictures {
		at := ours(address, "")
		if at == "" {
			continue
		}
		shown, err := firstPicture(dir, places(p.File, at))
		if err != nil {
			problems = append(problems, unshown(p, address, err))
			continue
		}
		found[address] = shown
	}
	return picture.NewAlbum(found), problems
}

// firstPicture returns the picture in the first of the files called names that there is.
func firstPicture(dir fs.FS, names iter.Seq[string]) (*picture.Picture, error) {
	for name := range names {
		info, err := fs.Stat(dir, name)
		if err != nil {
			continue
		}
		if info.Size() > store.MaxFile {
			return nil, picture.ErrTooLarge
		}
		data, err := fs.ReadFile(dir, name)
		if err != nil {
			return nil, err
		}
		return picture.Decode(data)
	}
	return nil, errMissing
}

// unshown says why a picture of p is not shown.
func unshown(p *post.Post, address string, err error) post.Problem {
	line, col := p.Place(address)
	return post.Problem{File: p.File, Line: line, Col: col, What: "picture " + address + ": " + err.Error()}
}
