package command

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
)

// needles are posts that differ by the words around one.
func needles() map[string]string {
	return map[string]string{
		"bare.md": "---\ntitle: Bare\ndate: 2026-01-01\n---\nA needle.\n",
		"lost.md": "---\ntitle: Lost\ndate: 2025-01-01\n---\nA needle in a hay stack, foo.\n",
	}
}

// found returns the addresses in the lines of an answer.
func found(lines string) []string {
	var slugs []string
	for line := range strings.Lines(lines) {
		if fields := strings.Fields(line); len(fields) > 1 {
			slugs = append(slugs, fields[1])
		}
	}
	return slugs
}

func TestAWordWithADashLeavesPostsOutOfASearch(t *testing.T) {
	c := open(t, needles())
	<-c.Live.Snapshot().Indexed()
	both := []string{"bare", "lost"}
	for line, want := range map[string][]string{
		"search needle -hay":           {"bare"},
		"search needle -foo":           {"bare"},
		"search -stack needle":         {"bare"},
		"search -- needle -hay":        {"bare"},
		"search needle '-hay stack'":   {"bare"},
		"search needle '-stack hay'":   both,
		"search needle 'hay stack'":    {"lost"},
		"search needle --limit 1 -foo": {"bare"},
	} {
		out, errs, status := said(t, c, reader(), line)
		got := found(out)
		slices.Sort(got)
		if status != Done || errs != "" || !slices.Equal(got, want) {
			t.Errorf("%s: status %d, %q, found %q, want %q", line, status, errs, got, want)
		}
	}
	if out, _, status := said(t, c, reader(), "search needle -h"); status != Done || !strings.Contains(out, "-word leaves out") {
		t.Errorf("-h: status %d, %s", status, out)
	}
}

func TestWhatComesNearestIsToldFromWhatWasAskedFor(t *testing.T) {
	const note = "nothing has these words; these come nearest\n"
	c := open(t, needles())
	<-c.Live.Snapshot().Indexed()
	for line, loose := range map[string]bool{"search needle": false, "search neddle": true, "search neddle --json": true, "search needle --json": false} {
		out, errs, status := said(t, c, reader(), line)
		if status != Done || errs != map[bool]string{true: note}[loose] || !strings.Contains(out, "bare") {
			t.Errorf("%s: status %d, %q, %q", line, status, errs, out)
		}
		if asJSON := strings.Contains(line, "json"); asJSON && strings.Count(out, fmt.Sprintf(`"loose": %v`, loose)) != 2 {
			t.Errorf("%s: %s", line, out)
		}
	}
	var talk bytes.Buffer
	caller := reader()
	caller.In, caller.Out, caller.Err = strings.NewReader("/neddle\n/needle\n"), &talk, &talk
	c.Run(context.Background(), []string{"plain"}, caller)
	if strings.Count(talk.String(), "Nothing has these words; these come nearest.\n\n2 posts found.") != 1 {
		t.Errorf("the linear reader says %s", talk.String())
	}
}
