package genealogy_test

import (
	"fmt"
	"strings"
	"testing"

	"suyuan/internal/event"
	"suyuan/internal/genealogy"
	"suyuan/internal/genealogy/genealogytest"
)

// at makes an event of the first of January 2026 from its type, its time of
// day and its other members; numbered gives it an id.
func at(kind, clock, members string) string {
	return fmt.Sprintf(`{"type":%q,"time":"2026-01-01T%s:00Z",%s}`, kind, clock, members)
}

func id(n int) event.ID { return event.ID(fmt.Sprintf("00000000-0000-8000-8000-%012d", n)) }

func with(ev, member string) string { return strings.TrimSuffix(ev, "}") + "," + member + "}" }

func numbered(n int, ev string) string { return with(ev, fmt.Sprintf(`"id":%q`, id(n))) }

func replacing(n int, ev string) string { return with(ev, fmt.Sprintf(`"replaces":%q`, id(n))) }

func correcting(n int) string {
	return at("correction", "20:00", fmt.Sprintf(`"corrects":%q,"reason":"incorrect_data"`, id(n)))
}

func declared(ev string) string {
	return with(ev, `"deviation":{"rules":["unknown-thing"],"reason":"found"}`)
}

// graphOf records the events as records 1, 2, …; each is recorded when it
// happened.
func graphOf(t *testing.T, events ...string) *genealogy.Graph {
	t.Helper()
	g := genealogy.New()
	for i, s := range events {
		record(t, g, uint64(i)+1, s)
	}
	return g
}

func record(t *testing.T, g *genealogy.Graph, seq uint64, s string) {
	t.Helper()
	e, err := event.Parse([]byte(s))
	if err != nil {
		t.Fatalf("%s: %v", s, err)
	}
	e.Identify()
	if err := genealogytest.Add(g, seq, "OP", e.Time, e); err != nil {
		t.Fatal(err)
	}
}

func ref(t *testing.T, s string) event.Ref {
	t.Helper()
	r, err := event.ParseRef(s)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func clock(t *testing.T, s string) event.Time {
	t.Helper()
	if !strings.Contains(s, "T") {
		s = "2026-01-01T" + s + ":00Z"
	}
	c, err := event.ParseTime(s)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func spell(refs []event.Ref) string {
	list := make([]string, len(refs))
	for i, r := range refs {
		list[i] = r.String()
	}
	return strings.Join(list, " ")
}

const twoOfS1 = `"donor":"D1","site":"S1","outputs":[{"unit":"U1"},{"unit":"U2"}]`

// struck tells which of the events 1 to n do not count.
func struck(g *genealogy.Graph, n int) string {
	var list []string
	for i := 1; i <= n; i++ {
		if e, ok := g.ByID(id(i)); ok && e.Struck() {
			by, _ := g.StruckBy(e)
			list = append(list, fmt.Sprintf("%d by %d", i, by))
		}
	}
	return strings.Join(list, ", ")
}

func TestCorrectionsAndReplacementsStrike(t *testing.T) {
	t.Parallel()
	made := numbered(1, at("collection", "08:00", twoOfS1))
	instead := func(n, old int) string {
		return numbered(n, replacing(old, at("collection", "08:00", `"donor":"D9","site":"S1","outputs":[{"unit":"U1"}]`)))
	}
	for _, row := range []struct {
		name   string
		events []string
		want   string
	}{
		{"nothing", []string{made}, ""},
		{"a correction", []string{made, numbered(2, correcting(1))}, "1 by 2"},
		{"a correction that is corrected", []string{made, numbered(2, correcting(1)), numbered(3, correcting(2))}, "2 by 3"},
		{"and that again", []string{made, numbered(2, correcting(1)), numbered(3, correcting(2)), numbered(4, correcting(3))}, "1 by 2, 3 by 4"},
		{"two corrections, one corrected", []string{made, numbered(2, correcting(1)), numbered(3, correcting(1)), numbered(4, correcting(2))}, "1 by 3, 2 by 4"},
		{"a replacement", []string{made, instead(2, 1)}, "1 by 2"},
		{"a replacement of that", []string{made, instead(2, 1), instead(3, 2)}, "1 by 3, 2 by 3"},
		{"and of that", []string{made, instead(2, 1), instead(3, 2), instead(4, 3)}, "1 by 4, 2 by 4, 3 by 4"},
		{"a replacement that is corrected", []string{made, instead(2, 1), numbered(3, correcting(2))}, "2 by 3"},
		{"the last of two replacements is corrected", []string{made, instead(2, 1), instead(3, 2), numbered(4, correcting(3))}, "1 by 2, 3 by 4"},
		{"a correction that is replaced by another", []string{made, numbered(2, correcting(1)), numbered(3, replacing(2, correcting(7)))}, "2 by 3"},
		{"a correction that replaces and corrects, corrected", []string{
			made, numbered(2, correcting(7)), numbered(3, replacing(2, correcting(1))), numbered(4, correcting(3)),
		}, "3 by 4"},
		{"what is not there is not struck", []string{numbered(2, correcting(1)), made}, ""},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			if got := struck(graphOf(t, row.events...), 7); got != row.want {
				t.Errorf("struck are %q, wanted %q", got, row.want)
			}
		})
	}
}

