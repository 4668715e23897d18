package post

import (
	"path"
	"strings"
)

// readBody takes the title, the summary and the text to render from the body.
func (r *reading) readBody(s sheet) {
	body := normalise(s.body)
	body = r.dropSecondHeader(s, body)
	if v, ok := r.fields.get("title"); ok {
		r.Title = v.line()
	}
	p := newPreparer(body)
	p.title = r.Title
	p.mdx = strings.EqualFold(path.Ext(r.File), ".mdx")
	if v, ok := r.fields.get("excerpt_separator"); ok {
		p.separator = strings.ToLower(strings.TrimSpace(strings.TrimSuffix(strings.TrimPrefix(v.line(), "<!--"), "-->")))
	}
	text := p.prepare()
	r.tellOpen(s, p)
	r.Summary = r.readSummary(text, p.cut)
	r.Markdown, r.Title = takeTitle(strings.Trim(text, "\n"), r.Title)
	r.Markdown = strings.TrimRight(r.Markdown, " \t\n")
	if r.Title == "" {
		r.Title = r.name.title()
	}
	r.addLink()
	r.Words = countWords(r.Markdown)
	r.readAddresses(p.refs)
}

// tellOpen tells of what begins in the body and never ends.
func (r *reading) tellOpen(s sheet, p *preparer) {
	if p.fence.mark != 0 {
		end := strings.Repeat(string(p.fence.mark), p.fence.length)
		r.warn(place{r.lineOf(s, p.body, p.fenceAt), 1}, "code is never closed", "write "+end+" below it")
	}
	if p.openComment >= 0 {
		r.warn(place{r.lineOf(s, p.body, p.openComment), 1}, "a comment is never closed and hides the rest", "write --> where it ends")
	}
}

// readSummary returns the summary, from the front matter or from the text.
func (r *reading) readSummary(text string, cut int) string {
	if v, ok := r.fields.get(summaryKeys...); ok && v.kind == scalar {
		if s := plainText(v.text); s != "" {
			return s
		}
	}
	return summarize(text, cut)
}

// addLink ends a post about a page elsewhere with a link to it.
func (r *reading) addLink() {
	v, ok := r.fields.get(linkKeys...)
	if !ok {
		return
	}
	if link := onlyURL(v.line()); link != "" && !strings.Contains(r.Markdown, v.line()) {
		r.Markdown = strings.TrimLeft(r.Markdown+"\n\n"+link, "\n")
	}
}

// normalise returns body with line feeds at the ends of its lines, and without the controls that old editors left.
func normalise(body string) string {
	if strings.ContainsAny(body, "\r\v\f") {
		body = strings.NewReplacer("\r\n", "\n", "\r", "\n", "\v", " ", "\f", " ").Replace(body)
	}
	return strings.TrimRight(body, " \t\n")
}

// lineOf returns the line of the file that body[at] stands on, where body is what is left of the body of s.
func (r *reading) lineOf(s sheet, body string, at int) int {
	above := strings.Count(r.text[:len(r.text)-len(s.body)], "\n")
	above += strings.Count(normalise(s.body), "\n") - strings.Count(body, "\n")
	return 1 + above + strings.Count(body[:max(at, 0)], "\n")
}

// dropSecondHeader returns body without a second header at its head; tools leave one when they import posts. The first
// one counts. A header that cannot be one, because something stands before it, is told.
func (r *reading) dropSecondHeader(s sheet, body string) string {
	if len(r.fields) == 0 {
		if at := strings.Index(body, "---\n"); at > 0 && at < 4 && looksLikeHeader(body[at+4:]) {
			r.warn(place{1, 1}, "this looks like front matter, but something stands before it", "begin the file with ---")
		}
		return body
	}
	rest := strings.TrimLeft(body, " \t\n")
	inner, ok := strings.CutPrefix(rest, "---\n")
	if !ok || !looksLikeHeader(inner) {
		return body
	}
	second, problem := fenced(yamlHeader, inner, 0, "---")
	if problem != nil {
		return body
	}
	line := r.lineOf(s, body, len(body)-len(rest))
	r.warn(place{line, 1}, "a second front matter follows the first, which counts", "remove one of the two")
	return second.body
}

// looksLikeHeader reports whether s begins with a line that front matter begins with.
func looksLikeHeader(s string) bool {
	line, _ := cutLine(s)
	key, _, ok := strings.Cut(line, ":")
	return ok && isKnown(strings.ToLower(key))
}
