package render

import "github.com/alecthomas/chroma/v2"

// Role names what a piece of chrome or text is; a Theme says how it looks.
type Role uint8

// The roles of the chrome, then those of a post.
const (
	Text Role = iota
	Dim
	Faint
	Strong
	Accent
	Title
	Selected
	Match
	Warning

	Heading1
	Heading2
	Heading3
	Heading4
	Quote
	Bar
	Bullet
	Rule
	Code
	Listing
	LinkText
	LinkNumber
	Picture
	Keyboard
	Emphasis
	Struck
	Marked
	TableHead
	Term
	Maths
	Note
	Tip
	Important
	Caution

	firstToken
)

// The roles of the words of a program, from firstToken on, in the order of tokenTypes.
var tokenTypes = [...]chroma.TokenType{
	chroma.Comment, chroma.CommentPreproc, chroma.Keyword, chroma.KeywordReserved, chroma.KeywordNamespace,
	chroma.KeywordType, chroma.Operator, chroma.Punctuation, chroma.Name, chroma.NameBuiltin, chroma.NameTag,
	chroma.NameAttribute, chroma.NameClass, chroma.NameConstant, chroma.NameDecorator, chroma.NameException,
	chroma.NameFunction, chroma.NameOther, chroma.Literal, chroma.LiteralNumber, chroma.LiteralDate,
	chroma.LiteralString, chroma.LiteralStringEscape, chroma.GenericDeleted, chroma.GenericEmph,
	chroma.GenericInserted, chroma.GenericStrong, chroma.GenericSubheading, chroma.Error,
}

const roleCount = int(firstToken) + len(tokenTypes)

// tokenRole returns the role of a word of a program; words without one of their own look like their category.
func tokenRole(t chroma.TokenType) Role {
	for _, t := range [...]chroma.TokenType{t, t.SubCategory(), t.Category()} {
		if r, ok := tokenRoles[t]; ok {
			return r
		}
	}
	return Listing
}

var tokenRoles = func() map[chroma.TokenType]Role {
	roles := make(map[chroma.TokenType]Role)
	for i, t := range tokenTypes {
		roles[t] = firstToken + Role(i)
	}
	return roles
}()

// attrs is a set of attributes of text.
type attrs uint8

const (
	bold attrs = 1 << iota
	faint
	italic
	underline
	reverse
	struck
)

// A style is what one run of text looks like, before a theme says how: the block that it is in, what it is itself, and
// the attributes that emphasis adds.
type style struct {
	block, self Role
	attrs       attrs
}

// plain reports whether no theme shows st unlike other text.
func (st style) plain() bool { return st == style{} }
