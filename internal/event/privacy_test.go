package event_test

import (
	"errors"
	"strings"
	"testing"

	"suyuan/internal/event"
)

const (
	mobile   = "13812345678"
	resident = "11010519491231002X"
	social   = "123-45-6789"
	mail     = "wang@hospital.example.org"
)

func TestParseRefusesDirectIdentifiers(t *testing.T) {
	t.Parallel()
	const p = event.RuleIdentifies
	checkRefusals(t, []refusal{
		{"mobile number in a note", store(`"note":"call ` + mobile + `"`), p, "note", "a mobile number"},
		{"resident number in a note", store(`"note":"` + resident + `"`), p, "note", "a resident identity number"},
		{"social security number in a note", store(`"note":"` + social + `"`), p, "note", "a social security number"},
		{"mail address in a note", store(`"note":"` + mail + `"`), p, "note", "an e-mail address"},
		{"escaped", store(`"note":"138\u0031234\u200b5678"`), p, "note", "a mobile number"},
		{"full width", store(`"note":"１３８１２３４５６７８"`), p, "note", "a mobile number"},
		{"operator", store(`"operators":["O","` + mobile + `"]`), p, "operators[1]", "a mobile number"},
		{"donor", with("eligibility", `"donor":"`+resident+`","result":"eligible"`), p, "donor", "a resident"},
		{"patient", with("followup", `"patient":"H1/`+social+`"`), p, "patient", "a social"},
		{"witness", with("disposal", `"units":["U"],"method":"lost","witness":"`+mail+`"`), p, "witness", "an e-mail"},
		{"patient among things", with("contact", `"reason":"r","things":["unit:U","patient:`+mobile+`"]`), p, "things[1]", "a mobile"},
		{"donor as a subject", with("test", `"subject":"donor:`+mobile+`","sampled":`+moment+`,"result":"pass"`), p, "subject", "a mobile"},
		{"operator as a subject", with("register", `"subject":"operator:`+mobile+`"`), p, "subject", "a mobile"},
		{"patient that a unit is for", with("collection", `"site":"S","donor":"D","outputs":[{"unit":"U"},{"unit":"V","for_patient":"`+mobile+`"}]`), p, "outputs[1].for_patient", "a mobile"},
		{"patient in a change", with("manufacture", `"site":"S","step":"x","units":["U"],"changes":[{"unit":"U","for_patient":"`+mobile+`"}]`), p, "changes[0].for_patient", "a mobile"},
		{"approver", store(`"deviation":{"rules":["expired"],"reason":"r","approved_by":["` + mobile + `"]}`), p, "deviation.approved_by[0]", "a mobile"},
		{"reason", store(`"deviation":{"rules":["expired"],"reason":"` + mail + `"}`), p, "deviation.reason", "an e-mail"},
		{"code of a patient", store(`"codes":{"patient:P":["x","` + mobile + `"]}`), p, `codes["patient:P"][1]`, "a mobile"},
		{"patient among codes", store(`"codes":{"patient:` + mobile + `":["x"]}`), p, "codes", "a mobile"},
		{"value", with("manufacture", `"site":"S","step":"x","units":["U"],"values":{"phone":"`+mobile+`"}`), p, "values.phone", "a mobile"},
		{"name of a value", with("manufacture", `"site":"S","step":"x","units":["U"],"values":{"`+mobile+`":"1"}`), p, "values", "a mobile"},
		{"pending assay", with("release", `"units":["U"],"decision":"conditional","signed_by":["O"],"pending":["`+mail+`"]`), p, "pending[0]", "an e-mail"},
		{"ext", store(`"ext":{"a:b":[{"c":"` + mobile + `"}]}`), p, "ext", "a mobile"},
		{"name in ext", store(`"ext":{"a:b":{"` + mobile + `":1}}`), p, "ext", "a mobile"},
		{"trigger", with("case", `"case":"C","action":"open","sources":["unit:U"],"trigger":"`+mail+`"`), p, "trigger", "an e-mail"},
		{"query", with("case", `"case":"C","action":"scope","size":1,"root":"`+strings.Repeat("0", 64)+`","sha256":"`+strings.Repeat("0", 64)+`","counts":{"a":1},"query":{"sources":["patient:`+mobile+`"]}`), p, "query", "a mobile"},
		{"name of a room", with("register", `"subject":"room:R","name":"`+mail+`"`), p, "name", "an e-mail"},
		{"licence of a site", with("register", `"subject":"site:S","licence":{"number":"`+mobile+`"}`), p, "licence.number", "a mobile"},
		{"port", with("arrival", `"site":"S","shipment":"X","customs":{"port":"`+mobile+`"}`), p, "customs.port", "a mobile"},
		{"step", with("manufacture", `"site":"S","step":"`+mobile+`","units":["U"]`), p, "step", "a mobile"},
		{"after a malformed member", store(`"note":"` + mobile + `","n":0`), event.RuleMalformed, "n", "from 1 on"},
	})
}

