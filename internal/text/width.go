package text

import "github.com/charmbracelet/x/ansi"

// Width returns how many terminal cells s takes, counted by grapheme clusters. Escape sequences count nothing.
func Width(s string) int { return ansi.StringWidth(s) }

// Truncate cuts s to at most width cells and ends it with tail where it was cut. Styles in s are kept.
func Truncate(s string, width int, tail string) string { return ansi.Truncate(s, width, tail) }
