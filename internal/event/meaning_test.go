package event_test

import (
	"testing"

	"suyuan/internal/event"
)

func body[T event.Body](t *testing.T, in string) (event.Event, T) {
	t.Helper()
	e, err := event.Parse([]byte(in))
	if err != nil {
		t.Fatal(err)
	}
	b, ok := e.Body.(T)
	if !ok {
		t.Fatalf("%s has the body %T", in, e.Body)
	}
	return e, b
}

func TestSilenceMeansWhatTheContractSays(t *testing.T) {
	t.Parallel()
	e, m := body[*event.Manufacture](t, with("manufacture", made+`,"inputs":["A",{"unit":"B","rest":true},{"unit":"C","rest":false}],"outputs":[{"unit":"X"},{"lot":"L"}],"materials":[{"lot":"L"},{"lot":"L","aliquot":"1"}]`))
	if m.Inputs[0].Consumed() != true || m.Inputs[1].Consumed() != false || m.Inputs[2].Consumed() != true {
		t.Errorf("consumed: %v, %v, %v, want all but the rest", m.Inputs[0].Consumed(), m.Inputs[1].Consumed(), m.Inputs[2].Consumed())
	}
	for got, want := range map[event.Ref]string{
		m.Outputs[0].Thing(): "unit:X", m.Outputs[1].Thing(): "lot:L", m.Materials[0].Thing(): "lot:L", m.Materials[1].Thing(): "aliquot:L/1",
	} {
		if got.String() != want {
			t.Errorf("thing %v, want %s", got, want)
		}
	}
	if e.Until() != e.Time {
		t.Errorf("an event without end lasts until %v, want its time %v", e.Until(), e.Time)
	}
	if e, _ := body[*event.Store](t, store(`"end":"2026-03-02T00:00:00Z"`)); e.Until() != e.End {
		t.Errorf("an event lasts until %v, want its end %v", e.Until(), e.End)
	}
	for complete, want := range map[string]bool{"": true, `,"complete":true`: true, `,"complete":false`: false} {
		if _, b := body[*event.Infusion](t, with("infusion", `"site":"S","unit":"U","patient":"P","checks":["name","number"]`+complete)); b.Whole() != want {
			t.Errorf("infusion with %q is whole: %v, want %v", complete, b.Whole(), want)
		}
	}
}

func TestOnlyPositiveAndFailedTestsAreBad(t *testing.T) {
	t.Parallel()
	for result, want := range map[string]bool{"negative": false, "positive": true, "pass": false, "fail": true, "inconclusive": false} {
		if _, b := body[*event.Test](t, with("test", `"subject":"unit:U","sampled":`+moment+`,"result":"`+result+`"`)); b.Bad() != want {
			t.Errorf("a test that is %s is bad: %v, want %v", result, b.Bad(), want)
		}
	}
}

func TestACaseIsADrillByItsID(t *testing.T) {
	t.Parallel()
	for s, want := range map[string]bool{"case:DRILL-1": true, "case:C-1": false, "case:drill-1": false, "unit:DRILL-1": false} {
		if got := event.IsDrill(ref(t, s)); got != want {
			t.Errorf("IsDrill(%s) = %v, want %v", s, got, want)
		}
	}
}
