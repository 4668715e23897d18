package index

import (
	"slices"
	"sync"
	"time"

	"postern/internal/post"
)

// collectEvents collects the times at which the state of a post changes.
func (s *shelf) collectEvents() {
	for _, p := range s.posts {
		if p.Draft {
			continue
		}
		if appears := later(p.Date, p.Publish); !appears.IsZero() {
			s.events = append(s.events, appears)
		}
		if !p.Expiry.IsZero() {
			s.events = append(s.events, p.Expiry)
		}
	}
	slices.SortFunc(s.events, time.Time.Compare)
}

// later returns the later of two times.
func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}

// view returns the posts as they are seen at the time now.
func (s *shelf) view(now time.Time) *Snapshot {
	v := &Snapshot{shelf: s, states: make([]post.State, len(s.posts))}
	for at, p := range s.posts {
		v.states[at] = p.State(now)
	}
	next, _ := slices.BinarySearchFunc(s.events, now, func(event, now time.Time) int {
		if event.After(now) {
			return 1
		}
		return -1
	})
	if next > 0 {
		v.from = s.events[next-1]
	}
	if next < len(s.events) {
		v.until = s.events[next]
	}
	for a := range Audience(audiences) {
		v.lists[a] = v.list(a)
		v.tags[a] = sync.OnceValue(func() []Tag { return v.countTags(a) })
	}
	return v
}

// list makes the list of one audience.
func (s *Snapshot) list(a Audience) listing {
	l := listing{entries: make([]Entry, 0, len(s.groups)), position: make([]int, len(s.groups))}
	for g, group := range s.groups {
		l.position[g] = -1
		for _, at := range group {
			if s.listed(at, a) {
				l.position[g] = len(l.entries)
				l.entries = append(l.entries, s.entry(at))
				break
			}
		}
	}
	return l
}

// At returns the same posts as they are seen at the time now: s itself while nothing changes. It shares everything that
// does not depend on time, and is cheap.
func (s *Snapshot) At(now time.Time) *Snapshot {
	if !now.Before(s.from) && (s.until.IsZero() || now.Before(s.until)) {
		return s
	}
	return s.view(now)
}

// Until returns when what can be seen changes next; zero: never.
func (s *Snapshot) Until() time.Time { return s.until }
