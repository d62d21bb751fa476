package recall_test

import (
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"suyuan/examples"
	"suyuan/internal/event"
	"suyuan/internal/genealogy"
	"suyuan/internal/recall"
)

// told to a site about case C1, opened on the donor D.
func notice(t *testing.T, lines, site, now string) *recall.Notice {
	t.Helper()
	g := told(t, lines)
	c := judged(t, g, "case:C1", trace(t, g, recall.NewQuery(ref(t, "donor:D"))), now)
	life := recall.LifeOf(g, ref(t, "case:C1"), c.Now)
	return recall.NoticeFor(g, c, &life, ref(t, site))
}

// sent is made with A and B on their ways: A was given, B is on its way on.
const sent = made + `
{"type":"register","time":"6:00","subject":"site:H","name":"Hospital H","contact":"desk"}
{"type":"shipment","time":"9:00","shipment":"S1","site":"S","to":"H","units":["A","B"]}
{"type":"arrival","time":"9:15","shipment":"S1","site":"H","accepted":["A","B"]}
{"type":"infusion","time":"9:30","site":"H","unit":"A","patient":"P","checks":["name","number"]}
{"type":"allocation","time":"9:30","units":["B"],"patient":"P2"}
{"type":"case","time":"10:00","case":"C1","action":"open","sources":["donor:D"],"class":"1","trigger":"growth"}
{"type":"case","time":"10:15","case":"C1","action":"scope","query":{"sources":["donor:D"]},"size":9,"root":"0000000000000000000000000000000000000000000000000000000000000000","sha256":"0000000000000000000000000000000000000000000000000000000000000000","counts":{"units":2}}
`

func orders(n *recall.Notice) map[string][]recall.Order {
	list := make(map[string][]recall.Order)
	for _, u := range n.Units {
		list[u.Unit.ID()] = u.Orders
	}
	return list
}

func TestANoticeSaysWhatToDoByTheStateOfEachUnit(t *testing.T) {
	t.Parallel()
	const onward = sent + `{"type":"shipment","time":"11:00","shipment":"S2","site":"H","to":"K","units":["B"]}
`
	const ended = onward + `{"type":"disposal","time":"13:00","site":"S","units":["Q"],"method":"tested"}
{"type":"arrival","time":"14:00","shipment":"S2","site":"K","accepted":["B"]}
{"type":"inventory","time":"15:00","site":"K","units":[]}
`
	const morning, noon, evening = "2026-01-05T10:30:00+08:00", "2026-01-05T12:00:00+08:00", "2026-01-05T16:00:00+08:00"
	for _, c := range []struct {
		name, lines, site, now string
		want                   map[string][]recall.Order
	}{
		{"where they are", sent, "site:H", morning, map[string][]recall.Order{
			"A": {recall.OrderScreen}, "B": {recall.OrderQuarantine, recall.OrderReturn, recall.OrderCancel},
		}},
		{"where they came from", sent, "site:S", morning, map[string][]recall.Order{
			"A": nil, "B": nil, "C": {recall.OrderFollow}, "Q": {recall.OrderQuarantine, recall.OrderReturn},
		}},
		{"on the way from there", onward, "site:H", noon, map[string][]recall.Order{
			"A": {recall.OrderScreen}, "B": {recall.OrderStop, recall.OrderCancel},
		}},
		{"on the way to there", onward, "site:K", noon, map[string][]recall.Order{
			"B": {recall.OrderRefuse, recall.OrderReturn, recall.OrderCancel},
		}},
		{"lost there", ended, "site:K", evening, map[string][]recall.Order{"B": {recall.OrderFind, recall.OrderCancel}}},
		{"used up there", ended, "site:S", evening, map[string][]recall.Order{
			"A": nil, "B": nil, "C": {recall.OrderFollow}, "Q": {recall.OrderConfirm},
		}},
		{"never there", sent, "site:Z", morning, map[string][]recall.Order{}},
	} {
		n := notice(t, c.lines, c.site, c.now)
		if d := cmp.Diff(c.want, orders(n)); d != "" {
			t.Errorf("%s: %s", c.name, d)
		}
		if n.Concerned != (len(c.want) > 0) {
			t.Errorf("%s: concerned is %v", c.name, n.Concerned)
		}
	}
}

