package command

import (
	"bufio"
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"postern/internal/index"
	"postern/internal/post"
	"postern/internal/text"
)

const (
	plainPage = 20 // posts that are listed at a time
	prompt    = "Number, /word, n for more, l for the list, ? for help, q to leave: "
)

// linear is the blog for those who hear it, and for terminals that only print: numbered lists, questions and posts from
// top to bottom. Nothing that was printed changes.
type linear struct {
	*call
	shown []index.Entry // what the numbers mean
	from  int           // the first of them that was listed last
}

// plain talks with the caller line by line until one of them has enough.
func plain(c *call) error {
	l := &linear{call: c}
	lines := make(chan string)
	go func() { // it ends with the caller's session at the latest, which closes In
		defer close(lines)
		t := typist{in: bufio.NewReaderSize(c.In, 512), out: c.Out, echo: c.Width > 0}
		for {
			line, err := t.line()
			if err != nil {
				return
			}
			select {
			case lines <- line:
			case <-c.ctx.Done():
				return
			}
		}
	}()
	began := time.Now()
	l.welcome()
	for {
		l.say(prompt)
		if err := l.out.Flush(); err != nil {
			return err
		}
		if l.Worked != nil {
			l.Worked(time.Since(began))
		}
		select {
		case line, ok := <-lines:
			began = time.Now()
			if !ok || !l.answer(line) {
				l.say("Goodbye.\n")
				return nil
			}
		case <-c.ctx.Done():
			l.say("\n%v\n", context.Cause(c.ctx))
			return nil
		}
		l.posts = c.live.Snapshot()
	}
}

// say prints what it is given; on a terminal in rows of whole words.
func (l *linear) say(format string, args ...any) {
	all := fmt.Sprintf(format, args...)
	if l.Width == 0 {
		l.call.say("%s", all)
		return
	}
	words := strings.TrimRight(all, " \n")
	for n, row := range text.Wrap(nil, words, l.Width) {
		if n > 0 {
			l.call.say("\n")
		}
		l.call.say("%s", words[row.Start:row.End])
	}
	l.call.say("%s", all[len(words):])
}

func (l *linear) welcome() {
	site := l.posts.Site()
	if title := text.Line(site.Title); title != "" {
		l.say("%s\n", title)
	}
	if about := text.Line(site.Description); about != "" {
		l.say("%s\n", about)
	}
	l.list()
}

// list lists all posts from the newest on.
func (l *linear) list() {
	l.shown, l.from = l.posts.List(l.audience()), 0
	l.say("\n%s.\n\n", text.Count(len(l.shown), "post"))
	l.page()
}

// page lists as many posts as are listed at a time.
func (l *linear) page() {
	for n := l.from; n < min(l.from+plainPage, len(l.shown)); n++ {
		l.say("%d. %s\n", n+1, spoken(l.shown[n]))
	}
	if rest := len(l.shown) - l.from - plainPage; rest > 0 {
		l.say("%d more.\n", rest)
	}
	l.say("\n")
}

// spoken returns a post as it is read out in a list.
func spoken(e index.Entry) string {
	s := text.Line(e.Title)
	if !e.Date.IsZero() {
		s += ", " + e.Date.Format("2 January 2006")
	}
	s += fmt.Sprintf(", %d min", e.Minutes())
	if e.State != post.Live {
		s += ", " + e.State.String()
	}
	return s
}

// answer does what line asks for and reports whether to go on.
func (l *linear) answer(line string) bool {
	line = strings.TrimSpace(line)
	number, err := strconv.Atoi(line)
	switch {
	case err == nil && number >= 1 && number <= len(l.shown):
		l.read(l.shown[number-1])
	case err == nil:
		l.say("There is no number %d.\n", number)
	case strings.HasPrefix(line, "/"):
		l.search(strings.TrimSpace(line[1:]))
	case line == "q", line == "quit", line == "exit":
		return false
	case line == "n" && l.from+plainPage < len(l.shown):
		l.from += plainPage
		l.page()
	case line == "n":
		l.say("That was all.\n")
	case line == "l", line == "":
		l.list()
	case line == "t":
		l.tags()
	case line == "a":
		l.about()
	case line == "?", line == "h", line == "help":
		l.say("\nA number reads that post, and so does its address. /word finds posts, /#tag those with a tag. n lists more, " +
			"l lists all from the newest on. t lists the tags. a tells about this blog. q leaves.\n\n")
	default:
		if e, ok := l.posts.Find(line, l.audience()); ok {
			l.read(e)
			return true
		}
		l.say("Not understood: %s\n", text.Line(line))
	}
	return true
}

// read prints a post from top to bottom.
func (l *linear) read(e index.Entry) {
	l.say("\n")
	if err := l.call.plain(page{text.Line(e.Title), byline(e), e.Post, e}, l.Width); err != nil {
		l.say("%s\n", text.Line(err.Error()))
	}
	l.say("\nEnd of post.\n\n")
}

// tags lists all tags.
func (l *linear) tags() {
	l.say("\n")
	if err := tags(l.call); err != nil {
		l.say("%s\n", text.Line(err.Error()))
	}
	l.say("\n")
}

// about tells what the blog says of itself.
func (l *linear) about() {
	l.say("\n")
	p := l.ofItself()
	if err := l.call.plain(p, l.Width); err != nil {
		l.say("%s\n", text.Line(err.Error()))
	}
	l.facts()
	l.say("\n")
}

// search lists the posts that have words.
func (l *linear) search(words string) {
	result, ready := l.posts.Search(words, l.audience(), 100)
	l.shown, l.from = nil, 0
	for _, found := range result.Found {
		l.shown = append(l.shown, found.Entry)
	}
	if !ready {
		l.say("Still indexing: there may be more in a moment.\n")
	}
	if result.Loose {
		l.say("Nothing has these words; these come nearest.\n")
	}
	l.say("\n%s found.\n\n", text.Count(len(l.shown), "post"))
	l.page()
}
