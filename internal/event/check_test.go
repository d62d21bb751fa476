package event_test

import (
	"errors"
	"strings"
	"testing"

	"suyuan/internal/event"
)

const (
	oneID   = "019ca6b1-dc00-800b-8ca0-c311333c65b5"
	made    = `"site":"S","step":"x"`
	digest  = `"log_sha256":"0000000000000000000000000000000000000000000000000000000000000000"`
	logged  = `"shipment":"X","from":"2026-03-01T07:00:00Z","to":"2026-03-01T08:00:00Z","min":"2","max":"9",` + digest
	earlier = `"2026-03-01T07:59:59.999999999Z"`
)

func TestParseRefusesMembersThatContradictEachOther(t *testing.T) {
	t.Parallel()
	const m, spec = event.RuleMalformed, `"subject":"product:P","specification":`
	checkRefusals(t, []refusal{
		{"end before time", store(`"end":` + earlier), m, "end", "not before 2026-03-01T08:00:00Z"},
		{"replaces itself", store(`"id":"` + oneID + `","replaces":"` + oneID + `"`), m, "replaces", "own id"},
		{"operator with a name", with("register", `"subject":"operator:O","name":"Wang"`), m, "name", "pseudonym"},
		{"operator with a contact", with("register", `"subject":"operator:O","contact":"ward"`), m, "contact", "pseudonym"},
		{"place of a lot", with("register", `"subject":"lot:L","at":"S"`), m, "at", "room or equipment"},
		{"licence that ends before it begins", with("register", `"subject":"site:S","licence":{"from":"2026-01-01T00:00:00Z","to":"2025-01-01T00:00:00Z"}`), m, "licence.to", "not before"},
		{"specification of a lot", with("register", `"subject":"lot:L","specification":[]`), m, "specification", "a product only"},
		{"assay that asks for nothing", with("register", spec+`[{"assay":"a","method":"m"}]`), m, "specification[0]", "at least one of the three"},
		{"limits that nothing can meet", with("register", spec+`[{"assay":"a","low":"10","high":"9.9"}]`), m, "specification[0].high", "not below 10"},
		{"unit of measure of no limit", with("register", spec+`[{"assay":"a","result":"pass","uom":"%"}]`), m, "specification[0].uom", "a limit"},
		{"assay twice", with("register", spec+`[{"assay":"a","low":"1"},{"assay":"a","high":"2","role":"dose"}]`), m, "specification[1].assay", "once for each role"},
		{"assay twice, spelt otherwise", with("register", spec+`[{"assay":"CD3 T","low":"1"},{"assay":"ｃｄ３t","high":"2"}]`), m, "specification[1].assay", "once for each role"},
		{"assay due before release", with("register", spec+`[{"assay":"a","low":"1","due_days":0}]`), m, "specification[0].due_days", "1"},
		{"positive as what is wanted", with("register", spec+`[{"assay":"a","result":"positive"}]`), m, "specification[0].result", "negative"},
		{"receipt of nothing", with("receipt", `"site":"S"`), m, "lot", "neither this nor outputs"},
		{"receipt of both", with("receipt", `"site":"S","lot":"L","outputs":[{"unit":"U"}]`), m, "outputs", "one of the two"},
		{"manufacture of nothing", with("manufacture", made), m, "outputs", "neither this nor units"},
		{"no outputs of a run that did not fail", with("manufacture", made+`,"outputs":[]`), m, "outputs", "the outcome failed"},
		{"no outputs beside units", with("manufacture", made+`,"outputs":[],"units":["U"],"outcome":"completed"`), m, "outputs", "the outcome failed"},
		{"output of two things", with("manufacture", made+`,"outputs":[{"unit":"U","lot":"L"}]`), m, "outputs[0].lot", "one of the two"},
		{"output of no thing", with("manufacture", made+`,"outputs":[{"unit":"U"},{"role":"dose"}]`), m, "outputs[1].unit", "one of the two"},
		{"output twice", with("manufacture", made+`,"outputs":[{"unit":"U"},{"lot":"U"},{"unit":"U"}]`), m, "outputs[2].unit", "different outputs"},
		{"prepared lot twice", with("manufacture", made+`,"outputs":[{"lot":"L"},{"lot":"L"}]`), m, "outputs[1].lot", "different outputs"},
		{"input twice", with("manufacture", made+`,"outputs":[{"unit":"U"}],"inputs":["A",{"unit":"A","rest":true}]`), m, "inputs[1].unit", "different units"},
		{"change of another unit", with("manufacture", made+`,"units":["A"],"changes":[{"unit":"B"}]`), m, "changes[0].unit", "one of this event's units"},
		{"change twice", with("manufacture", made+`,"units":["A"],"changes":[{"unit":"A"},{"unit":"A"}]`), m, "changes[1].unit", "different units"},
		{"change of the role", with("manufacture", made+`,"units":["A"],"changes":[{"unit":"A","role":"dose"}]`), m, "changes[0].role", "does not have"},
		{"change of the quantity", with("manufacture", made+`,"units":["A"],"changes":[{"unit":"A","quantity":"1"}]`), m, "changes[0].quantity", "does not have"},
		{"change of the unit of measure", with("manufacture", made+`,"units":["A"],"changes":[{"unit":"A","uom":"mL"}]`), m, "changes[0].uom", "does not have"},
		{"use that ends before it begins", with("manufacture", made+`,"units":["A"],"equipment":[{"equipment":"E"},{"equipment":"E","from":`+moment+`,"to":`+earlier+`}]`), m, "equipment[1].to", "not before"},
		{"use in a collection", with("collection", `"site":"S","donor":"D","outputs":[{"unit":"U"}],"equipment":[{"equipment":"E","from":`+moment+`,"to":`+earlier+`}]`), m, "equipment[0].to", "not before"},
		{"release of nothing", with("release", `"decision":"released","signed_by":["O"]`), m, "units", "neither this nor batch"},
		{"release of both", with("release", `"decision":"released","signed_by":["O"],"units":["U"],"batch":"B"`), m, "batch", "one of the two"},
		{"release by nobody", with("release", `"decision":"released","signed_by":[],"units":["U"]`), m, "signed_by", "an empty list"},
		{"shipment of nothing", with("shipment", `"shipment":"X","site":"S","to":"T"`), m, "units", "neither this nor lots"},
		{"disposal of nothing", with("disposal", `"method":"lost"`), m, "units", "neither this nor lots"},
		{"accepted and rejected", with("arrival", `"shipment":"X","site":"S","accepted":["A","B"],"rejected":["C","B"]`), m, "rejected[1]", "also accepted"},
		{"residue is the unit", with("infusion", `"site":"S","unit":"U","patient":"P","checks":["name","number"],"residue":"U"`), m, "residue", "a new unit"},
		{"part without of", with("inventory", `"site":"S","units":[],"part":1`), m, "part", "both, or neither"},
		{"of without part", with("inventory", `"site":"S","units":[],"of":1`), m, "part", "both, or neither"},
		{"part beyond of", with("inventory", `"site":"S","units":[],"part":3,"of":2`), m, "part", "at most 2"},
		{"cleaning of nothing", with("cleaning", `"verified":true`), m, "equipment", "neither this nor room"},
		{"cleaning of both", with("cleaning", `"verified":true,"equipment":"E","room":"R"`), m, "room", "one of the two"},
		{"environment of nothing", with("environment", `"class":"microbial","result":"alert"`), m, "equipment", "neither this nor room"},
		{"environment of both", with("environment", `"class":"microbial","result":"alert","equipment":"E","room":"R"`), m, "room", "one of the two"},
		{"temperature of nothing", with("temperature", `"from":"2026-03-01T07:00:00Z","to":"2026-03-01T08:00:00Z","min":"2","max":"8",`+digest), m, "shipment", "neither this nor equipment"},
		{"temperature of both", with("temperature", `"shipment":"X","equipment":"E","from":"2026-03-01T07:00:00Z","to":"2026-03-01T08:00:00Z","min":"2","max":"8",`+digest), m, "equipment", "one of the two"},
		{"readings that end before they begin", with("temperature", `"shipment":"X","from":"2026-03-01T08:00:00Z","to":"2026-03-01T07:00:00Z","min":"2","max":"8",`+digest), m, "to", "not before"},
		{"readings after it was known", with("temperature", `"shipment":"X","from":"2026-03-01T07:00:00Z","to":"2026-03-01T08:00:01Z","min":"2","max":"8",`+digest), m, "time", "not before the last reading"},
		{"a minimum above the maximum", with("temperature", `"shipment":"X","from":"2026-03-01T07:00:00Z","to":"2026-03-01T08:00:00Z","min":"8.1","max":"8",`+digest), m, "max", "at least 8.1"},
		{"limits that nothing is within", with("temperature", `"shipment":"X","from":"2026-03-01T07:00:00Z","to":"2026-03-01T08:00:00Z","min":"2","max":"8","low":"9","high":"8",`+digest), m, "high", "at least 9"},
		{"an excursion that ends before it begins", with("temperature", logged+`,"excursions":[{"from":"2026-03-01T07:10:00Z","to":"2026-03-01T07:00:00Z"}]`), m, "excursions[0].to", "not before"},
		{"excursions out of order", with("temperature", logged+`,"excursions":[{"from":"2026-03-01T07:10:00Z","to":"2026-03-01T07:20:00Z"},{"from":"2026-03-01T07:00:00Z","to":"2026-03-01T07:05:00Z"}]`), m, "excursions[1].from", "not before the spell before it"},
		{"an excursion colder than itself", with("temperature", logged+`,"excursions":[{"from":"2026-03-01T07:10:00Z","to":"2026-03-01T07:20:00Z","min":"9","max":"8.5"}]`), m, "excursions[0].max", "at least 9"},
		{"fewer gaps than are listed", with("temperature", logged+`,"gaps":[{"from":"2026-03-01T07:10:00Z","to":"2026-03-01T07:20:00Z"},{"from":"2026-03-01T07:30:00Z","to":"2026-03-01T07:40:00Z"}],"gap_count":1`), m, "gap_count", "no more than that"},
		{"a count of what is not listed", with("temperature", logged+`,"excursion_count":3`), m, "excursion_count", "a list that joins them"},
		{"an excursion that was not judged", with("temperature", logged+`,"excursions":[{"from":"2026-03-01T07:10:00Z","to":"2026-03-01T08:00:01Z"}]`), m, "excursions[0]", "2026-03-01T07:00:00Z to 2026-03-01T08:00:00Z"},
		{"a doubt of no kind", with("temperature", logged+`,"doubts":["cold"]`), m, "doubts[0]", "not_covered"},
		{"no doubts", with("temperature", logged+`,"doubts":[]`), m, "doubts", "at least one"},
		{"more spells than a list has", with("temperature", logged+`,"excursions":[`+strings.TrimSuffix(strings.Repeat(`{"from":"2026-03-01T07:10:00Z","to":"2026-03-01T07:20:00Z"},`, 101), ",")+`]`), m, "excursions", "at most 100"},
		{"contact of one thing", with("contact", `"reason":"r","things":["unit:U"]`), m, "things", "two or more"},
		{"contact of a thing with itself", with("contact", `"reason":"r","things":["unit:U","unit:U"]`), m, "things[1]", "different"},
		{"same of one thing", with("same", `"reason":"r","signed_by":["O"],"things":["unit:U"]`), m, "things", "two or more"},
		{"same of two kinds", with("same", `"reason":"r","signed_by":["O"],"things":["unit:U","lot:U"]`), m, "things[1]", "a lot beside a unit"},
		{"same of a donor and two patients", with("same", `"reason":"r","signed_by":["O"],"things":["donor:D","patient:P","patient:Q"]`), m, "things[1]", "one donor and one patient"},
		{"correction of itself", with("correction", `"id":"`+oneID+`","corrects":"`+oneID+`","reason":"did_not_occur"`), m, "corrects", "own id"},
		{"signature of itself", with("signature", `"id":"`+oneID+`","signs":"`+oneID+`","meaning":"m"`), m, "signs", "own id"},
		{"drill by another name", with("case", `"case":"C","action":"open","sources":["unit:U"],"drill":true`), m, "case", "DRILL-"},
		{"window that ends before it begins", with("case", `"case":"C","action":"open","sources":["unit:U"],"from":`+moment+`,"to":`+earlier), m, "to", "not before"},
		{"lift of nothing", with("case", `"case":"C","action":"lift","reason":"r"`), m, "holds", "this member"},
		{"lift of all holds of a thing", with("case", `"case":"C","action":"lift","reason":"r","things":["unit:U"]`), m, "holds", "this member"},
		{"lift of no hold", with("case", `"case":"C","action":"lift","reason":"r","things":["unit:U"],"holds":[]`), m, "holds", "an empty list"},
	})
}

