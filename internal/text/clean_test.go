package text

import (
	"fmt"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"
)

func TestClean(t *testing.T) {
	tests := []struct{ name, in, want string }{
		{"plain", "hello, world\n", "hello, world\n"},
		{"escape", "a\x1b[31mb\x1b]0;t\x07c", "a[31mb]0;tc"},
		{"c1", "a\u009b31mb\u009dx", "a31mbx"},
		{"raw c1 byte", "a\x9bb", "a\uFFFDb"},
		{"carriage return", "AA\rBB", "AABB"},
		{"bidi", "a\u202Eb\u2066c\u200Fd", "abcd"},
		{"zero width", "a\u200Bb\u2060c\uFEFFd", "abcd"},
		{"tags", "a\U000E0041b", "ab"},
		{"nul", "a\x00b\x7fc", "abc"},
		{"tab", "a\tb\n\tc", "a   b\n    c"},
		{"tab after wide", "日\tb", "日  b"},
		{"separators", "a\u2028b\u2029c", "a\nb\nc"},
		{"nfc", "cafe\u0301", "café"},
		{"invalid", "a\xffb", "a\uFFFDb"},
		{"family", "👩\u200D👧", "👩\u200D👧"},
		{"joiner elsewhere", "a\u200Db", "ab"},
		{"variation selector", "❤\uFE0F", "❤"},
		{"marks in heaps", "a" + strings.Repeat("\u0335", 40), "a" + strings.Repeat("\u0335", maxMarks)},
		{"thai", "ก็ที่", "ก็ที่"},
		{"hangul filler", "a\u3164b\u115Fc", "abc"},
		{"private use", "a\uE000b", "ab"},
		{"soft hyphen", "a\u00ADb", "ab"},
		{"soft hyphen alone", "\u00AD", ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if got := Clean(test.in); got != test.want {
				t.Errorf("Clean(%q) = %q, want %q", test.in, got, test.want)
			}
		})
	}
}

// TestTabsAreMeasuredOnce expands so many tabs on one line that measuring all of it for each would not end.
func TestTabsAreMeasuredOnce(t *testing.T) {
	const tabs = 1 << 16
	for name, in := range map[string]string{
		"tabs": "é" + strings.Repeat("\t", tabs), "letters between": strings.Repeat("é\t", tabs),
		"wide": strings.Repeat("日\t", tabs), "escapes": strings.Repeat("\x1b\t", tabs),
	} {
		for what, clean := range map[string]func() string{
			"Clean": func() string { return Clean(in) }, "Code": func() string { return Code(in, 0) },
		} {
			got := clean()
			if n := Width(got[:len(got)-4]); strings.Contains(got, "\t") || n%tabStop > 0 && n < tabs {
				t.Errorf("%s of %s: the last stop is at %d", what, name, n)
			}
		}
		if got := Line(in); strings.ContainsAny(got, "\t\x1b") {
			t.Errorf("Line of %s holds tabs", name)
		}
	}
}

// TestTabStops wants the columns right after tabs, marks, wide characters and what is removed.
func TestTabStops(t *testing.T) {
	for _, test := range []struct{ in, want string }{
		{"é\tb\tc", "é   b   c"},
		{"日本\tb\t\tc", "日本    b       c"},
		{"é\t\u0301b\tc", "é   \u0301b   c"},
		{"éa\u202E\tb", "éa  b"},
		{"éabcd\te\u2028\tf", "éabcd   e\n    f"},
	} {
		if got := Clean(test.in); got != test.want {
			t.Errorf("Clean(%q) = %q, want %q", test.in, got, test.want)
		}
	}
}

func BenchmarkTabs(b *testing.B) {
	for _, size := range []int{10 << 10, 1 << 20} {
		for _, unit := range []string{"\t", "é\t"} {
			in := "é" + strings.Repeat(unit, size/len(unit))
			b.Run(fmt.Sprintf("%q/%d", unit, size), func(b *testing.B) {
				b.SetBytes(int64(len(in)))
				for b.Loop() {
					Clean(in)
				}
			})
		}
	}
}

func TestCode(t *testing.T) {
	tests := []struct {
		in     string
		column int
		want   string
	}{
		{"plain", 0, "plain"},
		{"\tx\ty", 0, "    x   y"},
		{"\tx", 2, "  x"},
		{"a\u202Eb", 0, "a⟨U+202E⟩b"},
		{"a\x1b[2J", 0, "a⟨U+001B⟩[2J"},
		{"a\u200Bb", 0, "a⟨U+200B⟩b"},
		{"👩\u200D👧", 0, "👩\u200D👧"},
		{"a\r", 0, "a"},
		{"日\tb", 0, "日  b"},
	}
	for _, test := range tests {
		if got := Code(test.in, test.column); got != test.want {
			t.Errorf("Code(%q, %d) = %q, want %q", test.in, test.column, got, test.want)
		}
	}
}

func TestLine(t *testing.T) {
	if got := Line(" a\n\tb \u00A0 c "); got != "a b c" {
		t.Errorf("Line = %q", got)
	}
	if got := Source("a\tb\x1b"); got != "a\tb" {
		t.Errorf("Source = %q", got)
	}
}

