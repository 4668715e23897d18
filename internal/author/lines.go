package author

import (
	"bytes"
	"slices"
	"strings"
	"time"

	"golang.org/x/crypto/ssh"
)

// Line is a line of an author's file that holds a key, or should.
type Line struct {
	Number int
	Key    ssh.PublicKey // nil where the line is none
	Err    error         // why nobody comes in by this line, wherever from; nil otherwise

	options []string
}

// Lines returns the lines of the file of the author name, without comments and empty ones.
func (k *Keys) Lines(name string) ([]Line, error) {
	data, err := k.read(name)
	if err != nil {
		return nil, err
	}
	var lines []Line
	number := 0
	for text := range bytes.Lines(data) {
		number++
		if text = bytes.TrimSpace(text); len(text) == 0 || text[0] == '#' {
			continue
		}
		l := Line{Number: number}
		l.Key, _, l.options, _, l.Err = ssh.ParseAuthorizedKey(text)
		if name == ca {
			l.options = slices.DeleteFunc(l.options, func(o string) bool { return o == "cert-authority" })
		}
		for _, option := range l.options {
			if strings.HasPrefix(strings.ToLower(option), "from=") {
				continue // who comes from there is let in
			}
			if err := permits(option, nil, time.Now()); err != nil {
				l.Err = err
			}
		}
		lines = append(lines, l)
	}
	return lines, nil
}

// Review logs what is wrong with the files of all authors, so that it is known before one of them wants to come in.
func (k *Keys) Review() {
	for _, name := range k.Names() {
		lines, err := k.Lines(name)
		if err != nil {
			k.log.Warn("keys of an author not read", "author", name, "err", err)
			continue
		}
		if len(lines) == 0 {
			k.log.Warn("an author without a key", "author", name)
		}
		for _, l := range lines {
			switch {
			case l.Key == nil:
				k.log.Warn("not a public key", "author", name, "line", l.Number, "err", l.Err)
			case l.Err != nil:
				k.log.Warn("a key that lets nobody in", "author", name, "line", l.Number, "key", ssh.FingerprintSHA256(l.Key), "why", l.Err)
			}
		}
	}
}
