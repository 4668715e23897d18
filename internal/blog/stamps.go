package blog

import (
	"path"
	"sync"

	"postern/internal/post"
	"postern/internal/store"
)

// stamps are those of all files of the folder, posts or not. It is safe for concurrent use, so that nobody who only
// looks waits for a disk.
type stamps struct {
	mu    sync.RWMutex
	all   map[string]store.Stamp
	total int64 // bytes

	claimedFiles int // of files that are being written
	claimedBytes int64
}

func (s *stamps) get(name string) (store.Stamp, bool) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	stamp, ok := s.all[name]
	return stamp, ok
}

// sum returns how many files there are, and their size together, with those that are being written.
func (s *stamps) sum() (files int, total int64) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return len(s.all) + s.claimedFiles, s.total + s.claimedBytes
}

// claim counts the file called name among the others before it is there, with size bytes, until release is called.
func (s *stamps) claim(name string, size int64) (release func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	old, ok := s.all[name]
	files, bytes := 0, max(size-old.Size, 0)
	if !ok {
		files = 1
	}
	s.claimedFiles += files
	s.claimedBytes += bytes
	return func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.claimedFiles -= files
		s.claimedBytes -= bytes
	}
}

func (s *stamps) set(name string, stamp store.Stamp) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.total += stamp.Size - s.all[name].Size
	s.all[name] = stamp
}

func (s *stamps) drop(name string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.total -= s.all[name].Size
	delete(s.all, name)
}

// pictures returns the names of all pictures, without their folders.
func (s *stamps) pictures() map[string]bool {
	s.mu.RLock()
	defer s.mu.RUnlock()
	names := make(map[string]bool)
	for name := range s.all {
		if post.IsPicture(name) {
			names[path.Base(name)] = true
		}
	}
	return names
}

// reset takes over what the folder listed, and returns what it had listed before. The map is not changed by anybody else
// from then on.
func (s *stamps) reset(all map[string]store.Stamp) (before map[string]store.Stamp) {
	s.mu.Lock()
	defer s.mu.Unlock()
	before = s.all
	s.all, s.total = all, 0
	for _, stamp := range all {
		s.total += stamp.Size
	}
	return before
}
