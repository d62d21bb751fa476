package identifier

import (
	"os"
	"regexp"
	"strings"
	"testing"
)

// page is docs/identifiers.md.
func page(t *testing.T) string {
	t.Helper()
	b, err := os.ReadFile("../../docs/identifiers.md")
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

var verbatim = regexp.MustCompile("`([^`]+)`")

func TestThePagesNormalFormsAreWhatIsMade(t *testing.T) {
	t.Parallel()
	_, table, _ := strings.Cut(page(t), "| what the label says | normal form |")
	table, _, _ = strings.Cut(table, "\n\n")
	spellings := 0
	for _, row := range strings.Split(table, "\n")[2:] {
		cells := strings.Split(strings.Trim(row, "| "), " | ")
		if len(cells) != 2 {
			t.Fatalf("row %q has %d cells, want 2", row, len(cells))
		}
		for _, m := range verbatim.FindAllStringSubmatch(cells[0], -1) {
			spellings++
			if got := normals(t, m[1]); len(got) == 0 || "`"+got[0]+"`" != cells[1] {
				t.Errorf("the page says that %q is %s, and it is %q", m[1], cells[1], got)
			}
		}
	}
	if spellings < 20 {
		t.Errorf("found %d spellings on the page, want 20 or more", spellings)
	}
}

func TestThePageNamesEveryProblemAndScheme(t *testing.T) {
	t.Parallel()
	text := page(t)
	for _, p := range Problems() {
		if !strings.Contains(text, "`"+string(p)+"`") {
			t.Errorf("the page does not say what to do about %s", p)
		}
	}
	for _, s := range Schemes() {
		if !strings.Contains(text, "\n| `"+s.String()+"` |") {
			t.Errorf("the page has no row for %s", s)
		}
	}
}
