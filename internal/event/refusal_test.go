package event_test

import (
	"errors"
	"strings"
	"testing"

	"suyuan/internal/event"
)

const at = `"time":"2026-03-01T08:00:00Z"`

// with returns an event of this type with these members beside the time.
func with(typ, members string) string {
	return `{"type":"` + typ + `",` + at + `,` + members + `}`
}

// store returns a valid event with further members.
func store(members string) string {
	if members != "" {
		members = "," + members
	}
	return with("store", `"units":["U1"],"equipment":"T1"`+members)
}

type refusal struct {
	name, in   string
	rule, path string
	said       string // part of the message
}

func checkRefusals(t *testing.T, cases []refusal) {
	t.Helper()
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			_, err := event.Parse([]byte(c.in))
			var refused *event.Error
			if !errors.As(err, &refused) {
				t.Fatalf("Parse(%.300s) = %v, want a refusal", c.in, err)
			}
			if refused.Rule != c.rule || refused.Path != c.path {
				t.Errorf("refused by %s at %q, want %s at %q: %v", refused.Rule, refused.Path, c.rule, c.path, err)
			}
			if !strings.Contains(err.Error(), c.said) {
				t.Errorf("message %q, want one that says %q", err, c.said)
			}
		})
	}
}

func TestParseRefusesWhatIsNotOneStrictObject(t *testing.T) {
	t.Parallel()
	const m = event.RuleMalformed
	checkRefusals(t, []refusal{
		{"nothing", "", m, "", "found the end"},
		{"white space", " \n", m, "", "found the end"},
		{"byte order mark", "\ufeff" + store(""), m, "", "byte order mark"},
		{"list", "[]", m, "", "found a list, want an object"},
		{"text", `"x"`, m, "", "want an object"},
		{"number", "1", m, "", "the number 1"},
		{"two events", store("") + store(""), m, "", "more after the event's end"},
		{"trailing comma", store("") + ",", m, "", "more after"},
		{"trailing NUL", store("") + "\x00", m, "", "more after"},
		{"cut", store("")[:60], m, "", "found the end"},
		{"comma before the brace", `{"type":"store",}`, m, "", "want a member's name"},
		{"no colon", `{"type" "store"}`, m, "", `want ":"`},
		{"no comma", `{"type":"store" "n":1}`, m, "", `want "," or "}"`},
		{"no comma in a list", `{"units":["a" "b"]}`, m, "units", `want "," or "]"`},
		{"single quotes", `{'type':'store'}`, m, "", "want a member's name"},
		{"comment", `{/**/}`, m, "", "want a member's name"},
		{"null", store(`"note":null`), m, "note", "found null"},
		{"null in a list", store(`"operators":["a",null]`), m, "operators[1]", "found null"},
		{"null in ext", store(`"ext":{"a:b":[{"x":null}]}`), m, `ext["a:b"][0].x`, "found null"},
		{"word", store(`"note":True`), m, "note", "'T'"},
		{"NaN", store(`"n":NaN`), m, "n", "'N'"},
		{"long word", store(`"note":trueish`), m, "", "'i'"},
		{"type twice", `{"type":"store","type":"store"}`, m, "type", "the member twice"},
		{"member twice by an escape", store(`"note":"a","no\u0074e":"b"`), m, "note", "twice"},
		{"member twice deep down", store(`"ext":{"a:b":{"c":[{"d":1,"d":1}]}}`), m, `ext["a:b"].c[0].d`, "twice"},
		{"member twice among many", store(`"ext":{"a:b":{` + manyMembers(30) + `,"x:7":1}}`), m, `ext["a:b"]["x:7"]`, "twice"},
		{"empty object", "{}", m, "type", "found nothing, want this member"},
	})
}

// manyMembers returns n members named x:0, x:1 and so on.
func manyMembers(n int) string {
	var b strings.Builder
	for i := range n {
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteString(`"x:` + itoa(i) + `":1`)
	}
	return b.String()
}

