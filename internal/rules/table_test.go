package rules_test

import (
	"encoding/json"
	"os"
	"slices"
	"strings"
	"testing"
	"text/template"

	"suyuan/internal/event"
	"suyuan/internal/rules"
)

// The contract's table, and which of its rows can be waived.
var contract = strings.Fields(`malformed too-large identifies-a-person id-conflict made-twice unknown-thing°
	out-of-order° expired° used-up° not-released°° specification° not-here° wrong-patient°° on-hold°° not-shipped° future° clock unregistered° case-open° bad-signature missing-signature°°`)

func TestTheTableIsTheContracts(t *testing.T) {
	t.Parallel()
	var got []string
	for _, r := range rules.Table() {
		mark := ""
		if r.Waivable {
			mark = "°"
		}
		if r.TwoApprovers {
			mark = "°°"
		}
		got = append(got, string(r.ID)+mark)
	}
	if !slices.Equal(got, contract) {
		t.Errorf("the table has\n%q\nthe contract\n%q", got, contract)
	}
}

func TestTheTableIsHandedOutAsACopy(t *testing.T) {
	t.Parallel()
	rules.Table()[0].Variants[0] = "other"
	if r, ok := rules.Find(rules.Malformed); !ok || r.Variants[0] != rules.Invalid {
		t.Errorf("the table was changed from outside: %v", r)
	}
	if _, ok := rules.Find("no-such-rule"); ok {
		t.Error("a rule was found that is not in the table")
	}
}

func TestRefusalsOfTheParserStandInTheTable(t *testing.T) {
	t.Parallel()
	_, err := event.Parse([]byte(`{"type":"cleaning"}`))
	refused, ok := err.(*event.Error) //nolint:errorlint // Parse promises this type itself
	if !ok {
		t.Fatalf("%v is no refusal", err)
	}
	v := rules.Refused(refused)
	if r, ok := rules.Find(v.Rule); !ok || !slices.Contains(r.Variants, v.Variant) || v.Found == "" || v.Want == "" {
		t.Errorf("%+v does not stand in the table", v)
	}
}

// Every way in which a rule can be broken has a sentence and a hint in both
// languages, which need no field that a violation lacks.
func TestEveryVariantHasItsTextsInBothLanguages(t *testing.T) {
	t.Parallel()
	for _, lang := range []string{"en", "zh"} {
		texts := readTexts(t, "../i18n/rules."+lang+".json")
		for _, r := range rules.Table() {
			for _, variant := range r.Variants {
				v := rules.Violation{Rule: r.ID, Variant: variant, HasSeq: true}
				for _, prefix := range []string{"rule.", "hint."} {
					fill(t, lang, texts, prefix+v.Message(), &v)
					delete(texts, prefix+v.Message())
				}
			}
		}
		for name := range texts {
			t.Errorf("%s: %q is the text of no variant", lang, name)
		}
	}
}

func readTexts(t *testing.T, path string) map[string]string {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	texts := make(map[string]string)
	if err := json.Unmarshal(b, &texts); err != nil {
		t.Fatal(err)
	}
	return texts
}

func fill(t *testing.T, lang string, texts map[string]string, name string, v *rules.Violation) {
	t.Helper()
	text, ok := texts[name]
	if !ok {
		t.Errorf("%s: no text %q", lang, name)
		return
	}
	parsed, err := template.New(name).Parse(text)
	if err != nil {
		t.Errorf("%s: %v", lang, err)
		return
	}
	var out strings.Builder
	if err := parsed.Execute(&out, v); err != nil {
		t.Errorf("%s: %v", lang, err)
	}
	if s := out.String(); strings.Contains(s, "\n") || s == "" || strings.HasSuffix(s, ".") {
		t.Errorf("%s: %q is not one line without a full stop", lang, s)
	}
	if strings.HasPrefix(name, "rule.") && !strings.HasPrefix(out.String(), string(v.Rule)) {
		t.Errorf("%s: %q does not name its rule", lang, out.String())
	}
}
