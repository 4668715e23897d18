package term

import (
	"bytes"
	"time"
	"unicode/utf8"

	tea "charm.land/bubbletea/v2"
	uv "github.com/charmbracelet/ultraviolet"
)

// How long an unfinished sequence is waited for, and how much of one is kept.
const (
	escapeWait   = 50 * time.Millisecond  // a lone ESC may be the key or the start of a sequence
	sequenceWait = 500 * time.Millisecond // a sequence in two packets
	garbledWait  = time.Second            // the rest of a reply whose start was given up
	maxSequence  = 4096                   // bytes
	maxPaste     = 4096                   // bytes
)

// decoder turns the bytes that a terminal sends into messages. It finds where each sequence ends by itself
// (ECMA-48 §5.4), so that a reply that comes late, in pieces or garbled never turns into keystrokes, and leaves the
// meaning of whole ones to ultraviolet. It passes on keys, pastes, mouse, focus and the answers that we ask for;
// all else is dropped, above all sizes: those come from the SSH channel alone.
type decoder struct {
	events  uv.EventDecoder
	buf     []byte
	paste   []byte
	pasting bool
	garbled time.Time // until then bytes belong to a reply that was given up
	last    time.Time // when the last byte came
}

// feed adds bytes that came at the time now and returns what they complete.
func (d *decoder) feed(p []byte, now time.Time) []tea.Msg {
	d.last = now
	d.buf = append(d.buf, p...)
	var msgs []tea.Msg
	for len(d.buf) > 0 {
		n, whole := scan(d.buf)
		if !whole {
			break
		}
		if msg := d.decode(d.buf[:n], now); msg != nil {
			msgs = append(msgs, msg)
		}
		d.buf = d.buf[n:]
	}
	if len(d.buf) > maxSequence {
		d.giveUp(now)
	}
	return msgs
}

// wait returns how long to wait for the rest of what is unfinished before expire is called; zero: nothing is.
func (d *decoder) wait() time.Duration {
	switch {
	case len(d.buf) == 1 && d.buf[0] == escape:
		return escapeWait
	case len(d.buf) > 0 || d.pasting:
		return sequenceWait
	}
	return 0
}

// expire ends what was not finished in time: a lone ESC was the key, anything else is dropped.
func (d *decoder) expire(now time.Time) []tea.Msg {
	if w := d.wait(); w == 0 || now.Sub(d.last) < w {
		return nil
	}
	if d.pasting {
		d.buf = d.buf[:0]
		return []tea.Msg{d.endPaste()}
	}
	if len(d.buf) == 1 && d.buf[0] == escape {
		d.buf = d.buf[:0]
		return []tea.Msg{tea.KeyPressMsg{Code: tea.KeyEscape}}
	}
	d.giveUp(now)
	return nil
}

// giveUp drops an unfinished sequence. What is left of a string (OSC, DCS, …) may still come: it is dropped as well.
func (d *decoder) giveUp(now time.Time) {
	if len(d.buf) > 1 && isString(d.buf[1]) {
		d.garbled = now.Add(garbledWait)
	}
	d.buf = nil
}

// decode returns the message of one whole sequence or character, nil where it says nothing to us.
func (d *decoder) decode(seq []byte, now time.Time) tea.Msg {
	if now.Before(d.garbled) {
		if c := seq[0]; c < 0x20 || len(seq) > 1 && c == escape {
			d.garbled = time.Time{}
		}
		if seq[0] != escape || string(seq) == stringEnd {
			return nil
		}
	}
	if string(seq) == stringEnd || seq[0] >= 0x80 && !utf8.Valid(seq) {
		return nil
	}
	if key, ok := consoleKey(seq); ok && !d.pasting {
		return key
	}
	_, event := d.events.Decode(seq)
	switch e := event.(type) {
	case uv.PasteStartEvent:
		d.pasting, d.paste = true, nil
		return nil
	case uv.PasteEndEvent:
		if !d.pasting {
			return nil
		}
		return d.endPaste()
	case uv.KeyPressEvent:
		if d.pasting {
			d.paste = append(d.paste, seq[:min(len(seq), maxPaste-len(d.paste))]...)
			return nil
		}
		return tea.KeyPressMsg(e)
	}
	if d.pasting {
		return nil
	}
	return answer(event)
}

