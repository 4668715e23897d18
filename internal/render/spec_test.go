package render

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// An example is one of a specification: a piece of Markdown and the HTML that it stands for.
type example struct {
	Markdown, HTML string
	Example        int
	Section        string
}

// goldmarkDir returns the folder of goldmark's module, which holds the specifications.
func goldmarkDir(t *testing.T) string {
	t.Helper()
	out, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", "github.com/yuin/goldmark").Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	return strings.TrimSpace(string(out))
}

// measures are the widths at which nothing may be lost.
var measures = []int{80, 40, 20}

// checkExample returns what is wrong with an example at a measure, "" for nothing.
func checkExample(e example, measure int) string {
	d := document(e.Markdown, measure)
	want, got := visible(e.HTML), shownText(d)
	switch {
	case !inOrder(wordsOf(want), wordsOf(got)):
		return "lost words"
	case len(wordsOf(want)) == 0 && len(wordsOf(got)) == 0 && !inOrder(signs(want), signs(got)):
		return "lost signs"
	case tooWide(d, measure) != "":
		return "too wide: " + tooWide(d, measure)
	}
	return ""
}

// signs returns what is no blank in s, each sign by itself.
func signs(s string) []string {
	return strings.Split(strings.ReplaceAll(strings.Join(strings.Fields(s), ""), "`", ""), "")
}

func TestCommonMark(t *testing.T) {
	data, err := os.ReadFile(filepath.Join(goldmarkDir(t), "_test", "spec.json"))
	if err != nil {
		t.Fatal(err)
	}
	var examples []example
	if err := json.Unmarshal(data, &examples); err != nil {
		t.Fatal(err)
	}
	total, good := 0, 0
	for _, e := range examples {
		if len(signs(visible(e.HTML))) == 0 {
			continue
		}
		total++
		fault := ""
		for _, measure := range measures {
			if f := checkExample(e, measure); f != "" {
				fault = f
				t.Logf("example %d (%s) at %d: %s\n%s\n---\n%s\n---\n%s", e.Example, e.Section, measure, f,
					e.Markdown, e.HTML, shownText(document(e.Markdown, measure)))
				break
			}
		}
		if fault == "" {
			good++
		}
	}
	t.Logf("%d of %d examples", good, total)
	if total < 580 || good < total-2 {
		t.Errorf("%d of %d examples, two may fail", good, total)
	}
}

func TestExtensions(t *testing.T) {
	dir := filepath.Join(goldmarkDir(t), "extension", "_test")
	for _, name := range []string{"table", "strikethrough", "linkify", "tasklist", "definition_list", "footnote"} {
		t.Run(name, func(t *testing.T) {
			data, err := os.ReadFile(filepath.Join(dir, name+".txt"))
			if err != nil {
				t.Fatal(err)
			}
			examples := parseExamples(data)
			if len(examples) < 4 {
				t.Fatalf("%d examples in %s", len(examples), name)
			}
			for _, e := range examples {
				for _, measure := range measures {
					if fault := checkExample(e, measure); fault != "" {
						t.Errorf("example %d at %d: %s\n%s\n---\n%s\n---\n%s", e.Example, measure, fault,
							e.Markdown, e.HTML, shownText(document(e.Markdown, measure)))
					}
				}
			}
		})
	}
}

// parseExamples reads examples as goldmark's own tests write them.
func parseExamples(data []byte) []example {
	const fence = "//- - - - - - - - -//\n"
	var examples []example
	for i, part := range bytes.Split(data, []byte("//= = = = = = = = = = = = = = = = = = = = = = = =//")) {
		pieces := strings.Split(string(part), fence)
		if len(pieces) >= 3 {
			examples = append(examples, example{Markdown: pieces[1], HTML: pieces[2], Example: i + 1})
		}
	}
	return examples
}
