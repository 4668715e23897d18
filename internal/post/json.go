package post

import (
	"encoding/json"
	"errors"
	"io"
	"strings"
)

// looksLikeJSON reports whether s begins with an object, and not with a shortcode or an attribute list.
func looksLikeJSON(s string) bool {
	rest, ok := strings.CutPrefix(strings.TrimLeft(s, " \t\r\n"), "{")
	if !ok {
		return false
	}
	rest = strings.TrimLeft(rest, " \t\r\n")
	return strings.HasPrefix(rest, `"`) || strings.HasPrefix(rest, "}")
}

// object takes a header that is one JSON object, from a file that begins with it.
func object(rest string, line int) (sheet, *Problem) {
	if p := tooDeep(rest[:min(len(rest), maxHeader)], line); p != nil {
		return sheet{}, p
	}
	var skip json.RawMessage
	d := json.NewDecoder(strings.NewReader(rest))
	if err := d.Decode(&skip); err != nil {
		return sheet{}, jsonProblem(err, rest, line)
	}
	end := int(d.InputOffset())
	first, body := cutLine(rest[end:])
	if s := strings.TrimSpace(first); s != "" && s != ";;;" {
		body = rest[end:]
	}
	return sheet{syntax: jsonHeader, head: rest[:end], line: line, body: body}, nil
}

// readJSON reads a header written in JSON.
func readJSON(head string, line int) (fields, *Problem) {
	if strings.TrimSpace(head) == "" {
		return nil, nil
	}
	if p := tooDeep(head, line); p != nil {
		return nil, p
	}
	r := jsonReader{ruler: newRuler(head, line), d: json.NewDecoder(strings.NewReader(head))}
	r.d.UseNumber()
	root, err := r.value(0)
	if err != nil {
		return nil, jsonProblem(err, head, line)
	}
	if root.kind != table {
		return nil, &Problem{Line: line, Col: 1, Error: true, What: "front matter is not a JSON object", Hint: `write { "title": "A title" }`}
	}
	return root.fields, nil
}

// jsonReader turns tokens into values.
type jsonReader struct {
	ruler
	d *json.Decoder
}

// next returns where the next token begins.
func (r *jsonReader) next() place {
	at := int(r.d.InputOffset())
	at += len(r.text[at:]) - len(strings.TrimLeft(r.text[at:], " \t\r\n,:"))
	return r.place(at)
}

// value reads the next value.
func (r *jsonReader) value(depth int) (value, error) {
	v := value{at: r.next()}
	token, err := r.d.Token()
	if err != nil {
		return v, err
	}
	switch token := token.(type) {
	case json.Delim:
		if token == '[' {
			return r.list(v, depth)
		}
		return r.table(v, depth)
	case string:
		v.kind, v.text = scalar, token
	case json.Number:
		v.kind, v.text = scalar, token.String()
	case bool:
		v.kind, v.text = scalar, "false"
		if token {
			v.text = "true"
		}
	}
	return v, nil
}

// list reads the rest of a list.
func (r *jsonReader) list(v value, depth int) (value, error) {
	v.kind = list
	for r.d.More() {
		item, err := r.value(depth + 1)
		if err != nil {
			return v, err
		}
		v.items = append(v.items, item)
	}
	_, err := r.d.Token()
	return v, err
}

// table reads the rest of an object.
func (r *jsonReader) table(v value, depth int) (value, error) {
	v.kind = table
	for r.d.More() {
		at := r.next()
		key, err := r.d.Token()
		if err != nil {
			return v, err
		}
		of, err := r.value(depth + 1)
		if err != nil {
			return v, err
		}
		name, _ := key.(string)
		v.fields = append(v.fields, newField(trim(name), at, of))
	}
	_, err := r.d.Token()
	return v, err
}

// jsonProblem returns err with its place in the file.
func jsonProblem(err error, text string, line int) *Problem {
	offset := 0
	var at *json.SyntaxError
	switch {
	case errors.As(err, &at):
		offset = max(0, int(at.Offset)-1)
	case errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, io.EOF):
		offset = len(text)
	}
	measure := newRuler(text, line)
	where := measure.place(offset)
	return &Problem{Line: where.line, Col: where.col, Error: true, What: "front matter is not valid JSON: " + err.Error(),
		Hint: `write "key": "value", with a comma between two`}
}
