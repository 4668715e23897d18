package author

import (
	"bytes"

	"golang.org/x/crypto/ssh"
)

// Of returns the keys on the lines of the file of the author name. Lines that are none are left out.
func (k *Keys) Of(name string) ([]ssh.PublicKey, error) {
	data, err := k.read(name)
	if err != nil {
		return nil, err
	}
	var keys []ssh.PublicKey
	for line := range bytes.Lines(data) {
		if line = bytes.TrimSpace(line); len(line) == 0 || line[0] == '#' {
			continue
		}
		if key, _, _, _, err := ssh.ParseAuthorizedKey(line); err == nil {
			keys = append(keys, key)
		}
	}
	return keys, nil
}
