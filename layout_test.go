package suyuan_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/scanner"
	"go/token"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"golang.org/x/mod/modfile"
)

const (
	longFunction   = 60 // a reason to look again
	longestAllowed = 80
	longestFile    = 500
	longestTest    = 800
	auditorsLines  = 1000 // of all of ours that suyuan-verify links (docs/trust.md section 1)
)

// A goPackage is what `go list` says about one of our packages.
type goPackage struct {
	ImportPath string
	Name       string
	Doc        string
	Imports    []string // direct
	Deps       []string // all
	GoFiles    []string
}

// A place is one row of the import rule of docs/design.md. A pattern ending in "/..." stands for everything below as
// well; what "may" names has to name all that lies behind it too.
type place struct {
	pattern string
	may     []string
}

// places is the import rule. The first pattern that matches a package decides.
func places() []place {
	behindLogbook := []string{
		"internal/event/...", "internal/ledger/...", "internal/genealogy/...", "internal/rules/...", "internal/recall/...",
		"internal/interchange/...", "internal/report/...", "internal/i18n/...", "internal/logbook/...",
		"internal/notary", "internal/anchor", "internal/keyring", "internal/durable", "internal/original", "internal/mapped", "internal/identifier",
	}
	return []place{
		{".", nil},
		{"internal/event/...", []string{"internal/event/..."}},
		{"internal/ledger", nil},
		{"internal/ledger/boltstore", []string{"internal/ledger", "internal/durable"}},
		{"internal/ledger/...", []string{"internal/ledger"}},
		{"internal/i18n/...", []string{"internal/i18n/..."}},
		{"internal/identifier", nil},
		{"internal/notary", nil},
		{"internal/notary/notarytest", []string{"internal/notary"}},
		{"internal/durable/...", nil},
		{"internal/mapped", nil},
		{"internal/anchor", []string{"internal/notary", "internal/durable"}},
		{"internal/original", []string{"internal/durable"}},
		{"internal/keyring", []string{"internal/notary", "internal/durable"}},
		{"internal/genealogy/...", []string{"internal/genealogy/...", "internal/event/...", "internal/identifier"}},
		{"internal/rules/...", []string{"internal/rules/...", "internal/genealogy/...", "internal/event/...", "internal/identifier"}},
		{"internal/recall/...", []string{"internal/recall/...", "internal/genealogy/...", "internal/event/...", "internal/identifier"}},
		{"internal/interchange/bundle", []string{"internal/notary"}},
		{"internal/interchange/tiles", []string{"internal/durable"}},
		{"internal/interchange/sheet", nil},
		{"internal/interchange/...", []string{"internal/interchange/...", "internal/identifier", "internal/recall/...", "internal/genealogy/...", "internal/event/..."}},
		{"internal/report/draw/...", []string{"internal/report/draw/...", "internal/i18n/..."}},
		{"internal/report/font", nil},
		{"internal/report/chart", []string{"internal/report/draw/...", "internal/i18n/..."}},
		{"internal/report/...", []string{"internal/report/...", "internal/recall/...", "internal/genealogy/...", "internal/event/...", "internal/i18n/...", "internal/identifier"}},
		{"internal/logbook/...", behindLogbook},
		{"cmd/suyuan-verify", []string{"internal/notary"}},
		{"cmd/...", append([]string{"examples", "cmd/suyuan/..."}, behindLogbook...)},
		{"examples/...", []string{"examples/...", "internal/event/..."}},
	}
}

// pureDirs are the packages that take values and return values: no files, network, clock, randomness or logger.
func pureDirs() []string {
	return []string{"internal/event/...", "internal/ledger", "internal/genealogy", "internal/rules/...", "internal/recall/...", "internal/notary", "internal/identifier"}
}

func TestImportsFollowTheRule(t *testing.T) {
	t.Parallel()
	for _, p := range listPackages(t) {
		for _, broken := range brokenImports(p) {
			t.Error(broken)
		}
	}
}

