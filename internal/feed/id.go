package feed

import (
	"crypto/sha256"
	"fmt"
	"strings"
	"time"

	"postern/internal/index"
)

// Ids are UUIDs made of names (RFC 9562, version 8), so that they outlast a new host name, a new web address and a new
// time zone:
//
//   - a post's is made of its slug and the day that its author wrote as its date. Title, text and tags may change. The
//     day keeps the "hello-world" of one blog apart from that of another.
//   - a feed's is made of the site's title and author.

// postID returns the id of e.
func postID(e index.Entry) string {
	day := ""
	if !e.Date.IsZero() {
		day = e.Date.Format(time.DateOnly)
	}
	return uuid("post", e.Slug, day)
}

// feedID returns the id of the feed of a site.
func feedID(title, author string) string { return uuid("feed", title, author) }

// uuid returns a URN made of words.
func uuid(words ...string) string {
	sum := sha256.Sum256([]byte("postern\n" + strings.Join(words, "\n")))
	sum[6] = sum[6]&0x0F | 0x80
	sum[8] = sum[8]&0x3F | 0x80
	return fmt.Sprintf("urn:uuid:%x-%x-%x-%x-%x", sum[:4], sum[4:6], sum[6:8], sum[8:10], sum[10:16])
}
