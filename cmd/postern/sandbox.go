package main

import (
	"path/filepath"

	"github.com/landlock-lsm/go-landlock/landlock"

	"postern/internal/store"
)

// confine takes from the whole process, for good, what it has no use for once everything is open: all files but the
// posts, the keys and the configuration, programs, and connections to others (landlock(7)). A kernel
// that cannot do all of it does what it can. A folder of posts that is a link may lead to another one beside it; one that
// is made anew stays shut. Where the posts lie in a bucket, connections to the ports of its cluster stay, and what names
// and certificates need. Without --sandbox it does nothing.
func (s settings) confine(bucket *store.Bucket) error {
	if !s.sandbox {
		return nil
	}
	rules := []landlock.Rule{landlock.RODirs(s.keys)}
	if bucket != nil {
		rules = append(rules, reaching(bucket)...)
	} else {
		rules = append(rules, landlock.RWDirs(s.posts).WithRefer())
	}
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

// reaching returns what it takes to connect to the bucket's cluster again.
func reaching(bucket *store.Bucket) []landlock.Rule {
	rules := []landlock.Rule{landlock.ROFiles("/etc/resolv.conf", "/etc/hosts", "/etc/nsswitch.conf").IgnoreIfMissing(), landlock.ROFiles(bucket.Files()...)}
	for _, port := range bucket.Ports() {
		rules = append(rules, landlock.ConnectTCP(port))
	}
	return rules
}
