package suyuan_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// pages are the documents a user reads: the README, docs and the walk-throughs.
func pages(t *testing.T) []string {
	t.Helper()
	return documents(t, "README.md", "docs/*.md", "examples/*/README.md")
}

func documents(t *testing.T, patterns ...string) []string {
	t.Helper()
	var names []string
	for _, pattern := range patterns {
		found, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		names = append(names, found...)
	}
	return names
}

// TestCommandsInTheDocumentsDoWhatTheySay runs the ```sh and ```console blocks of every page, in order, as a user
// would type them. CONTRIBUTING.md, "Documents that run", has the rules.
func TestCommandsInTheDocumentsDoWhatTheySay(t *testing.T) {
	t.Parallel()
	if _, err := os.Stat("cmd/suyuan"); err != nil {
		t.Skip("there is no cmd/suyuan yet")
	}
	if testing.Short() {
		t.Skip("runs every command of the documents")
	}
	shell := newShell(t)
	for _, page := range pages(t) {
		steps := stepsOf(string(read(t, page)))
		if len(steps) == 0 {
			continue
		}
		t.Run(page, func(t *testing.T) {
			t.Parallel()
			shell.run(t, page, steps)
		})
	}
}

func TestRecognisedCommandsAreTheRepositorysOwn(t *testing.T) {
	t.Parallel()
	makefile := string(read(t, "Makefile"))
	for _, page := range append(pages(t), "CONTRIBUTING.md") {
		for _, s := range stepsOf(string(read(t, page))) {
			for _, target := range makeTargets(s.command) {
				if !strings.Contains(makefile, "\n"+target+":") {
					t.Errorf("%s:%d: the Makefile has no target %q", page, s.line, target)
				}
			}
			if s.command == ".ci/run" {
				if info, err := os.Stat(".ci/run"); err != nil || info.Mode()&0o100 == 0 {
					t.Errorf("%s:%d: .ci/run is not a program: %v", page, s.line, err)
				}
			}
		}
	}
}

var (
	link     = regexp.MustCompile(`\]\(([^)\s]+)\)`)
	verbatim = regexp.MustCompile("`[^`\n]*`")
)

func TestLinksBetweenDocumentsLeadSomewhere(t *testing.T) {
	t.Parallel()
	for _, page := range documents(t, "*.md", "docs/*.md", "docs/decisions/*.md", "examples/*/README.md", "bench/*.md") {
		for _, m := range link.FindAllStringSubmatch(verbatim.ReplaceAllString(string(read(t, page)), ""), -1) {
			target, _, _ := strings.Cut(m[1], "#")
			if target == "" || strings.Contains(target, "://") || strings.HasPrefix(target, "mailto:") {
				continue
			}
			if _, err := os.Stat(filepath.Join(filepath.Dir(page), filepath.FromSlash(target))); err != nil {
				t.Errorf("%s links to %q: %v", page, m[1], err)
			}
		}
	}
}

func TestDecisionRecordsAreNumberedAndWhole(t *testing.T) {
	t.Parallel()
	name := regexp.MustCompile(`^(\d{4})-[a-z0-9]+(-[a-z0-9]+)*\.md$`)
	for i, file := range documents(t, "docs/decisions/*.md") {
		m := name.FindStringSubmatch(filepath.Base(file))
		if m == nil {
			t.Errorf("%s: want NNNN-title.md", file)
			continue
		}
		text := string(read(t, file))
		for _, part := range []string{"# " + m[1] + ". ", "\nStatus: ", "\n## Context\n", "\n## Decision\n", "\n## Consequences\n"} {
			if !strings.Contains("\n"+text, part) {
				t.Errorf("%s lacks %q", file, strings.TrimSpace(part))
			}
		}
		if i > 0 && m[1] == filepath.Base(documents(t, "docs/decisions/*.md")[i-1])[:4] {
			t.Errorf("%s: the number %s is taken", file, m[1])
		}
	}
}

// TestValidationNamesTestsThatExist reads the last column of the tables of docs/validation.md: in code spans either
// a file, or a package folder, a dot and the name of a test function. No id of a requirement stands twice.
func TestValidationNamesTestsThatExist(t *testing.T) {
	t.Parallel()
	code := regexp.MustCompile("`([^`]+)`")
	tests, ids := make(map[string][]string), make(map[string]bool)
	for _, line := range strings.Split(string(read(t, "docs/validation.md")), "\n") {
		cells := strings.Split(strings.Trim(line, "| "), "|")
		if !strings.HasPrefix(line, "|") || strings.HasPrefix(line, "| ---") || strings.TrimSpace(cells[len(cells)-1]) == "test" {
			continue
		}
		if id := strings.TrimSpace(cells[0]); ids[id] {
			t.Errorf("docs/validation.md has two requirements %s", id)
		} else {
			ids[id] = true
		}
		proofs := code.FindAllStringSubmatch(cells[len(cells)-1], -1)
		if len(proofs) == 0 {
			t.Errorf("docs/validation.md names no test: %s", line)
		}
		for _, proof := range proofs {
			if !proofExists(t, tests, proof[1]) {
				t.Errorf("docs/validation.md names %q, which is neither a file nor a test", proof[1])
			}
		}
	}
}

var testName = regexp.MustCompile(`^(.+)\.((?:Test|Fuzz|Benchmark|Example)\w*)$`)

func proofExists(t *testing.T, tests map[string][]string, proof string) bool {
	t.Helper()
	m := testName.FindStringSubmatch(proof)
	if m == nil {
		info, err := os.Stat(filepath.FromSlash(proof))
		return err == nil && info.Mode().IsRegular()
	}
	dir := m[1]
	if dir == "suyuan" {
		dir = "."
	}
	if tests[dir] == nil {
		tests[dir] = testFunctions(t, dir)
	}
	return slices.Contains(tests[dir], m[2])
}

func testFunctions(t *testing.T, dir string) []string {
	t.Helper()
	names := []string{}
	for _, file := range documents(t, path.Join(dir, "*_test.go")) {
		parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range parsed.Decls {
			if f, ok := d.(*ast.FuncDecl); ok && f.Recv == nil {
				names = append(names, f.Name.Name)
			}
		}
	}
	return names
}

// goEnv asks the go command for one of its settings.
func goEnv(t *testing.T, name string) string {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), "go", "env", name).Output()
	if err != nil {
		t.Fatalf("go env %s: %v", name, err)
	}
	return strings.TrimSpace(string(out))
}
