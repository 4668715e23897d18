package text

import "strconv"

// Count returns "1 post" or "3 posts" for what is called a post.
func Count(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return strconv.Itoa(n) + " " + what + "s"
}
