package render

import (
	"runtime"
	"sort"
	"sync"
	"time"
	"unsafe"

	"postern/internal/picture"
	"postern/internal/post"
)

// A layout is a post being set for one shape: the chunks made so far, and what it takes to make the next. Who reads what
// is set does not wait for who has more set.
type layout struct {
	shape shape

	setting sync.Mutex // held while a window is set, taken before mu
	windows *windows   // nil when all is set
	setter  *typesetter
	spent   time.Duration

	mu     sync.Mutex
	chunks []*chunk
	bytes  int
	all    *contents // once it was asked for
	whole  bool      // all is set
}

// turns are taken to set what is beyond the first window of a post, a window at a time, which is some milliseconds of
// work: whoever has long posts set keeps no more than half of the processors from those who want little.
var turns = make(chan struct{}, max(1, runtime.GOMAXPROCS(0)/2))

// A chunk is a run of blocks that were set together. It never changes once it is in a layout.
type chunk struct {
	first    int    // line of the post
	text     string // of all rows, with marks
	styles   []style
	rows     []row
	blocks   []uint32 // the first row of each block
	block    int      // number of the first of them in the post
	codes    []codeBlock
	figures  []figure
	links    []Link
	linked   int // links in the chunks before
	headings []Heading
	notes    []Footnote
}

// contents are what all of a post has. Screens ask for them with each key.
type contents struct {
	headings []Heading
	links    []Link
	figures  []Figure
}

// contents sets all of the post and returns what it has.
func (l *layout) contents() *contents {
	l.setAll()
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.all != nil {
		return l.all
	}
	l.all = &contents{}
	for _, c := range l.chunks {
		l.all.headings = append(l.all.headings, c.headings...)
		l.all.links = append(l.all.links, c.links...)
		for _, f := range c.figures {
			f.Line = c.first + int(f.first)
			l.all.figures = append(l.all.figures, f.Figure)
		}
	}
	return l.all
}

func newLayout(p *post.Post, s shape, album *picture.Album) *layout {
	w := newWindows(p.Markdown)
	t := &typesetter{
		setter: setter{measure: s.measure},
		shape:  s, album: album, glyphs: glyphsFor(s), ids: make(map[string]int),
		notes: newNotes(w.labels),
	}
	return &layout{shape: s, windows: w, setter: t}
}

// lengthLocked returns how many lines are set.
func (l *layout) lengthLocked() int {
	if len(l.chunks) == 0 {
		return 0
	}
	last := l.chunks[len(l.chunks)-1]
	return last.first + len(last.rows)
}

func (l *layout) setAll() { l.setUntil(func() bool { return false }) }

// setLines sets windows until there are n lines, or no more windows.
func (l *layout) setLines(n int) { l.setUntil(func() bool { return l.lengthLocked() >= n }) }

// setUntil sets windows until there is enough, or no more windows. Enough is called with mu held.
func (l *layout) setUntil(enough func() bool) {
	for !l.has(enough) {
		l.setNext(enough)
	}
}

func (l *layout) has(enough func() bool) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.whole || enough()
}

// setNext sets the next window, unless there is enough by now.
func (l *layout) setNext(enough func() bool) {
	l.setting.Lock()
	defer l.setting.Unlock()
	if l.has(enough) {
		return
	}
	if len(l.chunks) > 0 {
		turns <- struct{}{}
		defer func() { <-turns }()
	}
	start := time.Now()
	c := l.setWindow()
	l.spent += time.Since(start)
	l.mu.Lock()
	defer l.mu.Unlock()
	l.addLocked(c)
	l.whole = l.windows == nil
}

// setWindow sets the next window; after the last one, the footnotes.
func (l *layout) setWindow() *chunk {
	t := l.setter
	before := l.windows.rest
	c, ok := l.typeset(l.spent > maxTime || l.bytes > maxBytes)
	if !ok {
		l.windows.skip(before)
		c = l.typesetAsSource()
	}
	if l.windows.ended() {
		l.windows, l.setter = nil, nil
	}
	t.chunk = nil
	return c
}

