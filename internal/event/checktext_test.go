package event_test

import (
	"errors"
	"testing"

	"suyuan/internal/event"
)

func TestCheckTextRefusesWhatNoTextMayHold(t *testing.T) {
	t.Parallel()
	for text, rule := range map[string]string{
		"":                          "",
		"2026-03 三月 (1).jsonl":      "",
		"caf\u00e9.jsonl":           "",
		"cafe\u0301.jsonl":          event.RuleMalformed,
		"a\x1b[31m.jsonl":           event.RuleMalformed,
		"a\nb":                      event.RuleMalformed,
		"a\tb":                      event.RuleMalformed,
		"a\xff":                     event.RuleMalformed,
		"13812345678.jsonl":         event.RuleIdentifies,
		"someone@example.org.jsonl": event.RuleIdentifies,
		"11010519491231002X.jsonl":  event.RuleIdentifies,
		"１３８１２３４５６７８.jsonl": event.RuleIdentifies,
	} {
		err := event.CheckText(text)
		var e *event.Error
		if errors.As(err, &e) != (rule != "") || e != nil && (e.Rule != rule || e.Path != "" || e.Offset != -1) {
			t.Errorf("%q: got %v, want rule %q", text, err, rule)
		}
	}
}
