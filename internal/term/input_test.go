package term

import (
	"fmt"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
)

// names returns what msgs are, keys by their names.
func names(msgs []tea.Msg) string {
	var all []string
	for _, msg := range msgs {
		switch msg := msg.(type) {
		case tea.KeyPressMsg:
			all = append(all, msg.String())
		case tea.PasteMsg:
			all = append(all, fmt.Sprintf("paste(%s)", msg.Content))
		case tea.BackgroundColorMsg:
			all = append(all, fmt.Sprintf("background(dark=%t)", msg.IsDark()))
		default:
			all = append(all, fmt.Sprintf("%T", msg))
		}
	}
	return strings.Join(all, " ")
}

func TestInputBecomesMessages(t *testing.T) {
	tests := []struct{ name, in, want string }{
		{"letters", "jkG", "j k G"},
		{"controls", "\x03\r\t\x7f ", "ctrl+c enter tab backspace space"},
		{"arrows", "\x1b[A\x1b[B\x1bOC\x1bOD", "up down right left"},
		{"paging", "\x1b[5~\x1b[6~\x1b[H\x1b[F", "pgup pgdown home end"},
		{"console function key", "\x1b[[Aj", "f1 j"},
		{"shift tab", "\x1b[Z", "shift+tab"},
		{"alt", "\x1bj", "alt+j"},
		{"letters beyond ASCII", "é日", "é 日"},
		{"paste", "\x1b[200~q\x1b[A日\x1b[201~j", "paste(q\x1b[A日) j"},
		{"background", "\x1b]11;rgb:ffff/ffff/ffff\x1b\\j", "background(dark=false) j"},
		{"background ended by BEL", "\x1b]11;rgb:0000/0000/0000\x07", "background(dark=true)"},
		{"a size is not believed", "\x1b[8;5000;5000tj", "j"},
		{"attributes say nothing", "\x1b[?62;4c\x1b[>1;10;0cj", "j"},
		{"capability is dropped", "\x1bP1+r524742=31\x1b\\j", "j"},
		{"clipboard is dropped", "\x1b]52;c;aGFjaw==\x07j", "j"},
		{"C1 and broken UTF-8 are dropped", "\x9b31m\xff\xc3(j", "3 1 m ( j"},
		{"a string cut by another sequence", "\x1b]11;rgb:\x1b[Aj", "up j"},
		{"old mouse", "\x1b[M !!j", "tea.MouseClickMsg j"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			var whole, pieces decoder
			now := time.Unix(0, 0)
			if got := names(whole.feed([]byte(test.in), now)); got != test.want {
				t.Errorf("at once: got %q, want %q", got, test.want)
			}
			var msgs []tea.Msg
			for _, b := range []byte(test.in) {
				msgs = append(msgs, pieces.feed([]byte{b}, now)...)
			}
			if got := names(msgs); got != test.want {
				t.Errorf("byte by byte: got %q, want %q", got, test.want)
			}
		})
	}
}

func TestUnfinishedInputEndsInTime(t *testing.T) {
	tests := []struct{ name, in, want, then, after string }{
		{"escape key", "\x1b", "esc", "j", "j"},
		{"control sequence never finished", "\x1b[1;", "", "j", "j"},
		{"reply that comes late is no keystroke", "\x1b]11;rgb:1e1e", "", "/1e1e/1e1e\x1b\\j", "j"},
		{"reply without its end", "\x1b]11;rgb:1e1e", "", "/1e1e\x07j", "j"},
		{"paste without end", "\x1b[200~abc", "paste(abc)", "j", "j"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			var d decoder
			now := time.Unix(0, 0)
			if got := names(d.feed([]byte(test.in), now)); got != "" {
				t.Fatalf("too early: %q", got)
			}
			if got := d.expire(now.Add(d.wait() - 1)); got != nil {
				t.Fatalf("before its time: %q", names(got))
			}
			now = now.Add(d.wait())
			if got := names(d.expire(now)); got != test.want {
				t.Errorf("after the wait: got %q, want %q", got, test.want)
			}
			if got := names(d.feed([]byte(test.then), now)); got != test.after {
				t.Errorf("then: got %q, want %q", got, test.after)
			}
		})
	}
}

func TestKeysWorkAgainAfterAGarbledReply(t *testing.T) {
	var d decoder
	now := time.Unix(0, 0)
	d.feed([]byte("\x1b]11;"), now)
	now = now.Add(sequenceWait)
	d.expire(now)
	now = now.Add(garbledWait)
	if got := names(d.feed([]byte("jk"), now)); got != "j k" {
		t.Errorf("got %q, want the keys", got)
	}
}

// FuzzInput holds that no input makes the decoder panic, keep more than it may, or say what it must not.
func FuzzInput(f *testing.F) {
	f.Add([]byte("j\x1b[A\x1b]11;rgb:ff/ff/ff\x07\x1b[200~x\x1b[201~"), 3)
	f.Fuzz(func(t *testing.T, in []byte, piece int) {
		var d decoder
		now := time.Unix(0, 0)
		piece = max(1, piece&0xff)
		for len(in) > 0 {
			n := min(piece, len(in))
			for _, msg := range append(d.feed(in[:n], now), d.expire(now)...) {
				switch msg := msg.(type) {
				case tea.KeyPressMsg, tea.FocusMsg, tea.BackgroundColorMsg, tea.MouseClickMsg, tea.MouseWheelMsg:
				case tea.PasteMsg:
					if len(msg.Content) > maxPaste {
						t.Fatalf("paste of %d bytes", len(msg.Content))
					}
				default:
					t.Fatalf("%T let through", msg)
				}
			}
			if len(d.buf) > maxSequence {
				t.Fatalf("%d bytes kept", len(d.buf))
			}
			in = in[n:]
			now = now.Add(time.Millisecond)
		}
	})
}
