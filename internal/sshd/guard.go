package sshd

import (
	"strings"
	"unicode/utf8"

	"golang.org/x/crypto/ssh"
)

// What a client may ask of one session. Nothing that it sends is kept beyond these.
const (
	maxColumns  = 400
	maxRows     = 200
	maxEnviron  = 24   // variables
	maxVariable = 256  // bytes of one, name and value
	maxTerm     = 64   // bytes of TERM
	maxCommand  = 4096 // bytes
	maxRequests = 1000 // refused ones, before the connection is closed
)

// ptyRequest is the payload of pty-req (RFC 4254 §6.2).
type ptyRequest struct {
	Term                         string
	Columns, Rows, Width, Height uint32
	Modes                        string
}

// windowChange is the payload of window-change (RFC 4254 §6.7).
type windowChange struct {
	Columns, Rows, Width, Height uint32
}

// size returns columns and rows as they may be; a client that does not know them, says 0.
func size(columns, rows uint32) (width, height int) {
	if columns == 0 {
		columns = 80
	}
	if rows == 0 {
		rows = 24
	}
	return int(min(columns, maxColumns)), int(min(rows, maxRows))
}

// readPty returns the terminal that payload asks for.
func readPty(payload []byte) (term string, width, height int, ok bool) {
	var r ptyRequest
	if ssh.Unmarshal(payload, &r) != nil || len(r.Term) > maxTerm || !isPrintable(r.Term) {
		return "", 0, 0, false
	}
	width, height = size(r.Columns, r.Rows)
	return r.Term, width, height, true
}

// readWindow returns the new size that payload tells.
func readWindow(payload []byte) (width, height int, ok bool) {
	var r windowChange
	if ssh.Unmarshal(payload, &r) != nil {
		return 0, 0, false
	}
	width, height = size(r.Columns, r.Rows)
	return width, height, true
}

// readEnv returns the variable that payload sets as NAME=value, where it is one that we listen to.
func readEnv(payload []byte) (entry string, ok bool) {
	var r struct{ Name, Value string }
	if len(payload) > maxVariable || ssh.Unmarshal(payload, &r) != nil || !isPrintable(r.Value) {
		return "", false
	}
	switch r.Name {
	case "LANG", "LANGUAGE", "COLORTERM", "NO_COLOR", "COLORFGBG", "TERM_PROGRAM":
	default:
		if !strings.HasPrefix(r.Name, "LC_") || !isPrintable(r.Name) {
			return "", false
		}
	}
	return r.Name + "=" + r.Value, true
}

// readString returns the single string of an exec or subsystem request.
func readString(payload []byte) (s string, ok bool) {
	var r struct{ Value string }
	if len(payload) > maxCommand || ssh.Unmarshal(payload, &r) != nil {
		return "", false
	}
	return r.Value, true
}

// isPrintable reports whether s is text without control characters.
func isPrintable(s string) bool {
	return utf8.ValidString(s) && !strings.ContainsFunc(s, func(r rune) bool { return r < 0x20 || r >= 0x7F && r < 0xA0 })
}
