package search

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"postern/internal/post"
)

var errStopped = errors.New("stopped")

// contextWithCause returns a context that ends with the error that its function is given.
func contextWithCause(t testing.TB) (context.Context, context.CancelCauseFunc) {
	ctx, cancel := context.WithCancelCause(t.Context())
	t.Cleanup(func() { cancel(nil) })
	return ctx, cancel
}

// small writes posts of few words out of few, so that they have much in common.
func small(random *rand.Rand, n int) *post.Post {
	words := strings.Fields("alpha beta gamma delta kiwi plum Über café naïve 日本語 端末 blocks block blocked typography typograph x y")
	pick := func(n int) string {
		var s []string
		for range n {
			s = append(s, words[random.IntN(len(words))])
		}
		return strings.Join(s, " ")
	}
	return &post.Post{
		File: fmt.Sprintf("%03d.md", n), Title: pick(2), Tags: []string{pick(1), pick(2)}, Authors: []string{pick(2)},
		Markdown: pick(3 + random.IntN(30)), Date: time.Date(2020+random.IntN(3), 1, 1, 0, 0, 0, 0, time.UTC),
	}
}

// askedOf is what every Index of small posts is asked.
func askedOf() []string {
	return []string{
		"alpha ", "alp", "a", "kiwi plum ", "block", "typograhpy", "typo", `"alpha beta"`, `"alpha be`, "#kiwi", "@plum", "title:delta ",
		"uber", "日本", "端", "-alpha beta", "after:2021", "kiwi before:2021", "kiwi elephant ", "日本語端末", "blockedd kiwi ", "x y ",
	}
}

func TestWithIsLikeBuild(t *testing.T) {
	for seed := range uint64(4) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			random := rand.New(rand.NewPCG(seed, 7))
			posts := make(map[string]*post.Post)
			x := &Index{}
			for round := range 8 {
				changed, removed := someChanges(random, posts, round)
				x = x.With(changed, removed)
				compareIndexes(t, x, built(t, valuesOf(posts)), round)
			}
		})
	}
}

// someChanges changes posts and returns what it did.
func someChanges(random *rand.Rand, posts map[string]*post.Post, round int) (changed []*post.Post, removed []string) {
	const files = 120
	count := 1 + random.IntN(4)
	if round == 0 {
		count = files
	}
	for range count {
		p := small(random, random.IntN(files))
		if !slices.ContainsFunc(changed, func(q *post.Post) bool { return q.File == p.File }) {
			changed = append(changed, p)
		}
	}
	for file := range posts {
		if random.IntN(20) == 0 && !slices.ContainsFunc(changed, func(q *post.Post) bool { return q.File == file }) {
			removed = append(removed, file)
			delete(posts, file)
		}
	}
	for _, p := range changed {
		posts[p.File] = p
	}
	return changed, removed
}

func valuesOf(posts map[string]*post.Post) []*post.Post {
	var values []*post.Post
	for _, p := range posts {
		values = append(values, p)
	}
	return values
}

func compareIndexes(t *testing.T, got, want *Index, round int) {
	t.Helper()
	g, w := got.View(all), want.View(all)
	for _, query := range askedOf() {
		if got, want := describe(g.Search(query, 5)), describe(w.Search(query, 5)); got != want {
			t.Fatalf("round %d, %q:\n got %s\nwant %s", round, query, got, want)
		}
	}
}

func TestOldIndexesStay(t *testing.T) {
	old := built(t, shelf(t))
	before := describe(old.View(all).Search("half", 10))
	next := old.With([]*post.Post{parsed(t, "blocks.md", "---\ntitle: Gone\n---\nnothing\n")}, []string{"ssh.md"})
	if got := files(next.View(all).Search("half", 10)); got != "boring" {
		t.Errorf("after the change: %q", got)
	}
	if after := describe(old.View(all).Search("half", 10)); after != before {
		t.Errorf("the old one changed:\n%s\n%s", before, after)
	}
}

func TestAnIndexWears(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 1))
	var posts []*post.Post
	for n := range 300 {
		posts = append(posts, small(random, n))
	}
	x := built(t, posts)
	if x.Worn() {
		t.Fatal("worn from the start")
	}
	changes := 0
	for ; !x.Worn() && changes < 1000; changes++ {
		x = x.With([]*post.Post{small(random, changes%300)}, nil)
	}
	if changes < 100 || changes == 1000 {
		t.Errorf("worn after %d changes", changes)
	}
}

func TestSearchWhileChanging(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 3))
	var posts []*post.Post
	for n := range 100 {
		posts = append(posts, small(random, n))
	}
	x := built(t, posts)
	var readers sync.WaitGroup
	for n := range 100 {
		if x = x.With([]*post.Post{small(random, n%100)}, nil); n%20 != 0 {
			continue
		}
		v := x.View(all)
		for range 2 {
			readers.Go(func() {
				for _, query := range askedOf() {
					describe(v.Search(query, 10))
				}
			})
		}
	}
	readers.Wait()
}
