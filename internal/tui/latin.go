package tui

import (
	"strings"
	"unicode"

	tea "charm.land/bubbletea/v2"
)

// The letters of a Russian keyboard, and those that stand in their places on an English one.
const (
	cyrillic = "йцукенгшщзхъфывапролджэячсмитьбю"
	qwerty   = "qwertyuiop[]asdfghjkl;'zxcvbnm,."
)

// latin returns press as an English keyboard has it: keys are places, and nobody wants to change the layout to read on.
func latin(press tea.KeyPressMsg) tea.KeyPressMsg {
	letters := []rune(press.Text)
	if len(letters) != 1 || letters[0] < 0x80 {
		return press
	}
	r := letters[0]
	at := strings.IndexRune(cyrillic, unicode.ToLower(r))
	if at < 0 {
		return press
	}
	key := rune(qwerty[len([]rune(cyrillic[:at]))])
	press.Code, press.Text = key, string(key)
	if unicode.IsUpper(r) {
		press.Text = strings.ToUpper(press.Text)
	}
	return press
}