// typeset sets the next window. A mistake of a library, or of ours, must not take more than this window away.
func (l *layout) typeset(late bool) (c *chunk, ok bool) {
	defer func() {
		if recover() != nil {
			c, ok = nil, false
		}
	}()
	t := l.setter
	t.startChunk()
	nodes := l.windows.next(late)
	t.source = l.windows.source
	for _, n := range nodes {
		t.top(n)
	}
	if l.windows.ended() {
		t.closeHTML(0)
		t.setNotes()
	}
	return t.finishChunk(), true
}

// typesetAsSource sets the window that windows holds as it was written.
func (l *layout) typesetAsSource() *chunk {
	t := l.setter
	t.startOver(l.linksSoFar())
	t.startChunk()
	t.source = l.windows.source
	t.top(l.windows.asSource("this part cannot be typeset"))
	return t.finishChunk()
}

// linksSoFar returns how many links the chunks have.
func (l *layout) linksSoFar() int {
	if len(l.chunks) == 0 {
		return 0
	}
	last := l.chunks[len(l.chunks)-1]
	return last.linked + len(last.links)
}

// addLocked appends a chunk that was set.
func (l *layout) addLocked(c *chunk) {
	if len(c.rows) == 0 && len(c.links) == 0 {
		return
	}
	c.first = l.lengthLocked()
	if n := len(l.chunks); n > 0 {
		before := l.chunks[n-1]
		c.block = before.block + len(before.blocks)
		c.linked = before.linked + len(before.links)
	}
	for i := range c.headings {
		c.headings[i].Line += c.first
	}
	for i := range c.notes {
		c.notes[i].Line += c.first
	}
	c.placeLinks()
	l.chunks = append(l.chunks, c)
	l.bytes += c.bytes()
}

// placeLinks finds the row that each link starts on.
func (c *chunk) placeLinks() {
	start := uint32(0)
	for i, r := range c.rows {
		for _, n := range linksIn(c.text[start:r.end]) {
			if k := n - c.linked - 1; k >= 0 && k < len(c.links) && c.links[k].Line < 0 {
				c.links[k].Line = c.first + i
			}
		}
		start = r.end
	}
	for k := range c.links {
		c.links[k].Line = max(c.links[k].Line, c.first)
	}
}

// bytes returns the memory that c takes, roughly; what it shares with the post does not count.
func (c *chunk) bytes() int {
	n := int(unsafe.Sizeof(*c)) + len(c.text) + len(c.rows)*int(unsafe.Sizeof(row{})) + 4*len(c.blocks)
	for _, l := range c.links {
		n += int(unsafe.Sizeof(l)) + len(l.Text) + len(l.URL)
	}
	for _, f := range c.notes {
		n += int(unsafe.Sizeof(f)) + len(f.Text)
	}
	for _, h := range c.headings {
		n += int(unsafe.Sizeof(h)) + len(h.Text) + len(h.ID)
	}
	for _, f := range c.figures {
		n += int(unsafe.Sizeof(f)) + 3*len(f.points) + len(f.Caption)
	}
	for _, b := range c.codes {
		n += int(unsafe.Sizeof(b)) + len(b.source)
	}
	return n
}

// chunkOf returns the index of the chunk that holds a line.
func (l *layout) chunkOf(line int) int {
	return sort.Search(len(l.chunks), func(i int) bool { return l.chunks[i].first > line }) - 1
}

// startChunk starts a chunk.
func (l *typesetter) startChunk() {
	l.chunk = &chunk{}
	l.text, l.rows, l.opens = l.text[:0], l.rows[:0], 0
}

// startOver forgets what was open when setting a window failed.
func (l *typesetter) startOver(links int) {
	l.setter = setter{measure: l.measure, styles: l.styles, begun: l.begun, gap: 1}
	l.html, l.block, l.links = htmlState{}, Text, links
	l.notes = newNotes(l.notes.labels)
}

// finishChunk returns the chunk that was set, with no spare room.
func (l *typesetter) finishChunk() *chunk {
	c := l.chunk
	c.text = string(l.text)
	c.rows = append([]row(nil), l.rows...)
	c.styles = l.styles[:len(l.styles):len(l.styles)] // the typesetter only appends to them
	l.chunk = nil
	return c
}
