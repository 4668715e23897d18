package main

import (
	"strings"
	"unicode/utf8"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// readable has the help of c, whose library breaks lines within words, broken between them for 80 columns.
func readable(c *cobra.Command) {
	if c.Name() == "completion" { // which comes with the library
		c.Short = "Print what completes words in a shell"
	}
	const columns, margin, gap = 80, 4, 2
	var paragraphs []string
	for paragraph := range strings.SplitSeq(c.Long, "\n\n") {
		paragraphs = append(paragraphs, folded(strings.Fields(paragraph), columns-margin))
	}
	c.Long = strings.Join(paragraphs, "\n\n")
	names := len("-h --help")
	c.Flags().VisitAll(func(f *pflag.Flag) { names = max(names, len("--"+f.Name)) })
	c.Flags().VisitAll(func(f *pflag.Flag) {
		words, shown := strings.Fields(f.Usage), ""
		if f.DefValue != "" && f.DefValue != "false" && f.DefValue != "0" && f.DefValue != "[]" {
			shown = " (" + f.DefValue + ")" // what the library puts behind the last word
		}
		words[len(words)-1] += shown
		f.Usage = strings.TrimSuffix(folded(words, columns-margin-names-gap), shown)
	})
}

// folded returns words on lines of at most width characters, as far as their own lengths allow.
func folded(words []string, width int) string {
	var b strings.Builder
	column := 0
	for _, word := range words {
		length := utf8.RuneCountInString(word)
		switch {
		case column == 0:
		case column+1+length > width:
			b.WriteByte('\n')
			column = 0
		default:
			b.WriteByte(' ')
			column++
		}
		b.WriteString(word)
		column += length
	}
	return b.String()
}
