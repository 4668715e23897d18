package index

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"postern/internal/post"
)

func TestOrdersAreThoseOfTheirRules(t *testing.T) {
	for range 100 {
		var posts []*post.Post
		for n := range rand.IntN(60) {
			p := &post.Post{File: fmt.Sprintf("%02d.md", n)}
			if n%5 > 0 {
				p.Date = time.Unix(int64(rand.IntN(10)-5), int64(rand.IntN(3))).In(time.FixedZone("", rand.IntN(3)*3600))
			}
			if n == 7 {
				p.Date = time.Date(9999, 12, 31, 0, 0, 0, 0, time.UTC)
			}
			posts = append(posts, p)
		}
		rand.Shuffle(len(posts), func(i, j int) { posts[i], posts[j] = posts[j], posts[i] })
		newest, earliest := slices.SortedFunc(slices.Values(posts), newestFirst), slices.SortedFunc(slices.Values(posts), earliestFirst)
		sortNewestFirst(posts)
		if !slices.Equal(posts, newest) {
			t.Fatal("not newest first")
		}
		s := &shelf{posts: posts}
		for n, at := range s.earliest() {
			if posts[at] != earliest[n] {
				t.Fatalf("place %d of the earliest: %s, want %s", n, posts[at].File, earliest[n].File)
			}
		}
		if len(s.earliest()) != len(posts) {
			t.Fatal("not all of them")
		}
	}
}
