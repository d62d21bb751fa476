package recall_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"suyuan/internal/event"
	"suyuan/internal/genealogy"
	"suyuan/internal/recall"
)

// suggested are the reasons with their sources, in order.
func suggested(g *genealogy.Graph, now event.Time) []string {
	list := []string{}
	for _, s := range recall.Suggest(g, now) {
		list = append(list, fmt.Sprintf("%s %v", s.Reason, s.Sources))
	}
	return list
}

func TestTheLechengRepeatTestComesFirst(t *testing.T) {
	t.Parallel()
	g := exampleGraph(t, "lecheng")
	list := recall.Suggest(g, g.Latest())
	if len(list) == 0 {
		t.Fatal("nothing is suggested")
	}
	s := list[0]
	if s.Reason != recall.LatePositive || s.Subject != ref(t, "unit:MSC-26-02-S2") || fmt.Sprint(s.Sources) != "[batch:MSC-26-02]" {
		t.Errorf("first is %s, %s of %v", s.Reason, s.Subject, s.Sources)
	}
	if len(s.Infused) != 9 || len(s.Patients) != 8 || !s.BadNews() {
		t.Errorf("%d units were given to %d patients", len(s.Infused), len(s.Patients))
	}
	for _, x := range list {
		if x.Subject == ref(t, "shipment:TRF-05") {
			t.Error("the excursion that CASE-2026-01 was opened for is suggested")
		}
	}
	before := s.Time.Add(-1)
	if got := suggested(g, before); slices.ContainsFunc(got, func(s string) bool { return strings.HasPrefix(s, "late-positive") }) {
		t.Errorf("before the result %v are suggested", got)
	}
}

// dose is a dose of a batch that was released on condition, given, and then found positive.
const dose = `{"type":"collection","time":"8:00","site":"S","donor":"D","outputs":[{"unit":"A"}]}
{"type":"manufacture","time":"9:00","site":"S","step":"fill","batch":"M","inputs":["A"],"outputs":[{"unit":"A1","role":"dose"},{"unit":"A2","role":"dose"},{"unit":"S1","role":"sample"}]}
{"type":"release","time":"10:00","batch":"M","decision":"DECISION","signed_by":["Q"]}
{"type":"infusion","time":"11:00","site":"S","unit":"A1","patient":"P1","checks":["name","number"]}
{"type":"test","time":"12:00","id":"00000000-0000-8000-8000-000000000012","subject":"unit:S1","sampled":"9:00","result":"positive"}
`

const sampleTest = "00000000-0000-8000-8000-000000000012"

func TestAPositiveIsLateOnlyAfterAReleaseOnCondition(t *testing.T) {
	t.Parallel()
	for decision, want := range map[string]string{"conditional": "late-positive", "released": "positive-test"} {
		g := told(t, strings.Replace(dose, "DECISION", decision, 1))
		wantList(t, []string{want + " [batch:M]"}, suggested(g, clock("13:00")))
		s := recall.Suggest(g, clock("13:00"))[0]
		if len(s.Infused) != 1 || s.Infused[0].Unit != ref(t, "unit:A1") || fmt.Sprint(s.Patients) != "[patient:P1]" || s.BadNews() != (decision == "conditional") {
			t.Errorf("%s: given %v to %v, bad news %v", decision, s.Infused, s.Patients, s.BadNews())
		}
	}
}

func TestWhatACaseWasOpenedForIsNotSuggestedAgain(t *testing.T) {
	t.Parallel()
	conditional := strings.Replace(dose, "DECISION", "conditional", 1)
	open := func(id, at, source, trigger string) string {
		return fmt.Sprintf(`{"type":"case","time":%q,"case":%q,"action":"open","sources":[%q],"trigger":%s}`+"\n", at, id, source, trigger)
	}
	still := []string{"late-positive [batch:M]"}
	for name, c := range map[string]struct {
		more string
		want []string
	}{
		"by its trigger": {open("C", "12:30", "donor:D", `["`+sampleTest+`"]`), []string{}},
		"by its source":  {open("C", "12:30", "batch:M", `"telephone"`), []string{}},
		"opened before":  {open("C", "11:30", "batch:M", `"telephone"`), still},
		"opened before on a source, and closed since": {open("C", "11:30", "donor:D", `"x"`) + `{"type":"case","time":"12:45","case":"C","action":"close","conclusion":"over","signed_by":["Q"]}`, []string{}},
		"opened and closed before":                    {open("C", "11:15", "batch:M", `"x"`) + `{"type":"case","time":"11:30","case":"C","action":"close","conclusion":"over","signed_by":["Q"]}`, still},
		"about something else":                        {open("C", "12:30", "donor:E", `"telephone"`), still},
		"a drill":                                     {open("DRILL-1", "12:30", "batch:M", `["`+sampleTest+`"]`), still},
		"closed":                                      {open("C", "12:30", "batch:M", `"x"`) + `{"type":"case","time":"12:45","case":"C","action":"close","conclusion":"over","signed_by":["Q"]}`, []string{}},
		"its hold was lifted":                         {open("C", "11:30", "donor:D", `"x"`) + `{"type":"case","time":"12:45","case":"C","action":"lift","holds":["` + sampleTest + `"],"reason":"retest"}`, []string{}},
		"the result was corrected":                    {`{"type":"correction","time":"12:45","corrects":"` + sampleTest + `","reason":"incorrect_data"}`, []string{}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			wantList(t, c.want, suggested(told(t, conditional+c.more), clock("13:00")))
		})
	}
}

