package command

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/charmbracelet/colorprofile"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"postern/internal/index"
	"postern/internal/post"
	"postern/internal/text"
)

var update = flag.Bool("update", false, "write the golden files")

// sample is a blog with posts in every state, and one that is hostile.
func sample() map[string]string {
	return map[string]string{
		"_index.md":  "---\ntitle: The Gate\ndescription: Something to read\nauthor: Ann Lee\nurl: https://gate.example\nlicense: CC0-1.0\naccent: \"#d7875f\"\n---\nWe write **here**, about\nmany things.\n",
		"first.md":   "---\ntitle: The first\ndate: 2026-01-02T03:04:05+01:00\nupdated: 2026-03-01\nauthors: [Ann Lee, Bo]\ntags: [go, two words]\nseries: S\nlang: en\n---\n\n## Head\n\nA **word** and [a page](https://example.org).\n\n```go\nx := 1\n```\n",
		"second.md":  "---\ntitle: 二番目の、とても長い題名\ndate: 2025-01-03\ntags: [go]\n---\n\n読む。\n",
		"undated.md": "---\ntitle: Undated\n---\n\nNo day.\n",
		"hostile.md": "---\ntitle: \"Red \\e[31m \\u202e \\u009b alert\"\ntags: [\"a\\eb\"]\nauthors: [\"x\\u200by\"]\ndate: 2024-01-01\n---\n\nA \x1b[2J &#27;[1m b \u009b \u202e.\n",
		"draft.md":   "---\ntitle: Secret draft\ndraft: true\ndate: 2026-01-04\n---\nNot yet.\n",
		"later.md":   "---\ntitle: Secret later\ndate: 2999-01-04\n---\nNot yet.\n",
		"hidden.md":  "---\ntitle: Secret hidden\ndate: 2025-01-04\nunlisted: true\n---\nBy its address.\n",
	}
}

func holds(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// build returns a Snapshot of files; the one called _index.md is the site.
func build(t testing.TB, files map[string]string) *index.Snapshot {
	t.Helper()
	var site *post.Site
	var posts []*post.Post
	for name, content := range files {
		if name == "_index.md" {
			var err error
			site, _, err = post.ParseSite([]byte(content))
			holds(t, err)
			continue
		}
		p, err := post.Parse(name, []byte(content), post.Config{})
		holds(t, err)
		posts = append(posts, p)
	}
	return index.Build(site, posts, nil, time.Now())
}

// open returns the commands of a blog of files.
func open(t testing.TB, files map[string]string) *Commands {
	t.Helper()
	live := index.NewLive(build(t, files))
	t.Cleanup(live.Close)
	return &Commands{Live: live, Version: "postern test"}
}

// said returns what comes of a command line.
func said(t testing.TB, c *Commands, caller Caller, line string) (stdout, stderr string, status int) {
	t.Helper()
	words, err := Split(line)
	holds(t, err)
	var out, errs bytes.Buffer
	caller.Out, caller.Err = &out, &errs
	if caller.Host == "" {
		caller.Host = "gate.example"
	}
	status = c.Run(context.Background(), words, caller)
	return out.String(), errs.String(), status
}

// reader is one without a terminal.
func reader() Caller { return Caller{Profile: colorprofile.NoTTY} }

// terminal is a reader with a terminal.
func terminal(width int) Caller { return Caller{Width: width, Profile: colorprofile.TrueColor} }

func TestAnswersAreAsTheyWere(t *testing.T) {
	c := open(t, sample())
	author := reader()
	author.Author = "ann"
	tests := []struct {
		name   string
		caller Caller
		line   string
	}{
		{"list", reader(), "list"},
		{"list-author", author, "list"},
		{"list-narrow", terminal(40), "list"},
		{"list-width", reader(), "list --width 30"},
		{"list-tag", reader(), "ls --tag GO --limit 1"},
		{"list-json", reader(), "list --json --author bo"},
		{"read", reader(), "read first"},
		{"read-width", reader(), "read first --width 20"},
		{"read-terminal", terminal(60), "read first --width 50"},
		{"read-never", terminal(60), "read first --color never"},
		{"read-always", reader(), "read --color=always first"},
		{"read-source", reader(), "cat first --source"},
		{"read-json", reader(), "read first --json"},
		{"read-hostile", reader(), "read hostile"},
		{"read-unlisted", reader(), "read hidden"},
		{"tags", reader(), "tags"},
		{"tags-json", reader(), "tags --json"},
		{"about", reader(), "about"},
		{"about-terminal", terminal(40), "about"},
		{"help", reader(), "help"},
		{"help-list", reader(), "help ls"},
		{"help-read", reader(), "read --help"},
		{"help-feed", reader(), "feed -h"},
		{"help-follow", reader(), "help follow"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got, errs, status := said(t, c, test.caller, test.line)
			if status != Done || errs != "" {
				t.Errorf("status %d, %q", status, errs)
			}
			golden := filepath.Join("testdata", test.name+".golden")
			if *update {
				holds(t, os.WriteFile(golden, []byte(got), 0o644))
			}
			want, err := os.ReadFile(golden)
			holds(t, err)
			if got != string(want) {
				t.Errorf("got\n%s\nwant\n%s", got, want)
			}
		})
	}
}

