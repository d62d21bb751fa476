package recall_test

import (
	"strings"
	"testing"

	"suyuan/internal/event"
	"suyuan/internal/recall"
)

// Who is sent a unit is told what is not known of it yet, and of what it was made from.
func TestPapersTellWhatIsStillToCome(t *testing.T) {
	t.Parallel()
	const (
		base = `{"type":"collection","time":"7:00","donor":"D","site":"S","outputs":[{"unit":"C"}]}
{"type":"manufacture","time":"7:15","step":"pool","site":"S","batch":"B","inputs":["C"],"outputs":[{"unit":"POOL"}]}
{"type":"manufacture","time":"7:30","step":"fill","site":"S","batch":"B","inputs":["POOL"],"outputs":[{"unit":"U1"},{"unit":"U2"}]}
{"type":"release","time":"8:00","batch":"B","decision":"conditional","pending":["sterility","karyotype"],"signed_by":["O"]}
{"type":"manufacture","time":"9:00","step":"wash","site":"S","inputs":["U1"],"outputs":[{"unit":"V"}]}
{"type":"release","time":"9:15","units":["V"],"decision":"released","signed_by":["O"]}
{"type":"shipment","time":"10:00","shipment":"X","units":["V","U2"],"site":"S","to":"T"}`
		karyotyped = `{"type":"test","time":"11:00","subject":"batch:B","sampled":"7:30","assay":"Karyotype","result":"pass"}`
		sterile    = `{"type":"test","time":"12:00","subject":"unit:U2","sampled":"7:30","assay":"sterility","result":"negative"}`
		positive   = `{"type":"test","time":"12:00","subject":"unit:U2","sampled":"7:30","assay":"sterility","result":"positive"}`
		released   = `{"type":"release","time":"13:00","batch":"B","decision":"released","signed_by":["O"]}`
	)
	for _, row := range []struct{ name, more, want string }{
		{"nothing is in", "", "V sterility,karyotype; U2 sterility,karyotype"},
		{"one is in for all", karyotyped, "V sterility; U2 sterility"},
		{"one is in for one", karyotyped + "\n" + sterile, "V sterility; U2 "},
		{"one came out bad", karyotyped + "\n" + positive, "V sterility; U2 sterility"},
		{"decided anew", released, "V ; U2 "},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			p, err := recall.PapersOf(told(t, base+"\n"+row.more), recall.AsOf{}, mustRef("shipment:X"), event.Time{})
			if err != nil {
				t.Fatal(err)
			}
			var items []string
			for i := range p.Contents {
				items = append(items, p.Contents[i].Ref.ID()+" "+strings.Join(p.Contents[i].Pending, ","))
			}
			if got := strings.Join(items, "; "); got != row.want {
				t.Errorf("told %s, want %s", got, row.want)
			}
		})
	}
}
