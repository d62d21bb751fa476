package i18n_test

import (
	"bytes"
	"encoding/json"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"suyuan/internal/i18n"
)

func TestLanguageFollowsTheEnvironmentAsPosixRanksIt(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		all, messages, lang string
		want                i18n.Lang
	}{
		{"", "", "", i18n.English},
		{"", "", "zh_CN.UTF-8", i18n.Chinese},
		{"", "", "zh", i18n.Chinese},
		{"", "", "zh-Hant-TW", i18n.Chinese},
		{"", "zh_TW", "en_US", i18n.Chinese},
		{"C.UTF-8", "zh_CN", "zh_CN", i18n.English},
		{"zh_CN", "en_US", "en_US", i18n.Chinese},
		{"", "", "zhuang", i18n.English},
		{"", "", "fr_FR", i18n.English},
	} {
		env := map[string]string{"LC_ALL": c.all, "LC_MESSAGES": c.messages, "LANG": c.lang}
		if got := i18n.FromEnvironment(func(k string) string { return env[k] }); got != c.want {
			t.Errorf("LC_ALL=%q LC_MESSAGES=%q LANG=%q: %s, want %s", c.all, c.messages, c.lang, got, c.want)
		}
	}
}

func TestCountsTakeTheFormOfTheirLanguage(t *testing.T) {
	t.Parallel()
	en, zh := i18n.New(i18n.English), i18n.New(i18n.Chinese)
	for n, want := range map[int]string{1: "1 patient", 2: "2 patients", 0: "0 patients"} {
		if got := en.Count("count.patients", n); got != want {
			t.Errorf("%d: %q, want %q", n, got, want)
		}
	}
	if got := zh.Count("count.patients", 1); got != "患者 1 人" {
		t.Errorf("got %q", got)
	}
}

func TestATextThatIsNotThereShowsItsID(t *testing.T) {
	t.Parallel()
	if got := i18n.New(i18n.Chinese).Text("no.such-text"); got != "no.such-text" {
		t.Errorf("got %q", got)
	}
	if got := i18n.New(i18n.English).Or("no.such-text", "plain"); got != "plain" {
		t.Errorf("got %q", got)
	}
}

// messages reads every file of one language: id to its forms.
func messages(t *testing.T, l i18n.Lang) map[string][]string {
	t.Helper()
	all := make(map[string][]string)
	names, err := filepath.Glob("*." + string(l) + ".json")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		b, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		var file map[string]any
		if err := json.Unmarshal(b, &file); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		for id, v := range file {
			if _, twice := all[id]; twice {
				t.Errorf("%s: %s stands in two files", name, id)
			}
			all[id] = forms(v)
		}
	}
	return all
}

func forms(v any) []string {
	if s, ok := v.(string); ok {
		return []string{s}
	}
	var list []string
	for _, f := range v.(map[string]any) {
		list = append(list, f.(string))
	}
	return list
}

var field = regexp.MustCompile(`\.[A-Z][A-Za-z]*`)

func fields(texts []string) []string {
	var list []string
	for _, s := range texts {
		for _, action := range regexp.MustCompile(`\{\{[^}]*\}\}`).FindAllString(s, -1) {
			list = append(list, field.FindAllString(action, -1)...)
		}
	}
	slices.Sort(list)
	return slices.Compact(list)
}

func TestBothLanguagesHaveTheSameTextsWithTheSameFields(t *testing.T) {
	t.Parallel()
	en, zh := messages(t, i18n.English), messages(t, i18n.Chinese)
	for _, id := range slices.Sorted(maps.Keys(en)) {
		if zh[id] == nil {
			t.Errorf("%s is not there in Chinese", id)
			continue
		}
		if a, b := fields(en[id]), fields(zh[id]); !slices.Equal(a, b) {
			t.Errorf("%s has the fields %v in English, %v in Chinese", id, a, b)
		}
		for _, s := range append(en[id], zh[id]...) {
			if strings.TrimSpace(s) == "" {
				t.Errorf("%s is empty", id)
			}
		}
	}
	for id := range zh {
		if en[id] == nil {
			t.Errorf("%s is not there in English", id)
		}
	}
}

