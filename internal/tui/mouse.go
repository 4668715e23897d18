package tui

import tea "charm.land/bubbletea/v2"

// wheel is how many lines a turn of the mouse wheel moves.
const wheel = 3

// turned returns which way the wheel was turned: down (1), up (-1) or sideways (0).
func turned(msg tea.MouseWheelMsg) int {
	switch msg.Button {
	case tea.MouseWheelDown:
		return 1
	case tea.MouseWheelUp:
		return -1
	}
	return 0
}
