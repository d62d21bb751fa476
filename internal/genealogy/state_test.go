package genealogy_test

import (
	"fmt"
	"testing"

	"suyuan/internal/event"
)

func infuse(clock, unit, more string) string {
	return at("infusion", clock, `"unit":"`+unit+`","patient":"P1","site":"S1","checks":["name","number"]`+more)
}

func sendU1(more string) string {
	return at("shipment", "09:00", `"shipment":"X","units":["U1"],"site":"S1","to":"S2"`+more)
}

func count(clock, units, more string) string {
	return at("inventory", clock, `"site":"S1","units":[`+units+`]`+more)
}

// A standing is one row: what happened to U1, and where it stands at a time.
type standing struct {
	name   string
	made   string // how it was collected; an event where it begins with a brace
	events []string
	at     string
	want   string // state, place and the record that says so
}

const (
	collected = `"donor":"D1","site":"S1","outputs":[{"unit":"U1"}]`
	expiring  = `"donor":"D1","site":"S1","outputs":[{"unit":"U1","expires":"2026-01-01T12:00:00Z"}]`
)

var (
	stored  = at("store", "08:30", `"units":["U1"],"equipment":"T1"`)
	arrived = at("arrival", "10:00", `"shipment":"X","site":"S2","accepted":["U1"]`)
)

func dispose(method string) string {
	return at("disposal", "09:00", `"units":["U1"],"method":"`+method+`"`)
}

func standings(t *testing.T, rows []standing) {
	t.Helper()
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			events := row.events
			switch {
			case row.made == "":
			case row.made[0] == '{':
				events = append([]string{row.made}, events...)
			default:
				events = append([]string{at("collection", "08:00", row.made)}, events...)
			}
			if got := statusOf(t, row.at, events); got != row.want {
				t.Errorf("found %q, wanted %q", got, row.want)
			}
		})
	}
}

func TestStatesOfUnitsThatAreMadeUsedAndEnded(t *testing.T) {
	t.Parallel()
	standings(t, []standing{
		{"before it is made", collected, nil, "07:59", " "},
		{"made", collected, nil, "08:00", "in_stock site:S1 #1"},
		{"stored", collected, []string{stored}, "12:00", "in_stock site:S1 equipment:T1 #1"},
		{"retrieved", collected, []string{stored, at("retrieve", "09:00", `"units":["U1"],"equipment":"T1"`)}, "12:00", "in_stock site:S1 #1"},
		{"worked on", collected, []string{stored, at("manufacture", "09:00", `"step":"wash","site":"S1","units":["U1"]`)}, "12:00", "in_stock site:S1 #1"},
		{"given in part", collected, []string{infuse("09:00", "U1", `,"complete":false`)}, "12:00", "in_stock site:S1 #1"},
		{"given", collected, []string{infuse("09:00", "U1", "")}, "12:00", "infused #2"},
		{"given, the moment before", collected, []string{infuse("09:00", "U1", "")}, "08:59", "in_stock site:S1 #1"},
		{"used in part", collected, []string{at("manufacture", "09:00", `"step":"sample","site":"S1","inputs":[{"unit":"U1","rest":true}],"outputs":[{"unit":"U8"}]`)}, "12:00", "in_stock site:S1 #1"},
		{"consumed", collected, []string{at("manufacture", "09:00", `"step":"fill","site":"S1","inputs":["U1"],"outputs":[{"unit":"U8"}]`)}, "12:00", "consumed #2"},
		{"destroyed", collected, []string{dispose("destroyed")}, "12:00", "destroyed #2"},
		{"returned", collected, []string{dispose("returned")}, "12:00", "returned #2"},
		{"lost", collected, []string{dispose("lost")}, "12:00", "lost #2"},
		{"disposed of as expired", collected, []string{dispose("expired")}, "12:00", "expired #2"},
		{"tested to the end", collected, []string{dispose("tested")}, "12:00", "tested #2"},
		{"in stock on its last moment", expiring, nil, "12:00", "in_stock site:S1 #1"},
		{"in stock past its date", expiring, nil, "12:01", "expired site:S1 #1"},
	})
}

