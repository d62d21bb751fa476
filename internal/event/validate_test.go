package event_test

import (
	"errors"
	"reflect"
	"strings"
	"testing"

	"suyuan/internal/event"
)

func ref(t *testing.T, s string) event.Ref {
	t.Helper()
	r, err := event.ParseRef(s)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// built returns a valid event as flags would build it.
func built(t *testing.T) event.Event {
	t.Helper()
	at, err := event.ParseTime("2026-03-01T08:00:00Z")
	if err != nil {
		t.Fatal(err)
	}
	return event.Event{
		Common: event.Common{Type: event.TypeStore, Time: at},
		Body:   &event.Store{Units: []event.Ref{ref(t, "unit:U1")}, Equipment: ref(t, "equipment:T1")},
	}
}

func TestValidateAcceptsAndOrdersABuiltEvent(t *testing.T) {
	t.Parallel()
	e := built(t)
	e.Codes = []event.Codes{{Thing: ref(t, "unit:U2"), Values: []string{"b"}}, {Thing: ref(t, "lot:L"), Values: []string{"a"}}}
	e.Ext = []byte(`{"b:b": 1, "a:a": [ ]}`)
	if err := e.Validate(); err != nil {
		t.Fatal(err)
	}
	const want = `{"codes":{"lot:L":["a"],"unit:U2":["b"]},"equipment":"T1","ext":{"a:a":[],"b:b":1},"time":"2026-03-01T08:00:00Z","type":"store","units":["U1"]}`
	if got := string(e.Bytes()); got != want {
		t.Errorf("Bytes = %s, want %s", got, want)
	}
}

func TestValidateRefusesWhatParseWould(t *testing.T) {
	t.Parallel()
	yes := true
	for name, c := range map[string]struct {
		change     func(e *event.Event, b *event.Store)
		rule, path string
	}{
		"another body":           {func(e *event.Event, _ *event.Store) { e.Type = event.TypeRetrieve }, event.RuleMalformed, "type"},
		"no body":                {func(e *event.Event, _ *event.Store) { e.Body = nil }, event.RuleMalformed, "type"},
		"unknown body":           {func(e *event.Event, _ *event.Store) { e.Type, e.Body = "beam", new(event.Unknown) }, event.RuleMalformed, "type"},
		"no time":                {func(e *event.Event, _ *event.Store) { e.Time = event.Time{} }, event.RuleMalformed, "time"},
		"time before 1970":       {func(e *event.Event, _ *event.Store) { e.Time = e.Time.Add(-1 << 62) }, event.RuleMalformed, "time"},
		"no units":               {func(_ *event.Event, b *event.Store) { b.Units = nil }, event.RuleMalformed, "units"},
		"empty list":             {func(_ *event.Event, b *event.Store) { b.Units = []event.Ref{} }, event.RuleMalformed, "units"},
		"lot for a unit":         {func(_ *event.Event, b *event.Store) { b.Units[0] = ref(t, "lot:U1") }, event.RuleMalformed, "units[0]"},
		"room for a site":        {func(e *event.Event, _ *event.Store) { e.Site = ref(t, "room:R") }, event.RuleMalformed, "site"},
		"text not in NFC":        {func(e *event.Event, _ *event.Store) { e.Note = "e\u0301" }, event.RuleMalformed, "note"},
		"escape character":       {func(e *event.Event, _ *event.Store) { e.Note = "\x1b[2J" }, event.RuleMalformed, "note"},
		"unknown choice":         {func(_ *event.Event, b *event.Store) { b.Phase = "gas" }, event.RuleMalformed, "phase"},
		"ext that is not JSON":   {func(e *event.Event, _ *event.Store) { e.Ext = []byte(`{"a:b":`) }, event.RuleMalformed, "ext"},
		"ext that adds a member": {func(e *event.Event, _ *event.Store) { e.Ext = []byte(`{"a:b":1},"to":"x"`) }, event.RuleMalformed, "to"},
		"mobile number":          {func(e *event.Event, _ *event.Store) { e.Note = mobile }, event.RuleIdentifies, "note"},
		"deviation of nothing":   {func(e *event.Event, _ *event.Store) { e.Deviation = &event.Deviation{Happened: &yes} }, event.RuleMalformed, "deviation.rules"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			e := built(t)
			body, ok := e.Body.(*event.Store)
			if !ok {
				t.Fatalf("body %T", e.Body)
			}
			c.change(&e, body)
			var refused *event.Error
			if err := e.Validate(); !errors.As(err, &refused) || refused.Rule != c.rule || !strings.HasPrefix(refused.Path, c.path) {
				t.Errorf("Validate: %v, want %s at %q", err, c.rule, c.path)
			}
		})
	}
}

