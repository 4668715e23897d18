package post

import "strings"

// readPlain reads a header of "Key: value" or ".. key: value" lines. Nothing is quoted in it, and nothing can be wrong.
func readPlain(head string, line int) fields {
	var found fields
	for ; head != ""; line++ {
		var text string
		text, head = cutLine(head)
		bare := strings.TrimPrefix(strings.TrimSpace(text), ".. ")
		key, rest, ok := strings.Cut(bare, ":")
		if len(found) > 0 && text != "" && isContinued(text) && !isDotsLine(text) {
			last := &found[len(found)-1]
			last.text += "\n" + bare
			continue
		}
		if !ok || !isPlainKey(key) {
			continue
		}
		col := strings.Index(text, key) + 1
		v := value{kind: scalar, at: place{line, col + len(key) + 2}, text: trim(rest)}
		found = append(found, newField(key, place{line, col}, v))
	}
	return found
}
