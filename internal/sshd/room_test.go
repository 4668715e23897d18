package sshd

import (
	"fmt"
	"math/rand/v2"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
)

// novel is a post of many pages.
func novel() map[string]string {
	var text strings.Builder
	for n := range 300 {
		fmt.Fprintf(&text, "Sentence %d of the novel is about as long as sentences of novels are, and then it ends. ", n)
		if n%3 == 2 {
			text.WriteString("\n\n")
		}
	}
	return map[string]string{"novel.md": "---\ntitle: A novel\ndate: 2026-03-01\n---\n\n" + text.String()}
}

// reading shows a new terminal of 80 by 24 with the first page of the novel, to its last line: how much is left is known.
func reading(t *testing.T, h *house) *window {
	t.Helper()
	w := look(t, h.dial(t, "novel"), 80, 24, "")
	w.see(t, "Sentence 0 of the novel")
	w.see(t, "min left")
	return w
}

// cost presses keys and returns how many bytes the answer took.
func (w *window) cost(t *testing.T, keys string) int {
	t.Helper()
	before := len(w.out.String())
	w.press(t, keys)
	eventually(t, func() bool { return len(w.out.String()) > before }, func() string { return "no answer to " + keys })
	return len(w.out.String()) - before // a frame is one write
}

func TestKeysCostFewBytes(t *testing.T) {
	h := serve(t, usual(), novel())
	w := reading(t, h)
	for range 20 {
		if n := w.cost(t, "j"); n > 120 {
			t.Errorf("a line down: %d bytes", n)
		}
	}
	for range 10 {
		if n := w.cost(t, "k"); n > 120 {
			t.Errorf("a line up: %d bytes", n)
		}
	}
	for range 10 {
		if n := w.cost(t, " "); n > 1600 {
			t.Errorf("a page: %d bytes", n)
		}
	}
}

func TestChoosingThePostBelowCostsFewBytes(t *testing.T) {
	files := make(map[string]string)
	for n := range 20 {
		files[fmt.Sprintf("p%02d.md", n)] = fmt.Sprintf("---\ntitle: A title of usual length, number %d\ndate: 2025-01-%02d\nsummary: What it is about, in a line of its own\n---\nText.\n", n, 1+n)
	}
	w := look(t, serve(t, usual(), files).dial(t, "reader"), 80, 24, "")
	w.see(t, "number 19")
	for range 4 { // as far as nothing scrolls
		if n := w.cost(t, "j"); n > 80 {
			t.Errorf("%d bytes", n)
		}
	}
}

func TestNothingIsSentWhileNothingHappens(t *testing.T) {
	h := serve(t, usual(), novel())
	w := reading(t, h)
	before := w.out.String()
	time.Sleep(1200 * time.Millisecond) // doing nothing is what is tried; the program's slowest clock ticks once a second
	if after := w.out.String(); after != before {
		t.Errorf("sent %q", after[len(before):])
	}
}

// mischief is how long random keys are pressed: 3 seconds, or by hand what POSTERN_MISCHIEF says ("1m").
func mischief(t *testing.T) (long time.Duration, byHand bool) {
	t.Helper()
	said := os.Getenv("POSTERN_MISCHIEF")
	if said == "" {
		return 3 * time.Second, false
	}
	long, err := time.ParseDuration(said)
	must(t, err)
	return long, true
}

// randomKeys returns what no finger presses: bytes of which half begin something, or just any.
func randomKeys(random *rand.Rand) []byte {
	const keys = "\x1b[]Oo/?tTaGgjk\tnN0123456789%\r\x7fhl<>ABCDMm;PX\\_^yYcrLFxz+-=i\xff\xc3\x9b\x00"
	sent, any := make([]byte, 1+random.IntN(200)), random.IntN(2) == 0
	for n := range sent {
		sent[n] = keys[random.IntN(len(keys))]
		if any {
			sent[n] = byte(random.IntN(256))
		}
	}
	return sent
}

