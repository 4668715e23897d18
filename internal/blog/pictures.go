package blog

import (
	"errors"
	"fmt"
	"io/fs"
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

// places returns the files that address may stand for in the post in the file called from, the likeliest first; none for
// one that is elsewhere. host is that of the blog's web site.
func places(from, address, host string) []string {
	u, err := url.Parse(strings.TrimSpace(address))
	if err != nil || u.Scheme == "data" || u.Host != "" && u.Host != host || u.Host == "" && u.Scheme != "" || u.Path == "" {
		return nil
	}
	var all []string
	add := func(name string) {
		if name = path.Clean(name); name != "." && !strings.HasPrefix(name, "../") {
			all = append(all, strings.TrimPrefix(name, "/"))
		}
	}
	dir := path.Dir(from)
	if u.Host == "" && !strings.HasPrefix(u.Path, "/") {
		add(path.Join(dir, u.Path))
		add(path.Join(strings.TrimSuffix(from, path.Ext(from)), u.Path)) // a folder called like the post
	}
	add("/" + u.Path)
	top := strings.TrimPrefix(path.Clean("/"+u.Path), "/")
	for _, root := range roots {
		add(path.Join(root, top))
		if rest, ok := strings.CutPrefix(top, root+"/"); ok {
			add(rest)
		}
	}
	base := path.Base(u.Path) // as scp puts it
	add(path.Join(dir, base))
	add(base)
	return all
}

// finder returns what finds the files of pictures. It tells what is missing of those that belong beside a post; of those
// from the top of a site only where there is any picture: else they are all served by another program.
func (b *Blog) finder(site *post.Site) func(p *post.Post, address string) (want, error) {
	host := ""
	if u, err := url.Parse(site.URL); err == nil {
		host = u.Host
	}
	hasPictures := sync.OnceValue(func() bool { return b.stamps.any(post.IsPicture) }) // most blogs need not know
	return func(p *post.Post, address string) (want, error) {
		names := places(p.File, address, host)
		for _, name := range names {
			if stamp, ok := b.stamps.get(name); ok {
				return want{name, stamp}, nil
			}
		}
		if beside := !strings.HasPrefix(address, "/") && !strings.Contains(address, "://"); len(names) > 0 && (beside || hasPictures()) {
			return want{}, errMissing
		}
		return want{}, nil
	}
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
		names := places(p.File, address, "")
		if len(names) == 0 {
			continue
		}
		shown, err := firstPicture(dir, names)
		if err != nil {
			problems = append(problems, unshown(p, address, err))
			continue
		}
		found[address] = shown
	}
	return picture.NewAlbum(found), problems
}

// firstPicture returns the picture in the first of the files called names that there is.
func firstPicture(dir fs.FS, names []string) (*picture.Picture, error) {
	for _, name := range names {
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
