package post

import (
	"slices"
	"strings"
	"testing"
)

func TestPicturesOfABody(t *testing.T) {
	for body, want := range map[string][]string{
		"no picture":  nil,
		"![a](b.png)": {"b.png"},
		"text ![a](b.png \"title\") ![c](<d e.jpg>)":    {"b.png", "d e.jpg"},
		"![a](b_(1).png) ![a](b_(1).png)":               {"b_(1).png"},
		"[![a](b.png)](https://example.com)":            {"b.png"},
		"![a][one]\n\n[one]: c.webp":                    {"c.webp"},
		"<img alt='x' src=\"d.gif\"/> <IMG SRC=e.jpeg>": {"d.gif", "e.jpeg"},
		"![a](https://example.com/b.png?x=1#y)":         {"https://example.com/b.png?x=1#y"},
		"![a](b.png?x=1&amp;y=2)":                       {"b.png?x=1&y=2"},
		"![a](b.svg) ![a](c.pdf) ![a]()":                nil,
		"`![a](b.png)` and ``![a](`b.png)``":            nil,
		"```\n![a](b.png)\n```\n![c](d.png)":            {"d.png"},
		"Text.\n\n    ![a](b.png)":                      nil,
		"- item\n\n    ![a](b.png)":                     {"b.png"},
		"> ![a](b.png)":                                 {"b.png"},
		"![":                                            nil, "![](": nil, "<img": nil, "<img src=": nil,
	} {
		var found addresses
		found.read(body)
		if got := chosen(found.shown, IsPicture); !slices.Equal(got, want) {
			t.Errorf("%q: %q, want %q", body, got, want)
		}
	}
}

func TestLinksToPosts(t *testing.T) {
	for body, want := range map[string][]string{
		"[a](b.md) [a](../c/D.MD#part) [a](b.md)":             {"b.md", "../c/D.MD#part"},
		"[a](https://example.com/b.md) [a](//b.org/c.md)":     nil,
		"[a](README.md) [a](_index.md) [a](c/_d.md)":          nil,
		"[a](/b/) [a](b.html) [a](b.png) ![a](b.md)":          nil,
		"[![a](b.png)](c.markdown?x)":                         {"c.markdown?x"},
		"[a][one]\n\n[one]: <c d.mdx> 'title'":                {"c d.mdx"},
		"`[a](b.md)`\n\n```\n[a](b.md)\n```\n":                nil,
		"[a]({{< ref \"b\" >}}) [a]({{< relref 'c.md#d' >}})": {"c.md#d", "b"},
		"[a]({{< relref path=\"b.md\" lang=\"de\" >}})":       {"b.md"},
		"[a]({{< ref \"/b.md\" \"de\" >}})":                   {"/b.md"},
		"[a]({{< ref \"/blog\" >}}) {{< ref \"/\" >}}":        nil,
		"[a]({% post_url 2020-01-01-b %})":                    {"2020-01-01-b"},
		"[a]({% link assets/b.pdf %}) [a]({% link c.md %})":   {"c.md"},
		"[a]({{ site.url }}{% post_url {{ x }} %})":           nil,
		"```\n{{< ref \"b\" >}}\n```\n":                       nil,
	} {
		p, err := Parse("a.md", []byte("---\ntitle: T\n---\n\n"+body+"\n"), Config{})
		if err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(p.Links, want) {
			t.Errorf("%q: %q, want %q", body, p.Links, want)
		}
	}
}

func TestAddressesOfOneLineAreBounded(t *testing.T) {
	for _, one := range []string{"![a](b.png) ", "![](", "[](", "<img src=b.png>"} {
		line := strings.Repeat(one, 2*maxAddresses)
		var found addresses
		if found.read(line); len(found.shown)+len(found.linked) != maxAddresses {
			t.Errorf("%q: %d shown, %d linked", one, len(found.shown), len(found.linked))
		}
	}
}

func TestLinksTakeNoPictureItsPlace(t *testing.T) {
	for _, between := range []string{"\n", " "} {
		var found addresses
		found.read(strings.Repeat("[w](https://example.com)"+between, 2*maxAddresses) + "![a](b.png)")
		if !slices.Equal(found.shown, []string{"b.png"}) {
			t.Errorf("between %q: %q", between, found.shown)
		}
	}
}

func TestPlaceOfAPicture(t *testing.T) {
	p, err := Parse("a.md", []byte("---\ntitle: T\n---\n\nÄh ![a](b.png)\n"), Config{})
	if err != nil {
		t.Fatal(err)
	}
	if line, col := p.Place("b.png"); line != 5 || col != 9 || !slices.Equal(p.Pictures, []string{"b.png"}) {
		t.Errorf("%q at %d:%d", p.Pictures, line, col)
	}
	if line, col := p.Place("c.png"); line != 0 || col != 0 {
		t.Errorf("none at %d:%d", line, col)
	}
}
