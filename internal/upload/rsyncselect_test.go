package upload

import (
	"bufio"
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// selecting returns an rsync that is asked for targets, and the folder of its posts.
func selecting(t *testing.T, ctx context.Context, targets ...string) (*rsync, string) {
	t.Helper()
	s, dir := sessionOf(t, nil, "ada")
	return &rsync{report: report{Session: s}, ctx: ctx, wire: wireOf(nil), options: rsyncOptions{recursive: true, checksum: true, targets: targets}}, dir
}

func TestRsyncFindsAndReadsOnceWhatIsNamedAgain(t *testing.T) {
	dots := slices.Repeat([]string{"."}, 1950)
	kept, err := distinct(append(dots, "./", "/", "a", "a/", "./a", "x/../a/", ""))
	if err != nil || fmt.Sprint(kept) != "[. a a/]" {
		t.Errorf("%q, %v", kept, err)
	}
	r, _ := selecting(t, t.Context(), append(dots, "*", "**", "live.md", "*.md")...)
	list, errored, err := r.list(nil)
	if err != nil || errored || len(list) != 2 || list[1].sum != contentSum("# Live\n\nText.\n") {
		t.Errorf("%+v, %t, %v", list, errored, err)
	}
	once := &selection{rsync: r, sums: map[string][sumLength]byte{"live.md": {7}}}
	if err := once.addFile("live.md", "live.md"); err != nil || once.list[0].sum != [sumLength]byte{7} {
		t.Errorf("summed anew: %+v, %v", once.list, err)
	}
}

func TestMoreTargetsThanAnybodyNamesAreRefused(t *testing.T) {
	var names []string
	for n := range maxTargets + 1 {
		names = append(names, fmt.Sprintf("a%d.md", n))
	}
	r, _ := selecting(t, t.Context(), names...)
	if _, _, err := r.list(nil); err == nil || !strings.Contains(err.Error(), "more than 100 files or folders are named") {
		t.Error(err)
	}
	s, _ := sessionOf(t, bytes.NewReader(make([]byte, 8)), "")
	var out bytes.Buffer
	s.Out = &out
	if status := s.SCP(t.Context(), append([]string{"-f"}, names...)); status != refused || !strings.Contains(out.String(), "more than 100") {
		t.Errorf("%d, %q", status, out.String())
	}
	if kept, err := distinct(names[1:]); err != nil || len(kept) != maxTargets {
		t.Errorf("%d, %v", len(kept), err)
	}
}

func TestNothingMoreIsReadForAClientThatIsGone(t *testing.T) {
	ctx, gone := context.WithCancel(t.Context())
	gone()
	r, dir := selecting(t, ctx, ".", "*", "none")
	if err := os.WriteFile(filepath.Join(dir, "b.md"), []byte("# B\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	if list, _, err := r.list(nil); !errors.Is(err, context.Canceled) {
		t.Errorf("%+v, %v", list, err)
	}
	s, _ := sessionOf(t, bytes.NewReader(make([]byte, 64)), "")
	var out bytes.Buffer
	s.Out = &out
	if status := s.SCP(ctx, []string{"-rf", "."}); status != refused || out.Len() > 0 {
		t.Errorf("%d, %q", status, out.String())
	}
}

// rulesOf returns the wire of a client that sends rules.
func rulesOf(rules ...string) *rsyncWire {
	var data []byte
	for _, rule := range rules {
		data = append(binary.LittleEndian.AppendUint32(data, uint32(len(rule))), rule...)
	}
	return &rsyncWire{in: bufio.NewReader(bytes.NewReader(append(data, 0, 0, 0, 0))), out: bufio.NewWriter(io.Discard)}
}

func TestRsyncRulesAreBounded(t *testing.T) {
	long := strings.Repeat("?", maxPattern)
	if rules, err := rulesOf(slices.Repeat([]string{"+ " + long}, maxRules)...).rules(); err != nil || len(rules) != maxRules {
		t.Errorf("%d, %v", len(rules), err)
	}
	for _, rules := range [][]string{
		slices.Repeat([]string{"*.png"}, maxRules+1), slices.Repeat([]string{"!"}, maxRules+1), {"- " + long + "?"}, {long + long}, {strings.Repeat("*a", maxStars+1)},
	} {
		if _, err := rulesOf(rules...).rules(); err == nil || !strings.Contains(err.Error(), "more than") && !strings.Contains(err.Error(), "at most") {
			t.Errorf("%d rules of %d bytes: %v", len(rules), len(rules[0]), err)
		}
	}
}

func TestRulesThatAreHardToMatchCostLittle(t *testing.T) {
	const name = "notes/2026-11-21-a-name-as-long-as-names-of-posts-mostly-are.md"
	for _, hard := range []string{
		strings.Repeat("?", maxPattern), strings.Repeat("[a-z]", maxPattern/5), strings.Repeat("*a", maxStars), strings.Repeat("*?", maxStars) + "z",
		strings.Repeat("**[!z]", maxStars/2) + "z",
	} {
		rules, err := rulesOf(slices.Repeat([]string{hard}, maxRules)...).rules()
		if err != nil {
			t.Fatal(err)
		}
		started := time.Now()
		for range 20 {
			if rules.excludes(name, false) {
				t.Errorf("%s leaves out %s", hard, name)
			}
		}
		t.Logf("%.20s… each: %s", hard, time.Since(started)/20)
		if took := time.Since(started); took > 30*time.Second { // it is a tenth of one, or hours: a busy machine with the race detector needs some
			t.Errorf("%s: 20 names took %s", hard, took)
		}
	}
}
