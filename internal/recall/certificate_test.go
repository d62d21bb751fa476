package recall_test

import (
	"fmt"
	"strings"
	"testing"

	"suyuan/internal/event"
	"suyuan/internal/recall"
)

func TestACertificateCompliesOnlyWhereEverythingDoes(t *testing.T) {
	t.Parallel()
	const (
		base = `{"type":"register","time":"2026-01-01T00:00:00Z","subject":"product:M","specification":[{"assay":"sterility","result":"negative"}]}
{"type":"manufacture","time":"2026-01-01T02:00:00Z","step":"fill","site":"S","batch":"B","outputs":[{"unit":"U1","product":"M"},{"unit":"U2","product":"M"},{"unit":"Q","role":"sample"}],"inputs":["C"]}`
		sterile  = `{"type":"test","time":"2026-01-02T00:00:00Z","subject":"unit:Q","sampled":"2026-01-01T03:00:00Z","assay":"sterility","result":"negative"}`
		decision = `{"type":"release","time":"2026-01-03T00:00:00Z","batch":"B","decision":%q,"signed_by":["O"]}`
		positive = `{"type":"test","time":"2026-01-04T00:00:00Z","subject":"unit:U2","sampled":"2026-01-01T03:00:00Z","assay":"sterility","result":"positive"}`
		another  = `{"type":"manufacture","time":"2026-01-02T02:00:00Z","step":"fill","site":"S","batch":"B","outputs":[{"unit":"U3","product":"N"}],"inputs":["C"]}`
		washed   = `{"type":"manufacture","time":"2026-01-02T01:00:00Z","step":"wash","site":"S","batch":"B","inputs":["U1"],"outputs":[{"unit":"U4","product":"M"},{"unit":"R","role":"retained"}]}`
		later    = `{"type":"manufacture","time":"2026-01-04T01:00:00Z","step":"wash","site":"S","inputs":["U1"],"outputs":[{"unit":"U5","product":"N"}]}`
		given    = `{"type":"infusion","time":"2026-01-02T01:00:00Z","unit":"U1","patient":"P","site":"S","checks":["name","number"]}`
		held     = `{"type":"case","time":"2026-01-05T00:00:00Z","case":"K","action":"hold","things":["unit:U1"]}`
	)
	released := fmt.Sprintf(decision, "released")
	for _, row := range []struct {
		name string
		more []string
		want string
		list string
	}{
		{"all of it", []string{sterile, released}, "", ""},
		{"not decided", []string{sterile}, "undecided", ""},
		{"rejected", []string{sterile, fmt.Sprintf(decision, "rejected")}, "rejected", ""},
		{"exceptional", []string{sterile, fmt.Sprintf(decision, "exceptional")}, "exceptional", ""},
		{"no result", []string{released}, "missing", ""},
		{"one unit is out, and holds its batch", []string{sterile, released, positive}, "held out", ""},
		{"one unit is of a product without a specification", []string{sterile, another, released}, "no-specification", ""},
		{"held by a case", []string{sterile, released, held}, "held", ""},
		{"one was made into another before", []string{sterile, washed, released}, "", "U2 U4"},
		{"one was made into another after", []string{sterile, released, later}, "", "U1 U2"},
		{"one was given before any decision", []string{sterile, given}, "undecided", "U1 U2"},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			g := told(t, base+"\n"+strings.Join(row.more, "\n"))
			batch, err := event.ParseRef("batch:B")
			if err != nil {
				t.Fatal(err)
			}
			c, err := recall.CertificateOf(g, recall.AsOf{}, batch, event.Time{})
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, w := range c.Warnings {
				got = append(got, string(w))
			}
			var units []string
			for i := range c.Units {
				units = append(units, c.Units[i].Unit.ID())
			}
			if s := strings.Join(units, " "); row.list != "" && s != row.list {
				t.Errorf("is about %s, want %s", s, row.list)
			}
			if s := strings.Join(got, " "); s != row.want || c.Complies() != (row.want == "") {
				t.Errorf("warned of %q, complies %v, want %q", s, c.Complies(), row.want)
			}
		})
	}
}
