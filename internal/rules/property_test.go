package rules_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"suyuan/internal/event"
	"suyuan/internal/genealogy"
	"suyuan/internal/genealogy/genealogytest"
	"suyuan/internal/rules"
)

// A drawer makes events of a small world, so that they meet often.
type drawer struct {
	t        *rapid.T
	recorded []*event.Event
}

func (d drawer) of(label string, values ...string) string {
	return rapid.SampledFrom(values).Draw(d.t, label)
}

func (d drawer) unit() string { return d.of("unit", "U1", "U2", "U3", "U4") }
func (d drawer) site() string { return d.of("site", "S1", "S1", "S2") }

func (d drawer) clock(label string) string {
	return fmt.Sprintf("2026-01-01T08:%02d:00Z", rapid.IntRange(0, 20).Draw(d.t, label))
}

// some returns the member, or nothing.
func (d drawer) some(member string) string {
	if rapid.Bool().Draw(d.t, "some") {
		return "," + member
	}
	return ""
}

func (d drawer) pastEvent() string {
	if len(d.recorded) == 0 {
		return id(0)
	}
	return string(rapid.SampledFrom(d.recorded).Draw(d.t, "past event").ID)
}

// pastHold is mostly an event of a type that makes holds.
func (d drawer) pastHold() string {
	var holds []string
	for _, e := range d.recorded {
		switch e.Body.(type) {
		case *event.Test, *event.Arrival, *event.Case:
			holds = append(holds, string(e.ID))
		}
	}
	if len(holds) == 0 || rapid.IntRange(0, 5).Draw(d.t, "any") == 0 {
		return d.pastEvent()
	}
	return d.of("hold", holds...)
}

func (d drawer) output() string {
	return fmt.Sprintf(`{"unit":%q%s%s%s%s}`, d.unit(), d.of("role", "", "", `,"role":"sample"`), d.some(`"product":"M1"`), d.some(`"expires":"`+d.clock("expires")+`"`), d.some(fmt.Sprintf(`"for_patient":%q`, d.of("for", "P1", "P2"))))
}

// members draws the event's own members.
func (d drawer) members() (kind, members string) {
	switch kind = d.of("type", "collection", "collection", "manufacture", "manufacture", "work", "receipt", "release", "release", "store", "retrieve",
		"shipment", "arrival", "infusion", "infusion", "disposal", "test", "test", "register", "register", "hold", "lift", "correction", "same", "key"); kind {
	case "collection":
		return kind, fmt.Sprintf(`"donor":%q,"site":%q,"outputs":[%s]`, d.of("donor", "D1", "D2"), d.site(), d.output())
	case "manufacture":
		return kind, fmt.Sprintf(`"step":"fill","site":%q,"inputs":[{"unit":%q%s}],"outputs":[%s]%s%s%s`,
			d.site(), d.unit(), d.some(`"rest":true`), d.output(), d.of("end", "", "", `,"end":"2026-01-01T08:20:00Z"`), d.some(`"batch":"B1"`), d.some(`"materials":[{"lot":"L1"}]`))
	case "work":
		unit := d.unit()
		change := d.of("change", `"expires":"`+d.clock("expires")+`"`, `"for_patient":""`, `"for_patient":"P1"`)
		return "manufacture", fmt.Sprintf(`"step":"thaw","site":%q,"units":[%q]%s%s`, d.site(), unit,
			d.some(fmt.Sprintf(`"changes":[{"unit":%q,%s}]`, unit, change)), d.some(`"materials":[{"lot":"L1"}]`))
	case "receipt":
		return kind, fmt.Sprintf(`"lot":"L1","site":%q`, d.site())
	case "release":
		what := d.of("what", fmt.Sprintf(`"units":[%q]`, d.unit()), `"batch":"B1"`)
		return kind, what + fmt.Sprintf(`,"decision":%q,"signed_by":[%s]`, d.of("decision", "released", "released", "conditional", "exceptional", "rejected"), d.of("signers", `"Q1"`, `"Q1","Q2"`, `"Q1","Q2"`)) +
			d.of("asked", "", `,"requested_by":"DR","authority":"HA"`) + d.some(`"pending":["late"]`)
	case "store", "retrieve":
		return kind, fmt.Sprintf(`"units":[%q],"equipment":"T1"`, d.unit())
	default:
		return d.moving(kind)
	}
}