func TestSuppositionsLeaveNoTrace(t *testing.T) {
	t.Parallel()
	made := numbered(1, at("collection", "08:00", twoOfS1))
	again := numbered(2, replacing(1, at("collection", "08:00", twoOfS1)))
	g := graphOf(t, made, again, numbered(3, at("cleaning", "09:00", `"equipment":"E1","verified":true`)), numbered(4, correcting(3)))
	seen := ""
	look := func() { seen = struck(g, 4) }
	for _, row := range []struct {
		name    string
		suppose func()
		want    string
	}{
		{"replaced again", func() { g.Suppose(id(2), look) }, "1 by 2, 2 by 0, 3 by 4"},
		{"the replacement corrected", func() { g.SupposeCorrected(id(2), look) }, "2 by 0, 3 by 4"},
		{"the correction corrected", func() { g.SupposeCorrected(id(4), look) }, "1 by 2, 4 by 0"},
		{"one in the other", func() { g.SupposeCorrected(id(2), func() { g.Suppose(id(1), look) }) }, "1 by 0, 2 by 0, 3 by 4"},
		{"what is struck already", func() { g.Suppose(id(3), look) }, "1 by 2, 3 by 4"},
		{"what is not there", func() { g.Suppose(id(7), look) }, "1 by 2, 3 by 4"},
	} {
		row.suppose()
		if seen != row.want {
			t.Errorf("%s: struck are %q, wanted %q", row.name, seen, row.want)
		}
		if got := struck(g, 4); got != "1 by 2, 3 by 4" {
			t.Fatalf("%s: afterwards struck are %q", row.name, got)
		}
	}
}

func TestARecordIsAddedOnce(t *testing.T) {
	t.Parallel()
	g := genealogy.New()
	e, err := event.Parse([]byte(at("collection", "08:00", twoOfS1)))
	if err != nil {
		t.Fatal(err)
	}
	if err := g.Add(1, "OP", e.Time, e); err == nil {
		t.Error("an event without an id was added")
	}
	e.Identify()
	if err := g.Add(1, "OP", e.Time, e); err != nil {
		t.Error(err)
	}
	if err := g.Add(2, "OP", e.Time, e); err == nil || g.Len() != 1 {
		t.Errorf("an event was added twice: %d entries, %v", g.Len(), err)
	}
}

func TestAddingLeavesTheCallersEventAlone(t *testing.T) {
	t.Parallel()
	e, err := event.Parse([]byte(at("manufacture", "08:00", `"step":"count","site":"S1","units":["U1"],"values":{"cells":"4"},"note":"as seen"`)))
	if err != nil {
		t.Fatal(err)
	}
	e.Identify()
	before := string(e.Bytes())
	if err := genealogy.New().Add(1, "OP", e.Time, e); err != nil {
		t.Fatal(err)
	}
	if after := string(e.Bytes()); after != before {
		t.Errorf("the event became %s, and was %s", after, before)
	}
}

