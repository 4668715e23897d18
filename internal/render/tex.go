package render

import (
	"strings"
	"unicode/utf8"
)

// texSymbols are the commands of TeX that are one sign.
var texSymbols = map[string]string{
	"alpha": "α", "beta": "β", "gamma": "γ", "delta": "δ", "epsilon": "ϵ", "varepsilon": "ε", "zeta": "ζ", "eta": "η",
	"theta": "θ", "vartheta": "ϑ", "iota": "ι", "kappa": "κ", "lambda": "λ", "mu": "μ", "nu": "ν", "xi": "ξ", "pi": "π",
	"varpi": "ϖ", "rho": "ρ", "varrho": "ϱ", "sigma": "σ", "varsigma": "ς", "tau": "τ", "upsilon": "υ", "phi": "ϕ",
	"varphi": "φ", "chi": "χ", "psi": "ψ", "omega": "ω", "Gamma": "Γ", "Delta": "Δ", "Theta": "Θ", "Lambda": "Λ",
	"Xi": "Ξ", "Pi": "Π", "Sigma": "Σ", "Upsilon": "Υ", "Phi": "Φ", "Psi": "Ψ", "Omega": "Ω",
	"times": "×", "cdot": "·", "div": "÷", "pm": "±", "mp": "∓", "ast": "∗", "star": "⋆", "circ": "∘", "bullet": "•",
	"oplus": "⊕", "otimes": "⊗", "odot": "⊙", "wedge": "∧", "land": "∧", "vee": "∨", "lor": "∨", "cap": "∩", "cup": "∪",
	"setminus": "∖", "neg": "¬", "lnot": "¬", "le": "≤", "leq": "≤", "ge": "≥", "geq": "≥", "ne": "≠", "neq": "≠",
	"ll": "≪", "gg": "≫", "equiv": "≡", "approx": "≈", "sim": "∼", "simeq": "≃", "cong": "≅", "propto": "∝",
	"in": "∈", "notin": "∉", "ni": "∋", "subset": "⊂", "subseteq": "⊆", "supset": "⊃", "supseteq": "⊇",
	"emptyset": "∅", "varnothing": "∅", "forall": "∀", "exists": "∃", "nexists": "∄", "top": "⊤", "bot": "⊥",
	"perp": "⊥", "parallel": "∥", "mid": "∣", "vdash": "⊢", "models": "⊨", "angle": "∠", "infty": "∞", "partial": "∂",
	"nabla": "∇", "sum": "∑", "prod": "∏", "int": "∫", "iint": "∬", "oint": "∮", "hbar": "ℏ", "ell": "ℓ", "Re": "ℜ",
	"Im": "ℑ", "aleph": "ℵ", "degree": "°", "prime": "′", "to": "→", "rightarrow": "→", "leftarrow": "←", "gets": "←",
	"Rightarrow": "⇒", "implies": "⇒", "Leftarrow": "⇐", "leftrightarrow": "↔", "Leftrightarrow": "⇔", "iff": "⇔",
	"mapsto": "↦", "uparrow": "↑", "downarrow": "↓", "longrightarrow": "⟶", "ldots": "…", "cdots": "⋯", "dots": "…",
	"vdots": "⋮", "langle": "⟨", "rangle": "⟩", "lfloor": "⌊", "rfloor": "⌋", "lceil": "⌈", "rceil": "⌉", "|": "‖",
	"{": "{", "}": "}", "%": "%", "$": "$", "#": "#", "&": "&", "_": "_", " ": " ", ",": " ", ";": " ", ":": " ", "!": "",
	"quad": "  ", "qquad": "    ", "backslash": `\`, "colon": ":", "lbrace": "{", "rbrace": "}", "vert": "|",
	"log": "log", "ln": "ln", "exp": "exp", "sin": "sin", "cos": "cos", "tan": "tan", "arcsin": "arcsin",
	"arccos": "arccos", "arctan": "arctan", "sinh": "sinh", "cosh": "cosh", "tanh": "tanh", "lim": "lim", "min": "min",
	"max": "max", "sup": "sup", "inf": "inf", "det": "det", "dim": "dim", "ker": "ker", "gcd": "gcd", "arg": "arg",
	"Pr": "Pr", "bmod": "mod", "mod": "mod", "left": "", "right": "", "big": "", "Big": "", "bigl": "", "bigr": "",
	"displaystyle": "", "limits": "",
}

// texWrappers are the commands whose argument is shown as it is.
var texWrappers = map[string]bool{
	"text": true, "textrm": true, "textbf": true, "textit": true, "mathrm": true, "mathbf": true, "mathit": true,
	"mathsf": true, "mathtt": true, "mathcal": true, "operatorname": true, "boldsymbol": true, "mbox": true,
}

// doubleStruck are the letters that name sets.
var doubleStruck = pairs("CHNPQRZ", "ℂℍℕℙℚℝℤ")

// A texReader turns TeX into one line of Unicode.
type texReader struct {
	rest  string
	depth int
	bad   bool // something has no sign
}

// texLine returns TeX as one line of Unicode, and whether all of it can be said so.
func texLine(source string) (string, bool) {
	const longest = 500
	if len(source) > longest {
		return "", false
	}
	r := texReader{rest: strings.TrimSpace(source)}
	line := strings.Join(strings.Fields(r.run("")), " ")
	return line, !r.bad && r.rest == ""
}

// run reads until the byte in end, or to the end of all.
func (r *texReader) run(end string) string {
	var b strings.Builder
	for r.rest != "" && !r.bad {
		if end != "" && strings.HasPrefix(r.rest, end) {
			r.rest = r.rest[len(end):]
			return b.String()
		}
		b.WriteString(r.next())
	}
	r.bad = r.bad || end != ""
	return b.String()
}

// next reads one sign, command, group or script.
func (r *texReader) next() string {
	c, n := utf8.DecodeRuneInString(r.rest)
	r.rest = r.rest[n:]
	switch c {
	case '\\':
		return r.command()
	case '{':
		return r.group()
	case '}', '&':
		r.bad = true
	case '^', '_':
		return r.script(c == '^')
	case '\'':
		return "′"
	case '~', '\n', '\t':
		return " "
	case '-':
		return "−"
	}
	return string(c)
}

// group reads to the brace that closes the one just read.
func (r *texReader) group() string {
	const deepest = 16
	if r.depth++; r.depth > deepest {
		r.bad = true
		return ""
	}
	s := r.run("}")
	r.depth--
	return s
}

// argument reads one group, command or sign.
func (r *texReader) argument() string {
	r.rest = strings.TrimLeft(r.rest, " ")
	if r.rest == "" {
		r.bad = true
		return ""
	}
	return r.next()
}

// script reads what is set above or below the line.
func (r *texReader) script(up bool) string {
	s := r.argument()
	switch {
	case s == "":
		r.bad = true
	case up && (s == "′" || s == "∘"):
		return map[string]string{"′": "′", "∘": "°"}[s]
	}
	if raised, ok := mapped(strings.ReplaceAll(s, "−", "-"), map[bool]map[rune]rune{true: raisedRunes, false: loweredRunes}[up]); ok {
		return raised
	}
	return map[bool]string{true: "^", false: "_"}[up] + bracketed(s)
}

// bracketed returns s in parentheses unless it is one letter, word or number.
func bracketed(s string) string {
	if utf8.RuneCountInString(s) == 1 || strings.Trim(s, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.") == "" {
		return s
	}
	if root, ok := strings.CutPrefix(s, "√"); ok && bracketed(root) == root {
		return s
	}
	if strings.HasPrefix(s, "(") && strings.IndexByte(s, ')') == len(s)-1 {
		return s
	}
	return "(" + s + ")"
}

// command reads the name of a command, and what it stands for.
func (r *texReader) command() string {
	n := 0
	for n < len(r.rest) && (r.rest[n]|0x20) >= 'a' && (r.rest[n]|0x20) <= 'z' {
		n++
	}
	if n == 0 && r.rest != "" {
		_, n = utf8.DecodeRuneInString(r.rest)
	}
	name := r.rest[:n]
	r.rest = r.rest[n:]
	switch {
	case name == "frac" || name == "dfrac" || name == "tfrac":
		over := r.argument()
		return bracketed(over) + "/" + bracketed(r.argument())
	case name == "sqrt":
		return r.root()
	case name == "mathbb":
		letter, ok := mapped(r.argument(), doubleStruck)
		r.bad = r.bad || !ok
		return letter
	case texWrappers[name]:
		return r.argument()
	}
	sign, ok := texSymbols[name]
	if !ok {
		r.bad = true
	}
	if ok && n > 1 && strings.HasPrefix(r.rest, " ") && !isWordSign(sign) {
		return spaced(sign)
	}
	return sign
}

// isWordSign reports whether a sign is written with letters.
func isWordSign(s string) bool { return len(s) > 1 && s[0] < utf8.RuneSelf }

// spaced returns relations and operators with blanks around; other signs as they are.
func spaced(s string) string {
	if strings.Contains("×±∓÷≤≥≠≪≫≡≈∼≃≅∝∈∉⊂⊆⊃⊇→←⇒⇐↔⇔↦∪∩∧∨⊕⊗", s) && s != "" {
		return " " + s + " "
	}
	return s
}

// root reads what is under a root.
func (r *texReader) root() string {
	sign := "√"
	if strings.HasPrefix(r.rest, "[") {
		r.rest = r.rest[1:]
		index := r.run("]")
		roots := map[string]string{"2": "√", "3": "∛", "4": "∜"}
		if sign = roots[index]; sign == "" {
			r.bad = true
		}
	}
	return sign + bracketed(r.argument())
}
