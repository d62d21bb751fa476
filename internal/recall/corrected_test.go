package recall_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"suyuan/internal/recall"
)

// What says how shared things are judged counts as well: cleanings, marks and
// classes that were corrected would have made another answer.
func TestCorrectedRecordsOfSharedThingsAreNamed(t *testing.T) {
	t.Parallel()
	const id = `"id":"019b8b74-1800-84b9-8ee1-5e93d9e7c358"`
	const corrected = `{"type":"correction","time":"20:00","corrects":"019b8b74-1800-84b9-8ee1-5e93d9e7c358","reason":"did_not_occur"}`
	const world = `
{"type":"collection","time":"7:00","site":"S","donor":"D","outputs":[{"unit":"A"}]}
{"type":"manufacture","time":"8:00","end":"9:00","site":"S","room":"R","step":"wash","units":["A"],"equipment":[{"equipment":"BATH"}],"materials":[{"lot":"L"},{"lot":"M","aliquot":"1"}]}
{"type":"register","time":"6:00","subject":"equipment:BATH"}
{"type":"register","time":"6:00","subject":"lot:O","class":"open-container"}
{"type":"manufacture","time":"12:00","site":"S","step":"wash","units":["A"],"materials":[{"lot":"O"}]}
{"type":"same","time":"13:00","things":["equipment:BATH","equipment:OLD"],"reason":"relabelled","signed_by":["Q1"]}
`
	for _, row := range []struct {
		name, event, source string
		counts              bool
	}{
		{"a cleaning of equipment that was reached", `"type":"cleaning","time":"10:00","site":"S","equipment":"BATH","verified":true`, "unit:A", true},
		{"one of its other name", `"type":"cleaning","time":"10:00","site":"S","equipment":"OLD","verified":true`, "unit:A", true},
		{"one of other equipment", `"type":"cleaning","time":"10:00","site":"S","equipment":"TUB","verified":true`, "unit:A", false},
		{"one of a room that was reached", `"type":"cleaning","time":"10:00","site":"S","room":"R","verified":true`, "unit:A", true},
		{"a result about a source", `"type":"environment","time":"10:00","site":"S","room":"R","class":"microbial","result":"action"`, "room:R", true},
		{"one in limit", `"type":"environment","time":"10:00","site":"S","room":"R","class":"microbial","result":"in_limit"`, "room:R", true},
		{"one of another class", `"type":"environment","time":"10:00","site":"S","room":"R","class":"particles","result":"action"`, "room:R", false},
		{"one about what is no source", `"type":"environment","time":"10:00","site":"S","room":"R","class":"microbial","result":"action"`, "unit:A", false},
		{"an open container", `"type":"register","time":"6:00","subject":"lot:L","class":"open-container"`, "unit:A", true},
		{"one that is opened for an aliquot", `"type":"register","time":"6:00","subject":"lot:M","class":"open-container"`, "unit:A", false},
		{"one that no unit was worked with", `"type":"register","time":"6:00","subject":"lot:Z","class":"open-container"`, "unit:A", false},
		{"a lot that is no open container", `"type":"register","time":"6:00","subject":"lot:L"`, "unit:A", false},
		{"an open container that is none", `"type":"register","time":"7:00","subject":"lot:O"`, "unit:A", true},
		{"the same before it was one", `"type":"register","time":"5:00","subject":"lot:O"`, "unit:A", false},
		{"what would be registered", `"type":"register","time":"6:00","subject":"room:R"`, "unit:A", true},
		{"what is registered", `"type":"register","time":"6:00","subject":"equipment:BATH"`, "unit:A", false},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			a := answer(t, world+"{"+row.event+","+id+"}\n"+corrected, row.source)
			var want []recall.Corrected
			if row.counts {
				want = []recall.Corrected{{Seq: 7, By: 8}}
			}
			if d := cmp.Diff(want, a.Corrected); d != "" {
				t.Error(d)
			}
		})
	}
}

func TestAReplacedCleaningIsNamedWithWhatReplacesIt(t *testing.T) {
	t.Parallel()
	lines := worked("A", "BATH", "8:00", "9:00") + `
{"type":"cleaning","time":"10:00","site":"S","equipment":"BATH","verified":true,"id":"019b8b74-1800-84b9-8ee1-5e93d9e7c358"}
{"type":"cleaning","time":"10:00","site":"S","equipment":"BATH","verified":false,"replaces":"019b8b74-1800-84b9-8ee1-5e93d9e7c358"}`
	if d := cmp.Diff([]recall.Corrected{{Seq: 2, By: 3}}, answer(t, lines, "unit:A").Corrected); d != "" {
		t.Error(d)
	}
	q := recall.NewQuery(ref(t, "room:R"))
	q.From = mustTime("2026-01-05T08:00:00+08:00")
	g := told(t, `
{"type":"environment","time":"10:00","site":"S","room":"R","class":"microbial","result":"action","id":"019b8b74-1800-84b9-8ee1-5e93d9e7c358"}
{"type":"environment","time":"11:00","site":"S","room":"R","class":"microbial","result":"action","replaces":"019b8b74-1800-84b9-8ee1-5e93d9e7c358"}`)
	if got := trace(t, g, q).Corrected; len(got) != 0 {
		t.Errorf("with a window of its own marks say nothing, and %v is named", got)
	}
}
