package tui

import (
	"fmt"
	"strings"

	"charm.land/bubbles/v2/key"

	"postern/internal/render"
	"postern/internal/text"
)

// widest is the measure of text where the window has the room.
const widest = 68

// measure returns how wide text is in a window of width columns.
func measure(width int) int {
	if width < 60 {
		return width - 4
	}
	return min(widest, width-8)
}

// margin returns the columns left of the text.
func margin(width int) int { return (width - measure(width)) / 2 }

// indent returns s moved to where text begins; an empty line stays empty.
func indent(width int, s string) string {
	if s == "" {
		return ""
	}
	return strings.Repeat(" ", margin(width)) + s
}

// between puts left and right at the two edges of the text, cutting left where they do not both fit.
func (e *env) between(width int, left, right string) string {
	room := measure(width)
	if w := text.Width(right); w > 0 && w+2 < room {
		left = text.Truncate(left, room-w-2, "…")
		return indent(width, left+strings.Repeat(" ", room-w-text.Width(left))+right)
	}
	return indent(width, text.Truncate(left, room, "…"))
}

// footer is the line below a screen: where you are, or what is new, and the keys that matter now.
func (m *Model) footer(status string) string {
	if m.env.notice != "" {
		status = m.env.notice
	}
	room := measure(m.width) - text.Width(status) - 3
	return m.env.between(m.width, m.env.theme.Styled(render.Dim, status), m.env.theme.Styled(render.Dim, hint(m.top().keys(), room)))
}

// hint returns the bindings as one line of at most room columns, as many of the first as fit and always the last,
// which is the way to all of them.
func hint(bindings []key.Binding, room int) string {
	if len(bindings) == 0 {
		return ""
	}
	const gap = "   "
	last := bindingHint(bindings[len(bindings)-1])
	used, parts := text.Width(last), []string(nil)
	for _, b := range bindings[:len(bindings)-1] {
		part := bindingHint(b)
		if used += text.Width(part) + len(gap); used > room {
			break
		}
		parts = append(parts, part)
	}
	return strings.Join(append(parts, last), gap)
}

// bindingHint returns the first key of b and what it does.
func bindingHint(b key.Binding) string {
	first, _, _ := strings.Cut(b.Help().Key, " ")
	return first + " " + b.Help().Desc
}

// count returns "1 post" or "3 posts".
func count(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}
