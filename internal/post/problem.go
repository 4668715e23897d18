package post

import (
	"errors"
	"fmt"
	"strings"
)

// Problem is something that an author should mend, with its place.
type Problem struct {
	File  string `json:"file"`
	Line  int    `json:"line"`   // from 1; 0 where the whole file is meant
	Col   int    `json:"column"` // from 1, in characters; 0 where the whole line is meant
	Error bool   `json:"error"`  // false: a warning, the post is served as its author meant it
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

// ErrorsFirst returns problems with the errors before the warnings, otherwise in their order. Problems stays as it is.
func ErrorsFirst(problems []Problem) []Problem {
	sorted := make([]Problem, 0, len(problems))
	for _, wanted := range []bool{true, false} {
		for _, p := range problems {
			if p.Error == wanted {
				sorted = append(sorted, p)
			}
		}
	}
	return sorted
}

// Compare orders problems by file, line, column and text, for slices.SortFunc.
func (p Problem) Compare(q Problem) int {
	switch {
	case p.File != q.File:
		return strings.Compare(p.File, q.File)
	case p.Line != q.Line:
		return p.Line - q.Line
	case p.Col != q.Col:
		return p.Col - q.Col
	}
	return strings.Compare(p.What, q.What)
}

// byWeight orders the problems of one file, errors first.
func byWeight(p, q Problem) int {
	if p.Error != q.Error {
		if p.Error {
			return -1
		}
		return 1
	}
	return p.Compare(q)
}

// ParseError is why a file is no post, and what its author must mend. It wraps ErrInvalid.
type ParseError struct {
	Problems []Problem // at least one; the first has Error set
}

// Error returns the problems, a line each.
func (e *ParseError) Error() string {
	lines := make([]string, len(e.Problems))
	for i, p := range e.Problems {
		lines[i] = p.String()
	}
	return strings.Join(lines, "\n")
}

// Unwrap returns ErrInvalid.
func (e *ParseError) Unwrap() error { return ErrInvalid }

// Errors returns what an author must mend, from an error of Parse; nothing where err is not about the file's text.
func Errors(err error) []Problem {
	var invalid *ParseError
	if errors.As(err, &invalid) {
		return invalid.Problems
	}
	return nil
}
