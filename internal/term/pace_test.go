package term

import (
	"testing"
	"time"
)

func TestPaceIsNotFeltByWhoeverTypes(t *testing.T) {
	var p pace
	now := time.Unix(0, 0)
	for range 60 * 30 { // a finger on a key for a minute, thirty times a second
		now = now.Add(time.Second / 30)
		if rest := p.after(time.Millisecond, now); rest > 0 {
			t.Fatalf("a rest of %v after %v", rest, now.Sub(time.Unix(0, 0)))
		}
	}
}

func TestPaceLeavesTheMachineToOthers(t *testing.T) {
	var p pace
	start := time.Unix(0, 0)
	now, work := start, time.Duration(0)
	for now.Sub(start) < time.Minute {
		now, work = now.Add(10*time.Millisecond), work+10*time.Millisecond
		now = now.Add(p.after(10*time.Millisecond, now))
	}
	if share := work.Seconds() / now.Sub(start).Seconds(); share > 0.12 {
		t.Errorf("a client that never stops takes %.0f%% of a processor", 100*share)
	}
}
