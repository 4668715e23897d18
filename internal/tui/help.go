package tui

import (
	"fmt"
	"strings"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"postern/internal/render"
	"postern/internal/text"
)

// help is the screen of all keys that work on the screen it was called from. It is made from the bindings
// themselves, so that it cannot lie.
type help struct {
	env           *env
	lines         []string
	bindings      []key.Binding
	top           int
	width, height int
}

func newHelp(e *env, bindings []key.Binding) *help {
	everywhere := []key.Binding{keyTags, keyAbout, keyTheme, keyMeasure, keyZen, keyMouse, keyRedraw, keyLeave}
	all := append(bindings[:len(bindings):len(bindings)], everywhere...)
	seen, unique := make(map[string]bool), []key.Binding(nil)
	for _, b := range all {
		if k := b.Help().Key + b.Help().Desc; !seen[k] && b.Help().Key != "?" {
			seen[k] = true
			unique = append(unique, b)
		}
	}
	return &help{env: e, bindings: unique}
}

func (h *help) typing() bool { return false }

func (h *help) keys() []key.Binding { return []key.Binding{keyDown, keyUp, keyBack} }

// layout sets the keys in as many columns as there is room for.
func (h *help) layout(width, height int) tea.Cmd {
	h.width, h.height = width, height
	c := h.env.column(width)
	const keys, gap = 9, 2
	columns := max(1, c.width/34)
	each := c.width / columns
	rows := (len(h.bindings) + columns - 1) / columns
	h.lines = nil
	for n := range rows {
		var line strings.Builder
		for k := n; k < len(h.bindings); k += rows {
			b := h.bindings[k].Help()
			name := text.Truncate(b.Key, keys, "")
			cell := h.env.theme.Styled(render.Strong, name) + strings.Repeat(" ", keys-text.Width(name)+gap) + text.Truncate(b.Desc, each-keys-gap-1, "…")
			line.WriteString(cell)
			if k+rows < len(h.bindings) {
				line.WriteString(strings.Repeat(" ", max(0, each-text.Width(cell))))
			}
		}
		h.lines = append(h.lines, c.indent(line.String()))
	}
	if h.env.Host != "" {
		for _, line := range []string{"", "Screen reader or script?", "ssh " + h.env.Host + " help"} {
			h.lines = append(h.lines, c.indent(text.Truncate(line, c.width, "")))
		}
	}
	h.scroll(0)
	return nil
}

func (h *help) update(msg tea.Msg) (tea.Msg, tea.Cmd) {
	press, ok := msg.(tea.KeyPressMsg)
	if !ok {
		return nil, nil
	}
	switch {
	case key.Matches(press, keyDown):
		h.scroll(1)
	case key.Matches(press, keyUp):
		h.scroll(-1)
	case key.Matches(press, keyPageDown, keyHalfDown):
		h.scroll(h.height)
	case key.Matches(press, keyPageUp, keyHalfUp):
		h.scroll(-h.height)
	case key.Matches(press, keyBack, keyLeft, keyHelp, keyChoose):
		return goBack{}, nil
	}
	return nil, nil
}

func (h *help) scroll(n int) {
	h.top = max(0, min(h.top+n, len(h.lines)-h.height))
}

func (h *help) view() frame {
	shown := h.lines[h.top:min(len(h.lines), h.top+h.height)]
	f := frame{head: "Keys", title: "Keys - " + h.env.siteTitle(), lines: shown, cursor: tea.Position{X: h.env.margin(h.width)}}
	if len(shown) < len(h.lines) {
		f.status = fmt.Sprintf("%d to %d of %d", h.top+1, h.top+len(shown), len(h.lines))
	} else {
		f.aside = "anything you know from less or vim works"
	}
	return f
}