func TestImportRuleCatchesWhatItForbids(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		from, to string
		allowed  bool
	}{
		{"suyuan/internal/recall", "suyuan/internal/genealogy", true},
		{"suyuan/internal/recall", "suyuan/internal/ledger", false},
		{"suyuan/internal/ledger", "suyuan/internal/event", false},
		{"suyuan/internal/ledger/boltstore", "suyuan/internal/ledger", true},
		{"suyuan/internal/ledger/boltstore", "suyuan/internal/ledger/memstore", false},
		{"suyuan/internal/logbook", "suyuan/internal/ledger/boltstore", true},
		{"suyuan/cmd/suyuan", "suyuan/internal/i18n", true},
		{"suyuan/cmd/suyuan-verify", "suyuan/internal/ledger/boltstore", false},
		{"suyuan/cmd/suyuan-verify", "suyuan/internal/notary", true},
		{"suyuan/internal/interchange/bundle", "suyuan/internal/recall", false},
		{"suyuan/internal/rules", "suyuan/internal/i18n", false},
		{"suyuan/internal/report/draw", "suyuan/internal/report", false},
		{"suyuan/internal/anchor", "suyuan/internal/notary", true},
		{"suyuan/internal/anchor", "suyuan/internal/ledger", false},
		{"suyuan/internal/keyring", "suyuan/internal/anchor", false},
		{"suyuan/internal/logbook", "suyuan/internal/keyring", true},
		{"suyuan/internal/identifier", "suyuan/internal/event", false},
		{"suyuan/internal/logbook", "suyuan/internal/identifier", true},
		{"suyuan/internal/elsewhere", "fmt", false},
	} {
		broken := brokenImports(goPackage{ImportPath: c.from, Deps: []string{c.to}})
		if got := len(broken) == 0; got != c.allowed {
			t.Errorf("%s importing %s: allowed %v, want %v: %q", c.from, c.to, got, c.allowed, broken)
		}
	}
}

// What an auditor has to read before trusting the tool is counted on what is really linked: lines with code, imports among them.
func TestAuditorsToolStaysShort(t *testing.T) {
	t.Parallel()
	all := listPackages(t)
	i := slices.IndexFunc(all, func(p goPackage) bool { return dirOf(p.ImportPath) == "cmd/suyuan-verify" })
	if i < 0 {
		t.Fatal("found no package cmd/suyuan-verify")
	}
	lines := 0
	for _, p := range all {
		if p.ImportPath != all[i].ImportPath && !slices.Contains(all[i].Deps, p.ImportPath) {
			continue
		}
		for _, file := range p.GoFiles {
			n := codeLines(read(t, path.Join(dirOf(p.ImportPath), file)))
			t.Logf("%s: %d lines", path.Join(dirOf(p.ImportPath), file), n)
			lines += n
		}
	}
	if lines >= auditorsLines {
		t.Errorf("suyuan-verify links %d lines of ours, want less than %d", lines, auditorsLines)
	}
}

func TestLinesOfCodeAreCountedWithoutCommentsAndBlanks(t *testing.T) {
	t.Parallel()
	src := "// Package p.\npackage p\n\nimport \"fmt\"\n\n/* more\n of it */\nfunc f() {\n\tfmt.Print() // a comment\n\t// another\n}\n"
	if got := codeLines([]byte(src)); got != 5 {
		t.Errorf("counted %d lines, want 5", got)
	}
}

// codeLines counts the lines of a file on which something besides comments stands.
func codeLines(src []byte) int {
	fset := token.NewFileSet()
	file := fset.AddFile("", -1, len(src))
	var s scanner.Scanner
	s.Init(file, src, nil, 0)
	lines := make(map[int]bool)
	for {
		pos, tok, text := s.Scan()
		if tok == token.EOF {
			return len(lines)
		}
		if tok == token.SEMICOLON && text == "\n" {
			continue
		}
		first := file.Line(pos)
		for n := range strings.Count(text, "\n") + 1 {
			lines[first+n] = true
		}
	}
}

func TestPurePackagesTouchNothingOutside(t *testing.T) {
	t.Parallel()
	for _, p := range listPackages(t) {
		dir := dirOf(p.ImportPath)
		if !matchesAny(pureDirs(), dir) {
			continue
		}
		for _, imp := range p.Imports {
			if impure(imp) {
				t.Errorf("%s is pure and imports %q", dir, imp)
			}
		}
		// fmt brings in os, but nothing that a pure package needs brings in the network.
		if slices.Contains(p.Deps, "net") {
			t.Errorf("%s is pure and something it imports brings in %q", dir, "net")
		}
		for _, file := range p.GoFiles {
			for _, pos := range clockReads(t, path.Join(dir, file)) {
				t.Errorf("%s reads the clock in a pure package; take the time as an argument", pos)
			}
		}
	}
}

func TestPackagesAreNamedForWhatTheyHoldAndSayIt(t *testing.T) {
	t.Parallel()
	vague := []string{"util", "utils", "common", "helper", "helpers", "types", "manager", "service", "misc", "base"}
	for _, p := range listPackages(t) {
		for _, part := range append(strings.Split(dirOf(p.ImportPath), "/"), p.Name) {
			if slices.Contains(vague, part) {
				t.Errorf("package %s: the name %q says nothing", p.ImportPath, part)
			}
		}
		if p.Doc == "" && len(p.GoFiles) > 0 {
			t.Errorf("package %s has no package comment", p.ImportPath)
		}
	}
}

