package internal

import (
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// mayImport is the table of who knows whom; internal/README.md has it for people. Everything above store is "sshd".
func mayImport() map[string][]string {
	return map[string][]string{
		"text":      {},
		"post":      {"text"},
		"author":    {},
		"store":     {},
		"picture":   {},
		"render":    {"picture", "post", "text"},
		"search":    {"post", "text"},
		"index":     {"picture", "post", "search"},
		"feed":      {"index", "post", "text"},
		"blog":      {"index", "picture", "post", "store", "text"},
		"term":      {"text"},
		"tui":       {"index", "picture", "post", "render", "term", "text"},
		"command":   {"blog", "feed", "index", "post", "render", "text"},
		"upload":    {"author", "blog", "index", "post"},
		"sshd":      {"author", "blog", "command", "feed", "index", "post", "render", "search", "term", "text", "tui", "upload"},
		"telemetry": {},
	}
}

func TestPackagesImportOnlyWhatTheTableAllows(t *testing.T) {
	const ours = "postern/internal/"
	table := mayImport()
	err := filepath.WalkDir(".", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return err
		}
		room := filepath.ToSlash(filepath.Dir(path))
		allowed, ok := table[room]
		if !ok {
			t.Errorf("%s: %s is not in the table", path, room)
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.ImportsOnly)
		if err != nil {
			return err
		}
		for _, spec := range file.Imports {
			name, err := strconv.Unquote(spec.Path.Value)
			if err != nil {
				return err
			}
			if name, ok := strings.CutPrefix(name, ours); ok && !slices.Contains(allowed, name) {
				t.Errorf("%s imports %s: %s may import %q", path, name, room, allowed)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestTopLevelHoldsWhatItShould(t *testing.T) {
	entries, err := os.ReadDir("..")
	if err != nil {
		t.Fatal(err)
	}
	allowed := []string{"cmd", "internal", "posts", "keys", "go.mod", "go.sum", "Dockerfile", "README.md", "LICENSE"}
	for _, e := range entries {
		if !strings.HasPrefix(e.Name(), ".") && !slices.Contains(allowed, e.Name()) {
			t.Errorf("%s does not belong at the top", e.Name())
		}
	}
}

func TestMapNamesEveryRoom(t *testing.T) {
	page, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	entries, err := os.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if e.IsDir() && !strings.Contains(string(page), "| "+e.Name()+" |") {
			t.Errorf("internal/README.md does not tell what %s is", e.Name())
		}
	}
}
