package index

import (
	"cmp"
	"fmt"
	"path"
	"slices"
	"strconv"
	"strings"

	"postern/internal/post"
)

// Who gets an address that several posts want:
//
//   - a draft after all posts that are none;
//   - a slug that an author wrote before one that is made of a file's name;
//   - among equals the earlier post, then the one whose path comes first, so that a new post never moves an old one; of
//     posts without a date, which cannot tell, the one in fewer folders, and both are told;
//   - the others get YYYY-MM-DD-slug, then folder-slug, then slug-2;
//   - a translation gets the slug of its post with its language behind a dot, where it has none of its own.
//
// What is left goes to aliases, then to the names of files. All of it depends on nothing but the posts themselves.

// assignSlugs gives every post a slug of its own.
func (s *shelf) assignSlugs() {
	s.slugs = make([]string, len(s.posts))
	s.address = make(map[string]int, 4*len(s.posts))
	next := make(map[string]int) // number to try for a slug
	wanted := make(map[int]bool) // by others without a date
	order := s.claims()
	for _, at := range order {
		p := s.posts[at]
		holder, taken := s.address[p.Slug]
		if taken && p.Explicit && s.posts[holder].Explicit {
			s.warn(p, fmt.Sprintf("slug: %s has the slug %q too, so this post is at %%s", s.posts[holder].File, p.Slug), "write another slug")
		}
		if taken && !p.Explicit && s.posts[holder].Explicit {
			s.warn(p, fmt.Sprintf("slug: %s has the slug %q, so this post is at %%s", s.posts[holder].File, p.Slug), "write a slug for one of the two")
			s.warn(s.posts[holder], fmt.Sprintf("slug: takes the address of %s, whose file is called so", p.File), "write another slug")
		}
		if taken && !p.Explicit && !s.posts[holder].Explicit && !p.Draft && p.Date.IsZero() && s.posts[holder].Date.IsZero() {
			s.warn(p, fmt.Sprintf("slug: %s has the address %q too, so this post is at %%s", s.posts[holder].File, p.Slug), "write a slug or a date")
			if !wanted[holder] { // one is enough to know
				s.warn(s.posts[holder], fmt.Sprintf("slug: %s wants the same address, and is at another one", p.File), "write a slug for one of the two")
			}
			wanted[holder] = true
		}
		s.take(at, s.free(p, next))
	}
	for _, group := range s.groups {
		for _, at := range group[1:] {
			s.take(at, s.translated(at, group[0], next))
		}
	}
	s.nameSlugs()
}

// claims returns the leading posts of all groups in the order in which they choose.
func (s *shelf) claims() []int {
	var classes [4][]int
	for _, at := range s.earliest() {
		if s.groups[s.groupOf[at]][0] != at {
			continue
		}
		class := 0
		if s.posts[at].Draft { // what nobody reads moves nothing that is read
			class += 2
		}
		if !s.posts[at].Explicit {
			class++
		}
		classes[class] = append(classes[class], at)
	}
	return slices.Concat(classes[:]...)
}

// earliest returns the places of all posts, ordered as earliestFirst does, but undated ones in few folders before those in
// many. It turns the order around that they have.
func (s *shelf) earliest() []int {
	order := make([]int, 0, len(s.posts))
	end, _ := slices.BinarySearchFunc(s.posts, true, func(p *post.Post, _ bool) int {
		if p.Date.IsZero() {
			return 0
		}
		return -1
	})
	undated := end
	for end > 0 {
		begin := end - 1
		for begin > 0 && s.posts[begin-1].Date.Equal(s.posts[begin].Date) { // these go by their paths
			begin--
		}
		for at := begin; at < end; at++ {
			order = append(order, at)
		}
		end = begin
	}
	for at := undated; at < len(s.posts); at++ {
		order = append(order, at)
	}
	slices.SortStableFunc(order[undated:], func(a, b int) int {
		return strings.Count(s.posts[a].File, "/") - strings.Count(s.posts[b].File, "/")
	})
	return order
}

// earliestFirst orders posts by their instant, undated ones last, then by path.
func earliestFirst(p, q *post.Post) int {
	if p.Date.IsZero() || q.Date.IsZero() {
		return newestFirst(p, q)
	}
	return cmp.Or(p.Date.Compare(q.Date), strings.Compare(p.File, q.File))
}

