package sshd

import "time"

// bucket lets so many a second through on average, after twice as many at once. The zero bucket is full.
type bucket struct {
	left float64
	at   time.Time // of left
}

// take reports whether one more may come at the time now. A rate of 0 lets all through.
func (b *bucket) take(now time.Time, rate int) bool {
	b.fill(now, rate)
	if rate == 0 {
		return true
	}
	if b.left < 1 {
		return false
	}
	b.left--
	return true
}

// full reports whether nothing was taken for long enough that the bucket may be forgotten.
func (b *bucket) full(now time.Time, rate int) bool {
	b.fill(now, rate)
	return b.left >= float64(2*rate)
}

func (b *bucket) fill(now time.Time, rate int) {
	most := float64(2 * rate)
	if b.at.IsZero() {
		b.left = most
	} else {
		b.left = min(most, b.left+max(0, now.Sub(b.at).Seconds())*float64(rate))
	}
	b.at = now
}
