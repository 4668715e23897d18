package blog

import (
	"bytes"
	"context"
	"fmt"
	"image"
	"image/png"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"postern/internal/picture"
	"postern/internal/post"
	"postern/internal/store"
)

// drawn returns a PNG file of that size.
func drawn(t testing.TB, width, height int) string {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, image.NewGray(image.Rect(0, 0, width, height))); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// shown returns the picture that the post in file shows at address, nil for none.
func shown(b *Blog, file, address string) *picture.Picture {
	now := b.Live().Snapshot()
	e, _ := now.File(file)
	return now.Album(e).Find(address)
}

// soon waits until ok holds.
func soon(t testing.TB, what string, ok func() bool) {
	t.Helper()
	for until := time.Now().Add(10 * time.Second); !ok(); time.Sleep(time.Millisecond) {
		if time.Now().After(until) {
			t.Fatalf("never: %s", what)
		}
	}
}

const illustrated = "---\ntitle: T\ndate: 2026-01-0%d\n---\n\nText.\n\n![a](%s)\n"

func TestPicturesAreFoundWhereAuthorsPutThem(t *testing.T) {
	files := []string{"2026/one.md", "2026/trip/index.md"}
	for address, name := range map[string]string{
		"x.png": "2026/x.png", "./x.png": "2026/x.png", "../x.png": "x.png", "/images/x.png": "images/x.png",
		"/x.png": "static/x.png", "/img/x.png": "public/img/x.png", "/static/x.png": "x.png", "/assets/img/x.png": "img/x.png",
		"%C3%A4%20b.png": "2026/ä b.png", "x.png?v=2": "2026/x.png", "https://notes.example.com/a/x.png": "a/x.png",
		"/2019/05/x.png": "x.png", "{{x}}.png": "", "https://elsewhere.example.com/x.png": "", "data:image/png;base64,x.png": "",
		"//elsewhere.example.com/x.png": "", "../../../x.png": "x.png",
	} {
		var names []string
		if at := ours(address, "notes.example.com"); at != "" {
			names = slices.Collect(places(files[0], at))
		}
		if name == "" && len(names) > 0 && address != "{{x}}.png" || name != "" && !slices.Contains(names, name) {
			t.Errorf("%s: %q, want %q", address, names, name)
		}
		for _, n := range names {
			if strings.HasPrefix(n, "/") || strings.Contains(n, "..") {
				t.Errorf("%s: leads out: %q", address, n)
			}
		}
	}
	for first := range places(files[1], "x.png") {
		if first != "2026/trip/x.png" {
			t.Errorf("in a bundle: %q", first)
		}
		break
	}
}

func TestPicturesComeWithThePosts(t *testing.T) {
	b, dir := blogOf(t, map[string]string{
		"one.md": fmt.Sprintf(illustrated, 1, "x.png"), "x.png": drawn(t, 30, 20),
	})
	soon(t, "the picture is shown", func() bool { return shown(b, "one.md", "x.png") != nil })
	before := b.Live().Snapshot()
	entry, _ := before.File("one.md")
	put(t, dir, "two.md", fmt.Sprintf(illustrated, 2, "y.png"))
	reload(t, b)
	if now := b.Live().Snapshot(); now == before || now.Album(entry) != before.Album(entry) {
		t.Error("another post made a new album of this one")
	}
	put(t, dir, "x.png", drawn(t, 50, 20))
	reload(t, b)
	soon(t, "the new picture is shown", func() bool { p := shown(b, "one.md", "x.png"); return p != nil && p.Width == 50 })
	put(t, dir, "y.png", drawn(t, 10, 10))
	reload(t, b)
	soon(t, "the missing picture is shown", func() bool { return shown(b, "two.md", "y.png") != nil })
}

func TestPicturesThatCannotBeShownAreTold(t *testing.T) {
	b, _ := blogOf(t, map[string]string{
		"gone.md": fmt.Sprintf(illustrated, 1, "gone.png"), "bad.md": fmt.Sprintf(illustrated, 2, "bad.png"), "bad.png": drawn(t, 9, 9)[:50],
		"served.md": fmt.Sprintf(illustrated, 3, "https://elsewhere.example.com/x.png"),
	})
	want := []string{
		"bad.md:8:6: warning: picture bad.png: cannot be read as a picture: ",
		"gone.md:8:6: warning: picture gone.png: there is no such file (push it beside the post)",
	}
	soon(t, "both are told", func() bool { return len(b.Live().Snapshot().Problems()) == len(want) })
	for n, p := range b.Live().Snapshot().Problems() {
		if !strings.HasPrefix(p.String(), want[n]) {
			t.Errorf("told %q, want %q", p, want[n])
		}
	}
}

func TestPicturesOfAnotherProgramAreNotMissed(t *testing.T) {
	b, _ := blogOf(t, map[string]string{"a.md": fmt.Sprintf(illustrated, 1, "/assets/x.png")})
	if problems := b.Live().Snapshot().Problems(); len(problems) > 0 {
		t.Errorf("told %v", problems)
	}
}

