package command

import (
	"bytes"
	"context"
	"errors"
	"io"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"postern/internal/index"
)

// notes is a bytes.Buffer that may be read while it is written.
type notes struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (n *notes) Write(p []byte) (int, error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.b.Write(p)
}

// take returns what was written since it was called last.
func (n *notes) take() string {
	n.mu.Lock()
	defer n.mu.Unlock()
	defer n.b.Reset()
	return n.b.String()
}

// following runs follow on live until the test, or what it returns, ends it. The answer is whole when status is there.
func following(t *testing.T, live *index.Live, caller Caller) (end context.CancelCauseFunc, out *notes, status chan int) {
	ctx, cancel := context.WithCancelCause(t.Context())
	c := &Commands{Live: live}
	out, status = &notes{}, make(chan int, 1)
	if caller.Out == nil {
		caller.Out = out
	}
	caller.Host = "h"
	go func() { status <- c.Run(ctx, []string{"follow"}, caller) }()
	synctest.Wait()
	return cancel, out, status
}

func TestFollowTellsWhatGoesLive(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		now := time.Now().UTC() // of the bubble: 2000-01-01
		files := map[string]string{
			"old.md":    "---\ntitle: Old\ndate: 1999-01-01\n---\nx\n",
			"draft.md":  "---\ntitle: Draft\ndate: 1999-02-01\ndraft: true\n---\nx\n",
			"hidden.md": "---\ntitle: Hidden\ndate: 1999-02-02\nunlisted: true\n---\nx\n",
			"soon.md":   "---\ntitle: Soon\ndate: " + now.Add(time.Hour).Format(time.RFC3339) + "\n---\nx\n",
		}
		live := index.NewLive(build(t, files))
		defer live.Close()
		var errs bytes.Buffer
		end, out, status := following(t, live, Caller{Err: &errs})
		expect := func(want string) {
			t.Helper()
			synctest.Wait()
			if got := out.take(); got != want {
				t.Errorf("got %q, want %q", got, want)
			}
		}
		expect("")
		files["old.md"] = strings.ReplaceAll(files["old.md"], "x", "changed")
		files["new.md"] = "---\ntitle: New\ndate: 1999-03-01\n---\nx\n"
		files["newer.md"] = "---\ntitle: Newer\ndate: 1999-04-01\n---\nx\n"
		live.Swap(build(t, files))
		expect("1999-03-01  new  New\n1999-04-01  newer  Newer\n")
		time.Sleep(2 * time.Hour) // of the bubble: a post's time comes
		expect("2000-01-01  soon  Soon\n")
		files["draft.md"] = strings.Replace(files["draft.md"], "draft: true\n", "", 1)
		live.Swap(build(t, files))
		expect("1999-02-01  draft  Draft\n")
		files["hidden.md"] = strings.Replace(files["hidden.md"], "unlisted: true\n", "", 1)
		live.Swap(build(t, files))
		expect("1999-02-02  hidden  Hidden\n")
		delete(files, "old.md")
		live.Swap(build(t, files))
		expect("")
		end(errors.New("closing down"))
		if got := <-status; got != Done || errs.String() != "closing down\n" {
			t.Errorf("status %d, %q", got, errs.String())
		}
	})
}

func TestFollowEndsWithItsSession(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		live := index.NewLive(build(t, nil))
		defer live.Close()
		var errs bytes.Buffer
		end, out, status := following(t, live, Caller{Err: &errs, In: strings.NewReader("q\x03")}) // no terminal: no keys
		end(nil)
		if got := <-status; got != Done || errs.Len() > 0 || out.take() != "" {
			t.Errorf("status %d, %q", got, errs.String())
		}
	})
}

func TestFollowEndsWhenTheReaderHasHungUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		live := index.NewLive(build(t, nil))
		defer live.Close()
		var errs bytes.Buffer
		_, _, status := following(t, live, Caller{Out: &closedPipe{}, Err: &errs})
		live.Swap(build(t, map[string]string{"a.md": "---\ntitle: A\ndate: 1999-01-01\n---\nx\n"}))
		if got := <-status; got != Refused || errs.Len() > 0 {
			t.Errorf("status %d, %q", got, errs.String())
		}
	})
}

func TestFollowOnATerminalEndsAtAKey(t *testing.T) {
	for _, key := range []string{"\x03", "\x04", "q", "xyq"} {
		synctest.Test(t, func(t *testing.T) {
			live := index.NewLive(build(t, nil))
			defer live.Close()
			in, press := io.Pipe()
			_, out, status := following(t, live, Caller{Width: 80, In: in, Err: io.Discard})
			_, err := io.WriteString(press, key)
			holds(t, err)
			if got := <-status; got != Done || out.take() != "" {
				t.Errorf("%q: status %d", key, got)
			}
			holds(t, press.Close())
		})
	}
}
