package store

import (
	"errors"
	"strings"
	"syscall"
)

// Keys of a bucket have few characters, names of files have all. A key is the kind of what it holds, a dot, and its
// name, of which every byte that is no letter, digit, slash, dash or underscore is =XX.
const (
	fileKey    = "p." // a file of the folder
	folderKey  = "d." // a folder, which is there without any file
	lostKey    = "l." // what somebody pushed at the same moment as somebody else, and was not taken
	replicaKey = "r." // a replica, and its host keys
)

// maxKey is the length of the longest key: with all that goes with it on one line of the protocol, 4 KiB at most.
const maxKey = 2048

// errKey is returned for keys that no name has.
var errKey = errors.New("not the key of a name")

const hexDigits = "0123456789ABCDEF"

// encodeKey returns the key for what is called name, or the error that a file system has for a name so long.
func encodeKey(kind, name string) (string, error) {
	var key strings.Builder
	key.WriteString(kind)
	part := 0
	for n := range len(name) {
		if part++; name[n] == '/' {
			part = 0
		}
		if part > 255 {
			return "", syscall.ENAMETOOLONG
		}
		if isPlain(name[n]) {
			key.WriteByte(name[n])
		} else {
			key.Write([]byte{'=', hexDigits[name[n]>>4], hexDigits[name[n]&15]})
		}
	}
	if key.Len() > maxKey {
		return "", syscall.ENAMETOOLONG
	}
	return key.String(), nil
}

// decodeKey returns the kind and the name that key was made from. No two keys have the same name.
func decodeKey(key string) (kind, name string, err error) {
	if len(key) < 3 || key[1] != '.' || len(key) > maxKey {
		return "", "", errKey
	}
	kind, key = key[:2], key[2:]
	decoded := make([]byte, 0, len(key))
	for n := 0; n < len(key); n++ {
		c := key[n]
		switch {
		case isPlain(c):
		case c == '=' && n+2 < len(key):
			high, low := strings.IndexByte(hexDigits, key[n+1]), strings.IndexByte(hexDigits, key[n+2])
			if high < 0 || low < 0 || isPlain(byte(high<<4|low)) {
				return "", "", errKey
			}
			c, n = byte(high<<4|low), n+2
		default:
			return "", "", errKey
		}
		decoded = append(decoded, c)
	}
	return kind, string(decoded), nil
}

func isPlain(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '/' || c == '-' || c == '_'
}