func TestParseDoesNotScanWhatNamesNoPerson(t *testing.T) {
	t.Parallel()
	for name, in := range map[string]string{
		"unit":                     with("store", `"units":["`+mobile+`"],"equipment":"T1"`),
		"bare input":               with("manufacture", `"site":"S","step":"x","inputs":["`+mobile+`"],"outputs":[{"unit":"U"}]`),
		"shipment":                 with("handover", `"shipment":"`+mobile+`"`),
		"unit among things":        with("contact", `"reason":"r","things":["unit:U","unit:`+mobile+`"]`),
		"code of a unit":           store(`"codes":{"unit:U1":["` + mobile + `"]}`),
		"code of an output":        with("collection", `"site":"S","donor":"D","outputs":[{"unit":"U","codes":["`+mobile+`"]}]`),
		"aliquot":                  with("collection", `"site":"S","donor":"D","outputs":[{"unit":"U"}],"materials":[{"lot":"L","aliquot":"`+mobile+`"}]`),
		"quantity":                 with("collection", `"site":"S","donor":"D","outputs":[{"unit":"U","quantity":"15000000000"}]`),
		"contact of a site":        with("register", `"subject":"site:S","name":"`+mobile+`","contact":"`+mail+` `+mobile+`"`),
		"unit in a query":          with("case", `"case":"C","action":"scope","size":1,"root":"`+strings.Repeat("0", 64)+`","sha256":"`+strings.Repeat("0", 64)+`","counts":{"a":1},"query":{"sources":["unit:`+mobile+`"]}`),
		"integer in ext":           store(`"ext":{"a:cells":13812345678}`),
		"text beside":              store(`"note":"DIN G1234 17 654321, 0190f3c0-7e1a-7cc2-98a1-a13812345678"`),
		"digest of a scope's root": with("case", `"case":"C","action":"scope","size":1,"root":"`+mobile+strings.Repeat("a", 53)+`","sha256":"`+strings.Repeat("0", 64)+`","counts":{"a":1},"query":{"a":1}`),
	} {
		if _, err := event.Parse([]byte(in)); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestNoMessageRepeatsASuspectedIdentifier(t *testing.T) {
	t.Parallel()
	for _, in := range []string{
		mobile, `"` + mobile + `"`, `{"` + mobile + `":1}`, `{"a` + mobile + `":1}`, `{"type":"` + mobile + `"}`, `{"type":"store","time":"` + mobile + `"}`,
		store(`"note":` + mobile), store(`"note":` + mobile + `.5`), store(`"` + mobile + `":1`), store(`"n":"` + mobile + `"`), store(`"site":"` + mobile + ` x"`),
		store(`"codes":{"` + mobile + `":["x"]}`), store(`"ext":{"` + mobile + `":1}`), store(`"codes":{"patient:` + mobile + `":[1]}`), store(`"codes":{"patient:` + mobile + `":["x","x"]}`),
		store(`"ext":{"a:b":{"` + mobile + `":null}}`), store(`"note":"` + mobile + "e\u0301" + `"`), store(`"replaces":"` + mail + `"`), store(`"deviation":"` + resident + `"`),
		with("eligibility", `"donor":"D","result":"`+social+`"`), with("register", `"subject":"`+mobile+`"`), with("followup", `"patient":"P","value":"`+mobile+`."`),
		with("manufacture", `"site":"S","step":"x","units":["A"],"changes":[{"unit":"`+mobile+`"}]`), with("case", `"case":"`+mobile+`","action":"open","sources":["unit:U"],"drill":true`),
		with("manufacture", `"site":"S","step":"x","units":["A"],"values":{"`+mobile+`":1}`),
	} {
		_, err := event.Parse([]byte(in))
		if err == nil {
			t.Errorf("Parse(%s): want a refusal", in)
			continue
		}
		for _, secret := range []string{mobile, resident, social, mail} {
			if strings.Contains(err.Error(), secret) {
				t.Errorf("the refusal of %s repeats it: %v", in, err)
			}
		}
	}
	for name, err := range map[string]error{"ParseRef": second(event.ParseRef("dish:" + mobile)), "ParseTime": second(event.ParseTime(mobile)), "ParseID": second(event.ParseID(mobile)), "ParseDecimal": second(event.ParseDecimal(mobile + ".")), "CheckID": event.CheckID(mobile + " ")} {
		if err == nil || strings.Contains(err.Error(), mobile) {
			t.Errorf("%s: %v, want an error that does not repeat the number", name, err)
		}
	}
}

func second[T any](_ T, err error) error { return err }

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

func TestDescribeNamesTheMembersOfAType(t *testing.T) {
	t.Parallel()
	members := map[string]event.Member{}
	for _, m := range event.Describe(event.TypeManufacture) {
		members[m.Name] = m
	}
	inputs, outputs := members["inputs"], members["outputs"]
	switch {
	case inputs.Kind != event.MemberObjects || !inputs.Bare || inputs.Must || inputs.Members[0].Name != "unit" || !inputs.Members[0].Must:
		t.Errorf("inputs: %+v", inputs)
	case !outputs.MayBeEmpty || outputs.Must || len(outputs.Members) != 9:
		t.Errorf("outputs: %+v", outputs)
	case !members["site"].Must || members["room"].Must || members["site"].ThingKind != event.KindSite:
		t.Errorf("site: %+v, room: %+v", members["site"], members["room"])
	case event.Describe(event.TypeManufacture)[0].Name != "step":
		t.Errorf("first member %q, want the type's own first", event.Describe(event.TypeManufacture)[0].Name)
	}
	if own := event.DescribeCase(event.ActionScreen); own[2].Name != "patient" || own[3].Kind != event.MemberChoice || len(own[3].Choices) != 6 {
		t.Errorf("screen: %+v", own[:4])
	}
}

func BenchmarkParse(b *testing.B) {
	benchmarkEvent(b, func(in []byte) (int, error) {
		e, err := event.Parse(in)
		return len(e.Unread), err
	})
}

func BenchmarkParseStored(b *testing.B) {
	benchmarkEvent(b, func(in []byte) (int, error) {
		e, err := event.ParseStored(in)
		return len(e.Unread), err
	})
}

func BenchmarkReader(b *testing.B) {
	var r event.Reader
	benchmarkEvent(b, func(in []byte) (int, error) {
		e, err := r.ParseStored(in)
		return len(e.Unread), err
	})
}

func BenchmarkAppend(b *testing.B) {
	e, err := event.Parse([]byte(typical))
	if err != nil {
		b.Fatal(err)
	}
	buf := make([]byte, 0, 1024)
	b.SetBytes(int64(len(typical)))
	b.ReportAllocs()
	for b.Loop() {
		buf = e.Append(buf[:0])
	}
}

// typical is an event of the size that most have.
const typical = `{"equipment":[{"equipment":"F-1/CENT-2","from":"2026-03-01T08:05:00+08:00","to":"2026-03-01T08:20:00+08:00"}],"id":"019ca6b1-dc00-800b-8ca0-c311333c65b5","inputs":["MSC-P2-001"],"materials":[{"aliquot":"A1","lot":"ALB-1"}],"operators":["F-1/OP-7"],"outputs":[{"role":"dose","unit":"MSC-D-001"}],"room":"F-1/ROOM-2","site":"F-1","step":"fill","time":"2026-03-01T08:00:00+08:00","type":"manufacture"}`

func benchmarkEvent(b *testing.B, parse func([]byte) (int, error)) {
	b.Helper()
	in := []byte(typical)
	b.SetBytes(int64(len(in)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := parse(in); err != nil {
			b.Fatal(err)
		}
	}
}
