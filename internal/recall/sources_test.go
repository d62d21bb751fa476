package recall_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/gowebpki/jcs"

	"suyuan/internal/event"
	"suyuan/internal/recall"
)

func refs(t *testing.T, list ...string) []event.Ref {
	t.Helper()
	refs := make([]event.Ref, len(list))
	for i, s := range list {
		refs[i] = ref(t, s)
	}
	return refs
}

// sources asks for the sources of some positives; of none for those of all.
func sources(t *testing.T, lines string, positives ...string) *recall.SourceAnswer {
	t.Helper()
	a, err := recall.Sources(told(t, lines), recall.AsOf{}, recall.SourceQuery{Positives: refs(t, positives...)})
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func commonOf(a *recall.SourceAnswer) []string {
	list := make([]string, 0, len(a.Common))
	for _, c := range a.Common {
		list = append(list, fmt.Sprintf("%s %s %d/%d", c.Ref, c.Grade, c.Explains, c.Of))
	}
	return list
}

func candidatesOf(a *recall.SourceAnswer) []string {
	list := make([]string, 0, len(a.Chains))
	for _, c := range a.Chains {
		for _, k := range c.Candidates {
			list = append(list, fmt.Sprintf("%s > %s: %s %s %v", c.From, c.To, k.Ref, k.Via, k.Seq))
		}
	}
	return list
}

func excludedOf(a *recall.SourceAnswer) []string {
	list := make([]string, 0, len(a.Excluded))
	for _, x := range a.Excluded {
		list = append(list, fmt.Sprintf("%s %s %v", x.Code, x.Ref, x.Seq))
	}
	return list
}

// nk is the published case in its least form (IASR 45(538)): two people's own
// cells, the intake sample of the one negative and of the other positive, both
// samples before shipment positive. Rows are synthetic.
const nk = `
{"type":"collection","time":"6:00","site":"BANK","donor":"D1","outputs":[{"unit":"BLOOD1"}]}
{"type":"collection","time":"6:15","site":"BANK","donor":"D2","outputs":[{"unit":"BLOOD2"}]}
{"type":"manufacture","time":"7:00","site":"CPC","step":"sample","inputs":[{"unit":"BLOOD1","rest":true}],"outputs":[{"unit":"IN1","role":"sample"}]}
{"type":"manufacture","time":"7:15","site":"CPC","step":"sample","inputs":[{"unit":"BLOOD2","rest":true}],"outputs":[{"unit":"IN2","role":"sample"}]}
{"type":"manufacture","time":"8:00","end":"8:30","site":"CPC","step":"isolate","inputs":["BLOOD1"],"outputs":[{"unit":"TUBE1"}],"equipment":[{"equipment":"HOOD"}]}
{"type":"cleaning","time":"8:30","end":"8:45","equipment":"HOOD","verified":true}
{"type":"manufacture","time":"9:00","end":"9:30","site":"CPC","step":"isolate","inputs":["BLOOD2"],"outputs":[{"unit":"TUBE2"}],"equipment":[{"equipment":"HOOD"}]}
{"type":"manufacture","time":"10:00","end":"10:30","site":"CPC","step":"freeze","units":["TUBE1","TUBE2"],"equipment":[{"equipment":"FREEZER"}]}
{"type":"contact","time":"11:00","things":["unit:TUBE1","unit:TUBE2"],"reason":"pressure let out of the tubes"}
{"type":"manufacture","time":"12:00","end":"12:15","site":"CPC","step":"thaw","units":["TUBE2"],"equipment":[{"equipment":"BATH"}]}
{"type":"manufacture","time":"12:15","end":"12:30","site":"CPC","step":"thaw","units":["TUBE1"],"equipment":[{"equipment":"BATH"}]}
{"type":"manufacture","time":"13:00","site":"CPC","step":"wash","inputs":["TUBE2"],"outputs":[{"unit":"DOSE2","role":"dose"}],"materials":[{"lot":"ALB-25","aliquot":"1"}]}
{"type":"manufacture","time":"13:15","site":"CPC","step":"wash","inputs":["TUBE1"],"outputs":[{"unit":"DOSE1","role":"dose"}],"materials":[{"lot":"ALB-25","aliquot":"1"}]}
{"type":"manufacture","time":"13:30","site":"CPC","step":"thaw","units":["OTHER"],"equipment":[{"equipment":"BATH"}],"deviation":{"rules":["unknown-thing"],"reason":"from elsewhere"}}
{"type":"infusion","time":"20:00","site":"CLINIC","room":"CLINIC-R","unit":"DOSE1","patient":"P1","checks":["name","number"]}
{"type":"infusion","time":"21:00","site":"CLINIC","room":"CLINIC-R","unit":"DOSE2","patient":"P2","checks":["name","number"]}
{"type":"infusion","time":"22:00","site":"WARD","unit":"OTHER","patient":"P9","checks":["name","number"]}
{"type":"test","time":"23:00","subject":"unit:DOSE1","sampled":"15:00","result":"positive","assay":"culture"}
{"type":"test","time":"23:00","subject":"unit:DOSE2","sampled":"15:00","result":"positive","assay":"culture"}
{"type":"test","time":"23:00","subject":"unit:IN1","sampled":"7:00","result":"negative","assay":"culture"}
{"type":"test","time":"23:00","subject":"unit:IN2","sampled":"7:15","result":"positive","assay":"culture"}`

func TestTheCellsOf2024HaveNoCommonSourceAndFourWaysFromOneToTheOther(t *testing.T) {
	t.Parallel()
	a := sources(t, nk, "patient:P1", "patient:P2")
	if len(a.Common) > 0 {
		t.Errorf("common sources: %v", commonOf(a))
	}
	want := []string{
		"patient:P2 > patient:P1: aliquot:ALB-25/1 backflow [12 13]",
		"patient:P2 > patient:P1: equipment:BATH equipment [10 11]",
		"patient:P2 > patient:P1: equipment:FREEZER equipment [8]",
		"patient:P2 > patient:P1: unit:TUBE2 contact [9]",
	}
	if d := cmp.Diff(want, candidatesOf(a)); d != "" {
		t.Error(d)
	}
	want = []string{
		"already-positive room:CLINIC-R [18 21]", "already-positive site:CLINIC [18 21]",
		"cleaned-or-order equipment:HOOD [5 7]", "negative-after site:BANK [20]",
	}
	if d := cmp.Diff(want, excludedOf(a)); d != "" {
		t.Error(d)
	}
	if d := cmp.Diff([]string{"unit:OTHER", "patient:P9"}, refTexts(a.NextExposed)); d != "" {
		t.Error(d)
	}
}

func TestAnIntervalIsThatOfSamplesAndNotOfReports(t *testing.T) {
	t.Parallel()
	a := sources(t, nk, "patient:P1", "patient:P2")
	one, two := a.Positives[0], a.Positives[1]
	if got := fmt.Sprint(one.From, *one.Negative, one.To, *one.Positive); got != "2026-01-05T07:00:00+08:00 20 2026-01-05T15:00:00+08:00 18" {
		t.Error(got)
	}
	if got := fmt.Sprint(two.From, two.Negative == nil, two.To, *two.Positive); got != "2026-01-05T06:15:00+08:00 true 2026-01-05T07:15:00+08:00 21" {
		t.Error(got)
	}
}

func TestAPositiveOfWhatALineageWasMadeFromCarriesOnInWhatWasMadeOfIt(t *testing.T) {
	t.Parallel()
	a := sources(t, nk, "unit:BLOOD2", "unit:DOSE1")
	if n := len(candidatesOf(a)); n != 4 || a.Chains[0].From != ref(t, "unit:BLOOD2") || len(a.Chains) != 1 {
		t.Errorf("candidates: %v", candidatesOf(a))
	}
}

func TestADoseAndItsPatientAreOneCase(t *testing.T) {
	t.Parallel()
	all := sources(t, nk)
	if d := cmp.Diff([]string{"unit:DOSE1", "unit:DOSE2", "unit:IN2"}, []string{all.Positives[0].Ref.String(), all.Positives[1].Ref.String(), all.Positives[2].Ref.String()}); d != "" {
		t.Fatal(d)
	}
	both := sources(t, nk, "unit:DOSE1", "patient:P1")
	if len(both.Chains) > 0 || !slices.Contains(commonOf(both), "equipment:HOOD probable 2/2") {
		t.Errorf("chains %v, common %v", candidatesOf(both), commonOf(both))
	}
}

const cleanedBetween = `
{"type":"receipt","time":"6:00","site":"S","outputs":[{"unit":"A"},{"unit":"B"}]}
{"type":"test","time":"6:15","subject":"unit:B","sampled":"6:15","result":"negative"}
{"type":"manufacture","time":"7:00","end":"7:30","site":"S","step":"thaw","units":["A"],"equipment":[{"equipment":"BATH"}]}
{"type":"test","time":"7:00","subject":"unit:A","sampled":"7:00","result":"positive"}
{"type":"cleaning","time":"8:00","equipment":"BATH","verified":%v}
{"type":"manufacture","time":"9:00","end":"9:30","site":"S","step":"thaw","units":["B"],"equipment":[{"equipment":"BATH"}]}
{"type":"test","time":"10:00","subject":"unit:B","sampled":"10:00","result":"positive"}`

func TestOnlyAVerifiedCleaningBreaksAChain(t *testing.T) {
	t.Parallel()
	kept := sources(t, fmt.Sprintf(cleanedBetween, false))
	if d := cmp.Diff([]string{"unit:A > unit:B: equipment:BATH equipment [3 6]"}, candidatesOf(kept)); d != "" {
		t.Error(d)
	}
	if !slices.ContainsFunc(kept.Missing, func(m recall.Missing) bool {
		return m.Code == recall.NoCleaning && slices.Equal(m.Seq, []uint64{3, 6})
	}) {
		t.Errorf("nobody misses a verified cleaning: %v", kept.Missing)
	}
	broken := sources(t, fmt.Sprintf(cleanedBetween, true))
	if d := cmp.Diff([]string{"cleaned-or-order equipment:BATH [3 6]"}, excludedOf(broken)); d != "" || len(broken.Chains) > 0 {
		t.Error(d, candidatesOf(broken))
	}
}

func TestASampleDrawnAsAStepEndsSpeaksForTheStep(t *testing.T) {
	t.Parallel()
	const lines = `
{"type":"receipt","time":"6:00","site":"S","outputs":[{"unit":"A"}]}
{"type":"manufacture","time":"7:00","end":"8:00","site":"S","step":"wash","units":["A"],"equipment":[{"equipment":"EARLY"}]}
{"type":"contact","time":"8:00","things":["unit:A","equipment:NOW"],"reason":"ice"}
{"type":"manufacture","time":"8:00","end":"9:00","site":"S","step":"wash","units":["A"],"equipment":[{"equipment":"LATE"}]}
{"type":"test","time":"9:00","subject":"unit:A","sampled":"8:00","result":"negative"}
{"type":"test","time":"9:00","subject":"unit:A","sampled":"10:00","result":"positive"}`
	a := sources(t, lines)
	want := []string{"equipment:LATE probable 1/1", "equipment:NOW possible 1/1", "unit:A confirmed 1/1"}
	got := commonOf(a)
	slices.Sort(got)
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
}

func TestANegativeOfAnotherAssayOpensNothing(t *testing.T) {
	t.Parallel()
	const lines = `
{"type":"receipt","time":"6:00","site":"S","outputs":[{"unit":"A"}]}
{"type":"test","time":"7:00","subject":"unit:A","sampled":"7:00","result":"negative","assay":"%s"}
{"type":"test","time":"9:00","subject":"unit:A","sampled":"9:00","result":"positive","assay":"culture"}`
	for assay, opens := range map[string]bool{"pcr": false, "culture": true} {
		if a := sources(t, fmt.Sprintf(lines, assay)); (a.Positives[0].Negative != nil) != opens {
			t.Errorf("%s: %+v", assay, a.Positives[0])
		}
	}
}

// exposedTwo is a lot that went into two positives, and no other of nine: the
// table of the contract's example.
func exposedTwo() string {
	lines := `{"type":"receipt","time":"5:00","site":"S","lot":"ALB-1"}` + "\n"
	for i := 1; i <= 9; i++ {
		material, result := "", "negative"
		if i <= 2 {
			material, result = `,"materials":[{"lot":"ALB-1"}]`, "positive"
		}
		lines += fmt.Sprintf(`{"type":"collection","time":"6:00","site":"S","donor":"D%d","outputs":[{"unit":"U%d"}]%s}`, i, i, material) + "\n"
		lines += fmt.Sprintf(`{"type":"test","time":"9:00","subject":"unit:U%d","sampled":"8:00","result":"%s"}`, i, result) + "\n"
	}
	return lines
}

func TestACommonSourceHasItsTable(t *testing.T) {
	t.Parallel()
	a := sources(t, exposedTwo())
	if len(a.Common) != 1 || len(a.Negatives) != 7 {
		t.Fatalf("common %v, negatives %v", commonOf(a), a.Negatives)
	}
	want := `{"explains":2,"grade":"confirmed","negatives_reached":0,"of":2,"others_reached":0,"p":"0.0278","ref":"lot:ALB-1","relative_risk":null,` +
		`"table":{"exposed_negative":0,"exposed_positive":2,"unexposed_negative":7,"unexposed_positive":0}}`
	if got := string(a.AppendJSON(nil)); !strings.Contains(got, want) {
		t.Errorf("got %s\nwant in it %s", got, want)
	}
	if !a.Common[0].Fits() {
		t.Error("what explains all does not fit")
	}
}

func TestANegativeCountsOnlyWhereItWasReachedBeforeItsSample(t *testing.T) {
	t.Parallel()
	lines := exposedTwo() + `
{"type":"manufacture","time":"7:00","site":"S","step":"wash","units":["U3"],"materials":[{"lot":"ALB-1"}]}
{"type":"manufacture","time":"10:00","site":"S","step":"wash","units":["U4"],"materials":[{"lot":"ALB-1"}]}`
	if a := sources(t, lines); a.Common[0].NegativesReached != 1 {
		t.Errorf("negatives reached: %+v", a.Common[0])
	}
}

func TestAUnitThatTestedNegativeCountsAgainstItself(t *testing.T) {
	t.Parallel()
	const lines = `
{"type":"collection","time":"6:00","site":"S","donor":"D1","outputs":[{"unit":"A"}]}
{"type":"collection","time":"6:15","site":"S","donor":"D2","outputs":[{"unit":"B"}]}
{"type":"collection","time":"6:30","site":"S","donor":"D3","outputs":[{"unit":"N"}]}
{"type":"manufacture","time":"7:00","site":"S","step":"thaw","units":["A","B","N"],"equipment":[{"equipment":"BATH"}]}
{"type":"test","time":"9:00","subject":"unit:A","sampled":"8:00","result":"positive"}
{"type":"test","time":"9:00","subject":"unit:B","sampled":"8:00","result":"positive"}
{"type":"test","time":"9:00","subject":"unit:N","sampled":"8:00","result":"negative"}`
	want := []string{"equipment:BATH {2 1 0 0}", "donor:D3 {2 1 0 0}", "unit:N {2 1 0 0}"}
	for _, more := range []string{"", `
{"type":"test","time":"9:00","subject":"unit:C","sampled":"8:00","result":"negative"}
{"type":"test","time":"9:00","subject":"unit:D","sampled":"8:00","result":"negative"}
{"type":"test","time":"9:00","subject":"unit:E","sampled":"8:00","result":"negative"}`} {
		a := sources(t, lines+more)
		var got []string
		for _, c := range a.Common[:3] {
			c.Table.UnexposedNegative = 0 // those added change from which side they are counted, and nothing else
			got = append(got, fmt.Sprint(c.Ref, " ", c.Table))
		}
		if d := cmp.Diff(want, got); d != "" {
			t.Error(d)
		}
	}
}

func TestAPooledUnitCountsItselfWhereItExistedInTheInterval(t *testing.T) {
	t.Parallel()
	const lines = `
{"type":"receipt","time":"6:00","site":"S","outputs":[{"unit":"POOL"}]}
{"type":"manufacture","time":"8:00","site":"S","step":"fill","inputs":["POOL"],"outputs":[{"unit":"A"},{"unit":"B"}]}
{"type":"test","time":"9:00","subject":"unit:A","sampled":"9:00","result":"positive"}
{"type":"test","time":"9:00","subject":"unit:B","sampled":"9:00","result":"positive"}`
	if got := commonOf(sources(t, lines)); !slices.Contains(got, "unit:POOL confirmed 2/2") {
		t.Errorf("common: %v", got)
	}
	later := lines + `
{"type":"test","time":"9:00","subject":"unit:A","sampled":"8:30","result":"negative"}`
	if got := commonOf(sources(t, later)); slices.ContainsFunc(got, func(s string) bool { return strings.HasPrefix(s, "unit:POOL") }) {
		t.Errorf("the pool was clean when A was sampled: %v", got)
	}
}

func TestOthersAreCountedForTheBestFiftyAlone(t *testing.T) {
	t.Parallel()
	var lots []string
	for i := range 60 {
		lots = append(lots, fmt.Sprintf(`{"lot":"L%02d"}`, i))
	}
	a := sources(t, fmt.Sprintf(`
{"type":"collection","time":"6:00","site":"S","donor":"D","outputs":[{"unit":"A"},{"unit":"B"},{"unit":"C"}],"materials":[%s]}
{"type":"manufacture","time":"7:00","site":"S","step":"wash","units":["C"],"materials":[{"lot":"L00"}]}
{"type":"manufacture","time":"7:00","site":"S","step":"fill","inputs":["C"],"outputs":[{"unit":"E"}],"materials":[{"lot":"L01"}]}
{"type":"test","time":"9:00","subject":"unit:A","sampled":"9:00","result":"positive"}
{"type":"test","time":"9:00","subject":"unit:B","sampled":"9:00","result":"positive"}`, strings.Join(lots, ",")))
	if len(a.Common) != 61 {
		t.Fatalf("%d common sources: %v", len(a.Common), commonOf(a))
	}
	for i, c := range a.Common {
		if (c.OthersReached >= 0) != (i < recall.MaxOthers) {
			t.Errorf("place %d: %+v", i+1, c)
		}
	}
	if last := a.Common[60].Ref; last != ref(t, "lot:L59") {
		t.Errorf("last is %s", last)
	}
}

func TestALotThatWentInBeforeTheNegativesIsExcludedWithAliquotOrWithout(t *testing.T) {
	t.Parallel()
	a := sources(t, `
{"type":"receipt","time":"6:00","site":"S","outputs":[{"unit":"A"},{"unit":"B"}]}
{"type":"manufacture","time":"7:00","site":"S","step":"wash","units":["A","B"],"materials":[{"lot":"Q"},{"lot":"Q3","aliquot":"x"}],"equipment":[{"equipment":"E"}]}
{"type":"test","time":"9:00","subject":"unit:A","sampled":"8:00","result":"negative"}
{"type":"test","time":"9:00","subject":"unit:B","sampled":"8:00","result":"negative"}
{"type":"test","time":"11:00","subject":"unit:A","sampled":"10:00","result":"positive"}
{"type":"test","time":"11:00","subject":"unit:B","sampled":"10:00","result":"positive"}`)
	want := []string{
		"negative-after aliquot:Q3/x [3 4]", "negative-after equipment:E [3 4]", "negative-after lot:Q [3 4]", "negative-after site:S [3 4]",
	}
	if d := cmp.Diff(want, excludedOf(a)); d != "" || len(a.Common) > 0 {
		t.Error(d, commonOf(a))
	}
}

func TestMembersOfLineagesAreNoNegatives(t *testing.T) {
	t.Parallel()
	g := told(t, nk)
	a, err := recall.Sources(g, recall.AsOf{}, recall.SourceQuery{Positives: refs(t, "patient:P1"), Negatives: refs(t, "unit:IN1", "unit:TUBE1", "unit:DOSE2", "unit:OTHER")})
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff([]string{"unit:DOSE2", "unit:IN1", "unit:TUBE1"}, refTexts(a.Dropped)); d != "" {
		t.Error(d)
	}
	if d := cmp.Diff([]string{"unit:OTHER"}, refTexts(a.Negatives)); d != "" {
		t.Error(d)
	}
}

func TestASourceQueryThatCannotBeAnsweredSaysWhy(t *testing.T) {
	t.Parallel()
	g := told(t, made+`{"type":"test","time":"9:00","subject":"unit:B","sampled":"8:00","result":"inconclusive"}`)
	ask := func(q recall.SourceQuery) error {
		_, err := recall.Sources(g, recall.AsOf{}, q)
		return err
	}
	var unknown *recall.UnknownThingError
	var subject *recall.SubjectError
	var untested *recall.UntestedError
	if err := ask(recall.SourceQuery{}); !errors.Is(err, recall.ErrNoPositive) {
		t.Errorf("nobody is positive: %v", err)
	}
	if err := ask(recall.SourceQuery{Positives: refs(t, "unit:NO")}); !errors.As(err, &unknown) {
		t.Errorf("unknown: %v", err)
	}
	if err := ask(recall.SourceQuery{Positives: refs(t, "unit:A"), Negatives: refs(t, "lot:L")}); !errors.As(err, &subject) || subject.Ref != ref(t, "lot:L") {
		t.Errorf("a lot as negative: %v", err)
	}
	if err := ask(recall.SourceQuery{Positives: refs(t, "unit:B")}); !errors.As(err, &untested) || untested.Ref != ref(t, "unit:B") {
		t.Errorf("neither sample nor infusion: %v", err)
	}
}

func TestSourcesAreTheSameBytesEachTimeAndCanonical(t *testing.T) {
	t.Parallel()
	one := sources(t, nk).AppendJSON(nil)
	for range 5 {
		if two := sources(t, nk).AppendJSON(nil); string(one) != string(two) {
			t.Fatalf("%s\n%s", one, two)
		}
	}
	again, err := jcs.Transform(one)
	if err != nil || string(again) != string(one) {
		t.Errorf("not canonical: %v\n%s\n%s", err, one, again)
	}
}
