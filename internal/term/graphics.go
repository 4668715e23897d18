package term

import (
	"encoding/base64"
	"fmt"
	"slices"
	"strings"
)

// Picture is what the terminal is to keep under an id, and to show where placeholders of that id stand (the graphics
// protocol of kitty, with Unicode placeholders).
type Picture struct {
	ID            uint32 // 24 bits; a placeholder has it as its colour
	PNG           []byte
	Columns, Rows int // that its placeholders cover
}

// Illustrator is a Model that shows pictures on terminals that can. After Graphics it is asked before each frame is painted.
type Illustrator interface {
	// Pictures returns what the frame that Frame made needs and the terminal does not have yet.
	Pictures() []Picture
}

// Graphics tells the model that the terminal shows pictures: it said who it is, and that it does.
type Graphics struct{}

// What a terminal is sent of pictures at the most, so that no model can fill its memory or a slow line.
const (
	maxPicture  = 1 << 20  // bytes of one
	maxPictures = 16 << 20 // bytes of all that one session shows
	chunk       = 4096     // characters that the protocol allows in one piece
)

// What is asked of terminals. Only those that call themselves by one of these names are asked the second question; others
// might print it.
const (
	askName     = "\x1b[>0q"                                   // XTVERSION
	askGraphics = "\x1b_Gi=31,s=1,v=1,a=q,t=d,f=24;AAAA\x1b\\" // would you take a picture of one point?
	answerID    = 31
)

// named is the answer to askName.
type named string

// showsPlaceholders reports whether a terminal of that name shows pictures where placeholders stand. Others say yes to
// askGraphics as well, but draw boxes there.
func (n named) showsPlaceholders() bool {
	name := strings.ToLower(string(n))
	return strings.HasPrefix(name, "kitty") || strings.HasPrefix(name, "ghostty")
}

// takesPictures is the answer to askGraphics, where it is yes.
type takesPictures struct{}

// graphics is what was agreed with one terminal about pictures.
type graphics struct {
	asked, on bool
	kept      []uint32 // by the terminal
	bytes     int
}

// transmit returns what has the terminal keep p; "" where that would be too much.
func (g *graphics) transmit(p Picture) string {
	if !g.on || len(p.PNG) == 0 || len(p.PNG) > maxPicture || g.bytes+len(p.PNG) > maxPictures {
		return ""
	}
	g.bytes += len(p.PNG)
	id := p.ID & 0xFFFFFF
	if !slices.Contains(g.kept, id) {
		g.kept = append(g.kept, id)
	}
	var b strings.Builder
	head := fmt.Sprintf("a=T,U=1,i=%d,f=100,t=d,c=%d,r=%d,q=2,", id, p.Columns, p.Rows)
	for rest := base64.StdEncoding.EncodeToString(p.PNG); rest != ""; head = "" {
		piece := rest[:min(chunk, len(rest))]
		rest = rest[len(piece):]
		more := 0
		if rest != "" {
			more = 1
		}
		fmt.Fprintf(&b, "\x1b_G%sm=%d;%s\x1b\\", head, more, piece)
	}
	return b.String()
}

// forget returns what has the terminal forget all pictures of this session.
func (g *graphics) forget() string {
	var b strings.Builder
	for _, id := range g.kept {
		fmt.Fprintf(&b, "\x1b_Ga=d,d=I,i=%d,q=2\x1b\\", id)
	}
	g.kept = nil
	return b.String()
}
