package index

import (
	"cmp"
	"math"
	"slices"

	"postern/internal/post"
)

// sortNewestFirst sorts posts as newestFirst does. It looks at most posts once: their seconds say enough, and lie together.
func sortNewestFirst(posts []*post.Post) {
	type dated struct {
		second int64
		post   *post.Post
	}
	keyed := make([]dated, len(posts))
	for n, p := range posts {
		keyed[n] = dated{math.MinInt64, p}
		if !p.Date.IsZero() {
			keyed[n].second = p.Date.Unix()
		}
	}
	slices.SortFunc(keyed, func(a, b dated) int {
		if a.second != b.second {
			return cmp.Compare(b.second, a.second)
		}
		return newestFirst(a.post, b.post)
	})
	for n := range keyed {
		posts[n] = keyed[n].post
	}
}
