package term

import (
	"strings"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// alphabet is what a terminal can show.
type alphabet uint8

const (
	everything  alphabet = iota
	onlyLetters          // of any script, but no signs of ours: a console's font has few
	onlyASCII
)

// spell returns ASCII characters that stand for a cluster of that width on a terminal that has no others. Letters lose
// their accents, the signs that we draw become their neighbours.
func spell(cluster string, width int) string {
	r, _ := utf8.DecodeRuneInString(cluster)
	if s := sign(r); s != 0 {
		return string(s) + strings.Repeat(" ", width-1)
	}
	if base := norm.NFKD.String(cluster); base[0] >= 0x20 && base[0] < 0x7F {
		return base[:1] + strings.Repeat(" ", width-1)
	}
	return strings.Repeat("?", width)
}

// isSign reports whether cluster is one of the signs that we draw.
func isSign(cluster string) bool {
	r, _ := utf8.DecodeRuneInString(cluster)
	return sign(r) != 0
}

// sign returns the ASCII character that stands for the sign r, 0 for what is none.
func sign(r rune) byte {
	switch r {
	case '▌', '▎', '▏', '│', '┃':
		return '|'
	case '─', '━', '–', '—', '‐', '‑', '−':
		return '-'
	case '•', '·', '∎', '◦', '▪':
		return '*'
	case '§':
		return '#'
	case '…':
		return '.'
	case '‘', '’':
		return '\''
	case '“', '”', '«', '»':
		return '"'
	case '←':
		return '<'
	case '→':
		return '>'
	case '↑':
		return '^'
	case '↓':
		return 'v'
	case '⏎':
		return '='
	case '\u00A0':
		return ' '
	}
	return 0
}
