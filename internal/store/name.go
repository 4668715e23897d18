package store

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"strings"
	"unicode"
)

// ErrName is wrapped by the errors for names that no file of a folder may have.
var ErrName = errors.New("name not allowed")

// Check returns nil where name may be the name of a file or folder: a path with slashes below the folder, no part of
// it hidden. os.Root would refuse what leads out as well; this says why, and keeps the hidden folders ours.
func Check(name string) error {
	switch {
	case strings.HasPrefix(name, "/"):
		return fmt.Errorf("%w: it must not begin with a slash", ErrName)
	case strings.ContainsFunc(name, unicode.IsControl):
		return fmt.Errorf("%w: it has control characters", ErrName)
	case !fs.ValidPath(name) || name == ".":
		return fmt.Errorf("%w: it must be a plain path below the folder, in UTF-8", ErrName)
	}
	for part := range strings.SplitSeq(name, "/") {
		if strings.HasPrefix(part, ".") {
			return fmt.Errorf("%w: hidden files are not taken", ErrName)
		}
	}
	return nil
}

// isHidden reports whether the last part of name begins with a dot.
func isHidden(name string) bool {
	base := path.Base(name)
	return base != "." && strings.HasPrefix(base, ".")
}
