package post

import (
	"fmt"
	"strings"
)

// Problem is something that an author should mend, with its place.
type Problem struct {
	File  string `json:"file"`
	Line  int    `json:"line"`   // from 1; 0 where the whole file is meant
	Col   int    `json:"column"` // from 1, in characters; 0 where the whole line is meant
	Error bool   `json:"error"`  // false: a warning, the post is served
	What  string `json:"what"`
	Hint  string `json:"hint,omitempty"` // what to type
}

// String returns p as "path:line:col: error|warning: what (hint)".
func (p Problem) String() string {
	var b strings.Builder
	b.WriteString(p.File)
	if p.Line > 0 {
		fmt.Fprintf(&b, ":%d", p.Line)
		if p.Col > 0 {
			fmt.Fprintf(&b, ":%d", p.Col)
		}
	}
	kind := "warning"
	if p.Error {
		kind = "error"
	}
	fmt.Fprintf(&b, ": %s: %s", kind, p.What)
	if p.Hint != "" {
		fmt.Fprintf(&b, " (%s)", p.Hint)
	}
	return b.String()
}