func itoa(i int) string {
	if i < 10 {
		return string(rune('0' + i))
	}
	return itoa(i/10) + string(rune('0'+i%10))
}

func TestParseRefusesNumbersAndTextsThatHaveTwoReadings(t *testing.T) {
	t.Parallel()
	const m = event.RuleMalformed
	var cases []refusal
	for _, n := range []string{"1.0", "1e3", "1E0", "-0", "01", "-", "-01", "+1", "9007199254740992", "-9007199254740992", "9007199254740993", "99999999999999999999999", "1.", ".5", "--1"} {
		cases = append(cases, refusal{"number " + n, store(`"ext":{"a:b":` + n + `}`), m, `ext["a:b"]`, "found"})
	}
	for name, s := range map[string]string{
		"bad UTF-8": "\xff", "overlong UTF-8": "\xc0\xaf", "surrogate in UTF-8": "\xed\xa0\x80", "cut UTF-8": "\xe4\xb8",
		"high surrogate": `\ud83e`, "low surrogate": `\udded`, "surrogates in the wrong order": `\udded\ud83e`, "high surrogate and text": `\ud83ex`, "two high": `\ud83e\ud83e`,
		"unknown escape": `\x41`, "short escape": `\u12`, "signed escape": `\u+123`, "escape of nothing": `\`,
		"newline as such": "a\nb", "tab as such": "a\tb", "NUL as such": "\x00",
		"NUL": `\u0000`, "escape character": `\u001b[31m`, "carriage return": `\r`, "delete": "\x7f", "next line": "\u0085",
		"not NFC": "e\u0301", "not NFC by escapes": `e\u0301`, "angstrom sign": "\u212b",
	} {
		cases = append(cases, refusal{"text with " + name, store(`"note":"` + s + `"`), m, "note", "found"})
	}
	cases = append(
		cases,
		refusal{"name not in NFC", store("\"e\u0301\":1"), m, "", "NFC"},
		refusal{"text without an end", strings.TrimSuffix(store(`"note":"abc`), "}"), m, "note", "the end"},
		refusal{"text of 2001 characters", store(`"note":"` + strings.Repeat("é", 2001) + `"`), m, "note", "at most 2000 characters"},
		refusal{"empty text", store(`"note":""`), m, "note", "some text"},
	)
	checkRefusals(t, cases)
}

func TestParseRefusesWhatIsTooLarge(t *testing.T) {
	t.Parallel()
	const l = event.RuleTooLarge
	deep := func(n int) string { return strings.Repeat("[", n) + strings.Repeat("]", n) }
	checkRefusals(t, []refusal{
		{"too many bytes", strings.Repeat(" ", event.MaxInput) + store(""), l, "", "1048576"},
		{"too deep", store(`"ext":{"a:b":` + deep(15) + `}`), l, `ext["a:b"]` + strings.Repeat("[0]", 14), "more than 16 levels"},
		{"far too deep", strings.Repeat("[", 500000), l, strings.Repeat("[0]", 16), "more than 16 levels"},
		{"too long", store(`"ext":{"a:b":"` + strings.Repeat("x", event.MaxEvent) + `"}`), l, "", "bytes with its id"},
		{"far too long", store(`"ext":{"a:b":"` + strings.Repeat("x", 3*event.MaxEvent) + `"}`), l, `ext["a:b"]`, "more than"},
		{"100,000 members", store(`"ext":{` + manyMembers(100000) + `}`), l, "", "at most 1048576"},
		{"80,000 members", store(`"ext":{` + manyMembers(80000) + `}`), l, "ext", "more than 98304"},
		{"many units", with("inventory", `"site":"S","units":["`+manyUnits(8000)+`"]`), l, "", "bytes with its id"},
	})
}

func manyUnits(n int) string {
	units := make([]string, n)
	for i := range units {
		units[i] = "U" + itoa(i)
	}
	return strings.Join(units, `","`)
}