func TestURL(t *testing.T) {
	tests := []struct{ in, want string }{
		{"https://example.com/a?b=c#d", "https://example.com/a?b=c#d"},
		{"HTTP://example.com", "http://example.com"},
		{"mailto:a@example.com", "mailto:a@example.com"},
		{"gemini://example.com/", "gemini://example.com/"},
		{"ssh://blog@example.com:2222", "ssh://blog@example.com:2222"},
		{"https://example.com/a b\u009dc\x1b", "https://example.com/a%20b%C2%9Dc%1B"},
		{"https://example.com/日本", "https://example.com/%E6%97%A5%E6%9C%AC"},
		{"javascript:alert(1)", ""},
		{"file:///etc/passwd", ""},
		{"data:text/html,x", ""},
		{"ssh://-oProxyCommand=x/y", ""},
		{"ssh://-oProxyCommand=x@host/y", ""},
		{"http://", ""},
		{"https:foo", ""},
		{"//example.com", ""},
		{"a/b", ""},
		{"", ""},
		{"https://example.com/" + strings.Repeat("a", 4000), ""},
	}
	for _, test := range tests {
		got, ok := URL(test.in)
		if ok != (test.want != "") || ok && got != test.want {
			t.Errorf("URL(%.40q) = %.40q, %v, want %q", test.in, got, ok, test.want)
		}
	}
}

func TestLocalURL(t *testing.T) {
	for in, want := range map[string]string{
		"../a b.md": "../a%20b.md", "#x": "#x", "/2020/01/a": "/2020/01/a",
		"//host/a": "", "https://a": "", "javascript:x": "", "": "",
	} {
		if got, ok := LocalURL(in); ok != (want != "") || ok && got != want {
			t.Errorf("LocalURL(%q) = %q, %v, want %q", in, got, ok, want)
		}
	}
}

// TestSoftHyphens wants them nowhere but in what is to be wrapped, where they hide no heap of marks.
func TestSoftHyphens(t *testing.T) {
	const in = "\u00ADDo\u00ADnau \u00AD\tx\u00AD"
	for name, got := range map[string]string{"Clean": Clean(in), "Line": Line(in), "Source": Source(in), "Code": Code(in, 0)} {
		if strings.Contains(got, "\u00AD") {
			t.Errorf("%s = %q", name, got)
		}
	}
	if got, want := Soft(in), "\u00ADDo\u00ADnau \u00AD  x\u00AD"; got != want {
		t.Errorf("Soft = %q, want %q", got, want)
	}
	heap := Soft("a" + strings.Repeat("\u0335\u00AD", 40))
	if n := strings.Count(heap, "\u0335"); n != maxMarks {
		t.Errorf("%d marks on one letter", n)
	}
}

// unsafe returns the first rune of s that must not reach a terminal, or -1.
func unsafe(s string) rune {
	for _, r := range s {
		if r < 0x20 && r != '\n' || r >= 0x7F && r < 0xA0 || r != joiner && unicode.Is(unicode.Cf, r) {
			return r
		}
	}
	return -1
}

func FuzzClean(f *testing.F) {
	f.Add("e\u00AD\u0301👩\u00AD\u200D👧\u200D\u00ADx")
	f.Add("a\x1b]52;c;aGFjaw==\x07 \u009b \u202E &#27;\tb")
	f.Fuzz(func(t *testing.T, s string) {
		for name, clean := range map[string]string{"Clean": Clean(s), "Line": Line(s), "Code": Code(s, 0),
			"Soft": strings.ReplaceAll(Soft(s), "\u00AD", "")} {
			if r := unsafe(clean); r >= 0 || !utf8.ValidString(clean) {
				t.Fatalf("%s(%q) = %q holds %U", name, s, clean, r)
			}
		}
		if once := Clean(s); Clean(once) != once {
			t.Fatalf("Clean(%q) is not stable", s)
		}
		if u, ok := URL(s); ok && (unsafe(u) >= 0 || strings.ContainsAny(u, " \n")) {
			t.Fatalf("URL(%q) = %q", s, u)
		}
	})
}

func TestSafeName(t *testing.T) {
	for _, name := range []string{
		"a.md", "雨の日.md", "한국어/글.md", "a b.md", "100%.md", "☔️.md", "👩‍💻 work.md", "é.md", "e\u0301.md", "-rf", "ё~'\"$.md", "",
	} {
		if !SafeName(name) {
			t.Errorf("%q is not safe", name)
		}
	}
	for _, name := range []string{
		"a\nC0644 1 b", "a\r.md", "a\t.md", "\x1b[2J.md", "a\x00", "a\u009b2J.md", "a\u202edm.exe", "a\u2066b", "a\u200bb.md", "a\ufeff.md", "a\u2028b", "a\xffb", "\x9b2J", "a\x7f", "\u3164.md",
	} {
		if SafeName(name) {
			t.Errorf("%q is safe", name)
		}
	}
}