func TestFunctionsAndFilesAreShort(t *testing.T) {
	t.Parallel()
	for _, name := range tracked(t) {
		if path.Ext(name) != ".go" || strings.Contains(name, "testdata/") {
			continue
		}
		src := read(t, name)
		test := strings.HasSuffix(name, "_test.go")
		limit := longestFile
		if test {
			limit = longestTest
		}
		if n := bytes.Count(src, []byte("\n")); n > limit {
			t.Errorf("%s has %d lines, at most %d are wanted: split it by topic", name, n, limit)
		}
		if !test {
			checkFunctions(t, name, src)
		}
	}
}

func checkFunctions(t *testing.T, name string, src []byte) {
	t.Helper()
	fset := token.NewFileSet()
	file, err := parser.ParseFile(fset, name, src, parser.SkipObjectResolution)
	if err != nil {
		t.Errorf("parse %s: %v", name, err)
		return
	}
	for _, d := range file.Decls {
		f, ok := d.(*ast.FuncDecl)
		if !ok {
			continue
		}
		at := fset.Position(f.Pos())
		switch n := fset.Position(f.End()).Line - at.Line; {
		case n > longestAllowed:
			t.Errorf("%s: %s has %d lines, at most %d are allowed", at, f.Name.Name, n, longestAllowed)
		case n > longFunction:
			t.Logf("%s: %s has %d lines, a reason to look again", at, f.Name.Name, n)
		}
	}
}

// mark is something no tracked file may hold.
type mark struct {
	pattern *regexp.Regexp
	why     string
}

// marks are written so that none of them matches its own source.
func marks() []mark {
	return []mark{
		{regexp.MustCompile(`(^|[\s"'=(:,;<>\x60])/(work|farm|home|root|tmp|Users)/[A-Za-z0-9_.]`), "a path of one machine"},
		{regexp.MustCompile(`\.\./shar[e]d`), "a path outside the repository"},
		{regexp.MustCompile(`\b(proxy|sum|index)\.golang\.org|goproxy\.(io|cn)|registry\.npmjs\.org|\bpypi\.org|files\.pythonhosted\.org`), "the host of a package registry"},
		{regexp.MustCompile(`\b(TO[D]O|FIXM[E])\b`), "an open end; finish it or leave it out"},
	}
}

func TestTrackedFilesHoldNoPathsHostsOrOpenEnds(t *testing.T) {
	t.Parallel()
	all := marks()
	for _, name := range tracked(t) {
		if strings.HasSuffix(name, ".sum") || strings.Contains(name, "testdata/fuzz/") {
			continue
		}
		for i, line := range strings.Split(string(read(t, name)), "\n") {
			if why, found := marked(all, line); found {
				t.Errorf("%s:%d: %s: %.120q", name, i+1, why, line)
			}
		}
	}
}

func TestMarksAreFound(t *testing.T) {
	t.Parallel()
	for line, want := range map[string]bool{
		"cd /" + "home/me/suyuan":              true,
		"open \"/" + "tmp/x.db\"":              true,
		"see .." + "/shared/design.md":         true,
		"https://proxy." + "golang.org/x":      true,
		"// TO" + "DO: later":                  true,
		"size, root and origin/" + "root/leaf": false,
		"the work/home balance":                false,
		"https://www.rfc-editor.org/rfc/60":    false,
	} {
		if why, found := marked(marks(), line); found != want {
			t.Errorf("%q: marked %v (%s), want %v", line, found, why, want)
		}
	}
}