func TestParseRefusesMembersThatTheTypeDoesNotHave(t *testing.T) {
	t.Parallel()
	const m = event.RuleMalformed
	checkRefusals(t, []refusal{
		{"unknown type", with("stroe", `"units":["U1"]`), m, "type", `"store" is near`},
		{"empty type", with("", `"units":["U1"]`), m, "type", "one of register, eligibility"},
		{"type of another kind", `{"type":1}`, m, "type", "a type of event"},
		{"upper case", with("Store", `"units":["U1"]`), m, "type", `"store" is near`},
		{"unknown member", store(`"posision":"A"`), m, "posision", `"position" is near`},
		{"letters of a member exchanged", store(`"positoin":"A"`), m, "positoin", `"position" is near`},
		{"short member by a letter", store(`"rom":"R"`), m, "rom", `"room" is near`},
		{"member of another type", store(`"patient":"P"`), m, "patient", "does not have"},
		{"member in another case", store(`"Note":"x"`), m, `["Note"]`, `"note" is near`},
		{"misspelt must", with("store", `"unit":["U1"],"equipment":"T1"`), m, "unit", `"units" is near`},
		{"missing must", with("store", `"equipment":"T1"`), m, "units", "found nothing"},
		{"missing time", `{"type":"store","units":["U1"],"equipment":"T1"}`, m, "time", "found nothing"},
		{"unknown member of an output", with("collection", `"site":"S","donor":"D","outputs":[{"unit":"U"},{"unit":"V","expire":"x"}]`), m, "outputs[1].expire", `"expires" is near`},
		{"lot as output of a collection", with("collection", `"site":"S","donor":"D","outputs":[{"lot":"L"}]`), m, "outputs[0].lot", "does not have"},
		{"unknown member of customs", with("arrival", `"site":"S","shipment":"X","customs":{"harbour":"HAK"}`), m, "customs.harbour", "does not have"},
		{"member of another action", with("case", `"case":"C","action":"close","conclusion":"x","signed_by":["O"],"things":["unit:U"]`), m, "things", "does not have"},
		{"unknown action", with("case", `"case":"C","action":"shut"`), m, "action", "one of open, reopen"},
		{"member of a reserved type", with("vault", `"action":"add","public":"x"`), m, "public", "does not have"},
	})
}