func TestStatesOfUnitsOnTheirWay(t *testing.T) {
	t.Parallel()
	standings(t, []standing{
		{"sent", collected, []string{sendU1("")}, "12:00", "in_transit shipment:X #2"},
		{"sent, and stored on the way", collected, []string{sendU1(""), at("store", "10:00", `"units":["U1"],"equipment":"T9","site":"S2"`)}, "12:00", "in_transit shipment:X equipment:T9 #2"},
		{"sent, and counted on the way", collected, []string{sendU1(""), count("10:00", `"U1"`, "")}, "12:00", "in_transit shipment:X #2"},
		{"sent, not yet due", collected, []string{sendU1(`,"due":"2026-01-01T12:00:00Z"`)}, "12:00", "in_transit shipment:X #2"},
		{"sent, and overdue", collected, []string{sendU1(`,"due":"2026-01-01T12:00:00Z"`)}, "12:01", "unaccounted shipment:X #2"},
		{"sent thirty days ago", collected, []string{sendU1("")}, "2026-01-31T09:00:00Z", "in_transit shipment:X #2"},
		{"sent over thirty days ago", collected, []string{sendU1("")}, "2026-01-31T09:00:01Z", "unaccounted shipment:X #2"},
		{"accepted", collected, []string{sendU1(""), arrived}, "12:00", "in_stock site:S2 #3"},
		{"arrived, not accepted", collected, []string{sendU1(""), at("arrival", "10:00", `"shipment":"X","site":"S2"`)}, "12:00", "in_transit shipment:X #2"},
		{"rejected stays on its way", collected, []string{sendU1(""), at("arrival", "10:00", `"shipment":"X","site":"S2","rejected":["U1"]`)}, "12:00", "in_transit shipment:X rejected #2"},
		{"rejected is never overdue", collected, []string{sendU1(""), at("arrival", "10:00", `"shipment":"X","site":"S2","rejected":["U1"]`)}, "2026-06-01T00:00:00Z", "in_transit shipment:X rejected #2"},
	})
}

func TestStatesOfUnitsThatAreCounted(t *testing.T) {
	t.Parallel()
	standings(t, []standing{
		{"counted", collected, []string{count("10:00", `"U1"`, "")}, "12:00", "in_stock site:S1 #1"},
		{"missed by a count", collected, []string{count("10:00", "", "")}, "12:00", "unaccounted site:S1 #2"},
		{"not missed before that count", collected, []string{count("10:00", "", "")}, "09:59", "in_stock site:S1 #1"},
		{"not missed by another site's", collected, []string{at("inventory", "10:00", `"site":"S2","units":[]`)}, "12:00", "in_stock site:S1 #1"},
		{"not missed by one when it was made", collected, []string{count("08:00", "", "")}, "12:00", "in_stock site:S1 #1"},
		{"not missed after it was seen again", collected, []string{count("10:00", "", ""), count("11:00", `"U1"`, "")}, "12:00", "in_stock site:S1 #1"},
		{"missed by a count of its vessel", collected, []string{stored, count("10:00", "", `,"equipment":"T1"`)}, "12:00", "unaccounted site:S1 equipment:T1 #3"},
		{"not missed by a count of another vessel", collected, []string{stored, count("10:00", "", `,"equipment":"T2"`)}, "12:00", "in_stock site:S1 equipment:T1 #1"},
		{"not missed by half a count", collected, []string{count("10:00", "", `,"part":1,"of":2`)}, "12:00", "in_stock site:S1 #1"},
		{"missed by both halves", collected, []string{count("10:00", "", `,"part":1,"of":2`), count("10:30", "", `,"part":2,"of":2`)}, "12:00", "unaccounted site:S1 #3"},
		{"found by the second half", collected, []string{count("10:00", "", `,"part":1,"of":2`), count("10:30", `"U1"`, `,"part":2,"of":2`)}, "12:00", "in_stock site:S1 #1"},
		{"the same half twice is no count", collected, []string{count("10:00", "", `,"part":1,"of":2`), count("10:30", "", `,"part":1,"of":2`)}, "12:00", "in_stock site:S1 #1"},
		{"missed by a count of which a half comes again", collected, []string{count("07:00", "", `,"part":1,"of":2`), count("10:00", "", `,"part":1,"of":2`), count("10:30", "", `,"part":2,"of":2`)}, "12:00", "unaccounted site:S1 #4"},
		{"not missed where the half that comes again is the last", collected, []string{count("10:00", "", `,"part":1,"of":2`), count("10:10", `"U1"`, `,"part":1,"of":2`), count("10:30", "", `,"part":2,"of":2`)}, "12:00", "in_stock site:S1 #1"},
		{"missed by a count that was corrected", collected, []string{numbered(2, count("10:00", "", "")), correcting(2)}, "23:00", "in_stock site:S1 #1"},
	})
}