func TestWhatIsWrongIsOneLine(t *testing.T) {
	c := open(t, sample())
	tests := []struct {
		line   string
		status int
		want   string // on standard error
	}{
		{"lst", Usage, "no such command: lst (did you mean: ssh gate.example list)"},
		{"follwo", Usage, "no such command: follwo (did you mean: ssh gate.example follow)"},
		{"fe", Usage, "no such command: fe (did you mean: ssh gate.example feed)"},
		{"first", Usage, "no such command: first (did you mean: ssh gate.example read first)"},
		{"undat", Usage, "no such command: undat (did you mean: ssh gate.example read undated)"},
		{"qwertyuiop", Usage, "no such command: qwertyuiop (all of them: ssh gate.example help)"},
		{"x\x1b[31my", Usage, "no such command: x[31my (all of them: ssh gate.example help)"},
		{"list --jsn", Usage, "unknown flag: --jsn (ssh gate.example list [--tag T] [--author A] [--year Y] [--limit N] [--width N] [--json])"},
		{"list first", Usage, `list does not take "first" (ssh gate.example list `},
		{"list --limit", Usage, "flag needs an argument: --limit (ssh gate.example list "},
		{"list --limit=-1", Usage, "--limit takes a number from 0 on (ssh "},
		{"list --year soon", Usage, `--year takes a number, not "soon" (ssh `},
		{"list --json=maybe", Usage, `--json takes nothing, or true or false, not "maybe" (ssh `},
		{"list --width 1001", Usage, "--width: from 0 to 1000 (ssh "},
		{"read", Usage, "read takes one SLUG (ssh gate.example read SLUG [--source] [--json] [--width N] [--color WHEN])"},
		{"read first second", Usage, `read does not take "second" (ssh `},
		{"read frist", Refused, "no such post: frist (did you mean: ssh gate.example read first)\n"},
		{"read sec", Refused, "no such post: sec (did you mean: ssh gate.example read second)\n"},
		{"read nothing-like-it", Refused, "no such post: nothing-like-it (all of them: ssh gate.example list)\n"},
		{"read drafts", Refused, "no such post: drafts (all of them: ssh gate.example list)\n"},
		{"read draft", Refused, "no such post: draft (all of them: ssh gate.example list)\n"},
		{"read later", Refused, "no such post: later (all of them: ssh gate.example list)\n"},
		{"read first --color blue", Usage, `--color takes always, never or auto, not "blue" (ssh `},
		{"about --color blue", Usage, `--color takes always, never or auto, not "blue" (ssh `},
		{"about --width -1", Usage, "--width: from 0 to 1000 (ssh "},
		{"tags go", Usage, `tags does not take "go" (ssh gate.example tags [--json])`},
		{"feed --format pdf", Usage, `--format takes atom, rss or json, not "pdf" (ssh gate.example feed [--format atom|rss|json] [--limit N])`},
		{"feed --limit -3", Usage, "--limit takes a number from 0 on (ssh "},
		{"follow me", Usage, `follow does not take "me" (ssh gate.example follow)`},
		{"help lst", Usage, "no such command: lst (did you mean: ssh gate.example list) (ssh gate.example help [VERB])"},
		{"version 2", Usage, `version does not take "2" (ssh gate.example version)`},
	}
	for _, test := range tests {
		out, errs, status := said(t, c, reader(), test.line)
		if status != test.status || out != "" || !strings.HasPrefix(errs, test.want) || strings.Count(errs, "\n") != 1 {
			t.Errorf("%s: status %d, out %q, err %q; want status %d and %q", test.line, status, out, errs, test.status, test.want)
		}
	}
}