func TestEveryDirectModuleHasADecision(t *testing.T) {
	t.Parallel()
	mod, err := modfile.Parse("go.mod", read(t, "go.mod"), nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range mod.Replace {
		t.Errorf("go.mod replaces %s: a product that others build from its module path cannot", r.Old)
	}
	decided := decidedModules(t)
	required := make(map[string]bool)
	for _, r := range mod.Require {
		required[r.Mod.Path] = true
		if !r.Indirect && decided[r.Mod.Path] == "" {
			t.Errorf("go.mod requires %s directly, and no page of docs/decisions has a line \"Modules: `%s`\"", r.Mod.Path, r.Mod.Path)
		}
	}
	for module, record := range decided {
		if !required[module] {
			t.Errorf("%s decides for %s, which go.mod does not require", record, module)
		}
	}
}

// decidedModules reads the line "Modules: `path`, `path`" of every decision record: module to file name.
func decidedModules(t *testing.T) map[string]string {
	t.Helper()
	files, err := filepath.Glob("docs/decisions/*.md")
	if err != nil {
		t.Fatal(err)
	}
	decided := make(map[string]string)
	code := regexp.MustCompile("`([^`]+)`")
	for _, name := range files {
		for line := range strings.Lines(string(read(t, name))) {
			if rest, ok := strings.CutPrefix(line, "Modules: "); ok {
				for _, m := range code.FindAllStringSubmatch(rest, -1) {
					decided[m[1]] = name
				}
			}
		}
	}
	return decided
}

// brokenImports says in words what is wrong with the imports of ours that p has, directly or not.
func brokenImports(p goPackage) []string {
	dir := dirOf(p.ImportPath)
	all := places()
	i := slices.IndexFunc(all, func(pl place) bool { return matches(pl.pattern, dir) })
	if i < 0 {
		return []string{fmt.Sprintf("package %s has no place in the layout of docs/design.md", p.ImportPath)}
	}
	var broken []string
	for _, dep := range p.Deps {
		if dep != "suyuan" && !strings.HasPrefix(dep, "suyuan/") {
			continue
		}
		if !matchesAny(all[i].may, dirOf(dep)) {
			broken = append(broken, fmt.Sprintf("%s imports %s, directly or not; it may import %q", dir, dirOf(dep), all[i].may))
		}
	}
	return broken
}

func impure(imp string) bool {
	for _, p := range []string{"os", "io/ioutil", "net", "log", "math/rand", "crypto/rand", "syscall", "golang.org/x/sys"} {
		if imp == p || strings.HasPrefix(imp, p+"/") {
			return true
		}
	}
	return false
}

// clockReads returns the positions at which a file asks for the time or waits for it.
func clockReads(t *testing.T, name string) []token.Position {
	t.Helper()
	fset := token.NewFileSet()
	file, err := parser.ParseFile(fset, name, nil, parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	var found []token.Position
	ast.Inspect(file, func(n ast.Node) bool {
		sel, ok := n.(*ast.SelectorExpr)
		if !ok {
			return true
		}
		x, ok := sel.X.(*ast.Ident)
		if ok && x.Name == "time" && slices.Contains([]string{"Now", "Since", "Until", "Sleep", "After", "Tick", "NewTimer", "NewTicker"}, sel.Sel.Name) {
			found = append(found, fset.Position(sel.Pos()))
		}
		return true
	})
	return found
}

func marked(all []mark, line string) (why string, found bool) {
	for _, m := range all {
		if m.pattern.MatchString(line) {
			return m.why, true
		}
	}
	return "", false
}

func dirOf(importPath string) string {
	if importPath == "suyuan" {
		return "."
	}
	return strings.TrimPrefix(importPath, "suyuan/")
}

func matches(pattern, dir string) bool {
	base, below := strings.CutSuffix(pattern, "/...")
	return dir == base || below && strings.HasPrefix(dir, base+"/")
}

func matchesAny(patterns []string, dir string) bool {
	return slices.ContainsFunc(patterns, func(p string) bool { return matches(p, dir) })
}

// listPackages asks the go command for every package of this module, for one platform, so that the answer is the
// same everywhere.
func listPackages(t *testing.T) []goPackage {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "go", "list", "-deps", "-json=ImportPath,Name,Doc,Imports,Deps,GoFiles", "./...")
	cmd.Env = append(os.Environ(), "GOOS=linux", "GOARCH=amd64", "CGO_ENABLED=0")
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	var ours []goPackage
	for dec := json.NewDecoder(bytes.NewReader(out)); ; {
		var p goPackage
		if err := dec.Decode(&p); errors.Is(err, io.EOF) {
			return ours
		} else if err != nil {
			t.Fatal(err)
		}
		if p.ImportPath == "suyuan" || strings.HasPrefix(p.ImportPath, "suyuan/") {
			ours = append(ours, p)
		}
	}
}

// tracked names the files git knows and still has; outside a checkout, every file below.
func tracked(t *testing.T) []string {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), "git", "ls-files", "-z").Output()
	if err != nil {
		return everyFile(t)
	}
	var names []string
	for name := range strings.SplitSeq(string(out), "\x00") {
		if info, err := os.Stat(name); err == nil && info.Mode().IsRegular() {
			names = append(names, name)
		}
	}
	return names
}

func everyFile(t *testing.T) []string {
	t.Helper()
	var names []string
	err := filepath.WalkDir(".", func(name string, d fs.DirEntry, err error) error {
		if err == nil && d.IsDir() && (name == ".git" || name == "bin") {
			return filepath.SkipDir
		}
		if err == nil && d.Type().IsRegular() {
			names = append(names, filepath.ToSlash(name))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return names
}

func read(t *testing.T, name string) []byte {
	t.Helper()
	b, err := os.ReadFile(filepath.FromSlash(name))
	if err != nil {
		t.Fatal(err)
	}
	return b
}
