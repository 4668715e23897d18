package index

import (
	"testing"
	"testing/synctest"
	"time"

	"postern/internal/post"
)

// parse returns the post that text makes, and fails the test where it makes none.
func parse(t testing.TB, file, text string) *post.Post {
	t.Helper()
	p, err := post.Parse(file, []byte(text), post.Config{})
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestLiveShowsAPostWhenItsTimeComes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		day := time.Now().Add(24 * time.Hour).UTC().Format(time.RFC3339)
		posts := []*post.Post{
			parse(t, "soon.md", "---\ndate: "+day+"\n---\ntext\n"),
			parse(t, "gone.md", "---\ndate: 1999-01-01\nexpiryDate: "+day+"\n---\ntext\n"),
		}
		live := NewLive(Build(nil, posts, nil, time.Now()))
		defer live.Close()
		before := live.Snapshot()
		if got := before.List(Readers); len(got) != 1 || got[0].Slug != "gone" {
			t.Fatalf("before: %v", got)
		}
		start := time.Now()
		after, err := live.Next(t.Context(), before)
		if err != nil {
			t.Fatal(err)
		}
		if waited := time.Since(start); waited < 23*time.Hour || waited > 25*time.Hour {
			t.Errorf("woke after %v", waited)
		}
		if got := after.List(Readers); len(got) != 1 || got[0].Slug != "soon" {
			t.Errorf("after: %v", got)
		}
		if live.Snapshot() != after {
			t.Error("the Snapshot of this second is made anew")
		}
	})
}