func TestJSONKeepsToItsSchema(t *testing.T) {
	compiler := jsonschema.NewCompiler()
	compiler.AssertFormat()
	compiler.UseRegexpEngine(func(s string) (jsonschema.Regexp, error) { return regexp.Compile(s) })
	c := open(t, sample())
	empty := open(t, nil)
	author := reader()
	author.Author = "ann"
	for _, test := range []struct {
		commands     *Commands
		caller       Caller
		line, schema string
	}{
		{c, reader(), "list --json", "list"},
		{c, author, "list --json", "list"},
		{c, terminal(40), "list --json", "list"},
		{empty, reader(), "list --json", "list"},
		{c, reader(), "read first --json", "read"},
		{c, reader(), "read hostile --json", "read"},
		{c, reader(), "read undated --json", "read"},
		{c, author, "read draft --json", "read"},
		{c, reader(), "tags --json", "tags"},
		{empty, reader(), "tags --json", "tags"},
	} {
		schema, err := compiler.Compile("testdata/" + test.schema + ".schema.json")
		holds(t, err)
		out, errs, status := said(t, test.commands, test.caller, test.line)
		if status != Done {
			t.Errorf("%s: %d %s", test.line, status, errs)
		}
		v, err := jsonschema.UnmarshalJSON(strings.NewReader(out))
		holds(t, err)
		if err := schema.Validate(v); err != nil {
			t.Errorf("%s: %v", test.line, err)
		}
	}
}

func TestTextIsPlain(t *testing.T) {
	c := open(t, sample())
	lines := []string{"", "list", "read hostile", "read first", "read hostile --source", "read hostile --json", "tags", "tags --json",
		"about", "feed", "feed --format rss", "feed --format json", "help", "list --json", "x\x1by", "read \x1b[2J"}
	bad := regexp.MustCompile(`[\x00-\x09\x0b-\x1f\x7f-\x{9f}\x{202a}-\x{202e}]|[ \t]\n`)
	for _, line := range lines {
		for _, caller := range []Caller{reader(), {Width: 80, Profile: colorprofile.NoTTY}} {
			out, errs, _ := said(t, c, caller, line)
			if found := bad.FindString(out + errs); found != "" {
				t.Errorf("%q says %q in %q", line, found, out+errs)
			}
		}
	}
}

func TestLinesFitTheTerminal(t *testing.T) {
	c := open(t, sample())
	for _, width := range []int{1, 5, 20, 40, 79, 400} {
		out, _, _ := said(t, c, terminal(width), "list")
		for line := range strings.Lines(out) {
			if got := text.Width(strings.TrimSuffix(line, "\n")); got > width {
				t.Errorf("width %d: %q has %d", width, line, got)
			}
		}
	}
}

func TestNoVerbListsAndHints(t *testing.T) {
	c := open(t, sample())
	list, _, _ := said(t, c, reader(), "list")
	out, errs, status := said(t, c, reader(), "")
	if out != list || status != Done || errs != "\nRead one with: ssh gate.example read SLUG\n" {
		t.Errorf("status %d, out %q, err %q", status, out, errs)
	}
}

func TestNoColourIsHonoured(t *testing.T) {
	c := open(t, sample())
	for profile, colours := range map[colorprofile.Profile]bool{colorprofile.NoTTY: false, colorprofile.ASCII: false, colorprofile.ANSI: true} {
		out, _, _ := said(t, c, Caller{Width: 80, Profile: profile}, "about")
		if got := regexp.MustCompile(`\x1b\[[0-9;]*[349][0-9]`).MatchString(out); got != colours {
			t.Errorf("%s: colours: %v in %q", profile, got, out)
		}
	}
}

func TestAddresses(t *testing.T) {
	for host, want := range map[string]string{
		"blog.example":        "blog.example",
		"-p 2222 localhost":   "localhost:2222",
		"2001:db8::1":         "[2001:db8::1]",
		"-p 2222 2001:db8::1": "[2001:db8::1]:2222",
		"-p 2222 192.0.2.1":   "192.0.2.1:2222",
	} {
		if got := (Caller{Host: host}).address(); got != want {
			t.Errorf("%s: %s", host, got)
		}
	}
}

