package search

import (
	"encoding/binary"
	"slices"
	"sort"
)

// field is the words of one part of all posts of a segment: a sorted dictionary and, for each word, in which posts it
// is, how often and where. It never changes.
type field struct {
	terms   []byte
	ends    []uint32 // of the terms, in terms
	docs    []byte   // gaps between posts and counts, word after word
	docEnds []uint32
	spots   []byte // places within posts, as Rice codes, word after word
	spotEnd []uint32
	lengths []uint32 // of the posts, in words
}

// size is how many words there are.
func (f *field) size() int { return len(f.ends) }

// term returns word number n.
func (f *field) term(n int) []byte { return f.terms[start(f.ends, n):f.ends[n]] }

// start returns where a range starts whose ends are known.
func start(ends []uint32, n int) uint32 {
	if n == 0 {
		return 0
	}
	return ends[n-1]
}

// from returns the number of the first word that does not come before term.
func (f *field) from(term string) int {
	return sort.Search(f.size(), func(n int) bool { return string(f.term(n)) >= term })
}

// prefixed returns the numbers of the words that start with prefix: those from first to before end.
func (f *field) prefixed(prefix string) (first, end int) {
	first = f.from(prefix)
	rest := sort.Search(f.size()-first, func(n int) bool { return !hasPrefix(f.term(first+n), prefix) })
	return first, first + rest
}

// hasPrefix reports whether term starts with prefix.
func hasPrefix(term []byte, prefix string) bool {
	return len(term) >= len(prefix) && string(term[:len(prefix)]) == prefix
}

// find returns the number of term.
func (f *field) find(term string) (n int, ok bool) {
	n = f.from(term)
	return n, n < f.size() && string(f.term(n)) == term
}

// cursor goes through the posts of one word.
type cursor struct {
	docs  []byte
	doc   uint32 // number within the segment, plus one
	count uint32 // how often the word is in it
}

// posts returns a cursor before the first post of word n.
func (f *field) posts(n int) cursor { return cursor{docs: f.docs[start(f.docEnds, n):f.docEnds[n]]} }

// next moves on to the next post, and reports whether there is one.
func (c *cursor) next() bool {
	if len(c.docs) == 0 {
		return false
	}
	gap := uint64(c.docs[0])
	if gap < 0x80 {
		c.docs = c.docs[1:]
	} else {
		gap = c.number()
	}
	c.doc += uint32(gap>>1) + 1
	c.count = 1
	if gap&1 != 0 {
		c.count = uint32(c.number()) + 2
	}
	return true
}

// number takes a number of any length.
func (c *cursor) number() uint64 {
	n, size := binary.Uvarint(c.docs)
	c.docs = c.docs[size:]
	return n
}

// places goes through the places of word n, which stand in the order of its posts.
func (f *field) places(n int) bitReader {
	return bitReader{bytes: f.spots, at: 8 * uint64(start(f.spotEnd, n))}
}

// appendPlaces appends the next count places, in a post of length words, as doc<<32 | place-back.
func appendPlaces(to []uint64, r *bitReader, doc, length, count, back uint32) []uint64 {
	k := remainderBits(length, count)
	place := ^uint32(0)
	for range count {
		place += r.read(k) + 1
		if place >= back {
			to = append(to, uint64(doc)<<32|uint64(place-back))
		}
	}
	return to
}

// skipPlaces passes over the next count places.
func skipPlaces(r *bitReader, length, count uint32) {
	k := remainderBits(length, count)
	for range count {
		r.read(k)
	}
}

// fieldBuilder collects words into a field.
type fieldBuilder struct {
	ids     map[string]int32
	entries []entry
	lengths []uint32
	length  uint32       // places of the present post so far
	touched []int32      // words of it
	found   []occurrence // of them all
}

// entry is what is known of one word.
type entry struct {
	docs       []byte
	spots      bitWriter
	last       uint32 // post, plus one
	head, tail int32  // in found
	count      uint32 // in the present post
}

// occurrence is one word of a post, and the number of the next one that is the same.
type occurrence struct {
	place uint32
	next  int32
}

func newFieldBuilder(posts int) *fieldBuilder {
	return &fieldBuilder{ids: make(map[string]int32), lengths: make([]uint32, 0, posts)}
}

// add notes that term is at a place of the present post.
func (b *fieldBuilder) add(term []byte, place int) {
	id, ok := b.ids[string(term)]
	if !ok {
		id = int32(len(b.entries))
		b.ids[string(term)] = id
		b.entries = append(b.entries, entry{})
	}
	e := &b.entries[id]
	at := int32(len(b.found))
	b.found = append(b.found, occurrence{place: uint32(place)})
	if e.count == 0 {
		e.head = at
		b.touched = append(b.touched, id)
	} else {
		b.found[e.tail].next = at
	}
	e.tail = at
	e.count++
	b.length = uint32(place) + 1
}

// endPost ends the present post.
func (b *fieldBuilder) endPost() {
	b.lengths = append(b.lengths, b.length)
	doc := uint32(len(b.lengths))
	for _, id := range b.touched {
		b.write(&b.entries[id], doc, b.length)
	}
	b.length, b.touched, b.found = 0, b.touched[:0], b.found[:0]
}

// write writes what e holds of the present post.
func (b *fieldBuilder) write(e *entry, doc, length uint32) {
	gap := uint64(doc-e.last-1) << 1
	if e.count == 1 {
		e.docs = binary.AppendUvarint(e.docs, gap)
	} else {
		e.docs = binary.AppendUvarint(e.docs, gap|1)
		e.docs = binary.AppendUvarint(e.docs, uint64(e.count-2))
	}
	k := remainderBits(length, e.count)
	before := ^uint32(0)
	for at, n := e.head, e.count; n > 0; n-- {
		o := b.found[at]
		e.spots.write(o.place-before-1, k)
		before, at = o.place, o.next
	}
	e.last, e.count = doc, 0
}

// field returns the field of all posts.
func (b *fieldBuilder) field() *field {
	words := make([]string, 0, len(b.ids))
	letters, docs, spots := 0, 0, 0
	for word, id := range b.ids {
		words = append(words, word)
		letters += len(word)
		docs += len(b.entries[id].docs)
		spots += len(b.entries[id].spots.flush())
	}
	slices.Sort(words)
	f := &field{
		terms: make([]byte, 0, letters), ends: make([]uint32, 0, len(words)),
		docs: make([]byte, 0, docs), docEnds: make([]uint32, 0, len(words)),
		spots: make([]byte, 0, spots+spare), spotEnd: make([]uint32, 0, len(words)),
		lengths: b.lengths,
	}
	for _, word := range words {
		e := &b.entries[b.ids[word]]
		f.terms = append(f.terms, word...)
		f.ends = append(f.ends, uint32(len(f.terms)))
		f.docs = append(f.docs, e.docs...)
		f.docEnds = append(f.docEnds, uint32(len(f.docs)))
		f.spots = append(f.spots, e.spots.bytes...)
		f.spotEnd = append(f.spotEnd, uint32(len(f.spots)))
	}
	f.spots = append(f.spots, make([]byte, spare)...)
	return f
}
