package render

import (
	"encoding/json"
	"fmt"

	"charm.land/glamour/v2/ansi"
)

// A sheet is a Glamour style sheet with the few colours more that a screen needs. A plain Glamour style is a sheet too.
type sheet struct {
	ansi.StyleConfig
	Postern struct {
		Dim, Faint, Accent, Title, Selected, Match, Warning    ansi.StylePrimitive
		Keyboard, Marked, Maths, Note, Tip, Important, Caution ansi.StylePrimitive
		LinkNumber                                             ansi.StylePrimitive `json:"link_number"`
	} `json:"postern"`
}

// parseSheet reads a style sheet from JSON as Glamour writes it.
func parseSheet(name string, data []byte) (*sheet, error) {
	var s sheet
	if err := json.Unmarshal(data, &s.StyleConfig); err != nil {
		return nil, fmt.Errorf("theme %s: %w", name, err)
	}
	more := struct{ Postern any }{&s.Postern}
	if err := json.Unmarshal(data, &more); err != nil {
		return nil, fmt.Errorf("theme %s: %w", name, err)
	}
	return &s, nil
}

// primitives returns how s shows each role. What is named first wins where several sheets could say it.
func (s *sheet) primitives() [roleCount]ansi.StylePrimitive {
	p := &s.Postern
	all := [roleCount]ansi.StylePrimitive{
		Text: or(s.Text, s.Paragraph.StylePrimitive, s.Document.StylePrimitive),
		Dim:  or(p.Dim, s.ImageText), Faint: or(p.Faint, p.Dim, s.HorizontalRule),
		Strong: s.Strong, Accent: or(p.Accent, s.H2.StylePrimitive, s.Heading.StylePrimitive),
		Title: or(p.Title, s.H1.StylePrimitive), Selected: p.Selected, Match: p.Match, Warning: p.Warning,
		Heading1: over(s.Heading.StylePrimitive, s.H1.StylePrimitive),
		Heading2: over(s.Heading.StylePrimitive, s.H2.StylePrimitive),
		Heading3: over(s.Heading.StylePrimitive, s.H3.StylePrimitive),
		Heading4: over(s.Heading.StylePrimitive, s.H4.StylePrimitive),
		Quote:    s.BlockQuote.StylePrimitive, Bar: or(p.Faint, s.HorizontalRule),
		Bullet: or(s.Item, s.Enumeration), Rule: s.HorizontalRule,
		Code: s.Code.StylePrimitive, Listing: s.CodeBlock.StylePrimitive,
		LinkText: or(s.LinkText, s.Link), LinkNumber: or(p.LinkNumber, p.Dim), Picture: or(s.ImageText, s.Image),
		Keyboard: p.Keyboard, Emphasis: s.Emph, Struck: s.Strikethrough, Marked: or(p.Marked, p.Match),
		TableHead: or(s.Table.StylePrimitive, s.Strong), Term: or(s.DefinitionTerm, s.Strong), Maths: or(p.Maths, s.Emph),
		Note: or(p.Note, s.Strong), Tip: or(p.Tip, s.Strong), Important: or(p.Important, s.Strong),
		Caution: or(p.Caution, s.Strong),
	}
	if c := s.CodeBlock.Chroma; c != nil {
		copy(all[firstToken:], tokenPrimitives(c))
	}
	return all
}

// tokenPrimitives returns how c shows the token types, in the order of tokenTypes.
func tokenPrimitives(c *ansi.Chroma) []ansi.StylePrimitive {
	return []ansi.StylePrimitive{
		c.Comment, c.CommentPreproc, c.Keyword, c.KeywordReserved, c.KeywordNamespace,
		c.KeywordType, c.Operator, c.Punctuation, c.Name, c.NameBuiltin, c.NameTag,
		c.NameAttribute, c.NameClass, c.NameConstant, c.NameDecorator, c.NameException,
		c.NameFunction, c.NameOther, c.Literal, c.LiteralNumber, c.LiteralDate,
		c.LiteralString, c.LiteralStringEscape, c.GenericDeleted, c.GenericEmph,
		c.GenericInserted, c.GenericStrong, c.GenericSubheading, c.Error,
	}
}

// or returns the first of ps that says anything about how text looks.
func or(ps ...ansi.StylePrimitive) ansi.StylePrimitive {
	for _, p := range ps {
		if p.Color != nil || p.BackgroundColor != nil || attributes(p) != 0 {
			return p
		}
	}
	return ansi.StylePrimitive{}
}

// over returns child where it says something and parent elsewhere.
func over(parent, child ansi.StylePrimitive) ansi.StylePrimitive {
	if child.Color == nil {
		child.Color = parent.Color
	}
	if child.BackgroundColor == nil {
		child.BackgroundColor = parent.BackgroundColor
	}
	if child.Bold == nil {
		child.Bold = parent.Bold
	}
	if child.Italic == nil {
		child.Italic = parent.Italic
	}
	if child.Underline == nil {
		child.Underline = parent.Underline
	}
	return child
}

// attributes returns the attributes that p sets. Blinking and hidden text are never shown so.
func attributes(p ansi.StylePrimitive) attrs {
	var a attrs
	set := func(on *bool, flag attrs) {
		if on != nil && *on {
			a |= flag
		}
	}
	set(p.Bold, bold)
	set(p.Faint, faint)
	set(p.Italic, italic)
	set(p.Underline, underline)
	set(p.Inverse, reverse)
	set(p.CrossedOut, struck)
	return a
}
