package render

// glyphs are the signs that the renderer adds to a text: Latin-1, box drawing and a few that every font has, or ASCII.
type glyphs struct {
	bar, codeBar, rule, pause string
	bullets                   [3]string
	more, less                string // code goes on to the right, to the left
	ellipsis                  string
}

var (
	drawn = glyphs{
		bar: "▎ ", codeBar: "▏ ", rule: "─", pause: "·  ·  ·",
		bullets: [3]string{"• ", "- ", "· "}, more: "→", less: "←", ellipsis: "…",
	}
	typed = glyphs{
		bar: "| ", codeBar: "| ", rule: "-", pause: "*  *  *",
		bullets: [3]string{"* ", "- ", "+ "}, more: ">", less: "<", ellipsis: "...",
	}
	spoken = glyphs{
		bar: "> ", codeBar: "", rule: "-", pause: "* * *",
		bullets: [3]string{"- ", "- ", "- "}, more: "", less: "", ellipsis: "...",
	}
)

func glyphsFor(s shape) glyphs {
	switch {
	case s.plain:
		return spoken
	case s.ascii:
		return typed
	}
	return drawn
}
