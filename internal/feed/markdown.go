package feed

import (
	"bytes"
	"regexp"
	"strings"

	"github.com/microcosm-cc/bluemonday"
	"github.com/yuin/goldmark"
	emoji "github.com/yuin/goldmark-emoji"
	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/renderer"
	unsafehtml "github.com/yuin/goldmark/renderer/html"
	"github.com/yuin/goldmark/util"

	"postern/internal/index"
	"postern/internal/text"
)

// markdown makes HTML of posts: CommonMark, GFM, footnotes, definition lists and emoji, within the limits of limits.go.
// HTML in the post goes through as it is; policy is what makes all of it harmless.
var markdown = newMarkdown()

func newMarkdown() goldmark.Markdown {
	prioritized := util.Prioritized
	blocks := parser.WithBlockParsers(
		prioritized(calm{parser.NewSetextHeadingParser()}, 100),
		prioritized(calm{extension.NewDefinitionListParser()}, 101),
		prioritized(extension.NewDefinitionDescriptionParser(), 102),
		prioritized(parser.NewThematicBreakParser(), 200),
		prioritized(shallow{parser.NewListParser()}, 300),
		prioritized(parser.NewListItemParser(), 400),
		prioritized(parser.NewCodeBlockParser(), 500),
		prioritized(calm{parser.NewATXHeadingParser()}, 600),
		prioritized(parser.NewFencedCodeBlockParser(), 700),
		prioritized(shallow{parser.NewBlockquoteParser()}, 800),
		prioritized(parser.NewHTMLBlockParser(), 900),
		prioritized(shallow{extension.NewFootnoteBlockParser()}, 999),
		prioritized(parser.NewParagraphParser(), 1000),
	)
	inlines := parser.WithInlineParsers(append(parser.DefaultInlineParsers(),
		prioritized(extension.NewTaskCheckBoxParser(), 0),
		prioritized(extension.NewFootnoteParser(), 101),
		prioritized(emoji.NewParser(), 200),
		prioritized(extension.NewStrikethroughParser(), 500),
		prioritized(extension.NewLinkifyParser(), 999),
	)...)
	paragraphs := parser.WithParagraphTransformers(append(parser.DefaultParagraphTransformers(),
		prioritized(costly{}, 50),
		prioritized(alerts{}, 60),
		prioritized(extension.NewTableParagraphTransformer(), 200),
	)...)
	trees := parser.WithASTTransformers(
		prioritized(extension.NewTableASTTransformer(), 0),
		prioritized(labels{}, 100),
		prioritized(extension.NewFootnoteASTTransformer(), 999),
	)
	return goldmark.New(
		goldmark.WithParser(parser.NewParser(blocks, inlines, paragraphs, trees)),
		goldmark.WithRendererOptions(unsafehtml.WithUnsafe(), renderer.WithNodeRenderers(
			prioritized(extension.NewTableHTMLRenderer(), 500),
			prioritized(extension.NewStrikethroughHTMLRenderer(), 500),
			prioritized(extension.NewTaskCheckBoxHTMLRenderer(), 500),
			prioritized(extension.NewDefinitionListHTMLRenderer(), 500),
			prioritized(extension.NewFootnoteHTMLRenderer(), 500),
			prioritized(emoji.NewHTMLRenderer(), 200),
		)),
	)
}

// policy is what may be left of HTML: structure, tables, pictures and links with harmless schemes.
var policy = newPolicy()

func newPolicy() *bluemonday.Policy {
	p := bluemonday.UGCPolicy()
	p.RequireNoFollowOnLinks(false) // the links are the author's own
	p.AllowURLSchemes("ssh", "gemini")
	p.AllowElements("kbd")
	p.AllowAttrs("class").Matching(regexp.MustCompile(`^language-[\w+#.-]+$`)).OnElements("code")
	return p
}

// html returns the text of e as harmless HTML, "" where that is too long for a feed.
func (l linker) html(e index.Entry) string {
	if len(e.Markdown) > maxSource {
		return ""
	}
	var raw bytes.Buffer
	clean := text.Clean(e.Markdown) // tabs are expanded here, where columns are those of the author
	if err := markdown.Convert([]byte(clean), &raw, parser.WithContext(references{parser.NewContext()})); err != nil || raw.Len() > maxHTML {
		return ""
	}
	return harmless(l.rewrite(&raw))
}

// harmless returns what the policy leaves of s, without characters that are to be seen nowhere. Taking those out could
// join what was apart, so the policy looks at the outcome once more.
func harmless(s string) string {
	s = policy.Sanitize(s)
	clean := text.Clean(strings.ReplaceAll(s, "&#13;", ""))
	if clean != s {
		clean = policy.Sanitize(clean)
	}
	return strings.TrimSpace(clean)
}
