package upload

import (
	"math/rand/v2"
	"path"
	"slices"
	"strings"
	"testing"
	"time"
)

// matchEverywhere is matchGlob, but tries all stars at all places.
func matchEverywhere(pattern, name string) bool {
	rest := strings.TrimLeft(pattern, "*")
	stars := len(pattern) - len(rest)
	switch {
	case stars > 0 && matchEverywhere(rest, name):
		return true
	case stars > 0:
		return name != "" && (stars > 1 || name[0] != '/') && matchEverywhere(pattern, name[1:])
	case pattern == "" || name == "":
		return pattern == name
	}
	matches, length := matchPiece(pattern, rune(name[0]))
	return matches && matchEverywhere(pattern[length:], name[1:])
}

func TestAPatternMatchesAsIfAllItsStarsWereTriedAtAllPlaces(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	joined := func(parts []string, most int) string {
		var b strings.Builder
		for range 1 + random.IntN(most) {
			b.WriteString(parts[random.IntN(len(parts))])
		}
		return b.String()
	}
	matched := 0
	for range 200_000 {
		pattern := joined([]string{"*", "*", "**", "a", "b", "/", "?", "[!a]"}, 9)
		name := joined([]string{"a", "b", "/"}, 12)
		want := matchEverywhere(pattern, name)
		if got := matchGlob(pattern, name); got != want {
			t.Errorf("%s matches %s: %t", pattern, name, got)
		}
		if want {
			matched++
		}
	}
	if matched < 10_000 {
		t.Errorf("%d patterns matched: too few to tell", matched)
	}
}

// shortest returns the shortest time that do takes of a few tries.
func shortest(do func()) time.Duration {
	took := time.Hour
	for range 5 {
		started := time.Now()
		do()
		took = min(took, time.Since(started))
	}
	return took
}

func TestRulesCostLittleMoreThanPatternsOfTheStandardLibrary(t *testing.T) {
	name := "post-" + strings.Repeat("x", 40) + "-00001.md"
	for _, pattern := range []string{strings.Repeat("*x", maxStars-1) + "*o", strings.Repeat("*[!z]", maxStars) + "z", "*x*?????????????????z"} {
		rules, err := rulesOf(slices.Repeat([]string{"- " + pattern}, maxRules)...).rules()
		if err != nil {
			t.Fatal(err)
		}
		ours := shortest(func() {
			for range 20 {
				rules.excludes(name, false)
			}
		})
		library := shortest(func() {
			for range 20 * maxRules {
				_, _ = path.Match(pattern, name)
			}
		})
		t.Logf("%s: %s, and %s", pattern, ours, library)
		if ours > 10*library {
			t.Errorf("%s: %s, and %s with path.Match", pattern, ours, library)
		}
	}
}

func TestFourTimesTheStarsOrTheNameTakeNoMoreThanTenTimesAsLong(t *testing.T) {
	many := func(head, part, tail string) func(int) string {
		return func(n int) string { return head + strings.Repeat(part, n) + tail }
	}
	deep := many("", "abc/", "")(8)
	for _, test := range []struct{ pattern, name func(int) string }{
		{many("*", "x*", "o"), many("", "x", "")}, {many("**", "x**", "o"), many("", "x", "")}, {many("**", "a*", "o"), many("", "a", "")},
		{many("**/", "*x*", "o"), many(deep, "x", "")}, {many("**", "[!z]*", "z"), many(deep, "x", "")}, {many("**", "?*", "z"), many("", "x", "/x")},
	} {
		const stars, length = 50, 1000
		for _, more := range [][2]int{{4 * stars, length}, {stars, 4 * length}} {
			once := func(n, length int) time.Duration {
				pattern, name := test.pattern(n), test.name(length)
				return shortest(func() {
					for range 20 {
						matchGlob(pattern, name)
					}
				})
			}
			short, long := once(stars, length), once(more[0], more[1])
			if long > 10*short && long > 20*time.Millisecond { // below it is nothing, whatever the ratio
				t.Errorf("%.20s…: %s; %d stars over %d characters %s", test.pattern(stars), short, more[0], more[1], long)
			}
		}
	}
}
