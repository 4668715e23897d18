package post

import (
	"strings"

	"go.yaml.in/yaml/v4"
)

// Repairs of YAML that no parser accepts and whose meaning is plain all the same:
//
//   - tabs before a key or a list item become blanks;
//   - a value on the first level that needs quotes gets them: title: Part 1: x · title: [translated] x · title: @x
//
// Each is tried only after the header was refused, and each is told to the author. A quote inside a quoted value is not
// repaired: where the value ends is then a guess. That one is refused, with its place.

// maxRepair is how many lines a header that is worth a repair can have.
const maxRepair = 2000

// repairYAML returns the fields of a header that failed with problem, or a better problem.
func (r *reading) repairYAML(head string, line int, problem *Problem) (fields, *Problem) {
	lines := strings.Split(head, "\n")
	if len(lines) > maxRepair || tooDeep(head, line) != nil {
		return nil, problem
	}
	var told []Problem
	if tabbed := retab(lines); tabbed > 0 {
		told = append(told, Problem{Line: line + tabbed - 1, Col: 1, What: "front matter is indented with tabs", Hint: "indent it with blanks"})
	}
	for i := range lines {
		if p := quoteValue(lines, i); p != nil {
			p.Line = line + i
			told = append(told, *p)
		}
	}
	if len(told) == 0 {
		return nil, explain(head, line, problem)
	}
	found, again := readYAML(strings.Join(lines, "\n"), line)
	if again != nil {
		return nil, explain(head, line, problem)
	}
	for _, p := range told {
		r.warn(place{p.Line, p.Col}, p.What, p.Hint)
	}
	return found, nil
}

// retab replaces the tabs that lines are indented with, and returns the number of the first such line, 0 for none. List
// items that stood below each other in any editor do so afterwards.
func retab(lines []string) (first int) {
	before, beforeIndent := "", "" // of the list item above, as it was and as it is now
	for i, line := range lines {
		rest := strings.TrimLeft(line, " \t")
		blank := line[:len(line)-len(rest)]
		indented := blank
		if strings.Contains(blank, "\t") && rest != "" {
			indented = strings.Repeat(" ", columns(blank, 4))
			if strings.HasPrefix(rest, "- ") && beforeIndent != "" && aligned(before, blank) {
				indented = beforeIndent
			}
			if first == 0 {
				first = i + 1
			}
		} else if strings.HasPrefix(rest, "- ") && beforeIndent != "" && aligned(before, blank) && first > 0 {
			indented = beforeIndent
		}
		if strings.HasPrefix(rest, "- ") {
			before, beforeIndent = blank, indented
		} else if rest != "" {
			before, beforeIndent = "", ""
		}
		lines[i] = indented + rest
	}
	return first
}

// aligned reports whether two indentations reach the same column with some width of a tab.
func aligned(a, b string) bool {
	for _, tab := range [...]int{4, 2, 8} {
		if columns(a, tab) == columns(b, tab) {
			return true
		}
	}
	return false
}

// columns returns how far blank reaches with tab stops of the given width.
func columns(blank string, tab int) int {
	n := 0
	for i := range len(blank) {
		if blank[i] == '\t' {
			n += tab - n%tab
		} else {
			n++
		}
	}
	return n
}

// quoteValue puts the value of a "key: value" line between quotes where the line alone is not valid. It returns what to
// tell the author, or nil.
func quoteValue(lines []string, i int) *Problem {
	key, written, ok := topLevel(lines[i])
	if !ok || written == "" || written[0] == '"' || written[0] == '\'' || !endsAt(lines, i) {
		return nil
	}
	if written[0] == '[' && !strings.Contains(written, "]") || written[0] == '{' && !strings.Contains(written, "}") {
		return nil // a list that somebody forgot to close is no text
	}
	var alone yaml.Node
	if yaml.Unmarshal([]byte(lines[i]), &alone) == nil {
		return nil
	}
	quoted := key + ": '" + strings.ReplaceAll(written, "'", "''") + "'"
	lines[i] = quoted
	return &Problem{Col: len(key) + 3, What: key + ": the value needs quotes", Hint: "write " + clip(quoted, 120)}
}

// topLevel returns the key and the value of a line that is not indented.
func topLevel(line string) (key, written string, ok bool) {
	key, written, ok = strings.Cut(line, ":")
	if !ok || !isKey(strings.ReplaceAll(key, " ", "")) || written != "" && written[0] != ' ' && written[0] != '\t' {
		return "", "", false
	}
	return key, strings.TrimSpace(written), true
}

// endsAt reports whether the value of line i ends there: the next line is a key, a comment or nothing.
func endsAt(lines []string, i int) bool {
	for _, next := range lines[i+1:] {
		bare := strings.TrimSpace(next)
		if bare == "" || bare[0] == '#' {
			continue
		}
		_, _, ok := topLevel(next)
		return ok
	}
	return true
}

// explain returns a better problem than the parser's where the reason is a quote inside quotes, or a hint.
func explain(head string, line int, problem *Problem) *Problem {
	for i, text := range strings.Split(head, "\n") {
		key, written, ok := topLevel(text)
		if !ok || len(written) < 3 || written[0] != '"' && written[0] != '\'' {
			continue
		}
		if at := earlyQuote(written); at > 0 {
			col := strings.Index(text, written)
			other := `\"`
			if written[0] == '\'' {
				other = "''"
			}
			measure := newRuler(text, line+i)
			where := measure.place(col + at)
			return &Problem{
				Line: where.line, Col: where.col, Error: true,
				What: strings.ToLower(key) + ": a quote ends the text before the end of the line",
				Hint: "write " + other + " inside the text",
			}
		}
	}
	if problem.Hint == "" {
		problem.Hint = "write key: value, with the value between quotes"
	}
	return problem
}

// earlyQuote returns where a quoted text ends, when more text than a comment follows; else 0.
func earlyQuote(s string) int {
	mark := s[0]
	for i := 1; i < len(s); i++ {
		switch {
		case mark == '"' && s[i] == '\\':
			i++
		case s[i] == mark && mark == '\'' && i+1 < len(s) && s[i+1] == mark:
			i++
		case s[i] == mark:
			if rest := strings.TrimSpace(s[i+1:]); rest != "" && rest[0] != '#' {
				return i
			}
			return 0
		}
	}
	return 0
}