// free returns the first slug for p that nobody has.
func (s *shelf) free(p *post.Post, next map[string]int) string {
	candidates := []string{p.Slug}
	if _, taken := s.address[p.Slug]; !taken {
		return p.Slug
	}
	if !p.Date.IsZero() {
		candidates = append(candidates, p.Date.Format("2006-01-02")+"-"+p.Slug)
	}
	folder := path.Dir(p.File)
	if strings.EqualFold(path.Base(p.Base), "index") { // its folder's name is the post's
		folder = path.Dir(folder)
	}
	if folder = post.Address(path.Base(folder)); folder != "" {
		candidates = append(candidates, folder+"-"+p.Slug)
	}
	for _, slug := range candidates {
		if _, taken := s.address[slug]; !taken {
			return slug
		}
	}
	return s.numbered(p.Slug, next)
}

// numbered returns slug with the first number behind it that makes it new.
func (s *shelf) numbered(slug string, next map[string]int) string {
	for n := max(2, next[slug]); ; n++ {
		numbered := slug + "-" + strconv.Itoa(n)
		if _, taken := s.address[numbered]; !taken {
			next[slug] = n + 1
			return numbered
		}
	}
}

// translated returns the slug of the post at a place, whose group leader has one already.
func (s *shelf) translated(at, leader int, next map[string]int) string {
	p := s.posts[at]
	if p.Explicit && p.Slug != s.posts[leader].Slug {
		if _, taken := s.address[p.Slug]; !taken {
			return p.Slug
		}
	}
	slug := s.slugs[leader] + "." + strings.ToLower(cmp.Or(p.Language, "x"))
	if _, taken := s.address[slug]; !taken {
		return slug
	}
	return s.numbered(slug, next)
}

// take gives slug to the post at a place.
func (s *shelf) take(at int, slug string) {
	s.slugs[at] = slug
	s.address[slug] = at
}

// warn adds a problem of p. A %s in what becomes the slug of p once it has one.
func (s *shelf) warn(p *post.Post, what, hint string) {
	s.problems = append(s.problems, post.Problem{File: p.File, What: what, Hint: hint})
}

// nameSlugs fills in the slugs that problems of this Build speak of.
func (s *shelf) nameSlugs() {
	for i, problem := range s.problems {
		if at, ok := s.byFile[problem.File]; ok && strings.HasSuffix(problem.What, "this post is at %s") {
			s.problems[i].What = strings.TrimSuffix(problem.What, "%s") + s.slugs[at]
		}
	}
}

// collectAddresses adds aliases, then the names of files, then the files that only redirect.
func (s *shelf) collectAddresses() {
	order := s.earliest()
	for _, at := range order {
		p := s.posts[at]
		for _, alias := range p.Aliases {
			if holder, taken := s.claim(alias, at); taken && s.groupOf[holder] != s.groupOf[at] {
				s.warn(p, fmt.Sprintf("the address %q leads to %s already", alias, s.posts[holder].File), "remove it from one of the two")
			}
		}
	}
	for _, at := range order {
		s.claim(s.posts[at].Slug, at)
		for _, stem := range s.posts[at].Stems {
			s.claim(stem, at)
		}
	}
	s.redirect()
}

// claim lets address lead to the post at a place. Where it leads elsewhere already, claim returns where.
func (s *shelf) claim(address string, at int) (holder int, taken bool) {
	holder, taken = s.address[address]
	if !taken {
		s.address[address] = at
	}
	return holder, taken && holder != at
}

// redirect adds the addresses of files that only lead to another one, perhaps by way of a third.
func (s *shelf) redirect() {
	const hops = 4
	stubs := s.stubs
	for range hops {
		var left []*post.Post
		for _, p := range stubs {
			at, ok := s.address[p.Redirect]
			if !ok {
				at, ok = s.address[p.Redirect[strings.LastIndexByte(p.Redirect, '/')+1:]]
			}
			if !ok {
				left = append(left, p)
				continue
			}
			for _, address := range slices.Concat([]string{p.Slug}, p.Aliases, p.Stems) {
				s.claim(address, at)
			}
		}
		stubs = left
	}
	for _, p := range stubs {
		s.warn(p, fmt.Sprintf("redirect: no post is at %q", p.Redirect), "write the address of a post")
	}
}
