package event_test

import (
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
