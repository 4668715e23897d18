package upload

import (
	"math/rand/v2"
	"testing"
)

func TestSpansKnowWhatIsThereWithoutAGap(t *testing.T) {
	for range 200 {
		var s spans
		var there [64]bool
		for range 20 {
			from := rand.IntN(64)
			to := from + rand.IntN(64-from) + 1
			s = s.with(int64(from), int64(to))
			for n := from; n < to; n++ {
				there[n] = true
			}
			want := 0
			for want < 64 && there[want] {
				want++
			}
			if got := s.head(); got != int64(want) {
				t.Fatalf("%v: head %d, want %d", s, got, want)
			}
			for n := 1; n < len(s); n++ {
				if s[n-1].to >= s[n].from {
					t.Fatalf("no gap in %v", s)
				}
			}
		}
	}
	var s spans
	for n := range int64(10 * maxSpans) {
		s = s.with(2*n+1, 2*n+2)
	}
	if len(s) != maxSpans || s.head() != 0 || s.with(0, 1).head() != 2 {
		t.Errorf("%d spans, head %d", len(s), s.with(0, 1).head())
	}
}
