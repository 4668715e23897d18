package post

import (
	"bytes"
	"encoding/binary"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
)

// decode returns data as valid UTF-8 without NUL. Text of another encoding is recognised where that is safe; what is no
// text at all is a problem.
func (r *reading) decode(data []byte) (string, *Problem) {
	if utf8.Valid(data) && bytes.IndexByte(data, 0) < 0 {
		return string(data), nil
	}
	const hint = "save the file as UTF-8"
	if s, ok := decodeUTF16(data); ok {
		r.warn(place{1, 1}, "the file is written in UTF-16", hint)
		return s, nil
	}
	bad, at := badBytes(data)
	where := r.placeOf(data, at)
	if bad > 16 && bad > len(data)/20 {
		return "", &Problem{Line: where.line, Col: where.col, Error: true, What: "the file is not text", Hint: hint}
	}
	if !hasWideRunes(data) && bytes.IndexByte(data, 0) < 0 {
		if s, err := charmap.Windows1252.NewDecoder().Bytes(data); err == nil {
			r.warn(where, "the file is not written in UTF-8, taken as Windows-1252", hint)
			return strings.ToValidUTF8(string(s), "\uFFFD"), nil
		}
	}
	r.warn(where, "bytes that are no text were replaced", hint)
	return strings.ReplaceAll(strings.ToValidUTF8(string(data), "\uFFFD"), "\x00", ""), nil
}

// placeOf returns where the byte at offset stands in data that may be no valid text.
func (r *reading) placeOf(data []byte, offset int) place {
	measure := newRuler(string(data[:offset]), 1)
	return measure.place(offset)
}

// badBytes returns how many bytes of data are no text, or NUL, and where the first one is.
func badBytes(data []byte) (count, first int) {
	first = -1
	for at := 0; at < len(data); {
		c, size := utf8.DecodeRune(data[at:])
		if c == 0 || c == utf8.RuneError && size == 1 {
			if count++; first < 0 {
				first = at
			}
		}
		at += size
	}
	return count, max(first, 0)
}

// hasWideRunes reports whether data has a character of UTF-8 beyond ASCII.
func hasWideRunes(data []byte) bool {
	for at := 0; at < len(data); {
		_, size := utf8.DecodeRune(data[at:])
		if size > 1 {
			return true
		}
		at += size
	}
	return false
}

// decodeUTF16 returns data as UTF-8 where a byte order mark says that it is UTF-16.
func decodeUTF16(data []byte) (string, bool) {
	var order binary.ByteOrder
	switch {
	case bytes.HasPrefix(data, []byte{0xFF, 0xFE}):
		order = binary.LittleEndian
	case bytes.HasPrefix(data, []byte{0xFE, 0xFF}):
		order = binary.BigEndian
	default:
		return "", false
	}
	data = data[2:]
	units := make([]uint16, len(data)/2)
	for i := range units {
		units[i] = order.Uint16(data[2*i:])
	}
	return strings.ReplaceAll(string(utf16.Decode(units)), "\x00", ""), true
}
