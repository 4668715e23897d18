package post

// slip returns the one of words that was meant by a word which differs from it by one slip of the fingers; "" for none.
func slip(word string, words []string) string {
	for _, w := range words {
		if isSlip(word, w) {
			return w
		}
	}
	return ""
}

// isSlip reports whether a and b differ by one slip: a letter more, another letter, or two that changed places.
func isSlip(a, b string) bool {
	if len(a) > len(b) {
		a, b = b, a
	}
	same := 0
	for same < len(a) && a[same] == b[same] {
		same++
	}
	a, b = a[same:], b[same:]
	switch {
	case len(a)+1 == len(b):
		return a == b[1:]
	case len(a) != len(b) || a == "":
		return false
	}
	return a[1:] == b[1:] || len(a) > 1 && a[0] == b[1] && a[1] == b[0] && a[2:] == b[2:]
}
