package recall_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"suyuan/internal/recall"
)

const spelled = made + `
{"type":"infusion","time":"9:30","site":"H","unit":"A","patient":"P","checks":["name","number"]}
{"type":"test","time":"10:00","subject":"unit:B","sampled":"9:00","result":"positive"}
{"type":"allocation","time":"10:00","units":["B"],"patient":"P2"}`

func lines(b []byte) []string {
	return strings.Split(strings.ReplaceAll(strings.ReplaceAll(string(b), `,"`, ",\n\""), `,{`, ",\n{"), "\n")
}

func TestAnAnswerIsSpelledAsTheContractSays(t *testing.T) {
	t.Parallel()
	q := recall.NewQuery(ref(t, "unit:C"))
	q.From = mustTime("2026-01-05T08:30:00+08:00")
	a := trace(t, told(t, spelled), q)
	counts := `{"allocated":1,"in_stock":1,"in_transit":0,"infused":1,"on_hold":1,"patients":1,"regions":0,"regions_used":0,"samples":1,"sites":0,"unaccounted":0,"units":2}`
	since := `"2026-01-05T08:30:00+08:00"`
	path := func(r string) string {
		return `[{"ref":"unit:C"},{"grade":"confirmed","ref":"` + r + `","seq":3,"via":"input"}]`
	}
	want := `{"as_of":{"origin":"test/recall","root":"` + strings.Repeat("0", 64) + `","size":1},` +
		`"balance":{"destroyed":0,"expired":0,"in_stock":1,"in_transit":0,"infused":1,"lost":0,"made":2,"returned":0,"samples":1,"tested":0,"unaccounted":0},` +
		`"cleared":[],"corrected":[],"counts":` + counts + `,"counts_by_grade":{"confirmed":` + counts + `,"possible":` + counts + `,"probable":` + counts + `},` +
		`"deviations":[],"missing":[` +
		`{"code":"no-intake-sample","from":"2026-01-05T07:00:00+08:00","ref":"unit:C","seq":[3],"to":"2026-01-05T08:00:00+08:00"},` +
		`{"code":"unregistered","from":"2026-01-05T09:30:00+08:00","ref":"site:H","seq":[4],"to":null},` +
		`{"code":"unregistered","from":"2026-01-05T07:00:00+08:00","ref":"site:S","seq":[2],"to":null}],` +
		`"query":{"at":"2026-01-05T10:00:00+08:00","direction":"forward","from":` + since + `,"grade":"possible","sources":["unit:C"],"to":null,"with":[],"without":[]},` +
		`"things":[` +
		`{"grade":"confirmed","path":[{"ref":"unit:C"},{"grade":"confirmed","ref":"unit:A","seq":3,"via":"input"},{"grade":"confirmed","ref":"patient:P","seq":4,"via":"infusion"}],"ref":"patient:P","since":"2026-01-05T09:30:00+08:00","state":""},` +
		`{"allocated":null,"grade":"confirmed","on_hold":false,"path":` + path("unit:A") + `,"ref":"unit:A","since":` + since + `,"site":null,"state":"infused","tests":[]},` +
		`{"allocated":"P2","grade":"confirmed","on_hold":true,"path":` + path("unit:B") + `,"ref":"unit:B","since":` + since + `,"site":"S","state":"in_stock","tests":[5]},` +
		`{"allocated":null,"grade":"confirmed","on_hold":false,"path":[{"ref":"unit:C"}],"ref":"unit:C","since":` + since + `,"site":null,"state":"consumed","tests":[]},` +
		`{"allocated":null,"grade":"confirmed","on_hold":true,"path":` + path("unit:Q") + `,"ref":"unit:Q","since":` + since + `,"site":"S","state":"in_stock","tests":[]},` +
		`{"grade":"probable","path":[{"ref":"unit:C"},{"grade":"confirmed","ref":"unit:A","seq":3,"via":"input"},{"grade":"probable","ref":"batch:M","seq":3,"via":"made"}],"ref":"batch:M","since":` + since + `,"state":""},` +
		`{"grade":"probable","path":[{"ref":"unit:C"},{"grade":"probable","ref":"aliquot:L/1","seq":3,"via":"backflow"}],"ref":"aliquot:L/1","since":` + since + `,"state":""}]}`
	if d := cmp.Diff(lines([]byte(want)), lines(a.AppendJSON(nil, false))); d != "" {
		t.Error(d)
	}
	var out bytes.Buffer
	if err := a.WriteJSON(&out, false); err != nil || out.String() != want+"\n" {
		t.Errorf("streamed: %v, %s", err, out.Bytes())
	}
}

func TestBackwardAnswersSayUntil(t *testing.T) {
	t.Parallel()
	q := recall.NewQuery(ref(t, "patient:P"))
	q.Backward = true
	b := trace(t, told(t, spelled), q).AppendJSON(nil, false)
	want := `{"grade":"confirmed","path":[{"ref":"patient:P"},{"grade":"confirmed","ref":"unit:A","seq":4,"via":"infusion"},{"grade":"confirmed","ref":"unit:C","seq":3,"via":"input"},` +
		`{"grade":"confirmed","ref":"donor:D","seq":2,"via":"collection"}],"ref":"donor:D","state":"","until":"2026-01-05T07:00:00+08:00"}`
	if !bytes.Contains(b, []byte(want)) || bytes.Contains(b, []byte(`"since"`)) {
		t.Errorf("want %s in %s", want, b)
	}
}

func TestASummaryLacksThingsAndClearedOnly(t *testing.T) {
	t.Parallel()
	a := trace(t, told(t, spelled), recall.NewQuery(ref(t, "unit:C")))
	full, brief := string(a.AppendJSON(nil, false)), string(a.AppendJSON(nil, true))
	full, _, _ = strings.Cut(full, `,"things":`)
	if brief != strings.Replace(full, `"cleared":[],`, "", 1)+"}" {
		t.Errorf("summary %s\nof %s", brief, full)
	}
}