// calm is a reader who turns a page and leaves; it returns how long that took.
func calm(t *testing.T, h *house) time.Duration {
	t.Helper()
	began := time.Now()
	client := h.dial(t, "novel")
	w := look(t, client, 80, 24, "")
	w.see(t, "Sentence 0 of the novel")
	w.cost(t, " ")
	w.press(t, "\x03")
	if err := w.Wait(); err != nil {
		t.Errorf("a calm reader: %v", err)
	}
	_ = client.Close()
	return time.Since(began)
}

func TestRandomKeysHarmNobody(t *testing.T) {
	h := serve(t, usual(), novel())
	var before, beside []time.Duration
	for range 10 {
		before = append(before, calm(t, h))
	}
	long, byHand := mischief(t)
	stop := time.Now().Add(long)
	done := make(chan int)
	for seed := range uint64(3) {
		go func() {
			random, sent := rand.New(rand.NewPCG(seed, 7)), 0
			defer func() { done <- sent }()
			beat := time.NewTicker(5 * time.Millisecond) // making and sending them is work on the same processors
			defer beat.Stop()
			for time.Now().Before(stop) {
				client := h.dial(t, "novel")
				w := start(t, client, 80, 24, "", nil)
				for time.Now().Before(stop) {
					<-beat.C
					n, err := w.in.Write(randomKeys(random))
					sent += n
					if err != nil {
						break // it left, as one of the keys told it to
					}
				}
				_ = client.Close()
			}
		}()
	}
	for time.Now().Before(stop) {
		beside = append(beside, calm(t, h))
	}
	sent := 0
	for range 3 {
		n := <-done
		if sent += n; n < 1000 {
			t.Errorf("only %d random bytes were taken", n)
		}
	}
	slices.Sort(before)
	slices.Sort(beside)
	t.Logf("%d random bytes; a calm reader's visit: %v, beside them %v (median of %d), %v at the worst",
		sent, before[len(before)/2], beside[len(beside)/2], len(beside), beside[len(beside)-1])
	if byHand && beside[len(beside)/2] > 2*before[len(before)/2]+10*time.Millisecond { // on a machine that does nothing else
		t.Error("that is felt")
	}
	if log := h.log.String(); strings.Contains(log, "panic") {
		t.Errorf("log: %s", log)
	}
}

func TestResizeStormOverTheWire(t *testing.T) {
	h := serve(t, usual(), novel())
	w := reading(t, h)
	for range 4 {
		w.cost(t, " ")
	}
	w.cost(t, "j") // a sentence at the top, not what parts two paragraphs
	w.press(t, "m")
	w.see(t, "Mouse on") // in the last row: all above it are there
	top := func() string { return strings.TrimSpace(strings.Split(w.screen.String(), "\n")[2]) }
	before := top()
	for n := range 200 {
		must(t, w.WindowChange(20+n%30, 40+n%100))
	}
	must(t, w.WindowChange(24, 80))
	eventually(t, func() bool { return top() == before }, func() string {
		return fmt.Sprintf("%q stands at the top, it was %q", top(), before)
	})
}

func TestColoursAreLeftOutWhereTheyAreNotWanted(t *testing.T) {
	h := serve(t, usual(), novel())
	client := h.dial(t, "novel")
	session, err := client.NewSession()
	must(t, err)
	must(t, session.Setenv("NO_COLOR", "1"))
	w := &window{Session: session, out: &syncBuffer{}}
	session.Stdout = w.out
	w.in, err = session.StdinPipe()
	must(t, err)
	must(t, session.RequestPty("xterm-256color", 24, 80, nil))
	must(t, session.Shell())
	w.see(t, "Sentence 0 of the novel")
	if found := regexp.MustCompile(`\x1b\[(\d+[;:])*(3\d|4\d|9\d|10\d)([;:]\d+)*m`).FindString(w.out.String()); found != "" {
		t.Errorf("sent %q", found)
	}
}