func TestParseRefusesValuesThatAreNotOfTheirMembersKind(t *testing.T) {
	t.Parallel()
	const m = event.RuleMalformed
	checkRefusals(t, []refusal{
		{"id as a number", with("store", `"units":["U1"],"equipment":7`), m, "equipment", "the number 7"},
		{"ids as one id", with("store", `"units":"U1","equipment":"T1"`), m, "units", "want a list"},
		{"id with white space", store(`"site":"A B"`), m, "site", "U+0020"},
		{"id with a zero-width space", store(`"site":"A\u200bB"`), m, "site", "U+200B"},
		{"id with a bidirectional override", store(`"site":"A\u202eB"`), m, "site", "U+202E"},
		{"id with an unassigned character", store(`"site":"\u0378"`), m, "site", "U+0378"},
		{"id with a private character", store(`"site":"\ue000"`), m, "site", "U+E000"},
		{"empty id", store(`"site":""`), m, "site", "1 to 200 bytes"},
		{"id of 201 bytes", store(`"site":"` + strings.Repeat("x", 201) + `"`), m, "site", "1 to 200 bytes"},
		{"bare id with its kind", with("eligibility", `"donor":"donor:D1","result":"eligible"`), m, "donor", `the bare id, without "donor:"`},
		{"bare id that is its kind", store(`"site":"site:"`), m, "site", `without "site:"`},
		{"bare id with its kind in a list", with("store", `"units":["U1","unit:U2"],"equipment":"T1"`), m, "units[1]", `without "unit:"`},
		{"bare id with its kind in an object", with("collection", `"site":"S","donor":"D","outputs":[{"unit":"unit:U"}]`), m, "outputs[0].unit", `without "unit:"`},
		{"bare input with its kind", with("manufacture", `"site":"S","step":"x","inputs":["unit:A"],"outputs":[{"unit":"U"}]`), m, "inputs[0]", `without "unit:"`},
		{"patient of a change with its kind", with("manufacture", `"site":"S","step":"x","units":["A"],"changes":[{"unit":"A","for_patient":"patient:P"}]`), m, "changes[0].for_patient", `without "patient:"`},
		{"aliquot's own name with its kind", with("collection", `"site":"S","donor":"D","outputs":[{"unit":"U"}],"materials":[{"lot":"L","aliquot":"aliquot:A"}]`), m, "materials[0].aliquot", `without "aliquot:"`},
		{"kind twice in a reference", with("contact", `"reason":"r","things":["unit:unit:U1","unit:U2"]`), m, "things[0]", `without "unit:"`},
		{"kind twice in codes", store(`"codes":{"unit:unit:U1":["x"]}`), m, "codes", `without "unit:"`},
		{"kind of the lot in an aliquot", with("contact", `"reason":"r","things":["unit:U1","aliquot:lot:L/A"]`), m, "things[1]", `without "lot:"`},
		{"unit twice", with("store", `"units":["U1","U2","U1"],"equipment":"T1"`), m, "units[2]", "different"},
		{"no units", with("store", `"units":[],"equipment":"T1"`), m, "units", "an empty list"},
		{"unit as an object", with("store", `"units":[{"unit":"U1"}],"equipment":"T1"`), m, "units[0]", "an object"},
		{"empty object", with("arrival", `"site":"S","shipment":"X","customs":{}`), m, "customs", "an empty object"},
		{"empty ext", store(`"ext":{}`), m, "ext", "an empty object"},
		{"empty codes", store(`"codes":{}`), m, "codes", "an empty object"},
		{"object as a text", with("arrival", `"site":"S","shipment":"X","customs":"C"`), m, "customs", "want an object"},
		{"output as a text", with("collection", `"site":"S","donor":"D","outputs":["U1"]`), m, "outputs[0]", "want an object"},
		{"empty output", with("collection", `"site":"S","donor":"D","outputs":[{}]`), m, "outputs[0]", "want an object with members"},
		{"input as a number", with("manufacture", `"site":"S","step":"x","inputs":[1],"outputs":[{"unit":"U"}]`), m, "inputs[0]", "the id of a unit"},
		{"empty input", with("manufacture", `"site":"S","step":"x","inputs":[""],"outputs":[{"unit":"U"}]`), m, "inputs[0]", "1 to 200 bytes"},
		{"reference without a kind", with("contact", `"reason":"r","things":["U1","unit:U2"]`), m, "things[0]", "kind:id"},
		{"reference of an unknown kind", with("contact", `"reason":"r","things":["unit:U1","dish:2"]`), m, "things[1]", "donor, patient, unit"},
		{"reference to a product", with("contact", `"reason":"r","things":["unit:U1","product:2"]`), m, "things[1]", "one of donor"},
		{"reference of an empty kind", with("contact", `"reason":"r","things":["unit:U1",":2"]`), m, "things[1]", "one of donor"},
		{"aliquot without a name", with("contact", `"reason":"r","things":["unit:U1","aliquot:L"]`), m, "things[1]", "LOT/ALIQUOT"},
		{"aliquot of a material with a slash", with("collection", `"site":"S","donor":"D","outputs":[{"unit":"U"}],"materials":[{"lot":"L","aliquot":"a/b"}]`), m, "materials[0].aliquot", `without "/"`},
		{"aliquot with white space", with("collection", `"site":"S","donor":"D","outputs":[{"unit":"U"}],"materials":[{"lot":"L","aliquot":"a b"}]`), m, "materials[0].aliquot", "U+0020"},
		{"material without a lot", with("collection", `"site":"S","donor":"D","outputs":[{"unit":"U"}],"materials":[{"aliquot":"a"}]`), m, "materials[0].lot", "found nothing"},
		{"subject of a register", with("register", `"subject":"unit:U1"`), m, "subject", "lot, equipment, room, site, operator, product"},
		{"hold on a patient", with("case", `"case":"C","action":"hold","things":["patient:P"]`), m, "things[0]", "donor, unit, batch"},
		{"uuid in upper case", store(`"id":"019CA6B1-DC00-800B-8CA0-C311333C65B5"`), m, "id", "lower case"},
		{"uuid without dashes", store(`"id":"019ca6b1dc00800b8ca0c311333c65b5"`), m, "id", "36 characters"},
		{"n of 0", store(`"n":0`), m, "n", "from 1 on"},
		{"n as a text", store(`"n":"1"`), m, "n", "an integer"},
		{"count below 0", with("inventory", `"site":"S","units":[],"count":-1`), m, "count", "from 0 on"},
		{"flag as a text", with("cleaning", `"room":"R","verified":"true"`), m, "verified", "true or false"},
		{"choice", with("eligibility", `"donor":"D","result":"not eligible"`), m, "result", `"not_eligible" is near`},
		{"decimal as a number", with("followup", `"patient":"P","value":12`), m, "value", "a decimal as text"},
		{"decimal with a comma", with("followup", `"patient":"P","value":"1,5"`), m, "value", "a decimal"},
		{"decimal with an exponent", with("followup", `"patient":"P","value":"1e5"`), m, "value", "a decimal"},
		{"digest in upper case", with("arrival", `"site":"S","shipment":"X","log_sha256":"`+strings.Repeat("A", 64)+`"`), m, "log_sha256", "lower case"},
		{"digest too short", with("arrival", `"site":"S","shipment":"X","log_sha256":"ab"`), m, "log_sha256", "64"},
		{"check twice", with("infusion", `"site":"S","unit":"U","patient":"P","checks":["name","name"]`), m, "checks[1]", "different"},
		{"one check", with("infusion", `"site":"S","unit":"U","patient":"P","checks":["name"]`), m, "checks", "at least 2"},
		{"unknown check", with("infusion", `"site":"S","unit":"U","patient":"P","checks":["name","face"]`), m, "checks[1]", "wristband"},
		{"codes of a bare id", store(`"codes":{"U1":["x"]}`), m, "codes", "kind:id"},
		{"codes as a text", store(`"codes":{"unit:U1":"x"}`), m, `codes["unit:U1"]`, "a list of at least one"},
		{"no codes", store(`"codes":{"unit:U1":[]}`), m, `codes["unit:U1"]`, "a list of at least one"},
		{"code twice", store(`"codes":{"unit:U1":["x","x"]}`), m, `codes["unit:U1"][1]`, "different"},
		{"code as a number", store(`"codes":{"unit:U1":[1]}`), m, `codes["unit:U1"][0]`, "a code"},
		{"value as a number", with("manufacture", `"site":"S","step":"x","units":["U"],"values":{"temp":1}`), m, "values.temp", "in quotes"},
		{"value without a name", with("manufacture", `"site":"S","step":"x","units":["U"],"values":{"":"1"}`), m, "values", "a name"},
		{"ext without a prefix", store(`"ext":{"plate":1}`), m, "ext", "prefix:name"},
		{"ext with white space", store(`"ext":{"a: b":1}`), m, "ext", "prefix:name"},
		{"trigger as a number", with("case", `"case":"C","action":"open","sources":["unit:U"],"trigger":1`), m, "trigger", "a text, or a list"},
		{"trigger of no events", with("case", `"case":"C","action":"open","sources":["unit:U"],"trigger":[]`), m, "trigger", "an empty list"},
		{"query as a text", with("case", `"case":"C","action":"scope","query":"x"`), m, "query", "an object"},
		{"deviation without a rule", store(`"deviation":{"reason":"r","rules":[]}`), m, "deviation.rules", "an empty list"},
	})
}
