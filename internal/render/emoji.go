package render

import (
	"bytes"
	"unicode"

	"github.com/yuin/goldmark-emoji/definition"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"
)

// shortcodes knows the emoji by the names that GitHub gives them.
var shortcodes = definition.Github()

// An emojiNode is a ":shortcode:" that names an emoji.
type emojiNode struct {
	ast.BaseInline
	name, emoji string
}

var kindEmoji = ast.NewNodeKind("Emoji")

func (n *emojiNode) Kind() ast.NodeKind { return kindEmoji }
func (n *emojiNode) Dump(source []byte, level int) {
	ast.DumpHelper(n, source, level, map[string]string{"Name": n.name}, nil)
}

// emojiParser reads ":shortcode:" where it is no part of a word.
type emojiParser struct{}

func (emojiParser) Trigger() []byte { return []byte{':'} }

func (emojiParser) Parse(parent ast.Node, r text.Reader, pc parser.Context) ast.Node {
	const longest = 64
	line, _ := r.PeekLine()
	end := bytes.IndexByte(line[1:min(len(line), longest)], ':')
	before := r.PrecendingCharacter()
	if end < 1 || unicode.IsLetter(before) || unicode.IsDigit(before) || before == ':' {
		return nil
	}
	name := string(line[1 : 1+end])
	e, ok := shortcodes.Get(name)
	if !ok || !e.IsUnicode() || end+2 < len(line) && isWordByte(line[end+2]) {
		return nil
	}
	r.Advance(end + 2)
	return &emojiNode{name: name, emoji: string(e.Unicode)}
}

func isWordByte(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == ':'
}
