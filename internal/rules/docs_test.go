package rules_test

import (
	"errors"
	"os"
	"slices"
	"strings"
	"testing"
	"text/template"

	"suyuan/internal/event"
	"suyuan/internal/rules"
)

const page = "../../docs/rules.md"

// sections cuts the page at its headings: the rule's name with its mark, and
// what follows.
func sections(t *testing.T) (heads, bodies []string) {
	t.Helper()
	b, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range strings.Split(string(b), "\n## ")[1:] {
		head, body, _ := strings.Cut(s, "\n")
		heads, bodies = append(heads, strings.NewReplacer("`", "", " ", "").Replace(head)), append(bodies, body)
	}
	return heads, bodies
}

// block returns the lines of the first fenced block of a language.
func block(body, language string) []string {
	_, rest, ok := strings.Cut(body, "```"+language+"\n")
	if !ok {
		return nil
	}
	lines, _, _ := strings.Cut(rest, "\n```")
	return strings.Split(lines, "\n")
}

func TestThePageHasASectionPerRuleInTheTablesOrder(t *testing.T) {
	t.Parallel()
	if heads, _ := sections(t); !slices.Equal(heads, contract) {
		t.Errorf("%s has\n%q\nthe contract\n%q", page, heads, contract)
	}
}

func TestTheExamplesOfThePageAreRefusedAsItSays(t *testing.T) {
	t.Parallel()
	texts := readTexts(t, "../i18n/rules.en.json")
	heads, bodies := sections(t)
	ran := 0
	for i, body := range bodies {
		example, want := block(body, "json"), block(body, "text")
		if example == nil {
			continue
		}
		ran++
		if got := sentence(t, texts, refusalOf(t, heads[i], example)); len(want) != 1 || got != want[0] {
			t.Errorf("%s says of %s\n%q\nthe rules say\n%q", page, heads[i], want, got)
		}
	}
	if ran < 15 {
		t.Errorf("%d examples were run, wanted one for each rule that can have one", ran)
	}
}

// refusalOf records all lines but the last and returns what is first wrong
// with that.
func refusalOf(t *testing.T, head string, lines []string) rules.Violation {
	t.Helper()
	last := len(lines) - 1
	g := ledgerOf(t, lines[:last])
	e, err := event.Parse([]byte(lines[last]))
	var refused *event.Error
	if errors.As(err, &refused) {
		return rules.Refused(refused)
	}
	if err != nil {
		t.Fatal(err)
	}
	now, err := event.ParseTime("2027-01-01T00:00:00Z")
	if err != nil {
		t.Fatal(err)
	}
	broken := rules.Check(g, &e, rules.Context{
		Now: now, Strict: strings.HasPrefix(head, string(rules.Unregistered)),
		Unmet:      func(event.Ref, event.Time) []string { return []string{"screened"} },
		Signatures: unsigned{g},
	})
	if len(broken) == 0 {
		return rules.Violation{}
	}
	if head = strings.TrimRight(head, "°"); string(broken[0].Rule) != head {
		t.Errorf("the example of %s breaks %s first", head, broken[0].Rule)
	}
	return broken[0]
}

func sentence(t *testing.T, texts map[string]string, v rules.Violation) string {
	t.Helper()
	parsed, err := template.New("sentence").Parse(texts["rule."+v.Message()])
	if err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	if err := parsed.Execute(&out, &v); err != nil {
		t.Fatal(err)
	}
	return out.String()
}
