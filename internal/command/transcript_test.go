package command

import (
	"bytes"
	"context"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

// conversation types the next line when it is asked for one, as people do.
type conversation struct {
	mu    sync.Mutex
	more  *sync.Cond
	heard bytes.Buffer
	lines []string
}

func (c *conversation) Write(p []byte) (int, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	defer c.more.Broadcast()
	return c.heard.Write(p)
}

// line returns line n when it is due.
func (c *conversation) line(n int) (string, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for strings.Count(c.heard.String(), "leave: ") <= n {
		c.more.Wait()
	}
	if n >= len(c.lines) {
		return "", false
	}
	return c.lines[n], true
}

// typed returns what reads the lines, each with end.
func (c *conversation) typed(end string) io.Reader {
	r, w := io.Pipe()
	go func() {
		defer func() { _ = w.Close() }()
		for n := 0; ; n++ {
			line, ok := c.line(n)
			if !ok {
				return
			}
			if _, err := io.WriteString(w, line+end); err != nil {
				return
			}
		}
	}()
	return r
}

// TestTranscripts holds what the linear reader says, to pipes and to terminals of all widths, word for word.
func TestTranscripts(t *testing.T) {
	c := open(t, sample())
	widths := map[string]int{"pipe": 0, "80": 80, "40": 40, "200": 200, "20": 20}
	for name, width := range widths {
		t.Run(name, func(t *testing.T) {
			talk := &conversation{lines: strings.Fields("1 7 n /many 1 /nothing t a undated ? what l q")}
			talk.more = sync.NewCond(&talk.mu)
			caller, end := terminal(width), "\n"
			if width > 0 {
				end = "\r"
			}
			caller.Host, caller.In, caller.Out, caller.Err = "gate.example", talk.typed(end), talk, talk
			if status := c.Run(context.Background(), []string{"plain"}, caller); status != Done {
				t.Errorf("status %d", status)
			}
			got := talk.heard.String()
			golden := filepath.Join("testdata", "plain-"+name+".golden")
			if *update {
				holds(t, os.WriteFile(golden, []byte(got), 0o644))
			}
			want, err := os.ReadFile(golden)
			holds(t, err)
			if got != string(want) {
				t.Errorf("got\n%s\nwant\n%s", got, want)
			}
			if strings.ContainsAny(got, "\x1b\a") {
				t.Errorf("more than text was said: %q", got)
			}
		})
	}
}
