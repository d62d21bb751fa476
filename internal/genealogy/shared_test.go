package genealogy_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"suyuan/internal/event"
	"suyuan/internal/genealogy"
)

// touches spells the contacts that a thing passes on by, as
// "via grade other from-to #record".
func touches(t *testing.T, g *genealogy.Graph, from string, vias ...genealogy.Via) []string {
	t.Helper()
	n := g.Contacts()
	i, ok := n.Thing(ref(t, from))
	if !ok {
		t.Fatalf("%s is not in the graph", from)
	}
	var list []string
	for _, k := range n.Out(i) {
		c := n.Contact(k)
		if slices.Contains(vias, c.Via) {
			list = append(list, fmt.Sprintf("%s %s %s %s-%s #%d", c.Via, c.Grade, n.Ref(c.Target), short(c.From), short(c.To), n.Entry(c).Seq))
		}
	}
	return list
}

func short(t event.Time) string {
	if t.IsZero() {
		return ""
	}
	return strings.TrimSuffix(strings.TrimPrefix(t.String(), "2026-01-01T"), ":00Z")
}

func TestStaysEndWhereTheUnitLeftTheVessel(t *testing.T) {
	t.Parallel()
	store := func(clock, tank, phase string) string {
		return at("store", clock, fmt.Sprintf(`"site":"H","units":["U"],"equipment":%q%s`, tank, phase))
	}
	liquid, vapour := `,"phase":"liquid"`, `,"phase":"vapour"`
	take := func(clock, tank, rest string) string {
		return at("retrieve", clock, fmt.Sprintf(`"site":"H","units":["U"],"equipment":%q%s`, tank, rest))
	}
	tests := []struct {
		name   string
		events []string
		want   []string
	}{
		{"at the end of the retrieve", []string{store("08:00", "T1", liquid), take("09:00", "T1", `,"end":"2026-01-01T09:10:00Z"`)}, []string{"vessel probable equipment:T1 08:00-09:10 #1"}},
		{"vapour is possible", []string{store("08:00", "T1", vapour), take("09:00", "T1", "")}, []string{"vessel possible equipment:T1 08:00-09:00 #1"}},
		{"the retrieve knows the phase", []string{store("08:00", "T1", ""), take("09:00", "T1", liquid)}, []string{"vessel probable equipment:T1 08:00-09:00 #1"}},
		{"never", []string{store("08:00", "T1", "")}, []string{"vessel possible equipment:T1 08:00- #1"}},
		{"at the next store", []string{store("08:00", "T1", liquid), store("10:00", "T2", "")}, []string{"vessel probable equipment:T1 08:00-10:00 #1", "vessel possible equipment:T2 10:00- #2"}},
		{"not at a retrieve from elsewhere", []string{store("08:00", "T1", liquid), take("09:00", "T2", liquid)}, []string{"vessel probable equipment:T1 08:00- #1", "vessel possible equipment:T2 09:00-09:00 #2"}},
		{"at a shipment", []string{store("08:00", "T1", ""), at("shipment", "09:00", `"site":"H","to":"K","shipment":"S","units":["U"]`)}, []string{"vessel possible equipment:T1 08:00-09:00 #1"}},
		{"at an infusion", []string{store("08:00", "T1", ""), at("infusion", "09:00", `"site":"H","unit":"U","patient":"P","checks":["name","number"]`)}, []string{"vessel possible equipment:T1 08:00-09:00 #1"}},
		{"at a disposal", []string{store("08:00", "T1", ""), at("disposal", "09:00", `"units":["U"],"method":"destroyed"`)}, []string{"vessel possible equipment:T1 08:00-09:00 #1"}},
		{"where it was consumed", []string{store("08:00", "T1", ""), at("manufacture", "09:00", `"site":"H","step":"thaw","inputs":["U"],"outputs":[{"unit":"V"}]`)}, []string{"vessel possible equipment:T1 08:00-09:00 #1"}},
		{"not where a part was taken", []string{store("08:00", "T1", ""), at("manufacture", "09:00", `"site":"H","step":"sample","inputs":[{"unit":"U","rest":true}],"outputs":[{"unit":"V"}]`)}, []string{"vessel possible equipment:T1 08:00- #1"}},
		{"a corrected retrieve ends nothing", []string{store("08:00", "T1", ""), numbered(1, take("09:00", "T1", "")), correcting(1)}, []string{"vessel possible equipment:T1 08:00- #1"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			got := touches(t, graphOf(t, test.events...), "unit:U", genealogy.ViaVessel)
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestLegsEndAtOtherEquipmentAndAtTheArrival(t *testing.T) {
	t.Parallel()
	sent := at("shipment", "08:00", `"site":"H","to":"K","shipment":"S","units":["U","V"],"equipment":"X1"`)
	hand := func(clock, with string) string {
		return at("handover", clock, fmt.Sprintf(`"shipment":"S"%s`, with))
	}
	arrival := at("arrival", "12:00", `"site":"K","shipment":"S","accepted":["U"],"end":"2026-01-01T12:30:00Z"`)
	tests := []struct {
		name   string
		events []string
		want   []string
	}{
		{"arrival", []string{sent, arrival}, []string{"shipper possible equipment:X1 08:00-12:30 #1"}},
		{"never", []string{sent}, []string{"shipper possible equipment:X1 08:00- #1"}},
		{"a handover that names none", []string{sent, hand("09:00", `,"carrier":"C"`), arrival}, []string{"shipper possible equipment:X1 08:00-12:30 #1"}},
		{"a handover that names the same", []string{sent, hand("09:00", `,"equipment":"X1"`), arrival}, []string{"shipper possible equipment:X1 08:00-12:30 #1"}},
		{"a handover that names another", []string{sent, hand("09:00", `,"equipment":"X2"`), arrival}, []string{"shipper possible equipment:X1 08:00-09:00 #1", "shipper possible equipment:X2 09:00-12:30 #2"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			g := graphOf(t, test.events...)
			for _, unit := range []string{"unit:U", "unit:V"} {
				if diff := cmp.Diff(test.want, touches(t, g, unit, genealogy.ViaShipper)); diff != "" {
					t.Error(unit, diff)
				}
			}
		})
	}
}

func TestStepsMeetWhatTheyUsed(t *testing.T) {
	t.Parallel()
	g := graphOf(t,
		at("register", "07:00", `"subject":"lot:OPEN","class":"open-container"`),
		at("manufacture", "08:00", `"end":"2026-01-01T09:00:00Z","site":"F","room":"F/R","operators":["OP-1"],"step":"wash","units":["U"],
			"inputs":["A"],"outputs":[{"unit":"B"}],"materials":[{"lot":"L","aliquot":"A1"},{"lot":"OPEN"},{"lot":"SHUT"}],
			"equipment":[{"equipment":"CAB","from":"2026-01-01T08:10:00Z","to":"2026-01-01T08:20:00Z"},{"equipment":"BATH"}]`),
		at("infusion", "10:00", `"site":"H","room":"H/W","unit":"B","patient":"P","checks":["name","number"],"complete":false,"residue":"C"`),
	)
	vias := []genealogy.Via{
		genealogy.ViaBackflow, genealogy.ViaOpenLot, genealogy.ViaEquipment, genealogy.ViaRoom, genealogy.ViaOperator,
	}
	want := []string{
		"backflow probable aliquot:L/A1 08:00-09:00 #2",
		"backflow probable lot:OPEN 08:00-09:00 #2",
		"equipment probable equipment:CAB 08:10-08:20 #2",
		"equipment probable equipment:BATH 08:00-09:00 #2",
		"open_lot possible lot:SHUT 08:00-09:00 #2",
		"operator possible operator:OP-1 08:00-09:00 #2",
		"room possible room:F/R 08:00-09:00 #2",
	}
	for _, unit := range []string{"unit:A", "unit:U"} {
		if diff := cmp.Diff(want, touches(t, g, unit, vias...)); diff != "" {
			t.Error(unit, diff)
		}
	}
	want = append(want, "room possible room:H/W 10:00-10:00 #3")
	if diff := cmp.Diff(want, touches(t, g, "unit:B", vias...)); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"room possible unit:B 10:00-10:00 #3", "room possible unit:C 10:00-10:00 #3"}, touches(t, g, "room:H/W", vias...)); diff != "" {
		t.Error(diff)
	}
}

func cutsOf(t *testing.T, g *genealogy.Graph, r string, floor genealogy.Grade) string {
	t.Helper()
	n := g.Contacts()
	i, ok := n.Thing(ref(t, r))
	if !ok || !n.Remembers(i) {
		t.Fatalf("%s remembers nothing", r)
	}
	var list []string
	for _, c := range n.Cuts(i, floor) {
		list = append(list, short(c))
	}
	return strings.Join(list, " ")
}

func TestCleaningsCutAtTheirEndAndUnverifiedOnesNotAtPossible(t *testing.T) {
	t.Parallel()
	clean := func(clock, what, verified string) string {
		return at("cleaning", clock, fmt.Sprintf(`"site":"F",%s,"verified":%s`, what, verified))
	}
	bath, room := `"equipment":"BATH"`, `"room":"R"`
	g := graphOf(t,
		with(clean("10:00", bath, "true"), `"end":"2026-01-01T10:30:00Z"`),
		clean("09:00", bath, "false"),
		with(clean("10:30", bath, "true"), `"n":2`),
		clean("11:00", room, "true"),
		numbered(1, clean("12:00", bath, "true")), correcting(1),
		clean("13:00", `"equipment":"BATH-OLD"`, "true"),
		at("cleaning", "14:00", `"site":"F","equipment":"OTHER","verified":true`),
		at("same", "15:00", `"things":["equipment:BATH","equipment:BATH-OLD"],"reason":"relabelled","signed_by":["OP-1"]`),
	)
	for _, bathOrOld := range []string{"equipment:BATH", "equipment:BATH-OLD"} {
		if got := cutsOf(t, g, bathOrOld, genealogy.Probable); got != "09:00 10:30 13:00" {
			t.Errorf("%s is cut at %s", bathOrOld, got)
		}
		if got := cutsOf(t, g, bathOrOld, genealogy.Possible); got != "10:30 13:00" {
			t.Errorf("%s is cut at %s at possible", bathOrOld, got)
		}
	}
	if got := cutsOf(t, g, "room:R", genealogy.Possible); got != "11:00" {
		t.Errorf("the room is cut at %s", got)
	}
}

func TestSessionsEndWhereEightHoursPassWithoutAContact(t *testing.T) {
	t.Parallel()
	step := func(unit, from, to string) string {
		return at("manufacture", from, fmt.Sprintf(`"end":"2026-01-01T%s:00Z","site":"F","operators":["OP"],"step":"wash","units":[%q]`, to, unit))
	}
	apart := graphOf(t, step("U", "01:00", "05:00"), step("W", "02:00", "03:00"), step("V", "13:00", "14:00"))
	if got := cutsOf(t, apart, "operator:OP", genealogy.Confirmed); got != "09:00" {
		t.Errorf("a gap of eight hours is cut at %q", got)
	}
	together := graphOf(t, step("U", "01:00", "05:01"), step("V", "13:00", "14:00"))
	if got := cutsOf(t, together, "operator:OP", genealogy.Possible); got != "" {
		t.Errorf("a gap of less than eight hours is cut at %q", got)
	}
	bridged := graphOf(t, step("U", "01:00", "05:00"), step("V", "13:00", "14:00"),
		at("contact", "09:00", `"things":["operator:OP","unit:X"],"reason":"helped"`))
	if got := cutsOf(t, bridged, "operator:OP", genealogy.Possible); got != "" {
		t.Errorf("a declared contact between does not keep the session together: %q", got)
	}
}

func TestMarksReachFromTheLastResultInLimitToTheNext(t *testing.T) {
	t.Parallel()
	plate := func(clock, class, result string) string {
		return at("environment", clock, fmt.Sprintf(`"site":"F","room":"R","class":%q,"result":%q`, class, result))
	}
	step := at("store", "03:00", `"site":"F","room":"R","units":["U"],"equipment":"T"`)
	tests := []struct {
		name   string
		events []string
		want   string
	}{
		{"between two", []string{plate("04:00", "microbial", "in_limit"), plate("05:00", "microbial", "action"), plate("06:00", "microbial", "in_limit")}, "04:00-06:00"},
		{"alert is out of limit", []string{plate("04:00", "microbial", "in_limit"), plate("05:00", "microbial", "alert")}, "04:00-"},
		{"from the first contact", []string{step, plate("05:00", "microbial", "action")}, "03:00-"},
		{"nothing before it", []string{plate("05:00", "microbial", "action")}, "05:00-"},
		{"particles do not mark", []string{plate("05:00", "particles", "action")}, ""},
		{"particles do not clear", []string{plate("04:00", "particles", "in_limit"), plate("05:00", "microbial", "action"), plate("06:00", "particles", "in_limit")}, "05:00-"},
		{"at one time clears nothing", []string{step, plate("05:00", "microbial", "in_limit"), plate("05:00", "microbial", "action")}, "03:00-"},
		{"two in a row are one", []string{plate("04:00", "microbial", "in_limit"), plate("05:00", "microbial", "action"), plate("05:30", "microbial", "alert"), plate("06:00", "microbial", "in_limit")}, "04:00-06:00"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			var list []string
			for _, s := range graphOf(t, test.events...).Contacts().Marks(ref(t, "room:R")) {
				list = append(list, short(s.From)+"-"+short(s.To))
			}
			if got := strings.Join(list, " "); got != test.want {
				t.Errorf("marked %q, want %q", got, test.want)
			}
		})
	}
}

func TestRowsOfWhatRemembersAreInOrderOfTheWalk(t *testing.T) {
	t.Parallel()
	store := func(clock, unit string) string {
		return at("store", clock, fmt.Sprintf(`"site":"H","units":[%q],"equipment":"T"`, unit))
	}
	g := graphOf(t, store("10:00", "A"), store("08:00", "B"), at("retrieve", "09:00", `"site":"H","units":["B"],"equipment":"T"`),
		store("08:30", "C"), at("retrieve", "12:00", `"site":"H","units":["C"],"equipment":"T"`))
	n := g.Contacts()
	tank, _ := n.Thing(ref(t, "equipment:T"))
	var out, in []string
	for _, k := range n.Out(tank) {
		out = append(out, n.Ref(n.Contact(k).Target).ID())
	}
	for _, k := range n.In(tank) {
		in = append(in, n.Ref(n.Contact(k).Source).ID())
	}
	if got := strings.Join(out, "") + " " + strings.Join(in, ""); got != "BCA ACB" {
		t.Errorf("the rows are %s, want BCA by beginning and ACB by end", got)
	}
}
