package upload

import (
	"strings"
	"testing"
)

func TestSCPHeaders(t *testing.T) {
	for _, line := range []string{"C0644 0 a.md", "C0755 9223372036854775807 a b", "D0755 0 folder", "E", "T1600000000 0 1600000000 0", "C0644 1 -rf", "C0644 1  blank"} {
		if _, err := parseSCPHeader(line); err != nil {
			t.Errorf("%q: %v", line, err)
		}
	}
	for _, line := range []string{
		"", "C", "C0644", "C0644 1", "C0644 1 ", "C0644 -1 a", "C0644 +1 a", "C0644 9223372036854775808 a", "C0644 1 ..", "C0644 1 .", "C0644 1 a/b",
		"C0644 1 /etc/passwd", "C0644 1 a\x00b", "C644 1 a", "C0648 1 a", "C06444 1 a", "D0755 x a", "E ", "EE", "T", "T1", "T1 0 1", "T1 0 1 0 0", "T-1 0 1 0", "X0644 1 a",
	} {
		if h, err := parseSCPHeader(line); err == nil {
			t.Errorf("%q became %+v", line, h)
		}
	}
}

func FuzzSCPHeader(f *testing.F) {
	for _, line := range []string{"C0644 0 a.md", "D0755 0 folder", "E", "T1600000000 0 1600000000 0", "C0644 1 ../x", "C0644 99999999999999999999 a"} {
		f.Add(line)
	}
	f.Fuzz(func(t *testing.T, line string) {
		h, err := parseSCPHeader(line)
		if err != nil {
			return
		}
		if h.size < 0 || strings.ContainsAny(h.name, "/\x00\n") || h.name == "." || h.name == ".." || (h.kind == 'C' || h.kind == 'D') == (h.name == "") {
			t.Errorf("%q became %+v", line, h)
		}
	})
}

func TestSCPOptions(t *testing.T) {
	o, err := readSCPOptions([]string{"-r", "-pdt", "--", "-a", "b.md"})
	if err != nil || !o.sink || o.source || !o.recursive || !o.times || !o.intoFolder || o.targets[0] != "-a b.md" {
		t.Errorf("%+v, %v", o, err)
	}
	for _, words := range [][]string{{}, {"-t", "-f", "x"}, {"x"}, {"-tX", "x"}, {"-S", "sh", "-t", "x"}} {
		if o, err := readSCPOptions(words); err == nil {
			t.Errorf("%q became %+v", words, o)
		}
	}
}
