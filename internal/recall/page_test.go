package recall_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestThePageOfTheTraceNamesTestsThatExist holds docs/trace.md to naming, in
// each of its sections, tests of this package.
func TestThePageOfTheTraceNamesTestsThatExist(t *testing.T) {
	t.Parallel()
	exists := make(map[string]bool)
	files, err := filepath.Glob("*_test.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		for _, found := range regexp.MustCompile(`(?m)^func (Test\w+|Fuzz\w+)\(`).FindAllStringSubmatch(text(t, file), -1) {
			exists[found[1]] = true
		}
	}
	sections := strings.Split(text(t, "../../docs/trace.md"), "\n## ")
	for _, section := range sections[1:] {
		title, body, _ := strings.Cut(section, "\n")
		named := regexp.MustCompile("`(Test[A-Z]\\w+|Fuzz[A-Z]\\w+)`").FindAllStringSubmatch(body, -1)
		if len(named) == 0 {
			t.Errorf("the section %q names no test", title)
		}
		for _, name := range named {
			if !exists[name[1]] {
				t.Errorf("the section %q names %s, and no such test exists", title, name[1])
			}
		}
	}
}

func text(t *testing.T, file string) string {
	t.Helper()
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}
