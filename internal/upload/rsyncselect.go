package upload

import (
	"errors"
	"fmt"
	"path"
	"slices"
	"strings"
)

// maxTargets bounds what one client may name to be fetched.
const maxTargets = 100

// place is a file or folder that is named, or with inside what is in it.
type place struct {
	name   string
	inside bool
}

// distinct returns targets without what is named again, or an error where too much is left.
func distinct(targets []string) ([]string, error) {
	seen := make(map[place]bool)
	kept := slices.DeleteFunc(slices.Clone(targets), func(target string) bool {
		at := place{local(target), strings.HasSuffix(target, "/") && local(target) != "."}
		again := seen[at]
		seen[at] = true
		return again
	})
	if len(kept) > maxTargets {
		return nil, fmt.Errorf("more than %d files or folders are named; name a folder, or a pattern", maxTargets)
	}
	return kept, nil
}

// selection is what an rsync client fetches, as far as it is found.
type selection struct {
	*rsync
	rules   rsyncRules
	list    []rsyncEntry
	added   map[place]bool
	sums    map[string][sumLength]byte // by the names here
	errored bool                       // something was not found
}

// list returns what the client's targets are, sorted by name. The error is that the client is gone, or wants too much.
func (r *rsync) list(rules rsyncRules) (list []rsyncEntry, errored bool, err error) {
	targets, err := distinct(r.options.targets)
	if err != nil {
		return nil, false, fmt.Errorf("rsync: %w", err)
	}
	s := &selection{rsync: r, rules: rules, added: make(map[place]bool), sums: make(map[string][sumLength]byte)}
	r.begin()
	for _, target := range targets {
		for _, name := range r.expand(r.ctx, local(target)) {
			if err := s.addTarget(name, strings.HasSuffix(target, "/")); err != nil {
				return nil, false, err
			}
		}
	}
	slices.SortStableFunc(s.list, func(a, b rsyncEntry) int { return strings.Compare(a.name, b.name) })
	return slices.CompactFunc(s.list, func(a, b rsyncEntry) bool { return a.name == b.name }), s.errored, nil
}

// addTarget adds what is called name here, or what is inside it.
func (s *selection) addTarget(name string, inside bool) error {
	at := place{name, inside || name == "."}
	if s.added[at] {
		return s.ctx.Err()
	}
	s.added[at] = true
	info, err := s.Blog.Stat(s.audience(), name)
	switch {
	case err != nil:
		s.errored = true
		s.fault(fmt.Errorf("rsync: %s: no such file", name))
		return s.ctx.Err()
	case !info.IsDir():
		return s.addFile(name, path.Base(name))
	case at.inside:
		return s.addFolder(name, ".")
	}
	return s.addFolder(name, path.Base(name))
}

// errMany is why a selection is not sent.
var errMany = fmt.Errorf("rsync: more than %d files", maxEntries)

// add adds e.
func (s *selection) add(e rsyncEntry) error {
	if len(s.list) >= maxEntries {
		return errMany
	}
	s.list = append(s.list, e)
	return nil
}

// addFile adds the file called name here, and as there.
func (s *selection) addFile(name, as string) error {
	s.pause()
	if err := s.ctx.Err(); err != nil {
		return err
	}
	info, err := s.Blog.Stat(s.audience(), name)
	if err != nil || s.rules.excludes(as, false) {
		return nil
	}
	e := entryOf(as, info)
	e.source = name
	if s.options.checksum {
		e.sum = s.sum(name)
	}
	return s.add(e)
}

// sum returns the sum of the file called name, which is read once.
func (s *selection) sum(name string) [sumLength]byte {
	if sum, ok := s.sums[name]; ok {
		return sum
	}
	var sum [sumLength]byte
	if content, err := s.Blog.ReadFile(s.audience(), name); err == nil {
		sum = contentSum(content)
	}
	s.sums[name] = sum
	return sum
}

// addFolder adds the folder called name here, and as there, with what is in it as far as the client wants it.
func (s *selection) addFolder(name, as string) error {
	s.pause()
	info, err := s.Blog.Stat(s.audience(), name)
	if err != nil || as != "." && s.rules.excludes(as, true) {
		return s.ctx.Err()
	}
	if !s.options.recursive && !s.options.dirs {
		_ = s.wire.text(messageInfo, "skipping directory "+s.Clean(as)) // told again by what does not come
		return s.ctx.Err()
	}
	if err := errors.Join(s.ctx.Err(), s.add(entryOf(as, info))); err != nil {
		return err
	}
	infos, err := s.Blog.List(s.audience(), name)
	if err != nil || !s.options.recursive && as != "." {
		return nil // gone meanwhile, or not asked for
	}
	for _, info := range infos {
		add := s.addFile
		if info.IsDir() {
			add = s.addFolder
		}
		here := below(name, info.Name())
		there := here[len(here)-len(below(as, info.Name())):] // no string of its own: there are thousands
		if err := add(here, there); err != nil {
			return err
		}
	}
	return nil
}
