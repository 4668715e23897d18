package render

import (
	"github.com/alecthomas/chroma/v2"
	"github.com/alecthomas/chroma/v2/lexers"
)

// maxHighlight is the size of code, in bytes, over which it is shown in one colour: lexers are slow.
const maxHighlight = 32 << 10

// highlight returns source as runs of one role each. Code of an unknown language, and what a lexer gives up on, is one
// run.
func highlight(lang, source string) (tokens []token) {
	whole := []token{{source, Listing}}
	if lang == "" || len(source) > maxHighlight {
		return whole
	}
	lexer := lexers.Get(lang)
	if lexer == nil {
		return whole
	}
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
