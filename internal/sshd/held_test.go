package sshd

import (
	"bytes"
	"io"
	"net"
	"slices"
	"testing"
)

// pieces is a connection that keeps what is written to it, a write each.
type pieces struct {
	net.Conn
	all []string
	err error
}

func (p *pieces) Write(b []byte) (int, error) {
	if p.err != nil {
		return 0, p.err
	}
	p.all = append(p.all, string(b))
	return len(b), nil
}

func TestWhatIsHeldGoesOutInOnePiece(t *testing.T) {
	var conn pieces
	var h held
	write := func(s string) {
		t.Helper()
		if n, err := h.write(&conn, []byte(s)); n != len(s) || err != nil {
			t.Fatalf("wrote %d of %q: %v", n, s, err)
		}
	}
	write("a")
	h.hold()
	write("b")
	h.hold()
	write("c")
	h.letGo(&conn)
	write("d")
	h.letGo(&conn)
	write("e")
	if want := []string{"a", "bcd", "e"}; !slices.Equal(conn.all, want) {
		t.Errorf("wrote %q, not %q", conn.all, want)
	}
}

func TestNoMoreIsHeldThanThereIsRoomFor(t *testing.T) {
	var conn pieces
	var h held
	h.hold()
	packet := bytes.Repeat([]byte("x"), 32<<10)
	for range 5 {
		if _, err := h.write(&conn, packet); err != nil {
			t.Fatal(err)
		}
	}
	h.letGo(&conn)
	total := 0
	for _, piece := range conn.all {
		if len(piece) > maxHeldBack {
			t.Errorf("%d bytes were held", len(piece))
		}
		total += len(piece)
	}
	if total != 5*len(packet) {
		t.Errorf("%d bytes of %d", total, 5*len(packet))
	}
}

func TestConnectionThatBrokeWhileHeldSaysSoAtTheNextWrite(t *testing.T) {
	conn := pieces{err: io.ErrClosedPipe}
	var h held
	h.hold()
	if _, err := h.write(&conn, []byte("lost")); err != nil {
		t.Fatal(err)
	}
	h.letGo(&conn)
	if _, err := h.write(&conn, []byte("next")); err == nil {
		t.Error("no error")
	}
}