func TestStatesWhereTheRecordIsInDisorder(t *testing.T) {
	t.Parallel()
	standings(t, []standing{
		{"infused counts before all else", collected, []string{dispose("destroyed"), infuse("10:00", "U1", "")}, "12:00", "infused #3"},
		{"nothing counts after an infusion", collected, []string{infuse("08:30", "U1", ""), dispose("destroyed")}, "12:00", "infused #2"},
		{"its end was corrected", collected, []string{numbered(2, dispose("destroyed")), correcting(2)}, "23:00", "in_stock site:S1 #1"},
		{"its making was corrected", numbered(1, at("collection", "08:00", collected)), []string{correcting(1)}, "12:00", "in_stock"},
		{"its making was replaced by that of another", numbered(1, at("collection", "08:00", collected)), []string{replacing(1, at("collection", "08:00", `"donor":"D1","site":"S1","outputs":[{"unit":"U7"}]`))}, "12:00", " "},
		{"found, nobody knows from where", "", []string{declared(count("10:00", `"U1"`, ""))}, "12:00", "in_stock site:S1 #1"},
		{"booked, nobody knows from where", "", []string{declared(at("allocation", "10:00", `"units":["U1"],"patient":"P1"`))}, "12:00", "in_stock for patient:P1 #1"},
		{"refused, nobody knows from where", "", []string{declared(at("arrival", "10:00", `"shipment":"X","site":"S2","rejected":["U1"]`))}, "12:00", "in_transit shipment:X rejected #1"},
		{"booked", collected, []string{at("allocation", "10:00", `"units":["U1"],"patient":"P1"`)}, "12:00", "in_stock site:S1 for patient:P1 #1"},
		{"booked and cancelled", collected, []string{at("allocation", "10:00", `"units":["U1"],"patient":"P1"`), at("allocation", "11:00", `"units":["U1"],"patient":"P1","cancelled":true`)}, "12:00", "in_stock site:S1 #1"},
		{"another booking is cancelled", collected, []string{at("allocation", "10:00", `"units":["U1"],"patient":"P1"`), at("allocation", "11:00", `"units":["U1"],"patient":"P2","cancelled":true`)}, "12:00", "in_stock site:S1 for patient:P1 #1"},
		{"booked and given", collected, []string{at("allocation", "08:30", `"units":["U1"],"patient":"P1"`), infuse("09:00", "U1", "")}, "12:00", "infused #3"},
	})
}

func statusOf(t *testing.T, when string, events []string) string {
	t.Helper()
	s := graphOf(t, events...).Status(ref(t, "unit:U1"), clock(t, when))
	out := s.State.String()
	for _, r := range []event.Ref{s.Site, s.Shipment, s.Vessel} {
		if !r.IsZero() {
			out += " " + r.String()
		}
	}
	if !s.Allocated.IsZero() {
		out += " for " + s.Allocated.String()
	}
	if s.Rejected {
		out += " rejected"
	}
	if s.Entry != nil {
		out += fmt.Sprintf(" #%d", s.Entry.Seq)
	}
	if out == "" {
		return " "
	}
	return out
}

func TestPlacesAreThoseOfAllEventsOfOneTime(t *testing.T) {
	t.Parallel()
	g := graphOf(t, at("collection", "08:00", twoOfS1), sendU1(""), at("arrival", "10:00", `"shipment":"X","site":"S2","accepted":["U1"]`),
		at("disposal", "11:00", `"units":["U1"],"method":"lost"`))
	for when, want := range map[string]string{
		"07:59": "", "08:00": "site:S1 site:S1", "08:30": "site:S1", "09:00": "site:S1 shipment:X", "09:30": "shipment:X",
		"10:00": "shipment:X site:S2", "10:30": "site:S2", "11:00": "site:S2", "11:01": "",
	} {
		var got []event.Ref
		for _, p := range g.Places(ref(t, "unit:U1"), clock(t, when)) {
			if p.Shipment.IsZero() {
				got = append(got, p.Site)
			} else {
				got = append(got, p.Shipment)
			}
		}
		if spell(got) != want {
			t.Errorf("at %s it is at %q, wanted %q", when, spell(got), want)
		}
	}
}
