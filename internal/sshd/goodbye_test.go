package sshd

import (
	"io"
	"net"
	"strings"
	"testing"
)

// spoken returns an opening of which the pieces were said.
func spoken(t *testing.T, pieces ...string) *opening {
	t.Helper()
	ours, theirs := net.Pipe()
	t.Cleanup(func() { _, _ = ours.Close(), theirs.Close() })
	go func() { _, _ = io.Copy(io.Discard, theirs) }() // ends with the pipe
	var o opening
	for _, piece := range pieces {
		_, err := o.write(ours, []byte(piece))
		must(t, err)
	}
	return &o
}

func TestGoodbyesStandWhereTheyAreUnderstood(t *testing.T) {
	long, newKeys := packet("\x14"+strings.Repeat("x", 9000)), packet("\x15")
	for _, test := range []struct {
		name   string
		pieces []string
		want   string
	}{
		{"before all", nil, serverVersion + "\r\n" + string(goodbye(Slow))},
		{"after the version", []string{serverVersion + "\r\n"}, string(goodbye(Slow))},
		{"after a packet", []string{serverVersion + "\r\n", packet("\x14")}, string(goodbye(Slow))},
		{"after a packet of pieces", []string{serverVersion + "\r\n", long[:4096], long[4096:8192], long[8192:], packet("\x1f")}, string(goodbye(Slow))},
		{"within a packet", []string{serverVersion + "\r\n", long[:4096]}, ""},
		{"after the keys", []string{serverVersion + "\r\n", packet("\x14"), newKeys}, ""},
		{"after secrets", []string{serverVersion + "\r\n", newKeys, "secret"}, ""},
		{"after what is no packet", []string{serverVersion + "\r\n", "x"}, ""},
	} {
		o := spoken(t, test.pieces...)
		if got := string(o.last(Slow)); got != test.want {
			t.Errorf("%s: %q", test.name, got)
		}
		if got := o.last(Slow); got != nil {
			t.Errorf("%s: once more: %q", test.name, got)
		}
		if _, err := o.write(nil, []byte("more")); err == nil {
			t.Errorf("%s: more is said", test.name)
		}
	}
}

func TestGoodbyesFollowWhatCouldNotBeSaid(t *testing.T) {
	o := spoken(t, serverVersion+"\r\n")
	ours, theirs := net.Pipe()
	defer func() { _ = theirs.Close() }()
	must(t, ours.Close())
	if _, err := o.write(ours, []byte(packet("\x14"))); err == nil {
		t.Error("it was said")
	}
	if got := string(o.last(Slow)); got != string(goodbye(Slow)) {
		t.Errorf("%q", got)
	}
}

func TestWhoHearsNothingIsNotWaitedForLong(t *testing.T) {
	ours, theirs := net.Pipe()
	defer func() { _ = theirs.Close() }()
	g := &gate{turned: make(chan struct{}, 1)}
	g.turnAway(ours, Full) // nobody reads
	if _, err := ours.Write([]byte("x")); err == nil || len(g.turned) > 0 {
		t.Errorf("not closed, or not counted out: %v", err)
	}
}

func TestNobodyIsToldInAFlood(t *testing.T) {
	ours, theirs := net.Pipe()
	g := &gate{turned: make(chan struct{}, 1)}
	g.turned <- struct{}{}
	g.turnAway(ours, Full)
	if told, err := io.ReadAll(theirs); len(told) > 0 || err != nil {
		t.Errorf("told %q, %v", told, err)
	}
}
