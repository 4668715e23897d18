package blog

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"postern/internal/index"
	"postern/internal/post"
)

// Outcome is what became of a file that was published.
type Outcome struct {
	File     string
	Size     int
	Entry    index.Entry // the post; zero where the file is none
	Site     bool        // the file holds the words of the blog itself
	Picture  string      // what the file is as a picture; "" for what is none
	Problems []post.Problem
}

// Beside returns those of o.Problems that are there because of other files, which may come or change yet.
func (o Outcome) Beside() []post.Problem {
	if o.Entry.IsZero() {
		return nil
	}
	return slices.DeleteFunc(slices.Clone(o.Problems), func(p post.Problem) bool { return slices.Contains(o.Entry.Warnings, p) })
}

// Alone returns o without the problems that Beside returns.
func (o Outcome) Alone() Outcome {
	if !o.Entry.IsZero() {
		o.Problems = o.Entry.Warnings
	}
	return o
}

// Post returns what everybody sees now of the post in the file called name; its Entry is zero where there is none.
func (b *Blog) Post(name string) Outcome {
	now := b.live.Snapshot()
	e, _ := now.File(name)
	return Outcome{File: name, Entry: e, Problems: now.ProblemsOf(name)}
}

// outcome returns what everybody sees now of the file that v is about.
func (b *Blog) outcome(v verdict) Outcome {
	o := b.Post(v.name)
	o.Size, o.Site, o.Picture = v.size, v.site, v.look
	if v.shown {
		o.Picture += shownIn(b.gallery.usesOf(v.name))
	}
	return o
}

// expected returns what the file that v is about would be now.
func (b *Blog) expected(v verdict) Outcome {
	o := Outcome{File: v.name, Size: v.size, Site: v.site, Problems: v.problems, Picture: v.look}
	if v.post == nil {
		return o
	}
	now := b.live.Snapshot()
	then := now.With(v.post, time.Now())
	o.Entry, _ = then.File(v.name)
	o.Problems = append(b.lacking(now.Site(), v.post), then.ProblemsOf(v.name)...)
	slices.SortFunc(o.Problems, post.Problem.Compare)
	return o
}

// Kind returns what the file is, in a word: "live", "draft" and so on for a post, "site" for the words of the blog,
// "file" for anything else.
func (o Outcome) Kind() string {
	switch {
	case o.Site:
		return "site"
	case o.Entry.IsZero():
		return "file"
	}
	return o.Entry.State.String()
}

// written matches the names of files that people write, and may have meant as posts.
var written = regexp.MustCompile(`(?i)(^|/)([^./]+|[^/]+\.(md|markdown|mdx|mkdn?|mdown|txt|text|rst|adoc|org|html?|docx?|odt|rtf))$`)

// Lines tells author what became of the file: what it is now, where it can be read, how long that takes, and what is
// to be mended. host is what readers type after "ssh". The lines hold text of the post and are not yet cleaned.
func (o Outcome) Lines(author, host string) []string {
	var lines []string
	switch {
	case o.Site:
		lines = append(lines, o.File+": the blog's own words are changed")
	case o.Entry.IsZero() && post.IsPost(o.File):
		lines = append(lines, o.File+": kept beside the posts, but no post itself")
	case o.Picture != "":
		lines = append(lines, o.File+": "+o.Picture)
	case o.Entry.IsZero():
		line := fmt.Sprintf("%s: kept beside the posts, %s", o.File, bytesOf(int64(o.Size)))
		if written.MatchString(o.File) {
			line += " (" + post.WhyNoPost(o.File) + ")"
		}
		lines = append(lines, line)
	default:
		lines = append(lines, fmt.Sprintf("%s: %s: %s, %d min to read", o.File, o.Entry.Title, o.visible(), o.Entry.Minutes()))
		lines = append(lines, o.Addresses(author, host)...)
	}
	for _, p := range o.Problems {
		lines = append(lines, p.String())
	}
	return lines
}

// shownIn says how many posts show a picture.
func shownIn(posts int) string {
	switch posts {
	case 0:
		return ", in no post yet"
	case 1:
		return ", shown in 1 post"
	}
	return fmt.Sprintf(", shown in %d posts", posts)
}

// visible says who can read the post, and from or until when.
func (o Outcome) visible() string {
	e := o.Entry
	switch e.State {
	case post.Draft:
		return "draft, for authors only"
	case post.Scheduled:
		from := e.Date
		if e.Publish.After(from) {
			from = e.Publish
		}
		return "scheduled until " + from.Format("2006-01-02 15:04 -0700")
	case post.Expired:
		return "expired since " + e.Expiry.Format("2006-01-02 15:04 -0700")
	case post.Unlisted:
		return "unlisted, for those who know its address"
	}
	return "live"
}

// Addresses returns where the post can be read, by everybody or by its author, a line each.
func (o Outcome) Addresses(author, host string) []string {
	if o.Entry.State == post.Live || o.Entry.State == post.Unlisted {
		return []string{"  ssh://" + o.Entry.Slug + "@" + authority(host), "  ssh -t " + host + " read " + o.Entry.Slug}
	}
	return []string{"  ssh -t " + Login(author, host) + " read " + o.Entry.Slug}
}

// Login returns what the author called name types after "ssh", where readers type host, which may be "-p PORT HOST".
func Login(name, host string) string {
	if name == "" {
		return host
	}
	at := strings.LastIndex(host, " ") + 1
	return host[:at] + name + "@" + host[at:]
}

// plainName matches the names that are themselves to every shell.
var plainName = regexp.MustCompile(`^[A-Za-z0-9._/-]+$`)

// inShells escapes what means something between single quotes for the blog, within double quotes for the author's shell.
var inShells = strings.NewReplacer("'", `'\\''`, `\`, `\\`, `"`, `\"`, "$", `\$`, "`", "\\`", "!", `"'!'"`)

// Typed returns the name of a file as it is typed behind "ssh HOST VERB": quoted where it has to be, once for the shell
// that it is typed into, and once for the blog, to which that shell gives what is left. What looks like a flag comes
// behind --.
func Typed(name string) string {
	typed := name
	if !plainName.MatchString(name) {
		typed = `"'` + inShells.Replace(name) + `'"`
	}
	if strings.HasPrefix(name, "-") {
		typed = "-- " + typed
	}
	return typed
}

// authority returns host, which may be "-p PORT HOST", as it stands in a URL.
func authority(host string) string {
	if port, name, ok := strings.Cut(strings.TrimPrefix(host, "-p "), " "); ok {
		return name + ":" + port
	}
	return host
}
