package index

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"postern/internal/post"
)

// manySaying returns count posts that all say something and their number.
func manySaying(t testing.TB, count int, says string) []*post.Post {
	t.Helper()
	var posts []*post.Post
	for n := range count {
		posts = append(posts, parse(t, fmt.Sprintf("%04d.md", n), fmt.Sprintf("---\ndate: 2020-01-01\n---\n%s number%d\n", says, n)))
	}
	return posts
}

// found returns the slugs that a search finds, sorted, and fails the test where it is not ready.
func found(t testing.TB, s *Snapshot, query string, a Audience) string {
	t.Helper()
	r, ready := s.Search(query, a, 0)
	if !ready {
		t.Errorf("Search(%q) is not ready", query)
	}
	var slugs []string
	for _, f := range r.Found {
		slugs = append(slugs, f.Slug)
	}
	slices.Sort(slugs)
	return strings.Join(slugs, " ")
}

func TestSearchShowsWhatListsShow(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		day := time.Now().Add(24 * time.Hour).UTC().Format(time.RFC3339)
		var posts []*post.Post
		for name, head := range map[string]string{
			"live": "date: 1999-01-01", "draft": "draft: true", "soon": "date: " + day, "unlisted": "unlisted: true",
			"expired": "expiryDate: 1999-01-01", "ends": "date: 1999-01-01\nexpiryDate: " + day,
		} {
			posts = append(posts, parse(t, name+".md", "---\n"+head+"\ntags: [fruit]\n---\nkiwi\n"))
		}
		live := NewLive(Build(nil, posts, nil, time.Now()))
		defer live.Close()
		for _, query := range []string{"kiwi", "kiw", "kiwwi", "#fruit", "ki", `"kiwi"`} {
			if got := found(t, live.Snapshot(), query, Readers); got != "ends live" {
				t.Errorf("readers find %q by %q", got, query)
			}
			if got := found(t, live.Snapshot(), query, Authors); got != "draft ends expired live soon unlisted" {
				t.Errorf("authors find %q by %q", got, query)
			}
		}
		time.Sleep(25 * time.Hour)
		if got := found(t, live.Snapshot(), "kiwi", Readers); got != "live soon" {
			t.Errorf("a day later readers find %q", got)
		}
	})
}

func TestAChangedPostIsFoundAtOnce(t *testing.T) {
	posts := manySaying(t, 20, "kiwi")
	live := NewLive(Build(nil, posts, nil, time.Now()))
	defer live.Close()
	old := live.Snapshot()
	next := append(slices.Clone(posts[2:]), parse(t, "0001.md", "---\ndate: 2020-01-01\n---\nplum\n"))
	live.Swap(Build(nil, next, nil, time.Now()))
	if got := found(t, live.Snapshot(), "plum", Readers); got != "0001" {
		t.Errorf("new words find %q", got)
	}
	if got := found(t, live.Snapshot(), "number0 ", Readers); strings.Contains(got, "0000") {
		t.Errorf("a removed post is found: %q", got)
	}
	if got := found(t, old, "number1 ", Readers); got != "0001" {
		t.Errorf("the old snapshot finds %q", got)
	}
}

func TestManyPostsAreIndexedInTheBackground(t *testing.T) {
	posts := manySaying(t, 400, "kiwi")
	live := NewLive(Build(nil, nil, nil, time.Now()))
	defer live.Close()
	live.Swap(Build(nil, posts, nil, time.Now()))
	s := live.Snapshot()
	<-s.Indexed()
	if r, ready := s.Search("kiwi", Readers, 10); !ready || r.Total != 400 || len(r.Found) != 10 {
		t.Errorf("%d found, ready: %v", r.Total, ready)
	}
}

func TestOldPostsAreNotFoundWhileNewOnesAreIndexed(t *testing.T) {
	live := NewLive(Build(nil, manySaying(t, 300, "secret"), nil, time.Now()))
	defer live.Close()
	<-live.Snapshot().Indexed()
	live.Swap(Build(nil, manySaying(t, 300, "public"), nil, time.Now()))
	s := live.Snapshot()
	if r, _ := s.Search("secret ", Readers, 10); r.Total != 0 {
		t.Errorf("%d old posts are found", r.Total)
	}
	<-s.Indexed()
	if r, ready := s.Search("public ", Readers, 10); !ready || r.Total != 300 {
		t.Errorf("%d found, ready: %v", r.Total, ready)
	}
}

func TestTheLatestIsIndexedAfterAStormOfSwaps(t *testing.T) {
	live := NewLive(Build(nil, nil, nil, time.Now()))
	defer live.Close()
	var readers sync.WaitGroup
	posts := manySaying(t, 200, "kiwi")
	for n := range 60 {
		if n%15 == 0 {
			posts = manySaying(t, 200, fmt.Sprint("kiwi", n))
		}
		posts = slices.Clone(posts)
		posts[n] = parse(t, posts[n].File, fmt.Sprintf("---\ndate: 2020-01-01\n---\nplum%d\n", n))
		live.Swap(Build(nil, posts, nil, time.Now()))
		if n%10 == 0 {
			readers.Go(func() { live.Snapshot().Search("kiwi", Readers, 5) })
		}
	}
	readers.Wait()
	s := live.Snapshot()
	<-s.Indexed()
	if got := found(t, s, "plum59 ", Readers); got != "0059" {
		t.Errorf("found %q", got)
	}
	if r, _ := s.Search("kiwi45 ", Readers, 5); r.Total != 185 {
		t.Errorf("%d found", r.Total)
	}
}

func TestCloseEndsIndexing(t *testing.T) {
	live := NewLive(Build(nil, nil, nil, time.Now()))
	live.Swap(Build(nil, manySaying(t, 3000, strings.Repeat("kiwi plum ", 100)), nil, time.Now()))
	live.Close()
	live.Close()
	if live.indexer.working {
		t.Error("still at work")
	}
	live.Swap(Build(nil, manySaying(t, 1000, "late"), nil, time.Now()))
	if live.indexer.working {
		t.Error("at work again")
	}
}

// BenchmarkSwap shows a Snapshot of 10,000 posts with one that changed.
func BenchmarkSwap(b *testing.B) {
	posts := manySaying(b, 10000, strings.Repeat("kiwi plum apple pear ", 200))
	live := NewLive(Build(nil, posts, nil, time.Now()))
	defer live.Close()
	<-live.Snapshot().Indexed()
	for n := 0; b.Loop(); n++ {
		posts = slices.Clone(posts)
		old := posts[n%len(posts)]
		posts[n%len(posts)] = parse(b, old.File, old.Source)
		b.StopTimer()
		s := Build(nil, posts, nil, time.Now())
		b.StartTimer()
		live.Swap(s)
	}
}
