package post

import (
	"bytes"
	"strings"
	"unicode/utf8"
)

// decode returns data as valid UTF-8.
func (r *reading) decode(data []byte) (string, *Problem) {
	if utf8.Valid(data) && bytes.IndexByte(data, 0) < 0 {
		return string(data), nil
	}
	return strings.ReplaceAll(strings.ToValidUTF8(string(data), "\uFFFD"), "\x00", ""), nil
}
