package main

import (
	"path/filepath"

	"github.com/landlock-lsm/go-landlock/landlock"
)

// confine takes from the whole process, for good, what it has no use for once everything is open: all files but the
// posts, the keys and the configuration, programs, and connections to others (landlock(7)). A kernel
// that cannot do all of it does what it can. A folder of posts that is a link may lead to another one beside it.
// Without --sandbox it does nothing.
func (s settings) confine() error {
	if !s.sandbox {
		return nil
	}
	rules := []landlock.Rule{landlock.RWDirs(s.posts).WithRefer(), landlock.RODirs(s.keys)}
	if target, err := filepath.EvalSymlinks(s.posts); err == nil && filepath.Base(target) != filepath.Base(s.posts) {
		rules = append(rules, landlock.RODirs(filepath.Dir(target)))
	}
	if s.config != "" {
		rules = append(rules, landlock.RODirs(filepath.Dir(s.config)))
	}
	if s.admin != "" { // metrics of the process
		rules = append(rules, landlock.RODirs("/proc/self").IgnoreIfMissing())
	}
	return landlock.V8.BestEffort().Restrict(rules...)
}