func TestANoticeNamesPatientsOfItsSiteAndTheLimits(t *testing.T) {
	t.Parallel()
	n := notice(t, sent, "site:H", "2026-01-05T10:30:00+08:00")
	if !n.Urgent || n.Drill || n.Name != "Hospital H" || n.Contact != "desk" || n.Trigger.Text != "growth" {
		t.Errorf("%+v", n)
	}
	want := []recall.NoticePatient{{Patient: ref(t, "patient:P"), Given: []event.Ref{ref(t, "unit:A")}}}
	if d := cmp.Diff(want, n.Patients, cmp.Comparer(func(a, b event.Ref) bool { return a == b })); d != "" {
		t.Error(d)
	}
	due := make(map[recall.Order]string)
	for _, o := range n.Orders {
		if !o.Due.IsZero() {
			due[o.Order] = o.Due.String()
		}
	}
	limits := map[recall.Order]string{
		recall.OrderQuarantine: "2026-01-05T14:00:00+08:00", recall.OrderCancel: "2026-01-05T14:00:00+08:00",
		recall.OrderScreen: "2026-01-08T10:00:00+08:00",
	}
	if d := cmp.Diff(limits, due); d != "" {
		t.Error(d)
	}
	if last := n.Orders[len(n.Orders)-1]; last.Order != recall.OrderAnswer {
		t.Errorf("the last order is %s", last.Order)
	}
	if n := notice(t, sent, "site:S", "2026-01-05T10:30:00+08:00"); len(n.Patients) > 0 {
		t.Errorf("the factory is told of %v", n.Patients)
	}
}

func TestASiteThatAUnitIsOnItsWayToIsToldToo(t *testing.T) {
	t.Parallel()
	const onward = sent + `{"type":"shipment","time":"11:00","shipment":"S2","site":"H","to":"K","units":["B"]}
{"type":"case","time":"11:15","site":"H","case":"C1","action":"notice"}`
	g := told(t, onward)
	c := judged(t, g, "case:C1", trace(t, g, recall.NewQuery(ref(t, "donor:D"))), "2026-01-05T12:00:00+08:00")
	for all, want := range map[bool][]string{true: {"site:H", "site:K", "site:S"}, false: {"site:K", "site:S"}} {
		if d := cmp.Diff(want, names(recall.ToTell(g, c, all))); d != "" {
			t.Errorf("all is %v: %s", all, d)
		}
	}
}

// Whatever can still be stopped, and whoever was given something, is in the
// notice of a site that can do something about it.
func TestNoUnitOrPatientIsInNobodysNotice(t *testing.T) {
	t.Parallel()
	for example, source := range map[string]string{examples.Lecheng: "batch:MSC-26-02", examples.Fibercel: "donor:D-1"} {
		g := exampleGraph(t, example)
		opening := event.Event{Common: event.Common{Type: event.TypeCase, Time: g.Latest()}}
		opening.Body = &event.Case{Case: ref(t, "case:X"), Action: event.ActionOpen, Open: &event.CaseOpen{Sources: []event.Ref{ref(t, source)}}}
		add(t, g, opening)
		a := trace(t, g, recall.NewQuery(ref(t, source)))
		scope := opening
		scope.ID = ""
		scope.Body = &event.Case{Case: ref(t, "case:X"), Action: event.ActionScope, Scope: recall.ScopeOf(a, nil)}
		add(t, g, scope)
		profile, _ := recall.BuiltIn("")
		c, err := recall.CaseStatus(g, ref(t, "case:X"), profile, a, g.Latest().Add(time.Hour))
		if err != nil {
			t.Fatal(err)
		}
		life := recall.LifeOf(g, ref(t, "case:X"), event.Time{})
		todo, patients := make(map[event.Ref]bool), make(map[event.Ref]bool)
		for _, s := range c.Sites {
			n := recall.NoticeFor(g, c, &life, s.Site)
			for _, u := range n.Units {
				todo[u.Unit] = todo[u.Unit] || len(u.Orders) > 0
			}
			for _, p := range n.Patients {
				patients[p.Patient] = true
			}
		}
		plan := recall.HoldPlanOf(g, a, genealogy.Possible, c.Now, false)
		for _, u := range plan.Units {
			if !todo[u] {
				t.Errorf("%s: nobody is told what to do about %s, %+v", example, u, g.Status(u, c.Now))
			}
		}
		for _, p := range c.Patients {
			if !patients[p.Patient] {
				t.Errorf("%s: nobody is told to screen %s", example, p.Patient)
			}
		}
		if len(plan.Units) == 0 || len(c.Patients) == 0 {
			t.Errorf("%s: nothing was looked at", example)
		}
	}
}