func TestValidateRefusesACaseWithoutTheMembersOfItsAction(t *testing.T) {
	t.Parallel()
	for _, action := range event.Actions() {
		e := built(t)
		e.Type, e.Body = event.TypeCase, &event.Case{Case: ref(t, "case:C"), Action: action}
		var refused *event.Error
		if err := e.Validate(); !errors.As(err, &refused) {
			t.Errorf("Validate of %s with nothing: %v, want a refusal", action, err)
		}
	}
}

func TestValidateRefusesWhatTheBytesWouldPassOver(t *testing.T) {
	t.Parallel()
	unit := ref(t, "unit:U1")
	screen := &event.CaseScreen{Patient: ref(t, "patient:P"), Result: "cleared"}
	for name, c := range map[string]struct {
		body event.Body
		path string
	}{
		"bare input with more":         {&event.Manufacture{Step: "x", Units: []event.Ref{unit}, Inputs: []event.Input{{Unit: unit, Bare: true, UOM: "mL"}}}, "inputs[0]"},
		"bare input of another kind":   {&event.Manufacture{Step: "x", Units: []event.Ref{unit}, Inputs: []event.Input{{Unit: ref(t, "lot:L"), Bare: true}}}, "inputs[0]"},
		"patient and none":             {&event.Manufacture{Step: "x", Units: []event.Ref{unit}, Changes: []event.Change{{Unit: unit, NoPatient: true, ForPatient: ref(t, "patient:P")}}}, "changes[0].for_patient"},
		"patient of another kind":      {&event.Manufacture{Step: "x", Units: []event.Ref{unit}, Changes: []event.Change{{Unit: unit, ForPatient: ref(t, "donor:P")}}}, "changes[0].for_patient"},
		"lot out of a collection":      {&event.Collection{Donor: ref(t, "donor:D"), Outputs: []event.Output{{Lot: ref(t, "lot:L")}}}, "outputs[0]"},
		"trigger of two kinds":         {&event.Case{Case: ref(t, "case:C"), Action: event.ActionOpen, Open: &event.CaseOpen{Sources: []event.Ref{unit}, Trigger: event.Trigger{Text: "x", Events: []event.ID{oneID}}}}, "trigger"},
		"members of another action":    {&event.Case{Case: ref(t, "case:C"), Action: event.ActionScreen, Screen: screen, Notice: &event.CaseNotice{To: "x"}}, "action"},
		"things beside another action": {&event.Case{Case: ref(t, "case:C"), Action: event.ActionScreen, Screen: screen, Things: []event.Ref{unit}}, "action"},
	} {
		e := event.Event{Common: built(t).Common, Body: c.body}
		e.Site = ref(t, "site:S")
		for _, typ := range event.Types() {
			if reflect.TypeOf(event.NewBody(typ)) == reflect.TypeOf(c.body) {
				e.Type = typ
			}
		}
		var refused *event.Error
		if err := e.Validate(); !errors.As(err, &refused) || !strings.HasPrefix(refused.Path, c.path) {
			t.Errorf("%s: %v, want a refusal at %q", name, err, c.path)
		}
	}
}

func TestValidateRefusesAnEventThatWasNotReadInFull(t *testing.T) {
	t.Parallel()
	e, err := event.ParseStored([]byte(store(`"robot":"R-1"`)))
	if err != nil {
		t.Fatal(err)
	}
	if err := e.Validate(); err == nil {
		t.Errorf("Validate accepted an event without its members %q", e.Unread)
	}
}