func TestPushedPictureSaysWhereItIsShown(t *testing.T) {
	b, _ := blogOf(t, map[string]string{
		"one.md": fmt.Sprintf(illustrated, 1, "x.png"), "two.md": fmt.Sprintf(illustrated, 2, "x.png"),
	})
	ctx, ada := context.Background(), Author{Name: "ada"}
	said := func(name, data string) string {
		o, err := b.Publish(ctx, ada, name, strings.NewReader(data))
		if err != nil {
			t.Fatal(err)
		}
		return strings.Join(o.Lines("ada", "h"), "\n")
	}
	if got, want := said("x.png", drawn(t, 1200, 800)), "x.png: picture, 1200×800, shown in 2 posts"; got != want {
		t.Errorf("said %q, want %q", got, want)
	}
	soon(t, "it is shown", func() bool { return shown(b, "one.md", "x.png") != nil })
	if got, want := said("y.png", drawn(t, 12, 8)), "y.png: picture, 12×8, in no post yet"; got != want {
		t.Errorf("said %q, want %q", got, want)
	}
	if err := b.Remove(ctx, ada, "x.png"); err != nil {
		t.Fatal(err)
	}
	if shown(b, "one.md", "x.png") != nil {
		t.Error("a picture that was removed is still shown")
	}
	if problems := b.Live().Snapshot().Problems(); len(problems) != 2 {
		t.Errorf("told %v", problems)
	}
}

func TestGalleryIsBounded(t *testing.T) {
	p, err := picture.Decode([]byte(drawn(t, 320, 320)))
	if err != nil {
		t.Fatal(err)
	}
	most := maxGallery/p.Bytes() + 1
	g := &gallery{known: make(map[string]exhibit)}
	var posts []*post.Post
	for n := range most + 10 {
		name := fmt.Sprint(n)
		g.known[name] = exhibit{picture: p}
		posts = append(posts, &post.Post{File: name, Date: time.Unix(int64(n), 0), Pictures: []string{name}})
	}
	albums, _ := g.hang(posts, func(_ *post.Post, address string) (want, error) { return want{name: address}, nil })
	if len(albums) != most || len(g.known) != most || len(g.wanted) > 0 {
		t.Errorf("%d albums, %d pictures, %d wanted; want %d", len(albums), len(g.known), len(g.wanted), most)
	}
	if albums[posts[0].File] != nil || albums[posts[len(posts)-1].File] == nil {
		t.Error("not the newest")
	}
}

func TestPostThatStandsAloneHasItsPictures(t *testing.T) {
	dir := t.TempDir()
	put(t, dir, "one.md", fmt.Sprintf(illustrated, 1, "img/x.png")+"\n![b](gone.png) ![c](../../etc/passwd.png) ![d](https://example.com/d.png)\n")
	put(t, dir, "img/x.png", drawn(t, 30, 20))
	data, err := os.ReadFile(filepath.Join(dir, "one.md"))
	if err != nil {
		t.Fatal(err)
	}
	p, err := post.Parse("one.md", data, post.Config{})
	if err != nil {
		t.Fatal(err)
	}
	album, problems := Illustrate(os.DirFS(dir), p)
	if shown := album.Find("img/x.png"); shown == nil || shown.Width != 30 {
		t.Errorf("shows %v", shown)
	}
	if len(problems) != 2 || problems[0].Line != 10 {
		t.Errorf("told %v", problems)
	}
}

func TestPicturesThatCameAreShownThoughTheLastOneDoesNot(t *testing.T) {
	showing := make(chan map[string]exhibit, 1)
	g := &gallery{known: make(map[string]exhibit), wanted: []want{{name: "here.png"}, {name: "lost.png"}}, working: true}
	g.read = func(name string) ([]byte, error) {
		if name == "lost.png" {
			return nil, store.ErrUnreachable
		}
		return []byte(drawn(t, 9, 9)), nil
	}
	g.show = func() { showing <- g.known }
	g.done.Go(g.work)
	g.done.Wait()
	select {
	case known := <-showing:
		if len(known) != 1 || known["here.png"].picture == nil {
			t.Errorf("shown %v", known)
		}
	default:
		t.Error("nothing was shown")
	}
	if g.working {
		t.Error("nobody else would work")
	}
}

func TestOfManyPicturesThatLackOnlySomeAreTold(t *testing.T) {
	p := &post.Post{File: "a.md"}
	for n := range 3 * maxLacking {
		p.Pictures = append(p.Pictures, fmt.Sprint(n, ".png"))
	}
	g := &gallery{known: make(map[string]exhibit)}
	_, problems := g.hang([]*post.Post{p}, func(*post.Post, string) (want, error) { return want{}, errMissing })
	if len(problems) != maxLacking {
		t.Errorf("told of %d", len(problems))
	}
}

// moody is a store that cannot be reached now and then.
type moody struct {
	Store
	asked, lost atomic.Bool
}

func (m *moody) Read(name string) ([]byte, store.Stamp, error) {
	if post.IsPicture(name) && m.lost.Load() {
		m.asked.Store(true)
		return nil, store.Stamp{}, store.ErrUnreachable
	}
	return m.Store.Read(name)
}

func TestPicturesThatCouldNotBeHadComeLater(t *testing.T) {
	dir := t.TempDir()
	put(t, dir, "a.md", fmt.Sprintf(illustrated, 1, "x.png"))
	put(t, dir, "x.png", drawn(t, 9, 9))
	folder, err := store.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	m := &moody{Store: folder}
	m.lost.Store(true)
	b, err := Open(t.Context(), m, Config{}, slog.New(slog.DiscardHandler), nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { b.Close(); _ = folder.Close() })
	soon(t, "it was asked for", m.asked.Load)
	b.Settle(t.Context())
	m.lost.Store(false)
	reload(t, b)
	soon(t, "the picture is shown", func() bool { return shown(b, "a.md", "x.png") != nil })
	before := b.Live().Snapshot()
	reload(t, b)
	if b.Live().Snapshot() != before {
		t.Error("what is there was shown once more")
	}
}