func TestHoldsArePartsThatAnEventTakes(t *testing.T) {
	t.Parallel()
	var things []event.Ref
	for i := range 3000 {
		things = append(things, ref(t, "unit:"+string(slices.Repeat([]byte{'U'}, 30))+time.Duration(i).String()))
	}
	parts := recall.HoldParts(ref(t, "case:C"), things)
	var back []event.Ref
	for _, p := range parts {
		e := event.Event{Common: event.Common{Type: event.TypeCase, Time: mustTime("2026-01-05T10:00:00Z")}, Body: p}
		if err := e.Validate(); err != nil {
			t.Fatal(err)
		}
		back = append(back, p.Things...)
	}
	if len(parts) < 3 || !slices.Equal(back, things) {
		t.Errorf("%d parts of %d things", len(parts), len(back))
	}
	if got := recall.HoldParts(ref(t, "case:C"), nil); got != nil {
		t.Errorf("nothing makes %v", got)
	}
}

func TestAPlanHoldsWhatIsNotUsedAndTheSourcesAndOnDemandWhatIsShared(t *testing.T) {
	t.Parallel()
	g := told(t, sent)
	at := mustTime("2026-01-05T10:30:00+08:00")
	a := trace(t, g, recall.NewQuery(ref(t, "lot:L"), ref(t, "unit:C")))
	for grade, want := range map[genealogy.Grade][]string{
		genealogy.Confirmed: {"unit:B", "unit:C", "unit:Q", "lot:L"},
		genealogy.Possible:  {"unit:B", "unit:C", "unit:Q", "lot:L"},
	} {
		plan := recall.HoldPlanOf(g, a, grade, at, false)
		if d := cmp.Diff(want, names(plan.All())); d != "" {
			t.Errorf("%s: %s", grade, d)
		}
	}
	plan := recall.HoldPlanOf(g, a, genealogy.Confirmed, at, true)
	if d := cmp.Diff([]string{"unit:B", "unit:C", "unit:Q", "lot:L", "aliquot:L/1"}, names(plan.All())); d != "" {
		t.Errorf("shared: %s", d)
	}
	counts := recall.HoldCounts(g, a, at)
	if len(counts) != 3 || counts[0].Units != 2 || counts[0].Booked != 1 || counts[0].OnHold != 0 || counts[0].Shared != 1 {
		t.Errorf("%+v", counts)
	}
}

func names(refs []event.Ref) []string {
	list := make([]string, len(refs))
	for i, r := range refs {
		list[i] = r.String()
	}
	return list
}

func TestACaseHoldsWhatItsHoldsNameUntilTheyAreLifted(t *testing.T) {
	t.Parallel()
	const held = scoped + `{"type":"case","time":"12:00","case":"C1","action":"hold","things":["unit:B","unit:Q"],"id":` + holdID + `}
{"type":"case","time":"13:00","case":"C1","action":"lift","holds":[` + holdID + `],"things":["unit:B"],"reason":"negative"}
{"type":"case","time":"14:00","case":"C1","action":"lift","holds":[` + holdID + `],"reason":"negative"}`
	g := told(t, held)
	for at, want := range map[string]int{"2026-01-05T11:00:00+08:00": 0, "2026-01-05T12:00:00+08:00": 2, "2026-01-05T13:30:00+08:00": 1, "2026-01-05T14:00:00+08:00": 0} {
		if got := recall.HeldBy(g, ref(t, "case:C1"), mustTime(at)); len(got) != want {
			t.Errorf("%s: %v, want %d", at, got, want)
		}
	}
}