// closedPipe is a reader who left after some bytes.
type closedPipe struct {
	left, writes, largest int
}

func (p *closedPipe) Write(b []byte) (int, error) {
	p.writes++
	p.largest = max(p.largest, len(b))
	if p.left -= len(b); p.left < 0 {
		return 0, io.ErrClosedPipe
	}
	return len(b), nil
}

// large is a blog whose answers are longer than one piece.
func large() map[string]string {
	files := map[string]string{}
	for n := range 2000 {
		files[fmt.Sprintf("post-%04d.md", n)] = fmt.Sprintf("---\ntitle: Number %d\ndate: 2024-01-01\ntags: [t%d]\n---\n\n%s\n", n, n, strings.Repeat("Word. ", 40))
	}
	files["long.md"] = "---\ntitle: Long\ndate: 2024-01-02\n---\n\n" + strings.Repeat("Many words. ", 40000) + "\n"
	return files
}

func TestAnswersComeInBoundedPieces(t *testing.T) {
	c := open(t, large())
	lines := []string{"list", "list --json", "tags", "tags --json", "feed", "feed --format rss", "feed --format json --limit 0", "read long --width 80"}
	for _, line := range lines {
		words, err := Split(line)
		holds(t, err)
		all := &closedPipe{left: 1 << 30}
		if status := c.Run(t.Context(), words, Caller{Host: "h", Out: all, Err: io.Discard}); status != Done {
			t.Errorf("%s: status %d", line, status)
		}
		if all.writes < 2 && line != "tags" || all.largest > piece {
			t.Errorf("%s: %d writes, the largest %d", line, all.writes, all.largest)
		}
		var errs bytes.Buffer
		if status := c.Run(t.Context(), words, Caller{Host: "h", Out: &closedPipe{}, Err: &errs}); status != Refused || errs.Len() > 0 {
			t.Errorf("%s into a closed pipe: status %d, %q", line, status, errs.String())
		}
	}
	small := &closedPipe{left: 1 << 30}
	c.Run(t.Context(), []string{"list", "--limit", "100"}, Caller{Host: "h", Out: small, Err: io.Discard})
	if small.writes != 1 {
		t.Errorf("a short answer takes %d writes", small.writes)
	}
}

func TestSplit(t *testing.T) {
	words, err := Split(`read "a b" 'c d' e\ f`)
	if fmt.Sprintf("%q", words) != `["read" "a b" "c d" "e f"]` || err != nil {
		t.Errorf("%q, %v", words, err)
	}
	if _, err := Split(`read "a`); err == nil {
		t.Error("an open quote is no error")
	}
}

func TestNearest(t *testing.T) {
	for _, test := range []struct {
		word, want string
		names      []string
	}{
		{"", "", []string{"a"}},
		{"tga", "tag", []string{"tags", "tag"}},
		{"日本後だ", "日本語だ", []string{"日本", "日本語だ"}},
		{"on-rea", "on-reading", []string{"on-writing", "on-reading"}},
		{"x", "", []string{"list", "read"}},
		{strings.Repeat("a", maxWord+1), "", []string{strings.Repeat("a", maxWord)}},
	} {
		got := nearest(test.word, func(yield func(string) bool) {
			for _, name := range test.names {
				if !yield(name) {
					return
				}
			}
		})
		if got != test.want {
			t.Errorf("%q: %q, want %q", test.word, got, test.want)
		}
	}
}

func TestEveryVerbIsExplained(t *testing.T) {
	c := open(t, sample())
	for _, v := range verbs() {
		out, errs, status := said(t, c, reader(), "help "+v.name)
		if status != Done || errs != "" || !strings.HasPrefix(out, "ssh gate.example "+v.name) {
			t.Errorf("%s: %d %q %q", v.name, status, out, errs)
		}
		for _, flag := range regexp.MustCompile(`--[a-z]+`).FindAllString(v.usage, -1) {
			if !strings.Contains(out, "\n"+flag) {
				t.Errorf("help %s does not explain %s: %q", v.name, flag, out)
			}
		}
		if again, _, _ := said(t, c, reader(), v.name+" --help"); again != out {
			t.Errorf("%s --help: %q", v.name, again)
		}
	}
	for word, want := range map[string]string{"": Unknown, "lst": Unknown, "ls": "list"} {
		if got := NameOf([]string{word}); got != want {
			t.Errorf("%q is %s", word, got)
		}
	}
}