func (d drawer) moving(kind string) (string, string) {
	switch kind {
	case "shipment":
		return kind, fmt.Sprintf(`"shipment":%q,"units":[%q],"site":%q,"to":"S2"%s%s`, d.of("shipment", "X1", "X2"), d.unit(), d.site(), d.some(`"purpose":"return"`), d.some(`"high":"-150"`))
	case "arrival":
		return kind, fmt.Sprintf(`"shipment":%q,"site":"S2",%q:[%q]%s`, d.of("shipment", "X1", "X2"), d.of("list", "accepted", "accepted", "rejected"), d.unit(), d.some(`"max":"-20"`))
	case "infusion":
		return kind, fmt.Sprintf(`"unit":%q,"patient":%q,"site":%q,"checks":["name","number"]%s`, d.unit(), d.of("patient", "P1", "P2"), d.site(),
			d.of("rest", "", `,"complete":false`, `,"residue":"U5"`))
	case "disposal":
		return kind, fmt.Sprintf(`"units":[%q],"method":"destroyed"`, d.unit())
	case "test":
		return kind, fmt.Sprintf(`"subject":%q,"sampled":"2026-01-01T08:00:00Z","assay":%q,"result":%q%s`, d.of("subject", "unit:"+d.unit(), "unit:"+d.unit(), "batch:B1"),
			d.of("assay", "soon", "late", "Soon", "ＬＡＴＥ", "la te"), d.of("result", "positive", "negative", "negative", "pass", "inconclusive"),
			d.of("measured", "", `,"value":"7.0","uom":"%"`, `,"value":"5","uom":"%"`, `,"value":"7","uom":"g"`))
	case "register":
		return kind, `"subject":"product:M1"` + d.of("lines", "", `,"specification":[]`, `,"specification":[{"assay":"soon","result":"negative"}]`, `,"specification":[{"assay":" SOON","result":"negative"},{"assay":"Late","low":"7","uom":"%","due_days":3}]`,
			`,"specification":[{"assay":"soon","low":"6","high":"7","uom":"%"},{"assay":"late","result":"pass","due_days":14,"role":"collection"}]`)
	case "key":
		return kind, strings.TrimSuffix(strings.TrimPrefix(registerKey, `{"type":"key","time":"2026-01-01T08:00:00Z",`), "}")
	case "same":
		return kind, `"things":["donor:D1","donor:D2"],"reason":"two names","signed_by":["Q1"]`
	case "hold":
		return "case", fmt.Sprintf(`"case":"C1","action":"hold","things":[%q]`, d.of("held", "unit:U1", "lot:L1", "donor:D1"))
	case "lift":
		return "case", `"case":"C1","action":"lift","reason":"cleared",` + fmt.Sprintf(`"holds":[%q]`, d.pastHold()) + d.of("lifted", "", `,"things":["unit:U1"]`)
	default:
		return "correction", fmt.Sprintf(`"corrects":%q,"reason":"did_not_occur"`, d.pastEvent())
	}
}

// event draws the n-th event; one in eight replaces another.
func (d drawer) event(n int) string {
	kind, members := d.members()
	s := numbered(n, fmt.Sprintf(`{"type":%q,"time":%q,%s}`, kind, d.clock("time"), members))
	if kind != "correction" && len(d.recorded) > 0 && rapid.IntRange(0, 7).Draw(d.t, "replaces") == 0 {
		s = with(s, fmt.Sprintf(`"replaces":%q`, d.pastEvent()))
	}
	return s
}