func TestWhatComesInWhileACaseIsOpenIsForThatCase(t *testing.T) {
	t.Parallel()
	lines := strings.Replace(dose, "DECISION", "conditional", 1) + `{"type":"case","time":"11:30","case":"C","action":"open","sources":["donor:D"]}
{"type":"case","time":"11:30","case":"E","action":"open","sources":["donor:E"]}
`
	list := recall.Suggest(told(t, lines), clock("13:00"))
	if len(list) != 1 || list[0].Case != ref(t, "case:C") || !list[0].BadNews() {
		t.Errorf("suggested is %+v", list)
	}
	list = recall.Suggest(told(t, strings.Replace(dose, "DECISION", "conditional", 1)), clock("13:00"))
	if len(list) != 1 || !list[0].Case.IsZero() {
		t.Errorf("without a case, suggested is %+v", list)
	}
}

func TestAnExcessIsMarkedFromTheLastGoodResultToTheNext(t *testing.T) {
	t.Parallel()
	reading := func(at, result string) string {
		return fmt.Sprintf(`{"type":"environment","time":%q,"site":"S","room":"R","class":"microbial","result":%q}`+"\n", at, result)
	}
	particles := `{"type":"environment","time":"10:30","site":"S","room":"R","class":"particles","result":"action"}` + "\n"
	first := `{"type":"collection","time":"7:00","site":"S","room":"R","donor":"D","outputs":[{"unit":"A"}]}` + "\n"
	for name, c := range map[string]struct{ lines, want string }{
		"between two good ones": {reading("8:00", "in_limit") + reading("9:00", "alert") + reading("10:00", "action") + reading("11:00", "in_limit"), "08:00-11:00 2"},
		"from the first on":     {first + reading("9:00", "alert"), "07:00- 1"},
		"twice":                 {reading("8:00", "alert") + reading("9:00", "in_limit") + reading("10:00", "action"), "-09:00 1; 09:00- 1"},
		"particles beside":      {reading("8:00", "alert") + particles + reading("9:00", "in_limit"), "-09:00 1; - 1"},
		"all in limit":          {reading("8:00", "in_limit"), ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var got []string
			for _, s := range recall.Suggest(told(t, c.lines), clock("13:00")) {
				if s.Reason != recall.EnvironmentExcess || s.Subject != ref(t, "room:R") {
					t.Errorf("suggested is %s of %s", s.Reason, s.Subject)
				}
				got = append(got, fmt.Sprintf("%s-%s %d", hour(s.From), hour(s.To), len(s.Seq)))
			}
			if strings.Join(got, "; ") != c.want {
				t.Errorf("marked %q, want %q", got, c.want)
			}
		})
	}
}

func hour(t event.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.Std().Format("15:04")
}

func TestExcursionsAndIncidentsAreSuggestedInOrderOfUrgency(t *testing.T) {
	t.Parallel()
	lines := `{"type":"collection","time":"8:00","site":"S","donor":"D","outputs":[{"unit":"A"},{"unit":"B"}]}
{"type":"shipment","time":"9:00","site":"S","shipment":"SH","units":["A"],"to":"T","low":"-190","high":"-150","uom":"Cel"}
{"type":"arrival","time":"10:00","site":"T","shipment":"SH","accepted":["A"],"min":"-180","max":"-120","uom":"Cel"}
{"type":"infusion","time":"11:00","site":"S","unit":"B","patient":"P","checks":["name","number"],"deviation":{"rules":["not-released"],"reason":"emergency","happened":true}}
{"type":"infusion","time":"11:00","site":"T","unit":"A","patient":"Q","checks":["name","number"],"deviation":{"rules":["expired"],"reason":"late","happened":true}}
{"type":"test","time":"12:00","subject":"patient:Q","sampled":"11:30","result":"fail"}
`
	wantList(t, []string{"incident [unit:B]", "positive-test [patient:Q]", "temperature-excursion [shipment:SH]"}, suggested(told(t, lines), clock("13:00")))
}