// TestEveryTextIsUsedAndEveryUsedTextIsThere reads the sources: an id is used where it stands as a literal, or where the part
// before one of its dots does, to which the rest is added.
func TestEveryTextIsUsedAndEveryUsedTextIsThere(t *testing.T) {
	t.Parallel()
	literals, asked := sources(t)
	en := messages(t, i18n.English)
	for _, id := range slices.Sorted(maps.Keys(en)) {
		if !used(id, literals) {
			t.Errorf("nothing uses %s", id)
		}
	}
	for _, id := range slices.Sorted(maps.Keys(asked)) {
		if en[id] == nil {
			t.Errorf("%s asks for %s, which no file has", asked[id], id)
		}
	}
}

func used(id string, literals map[string]bool) bool {
	if rulesText(id) {
		return true
	}
	id = strings.TrimPrefix(id, "hint.") // taken where the text is, by its id
	id = strings.TrimSuffix(id, ".about")
	if literals[id] {
		return true
	}
	if bare, ok := strings.CutPrefix(id, "usage."); ok {
		return literals[bare]
	}
	for i := range id {
		if id[i] == '.' && literals[id[:i+1]] {
			return true
		}
	}
	return false
}

// rulesText are the sentences and hints of rules, which package rules names and whose own test holds them complete.
func rulesText(id string) bool {
	_, ok := strings.CutPrefix(id, "rule.")
	hint, rest, _ := strings.Cut(id, ".")
	return ok || hint == "hint" && !strings.HasPrefix(rest, "usage.") && !strings.HasPrefix(rest, "error.")
}

// sources returns all string literals of the packages that say something, and those that are asked for as texts, with where.
func sources(t *testing.T) (literals map[string]bool, asked map[string]string) {
	t.Helper()
	literals, asked = make(map[string]bool), make(map[string]string)
	for _, dir := range []string{"../../cmd/suyuan", "../report", "../logbook"} {
		err := filepath.WalkDir(dir, func(name string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() || !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") {
				return err
			}
			collect(t, name, literals, asked)
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	page, err := os.ReadFile("../report/page.html")
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range regexp.MustCompile(`text "([^"]+)"`).FindAllSubmatch(page, -1) {
		literals[string(bytes.Clone(m[1]))] = true
	}
	return literals, asked
}

func collect(t *testing.T, name string, literals map[string]bool, asked map[string]string) {
	t.Helper()
	fset := token.NewFileSet()
	file, err := parser.ParseFile(fset, name, nil, parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	ast.Inspect(file, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.BasicLit:
			if s, err := strconv.Unquote(n.Value); err == nil && n.Kind == token.STRING {
				literals[s] = true
			}
		case *ast.CallExpr:
			sel, ok := n.Fun.(*ast.SelectorExpr)
			if !ok || len(n.Args) == 0 || !slices.Contains([]string{"Text", "text", "Count", "Has"}, sel.Sel.Name) {
				return true
			}
			if lit, ok := n.Args[0].(*ast.BasicLit); ok {
				if s, err := strconv.Unquote(lit.Value); err == nil && strings.Contains(s, ".") {
					asked[s] = fset.Position(lit.Pos()).String()
				}
			}
		}
		return true
	})
}

func TestVisibleShowsWhatCouldHide(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"plain 单元 U-1":     "plain 单元 U-1",
		"a\x1b[31mb":       "a⟨U+001B⟩[31mb",
		"a\u202eb":         "a⟨U+202E⟩b",
		"a\u200bb\u00adc":  "a⟨U+200B⟩b⟨U+00AD⟩c",
		"tab\tand\nline":   "tab⟨U+0009⟩and⟨U+000A⟩line",
		"\ufeffbom":        "⟨U+FEFF⟩bom",
		"not\xffutf8":      "not⟨?⟩utf8",
		"\u2066x\u2069":    "⟨U+2066⟩x⟨U+2069⟩",
		"e\u0301":          "e\u0301",
		"hangul\u3164fill": "hangul⟨U+3164⟩fill",
		"nbsp\u00a0":       "nbsp⟨U+00A0⟩",
		"tag\U000e0041":    "tag⟨U+E0041⟩",
		"variation\ufe0f":  "variation⟨U+FE0F⟩",
		"wide\u3000blank":  "wide⟨U+3000⟩blank",
	} {
		if got := i18n.Visible(in); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
}