// Every event of a random history, back-dated, corrected, replaced and wrong
// as it may be, breaks just the rules that the slow judge finds. What breaks
// some is recorded as a deviation half of the time, and left out otherwise.
func TestRandomHistoriesAreJudgedAsTheSlowReferenceDoes(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		g, s := genealogy.New(), &slow{lacking: make(map[event.ID]bool)}
		signs := told{gates: rapid.Bool().Draw(t, "gates"), withheld: make(map[uint64][]rules.SignatureNeed)}
		for n := range 25 {
			text := drawer{t, s.all}.event(n + 1)
			e, err := event.Parse([]byte(text))
			if err != nil {
				continue
			}
			signs.faults = s.sign(t)
			broken := rules.Check(g, &e, rules.Context{Signatures: signs})
			compare(t, s, &e, text, broken)
			if e = asDeviation(t, text, broken); e.ID == "" {
				continue
			}
			if left := rules.Check(g, &e, rules.Context{Signatures: signs}); len(left) > 0 {
				t.Fatalf("as a deviation %s is still refused: %s", e.Bytes(), tell(left))
			}
			if signs.gates && rapid.IntRange(0, 5).Draw(t, "lacks") == 0 {
				s.lacking[e.ID] = true
				signs.withheld[uint64(n)] = []rules.SignatureNeed{{Meaning: "reviewed", Wanted: 1}}
			}
			if err := genealogytest.Add(g, uint64(n), "OP", e.Time, e); err != nil {
				t.Fatal(err)
			}
			s.all = append(s.all, &e)
			invariants(t, s)
		}
	})
}

func compare(t *rapid.T, s *slow, e *event.Event, text string, broken []rules.Violation) {
	t.Helper()
	got := make(map[string]bool)
	for i := range broken {
		if broken[i].Variant != rules.NoSuchEvent {
			got[string(broken[i].Rule)+" "+broken[i].Ref.String()] = true
		}
	}
	if found, wanted := sorted(got), sorted(s.broken(e)); found != wanted {
		t.Fatalf("after\n%s\n%s\nbreaks %s\nwanted %s", s, text, found, wanted)
	}
}

func (s *slow) String() string {
	var past []string
	for _, o := range s.all {
		past = append(past, string(o.Bytes()))
	}
	return strings.Join(past, "\n")
}

func sorted(set map[string]bool) string {
	var list []string
	for s := range set {
		list = append(list, s)
	}
	slices.Sort(list)
	return strings.Join(list, "; ")
}

// asDeviation returns the event as it is to be recorded, without an id where
// it is not.
func asDeviation(t *rapid.T, text string, broken []rules.Violation) event.Event {
	t.Helper()
	if len(broken) > 0 {
		if !waivable(broken) || !rapid.Bool().Draw(t, "happened") {
			return event.Event{}
		}
		var names []rules.ID
		for i := range broken {
			names = append(names, broken[i].Rule)
		}
		text = deviating(text, slices.Compact(names), `"happened":true`)
	}
	e, err := event.Parse([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// invariants: in what counts no unit was made twice, and none ended twice or
// was used after its end unless a deviation says so.
func invariants(t *rapid.T, s *slow) {
	t.Helper()
	h := s.history(s.inForce(nil))
	made, ended := make(map[event.Ref]bool), make(map[event.Ref]*event.Event)
	for _, e := range h {
		units, _, _ := makes(e)
		for _, u := range units {
			if made[u] {
				t.Fatalf("%v was made twice", u)
			}
			made[u] = true
		}
		for _, d := range deeds(e) {
			end := ended[d.r]
			late := end != nil && (e.Time.After(end.Time) || d.ends)
			if late && !genealogy.Waives(e, "used-up") && !genealogy.Waives(end, "used-up") && !anyWaives(h, d.r, "used-up") {
				t.Fatalf("after\n%s\n%v was used up by %s, and then by %s", s, d.r, end.ID, e.ID)
			}
			if d.ends && end == nil {
				ended[d.r] = e
			}
		}
	}
}

// anyWaives reports whether some event that counts and names r, or brings one
// back that does, waives the rule:
// with three events in disorder it need not be one of the first two.
func anyWaives(h []*event.Event, r event.Ref, rule string) bool {
	return slices.ContainsFunc(h, func(e *event.Event) bool {
		_, correction := e.Body.(*event.Correction)
		return genealogy.Waives(e, rule) && (correction || e.Replaces != "" || mentions(e, r))
	})
}
