package upload

import (
	"bufio"
	"bytes"
	"io"
	"strings"
	"testing"
)

func TestRsyncOptions(t *testing.T) {
	o, err := readRsyncOptions([]string{"--server", "-vlogDtpcrne.iLsfxCIvu", "--delete-during", "--partial-dir", ".part", "--log-format=%i", ".", "sub folder/"})
	if err != nil || !o.recursive || !o.checksum || !o.dryRun || !o.remove || o.sender || !o.targetIsFolder || o.targets[0] != "sub folder/" {
		t.Errorf("%+v, %v", o, err)
	}
	for _, words := range [][]string{
		{}, {"--daemon"}, {"--server"}, {"--server", "."}, {"--server", "-r", "x", "y"}, {"--server", "-z", ".", "x"}, {"--server", "--compress", ".", "x"},
		{"--server", "-H", ".", "x"}, {"--server", "--info", "--unknown", ".", "x"}, {"--server", "--max-delete=x", ".", "x"}, {"--server", "--files-from=-", ".", "x"},
		{"--server", "--config=/etc/x", ".", "x"}, {"--server", "--iconv=x", ".", "x"}, {"--server", "--log-file=/x", ".", "x"}, {"--server", "--", "."},
	} {
		if o, err := readRsyncOptions(words); err == nil {
			t.Errorf("%q became %+v", words, o)
		}
	}
}

func FuzzRsyncOptions(f *testing.F) {
	for _, line := range []string{"--server -vlogDtpre.iLsfxCIvu . x", "--server --sender -de.Lsf . ", "--server --partial-dir", "--server -- . x", "--server --max-delete=9 . x"} {
		f.Add(line)
	}
	f.Fuzz(func(t *testing.T, line string) {
		words := strings.Fields(line)
		o, err := readRsyncOptions(words)
		if err != nil {
			return
		}
		if len(o.targets) == 0 || words[0] != "--server" || !o.sender && len(o.targets) != 1 {
			t.Errorf("%q became %+v", line, o)
		}
	})
}

func TestRsyncRules(t *testing.T) {
	for _, test := range []struct {
		rule, name string
		folder     bool
		excluded   bool
	}{
		{"*.png", "a.png", false, true}, {"*.png", "sub/a.png", false, true}, {"*.png", "a.md", false, false}, {"/a.md", "a.md", false, true},
		{"/a.md", "sub/a.md", false, false}, {"keep/", "keep", true, true}, {"keep/", "keep", false, false}, {"/keep/", "sub/keep", true, false},
		{"sub/*.md", "x/sub/a.md", false, true}, {"sub/*.md", "sub/x/a.md", false, false}, {"a/**", "a/b/c", false, true}, {"a?.md", "ab.md", false, true},
		{"[ab].md", "b.md", false, true}, {"[!ab].md", "b.md", false, false}, {"dir/***", "dir", true, true}, {"dir/***", "dir/a/b", false, true},
		{"- *.txt", "a.txt", false, true}, {"+ *.md", "a.md", false, false}, {"雨*", "雨の日.md", false, true}, {`\*`, "*", false, true}, {`\*`, "a", false, false},
		{"**a*b**c", "xa/ab/xc", false, true}, {"**a*b**c", "xa/b/xc", false, false}, {"/**x*/b*c", "x/x/b/x/bc", false, true}, {"[!a]b", "ab", false, false},
		{"a[/]b", "a/b", false, false}, {"a[--0]b", "a/b", false, false}, {"[c-a]", "b", false, false}, {"[a-c-e]", "-", false, true}, {"[]a", "[]a", false, true},
	} {
		rule, err := parseRsyncRule(test.rule)
		if err != nil {
			t.Fatal(err)
		}
		if got := (rsyncRules{rule}).excludes(test.name, test.folder); got != test.excluded {
			t.Errorf("%s leaves out %s: %t", test.rule, test.name, got)
		}
	}
}

func FuzzRsyncRule(f *testing.F) {
	f.Add("*.md", "a.md")
	f.Add("[a-", "x")
	f.Add("/**/x/***", "a/x/y")
	f.Fuzz(func(t *testing.T, rule, name string) {
		if r, err := parseRsyncRule(rule); err == nil {
			rsyncRules{r}.excludes(name, true)
		}
	})
}

func wireOf(data []byte) *rsyncWire {
	return &rsyncWire{in: bufio.NewReader(bytes.NewReader(data)), out: bufio.NewWriter(io.Discard)}
}

func FuzzRsyncList(f *testing.F) {
	f.Add([]byte{longName, 4, 0, 0, 0, 'a', '.', 'm', 'd', 1, 0, 0, 0, 1, 0, 0, 0, 0, 0x81, 0, 0, 0, 0, 0, 0, 0}, byte(0))
	f.Add([]byte{longName, 255, 255, 255, 127}, byte(255))
	f.Fuzz(func(t *testing.T, data []byte, bits byte) {
		o := rsyncOptions{links: bits&1 != 0, owner: bits&2 != 0, group: bits&4 != 0, devices: bits&8 != 0, checksum: bits&16 != 0}
		list, _, err := wireOf(data).receiveList(o)
		if err != nil {
			return
		}
		for _, e := range list {
			if e.name == "" || strings.HasPrefix(e.name, "/") || strings.Contains("/"+e.name+"/", "/../") {
				t.Errorf("%q leads out", e.name)
			}
		}
	})
}

func TestRsyncNumbersOfAClientAreBounded(t *testing.T) {
	huge := []byte{255, 255, 255, 127}
	if _, err := wireOf(huge).rules(); err == nil {
		t.Error("a rule of 2 GiB")
	}
	if _, err := wireOf(append(bytes.Clone(huge), make([]byte, 64)...)).blocks(); err == nil {
		t.Error("2 billion blocks")
	}
	if _, err := wireOf(append([]byte{longName}, huge...)).receiveName(longName, ""); err == nil {
		t.Error("a name of 2 GiB")
	}
}
