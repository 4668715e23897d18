package main

import (
	"bytes"
	"cmp"
	"fmt"
	"io/fs"
	"os"
	"path"
	"runtime/debug"
	"runtime/metrics"
	"strconv"
	"strings"
	"sync"
	"time"
)

// budget is the memory that the program may take, in bytes; 0 where nobody set a limit.
type budget uint64

// newBudget returns a budget of so many MiB, or for 0 that of the control group that the program runs in, or half of
// what the machine has, and has the garbage collector keep to it, unless GOMEMLIMIT says what that has to keep to.
func newBudget(mebibytes int, root fs.FS) budget {
	b := cmp.Or(budget(mebibytes)<<20, groupBudget(root), machineBudget(root))
	if b > 0 && os.Getenv("GOMEMLIMIT") == "" {
		debug.SetMemoryLimit(int64(b) / 10 * 9) // the rest is what the kernel counts besides
	}
	return b
}

// groupBudget returns the smallest limit of the control group and those around it (cgroups(7)), 0 where there is none.
func groupBudget(root fs.FS) budget {
	groups, err := fs.ReadFile(root, "proc/self/cgroup")
	if err != nil {
		return 0
	}
	var least budget
	for line := range bytes.Lines(groups) {
		parts := strings.SplitN(strings.TrimSpace(string(line)), ":", 3)
		if len(parts) != 3 {
			continue
		}
		top, file := "sys/fs/cgroup", "memory.max"
		switch {
		case parts[1] == "memory": // of the first version
			top, file = "sys/fs/cgroup/memory", "memory.limit_in_bytes"
		case parts[0] != "0":
			continue
		}
		for dir := path.Clean("/" + parts[2]); ; dir = path.Dir(dir) {
			if n := readLimit(root, path.Join(top, dir, file)); n > 0 && (least == 0 || n < least) {
				least = n
			}
			if dir == "/" {
				break
			}
		}
	}
	return least
}

// machineBudget returns half of the machine's memory (proc_meminfo(5)), 0 where nobody says how much that is.
func machineBudget(root fs.FS) budget {
	data, err := fs.ReadFile(root, "proc/meminfo")
	if err != nil {
		return 0
	}
	var kibibytes budget
	if _, err := fmt.Sscanf(string(data), "MemTotal: %d kB", &kibibytes); err != nil {
		return 0
	}
	return kibibytes << 10 / 2
}

// readLimit returns the number in a file; more than a pebibyte is no limit.
func readLimit(root fs.FS, name string) budget {
	data, err := fs.ReadFile(root, name)
	if err != nil {
		return 0
	}
	n, err := strconv.ParseUint(strings.TrimSpace(string(data)), 10, 64)
	if err != nil || n > 1<<50 {
		return 0
	}
	return budget(n)
}

// cache returns the memory for rendered posts in bytes: what the operator wants, or an eighth of the
// budget, 64 MiB at most.
func (b budget) cache(mebibytes int) int {
	switch {
	case mebibytes > 0:
		return mebibytes << 20
	case b == 0:
		return 64 << 20
	}
	return int(min(max(b/8, 4<<20), 64<<20))
}

// gauge tells whether what lives in memory leaves no room for more readers. It looks twenty times a second at most.
type gauge struct {
	budget budget
	mu     sync.Mutex
	at     time.Time
	full   bool
}

// isFull reports whether three quarters of the budget live. The collector needs the rest to keep up.
func (g *gauge) isFull() bool {
	if g.budget == 0 {
		return false
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	if now := time.Now(); now.Sub(g.at) > 50*time.Millisecond {
		m := measure("/gc/heap/live:bytes", "/memory/classes/heap/stacks:bytes")
		g.at, g.full = now, budget(m[0]+m[1]) > g.budget/4*3
	}
	return g.full
}

// measure returns what the runtime says of these.
func measure(names ...string) []uint64 {
	samples := make([]metrics.Sample, len(names))
	for i, name := range names {
		samples[i].Name = name
	}
	metrics.Read(samples)
	values := make([]uint64, len(names))
	for i := range samples {
		values[i] = samples[i].Value.Uint64()
	}
	return values
}
