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
	return &help{env: e, bindings: append(bindings[:len(bindings):len(bindings)], keyRedraw, keyLeave)}
}

func (h *help) keys() []key.Binding { return []key.Binding{keyDown, keyUp, keyBack} }

func (h *help) layout(width, height int) tea.Cmd {
	h.width, h.height = width, height
	h.lines = nil
	column := 0
	for _, b := range h.bindings {
		column = max(column, text.Width(b.Help().Key))
	}
	for _, b := range h.bindings {
		name := b.Help().Key + strings.Repeat(" ", column-text.Width(b.Help().Key))
		line := h.env.theme.Styled(render.Strong, name) + "   " + b.Help().Desc
		h.lines = append(h.lines, indent(width, text.Truncate(line, measure(width), "")))
	}
	for _, line := range []string{"", "Screen reader or script?", "ssh " + h.env.Host + " help"} {
		h.lines = append(h.lines, indent(width, text.Truncate(line, measure(width), "")))
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
	case key.Matches(press, keyBack, keyLeft, keyHelp, keyOpen):
		return goBack{}, nil
	}
	return nil, nil
}

func (h *help) scroll(n int) {
	h.top = max(0, min(h.top+n, len(h.lines)-h.height))
}

func (h *help) view() frame {
	shown := h.lines[h.top:min(len(h.lines), h.top+h.height)]
	f := frame{head: "Keys", title: "Keys - " + h.env.siteTitle(), lines: shown, cursor: tea.Position{X: margin(h.width)}}
	if len(shown) < len(h.lines) {
		f.status = fmt.Sprintf("%d to %d of %d", h.top+1, h.top+len(shown), len(h.lines))
	} else {
		f.aside = "anything you know from less or vim works"
	}
	return f
}