func TestHistoriesAreInOrderOfTimeThenOfRecords(t *testing.T) {
	t.Parallel()
	test := func(n int, clock, result string) string {
		return numbered(n, at("test", clock, `"subject":"unit:U1","sampled":"2026-01-01T08:00:00Z","result":"`+result+`"`))
	}
	g := graphOf(t, numbered(1, at("collection", "08:00", twoOfS1)), test(2, "12:00", "pass"), test(3, "10:00", "pass"), test(4, "11:00", "pass"),
		test(5, "10:00", "negative"), numbered(6, replacing(3, at("test", "10:00", `"subject":"unit:U1","sampled":"2026-01-01T08:00:00Z","result":"inconclusive"`))))
	var got []uint64
	for _, m := range g.History(ref(t, "unit:U1")) {
		got = append(got, g.Entry(m).Seq)
	}
	if want := "[1 3 6 5 4 2]"; fmt.Sprint(got) != want {
		t.Errorf("history is %v, wanted %s: a replacement stands where the replaced one stood", got, want)
	}
	if g.Latest() != clock(t, "12:00") {
		t.Errorf("the latest time is %v", g.Latest())
	}
}

func TestAnEventIsLateADayAfterItHappened(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		recorded string
		want     bool
	}{{"2026-01-02T08:00:00Z", false}, {"2026-01-02T08:00:01Z", true}} {
		g := genealogy.New()
		e, err := event.Parse([]byte(at("collection", "08:00", twoOfS1)))
		if err != nil {
			t.Fatal(err)
		}
		e.Identify()
		if err := g.Add(1, "OP", clock(t, row.recorded), e); err != nil {
			t.Fatal(err)
		}
		if recorded, _ := g.BySeq(1); recorded.Late() != row.want {
			t.Errorf("recorded at %s, late is %v", row.recorded, recorded.Late())
		}
	}
}

func TestCodesNameWhatCarriesThem(t *testing.T) {
	t.Parallel()
	g := graphOf(t,
		at("collection", "08:00", `"donor":"D1","site":"S1","outputs":[{"unit":"U1","codes":["A"]},{"unit":"U2"}],"codes":{"unit:U2":["A","B"]}`),
		numbered(2, at("manufacture", "09:00", `"step":"relabel","site":"S1","units":["U1"],"changes":[{"unit":"U1","codes":["C"],"codes_void":["A"]}]`)))
	for code, want := range map[string]string{"A": "unit:U2", "B": "unit:U2", "C": "unit:U1", "D": ""} {
		if got := spell(g.ByCode(code)); got != want {
			t.Errorf("code %q names %q, wanted %q", code, got, want)
		}
	}
	record(t, g, 3, correcting(2))
	for code, want := range map[string]string{"A": "unit:U2 unit:U1", "C": ""} {
		if got := spell(g.ByCode(code)); got != want {
			t.Errorf("after the correction code %q names %q, wanted %q", code, got, want)
		}
	}
}

func TestThingsAreListedInOrderOfAppearance(t *testing.T) {
	t.Parallel()
	g := graphOf(t, at("collection", "08:00", twoOfS1))
	if got, want := spell(g.Things()), "donor:D1 unit:U1 unit:U2 site:S1"; got != want {
		t.Errorf("things are %q, wanted %q", got, want)
	}
	var units []event.Ref
	for u := range g.ThingsOf(event.KindUnit) {
		units = append(units, u)
	}
	if got, want := spell(units), "unit:U1 unit:U2"; got != want {
		t.Errorf("units are %q, wanted %q", got, want)
	}
}

func TestTypesOfALaterVocabularyAreKept(t *testing.T) {
	t.Parallel()
	e, err := event.ParseStored([]byte(`{"id":"` + string(id(1)) + `","time":"2026-01-01T08:00:00Z","type":"teleport"}`))
	if err != nil {
		t.Fatal(err)
	}
	g := genealogy.New()
	if err := g.Add(1, "OP", e.Time, e); err != nil {
		t.Fatal(err)
	}
	if list := g.UnknownTypes(); len(list) != 1 || list[0].Seq != 1 {
		t.Errorf("unknown types are %v", list)
	}
}
