package main

import (
	"os"
	"runtime"
	"runtime/debug"
	"sync"
	"time"
)

// gcPercent is how much garbage there may be beside what is in use. An open session is mostly stacks and buffers that the
// collector counts as in use, so that the usual 100 holds as much again for nothing. Measured with 2,000 sessions, 75
// takes a tenth off a session and costs no throughput that could be told from noise; 50 takes off as much again, and
// makes opening one a twentieth dearer. What a rush leaves behind is given back anyway.
const gcPercent = 75

// saveMemory sets the collector's pace, unless the operator has, and gives back what is not needed any more.
func saveMemory() {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(gcPercent)
	}
	l := &leftovers{calm: 5 * time.Second, pause: time.Minute, count: collections, loose: unused, free: debug.FreeOSMemory}
	eachCollection(l.collected)
}

// leftovers are the memory that a rush of visitors took and nobody needs now: stacks that grew for a key exchange, and
// garbage. The kernel gets them back once there was no collection for a while: without visitors the next one would come
// after two minutes, and keep the memory.
type leftovers struct {
	calm  time.Duration // after which a rush is over
	pause time.Duration // at least, from one time to the next
	count func() uint64 // of the collections so far
	loose func() uint64 // bytes that may be given back
	free  func()        // which collects garbage too

	mu    sync.Mutex
	timer *time.Timer
	last  time.Time // when it was done
	own   uint64    // the collection that was ours
}

// littleLeft is how many bytes are not worth a collection.
const littleLeft = 8 << 20

// collected notes that garbage was collected just now.
func (l *leftovers) collected() {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.count() <= l.own {
		return // it was we who did
	}
	wait := max(l.calm, l.pause-time.Since(l.last))
	if l.timer == nil {
		l.timer = time.AfterFunc(wait, l.giveBack)
	} else {
		l.timer.Reset(wait)
	}
}

func (l *leftovers) giveBack() {
	if l.loose() < littleLeft {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.free()
	l.last, l.own = time.Now(), l.count()
}

// eachCollection calls f after each time that garbage is collected, for as long as the process runs. It must not block.
func eachCollection(f func()) {
	mark := new([16]byte) // garbage from its beginning
	runtime.AddCleanup(mark, func(struct{}) {
		f()
		eachCollection(f)
	}, struct{}{})
}

// collections returns how often garbage was collected.
func collections() uint64 { return measure("/gc/cycles/total:gc-cycles")[0] }

// unused returns how many bytes hold nothing, or garbage.
func unused() uint64 {
	m := measure("/memory/classes/heap/free:bytes", "/memory/classes/heap/objects:bytes", "/gc/heap/live:bytes")
	return m[0] + m[1] - min(m[1], m[2])
}
