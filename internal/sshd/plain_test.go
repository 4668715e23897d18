package sshd

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"golang.org/x/crypto/ssh"
)

// talk says lines to the linear reader, without a terminal, and returns all that it answered.
func talk(t *testing.T, client *ssh.Client, lines string) string {
	t.Helper()
	session, err := client.NewSession()
	must(t, err)
	var out bytes.Buffer
	session.Stdout, session.Stdin = &out, strings.NewReader(lines)
	must(t, session.Shell())
	if err := session.Wait(); err != nil {
		t.Errorf("exit: %v", err)
	}
	return out.String()
}

// manyPosts returns files of n posts.
func manyPosts(n int) map[string]string {
	files := make(map[string]string)
	for i := range n {
		files[fmt.Sprintf("many-%02d.md", i)] = fmt.Sprintf("---\ntitle: Number %d of many\ndate: 2020-01-%02d\n---\n\nText with a [link](https://example.com/%d) and word%d.\n", i, i%28+1, i, i)
	}
	return files
}

func TestLinearReaderAnswers(t *testing.T) {
	h := serve(t, usual(), manyPosts(30))
	client := h.dial(t, "plain")
	all := talk(t, client, "1\n99\nn\nn\n/word7\n1\nwhat\n?\n\nq\n")
	at := 0
	for _, want := range []string{
		"31 posts.\n\n1. The live one, 2 January 2026, 1 min\n", "11 more.\n", prompted,
		"The live one\n2 January 2026\n\nWords that are there to be read.\n\nEnd of post.\n",
		"There is no number 99.\n", "21. Number ", "31. Number ", "That was all.\n",
		"1 post found.\n\n1. Number 7 of many, 8 January 2020, 1 min\n",
		"Text with a link[1] and word7.\n\nLinks:\n\n[1] https://example.com/7\n",
		"Not understood: what\n", "A number reads that post", "31 posts.", "Goodbye.\n",
	} {
		n := strings.Index(all[at:], want)
		if n < 0 {
			t.Fatalf("%q is missing after %q in\n%s", want, all[:at], all)
		}
		at += n + len(want)
	}
	if strings.ContainsAny(all, "\x1b\r\x07") {
		t.Errorf("more than text was sent: %q", all)
	}
	if strings.Contains(all, "secret") {
		t.Error("a draft was listed")
	}
}

const prompted = "Number, /word,"

func TestLinearReaderEndsWithItsInput(t *testing.T) {
	h := serve(t, usual(), nil)
	if got := talk(t, h.dial(t, "plain"), ""); !strings.Contains(got, "1. The live one") {
		t.Errorf("got %q", got)
	}
}

func TestLinearReaderTakesEveryEndOfALineForOne(t *testing.T) {
	h := serve(t, usual(), nil)
	client := h.dial(t, "plain")
	for _, end := range []string{"\n", "\r", "\r\n"} {
		all := talk(t, client, strings.Join([]string{"1", "", "q", ""}, end))
		if read, listed := strings.Count(all, "End of post."), strings.Count(all, "1. The live one"); read != 1 || listed != 2 {
			t.Errorf("%q: read %d times, listed %d times: %s", end, read, listed, all)
		}
	}
}

func TestAPostCalledPlainLeavesTheLinearReaderInItsPlace(t *testing.T) {
	h := serve(t, usual(), map[string]string{"plain.md": "---\ntitle: Plainly\ndate: 2026-01-03\n---\n\nText.\n"})
	client := h.dial(t, "plain")
	if got := talk(t, client, ""); !strings.Contains(got, "1. Plainly") {
		t.Errorf("got %q", got)
	}
	if out, _, _ := said(t, client, "read plain"); !strings.Contains(out, "Text.") {
		t.Errorf("read plain: %q", out)
	}
}

func TestLinearReaderOnATerminalShowsWhatIsTyped(t *testing.T) {
	h := serve(t, usual(), nil)
	w := look(t, h.dial(t, "plain"), 80, 24, "")
	w.see(t, prompted)
	w.press(t, "/wrods\x7f\x7f\x7f\x7fords\r")
	w.see(t, "1 post found.")
	w.see(t, "leave: /words")
	w.press(t, "1\r")
	w.see(t, "End of post.")
	w.press(t, "\x03")
	w.see(t, "Goodbye.")
	if err := w.Wait(); err != nil {
		t.Errorf("exit: %v", err)
	}
	for _, repaint := range []string{"\x1b[H", "\x1b[2J", "\x1b[?1049h", "\x1b]"} {
		if strings.Contains(w.out.String(), repaint) {
			t.Errorf("sent %q", repaint)
		}
	}
}

func TestLinearReaderEndsWithTheServer(t *testing.T) {
	h := serve(t, usual(), nil)
	w := look(t, h.dial(t, "plain"), 80, 24, "")
	w.see(t, prompted)
	if err := h.stop(); err != nil {
		t.Error(err)
	}
	w.see(t, Closing.words())
}

func TestSearchVerb(t *testing.T) {
	h := serve(t, usual(), manyPosts(12))
	client := h.dial(t, "reader")
	eventually(t, func() bool {
		out, _, status := said(t, client, "search word7")
		return status == 0 && strings.Contains(out, "2020-01-08  many-07  Number 7 of many\n")
	}, func() string { return "the post is not found" })
	if out, _, _ := said(t, client, `search '"Number 3 of"'`); !strings.HasPrefix(out, "2020-01-04  many-03") || strings.Count(out, "\n") != 1 {
		t.Errorf("a phrase: %q", out)
	}
	if _, stderr, status := said(t, client, "search nowhere-to-be-found-at-all"); status != 1 || stderr != "nothing found\n" {
		t.Errorf("nothing: %d, %q", status, stderr)
	}
	if out, _, status := said(t, client, "grep --json secret"); status != 0 || out != "[]\n" {
		t.Errorf("a draft: %d, %q", status, out)
	}
	if _, _, status := said(t, client, "search"); status != 2 {
		t.Errorf("no words: %d", status)
	}
}
