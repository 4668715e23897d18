package upload

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"
)

// The old protocol of scp, as rcp had it before: one side sends lines that announce files and folders and the bytes of
// files, the other answers each with a zero byte, or with 1 or 2 and a line of why not (1: go on; 2: that was all).
const (
	fine    = 0
	warning = 1
	fatal   = 2
)

// scpOptions is what a client's scp asks the scp at this end to be.
type scpOptions struct {
	sink, source   bool // exactly one of them
	recursive      bool
	times          bool
	intoFolder     bool
	targets        []string
	targetIsFolder bool // written with a slash at its end
}

// readSCPOptions reads the words behind "scp".
func readSCPOptions(words []string) (scpOptions, error) {
	var o scpOptions
	for len(words) > 0 && strings.HasPrefix(words[0], "-") && words[0] != "-" {
		letters := words[0][1:]
		words = words[1:]
		if letters == "-" {
			break
		}
		for _, letter := range letters {
			switch letter {
			case 't':
				o.sink = true
			case 'f':
				o.source = true
			case 'r':
				o.recursive = true
			case 'p':
				o.times = true
			case 'd':
				o.intoFolder = true
			case 'v', 'q', 'B', 'C', 's':
			default:
				return o, fmt.Errorf("scp: option -%c is not known here", letter)
			}
		}
	}
	if o.sink == o.source {
		return o, errors.New("scp runs at the other end: scp FILE HOST: sends, scp HOST:FILE . fetches")
	}
	if len(words) == 0 {
		words = []string{"."}
	}
	if o.sink { // clients do not quote a name with blanks
		words = []string{strings.Join(words, " ")}
	}
	o.targets = words
	o.targetIsFolder = strings.HasSuffix(words[0], "/")
	return o, nil
}

// SCP serves one scp of the old protocol, which was started here with words, and returns the exit status.
func (s *Session) SCP(ctx context.Context, words []string) int {
	o, err := readSCPOptions(words)
	if err != nil {
		_, _ = fmt.Fprintln(s.Err, s.Clean(err.Error())) // the exit status says it as well
		return usage
	}
	c := &scp{report: report{Session: s, began: time.Now()}, ctx: ctx, options: o, in: bufio.NewReader(s.In)}
	if o.sink {
		err = c.receive()
	} else {
		err = c.send()
	}
	status := c.end()
	if err != nil && !errors.Is(err, io.EOF) {
		s.Log.Debug("scp ended", "err", err)
		return refused
	}
	return status
}

// scp is one end of a transfer.
type scp struct {
	report
	ctx     context.Context
	options scpOptions
	in      *bufio.Reader
}

// answer sends the answer to a line.
func (c *scp) answer(code byte, why string) error {
	if code == fine {
		_, err := c.Out.Write([]byte{fine})
		return err
	}
	line, _, _ := strings.Cut(why, "\n")
	_, err := fmt.Fprintf(c.Out, "%c%s\n", code, c.Clean(line))
	return err
}

// refuseHere tells in the protocol why something was not done; what does not fit there goes to the report.
func (c *scp) refuseHere(err error) error {
	_, rest, more := strings.Cut(err.Error(), "\n")
	c.mu.Lock()
	c.refusedLocked(err)
	if more {
		for line := range strings.SplitSeq(rest, "\n") {
			c.say(line)
		}
	}
	c.mu.Unlock()
	return c.answer(warning, err.Error())
}

// line reads one line without its end; what is longer than any header ends the transfer.
func (c *scp) line() (string, error) {
	var b strings.Builder
	for {
		char, err := c.in.ReadByte()
		if err != nil {
			if b.Len() > 0 {
				err = io.ErrUnexpectedEOF
			}
			return "", err
		}
		if char == '\n' {
			return b.String(), nil
		}
		if b.Len() >= maxHeader {
			return "", errors.New("scp: a line that does not end")
		}
		b.WriteByte(char)
	}
}

// answered reads the answer to what was sent; ok is false where the other end did not take it.
func (c *scp) answered() (ok bool, err error) {
	code, err := c.in.ReadByte()
	if err != nil || code == fine {
		return err == nil, err
	}
	why, err := c.line()
	if err == nil && code != warning {
		err = fmt.Errorf("scp: the client ends it: %s", why)
	}
	return false, err
}
