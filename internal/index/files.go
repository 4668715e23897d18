package index

// File returns the post in the file called name, whoever may see it.
func (s *Snapshot) File(name string) (Entry, bool) {
	at, ok := s.byFile[name]
	if !ok {
		return Entry{}, false
	}
	return s.entry(at), true
}

// All returns every post that the audience sees in lists, each translation by itself, newest first.
func (s *Snapshot) All(a Audience) []Entry {
	entries := make([]Entry, 0, len(s.posts))
	for at := range s.posts {
		if s.listed(at, a) {
			entries = append(entries, s.entry(at))
		}
	}
	return entries
}