// consoleKey returns F1 to F5 as the Linux console sends them, ESC [ [ A to E.
func consoleKey(seq []byte) (tea.KeyPressMsg, bool) {
	if len(seq) != 4 || string(seq[:3]) != "\x1b[[" || seq[3] < 'A' || seq[3] > 'E' {
		return tea.KeyPressMsg{}, false
	}
	return tea.KeyPressMsg{Code: tea.KeyF1 + rune(seq[3]-'A')}, true
}

func (d *decoder) endPaste() tea.Msg {
	msg := tea.PasteMsg{Content: string(bytes.ToValidUTF8(d.paste, nil))}
	d.pasting, d.paste = false, nil
	return msg
}

// answer lets through what a session may hear from its terminal besides keys.
func answer(event uv.Event) tea.Msg {
	switch e := event.(type) {
	case uv.BackgroundColorEvent:
		return tea.BackgroundColorMsg(e)
	case uv.FocusEvent:
		return tea.FocusMsg(e)
	case uv.MouseClickEvent:
		return tea.MouseClickMsg(e)
	case uv.MouseWheelEvent:
		return tea.MouseWheelMsg(e)
	case uv.TerminalVersionEvent:
		return named(e.Name)
	case uv.KittyGraphicsEvent:
		if e.Options.ID == answerID && string(e.Payload) == "OK" {
			return takesPictures{}
		}
	}
	return nil
}

const (
	escape     = 0x1B
	bell       = 0x07
	cancel     = 0x18
	substitute = 0x1A
	stringEnd  = "\x1b\\"
)

// scan returns the length of the first character or sequence of b, and whether it is there whole.
func scan(b []byte) (n int, whole bool) {
	switch {
	case b[0] >= 0x80:
		if !utf8.FullRune(b) {
			return 0, false
		}
		_, n = utf8.DecodeRune(b)
		return n, true
	case b[0] != escape:
		return 1, true
	case len(b) == 1:
		return 0, false
	case b[1] == '[':
		return scanControl(b)
	case isString(b[1]):
		return scanString(b)
	case b[1] == 'O':
		if len(b) < 3 {
			return 0, false
		}
		return 3, true
	case b[1] == escape || b[1] >= 0x80:
		return 1, true
	}
	return 2, true
}

// isString reports whether ESC c opens a string that runs until ST: DCS, SOS, OSC, PM, APC.
func isString(c byte) bool {
	return c == 'P' || c == 'X' || c == ']' || c == '^' || c == '_'
}

// scanControl finds the end of a control sequence, ESC [ parameters intermediates final. A byte that cannot belong
// to one ends it there.
func scanControl(b []byte) (int, bool) {
	if len(b) > 2 && (b[2] == 'M' || b[2] == '[') { // X10 mouse: three bytes more; Linux console F1 to F5: one
		n := 6
		if b[2] == '[' {
			n = 4
		}
		return n, len(b) >= n
	}
	for i := 2; i < len(b); i++ {
		switch c := b[i]; {
		case c >= 0x40 && c <= 0x7E:
			return i + 1, true
		case c < 0x20 || c >= 0x7F:
			return i, true
		}
	}
	return 0, false
}

func scanString(b []byte) (int, bool) {
	for i := 2; i < len(b); i++ {
		switch b[i] {
		case bell, cancel, substitute:
			return i + 1, true
		case escape:
			if i+1 == len(b) {
				return 0, false
			}
			if b[i+1] == '\\' {
				return i + 2, true
			}
			return i, true // another sequence begins: this one was cut
		}
	}
	return 0, false
}
