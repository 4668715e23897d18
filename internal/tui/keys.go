package tui

import (
	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"
)

// stroke is a key with the name that bindings know it by, which would take longer to make for each of them than most of
// what keys do.
type stroke struct {
	tea.KeyPressMsg
	name string
}

func (s stroke) String() string { return s.name }

func bind(help, desc string, keys ...string) key.Binding {
	return key.NewBinding(key.WithKeys(keys...), key.WithHelp(help, desc))
}

// The keys, as less, vim and browsers have them. Help is made from them.
var (
	keyDown     = bind("j ↓", "line", "j", "down", "ctrl+n", "ctrl+e")
	keyUp       = bind("k ↑", "line up", "k", "up", "ctrl+p", "ctrl+y")
	keyPageDown = bind("space f", "page", "space", "f", "ctrl+f", "pgdown")
	keyPageUp   = bind("b", "page up", "b", "ctrl+b", "pgup", "shift+space")
	keyHalfDown = bind("d", "half a page", "d", "ctrl+d")
	keyHalfUp   = bind("u", "half a page up", "u", "ctrl+u")
	keyTop      = bind("g", "top", "g", "home", "<")
	keyEnd      = bind("G", "end", "G", "end", ">")
	keyHeading  = bind("]", "next heading", "]")
	keyHeadBack = bind("[", "heading before", "[")
	keyLeft     = bind("h ← ⌫", "back", "h", "left")
	keyRight    = bind("l →", "forward", "l", "right")
	keySideways = bind("l h", "wide code sideways", "l", "right", "h", "left") // where there is any, before the two above

	keyRead     = bind("⏎", "read", "enter")
	keyChoose   = bind("⏎", "open", "enter")
	keyKeep     = bind("⏎", "keep", "enter")
	keyInto     = bind("⏎ l →", "open", "enter", "l", "right")
	keyNumber   = bind("12⏎", "open number 12", "enter")
	keyJump     = bind("⏎", "jump", "enter")
	keyTab      = bind("Tab", "links", "tab")
	keyShiftTab = bind("⇧Tab", "link before", "shift+tab")
	keyFollow   = bind("⏎ 12⏎", "open link, link 12", "enter")
	keyLinks    = bind("L", "list of links", "L")
	keyNext     = bind("J", "next post", "J", "ctrl+down")
	keyPrevious = bind("K", "post before", "K", "ctrl+up")
	keyPart     = bind(")", "next of the series", ")")
	keyPartBack = bind("(", "before in the series", "(")
	keyLanguage = bind("x", "other language", "x")
	keyForward  = bind("alt+→", "forward", "alt+right")

	keyFind     = bind("/", "find", "/")
	keySearch   = bind("/", "search", "/")
	keyAgain    = bind("n", "next match", "n")
	keyAgainUp  = bind("N", "match before", "N")
	keyPeek     = bind("F", "footnotes here", "F")
	keyOutline  = bind("o", "outline", "o", "ctrl+t")
	keyTags     = bind("t", "tags", "t")
	keyProblems = bind("p", "problems", "p")
	keyAbout    = bind("a", "about", "a")
	keyCopy     = bind("y", "copy link or code", "y")
	keyCopyPost = bind("Y", "copy the address", "Y")
	keyCopyAll  = bind("c", "copy the Markdown", "c")
	keyRaw      = bind("r", "raw Markdown", "r", "\\")

	keyTheme    = bind("T", "theme", "T")
	keyMeasure  = bind("+ - =", "measure", "+", "-", "=")
	keyZen      = bind("z", "zen", "z")
	keyPictures = bind("i", "pictures on, off", "i")
	keyMouse    = bind("m", "mouse on, off", "m")

	keyBack  = bind("q esc", "back", "q", "esc", "backspace", "alt+left")
	keyQuit  = bind("q", "leave", "q")
	keyEsc   = bind("esc", "q leaves", "esc", "backspace")
	keyClose = bind("esc", "close", "esc")
	keyHelp  = bind("?", "help", "?", "f1")

	keyHelpClose = bind("?", "close", "?", "f1")
	keyRedraw    = bind("ctrl+l", "draw again", "ctrl+l")
	keyLeave     = bind("^C Q ZZ", "leave now", "ctrl+c", "Q")
)

// global has the names of the keys that the root takes before its screen does. Most that are pressed are none of them.
var global = named(append(everywhere(), keyHelp, keyProblems)...)

func named(bindings ...key.Binding) map[string]bool {
	names := map[string]bool{"Z": true} // of which two leave
	for _, b := range bindings {
		for _, name := range b.Keys() {
			names[name] = true
		}
	}
	return names
}
