package rules_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"suyuan/internal/event"
	"suyuan/internal/genealogy"
	"suyuan/internal/genealogy/genealogytest"
	"suyuan/internal/rules"
)

// at makes an event of the first of January 2026 from its type, its time of
// day and its other members.
func at(kind, clock, members string) string {
	return fmt.Sprintf(`{"type":%q,"time":"2026-01-01T%s:00Z",%s}`, kind, clock, members)
}

// id is the id of the n-th event of a test; with gives an event a further
// member.
func id(n int) string { return fmt.Sprintf("00000000-0000-8000-8000-%012d", n) }

func with(ev, member string) string { return strings.TrimSuffix(ev, "}") + "," + member + "}" }

func numbered(n int, ev string) string { return with(ev, fmt.Sprintf(`"id":%q`, id(n))) }

func parse(t *testing.T, s string) event.Event {
	t.Helper()
	e, err := event.Parse([]byte(s))
	if err != nil {
		t.Fatalf("%s: %v", s, err)
	}
	e.Identify()
	return e
}

// ledgerOf records the events as records 1, 2, … without judging them.
func ledgerOf(t *testing.T, events []string) *genealogy.Graph {
	t.Helper()
	g := genealogy.New()
	for i, s := range events {
		e := parse(t, s)
		if err := genealogytest.Add(g, uint64(i)+1, "OP", e.Time, e); err != nil {
			t.Fatal(err)
		}
	}
	return g
}

// tell writes violations shortly: rule.variant, thing, other, record.
func tell(list []rules.Violation) string {
	var out []string
	for i := range list {
		v := &list[i]
		s := v.Message() + " " + strings.TrimSpace(v.Ref.String()+" "+v.Name)
		if !v.Other.IsZero() {
			s += " " + v.Other.String()
		}
		if v.HasSeq {
			s += fmt.Sprintf(" #%d", v.Seq)
		}
		out = append(out, strings.TrimSpace(s))
	}
	return strings.Join(out, "; ")
}

// A judgement is one row: what the ledger has, what is to be recorded, and what
// it breaks; nothing where it is accepted.
type judgement struct {
	name   string
	ledger []string
	event  string
	want   string
}

// judgeAll runs the rows. What is refused by rules that can be waived is, once
// more, recorded as a deviation that names them and has happened; this must be
// accepted, and all that was named must be reported as needed.
func judgeAll(t *testing.T, rows []judgement) {
	t.Helper()
	judgeWith(t, rules.Context{}, rows)
}

func judgeWith(t *testing.T, c rules.Context, rows []judgement) {
	t.Helper()
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			g, e := ledgerOf(t, row.ledger), parse(t, row.event)
			broken := rules.Check(g, &e, c)
			if got := tell(broken); got != row.want {
				t.Errorf("found\n%s\nwanted\n%s", got, row.want)
			}
			if len(broken) > 0 && e.Deviation == nil && waivable(broken) {
				acceptedAsDeviation(t, g, c, row.event, broken)
			}
		})
	}
}

func waivable(broken []rules.Violation) bool {
	for i := range broken {
		r, _ := rules.Find(broken[i].Rule)
		if !r.Waivable || broken[i].Variant == rules.NoSuchEvent || broken[i].Variant == rules.NoSuchHold || broken[i].Variant == rules.Approvers {
			return false
		}
	}
	return true
}

func acceptedAsDeviation(t *testing.T, g *genealogy.Graph, c rules.Context, ev string, broken []rules.Violation) {
	t.Helper()
	var names []rules.ID
	for i := range broken {
		if !slices.Contains(names, broken[i].Rule) {
			names = append(names, broken[i].Rule)
		}
	}
	e := parse(t, deviating(ev, names, `"happened":true`))
	if left := rules.Check(g, &e, c); len(left) > 0 {
		t.Errorf("declared as a deviation it is still refused: %s", tell(left))
	}
	if got := rules.Waived(g, &e, c); !slices.Equal(got, names) {
		t.Errorf("waived %q, wanted %q", got, names)
	}
}

func deviating(ev string, names []rules.ID, more string) string {
	quoted := make([]string, len(names))
	for i, n := range names {
		quoted[i] = fmt.Sprintf("%q", n)
	}
	d := `"deviation":{"rules":[` + strings.Join(quoted, ",") + `],"reason":"it has happened"`
	if more != "" {
		d += "," + more
	}
	return with(ev, d+"}")
}

// Events that many rows need.
var (
	collectU1 = at("collection", "08:00", `"donor":"D1","site":"S1","outputs":[{"unit":"U1"}]`)
	collectU2 = at("collection", "08:00", `"donor":"D2","site":"S1","outputs":[{"unit":"U2"}]`)
	consumeU1 = at("manufacture", "10:00", `"step":"expand","site":"S1","inputs":["U1"],"outputs":[{"unit":"U9"}]`)
	workOnU1  = at("manufacture", "10:00", `"step":"wash","site":"S1","units":["U1"]`)
	releaseU1 = at("release", "09:00", `"units":["U1"],"decision":"released","signed_by":["Q1"]`)
	infuseU1  = infusion("10:00", "U1", "P1", "S1")
	receiveL1 = at("receipt", "07:00", `"lot":"L1","site":"S1"`)
)

func infusion(clock, unit, patient, site string) string {
	return at("infusion", clock, fmt.Sprintf(`"unit":%q,"patient":%q,"site":%q,"checks":["name","number"]`, unit, patient, site))
}

func store(clock, unit string) string {
	return at("store", clock, fmt.Sprintf(`"units":[%q],"equipment":"T1"`, unit))
}

func retrieveU1(clock string) string {
	return at("retrieve", clock, `"units":["U1"],"equipment":"T1"`)
}

func dispose(clock, unit string) string {
	return at("disposal", clock, fmt.Sprintf(`"units":[%q],"method":"destroyed"`, unit))
}

// ship sends the unit with shipment X, and arriveX is what its receiver says.
func ship(clock, unit, from, to string) string {
	return at("shipment", clock, fmt.Sprintf(`"shipment":"X","units":[%q],"site":%q,"to":%q`, unit, from, to))
}

func arriveX(clock, members string) string {
	return at("arrival", clock, `"shipment":"X","site":"S2"`+members)
}

func correct(clock string, n int) string {
	return at("correction", clock, fmt.Sprintf(`"corrects":%q,"reason":"did_not_occur"`, id(n)))
}
