package render

import (
	"strings"
	"sync"

	"github.com/alecthomas/chroma/v2"
	"github.com/alecthomas/chroma/v2/lexers"
)

// maxHighlight is the size of code, in bytes, over which it is shown in one colour: lexers are slow.
const maxHighlight = 32 << 10

// languages are the names that lexers.Get knows; for others it would try every pattern of file names.
var languages = sync.OnceValue(func() map[string]bool {
	known := make(map[string]bool)
	for _, name := range lexers.Names(true) {
		known[strings.ToLower(name)] = true
	}
	return known
})

// highlight returns source as runs of one role each. Code of an unknown language, and what a lexer gives up on, is one
// run.
func highlight(lang, source string) (tokens []token) {
	whole := []token{{source, Listing}}
	if lang == "" || len(source) > maxHighlight {
		return whole
	}
	if !languages()[lang] {
		return whole
	}
	lexer := lexers.Get(lang)
	defer func() {
		if recover() != nil { // a lexer's mistake must not take the post away
			tokens = whole
		}
	}()
	it, err := lexer.Tokenise(&chroma.TokeniseOptions{State: "root"}, source)
	if err != nil {
		return whole
	}
	size := 0
	for t := it(); t != chroma.EOF; t = it() {
		tokens = appendToken(tokens, token{t.Value, tokenRole(t.Type)})
		size += len(t.Value)
	}
	if size != len(source) {
		return whole
	}
	return tokens
}

// appendToken appends t, joined with the token before where that looks alike.
func appendToken(tokens []token, t token) []token {
	if n := len(tokens); n > 0 && tokens[n-1].role == t.role {
		tokens[n-1].text += t.text
		return tokens
	}
	return append(tokens, t)
}
