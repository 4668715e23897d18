package tui

import "charm.land/bubbles/v2/key"

func bind(help, desc string, keys ...string) key.Binding {
	return key.NewBinding(key.WithKeys(keys...), key.WithHelp(help, desc))
}

// The keys, as less, vim and browsers have them. Help is made from them.
var (
	keyDown     = bind("j ↓", "line down", "j", "down", "ctrl+n", "ctrl+e")
	keyUp       = bind("k ↑", "line up", "k", "up", "ctrl+p", "ctrl+y")
	keyPageDown = bind("space f", "page down", "space", "f", "ctrl+f", "pgdown")
	keyPageUp   = bind("b", "page up", "b", "ctrl+b", "pgup", "shift+space")
	keyHalfDown = bind("d", "half a page down", "d", "ctrl+d")
	keyHalfUp   = bind("u", "half a page up", "u", "ctrl+u")
	keyTop      = bind("g", "top", "g", "home", "<")
	keyEnd      = bind("G", "end", "G", "end", ">")
	keyOpen     = bind("⏎", "read", "enter")
	keyBack     = bind("q", "back", "q", "esc", "backspace")
	keyQuit     = bind("q", "leave", "q")
	keyEsc      = bind("esc", "q leaves", "esc", "backspace")
	keyLeft     = bind("h ←", "back, or left in wide code", "h", "left")
	keyRight    = bind("l →", "right in wide code", "l", "right")
	keyNext     = bind("J", "next post", "J", "ctrl+down")
	keyPrevious = bind("K", "previous post", "K", "ctrl+up")
	keyHeading  = bind("]", "next heading", "]")
	keyHeadBack = bind("[", "previous heading", "[")
	keyHelp     = bind("?", "help", "?", "f1")
	keyRedraw   = bind("ctrl+l", "draw again", "ctrl+l")
	keyLeave    = bind("ctrl+c Q", "leave now", "ctrl+c", "Q")
)
