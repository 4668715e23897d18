package sshd

import (
	"bufio"
	"context"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

// diary is what the clients of a soak lived through. It is safe for concurrent use.
type diary struct {
	mu             sync.Mutex
	frames         []time.Duration // times to the first frame since somebody looked last
	visits, pushes int
	wrong          map[string]int // errors, and how often
}

func (d *diary) sawFrame(took time.Duration) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.frames = append(d.frames, took)
}

func (d *diary) visited(err error) { d.count(&d.visits, err) }
func (d *diary) pushed(err error)  { d.count(&d.pushes, err) }
func (d *diary) failed(err error)  { d.count(new(int), err) }

func (d *diary) count(what *int, err error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	*what++
	if err == nil {
		return
	}
	if d.wrong == nil {
		d.wrong = make(map[string]int)
	}
	d.wrong[err.Error()]++
}

// errors returns how many there were.
func (d *diary) errors() (n int) {
	for _, times := range d.wrong {
		n += times
	}
	return n
}

// sample is what a server takes at one moment, and what its clients saw since the one before.
type sample struct {
	at                        time.Duration
	rss, heap                 float64 // MiB
	goroutines, files, inside float64
	refused                   float64 // since the start
	visits, pushes, errors    int     // since the start
	first, slowest            time.Duration
	connections               float64
}

// calmed is measure after a garbage collection.
func calmed(admin string) (sample, error) {
	response, err := http.Get("http://" + admin + "/debug/pprof/heap?gc=1")
	if err != nil {
		return sample{}, err
	}
	_ = response.Body.Close()
	return measure(admin)
}

// measure asks the admin listener.
func measure(admin string) (sample, error) {
	response, err := http.Get("http://" + admin + "/metrics")
	if err != nil {
		return sample{}, err
	}
	defer func() { _ = response.Body.Close() }()
	found := make(map[string]float64)
	lines := bufio.NewScanner(response.Body)
	for lines.Scan() {
		name, value, _ := strings.Cut(lines.Text(), " ")
		name, _, _ = strings.Cut(name, "{")
		if n, err := strconv.ParseFloat(value, 64); err == nil {
			found[name] += n
		}
	}
	return sample{rss: found["process_resident_memory_bytes"] / (1 << 20), heap: found["go_memstats_heap_alloc_bytes"] / (1 << 20),
		goroutines: found["go_goroutines"], files: found["process_open_fds"], inside: found["postern_sessions"],
		connections: found["postern_connections"], refused: found["postern_refusals_total"]}, lines.Err()
}

const header = "  minute   RSS MiB  heap MiB  goroutines   files  sessions   visits  pushes  first frame  slowest  refused  errors\n"

func (s sample) String() string {
	return fmt.Sprintf("%8.1f %9.1f %9.1f %11.0f %7.0f %9.0f %8d %7d %12s %8s %8.0f %7d", s.at.Minutes(), s.rss, s.heap, s.goroutines, s.files, s.inside,
		s.visits, s.pushes, s.first.Round(time.Millisecond), s.slowest.Round(time.Millisecond), s.refused, s.errors)
}

// watch takes two hundred samples until ctx ends, and prints each fifth.
func (s *soak) watch(ctx context.Context, lasting time.Duration) (samples []sample, err error) {
	fmt.Print(header)
	for n := 0; wait(ctx, lasting/200); n++ {
		next, err := measure(s.admin)
		if err != nil {
			return samples, err
		}
		next.at = time.Duration(n+1) * lasting / 200
		s.diary.mu.Lock()
		next.visits, next.pushes, next.errors = s.diary.visits, s.diary.pushes, s.diary.errors()
		if n%5 == 4 && len(s.diary.frames) > 0 {
			slices.Sort(s.diary.frames)
			next.first, next.slowest = s.diary.frames[len(s.diary.frames)/2], s.diary.frames[len(s.diary.frames)-1]
			s.diary.frames = nil
		}
		s.diary.mu.Unlock()
		samples = append(samples, next)
		if n%5 == 4 {
			fmt.Println(next)
		}
	}
	return samples, nil
}

// middle returns the median of what of says of samples.
func middle(samples []sample, of func(sample) float64) float64 {
	var all []float64
	for _, s := range samples {
		all = append(all, of(s))
	}
	slices.Sort(all)
	return all[len(all)/2]
}

// judge compares the second sixth of the time, when everything is warm, with the last, and says what went wrong.
func judge(t *testing.T, samples []sample, d *diary, lasting time.Duration) {
	t.Helper()
	sixth := len(samples) / 6
	if sixth == 0 {
		t.Fatalf("%d samples in %s", len(samples), lasting)
	}
	for _, what := range []struct {
		name  string
		of    func(sample) float64
		slack float64
	}{
		{"RSS MiB", func(s sample) float64 { return s.rss }, 16},
		{"heap MiB", func(s sample) float64 { return s.heap }, 16},
		{"goroutines", func(s sample) float64 { return s.goroutines }, 50},
		{"files", func(s sample) float64 { return s.files }, 20},
	} {
		early, late := middle(samples[sixth:2*sixth], what.of), middle(samples[len(samples)-sixth:], what.of)
		verdict := "flat"
		if late > early*1.1+what.slack {
			verdict = "GROWS"
			t.Errorf("%s: %.0f, then %.0f", what.name, early, late)
		}
		fmt.Printf("%-10s  second sixth %8.1f  last sixth %8.1f  %s\n", what.name, early, late, verdict)
	}
	fmt.Printf("%d visits, %d pushes, %d errors\n", d.visits, d.pushes, d.errors())
	for _, wrong := range slices.Sorted(maps.Keys(d.wrong)) {
		t.Errorf("%d times: %s", d.wrong[wrong], wrong)
	}
}

// leaves waits until the server has nothing left of all that.
func (s *soak) leaves(t *testing.T, before sample) {
	t.Helper()
	const odd = 5 // of the runtime, the admin listener, and the library's clock
	var now sample
	for range 120 {
		var err error
		now, err = calmed(s.admin)
		must(t, err)
		if now.inside == 0 && now.connections == 0 && now.goroutines <= before.goroutines+odd && now.files <= before.files+odd {
			break
		}
		wait(t.Context(), time.Second)
	}
	fmt.Printf("before and after: goroutines %.0f, %.0f; files %.0f, %.0f; sessions 0, %.0f; heap MiB %.0f, %.0f (its caches); RSS MiB %.0f, %.0f\n",
		before.goroutines, now.goroutines, before.files, now.files, now.inside, before.heap, now.heap, before.rss, now.rss)
	if now.inside > 0 || now.connections > 0 || now.goroutines > before.goroutines+odd || now.files > before.files+odd {
		t.Errorf("something is left")
	}
}