const moment = `"2026-03-01T08:00:00Z"`

func TestParseWantsTheSiteWhereTheContractDoes(t *testing.T) {
	t.Parallel()
	for name, b := range golden(t) {
		e, err := event.ParseStored(b)
		if err != nil {
			t.Fatal(err)
		}
		e.Site = event.Ref{}
		_, err = event.Parse(e.Bytes())
		typ, rest, _ := strings.Cut(name, "-")
		want := strings.Contains(" collection receipt manufacture shipment arrival infusion inventory ", " "+typ+" ") ||
			typ == "case" && (strings.HasPrefix(rest, "notice") || strings.HasPrefix(rest, "acknowledge"))
		var refused *event.Error
		if got := errors.As(err, &refused) && refused.Path == "site"; got != want {
			t.Errorf("%s without its site: %v, want a refusal: %v", name, err, want)
		}
	}
}

func TestParseAcceptsWhatIsAtTheLimit(t *testing.T) {
	t.Parallel()
	full := store(`"ext":{"a:b":"` + "x" + `"}`)
	fill := event.MaxEvent - len(full) - len(`"id":"",`) - 36
	for name, in := range map[string]string{
		"text of 2000 characters":          store(`"note":"` + strings.Repeat("🧫", 2000) + `"`),
		"id of 200 bytes":                  store(`"site":"` + strings.Repeat("x", 200) + `"`),
		"greatest integers":                store(`"ext":{"a:b":[9007199254740991,-9007199254740991,0]},"n":9007199254740991`),
		"16 levels":                        store(`"ext":{"a:b":` + strings.Repeat("[", 14) + strings.Repeat("]", 14) + `}`),
		"greatest size":                    strings.Replace(full, `"x"`, `"`+strings.Repeat("x", fill+1)+`"`, 1),
		"greatest size with its id":        strings.Replace(full, `"x"`, `"`+strings.Repeat("x", fill+1)+`"`, 1)[:len(full)+fill-1] + `,"id":"` + oneID + `"}`,
		"greatest size by escapes":         strings.Replace(full, `"x"`, `"`+strings.Repeat(`\u0078`, fill+1)+`"`, 1),
		"white space up to the limit":      store("") + strings.Repeat(" ", event.MaxInput-len(store(""))),
		"end at time":                      store(`"end":` + moment),
		"end at time by another offset":    store(`"end":"2026-03-01T16:00:00+08:00"`),
		"same of two patients":             with("same", `"reason":"r","signed_by":["O"],"things":["patient:P","patient:Q"]`),
		"same of a patient and its donor":  with("same", `"reason":"r","signed_by":["O"],"things":["patient:P","donor:D"]`),
		"room as the subject of a test":    with("test", `"subject":"room:R","sampled":`+moment+`,"result":"pass"`),
		"units and outputs of one step":    with("manufacture", made+`,"units":["A"],"outputs":[{"unit":"S","role":"sample"}]`),
		"a failed run on units":            with("manufacture", made+`,"units":["A"],"outputs":[],"outcome":"failed"`),
		"a unit and a lot of one name":     with("manufacture", made+`,"outputs":[{"unit":"X"},{"lot":"X"}]`),
		"a change of everything it can":    with("manufacture", made+`,"units":["A"],"changes":[{"unit":"A","expires":`+moment+`,"product":"x","for_patient":"P","codes":["c"],"codes_void":["d"]}]`),
		"an id with the name of a kind":    with("store", `"units":["unit","unit/1","unit-1","units:1","lot:7","DIN:unit:1","Unit:1"],"equipment":"T1"`),
		"a shipment within one site":       with("shipment", `"shipment":"X","site":"S","to":"S","lots":["L"]`),
		"lift of a hold for one thing":     with("case", `"case":"C","action":"lift","reason":"r","holds":["`+oneID+`"],"things":["unit:U"]`),
		"a case that only sounds a drill":  with("case", `"case":"DRILL-1","action":"open","sources":["unit:U"]`),
		"line breaks and tabs in a note":   store(`"note":"a\n\tb"`),
		"a zero-width space in a note":     store(`"note":"a\u200bb\u202e"`),
		"non-characters escaped in a note": store(`"note":"\uffff\u2028"`),
	} {
		if _, err := event.Parse([]byte(in)); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestParseRefusesOneByteMoreThanTheLimit(t *testing.T) {
	t.Parallel()
	full := store(`"ext":{"a:b":"x"}`)
	fill := event.MaxEvent - len(full) - len(`"id":"",`) - 36
	more := strings.Replace(full, `"x"`, `"`+strings.Repeat("x", fill+2)+`"`, 1)
	var refused *event.Error
	if _, err := event.Parse([]byte(more)); !errors.As(err, &refused) || refused.Rule != event.RuleTooLarge {
		t.Errorf("Parse of %d bytes: %v, want too-large", len(more), err)
	}
}

func TestParseStoresOneSpellingOfATime(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"2026-03-01T08:00:00+00:00":        "2026-03-01T08:00:00Z",
		"2026-03-01T08:00:00.500+08:00":    "2026-03-01T08:00:00.5+08:00",
		"2026-03-01T08:00:00.000000000Z":   "2026-03-01T08:00:00Z",
		"2026-03-01T08:00:00.000000010Z":   "2026-03-01T08:00:00.00000001Z",
		"2026-03-01T08:00:00.100+00:00":    "2026-03-01T08:00:00.1Z",
		"2026-03-01T08:00:00-03:30":        "2026-03-01T08:00:00-03:30",
		"2026-03-01T08:00:00.5000000+0000": "",
	} {
		e, err := event.Parse([]byte(`{"type":"store","time":"` + in + `","units":["U1"],"equipment":"T1"}`))
		if got := e.Time.String(); got != want || (err == nil) != (want != "") {
			t.Errorf("time %q is stored as %q (%v), want %q", in, got, err, want)
		}
	}
}

func TestParseKeepsEverythingElseAsItWasWritten(t *testing.T) {
	t.Parallel()
	for _, want := range []string{
		`{"inputs":["U1",{"unit":"U2"},{"rest":false,"unit":"U3"}],"outputs":[{"role":"intermediate","unit":"X"}],"site":"S","step":"x","time":"2026-03-01T08:00:00Z","type":"manufacture"}`,
		`{"checks":["number","name"],"complete":true,"patient":"P","site":"S","time":"2026-03-01T08:00:00Z","type":"infusion","unit":"U"}`,
		`{"accepted":[],"shipment":"X","site":"S","time":"2026-03-01T08:00:00Z","type":"arrival"}`,
		`{"changes":[{"for_patient":"","unit":"U"}],"site":"S","step":"x","time":"2026-03-01T08:00:00Z","type":"manufacture","units":["U"]}`,
		`{"patient":"P","time":"2026-03-01T08:00:00Z","type":"followup","value":"-0.00"}`,
	} {
		e, err := event.Parse([]byte(want))
		if err != nil {
			t.Errorf("%s: %v", want, err)
		} else if got := string(e.Bytes()); got != want {
			t.Errorf("read and written: %s, want %s", got, want)
		}
	}
}
