package post

import (
	"errors"
	"strings"

	"go.yaml.in/yaml/v4"
)

// readYAML reads a header written in YAML, as nodes: the library must not turn a date into a time or yes into a text.
func readYAML(head string, line int) (fields, *Problem) {
	if p := tooDeep(head, line); p != nil {
		return nil, p
	}
	var doc yaml.Node
	if err := yaml.Unmarshal([]byte(head), &doc); err != nil {
		return nil, yamlProblem(err, line)
	}
	if len(doc.Content) == 0 {
		return nil, nil
	}
	r := yamlReader{line: line - 1, aliases: maxAliased}
	root := r.value(doc.Content[0], 0)
	switch root.kind {
	case table:
		return root.fields, nil
	case null:
		return nil, nil
	}
	return nil, &Problem{
		Line: root.at.line, Col: root.at.col, Error: true,
		What: "front matter is not made of keys and values",
		Hint: "write lines like title: A title, or *** for a line across the page",
	}
}

// yamlProblem returns err with its place in the file.
func yamlProblem(err error, line int) *Problem {
	p := &Problem{Line: line, Col: 1, Error: true, What: "front matter is not valid YAML: " + err.Error()}
	var at *yaml.LoadError
	if errors.As(err, &at) {
		p.What = "front matter is not valid YAML: " + at.Message
		p.Line = line + max(at.Mark.Line, 1) - 1
		p.Col = max(at.Mark.Column, 1)
		if strings.Contains(at.ContextMsg, "flow") && at.ContextMark.Line > 0 {
			p.Line, p.Col = line+at.ContextMark.Line-1, max(at.ContextMark.Column, 1)
			p.Hint = "close the bracket that opens here"
		}
	}
	return p
}

const (
	maxDepth   = 20    // how far values may be nested; what is deeper reads as empty
	maxAliased = 10000 // how many values aliases may stand for; the rest of a bomb reads as empty
)

// yamlReader turns nodes into values.
type yamlReader struct {
	line    int // of the file, above the header
	aliases int // values that aliases may still stand for
	aliased bool
}

// value returns n, with what its aliases stand for.
func (r *yamlReader) value(n *yaml.Node, depth int) value {
	v := value{at: place{r.line + n.Line, n.Column}}
	if depth > maxDepth || r.aliases <= 0 {
		return v
	}
	if r.aliased {
		r.aliases--
	}
	switch n.Kind {
	case yaml.AliasNode:
		before := r.aliased
		r.aliased = true
		target := r.value(n.Alias, depth+1)
		r.aliased = before
		target.at = v.at
		return target
	case yaml.ScalarNode:
		if n.Tag != "!!null" {
			v.kind, v.text = scalar, n.Value
		}
	case yaml.SequenceNode:
		v.kind = list
		for _, item := range n.Content {
			v.items = append(v.items, r.value(item, depth+1))
		}
	case yaml.MappingNode:
		v.kind = table
		v.fields = r.fields(n, depth)
	}
	return v
}

// fields returns the keys of the mapping n. Those that it merges come first, for the last one counts.
func (r *yamlReader) fields(n *yaml.Node, depth int) fields {
	own := make(fields, 0, len(n.Content)/2)
	var merged fields
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, of := n.Content[i], r.value(n.Content[i+1], depth+1)
		if key.Tag == "!!merge" {
			merged = append(merged, of.fields...)
			continue
		}
		own = append(own, newField(trim(key.Value), place{r.line + key.Line, key.Column}, of))
	}
	if len(merged) > 0 {
		own = append(without(merged, own), own...)
	}
	return own
}

// without returns the fields of merged that own does not have.
func without(merged, own fields) fields {
	names := make(map[string]bool, len(own))
	for _, f := range own {
		names[f.name] = true
	}
	var kept fields
	for _, f := range merged {
		if !names[f.name] {
			kept = append(kept, f)
		}
	}
	return kept
}

const (
	maxHeader  = 256 << 10 // bytes
	maxNesting = 100       // brackets open at once
)

// tooDeep returns a problem where head is larger or more deeply nested than anyone writes, before a library reads it.
func tooDeep(head string, line int) *Problem {
	if len(head) > maxHeader {
		return &Problem{Line: line, Col: 1, Error: true, What: "front matter is longer than 256 KB", Hint: "move the text below the closing fence"}
	}
	open, start := 0, 0
	for i := range len(head) {
		switch head[i] {
		case '[', '{':
			open++
		case ']', '}':
			open = max(0, open-1)
		case '\n':
			line, start = line+1, i+1
		}
		if open > maxNesting || i-start > maxHeader/4 && head[i] == ' ' {
			return &Problem{Line: line, Col: i - start + 1, Error: true, What: "front matter is nested too deeply", Hint: "close the brackets"}
		}
	}
	return nil
}
