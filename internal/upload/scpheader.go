package upload

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// maxHeader bounds a line of the protocol, in bytes.
const maxHeader = 4096

// scpHeader is a line that announces something.
type scpHeader struct {
	kind     byte // C: a file; D: a folder; E: its end; T: the times of the next one
	size     int64
	name     string
	modified time.Time
}

// parseSCPHeader reads a line without its end.
func parseSCPHeader(line string) (scpHeader, error) {
	if line == "" {
		return scpHeader{}, fmt.Errorf("scp: an empty line")
	}
	h := scpHeader{kind: line[0]}
	var ok bool
	switch h.kind {
	case 'E':
		ok = line == "E"
	case 'T':
		h.modified, ok = parseSCPTimes(line[1:])
	case 'C', 'D':
		h.size, h.name, ok = parseSCPEntry(line[1:])
	}
	if !ok {
		return scpHeader{}, fmt.Errorf("scp: cannot read the line %q", line)
	}
	return h, nil
}

// parseSCPEntry reads "MODE SIZE NAME".
func parseSCPEntry(s string) (size int64, name string, ok bool) {
	mode, s, _ := strings.Cut(s, " ")
	digits, name, _ := strings.Cut(s, " ")
	if len(mode) != 4 || strings.Trim(mode, "01234567") != "" {
		return 0, "", false
	}
	size, ok = parseDigits(digits)
	if name == "" || name == "." || name == ".." || strings.ContainsAny(name, "/\x00\n") {
		return 0, "", false
	}
	return size, name, ok
}

// parseSCPTimes reads "MODIFIED 0 ACCESSED 0", seconds and microseconds.
func parseSCPTimes(s string) (modified time.Time, ok bool) {
	fields := strings.Split(s, " ")
	if len(fields) != 4 {
		return time.Time{}, false
	}
	for n, field := range fields {
		value, ok := parseDigits(field)
		if !ok {
			return time.Time{}, false
		}
		if n == 0 {
			modified = seconds(value)
		}
	}
	return modified, true
}

// parseDigits reads a number without a sign.
func parseDigits(s string) (int64, bool) {
	if s == "" || s[0] == '+' || s[0] == '-' {
		return 0, false
	}
	n, err := strconv.ParseInt(s, 10, 64)
	return n, err == nil
}
