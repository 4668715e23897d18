package index

import (
	"fmt"
	"slices"
	"strings"

	"postern/internal/post"
)

// Linear is the user name that opens the linear reader, whatever posts are called.
const Linear = "plain"

// maxDead is how many links of a post authors are told of: who has mended these sees the next.
const maxDead = 20

// Problems returns what authors should mend, sorted by file and place.
func (s *Snapshot) Problems() []post.Problem {
	s.asked.Do(func() { s.known = s.allProblems() })
	return s.known
}

// ProblemsOf returns what authors should mend in the file called name.
func (s *Snapshot) ProblemsOf(name string) []post.Problem {
	from, _ := slices.BinarySearchFunc(s.problems, name, func(p post.Problem, name string) int { return strings.Compare(p.File, name) })
	until := from
	for until < len(s.problems) && s.problems[until].File == name {
		until++
	}
	found := s.problems[from:until:until]
	e, ok := s.File(name)
	if !ok || len(e.Links) == 0 {
		return found
	}
	found = slices.Concat(found, s.deadLinks(e))
	slices.SortFunc(found, post.Problem.Compare)
	return found
}

// allProblems returns the problems of the shelf and those of links, which are looked for when somebody asks, not at each
// change.
func (s *Snapshot) allProblems() []post.Problem {
	all := slices.Clone(s.problems)
	for at, p := range s.posts {
		if len(p.Links) > 0 {
			all = append(all, s.deadLinks(s.entry(at))...)
		}
	}
	slices.SortFunc(all, post.Problem.Compare)
	return all
}

// tellTaken tells of each address of a post that is another's as a user name of SSH.
func (s *shelf) tellTaken(authors []string) {
	tell := func(name, whose string) {
		if at, ok := s.address[name]; ok {
			s.warn(s.posts[at], fmt.Sprintf("the address %s is %s, so ssh %[1]s@host does not open it", name, whose), "write another slug")
		}
	}
	tell(Linear, "the linear reader's")
	for _, name := range authors {
		tell(name, "an author's name")
	}
}

// deadLinks returns a problem for each link of e to a file of posts that is not here.
func (s *Snapshot) deadLinks(e Entry) []post.Problem {
	var dead []post.Problem
	for _, address := range e.Links {
		if _, _, ok := s.Resolve(e, Link{Address: address}, Authors); ok {
			continue
		}
		line, col := e.Place(address)
		dead = append(dead, post.Problem{File: e.File, Line: line, Col: col, What: "links to " + address + ", which is not here", Hint: "push it as well, or mend the link"})
		if len(dead) == maxDead {
			break
		}
	}
	return dead
}
