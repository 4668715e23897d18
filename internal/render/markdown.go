package render

import (
	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/util"
)

// markdown parses windows of a post: CommonMark, GFM, definition lists, footnotes, mathematics and emoji, within the
// limits of limits.go. It never changes and is safe for concurrent use.
var markdown = newMarkdown()

func newMarkdown() parser.Parser {
	list, quote := parser.NewListParser(), parser.NewBlockquoteParser()
	prioritized := util.Prioritized
	return parser.NewParser(
		parser.WithBlockParsers(
			prioritized(deepParser{}, 50),
			prioritized(shortLines{parser.NewSetextHeadingParser(parser.WithHeadingAttribute())}, 100),
			prioritized(shortLines{extension.NewDefinitionListParser()}, 101),
			prioritized(extension.NewDefinitionDescriptionParser(), 102),
			prioritized(parser.NewThematicBreakParser(), 200),
			prioritized(shallow{list}, 300),
			prioritized(parser.NewListItemParser(), 400),
			prioritized(parser.NewCodeBlockParser(), 500),
			prioritized(shortLines{parser.NewATXHeadingParser(parser.WithHeadingAttribute())}, 600),
			prioritized(parser.NewFencedCodeBlockParser(), 700),
			prioritized(shallow{quote}, 800),
			prioritized(parser.NewHTMLBlockParser(), 900),
			prioritized(noteParser{}, 950),
			prioritized(parser.NewParagraphParser(), 1000),
		),
		parser.WithInlineParsers(append(parser.DefaultInlineParsers(),
			prioritized(extension.NewTaskCheckBoxParser(), 0),
			prioritized(noteRefParser{}, 101),
			prioritized(mathParser{}, 150),
			prioritized(emojiParser{}, 160),
			prioritized(extension.NewStrikethroughParser(), 500),
			prioritized(extension.NewLinkifyParser(), 999),
		)...),
		parser.WithParagraphTransformers(append(parser.DefaultParagraphTransformers(),
			prioritized(costlyParagraphs{}, 50),
			prioritized(extension.NewTableParagraphTransformer(), 200),
		)...),
		parser.WithASTTransformers(prioritized(extension.NewTableASTTransformer(), 0)),
	)
}
