package post

import (
	"errors"
	"strings"

	"github.com/pelletier/go-toml/v2/unstable"
)

// readTOML reads a header written in TOML, expression by expression, so that every value keeps its place and its dates
// stay as they were written.
func readTOML(head string, line int) (fields, *Problem) {
	if p := tooDeep(head, line); p != nil {
		return nil, p
	}
	r := tomlReader{ruler: newRuler(head, line)}
	r.parser.Reset([]byte(head))
	var root fields
	var path []string // of the table that the next keys belong to
	for r.parser.NextExpression() {
		switch n := r.parser.Expression(); n.Kind {
		case unstable.Table, unstable.ArrayTable:
			path = r.keys(n.Key())
		case unstable.KeyValue:
			key := r.keys(n.Key())
			at := r.at(n)
			r.put(&root, append(path[:len(path):len(path)], key...), at, r.value(n.Value(), at, 0))
		}
	}
	if err := r.parser.Error(); err != nil {
		return nil, r.problem(err)
	}
	return root, nil
}

// maxFields bounds how many values of one header are kept.
const maxFields = 5000

// tomlReader turns the parser's nodes into values.
type tomlReader struct {
	ruler
	parser unstable.Parser
	count  int // of values put so far
}

// put sets the value at path below root, making the tables on the way. What is nested too deeply is left out.
func (r *tomlReader) put(root *fields, path []string, at place, v value) {
	if r.count++; len(path) == 0 || len(path) > maxDepth || r.count > maxFields {
		return
	}
	if len(path) == 1 {
		*root = append(*root, newField(path[0], at, v))
		return
	}
	for i := range *root {
		if f := &(*root)[i]; strings.EqualFold(f.key, path[0]) && f.kind == table {
			r.put(&f.fields, path[1:], at, v)
			return
		}
	}
	f := newField(path[0], at, value{kind: table, at: at})
	r.put(&f.fields, path[1:], at, v)
	*root = append(*root, f)
}

// keys returns the parts of a dotted key.
func (r *tomlReader) keys(it unstable.Iterator) []string {
	var parts []string
	for it.Next() {
		parts = append(parts, string(it.Node().Data))
	}
	return parts
}

// at returns where the key of the pair n stands.
func (r *tomlReader) at(n *unstable.Node) place {
	if it := n.Key(); it.Next() {
		return r.place(int(it.Node().Raw.Offset))
	}
	return r.here
}

// value returns n, which stands at the given place or, where the parser knows better, at its own.
func (r *tomlReader) value(n *unstable.Node, at place, depth int) value {
	if n.Raw.Length > 0 {
		at = r.place(int(n.Raw.Offset))
	}
	v := value{at: at}
	if depth > maxDepth {
		return v
	}
	switch n.Kind {
	case unstable.Array:
		v.kind = list
		for it := n.Children(); it.Next(); {
			if it.Node().Kind != unstable.Comment {
				v.items = append(v.items, r.value(it.Node(), at, depth+1))
			}
		}
	case unstable.InlineTable:
		v.kind = table
		for it := n.Children(); it.Next(); {
			if pair := it.Node(); pair.Kind == unstable.KeyValue {
				at := r.at(pair)
				r.put(&v.fields, r.keys(pair.Key()), at, r.value(pair.Value(), at, depth+1))
			}
		}
	default:
		v.kind, v.text = scalar, string(n.Data)
	}
	return v
}

// problem returns err with its place in the file.
func (r *tomlReader) problem(err error) *Problem {
	p := &Problem{Line: r.line, Col: 1, Error: true, What: "front matter is not valid TOML: " + err.Error(),
		Hint: `write key = "value"`}
	var at *unstable.ParserError
	if errors.As(err, &at) {
		where := r.place(int(r.parser.Range(at.Highlight).Offset))
		p.What = "front matter is not valid TOML: " + at.Message
		p.Line, p.Col = where.line, where.col
	}
	return p
}
