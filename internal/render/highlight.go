package render

import (
	"hash/maphash"
	"strings"
	"sync"

	"github.com/alecthomas/chroma/v2"
	"github.com/alecthomas/chroma/v2/lexers"
)

const (
	maxHighlight = 32 << 10 // bytes of code over which it is shown in one colour: lexers are slow
	maxRun       = 1<<16 - 1
	maxMemo      = 1 << 17 // runs that are remembered, in each of two generations
)

// A run is a piece of code of one role, so many bytes long.
type run struct {
	bytes uint16
	role  Role
}

// languages are the names that lexers.Get knows; for others it would try every pattern of file names.
var languages = sync.OnceValue(func() map[string]bool {
	known := make(map[string]bool)
	for _, name := range lexers.Names(true) {
		known[strings.ToLower(name)] = true
	}
	return known
})

// highlight returns the runs that source is made of, nil where all of it looks alike: code of an unknown language, or
// what a lexer gave up on.
func highlight(lang, source string) []run {
	if lang == "" || len(source) > maxHighlight || !languages()[lang] {
		return nil
	}
	key := codeKey{lang, maphash.String(codeSeed, source), len(source)}
	if runs, ok := highlighted.get(key); ok {
		return runs
	}
	runs := lex(lang, source)
	highlighted.put(key, runs)
	return runs
}

// lex has chroma take source apart.
func lex(lang, source string) (runs []run) {
	defer func() {
		if recover() != nil { // a lexer's mistake must not take the post away
			runs = nil
		}
	}()
	it, err := lexers.Get(lang).Tokenise(&chroma.TokeniseOptions{State: "root"}, source)
	if err != nil {
		return nil
	}
	size := 0
	for t := it(); t != chroma.EOF; t = it() {
		runs = appendRun(runs, len(t.Value), tokenRole(t.Type))
		size += len(t.Value)
	}
	if size != len(source) {
		return nil
	}
	return append([]run(nil), runs...)
}

// appendRun appends n bytes of a role, to the run before where that looks alike.
func appendRun(runs []run, n int, r Role) []run {
	if last := len(runs) - 1; last >= 0 && runs[last].role == r && int(runs[last].bytes)+n <= maxRun {
		runs[last].bytes += uint16(n)
		return runs
	}
	return append(runs, run{uint16(n), r})
}

// A codeKey stands for a piece of code in a language.
type codeKey struct {
	lang string
	hash uint64
	size int
}

var codeSeed = maphash.MakeSeed()

// highlighted remembers how code was taken apart, which is the same for every measure, theme and reader.
var highlighted = codeMemo{recent: make(map[codeKey][]run)}

// A codeMemo is a bounded memory of two generations: what is asked for moves to the recent one, and when that is full
// the older one is forgotten.
type codeMemo struct {
	mu            sync.Mutex
	recent, older map[codeKey][]run
	runs          int // in recent
}

func (m *codeMemo) get(key codeKey) ([]run, bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	runs, ok := m.recent[key]
	if !ok {
		if runs, ok = m.older[key]; ok {
			m.add(key, runs)
		}
	}
	return runs, ok
}

func (m *codeMemo) put(key codeKey, runs []run) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.add(key, runs)
}

// add needs the lock.
func (m *codeMemo) add(key codeKey, runs []run) {
	const overhead = 32
	if m.runs += len(runs) + overhead; m.runs > maxMemo {
		m.older, m.recent, m.runs = m.recent, make(map[codeKey][]run), len(runs)
	}
	m.recent[key] = runs
}
